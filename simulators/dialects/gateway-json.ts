import type { Meter } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, type MeterMessage, type Say, topicOf, wordless } from './dialect.ts';

/**
 * Gateways that name their points. A meter with a channel is read by Modbus and said in the standard template of
 * Kepware's IoT Gateway: id, value, quality and milliseconds, no unit. One without is a heat meter with Elvaco's M-Bus
 * module: single letters, each with its unit beside it.
 */
export const gatewayJson: Dialect = {
  name: 'gateway-json',
  stamped: true,
  rates: 'optional',
  messages: (meter, say) => (meter.channel === undefined ? byModule(meter, say) : byTemplate(meter, say)),
  chatter(meter, at) {
    if (meter.channel === undefined) return undefined;
    return {
      ...wordless(meter, at, topicOf(meter), '', 'ignored'),
      payload: template(at, [['Site.Voltage', '238.4']]),
    };
  },
  malformed(meter, at) {
    return wordless(meter, at, topicOf(meter), `{"timestamp":${at}000,"values":[{"id":"Site`, 'quarantined');
  },
};

function byTemplate(meter: Meter, { at, register }: Say): MeterMessage[] {
  if (register === undefined) return [];
  const payload = template(at, [
    [meter.channel ?? '', String(register)],
    ['Site.Voltage', '238.4'],
  ]);
  const message = { meter: meter.id, topic: topicOf(meter), payload, at, stamp: at };
  return [{ ...message, register, rate: undefined, fate: 'decoded' }];
}

function template(at: EpochSeconds, points: readonly (readonly [id: string, value: string])[]): Uint8Array {
  const values = points.map(([id, value]) => `{"id":"${id}","v":${value},"q":${value !== 'null'},"t":${at}000}`);
  return bytes(`{"timestamp":${at}020,"values":[${values.join(',')}]}`);
}

function byModule(meter: Meter, { at, register, rate }: Say): MeterMessage[] {
  if (register === undefined) return [];
  const watts = rate === undefined ? undefined : Math.round(1000 * rate);
  const power = watts === undefined ? '' : `"P":${watts},"PU":"W",`;
  const text =
    `{"TS":"${isoStamp(at)}","ID":224396,"E":${register},"U":"${meter.unit}","V":6580,"VU":"l",${power}` +
    `"FT":62.1,"TU":"C","RT":44.0,"RU":"C","EF":"0x0000"}`;
  const message = { meter: meter.id, topic: topicOf(meter), payload: bytes(text), at, stamp: at };
  return [{ ...message, register, rate: watts, fate: 'decoded' }];
}
