import {
  addDays,
  daySeconds,
  type EpochSeconds,
  halfHourSeconds,
  type LocalDate,
  startOfDay,
  utcDateOf,
} from '../../domain/time.ts';
import type { SettledFormat } from './format.ts';

/**
 * When the half-hours of a row begin: a date, and what the header of each value column says. A day on which the clocks
 * change has 46 or 50 of them, and a file tells them in one of four ways:
 * - in UTC: every day has 48, and nothing happens;
 * - numbered from local midnight: 46 or 50 follow each other in real time, and numbers beyond the last stay empty;
 * - by the clock on the wall: in March two columns name times that do not exist and stay empty; in October two columns
 *   name an hour that comes twice. What they hold then is known only where the format says so (`october_hour`, or
 *   columns of their own for the second pass); else it is not booked, and the four half-hours are missing;
 * - a row for each half-hour: `placeStamp`.
 */

/** Why a column of a row has no half-hour to belong to. */
export const noPlace = {
  'spring-gap': 'the clocks go forward over this half-hour; a value other than 0 shows that the file is in UTC',
  'october-hour': 'the hour comes twice on this day, and the format does not say which of the two is meant, or both',
  'no-such-period': 'the day has fewer half-hours than this one',
} as const;
export type NoPlace = keyof typeof noPlace;

/** One value column: seconds since 00:00 at which its half-hour begins on the clock, or its number from 0. */
export interface Slot {
  readonly second: number | undefined;
  readonly number: number | undefined;
  /** True for a column that stands for the second pass of the hour that October has twice. */
  readonly secondPass: boolean;
}

export interface DaySlots {
  /** UTC starts, in the order of the value columns; NaN where there is none. */
  readonly starts: Float64Array;
  readonly why: readonly (NoPlace | undefined)[];
  /** Columns whose sum is that of the hour that comes twice, and when it begins; empty on other days. */
  readonly summed: readonly number[];
  readonly summedFrom: EpochSeconds;
}

/** The half-hours of the date that is so many days after 1970-01-01. */
export function slotsOfDay(
  { clock, october_hour: octoberHour }: Pick<SettledFormat, 'clock' | 'october_hour'>,
  slots: readonly Slot[],
  day: number,
): DaySlots {
  const utcMidnight = day * daySeconds;
  const date: LocalDate = utcDateOf(utcMidnight);
  const from = clock === 'utc' ? utcMidnight : startOfDay(date);
  const to = clock === 'utc' ? utcMidnight + daySeconds : startOfDay(addDays(date, 1));
  const hasSecondPass = slots.some((slot) => slot.secondPass);
  const shift = to - from - daySeconds;
  const found = slots.map((slot): { start: EpochSeconds; why?: NoPlace; summed?: true } => {
    if (slot.number !== undefined) {
      const start = from + slot.number * halfHourSeconds;
      return start < to ? { start } : { start: Number.NaN, why: 'no-such-period' };
    }
    const second = slot.second ?? 0;
    // The clocks change at 01:00 UTC: from 01:00 to 02:00 on the wall in March, from 02:00 back to 01:00 in October.
    const inHour = second >= 3600 && second < 7200;
    if (slot.secondPass) {
      return shift > 0 ? { start: from + second + 3600 } : { start: Number.NaN, why: 'no-such-period' };
    }
    if (shift === 0 || second < 3600) return { start: from + second };
    if (!inHour) return { start: from + second + shift };
    if (shift < 0) return { start: Number.NaN, why: 'spring-gap' };
    if (hasSecondPass || octoberHour === 'first_pass') return { start: from + second };
    return octoberHour === 'sum' ? { start: Number.NaN, summed: true } : { start: Number.NaN, why: 'october-hour' };
  });
  return {
    starts: Float64Array.from(found, ({ start }) => start),
    why: found.map(({ why }) => why),
    summed: found.flatMap(({ summed }, i) => (summed ? [i] : [])),
    summedFrom: from + 3600,
  };
}

/** What was last heard of one meter in a file with a row for each value: it tells the two passes of an hour apart. */
export interface Walk {
  at: EpochSeconds | undefined;
  /** 1 where the file goes forward in time, −1 where it is newest first. */
  direction: number;
}

/**
 * The instant that a stamp on the clock means; `undefined` where the clock never shows it. In the hour that October has
 * twice it is the one that comes next in the file, going its way in steps of a half-hour. `ends`: the stamp ends its
 * half-hour, so that the instant of the change may be written as either clock shows it.
 */
export function placeStamp(
  { clock, ends }: { readonly clock: SettledFormat['clock']; readonly ends: boolean },
  { day, second }: { readonly day: number; readonly second: number },
  step: number,
  walk: Walk,
): EpochSeconds | undefined {
  const asUtc = day * daySeconds + second;
  const expected = walk.at === undefined ? undefined : walk.at + walk.direction * step;
  const at = clock === 'utc' ? asUtc : onTheWall(day, asUtc, ends, expected);
  if (at === undefined) return undefined;
  if (walk.at !== undefined && at !== walk.at) walk.direction = Math.sign(at - walk.at);
  walk.at = at;
  return at;
}

function onTheWall(day: number, asUtc: number, ends: boolean, expected: number | undefined): EpochSeconds | undefined {
  const midnight = day * daySeconds;
  const before = midnight - startOfDay(utcDateOf(midnight));
  const after = midnight + daySeconds - startOfDay(utcDateOf(midnight + daySeconds));
  const early = asUtc - before;
  if (before === after) return early;
  const late = asUtc - after;
  const change = midnight + 3600;
  if (early < change && late >= change) {
    if (expected === undefined) return early;
    return Math.abs(early - expected) <= Math.abs(late - expected) ? early : late;
  }
  // 01:00 in March, 02:00 in October: the clock jumps as the half-hour ends.
  if (ends && early === change && (after > before || early === expected)) return early;
  if (early < change) return early;
  return late >= change ? late : undefined;
}
