import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, sentinelValue, topicOf, wordless } from './dialect.ts';

/**
 * A PV inverter read by SunSpec: whole numbers, each with a power of ten beside it. The lifetime energy is a 32-bit
 * counter of Wh, whose 0 and all bits set mean that it is not implemented.
 */
export const inverterJson: Dialect = {
  name: 'inverter-json',
  stamped: true,
  rates: 'always',
  messages(meter, say) {
    const { at, register } = say;
    if (register === undefined) return [];
    const tenths = Math.round(10_000 * (say.rate ?? 0));
    // In hundreds of Wh, as the register shows tenths of a kWh. What it does not know it calls not implemented.
    const isKnown = register !== null && register !== sentinelValue;
    const counted = isKnown ? Math.round(10 * register) : sentinelValue;
    const text =
      `{"c_manufacturer":"SolarEdge","c_model":"SE100K","c_sunspec_did":103,"power_ac":${tenths},"power_ac_scale":-1,` +
      `"frequency":5003,"frequency_scale":-2,"energy_total":${counted},"energy_total_scale":2,"status":4,` +
      `"timestamp":"${isoStamp(at)}"}`;
    const shown = register === 0 ? null : register;
    const message = { meter: meter.id, topic: topicOf(meter), payload: bytes(text), at, stamp: at };
    return [{ ...message, register: shown, rate: tenths / 10, fate: 'decoded' }];
  },
  chatter: (meter, at) => wordless(meter, at, topicOf(meter), '{"status":2,"vendor_status":0}', 'ignored'),
  malformed: (meter, at) => wordless(meter, at, topicOf(meter), '{"c_manufacturer":"SolarEdge","power_', 'quarantined'),
};
