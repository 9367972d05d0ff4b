import type { Listener } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { quantityOf } from '../../domain/units.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoded, Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { absoluteStamp, sinceClockSet } from '../stamps.ts';
import { sayValue, strictNumber } from '../strict-number.ts';
import { writtenUnit } from '../written-units.ts';

/**
 * A gas meter runs on a battery and is read every 30 minutes; the display says the last reading again every few
 * seconds, each time with a new stamp. Kept as they come, the repeats would say that no gas flowed until the next
 * reading, which then moves each half-hour's gas into the next. What stands still for longer than this has been read
 * again and is news.
 */
const gasRepeatedSeconds = 35 * 60;

/** What the display shows for a register that the meter did not give it: 48 bits all set, in thousandths. */
const allBitsSet = (2 ** 48 - 1) / 1000;

/** The reading of the gas meter that was kept last. */
interface GasSeen {
  readonly shows: string;
  readonly at: EpochSeconds;
}

function recall(memory: Uint8Array | undefined): GasSeen | undefined {
  return memory === undefined ? undefined : (JSON.parse(Buffer.from(memory).toString()) as GasSeen);
}

/** A register of the frame, in a unit of the meter's quantity; gas comes as kWh and, with newer firmware, as m³ too. */
function registerOf(side: JsonObject, meter: Listener): { name: string; raw: unknown; units: unknown } {
  const energy = { name: 'cumulative', raw: side.cumulative, units: side.units };
  const volume = { name: 'cumulativevol', raw: side.cumulativevol, units: side.cumulativevolunits };
  const wanted = quantityOf(meter.unit);
  const [first, second] = wanted === 'volume' ? [volume, energy] : [energy, volume];
  const unit = writtenUnit(second.units)?.unit;
  return first.raw === undefined && unit !== undefined && quantityOf(unit) === wanted ? second : first;
}

function gather(frame: JsonObject, meter: Listener, at: EpochSeconds | undefined, into: Gathered): void {
  const energy = objectOf(frame.energy);
  const exported = meter.channel === 'export' || (meter.channel === undefined && meter.role === 'export');
  const imported = objectOf(energy?.import);
  // Until the display has joined the meter's network it shows zeros; an import register of a real meter is above it.
  if (strictNumber(imported?.cumulative) === 0) {
    into.doubt(meter, 'reading.sentinel', 'import.cumulative is 0, as before the display has joined the meter');
    return;
  }
  const side = exported ? objectOf(energy?.export) : imported;
  if (!side) return;
  const { name, raw, units } = registerOf(side, meter);
  const unit = writtenUnit(units);
  if (strictNumber(raw) === allBitsSet) into.doubt(meter, 'reading.sentinel', `${name} is ${sayValue(raw)}`);
  else if (units !== undefined && unit === undefined) {
    into.doubt(meter, 'reading.wrong-unit', `the unit of ${name} is ${sayValue(units)}`);
  } else into.register(meter, { name, raw, unit, at });
  // A gas frame always says a power of 0; that of an export would be the import's with its sign changed.
  if (exported || meter.utility === 'gas') return;
  const power = objectOf(frame.power);
  into.instant(meter, { name: 'power', raw: power?.value, unit: writtenUnit(power?.units), at });
}

function gasAnswer(frame: JsonObject, at: EpochSeconds, memory: Uint8Array | undefined, answer: Decoded): Decoded {
  if (!('readings' in answer) || answer.readings.length === 0) return answer;
  const side = objectOf(objectOf(frame.energy)?.import);
  const shows = `${sayValue(side?.cumulative)} ${sayValue(side?.cumulativevol)}`;
  const seen = recall(memory);
  if (seen === undefined || at > seen.at) {
    if (seen !== undefined && seen.shows === shows && at - seen.at < gasRepeatedSeconds) {
      return { ignored: 'the gas meter has not been read again yet' };
    }
    return { ...answer, memory: Buffer.from(JSON.stringify({ shows, at } satisfies GasSeen)) };
  }
  return answer;
}

/** Hildebrand's Glow display and its kin, which read SMETS1 and SMETS2 meters of GB over their home area network. */
export const hildebrandGlow: Decoder = {
  name: 'hildebrand-glow',
  title: 'Hildebrand Glow (GB smart meters)',
  describes: {
    topic: '`glow/<id>/SENSOR/electricitymeter`, `glow/<id>/SENSOR/gasmeter`; `glow/<id>/#` for both',
    channel:
      '`import` or `export` where both are registered; without one, export for a meter of that role, else import',
    reads:
      '`cumulative` in kWh, power in kW; of gas kWh, or m³ where the meter counts m³ and the firmware sends `cumulativevol`',
    stamp: '`timestamp`, UTC',
    traps:
      '`day`, `week` and `month` start again at midnight UTC and are left alone; an import of 0 is what the display shows before ' +
      'it has joined the meter; gas is read every 30 minutes and repeated meanwhile: the repeats are ignored',
  },
  memoryKey: (topic) => (topic.endsWith('/electricitymeter') ? undefined : `hildebrand-glow ${topic}`),
  decode(message, meters, memory) {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    const body = objectOf(parsed.value);
    if (!body) return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
    const electricity = objectOf(body.electricitymeter);
    const gas = objectOf(body.gasmeter);
    const frame = electricity ?? gas;
    if (!frame) return { ignored: 'no frame of a meter' };
    const at = absoluteStamp(frame.timestamp);
    if (frame.timestamp !== undefined && at === undefined) {
      return { problem: 'message.unparsable', detail: `"timestamp" is ${sayValue(frame.timestamp)}` };
    }
    const believed = sinceClockSet(at);
    const gathered = new Gathered();
    for (const meter of meters) {
      if ((meter.utility === 'gas') === (frame === gas)) gather(frame, meter, believed, gathered);
    }
    const answer = gathered.answer('no register of these meters');
    return frame === gas ? gasAnswer(frame, believed ?? message.received, memory, answer) : answer;
  },
  examples: [
    {
      why: 'import with its power; what passed today, this week and this month is left alone; the spelling 0.000',
      source: 'own; the shape of a field message of a Glow display',
      topic: 'glow/A0B1C2D3E4F5/SENSOR/electricitymeter',
      payload:
        '{"electricitymeter":{"timestamp":"2026-11-23T18:00:06Z","energy":{"export":{"cumulative":0.000,"units":"kWh"},"import":' +
        '{"cumulative":8123.417,"day":9.120,"week":61.004,"month":288.951,"units":"kWh","mpan":"1200012345678","supplier":"Example Energy",' +
        '"price":{"unitrate":0.24180,"standingcharge":0.53120}}},"power":{"value":1.204,"units":"kW"}}}',
      meters: [{ id: 'lodge', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          { meter: 'lodge', quantity: 'energy', kind: 'register', value: 8123.417, unit: 'kWh', at: 1_795_456_806 },
          { meter: 'lodge', quantity: 'power', kind: 'instant', value: 1.204, unit: 'kW', at: 1_795_456_806 },
        ],
      },
    },
    {
      why: 'export is another meter; its power is the import’s with its sign changed and is not kept twice',
      source: 'own',
      topic: 'glow/A0B1C2D3E4F5/SENSOR/electricitymeter',
      payload:
        '{"electricitymeter":{"timestamp":"2026-06-21T12:00:04Z","energy":{"export":{"cumulative":917.25,"units":"kWh"},"import":' +
        '{"cumulative":8001.5,"day":0.2,"week":3.1,"month":70.4,"units":"kWh","mpan":"***********"}},"power":{"value":-2.31,"units":"kW"}}}',
      meters: [
        { id: 'lodge', unit: 'kWh', utility: 'electricity', channel: 'import' },
        { id: 'lodge-export', unit: 'kWh', utility: 'electricity', role: 'export' },
      ],
      gives: {
        readings: [
          { meter: 'lodge', quantity: 'energy', kind: 'register', value: 8001.5, unit: 'kWh', at: 1_782_043_204 },
          { meter: 'lodge', quantity: 'power', kind: 'instant', value: -2.31, unit: 'kW', at: 1_782_043_204 },
          {
            meter: 'lodge-export',
            quantity: 'energy',
            kind: 'register',
            value: 917.25,
            unit: 'kWh',
            at: 1_782_043_204,
          },
        ],
      },
    },
    {
      why: 'gas as its dials show it, in m³, beside the kWh that the display worked out; the meter counts m³',
      source: 'own; the shape of a message shown in megakid/ha_hildebrand_glow_ihd_mqtt issue 48',
      topic: 'glow/A0B1C2D3E4F5/SENSOR/gasmeter',
      payload:
        '{"gasmeter":{"timestamp":"2026-11-23T18:11:10Z","energy":{"import":{"cumulative":30211.52,"day":41.2,"week":88.0,"month":701.3,' +
        '"units":"kWh","cumulativevol":2691.318,"cumulativevolunits":"m3","dayvol":41.2,"weekvol":88.0,"monthvol":701.3,' +
        '"dayweekmonthvolunits":"kWh","mprn":"---","supplier":"---"}}}}',
      meters: [{ id: 'lodge-gas', unit: 'm3', utility: 'gas' }],
      gives: {
        readings: [
          { meter: 'lodge-gas', quantity: 'volume', kind: 'register', value: 2691.318, unit: 'm3', at: 1_795_457_470 },
        ],
      },
    },
    {
      why: 'the same reading of the gas meter, six seconds later under a new stamp: the meter has not been read again',
      source: 'own; the form of a forum capture',
      topic: 'glow/A0B1C2D3E4F5/SENSOR/gasmeter',
      after: [
        {
          topic: 'glow/A0B1C2D3E4F5/SENSOR/gasmeter',
          payload:
            '{"gasmeter":{"timestamp":"2026-11-23T18:11:10Z","energy":{"import":{"cumulative":6728.026,"units":"kWh"}}}}',
        },
      ],
      payload:
        '{"gasmeter":{"timestamp":"2026-11-23T18:11:16Z","energy":{"export":{"cumulative":0,"units":"kWh"},"import":{"cumulative":6728.026,' +
        '"day":0,"week":9.781,"month":87.295,"units":"kWh","mprn":"EMPTY","supplier":"---"}},"power":{"value":0,"units":"kW"}}}',
      meters: [{ id: 'lodge-gas', unit: 'kWh', utility: 'gas' }],
      gives: { ignored: 'the gas meter has not been read again yet' },
    },
    {
      why: 'the same number 36 minutes later: the meter was read again and no gas has flowed',
      source: 'own',
      topic: 'glow/A0B1C2D3E4F5/SENSOR/gasmeter',
      after: [
        {
          topic: 'glow/A0B1C2D3E4F5/SENSOR/gasmeter',
          payload:
            '{"gasmeter":{"timestamp":"2026-11-23T18:11:10Z","energy":{"import":{"cumulative":6728.026,"units":"kWh"}}}}',
        },
      ],
      payload:
        '{"gasmeter":{"timestamp":"2026-11-23T18:47:10Z","energy":{"import":{"cumulative":6728.026,"units":"kWh"}}}}',
      meters: [{ id: 'lodge-gas', unit: 'kWh', utility: 'gas' }],
      gives: {
        readings: [
          { meter: 'lodge-gas', quantity: 'energy', kind: 'register', value: 6728.026, unit: 'kWh', at: 1_795_459_630 },
        ],
      },
    },
    {
      why: 'before the display has joined the meter it shows zeros, the power too',
      source: 'own',
      topic: 'glow/A0B1C2D3E4F5/SENSOR/electricitymeter',
      payload:
        '{"electricitymeter":{"timestamp":"2026-11-23T18:00:06Z","energy":{"export":{"cumulative":0.000,"units":"kWh"},"import":' +
        '{"cumulative":0.000,"day":0.000,"week":0.000,"month":0.000,"units":"kWh","mpan":"not available"}},"power":{"value":0.000,"units":"kW"}}}',
      meters: [{ id: 'lodge', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [],
        doubts: [
          {
            meter: 'lodge',
            code: 'reading.sentinel',
            detail: 'import.cumulative is 0, as before the display has joined the meter',
          },
        ],
      },
    },
    {
      why: 'the state of the display, under the same prefix',
      source: 'own; the shape of a field message',
      topic: 'glow/A0B1C2D3E4F5/STATE',
      payload:
        '{"software":"v1.8.12","timestamp":"2026-11-23T18:00:53Z","hardware":"GLOW-IHD-01-1v4-SMETS2","smetsversion":"SMETS2",' +
        '"zigbee":"1.2.5","han":{"rssi":-75,"status":"joined","lqi":100}}',
      meters: [{ id: 'lodge', unit: 'kWh', utility: 'electricity' }],
      gives: { ignored: 'no frame of a meter' },
    },
  ],
};
