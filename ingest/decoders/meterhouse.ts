import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { heardKinds, type HeardKind, type ReadingQuantity, readingQuantities } from '../../domain/readings/reading.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type Unit, units } from '../../domain/units.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoded, DecodeDoubt, DecodedReading, Decoder } from '../decoder.ts';
import { absoluteStamp } from '../stamps.ts';
import { sayValue, strictNumber } from '../strict-number.ts';

const version = 1;
const kinds: ReadonlySet<unknown> = new Set(heardKinds);
const quantities: ReadonlySet<unknown> = new Set(readingQuantities);

function isKind(value: unknown): value is HeardKind {
  return kinds.has(value);
}
function isQuantity(value: unknown): value is ReadingQuantity {
  return quantities.has(value);
}
function isUnit(value: unknown): value is Unit {
  return typeof value === 'string' && Object.hasOwn(units, value);
}

function unparsable(detail: string): Decoded {
  return { problem: 'message.unparsable', detail };
}

/** The meter that the payload names by its id or channel, or the only one that listens to the topic. */
function meterOf(named: unknown, meters: readonly Listener[]): Listener | Decoded {
  const [first] = meters;
  if (named === undefined) {
    if (first && meters.length === 1) return first;
    return unparsable(`${meters.length} meters listen to this topic and the payload has no "meter"`);
  }
  if (typeof named !== 'string') return unparsable(`"meter" is ${sayValue(named)}; expected the id of a meter`);
  const found = meters.find((meter) => meter.id === named || meter.channel === named);
  if (found) return found;
  return { problem: 'message.unregistered', detail: `no meter with this topic is called ${sayValue(named)}` };
}

/** One entry of `readings`, or why it is refused. */
function readingOf(entry: JsonObject, meter: string, outer: EpochSeconds | undefined): DecodedReading | DecodeDoubt {
  const { quantity, kind, unit } = entry;
  const refuse = (code: DecodeDoubt['code'], detail: string): DecodeDoubt => ({ meter, code, detail });
  if (!isQuantity(quantity)) return refuse('message.unparsable', `"quantity" is ${sayValue(quantity)}`);
  if (!isKind(kind)) return refuse('message.unparsable', `"kind" is ${sayValue(kind)}`);
  if (unit !== undefined && !isUnit(unit)) return refuse('reading.wrong-unit', `"unit" is ${sayValue(unit)}`);
  // Only JSON numbers: in our own form a number in quotes is a mistake of the sender.
  const value = typeof entry.value === 'number' ? strictNumber(entry.value) : undefined;
  if (value === undefined) return refuse('reading.not-a-number', `"value" is ${sayValue(entry.value)}`);
  let at = outer;
  if (entry.at !== undefined) {
    at = absoluteStamp(entry.at);
    if (at === undefined) return refuse('message.unparsable', `"at" is ${sayValue(entry.at)}`);
  }
  if (kind === 'register' || kind === 'instant') return { meter, quantity, kind, value, unit, at };
  const period = entry.period_s;
  if (typeof period !== 'number' || !Number.isInteger(period) || period < 1 || period > limits.intervalSeconds) {
    return refuse(
      'message.unparsable',
      `"period_s" is ${sayValue(period)}; expected whole seconds up to ${limits.intervalSeconds}`,
    );
  }
  return { meter, quantity, kind, value, unit, at, period };
}

/** Meterhouse's own JSON, version 1; `docs/meterhouse-json.md` is its description for people. */
export const meterhouse: Decoder = {
  name: 'meterhouse',
  title: 'Meterhouse JSON, version 1',
  namesMeters: true,
  describes: {
    topic: 'any; `meterhouse/<meter>` is usual',
    channel:
      'another name for the meter in `meter` of the payload, beside its id; without `meter` the topic must be that of one meter',
    reads: 'registers, intervals and instants with quantity, kind and unit spelt out: [the form](meterhouse-json.md)',
    stamp: '`at` of the message or of a reading, in UTC or with an offset',
    traps: 'a number in quotes is refused',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    const body = objectOf(parsed.value);
    if (!body) return unparsable(`expected an object; found ${sayValue(parsed.value)}`);
    if (body.v !== version) return unparsable(`"v" is ${sayValue(body.v)}; this decoder reads version ${version}`);
    const { readings: entries } = body;
    if (!Array.isArray(entries)) return unparsable(`"readings" is ${sayValue(entries)}; expected a list`);
    if (entries.length > limits.readingsPerMessage) {
      return {
        problem: 'message.too-large',
        detail: `${entries.length} readings; at most ${limits.readingsPerMessage}`,
      };
    }
    const meter = meterOf(body.meter, meters);
    if (!('id' in meter)) return meter;
    const outer = body.at === undefined ? undefined : absoluteStamp(body.at);
    if (body.at !== undefined && outer === undefined) return unparsable(`"at" is ${sayValue(body.at)}`);
    if (entries.length === 0) return { ignored: 'no readings' };
    const readings: DecodedReading[] = [];
    const doubts: DecodeDoubt[] = [];
    for (const item of entries as readonly unknown[]) {
      const entry = objectOf(item);
      if (!entry) {
        doubts.push({ meter: meter.id, code: 'message.unparsable', detail: `a reading is ${sayValue(item)}` });
        continue;
      }
      const reading = readingOf(entry, meter.id, outer);
      if ('code' in reading) doubts.push(reading);
      else readings.push(reading);
    }
    return doubts.length > 0 ? { readings, doubts } : { readings };
  },
  examples: [
    {
      why: 'one message with a register and a power is two readings',
      source: 'own',
      topic: 'meterhouse/bro-e-main',
      payload:
        '{"v":1,"at":"2026-11-23T18:00:00Z","readings":[{"quantity":"energy","kind":"register","value":12345.6,"unit":"kWh"},' +
        '{"quantity":"power","kind":"instant","value":33.1,"unit":"kW"}]}',
      meters: [{ id: 'bro-e-main', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          {
            meter: 'bro-e-main',
            quantity: 'energy',
            kind: 'register',
            value: 12345.6,
            unit: 'kWh',
            at: 1_795_456_800,
          },
          { meter: 'bro-e-main', quantity: 'power', kind: 'instant', value: 33.1, unit: 'kW', at: 1_795_456_800 },
        ],
      },
    },
    {
      why: 'half-hours carry their length; each has its own start, with an offset',
      source: 'own',
      topic: 'meterhouse/gateway-3',
      payload:
        '{"v":1,"meter":"bro-w-main","readings":[' +
        '{"quantity":"volume","kind":"interval","value":0.25,"unit":"m3","period_s":1800,"at":"2026-07-01T01:00:00+01:00"},' +
        '{"quantity":"volume","kind":"interval","value":0,"unit":"m3","period_s":1800,"at":1782865800}]}',
      meters: [
        { id: 'bro-e-main', unit: 'kWh', utility: 'electricity' },
        { id: 'bro-w-main', unit: 'm3', utility: 'water' },
      ],
      gives: {
        readings: [
          {
            meter: 'bro-w-main',
            quantity: 'volume',
            kind: 'interval',
            value: 0.25,
            unit: 'm3',
            at: 1_782_864_000,
            period: 1800,
          },
          {
            meter: 'bro-w-main',
            quantity: 'volume',
            kind: 'interval',
            value: 0,
            unit: 'm3',
            at: 1_782_865_800,
            period: 1800,
          },
        ],
      },
    },
    {
      why: 'null says that the meter does not know: that reading is refused, the good one is kept',
      source: 'own',
      topic: 'meterhouse/bro-e-main',
      payload:
        '{"v":1,"at":1795456800,"readings":[{"quantity":"energy","kind":"register","value":null,"unit":"kWh"},' +
        '{"quantity":"power","kind":"instant","value":0,"unit":"W"}]}',
      meters: [{ id: 'bro-e-main', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [{ meter: 'bro-e-main', quantity: 'power', kind: 'instant', value: 0, unit: 'W', at: 1_795_456_800 }],
        doubts: [
          {
            meter: 'bro-e-main',
            code: 'reading.not-a-number',
            detail: '"value" is null (the meter does not know)',
          },
        ],
      },
    },
    {
      why: 'no stamp and no unit: the receiver gives the time, the register of the estate the unit',
      source: 'own',
      topic: 'meterhouse/bro-w-main',
      payload: '{"v":1,"readings":[{"quantity":"volume","kind":"register","value":871.25}]}',
      meters: [{ id: 'bro-w-main', unit: 'm3', utility: 'water' }],
      gives: {
        readings: [
          {
            meter: 'bro-w-main',
            quantity: 'volume',
            kind: 'register',
            value: 871.25,
            unit: undefined,
            at: undefined,
          },
        ],
      },
    },
    {
      why: 'a version that does not exist yet',
      source: 'own',
      topic: 'meterhouse/bro-e-main',
      payload: '{"v":2,"readings":[]}',
      meters: [{ id: 'bro-e-main', unit: 'kWh', utility: 'electricity' }],
      gives: { problem: 'message.unparsable', detail: '"v" is 2; this decoder reads version 1' },
    },
    {
      why: 'the payload names a meter that the topic does not have',
      source: 'own',
      topic: 'meterhouse/gateway-3',
      payload: '{"v":1,"meter":"bro-e-old","readings":[]}',
      meters: [{ id: 'bro-e-main', unit: 'kWh', utility: 'electricity' }],
      gives: { problem: 'message.unregistered', detail: 'no meter with this topic is called "bro-e-old"' },
    },
  ],
};
