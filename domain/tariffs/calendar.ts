import {
  addDays,
  addMonths,
  dateOf,
  daysBetween,
  halfHourSeconds,
  type LocalDate,
  monthOf,
  type Period,
  startOfDay,
} from '../time.ts';
import { bandNames, bandsOf, type TimeBands } from './time-bands.ts';

/**
 * Half-hours as days, months and bands: what is the same for every supply point and every tariff is worked out once.
 */

/** A stretch of one London month. */
export interface Segment extends Period {
  /** The first of its month. */
  readonly month: LocalDate;
}

/** Cuts a period at the beginnings of months and at further London dates. */
export function segmentsOf(period: Period, cuts: readonly LocalDate[] = []): Segment[] {
  const instants = new Set([period.from]);
  for (let month = addMonths(monthOf(dateOf(period.from)), 1); ; month = addMonths(month, 1)) {
    const at = startOfDay(month);
    if (at >= period.to) break;
    instants.add(at);
  }
  for (const date of cuts) {
    const at = startOfDay(date);
    if (at > period.from && at < period.to) instants.add(at);
  }
  const from = [...instants].sort((a, b) => a - b);
  return from.map((at, i) => ({ from: at, to: from[i + 1] ?? period.to, month: monthOf(dateOf(at)) }));
}

/** London days of a segment, as a number: what lies in a day of 46 or 50 half-hours is that part of it. */
export function daysOf({ from, to }: Period): number {
  const [first, last] = [dateOf(from), dateOf(to)];
  return daysBetween(first, last) + partOfDay(to, last) - partOfDay(from, first);
}

function partOfDay(at: number, date: LocalDate): number {
  const start = startOfDay(date);
  return at === start ? 0 : (at - start) / (startOfDay(addDays(date, 1)) - start);
}

export function daysInMonth(month: LocalDate): number {
  return daysBetween(month, addMonths(month, 1));
}

/** The London days of a period: in which half-hour of the period each begins, the end of the period last. */
export function dayStarts(period: Period): Int32Array {
  return remembered(`days ${period.from} ${period.to}`, () => {
    const starts = [0];
    for (let date = addDays(dateOf(period.from), 1); startOfDay(date) < period.to; date = addDays(date, 1)) {
      starts.push((startOfDay(date) - period.from) / halfHourSeconds);
    }
    return Int32Array.from([...starts, (period.to - period.from) / halfHourSeconds]);
  });
}

/** Bands as one text: two tariffs that say the same have the same. */
export function keyOf(times: TimeBands | undefined): string {
  if (times === undefined) return '';
  let key = keys.get(times);
  if (key === undefined) {
    key = JSON.stringify(times);
    keys.set(times, key);
  }
  return key;
}
const keys = new WeakMap<TimeBands, string>();

export interface Banded {
  readonly names: readonly string[];
  /** The band of each half-hour of the period. */
  readonly of: Uint8Array;
}

/** The bands of every half-hour of a period. */
export function bandedOf(times: TimeBands, period: Period): Banded {
  return remembered(`${period.from} ${period.to} ${keyOf(times)}`, () => ({
    names: bandNames(times),
    of: bandsOf(times, period),
  }));
}

// A pure function's memory: the bands of a year are 17,520 bytes, asked for by every supply point and tariff.
const kept = new Map<string, unknown>();
const keptAtMost = 200;

function remembered<T>(key: string, make: () => T): T {
  const known = kept.get(key);
  if (known !== undefined) return known as T;
  if (kept.size >= keptAtMost) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}
