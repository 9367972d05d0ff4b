import type { Meter } from '../../domain/estate/estate.ts';
import { seedOf } from '../chance.ts';
import { isoStamp } from '../stamps.ts';
import { bytes, type Dialect, topicOf, wordless } from './dialect.ts';

/** wmbusmeters: one JSON object for each telegram a radio meter sends, on `wmbusmeters/<name>`. */
export const wmbusmeters: Dialect = {
  name: 'wmbusmeters',
  stamped: true,
  rates: 'none',
  messages(meter, say) {
    if (say.register === undefined) return [];
    const { media, driver, field } = kindOf(meter);
    const serial = 10_000_000 + (seedOf(7, meter.id) % 80_000_000);
    const text =
      `{"_":"telegram","media":"${media}","meter":"${driver}","name":"${nameOf(meter)}","id":"${serial}",` +
      `"status":"OK","${field}":${say.register},"timestamp":"${isoStamp(say.at)}",` +
      `"device":"im871a[00102759]","rssi_dbm":-72}`;
    const { at, register } = say;
    return [
      {
        meter: meter.id,
        topic: topicOf(meter),
        payload: bytes(text),
        at,
        stamp: at,
        register,
        rate: undefined,
        fate: 'decoded',
      },
    ];
  },
  chatter: () => undefined,
  malformed(meter, at) {
    return wordless(
      meter,
      at,
      topicOf(meter),
      `{"_":"telegram","media":"${kindOf(meter).media}","name":"${nameOf(meter)}","id":`,
      'quarantined',
    );
  },
};

function kindOf(meter: Meter): { media: string; driver: string; field: string } {
  if (meter.utility === 'heat') return { media: 'heat', driver: 'sharky', field: 'total_energy_consumption_kwh' };
  if (meter.utility === 'electricity')
    return { media: 'electricity', driver: 'ebzwmbe', field: 'total_energy_consumption_kwh' };
  if (meter.utility === 'gas') return { media: 'gas', driver: 'unismart', field: 'total_m3' };
  return { media: 'cold water', driver: 'multical21', field: 'total_m3' };
}

function nameOf(meter: Meter): string {
  return topicOf(meter).split('/').at(-1) ?? meter.id;
}
