import type { Meter } from '../../domain/estate/estate.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, type MeterMessage, sentinelValue, topicOf, wordless } from './dialect.ts';

/**
 * A gateway that reads an electricity meter by SML or DLMS and says it by OBIS code: the register in Wh (unit 30) and
 * the power in W (unit 27), UTC with nine digits of a second.
 */
export const obisJson: Dialect = {
  name: 'obis-json',
  stamped: true,
  rates: 'optional',
  messages(meter, say) {
    const { at, register } = say;
    const watts = say.rate === undefined ? undefined : Math.round(1000 * say.rate);
    const values: string[] = [];
    if (register !== undefined) {
      const wattHours = register === null || register === sentinelValue ? register : Math.round(1000 * register);
      values.push(`"1-0:1.8.0*255":{"value":${wattHours},"unit":30}`);
      values.push(`"1-0:2.8.0*255":{"value":0,"unit":30}`);
    }
    if (watts !== undefined) values.push(`"1-0:16.7.0*255":{"value":${watts},"unit":27}`);
    if (values.length === 0) return [];
    return [{ ...said(meter, at, values), stamp: at, register, rate: watts, fate: 'decoded' }];
  },
  chatter(meter, at) {
    return said(meter, at, ['"1-0:32.7.0*255":{"value":238.4,"unit":35}']);
  },
  malformed(meter, at) {
    return wordless(meter, at, topicOf(meter), '{"meters":{"intake":{"connected":true,"lastUp', 'quarantined');
  },
};

function said(meter: Meter, at: number, values: readonly string[]): MeterMessage {
  const stamp = isoStamp(at).replace('Z', '.064515753Z');
  const text = `{"meters":{"intake":{"connected":true,"lastUpdate":"${stamp}","values":{${values.join(',')}}}}}`;
  return { ...wordless(meter, at, topicOf(meter), '', 'ignored'), payload: bytes(text) };
}
