import type { Listener } from '../../domain/estate/estate.ts';
import type { ReadingQuantity } from '../../domain/readings/reading.ts';
import { quantityOf, type Unit } from '../../domain/units.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { absoluteStamp } from '../stamps.ts';
import { sayValue } from '../strict-number.ts';
import type { WrittenUnit } from '../written-units.ts';

/** The ends of field names that say a unit. Energy times temperature (`_m3c`) is none that a meter is billed by. */
const suffixes = {
  energy: { kwh: 'kWh', wh: 'Wh', mwh: 'MWh', kj: 'kJ', mj: 'MJ', gj: 'GJ' },
  volume: { m3: 'm3', l: 'l' },
  reactive_energy: { kvarh: 'kvarh' },
  power: { kw: 'kW', w: 'W' },
  flow: { m3h: 'm3/h', lh: 'l/h' },
} as const satisfies Partial<Record<ReadingQuantity, Record<string, Unit>>>;
type Told = keyof typeof suffixes;

/**
 * The names under which the drivers write a total, the usual one first, without the unit at their end. What a driver
 * tells of the past (`target`, `at_set_date`, `last_month`, `history`) is not among them, nor are tariffs and phases.
 */
const registers = {
  taken: {
    energy: [
      'total_energy_consumption',
      'total',
      'total_energy',
      'total_heat_energy',
      'total_heating',
      'heat',
      'total_active_positive_3phase',
    ],
    volume: ['total', 'total_volume', 'volume', 'total_heating', 'total_water'],
    reactive_energy: ['total_reactive_energy_consumption'],
  },
  givenBack: {
    energy: ['total_energy_production'],
    volume: ['total_backward', 'total_backwards', 'total_backward_flow'],
    reactive_energy: ['total_reactive_energy_production'],
  },
  cooling: {
    energy: ['total_cooling_consumption', 'total_cooling_energy', 'total_energy_cooling', 'total_cooling'],
    volume: ['total_cooling_volume', 'total_volume_cooling', 'total_cooling'],
    reactive_energy: [],
  },
} as const satisfies Record<string, Record<'energy' | 'volume' | 'reactive_energy', readonly string[]>>;
const instants = {
  power: ['current_power_consumption', 'power', 'current_power', 'active_consumption', 'active_positive_3phase'],
  flow: ['volume_flow', 'flow', 'current_flow', 'current_volume_flow'],
} as const;

interface Field {
  readonly name: string;
  readonly unit: WrittenUnit;
}

/** The fields to look for, in this order: name by name, and in the meter's own unit where a message has several. */
function fieldsToTry(quantity: Told, names: readonly string[], own: Unit): readonly Field[] {
  const ends = Object.entries<Unit>(suffixes[quantity]).sort(([, a], [, b]) => Number(b === own) - Number(a === own));
  return names.flatMap((base) =>
    ends.map(([end, unit]) => ({ name: `${base}_${end}`, unit: { unit, times: 1, quantity } })),
  );
}

/** The field that a channel names, `total_energy_consumption_tariff_1_kwh`; undefined when it is no register. */
function fieldNamed(name: string): Field | undefined {
  const end = name.slice(name.lastIndexOf('_') + 1);
  for (const quantity of ['energy', 'volume', 'reactive_energy'] as const) {
    const units: Readonly<Record<string, Unit>> = suffixes[quantity];
    const unit = Object.hasOwn(units, end) ? units[end] : undefined;
    if (unit !== undefined) return { name, unit: { unit, times: 1, quantity } };
  }
  return undefined;
}

type Side = keyof typeof registers;
interface Wanted {
  readonly register: readonly Field[];
  readonly instant: readonly Field[];
}
const wantedBy = new Map<string, Wanted | undefined>();

/** What a meter's face counts, and the power or flow beside it; undefined for what is no counter of this family. */
function wanted(side: Side, unit: Unit): Wanted | undefined {
  const key = `${side} ${unit}`;
  if (!wantedBy.has(key)) wantedBy.set(key, wantedOnce(side, unit));
  return wantedBy.get(key);
}

function wantedOnce(side: Side, unit: Unit): Wanted | undefined {
  const quantity = quantityOf(unit);
  if (quantity !== 'energy' && quantity !== 'volume' && quantity !== 'reactive_energy') return undefined;
  const register = fieldsToTry(quantity, registers[side][quantity], unit);
  if (side === 'givenBack' || quantity === 'reactive_energy') return { register, instant: [] };
  const beside = quantity === 'energy' ? 'power' : 'flow';
  return { register, instant: fieldsToTry(beside, instants[beside], unit) };
}

/**
 * The register of a meter by its channel, or else by what it counts, its role and its utility; power or flow beside it.
 * A heat meter's volume is another meter of the register.
 */
function fieldsOf(meter: Listener, body: JsonObject): readonly (Field | undefined)[] {
  const [, named] = channelOf(meter);
  if (named !== undefined) return [fieldNamed(named)];
  // A meter of cold alone writes its total as any other; one of both writes the cold beside the heat.
  const isColdBesideHeat = meter.utility === 'cooling' && !String(body.media).startsWith('cooling');
  const fields = wanted(meter.role === 'export' ? 'givenBack' : isColdBesideHeat ? 'cooling' : 'taken', meter.unit);
  if (!fields) return [];
  const isThere = ({ name }: Field): boolean => body[name] !== undefined;
  return [fields.register.find(isThere), fields.instant.find(isThere)];
}

/** `<id>`, `<id>/<field>`, or neither. */
function channelOf({ channel }: Listener): readonly [id: string | undefined, field: string | undefined] {
  const [id, field] = channel === undefined ? [] : channel.split('/');
  return [id === '' ? undefined : id, field];
}

/** JSON of wmbusmeters, which decodes wireless M-Bus telegrams of water, heat, gas and electricity meters. */
export const wmbusmeters: Decoder = {
  name: 'wmbusmeters',
  title: 'wmbusmeters JSON',
  describes: {
    topic: '`wmbusmeters/<name>`',
    channel:
      '`id` of the payload, where several meters share a topic; then a field, for a tariff or a phase ' +
      '(`10101010/total_energy_consumption_tariff_1_kwh`, or `/total_…` alone)',
    reads:
      'the total by what the meter counts (`unit`: energy, volume or kvarh), by role (`export`: what was given back) and by utility ' +
      '(`cooling`), in kWh, MJ, GJ, m³, l or kvarh; beside it power or flow',
    stamp: '`timestamp`: when the telegram was heard',
    traps:
      '`status` names alarms: the total is kept whatever it says; values of the past (`target_…`, `…_at_set_date`) are left alone, ' +
      'some of them sentinels; `energy_forward_kwh` and `forward_energy_m3c` are no energy; some drivers write reactive energy as `_kwh`',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    const body = objectOf(parsed.value);
    if (!body) return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
    const at = absoluteStamp(body.timestamp);
    if (at === undefined)
      return { problem: 'message.unparsable', detail: `"timestamp" is ${sayValue(body.timestamp)}` };
    const { id } = body;
    const heard = typeof id === 'string' ? id.toLowerCase() : undefined;
    const meant = meters.filter((meter) => {
      const [named] = channelOf(meter);
      return named === undefined || named.toLowerCase() === heard;
    });
    if (meant.length === 0) {
      return { problem: 'message.unregistered', detail: `no meter with this topic has the channel ${sayValue(id)}` };
    }
    const gathered = new Gathered();
    for (const meter of meant) {
      const [register, instant] = fieldsOf(meter, body);
      if (register) gathered.register(meter, { ...register, raw: body[register.name], at });
      if (instant) gathered.instant(meter, { ...instant, raw: body[instant.name], at });
    }
    return gathered.answer('no total of these meters');
  },
  examples: [
    {
      why: 'a water meter; what it showed at the end of the month is left alone',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/ward-water',
      payload:
        '{"media":"cold water","meter":"multical21","name":"ward-water","id":"20260117","status":"OK","total_m3":871.408,"target_m3":862.5,' +
        '"flow_temperature_c":9,"external_temperature_c":21,"current_status":"","time_dry":"","timestamp":"2026-11-23T18:00:12Z"}',
      meters: [{ id: 'ward-w', unit: 'm3', utility: 'water', channel: '20260117' }],
      gives: {
        readings: [
          { meter: 'ward-w', quantity: 'volume', kind: 'register', value: 871.408, unit: 'm3', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'heat and the volume it came with are two meters; an alarm does not change the total; the integral energy is none',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/plant-heat',
      payload:
        '{"media":"heat","meter":"kamheat","name":"plant-heat","id":"67895432","status":"SENSOR_T1_BELOW_MEASURING_RANGE",' +
        '"total_energy_consumption_kwh":2651,"total_volume_m3":150.347,"volume_flow_m3h":0.54,"power_kw":12.6,' +
        '"energy_forward_kwh":9001,"flow_temperature_c":62.3,"return_temperature_c":44.1,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [
        { id: 'plant-heat', unit: 'kWh', utility: 'heat' },
        { id: 'plant-heat-volume', unit: 'm3', utility: 'heat' },
      ],
      gives: {
        readings: [
          { meter: 'plant-heat', quantity: 'energy', kind: 'register', value: 2651, unit: 'kWh', at: 1_795_456_812 },
          { meter: 'plant-heat', quantity: 'power', kind: 'instant', value: 12.6, unit: 'kW', at: 1_795_456_812 },
          {
            meter: 'plant-heat-volume',
            quantity: 'volume',
            kind: 'register',
            value: 150.347,
            unit: 'm3',
            at: 1_795_456_812,
          },
          {
            meter: 'plant-heat-volume',
            quantity: 'flow',
            kind: 'instant',
            value: 0.54,
            unit: 'm3/h',
            at: 1_795_456_812,
          },
        ],
      },
    },
    {
      why: 'export is another total of the same message',
      source: 'own',
      topic: 'wmbusmeters/roof',
      payload:
        '{"media":"electricity","meter":"amiplus","name":"roof","id":"10101010","total_energy_consumption_kwh":15.25,' +
        '"total_energy_production_kwh":4100.5,"current_power_consumption_kw":0,"timestamp":"2026-06-21T12:00:00Z"}',
      meters: [{ id: 'roof-export', unit: 'kWh', utility: 'electricity', role: 'export' }],
      gives: {
        readings: [
          { meter: 'roof-export', quantity: 'energy', kind: 'register', value: 4100.5, unit: 'kWh', at: 1_782_043_200 },
        ],
      },
    },
    {
      why: 'total, tariffs and reactive energy: the total is the meter, a tariff is one of its own, kvarh are never kWh',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/kitchen',
      payload:
        '{"_":"telegram","media":"electricity","meter":"iem3000","name":"kitchen","id":"20e4ffde","total_energy_consumption_kwh":43370.162,' +
        '"total_energy_consumption_tariff_1_kwh":43000.5,"total_energy_consumption_tariff_2_kwh":369.662,"partial_energy_consumption_kwh":385.482,' +
        '"total_reactive_energy_consumption_kvarh":13717.656,"active_consumption_kw":18.19,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [
        { id: 'kitchen', unit: 'kWh', utility: 'electricity', channel: '20E4FFDE' },
        {
          id: 'kitchen-night',
          unit: 'kWh',
          utility: 'electricity',
          channel: '20e4ffde/total_energy_consumption_tariff_2_kwh',
        },
        { id: 'kitchen-kvarh', unit: 'kvarh', utility: 'electricity', measures: 'reactive' },
      ],
      gives: {
        readings: [
          { meter: 'kitchen', quantity: 'energy', kind: 'register', value: 43_370.162, unit: 'kWh', at: 1_795_456_812 },
          { meter: 'kitchen', quantity: 'power', kind: 'instant', value: 18.19, unit: 'kW', at: 1_795_456_812 },
          {
            meter: 'kitchen-night',
            quantity: 'energy',
            kind: 'register',
            value: 369.662,
            unit: 'kWh',
            at: 1_795_456_812,
          },
          {
            meter: 'kitchen-kvarh',
            quantity: 'reactive_energy',
            kind: 'register',
            value: 13_717.656,
            unit: 'kvarh',
            at: 1_795_456_812,
          },
        ],
      },
    },
    {
      why: 'a heat meter that counts GJ, told in GJ and as kWh: each meter takes its own unit; the past is left alone',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/north-heat',
      payload:
        '{"_":"telegram","media":"heat","meter":"vario451","name":"north-heat","id":"58234965","total_kwh":7371.666667,"total_gj":26.538,' +
        '"current_kwh":2729.444444,"current_gj":9.826,"previous_kwh":4642.222222,"previous_gj":16.712,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [
        { id: 'north-heat', unit: 'GJ', utility: 'heat' },
        { id: 'north-heat-kwh', unit: 'kWh', utility: 'heat' },
        { id: 'north-heat-mj', unit: 'MJ', utility: 'heat' },
      ],
      gives: {
        readings: [
          { meter: 'north-heat', quantity: 'energy', kind: 'register', value: 26.538, unit: 'GJ', at: 1_795_456_812 },
          {
            meter: 'north-heat-kwh',
            quantity: 'energy',
            kind: 'register',
            value: 7371.666667,
            unit: 'kWh',
            at: 1_795_456_812,
          },
          {
            meter: 'north-heat-mj',
            quantity: 'energy',
            kind: 'register',
            value: 7371.666667,
            unit: 'kWh',
            at: 1_795_456_812,
          },
        ],
      },
    },
    {
      why: 'heating and cooling through one meter; months of which the meter knows nothing are sentinels of the past',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/plant',
      payload:
        '{"_":"telegram","media":"heat/cooling load","meter":"c5isf","name":"plant","id":"55445555","status":"OK","prev_1_month_kwh":0,' +
        '"prev_2_month_kwh":-2147483648,"total_energy_consumption_kwh":900,"total_cooling_consumption_kwh":6042,"total_volume_m3":12.5,' +
        '"power_kw":-3.706,"volume_flow_m3h":0.515,"forward_energy_m3c":299,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [
        { id: 'plant-heat', unit: 'kWh', utility: 'heat' },
        { id: 'plant-cooling', unit: 'kWh', utility: 'cooling' },
      ],
      gives: {
        readings: [
          { meter: 'plant-heat', quantity: 'energy', kind: 'register', value: 900, unit: 'kWh', at: 1_795_456_812 },
          { meter: 'plant-heat', quantity: 'power', kind: 'instant', value: -3.706, unit: 'kW', at: 1_795_456_812 },
          { meter: 'plant-cooling', quantity: 'energy', kind: 'register', value: 6042, unit: 'kWh', at: 1_795_456_812 },
          { meter: 'plant-cooling', quantity: 'power', kind: 'instant', value: -3.706, unit: 'kW', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'gas: volume, and flow beside it',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/laundry-gas',
      payload:
        '{"_":"telegram","media":"gas","meter":"aerius","name":"laundry-gas","id":"03400229","total_m3":7842.784,"flow_m3h":0,' +
        '"target_m3":7260.324,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [{ id: 'laundry-g', unit: 'm3', utility: 'gas' }],
      gives: {
        readings: [
          { meter: 'laundry-g', quantity: 'volume', kind: 'register', value: 7842.784, unit: 'm3', at: 1_795_456_812 },
          { meter: 'laundry-g', quantity: 'flow', kind: 'instant', value: 0, unit: 'm3/h', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'a driver that tells only what the meter showed on the first of January',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/flat-w',
      payload:
        '{"_":"telegram","media":"warm water","meter":"mkradio4a","name":"flat-w","id":"66953825","target_m3":16.1,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [{ id: 'flat-w', unit: 'm3', utility: 'water' }],
      gives: { ignored: 'no total of these meters' },
    },
    {
      why: 'a telegram of a neighbour on the shared topic',
      source: 'own',
      topic: 'wmbusmeters/all',
      payload:
        '{"media":"water","meter":"iperl","name":"x","id":"33225544","total_m3":1.5,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [{ id: 'ward-w', unit: 'm3', utility: 'water', channel: '20260117' }],
      gives: { problem: 'message.unregistered', detail: 'no meter with this topic has the channel "33225544"' },
    },
    {
      why: 'a total that the meter does not know',
      source: 'own',
      topic: 'wmbusmeters/ward-water',
      payload:
        '{"media":"water","meter":"iperl","name":"x","id":"20260117","total_m3":null,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [{ id: 'ward-w', unit: 'm3', utility: 'water' }],
      gives: {
        readings: [],
        doubts: [
          { meter: 'ward-w', code: 'reading.not-a-number', detail: 'total_m3 is null (the meter does not know)' },
        ],
      },
    },
  ],
};
