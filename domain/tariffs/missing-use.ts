import { quantile } from '../energy/quartiles.ts';
import { dateOf, halfHourSeconds, type Period, wallClock } from '../time.ts';
import { dayTypeOf } from './load-year.ts';
import { certain, type Range } from './range.ts';

/**
 * What stands for half-hours that nobody measured: a range and no number. By the half-hours that are known at the same
 * time on the clock of days of the same month and type, or of all of that type where the month has none: the least, the
 * median and the most of them. Where the total across a gap is known, as a register that went on counting tells it, the
 * most likely half-hours add up to it; the range stays, since when it was used is still not known.
 */
export interface KnownTotal extends Period {
  readonly total: number;
}

/** A column whose holes are NaN, as a range without holes; undefined where nothing of it is known at all. */
export function withoutHoles(
  from: number,
  values: Float64Array,
  totals: readonly KnownTotal[] = [],
): Range<Float64Array> | undefined {
  const holes = Array.from(values.keys()).filter((i) => Number.isNaN(values[i]));
  if (holes.length === 0) return certain(values);
  const groups = knownGroups(from, values);
  const columns = { low: values.slice(), best: values.slice(), high: values.slice() };
  for (const i of holes) {
    const [near, wide] = groupsOf(from + i * halfHourSeconds);
    const known = groups.get(near) ?? groups.get(wide) ?? groups.get('all');
    if (!known) return undefined;
    columns.low[i] = known[0] as number;
    columns.best[i] = quantile(known, 0.5, 'linear') as number;
    columns.high[i] = known.at(-1) as number;
  }
  for (const total of totals) fit(columns, values, from, total);
  return columns;
}

/** The half-hours that stand for one: those of the month and type at its time, and those of the type at its time. */
function groupsOf(at: number): [string, string] {
  const date = dateOf(at);
  const { minuteOfDay } = wallClock(at);
  const type = dayTypeOf(date);
  return [`${date.slice(0, 7)} ${type} ${minuteOfDay}`, `${type} ${minuteOfDay}`];
}

/** What is known of each group, in ascending order. */
function knownGroups(from: number, values: Float64Array): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    for (const group of [...groupsOf(from + i * halfHourSeconds), 'all']) {
      const list = groups.get(group);
      if (list) list.push(value);
      else groups.set(group, [value]);
    }
  }
  for (const list of groups.values()) list.sort((a, b) => a - b);
  return groups;
}

/** The most likely half-hours of a gap in proportion, so that it has its known total; the range is at least as wide. */
function fit({ low, best, high }: Range<Float64Array>, values: Float64Array, from: number, gap: KnownTotal): void {
  const start = Math.max(0, (gap.from - from) / halfHourSeconds);
  const end = Math.min(values.length, (gap.to - from) / halfHourSeconds);
  const holes: number[] = [];
  let [known, missing] = [0, 0];
  for (let i = start; i < end; i++) {
    if (!Number.isNaN(values[i])) {
      known += values[i] as number;
      continue;
    }
    holes.push(i);
    missing += best[i] as number;
  }
  const left = Math.max(0, gap.total - known);
  for (const i of holes) {
    best[i] = missing === 0 ? left / holes.length : ((best[i] as number) * left) / missing;
    low[i] = Math.min(low[i] as number, best[i]);
    high[i] = Math.max(high[i] as number, best[i]);
  }
}
