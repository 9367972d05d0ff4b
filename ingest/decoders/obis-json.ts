import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { boundedJson } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { readObis } from '../obis/codes.ts';
import { entriesIn, type Entry } from '../obis/entries.ts';
import { sayValue, strictNumber } from '../strict-number.ts';

/** A code of a channel: `medium` is `A-B` as the channel has it, or only `A` where what the meter measures says it. */
interface Code {
  readonly medium: string | undefined;
  readonly code: string;
}

/** The register that is meant where the channel names none. Outside electricity 1.0.0 alone would also be a clock. */
function usualCode({ utility, measures, role }: Listener): Code {
  if (utility === 'gas') return { medium: '7', code: '3.0.0' };
  if (utility === 'heat' || utility === 'steam') return { medium: '6', code: '1.0.0' };
  if (utility === 'cooling') return { medium: '5', code: '1.0.0' };
  if (utility === 'water') return { medium: '8', code: '1.0.0' };
  const side = (measures === 'reactive' ? 3 : 1) + (role === 'export' ? 1 : 0);
  return { medium: undefined, code: `${side}.8.0` };
}

/** What of a message a meter means: of the group of that name, where it says one, the sum of these codes. */
interface Wanted {
  readonly group: string | undefined;
  readonly codes: readonly Code[];
}

function wantedOf(meter: Listener): Wanted {
  const { channel } = meter;
  if (channel === undefined) return { group: undefined, codes: [usualCode(meter)] };
  const slash = channel.lastIndexOf('/');
  const codes = channel
    .slice(slash + 1)
    .split('+')
    .map(readObis);
  // No code: the channel is the name of the meter in the message.
  if (codes.some((code) => code === undefined)) return { group: channel, codes: [usualCode(meter)] };
  return { group: slash === -1 ? undefined : channel.slice(0, slash), codes: codes.flatMap((code) => code ?? []) };
}

function matching(entries: readonly Entry[], { group }: Wanted, { medium, code }: Code): Entry[] {
  const fits = (of: string | undefined): boolean => {
    if (medium === undefined || medium === of) return true;
    return medium.includes('-') ? of === undefined : of?.startsWith(`${medium}-`) === true;
  };
  return entries.filter(
    (entry) => entry.code === code && (group === undefined || entry.group === group) && fits(entry.medium),
  );
}

/** The power now: signed and summed where the device has it, else what is imported. */
const powerCodes = ['16.7.0', '1.7.0'] as const;

function gather(entries: readonly Entry[], meter: Listener, into: Gathered): void {
  const wanted = wantedOf(meter);
  const parts = wanted.codes.map((code) => matching(entries, wanted, code));
  // A sum is all of its parts or nothing: half of it would be a step backwards.
  if (parts.every((part) => part.length > 0)) register(parts, meter, into);
  const isTotal = wanted.codes.length > 1 || wanted.codes[0]?.code === usualCode(meter).code;
  if (meter.utility !== 'electricity' || meter.measures === 'reactive' || meter.role === 'export' || !isTotal) return;
  const powers = powerCodes.map((code) => matching(entries, wanted, { medium: undefined, code }));
  const power = powers.find((found) => found.length === 1)?.[0];
  if (power) into.instant(meter, { name: power.code, ...power });
}

/** The one entry of each part, added up. */
function register(parts: readonly (readonly Entry[])[], meter: Listener, into: Gathered): void {
  const entries = parts.flat();
  const [first] = entries;
  if (!first) return;
  const many = parts.find((part) => part.length > 1);
  if (many) {
    const detail = `${many[0]?.code} stands ${many.length} times in the message; the channel names the meter`;
    return into.doubt(meter, 'message.unparsable', detail);
  }
  const odd = entries.find((entry) => entry.oddUnit !== undefined);
  if (odd) return into.doubt(meter, 'reading.wrong-unit', `the unit of ${odd.code} is ${sayValue(odd.oddUnit)}`);
  if (entries.some((entry) => entry.unit?.unit !== first.unit?.unit || entry.unit?.times !== first.unit?.times)) {
    return into.doubt(meter, 'reading.wrong-unit', 'the parts of the sum have different units');
  }
  const bad = entries.find((entry) => strictNumber(entry.raw) === undefined);
  const sum = entries.reduce((total, entry) => total + (strictNumber(entry.raw) ?? 0), 0);
  const at = entries.every((entry) => entry.at === first.at) ? first.at : undefined;
  into.register(meter, { name: (bad ?? first).code, raw: bad ? bad.raw : sum, unit: first.unit, at });
}

/** Electricity, gas, heat and water meters as a DLMS gateway says them: JSON whose keys are OBIS codes. */
export const obisJson: Decoder = {
  name: 'obis-json',
  title: 'OBIS-keyed JSON (DLMS gateways)',
  describes: {
    topic: 'any',
    channel:
      'an OBIS code (`1.8.1`, `1-0:2.8.0`), a sum of them (`1.8.1+1.8.2`), before them the name of one meter of several in the message ' +
      '(`intake/1.8.0`); without one the total: 1.8.0 of electricity, 2.8.0 of an export meter, 3.8.0 of reactive energy, 3.0.0 of gas, ' +
      '1.0.0 of heat and water',
    reads:
      'the register under the code, and the power now (16.7.0, else 1.7.0) beside a total; units as text or as DLMS code (30 is Wh, ' +
      '27 is W), scaler applied',
    stamp:
      '`timestamp`, `time`, `lastUpdate` or the clock 0-0:1.0.0, the nearest one outwards; without a zone it is the clock on a wall in ' +
      'London; none: receipt',
    traps:
      'tariffs (1.8.1, 1.8.2) are parts of the total (1.8.0) and are never added to it; stored periods (`*01`) are left alone; a decimal ' +
      'comma is no number',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    if (typeof parsed.value !== 'object' || parsed.value === null) {
      return { problem: 'message.unparsable', detail: `expected an object or a list; found ${sayValue(parsed.value)}` };
    }
    const entries = entriesIn(parsed.value, message.received);
    if (entries === undefined) {
      return { problem: 'message.too-large', detail: `more than ${limits.readingsPerMessage} values` };
    }
    const gathered = new Gathered();
    for (const meter of meters) gather(entries, meter, gathered);
    return gathered.answer(entries.length === 0 ? 'no OBIS code' : 'no register of these meters');
  },
  examples: [
    {
      why: 'full codes with DLMS units; 30 is Wh; the power of an exporting site is below 0; nine digits of a second',
      source: 'own; the shape of an SML gateway’s answer',
      topic: 'gateway/sml',
      payload:
        '{"meters":{"intake":{"connected":true,"lastUpdate":"2026-11-23T18:00:10.064515753Z","values":{"1-0:1.8.0*255":{"value":7512345.6,' +
        '"unit":30},"1-0:2.8.0*255":{"value":98765.4,"unit":30},"1-0:16.7.0*255":{"value":-3210,"unit":27}}}}}',
      meters: [
        { id: 'intake', unit: 'kWh', utility: 'electricity' },
        { id: 'export', unit: 'kWh', utility: 'electricity', role: 'export' },
      ],
      gives: {
        readings: [
          { meter: 'intake', quantity: 'energy', kind: 'register', value: 7_512_345.6, unit: 'Wh', at: 1_795_456_810 },
          { meter: 'intake', quantity: 'power', kind: 'instant', value: -3210, unit: 'W', at: 1_795_456_810 },
          { meter: 'export', quantity: 'energy', kind: 'register', value: 98_765.4, unit: 'Wh', at: 1_795_456_810 },
        ],
      },
    },
    {
      why: 'codes as hex digits, value with scaler and unit, and the meter’s own clock without an offset: London',
      source: 'own; the shape of a message in a public issue (aviborg/esp-smart-meter 3)',
      topic: 'gateway/han',
      payload:
        '{"rssi":-75,"payload":{"0000010000FF":["07EA0B1701120005FF800000"],"0100010700FF":[1136,[0,"W"]],"01001F0700FF":[21,[-1,"A"]],' +
        '"0100010800FF":[3344019,[1,"Wh"]],"0100030800FF":[77281,[0,"varh"]]}}',
      meters: [
        { id: 'intake', unit: 'kWh', utility: 'electricity' },
        { id: 'intake-kvarh', unit: 'kvarh', utility: 'electricity', measures: 'reactive' },
      ],
      gives: {
        readings: [
          { meter: 'intake', quantity: 'energy', kind: 'register', value: 33_440_190, unit: 'Wh', at: 1_795_456_805 },
          { meter: 'intake', quantity: 'power', kind: 'instant', value: 1136, unit: 'W', at: 1_795_456_805 },
          {
            meter: 'intake-kvarh',
            quantity: 'reactive_energy',
            kind: 'register',
            value: 77_281,
            unit: 'varh',
            at: 1_795_456_805,
          },
        ],
      },
    },
    {
      why: 'two tariffs and no total: a meter for each, and one that is their sum; zero-padded texts with the unit behind',
      source: 'own; the form of the optical port of meters (IEC 62056-21)',
      topic: 'gateway/d0/ward',
      payload:
        '{"time":"2026-07-01 13:30:00","1.8.1":"007054.890*kWh","1.8.2":"006526.370*kWh","1.8.1*01":"006900.000*kWh"}',
      meters: [
        { id: 'day', unit: 'kWh', utility: 'electricity', channel: '1.8.1' },
        { id: 'both', unit: 'kWh', utility: 'electricity', channel: '1.8.1+1.8.2' },
        { id: 'total', unit: 'kWh', utility: 'electricity' },
      ],
      gives: {
        readings: [
          { meter: 'day', quantity: 'energy', kind: 'register', value: 7054.89, unit: 'kWh', at: 1_782_909_000 },
          { meter: 'both', quantity: 'energy', kind: 'register', value: 13_581.26, unit: 'kWh', at: 1_782_909_000 },
        ],
      },
    },
    {
      why: 'one part of a sum is missing: there is no sum',
      source: 'own',
      topic: 'gateway/d0/ward',
      payload: '{"time":"2026-07-01 13:30:00","1.8.1":"007054.890*kWh"}',
      meters: [{ id: 'both', unit: 'kWh', utility: 'electricity', channel: '1.8.1+1.8.2' }],
      gives: { ignored: 'no register of these meters' },
    },
    {
      why: 'a list of objects with scaler, gas by volume; a stored month is left alone; milliseconds',
      source: 'own',
      topic: 'gateway/dlms/7',
      payload:
        '{"timestamp":1795456800250,"readings":[{"obis":"7-0:3.0.0*255","value":123456,"scaler":-2,"unit":13},' +
        '{"obis":"7-0:3.0.0*1","value":120000,"scaler":-2,"unit":13}]}',
      meters: [{ id: 'boiler-gas', unit: 'm3', utility: 'gas' }],
      gives: {
        readings: [
          { meter: 'boiler-gas', quantity: 'volume', kind: 'register', value: 1234.56, unit: 'm3', at: 1_795_456_800 },
        ],
      },
    },
    {
      why: 'bare numbers: the estate knows the unit; a decimal comma is refused and not guessed',
      source: 'own',
      topic: 'gateway/dlms/8',
      payload: '{"1.8.0":"12345,6","2.8.0":17.5}',
      meters: [
        { id: 'intake', unit: 'kWh', utility: 'electricity' },
        { id: 'export', unit: 'kWh', utility: 'electricity', channel: '2.8.0' },
      ],
      gives: {
        readings: [
          { meter: 'export', quantity: 'energy', kind: 'register', value: 17.5, unit: undefined, at: undefined },
        ],
        doubts: [{ meter: 'intake', code: 'reading.not-a-number', detail: '1.8.0 is "12345,6"' }],
      },
    },
    {
      why: 'a unit that is none: not taken for that of the estate',
      source: 'own',
      topic: 'gateway/dlms/8',
      payload: '{"1-0:1.8.0*255":{"value":12345.6,"unit":"therm"}}',
      meters: [{ id: 'intake', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [],
        doubts: [{ meter: 'intake', code: 'reading.wrong-unit', detail: 'the unit of 1.8.0 is "therm"' }],
      },
    },
    {
      why: 'two meters in one message and a meter that does not say which',
      source: 'own',
      topic: 'gateway/sml',
      payload:
        '{"meters":{"a":{"values":{"1-0:1.8.0*255":{"value":1,"unit":30}}},"b":{"values":{"1-0:1.8.0*255":{"value":2,"unit":30}}}}}',
      meters: [
        { id: 'unsaid', unit: 'kWh', utility: 'electricity' },
        { id: 'b', unit: 'kWh', utility: 'electricity', channel: 'b' },
      ],
      gives: {
        readings: [{ meter: 'b', quantity: 'energy', kind: 'register', value: 2, unit: 'Wh', at: undefined }],
        doubts: [
          {
            meter: 'unsaid',
            code: 'message.unparsable',
            detail: '1.8.0 stands 2 times in the message; the channel names the meter',
          },
        ],
      },
    },
  ],
};
