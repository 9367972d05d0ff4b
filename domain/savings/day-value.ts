import type { Shape } from './model.ts';

/**
 * What a model expects of one day:
 *
 *   base of its kind + heating × max(0, balance of its kind − felt) + cooling × max(0, felt − balance),
 *
 * where `felt` is the temperature as walls feel it: (1 − memory) × the day's mean + memory × what was felt the day
 * before. The parameters lie in one row: bases of the kinds, then heating slope, balance point and how far the balance
 * point of each further kind is from that of the first, then cooling slope and balance point, then memory. Balance
 * points and memory are parameters as slopes are: what is not known of them widens the intervals too.
 */

/** Where each parameter lies; −1 where the shape has none. */
export interface Layout {
  readonly heating: number;
  readonly cooling: number;
  readonly memory: number;
  readonly size: number;
}

export function layoutOf({ groups, heating, cooling, memory }: Shape): Layout {
  const afterHeating = groups + (heating ? 1 + groups : 0);
  const afterCooling = afterHeating + (cooling ? 2 : 0);
  return {
    heating: heating ? groups : -1,
    cooling: cooling ? afterHeating : -1,
    memory: memory ? afterCooling : -1,
    size: afterCooling + (memory ? 1 : 0),
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

/** The energy of a day, and how it changes with each parameter (written to `row` from `at` on). */
export function dayValue(
  { heating, cooling, memory }: Layout,
  parameters: Float64Array,
  day: { readonly felt: number; readonly byMemory: number; readonly group: number },
  row: Float64Array,
  at = 0,
): number {
  const { felt, byMemory, group } = day;
  row[at + group] = 1;
  let value = parameters[group] as number;
  let perDegree = 0;
  if (heating >= 0) {
    const slope = parameters[heating] as number;
    const balance = (parameters[heating + 1] as number) + (group > 0 ? (parameters[heating + 1 + group] as number) : 0);
    const below = balance - felt;
    if (below > 0) {
      value += slope * below;
      row[at + heating] = below;
      row[at + heating + 1] = slope;
      if (group > 0) row[at + heating + 1 + group] = slope;
      perDegree -= slope;
    }
  }
  if (cooling >= 0) {
    const slope = parameters[cooling] as number;
    const above = felt - (parameters[cooling + 1] as number);
    if (above > 0) {
      value += slope * above;
      row[at + cooling] = above;
      row[at + cooling + 1] = -slope;
      perDegree += slope;
    }
  }
  if (memory >= 0) row[at + memory] = perDegree * byMemory;
  return value;
}
