import { heatLossCoefficient } from '../weather/signature.ts';
import { addDays, daysBetween } from '../time.ts';
import { around } from './assemble.ts';
import { cutDays } from './baseline-days.ts';
import { dayValue, feltOf, layoutOf } from './day-value.ts';
import type { DailyTemperature, Days } from './daily.ts';
import type { BaselineModel, Interval, Reckoning } from './model.ts';
import { errorOf, quadratic, varianceOfSum } from './scatter.ts';

/** What a model expects of some days. */
export interface Expected {
  /** Energy of each day; NaN where the temperature is not known, or the day is not asked for. */
  readonly values: Float64Array;
  /** The days that have a value. */
  readonly count: number;
  /** Their sum. The interval is that of what such days would truly have used. */
  readonly sum: Interval;
}

/** Days before the first one that its walls may remember. */
const warmUp = 14;
const daysOfMonth = 365.25 / 12;

/**
 * What a model expects of days, and their sum with its 90 % interval: of the errors of the coefficients, which all days
 * share, and of what the days themselves err by, each in part as the one before it. `asked` leaves days out (0).
 */
export function expectedOf(
  { reckoning }: Pick<BaselineModel, 'reckoning'>,
  temperature: DailyTemperature,
  days: Days,
  asked?: (place: number) => boolean,
): Expected {
  const { shape, parameters, groupOf, covariance, t } = reckoning;
  const layout = layoutOf(shape);
  const from = addDays(days.first, -warmUp);
  const degrees = cutDays(temperature, { first: from, last: days.last });
  const { degrees: felt, byMemory } = feltOf(degrees, layout.memory < 0 ? 0 : (parameters[layout.memory] as number));
  const values = new Float64Array(Math.max(0, daysBetween(days.first, days.last) + 1)).fill(Number.NaN);
  const whole = new Float64Array(layout.size);
  const row = new Float64Array(layout.size);
  const at: number[] = [];
  const sizes: number[] = [];
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const place = i + warmUp;
    if (Number.isNaN(felt[place]) || asked?.(i) === false) continue;
    row.fill(0);
    const group = groupOf(addDays(days.first, i));
    const day = { felt: felt[place] as number, byMemory: byMemory[place] as number, group };
    const value = dayValue(layout, parameters, day, row);
    values[i] = value;
    sum += value;
    for (let k = 0; k < row.length; k++) whole[k] = (whole[k] as number) + (row[k] as number);
    at.push(i);
    sizes.push(errorOf(reckoning.scatter, value - (parameters[group] as number)));
  }
  const variance = quadratic(covariance, whole) + noiseOf(reckoning, sizes, at);
  return { values, count: at.length, sum: around(sum, t * Math.sqrt(Math.max(0, variance))) };
}

/** The variance of what days err by together. Of months: as if each month's days erred alike. */
function noiseOf({ scatter }: Reckoning, sizes: readonly number[], at: readonly number[]): number {
  if (scatter.of === 'day') return varianceOfSum(scatter, sizes, at);
  const months = new Map<number, number>();
  for (const [i, day] of at.entries()) {
    const month = Math.floor(day / daysOfMonth);
    months.set(month, (months.get(month) ?? 0) + (sizes[i] as number) ** 2 * daysOfMonth);
  }
  const list = [...months.entries()].sort(([a], [b]) => a - b);
  const ofMonths = list.map(([, square]) => Math.sqrt(square));
  const places = list.map(([month]) => month);
  return varianceOfSum(scatter, ofMonths, places);
}

/**
 * The heat-loss coefficient, W/K, from what a degree costs of the heating fuel (kWh) and the efficiency at which that
 * becomes heat (0 to 1); undefined where nothing follows the cold. What ventilation takes is in it, and how the
 * building is run: heating that is set back further on cold nights makes it look tighter than its walls are.
 */
export function heatLossOf({ heating }: Pick<BaselineModel, 'heating'>, efficiency: number): Interval | undefined {
  if (!heating) return undefined;
  const { low, best, high } = heating.slope;
  const of = (slope: number): number => heatLossCoefficient(slope, efficiency);
  return { low: of(low), best: of(best), high: of(high) };
}
