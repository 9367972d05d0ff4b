import type { Reading } from '../readings/reading.ts';
import { type EpochSeconds, halfHourOf, halfHourSeconds, type Period } from '../time.ts';
import { type ObservedSeries, observedQuantities } from './register.ts';

/** Values of successive UTC half-hours; NaN is not known. */
export interface HalfHourValues {
  /** UTC start of the first half-hour. */
  readonly from: EpochSeconds;
  readonly values: Float64Array;
}

/** What a series outside was in each half-hour, in its own unit. */
export interface ObservedHalfHours extends HalfHourValues {
  /** What was forecast for the same half-hours, kept apart: `values` never hold a forecast. */
  readonly forecast: Float64Array;
}

/** The mean of the instants of one half-hour. */
export interface HalfHourMean {
  readonly start: EpochSeconds;
  readonly mean: number;
}

/** What was heard of a series around a period. */
export interface Heard {
  readonly instants: readonly HalfHourMean[];
  /** Intervals and estimates that reach into the period. */
  readonly intervals: readonly Pick<Reading, 'at' | 'value' | 'period'>[];
  readonly estimates: readonly Pick<Reading, 'at' | 'value' | 'period'>[];
}

/**
 * A series by half-hour. An interval is spread over its half-hours: all of them have a level's value, and each has its
 * part of an amount. Where a finer interval and a longer one cover a half-hour, the finer one counts; an interval
 * counts before instants, since its sender has seen more of them. A half-hour of an amount that is covered in part is
 * not known. `period` is taken out to whole half-hours.
 */
export function observedHalfHours(
  series: Pick<ObservedSeries, 'quantity' | 'stands_for_half_hours'>,
  heard: Heard,
  period: Period,
): ObservedHalfHours {
  const from = halfHourOf(period.from);
  const count = Math.max(0, Math.ceil((period.to - from) / halfHourSeconds));
  const spread = observedQuantities[series.quantity] === 'level' ? levels : amounts;
  const values = spread(heard.intervals, from, count);
  if (spread === levels) fill(values, heard.instants, from, series.stands_for_half_hours);
  return { from, values, forecast: spread(heard.estimates, from, count) };
}

type Interval = Heard['intervals'][number];
type Take = (i: number, { value, period }: Interval, seconds: number) => void;

/** Goes through the half-hours of each interval, the finest first; those that a finer one holds are passed over. */
function walk(intervals: readonly Interval[], from: EpochSeconds, count: number, take: Take): void {
  const finest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (const interval of intervals.toSorted((a, b) => a.period - b.period)) {
    const end = interval.at + interval.period;
    const last = Math.min(count, Math.ceil((end - from) / halfHourSeconds));
    for (let i = Math.max(0, Math.floor((interval.at - from) / halfHourSeconds)); i < last; i++) {
      if (interval.period > (finest[i] as number)) continue;
      const start = from + i * halfHourSeconds;
      finest[i] = interval.period;
      take(i, interval, Math.min(end, start + halfHourSeconds) - Math.max(interval.at, start));
    }
  }
}

function levels(intervals: readonly Interval[], from: EpochSeconds, count: number): Float64Array {
  const sums = new Float64Array(count);
  const seconds = new Float64Array(count);
  walk(intervals, from, count, (i, { value }, covered) => {
    sums[i] = (sums[i] as number) + value * covered;
    seconds[i] = (seconds[i] as number) + covered;
  });
  // 0/0 is NaN: not known.
  return sums.map((sum, i) => sum / (seconds[i] as number));
}

function amounts(intervals: readonly Interval[], from: EpochSeconds, count: number): Float64Array {
  const sums = new Float64Array(count);
  const seconds = new Float64Array(count);
  walk(intervals, from, count, (i, { value, period }, covered) => {
    sums[i] = (sums[i] as number) + (value * covered) / period;
    seconds[i] = (seconds[i] as number) + covered;
  });
  return sums.map((sum, i) => ((seconds[i] as number) === halfHourSeconds ? sum : Number.NaN));
}

/** Puts instants where no interval is known; each holds for `reach` half-hours, where the next one is later. */
function fill(values: Float64Array, instants: readonly HalfHourMean[], from: EpochSeconds, reach: number): void {
  for (const [k, { start, mean }] of instants.entries()) {
    const next = instants[k + 1]?.start ?? Number.POSITIVE_INFINITY;
    const end = Math.min(next, start + reach * halfHourSeconds);
    for (let at = Math.max(start, from); at < end; at += halfHourSeconds) {
      const i = (at - from) / halfHourSeconds;
      if (i >= values.length) break;
      if (Number.isNaN(values[i])) values[i] = mean;
    }
  }
}
