import { quantile } from '../energy/quartiles.ts';
import { halfHourSeconds, type Period, wallClock } from '../time.ts';
import { type DayType, dayTypeOf } from './load-year.ts';
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
  if (holes.length === values.length) return undefined;
  const groups = groupsIn(from, values.length);
  const known = knownGroups(values, holes, groups);
  const all = (): Float64Array => values.filter((value) => !Number.isNaN(value)).sort();
  let whole: Float64Array | undefined;
  const columns = { low: values.slice(), best: values.slice(), high: values.slice() };
  for (const i of holes) {
    const near = known.get(groups.near[i] as number);
    const own = near?.length ? near : known.get(groups.wide[i] as number);
    const list = own?.length ? own : (whole ??= all());
    columns.low[i] = list[0] as number;
    columns.best[i] = quantile(list, 0.5, 'linear') as number;
    columns.high[i] = list.at(-1) as number;
  }
  for (const total of totals) fit(columns, values, from, total);
  return columns;
}

/** The half-hours that stand for each one: those of its month, type and time, and those of its type and time. */
interface Groups {
  readonly near: Int32Array;
  readonly wide: Int32Array;
}

const types: readonly DayType[] = ['weekday', 'saturday', 'sunday', 'bank_holiday'];
const timesOfDay = 48;

/** Groups as numbers: a year of half-hours of many meters is sorted into them. */
function groupsIn(from: number, count: number): Groups {
  const groups = { near: new Int32Array(count), wide: new Int32Array(count) };
  let [date, month, type] = ['', 0, 0];
  for (let i = 0; i < count; i++) {
    const { date: on, minuteOfDay } = wallClock(from + i * halfHourSeconds);
    if (on !== date) {
      date = on;
      month = 12 * Number(on.slice(0, 4)) + Number(on.slice(5, 7));
      type = types.indexOf(dayTypeOf(on));
    }
    const time = minuteOfDay / 30;
    groups.wide[i] = -1 - (type * timesOfDay + time);
    groups.near[i] = (month * types.length + type) * timesOfDay + time;
  }
  return groups;
}

/** What is known of the groups that some half-hours lie in, in ascending order. */
function knownGroups(
  values: Float64Array,
  holes: readonly number[],
  { near, wide }: Groups,
): ReadonlyMap<number, readonly number[]> {
  const lists = new Map<number, number[]>(holes.flatMap((i) => [near, wide].map((of) => [of[i] as number, []])));
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    lists.get(near[i] as number)?.push(value);
    lists.get(wide[i] as number)?.push(value);
  }
  for (const list of lists.values()) list.sort((a, b) => a - b);
  return lists;
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
