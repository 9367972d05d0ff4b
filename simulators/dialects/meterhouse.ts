import { quantityOf } from '../../domain/units.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/** Meterhouse's own JSON, version 1: readings by name, with kind and unit, stamped. */
export const meterhouse: Dialect = {
  name: 'meterhouse',
  stamped: true,
  rates: 'optional',
  messages(meter, say) {
    const readings: string[] = [];
    if (say.register !== undefined) {
      readings.push(
        `{"quantity":"${quantityOf(meter.unit)}","kind":"register","value":${say.register},"unit":"${meter.unit}"}`,
      );
    }
    const energy = meter.utility === 'electricity' || meter.utility === 'heat';
    const rate = say.rate === undefined ? undefined : Math.round(say.rate * 1000) / 1000;
    if (rate !== undefined) {
      const [quantity, unit] = energy ? ['power', 'kW'] : ['flow', 'm3/h'];
      readings.push(`{"quantity":"${quantity}","kind":"instant","value":${rate},"unit":"${unit}"}`);
    }
    const text = `{"v":1,"at":"${isoStamp(say.at)}","meter":"${meter.id}","readings":[${readings.join(',')}]}`;
    const { at, register } = say;
    return [
      { meter: meter.id, topic: topicOf(meter), payload: bytes(text), at, stamp: at, register, rate, fate: 'decoded' },
    ];
  },
  chatter: () => undefined,
  malformed(meter, at) {
    return wordless(
      meter,
      at,
      topicOf(meter),
      `{"v":1,"at":"${isoStamp(at)}","meter":"${meter.id}","readings":[{"qua`,
      'quarantined',
    );
  },
};
