import type { ReadingQuantity } from '../../domain/readings/reading.ts';
import type { Unit } from '../../domain/units.ts';
import { type JsonObject, objectOf } from '../bounded-json.ts';
import { readQuantity } from '../written-units.ts';

/** A register in what a device's codec made of its frame. */
export interface Field {
  /** What a person writes in `channel`. */
  readonly name: string;
  /** Keys on the way to the value; the name itself when absent. */
  readonly path?: readonly string[];
  /** The unit of the codec; undefined where the device was told which, and the estate must say it. */
  readonly unit: Unit | undefined;
  readonly quantity: ReadingQuantity;
  /** Another field of the frame that must begin so, where one name means different things by the kind of frame. */
  readonly when?: { readonly key: string; readonly begins: string };
  /** The power beside an energy. */
  readonly power?: { readonly key: string; readonly unit: Unit };
}

const pulses = (...names: readonly string[]): Field[] =>
  names.map((name) => ({ name, unit: 'pulse', quantity: 'count' }));
const energies = (...names: readonly string[]): Field[] =>
  names.map((name) => ({ name, unit: 'Wh', quantity: 'energy' }));

/**
 * The registers of devices by the names of their makers' codecs, which ChirpStack and The Things Stack run. Letter case
 * is not looked at: makers change it between versions. What counts since the last frame (`pulse_count` of Decentlab,
 * `last_pulse` and `water_flow_value` of Dragino) is left out, since a frame that is lost would be consumption lost.
 */
export const fields: readonly Field[] = [
  // Milesight: pulse counters EM300-DI, UC11, UC300 and UC500; sockets and switches WS50x, WS51x, WS52x, WS558.
  ...pulses('pulse', 'gpio_counter', 'gpio_counter_1', 'gpio_counter_2', 'gpio_counter_3', 'gpio_counter_4'),
  ...pulses('counter', 'counter1', 'counter2', 'valve_1_pulse', 'valve_2_pulse'),
  { name: 'water', unit: undefined, quantity: 'volume' },
  { name: 'power_consumption', unit: 'Wh', quantity: 'energy', power: { key: 'active_power', unit: 'W' } },
  { name: 'power_sum', unit: 'Wh', quantity: 'energy', power: { key: 'power', unit: 'W' } },
  // Adeunis Pulse: one list means both inputs in a frame 0x46, and one input's past in 0x5a and 0x5b.
  ...(
    [
      ['A', '0', '0x46'],
      ['B', '1', '0x46'],
      ['A', '0', '0x5a'],
      ['B', '0', '0x5b'],
    ] as const
  ).map(
    ([name, place, frame]): Field => ({
      name,
      path: ['counterValues', place],
      unit: 'pulse',
      quantity: 'count',
      when: { key: 'type', begins: frame },
    }),
  ),
  { name: 'A', path: ['channelA_index'], unit: 'pulse', quantity: 'count' },
  { name: 'B', path: ['channelB_index'], unit: 'pulse', quantity: 'count' },
  // Dragino: flow sensor SW3L, counters CPL01 and CPL03, inputs of LT-22222-L.
  ...pulses('total_pulse', 'count1_times', 'count2_times', 'acount_times'),
  ...pulses('pulsecounter', 'pa8_pulsecounter', 'pa4_pulsecounter', 'pb15_pulsecounter').map(
    (field): Field => ({ ...field, when: { key: 'count_mod', begins: 'SUM' } }),
  ),
  // Decentlab DL-DLR2 with one and with two inputs.
  ...pulses('cumulative_pulse_count', 'ch0_cumulative_pulse_count', 'ch1_cumulative_pulse_count'),
  // Yobiiq EM2101 and EM4301, by direction and tariff.
  ...['L1', 'L123'].flatMap((phases) =>
    energies(
      ...['T1', 'T2'].flatMap((tariff) => ['Import', 'Export'].map((way) => `activeEnergy${way}${phases}${tariff}`)),
    ),
  ),
];

/** Lists of records that a device kept while it was not heard, each with its own time in epoch seconds. */
const pastLists = ['history', 'channel_history'] as const;

export interface PastRecord {
  readonly at: unknown;
  readonly object: JsonObject;
}

/** What the device told of the past in this frame. */
export function pastOf(object: JsonObject): PastRecord[] {
  return pastLists.flatMap((name) => {
    const list = object[name];
    if (!Array.isArray(list)) return [];
    return (list as readonly unknown[]).flatMap((each) => {
      const record = objectOf(each);
      return record ? [{ at: record.timestamp, object: record }] : [];
    });
  });
}

/** The fields of a codec's answer that are registers of a quantity. */
export function fieldsIn(object: JsonObject, quantity: ReadingQuantity): Field[] {
  return fields.filter((field) => field.quantity === quantity && valueIn(object, field) !== undefined);
}

/**
 * A field by its name in a codec's answer: a known one, or any path `a.b.0` that leads to something. A name that is a
 * register only in some frames is never read as a plain path.
 */
export function fieldNamed(object: JsonObject, name: string, unit: Unit): Field | undefined {
  const known = fields.filter((field) => field.name.toLowerCase() === name.toLowerCase());
  const found = known.find((field) => valueIn(object, field) !== undefined);
  if (found || known.some((field) => field.path === undefined)) return found;
  const quantity = readQuantity(unit);
  if (quantity === undefined) return undefined;
  const field: Field = { name, path: name.split('.'), unit: undefined, quantity };
  return valueIn(object, field) === undefined ? undefined : field;
}

/** The value of a field; undefined where the frame does not have it or is of another kind. */
export function valueIn(object: JsonObject, { name, path = [name], when }: Field): unknown {
  if (when) {
    const kind = valueAt(object, [when.key]);
    if (typeof kind !== 'string' || !kind.toLowerCase().startsWith(when.begins.toLowerCase())) return undefined;
  }
  return valueAt(object, path);
}

/** The value below some keys, whatever their letter case; `{"value":…}` around it is taken off (Decentlab). */
export function valueAt(object: JsonObject, path: readonly string[]): unknown {
  let at: unknown = object;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    const holder = at as JsonObject;
    const name = Object.hasOwn(holder, key)
      ? key
      : Object.keys(holder).find((each) => each.toLowerCase() === key.toLowerCase());
    at = name === undefined ? undefined : holder[name];
  }
  const wrapped = objectOf(at);
  return wrapped ? wrapped.value : at;
}
