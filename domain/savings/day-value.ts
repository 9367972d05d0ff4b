import type { Shape } from './model.ts';

/**
 * What a model expects of one day:
 *
 *   base of its kind + heating × degrees below the balance of its kind + cooling × degrees above a balance,
 *
 * of the temperature as walls feel it: (1 − memory) × the day's mean + memory × what was felt the day before. The
 * parameters lie in one row: bases of the kinds, then heating slope, balance point and how far the balance point of
 * each further kind is from that of the first, then cooling slope and balance point, then memory and bend. Balance
 * points, memory and bend are parameters as slopes are: what is not known of them widens the intervals too.
 */

/** Where each parameter lies; −1 where the shape has none. */
export interface Layout {
  readonly heating: number;
  readonly cooling: number;
  readonly memory: number;
  readonly bend: number;
  readonly size: number;
}

export function layoutOf({ groups, heating, cooling, memory }: Shape): Layout {
  const afterHeating = groups + (heating ? 1 + groups : 0);
  const afterCooling = afterHeating + (cooling ? 2 : 0);
  return {
    heating: heating ? groups : -1,
    cooling: cooling ? afterHeating : -1,
    memory: memory ? afterCooling : -1,
    bend: memory ? afterCooling + 1 : -1,
    size: afterCooling + (memory ? 2 : 0),
  };
}

/** °C as walls feel each day, and how that changes with the memory; NaN where the day is not known. */
export interface Felt {
  readonly degrees: Float64Array;
  readonly byMemory: Float64Array;
}

/** A day without temperature leaves what is felt as it was. */
export function feltOf(temperature: Float64Array, memory: number): Felt {
  const degrees = new Float64Array(temperature.length).fill(Number.NaN);
  const byMemory = degrees.slice();
  let [felt, change] = [Number.NaN, 0];
  for (let day = 0; day < temperature.length; day++) {
    const today = temperature[day] as number;
    if (Number.isNaN(today)) continue;
    change = Number.isNaN(felt) ? 0 : felt - today + memory * change;
    felt = Number.isNaN(felt) ? today : today + memory * (felt - today);
    degrees[day] = felt;
    byMemory[day] = change;
  }
  return { degrees, byMemory };
}

/**
 * Degrees on the near side of a balance point that is not sharp: `bend` × ln(1 + exp(beyond / bend)); how that changes
 * with each degree (0 to 1), and with the bend. Without a bend, only degrees beyond the balance point count.
 */
function degreesBeyond(beyond: number, bend: number): Beyond {
  const times = beyond / bend;
  // So far from the bend that nothing is left of it.
  if (!(bend > 0) || Math.abs(times) > 30) return beyond > 0 ? { degrees: beyond, share: 1, byBend: 0 } : none;
  const share = 1 / (1 + Math.exp(-times));
  const logarithm = times > 0 ? times - Math.log(share) : -Math.log(1 - share);
  return { degrees: bend * logarithm, share, byBend: logarithm - times * share };
}

interface Beyond {
  readonly degrees: number;
  readonly share: number;
  readonly byBend: number;
}
const none: Beyond = { degrees: 0, share: 0, byBend: 0 };

/** The energy of a day, and how it changes with each parameter (written to `row` from `at` on). */
export function dayValue(
  { heating, cooling, memory, bend }: Layout,
  parameters: Float64Array,
  { felt, byMemory, group }: DayFelt,
  row: Float64Array,
  at = 0,
): number {
  row[at + group] = 1;
  let value = parameters[group] as number;
  let [perDegree, perBend] = [0, 0];
  const soft = bend < 0 ? 0 : (parameters[bend] as number);
  if (heating >= 0) {
    const slope = parameters[heating] as number;
    const apart = group > 0 ? (parameters[heating + 1 + group] as number) : 0;
    const below = (parameters[heating + 1] as number) + apart - felt;
    const { degrees, share, byBend } = degreesBeyond(below, soft);
    value += slope * degrees;
    row[at + heating] = degrees;
    row[at + heating + 1] = slope * share;
    if (group > 0) row[at + heating + 1 + group] = slope * share;
    perDegree -= slope * share;
    perBend += slope * byBend;
  }
  if (cooling >= 0) {
    const slope = parameters[cooling] as number;
    const { degrees, share, byBend } = degreesBeyond(felt - (parameters[cooling + 1] as number), soft);
    value += slope * degrees;
    row[at + cooling] = degrees;
    row[at + cooling + 1] = -slope * share;
    perDegree += slope * share;
    perBend += slope * byBend;
  }
  if (memory >= 0) row[at + memory] = perDegree * byMemory;
  if (bend >= 0) row[at + bend] = perBend;
  return value;
}

/** °C as walls feel a day, how that changes with the memory, and which kind of day it is. */
export interface DayFelt {
  readonly felt: number;
  readonly byMemory: number;
  readonly group: number;
}
