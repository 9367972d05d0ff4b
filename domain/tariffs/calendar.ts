import {
  addDays,
  addMonths,
  boundariesOf,
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

/** A stretch of one London month. Two of the same ends are the same object. */
export interface Segment extends Period {
  /** The first of its month. */
  readonly month: LocalDate;
  /** Its London days: what lies in a day of 46 or 50 half-hours is that part of it. */
  readonly days: number;
  /** The days of its month. */
  readonly ofDays: number;
}

/** The segment between two instants of one month; the month is that of its beginning. */
export function segmentOf(from: number, to: number): Segment {
  const key = (from / halfHourSeconds) * 2 ** 24 + to / halfHourSeconds;
  const known = segments.get(key);
  if (known) return known;
  const month = monthOf(dateOf(from));
  const segment = { from, to, month, days: daysOf({ from, to }), ofDays: daysInMonth(month) };
  if (segments.size >= segmentsKept) segments.clear();
  segments.set(key, segment);
  return segment;
}
// A pure function's memory: the months of some years, and the half-hours of one.
const segments = new Map<number, Segment>();
const segmentsKept = 20_000;

/** Cuts a period at the beginnings of months and at further London dates. */
export function segmentsOf(period: Period, cuts: readonly LocalDate[] = []): Segment[] {
  const instants = new Set(boundariesOf(period, 'month').slice(0, -1));
  for (const date of cuts) {
    const at = startOfDay(date);
    if (at > period.from && at < period.to) instants.add(at);
  }
  const from = [...instants].sort((a, b) => a - b);
  return from.map((at, i) => segmentOf(at, from[i + 1] ?? period.to));
}

/** London days of a period, as a number. */
function daysOf({ from, to }: Period): number {
  const [first, last] = [dateOf(from), dateOf(to)];
  return daysBetween(first, last) + partOfDay(to, last) - partOfDay(from, first);
}

function partOfDay(at: number, date: LocalDate): number {
  const start = startOfDay(date);
  return at === start ? 0 : (at - start) / (startOfDay(addDays(date, 1)) - start);
}

function daysInMonth(month: LocalDate): number {
  return daysBetween(month, addMonths(month, 1));
}

/** The London days of a period: in which half-hour of the period each begins, the end of the period last. */
export function dayStarts(period: Period): Int32Array {
  return remembered(`days ${period.from} ${period.to}`, () =>
    Int32Array.from(boundariesOf(period, 'day'), (at) => (at - period.from) / halfHourSeconds),
  );
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

/** Half-hours that follow each other in one day and band, so that adding them up needs to look at neither. */
export interface Runs {
  readonly bands: number;
  /** In which half-hour each begins, the end of the period last. */
  readonly starts: Int32Array;
  /** Day × band. */
  readonly cells: Int32Array;
}

/** The runs of a period; without times those of its days. */
export function runsOf(times: TimeBands | undefined, period: Period): Runs {
  return remembered(`runs ${period.from} ${period.to} ${keyOf(times)}`, () => {
    const days = dayStarts(period);
    const banded = times && bandedOf(times, period);
    const bands = banded?.names.length ?? 1;
    const [starts, cells]: [number[], number[]] = [[], []];
    for (let day = 0; day < days.length - 1; day++) {
      for (let i = days[day] as number; i < (days[day + 1] as number); i++) {
        const cell = day * bands + (banded?.of[i] ?? 0);
        if (cells.at(-1) === cell) continue;
        starts.push(i);
        cells.push(cell);
      }
    }
    return { bands, starts: Int32Array.from([...starts, days.at(-1) ?? 0]), cells: Int32Array.from(cells) };
  });
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
