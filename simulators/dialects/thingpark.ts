import type { Meter } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type Frame, pulseFrame } from '../lorawan-frame.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/** Actility's ThingPark, an Adeunis Pulse: one object around all, ports and counters as texts, time with an offset. */
export const thingpark: Dialect = {
  name: 'thingpark',
  stamped: true,
  rates: 'none',
  messages(meter, say) {
    const { at, register } = say;
    if (register === undefined) return [];
    const payload = bytes(uplink(at, pulseFrame('adeunis', meter, at, register)));
    const topic = topicOf(meter);
    return [{ meter: meter.id, topic, payload, at, stamp: at, register, rate: undefined, fate: 'decoded' }];
  },
  chatter: (meter, at) => told(meter, at, pulseFrame('adeunis', meter, at, undefined), 'ignored'),
  malformed(meter, at) {
    // No driver was chosen for the device.
    return told(meter, at, { ...pulseFrame('adeunis', meter, at, 17), object: undefined }, 'quarantined');
  },
};

function told(meter: Meter, at: EpochSeconds, frame: Frame, fate: 'ignored' | 'quarantined') {
  return wordless(meter, at, topicOf(meter), uplink(at, frame), fate);
}

function uplink(at: EpochSeconds, { eui, counter, port, data, object }: Frame): string {
  const frame = {
    // French time, an hour ahead of the same instant in UTC.
    Time: isoStamp(at + 3600).replace('Z', '.882+01:00'),
    DevEUI: eui.toUpperCase(),
    FPort: String(port),
    FCntUp: String(counter),
    payload_hex: data.toString('hex'),
    Lrrid: '004A18E3',
    LrrRSSI: '-80.000000',
    LrrSNR: '7.000000',
    ...(object && { payload: object }),
  };
  return JSON.stringify({ DevEUI_uplink: frame });
}
