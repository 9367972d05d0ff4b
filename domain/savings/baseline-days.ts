import { quantile } from '../energy/quartiles.ts';
import { addDays, daysBetween, type LocalDate } from '../time.ts';
import type { DailyUse, Days } from './daily.ts';
import { type Gate, notPassed } from './gates.ts';
import type { ModelRequest } from './model.ts';

/** The days of a baseline: what is known of each, in columns that begin with its first day. */
export interface BaselineDays {
  readonly first: LocalDate;
  readonly count: number;
  readonly use: Float64Array;
  readonly temperature: Float64Array;
  /** The places of the days of which both are known and that are not left out, ascending. */
  readonly known: Int32Array;
}

/** The values of some days; NaN where there are none, and on days that are left out. */
export function cutDays(
  { from, values }: DailyUse,
  { first, last }: Days,
  leftOut: readonly Days[] = [],
): Float64Array {
  const count = Math.max(0, daysBetween(first, last) + 1);
  const shift = daysBetween(from, first);
  const cut = Float64Array.from({ length: count }, (_, i) => values[i + shift] ?? Number.NaN);
  for (const out of leftOut) {
    const start = Math.max(0, daysBetween(first, out.first));
    cut.fill(Number.NaN, start, Math.max(start, daysBetween(first, out.last) + 1));
  }
  return cut;
}

export function baselineDaysOf({ use, temperature, days, leftOut }: ModelRequest): BaselineDays {
  const used = cutDays(use, days, leftOut);
  const degrees = cutDays(temperature, days);
  const known = Int32Array.from(used.keys()).filter((i) => !Number.isNaN(used[i]) && !Number.isNaN(degrees[i]));
  return { first: days.first, count: used.length, use: used, temperature: degrees, known };
}

/** What of the published sufficiency criteria a baseline does not meet. */
export function sufficiencyOf(days: BaselineDays, heatsOnly: boolean): Gate[] {
  const { count, use, temperature, known } = days;
  const share = (some: number): number => (count > 0 ? some / count : 0);
  const knownUse = use.filter((one) => !Number.isNaN(one));
  return notPassed({
    baseline_length: count,
    use_known: share(knownUse.length),
    temperature_known: share(temperature.filter((one) => !Number.isNaN(one)).length),
    days_known: share(known.length),
    months_known: leastKnownMonth(days),
    ...(heatsOnly && { use_not_negative: knownUse.filter((one) => one < 0).length }),
    no_extremes: extremesOf(knownUse),
  });
}

/** The share of temperatures of the month (of any year) of which least is known. */
function leastKnownMonth({ first, temperature }: BaselineDays): number {
  const months = new Map<string, { known: number; all: number }>();
  for (const [i, degrees] of temperature.entries()) {
    const month = addDays(first, i).slice(5, 7);
    const counts = months.get(month) ?? { known: 0, all: 0 };
    months.set(month, { known: counts.known + Number(!Number.isNaN(degrees)), all: counts.all + 1 });
  }
  return [...months.values()].reduce((least, { known, all }) => Math.min(least, known / all), 1);
}

/** How many days are above the median by more than three interquartile ranges. */
export function extremesOf(use: Float64Array): number {
  const sorted = use.toSorted();
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share, 'linear'));
  if (low === undefined || middle === undefined || high === undefined) return 0;
  return sorted.filter((value) => value > middle + 3 * (high - low)).length;
}
