import { limits } from '../domain/limits.ts';
import { addDays, daySeconds, type EpochSeconds, type LocalDate, startOfDay } from '../domain/time.ts';

/**
 * Stamps as devices write them, turned into whole seconds since 1970. A fraction of a second is cut off: a reading's
 * identity is its second.
 */

const isoShape = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/;
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** A date and time as somebody wrote it. */
export interface ClockReading {
  readonly date: LocalDate;
  /** Seconds of the written date and time, read as if it were UTC. */
  readonly asUtc: EpochSeconds;
  /** Seconds to take off for the written offset; undefined when none is written. */
  readonly offset: number | undefined;
}

/** ISO 8601 with `Z` or an offset, or epoch seconds as a number; undefined for anything else, a naive time included. */
export function absoluteStamp(value: unknown): EpochSeconds | undefined {
  if (typeof value === 'number') return epochStamp(value);
  if (typeof value !== 'string') return undefined;
  const fast = plainUtc(value);
  if (fast !== undefined) return fast;
  const clock = readClock(value);
  return clock?.offset === undefined ? undefined : clock.asUtc - clock.offset;
}

/** Epoch seconds that a double holds exactly and a calendar can show. */
export function epochStamp(value: unknown): EpochSeconds | undefined {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800 ? Math.floor(value) : undefined;
}

/**
 * Like `absoluteStamp`, and a time without a zone is read on a clock in London. In the hour that autumn has twice, the
 * one nearer to `near` (receipt) is meant; in the hour that spring leaves out, the device did not change its clock and
 * says UTC.
 */
export function londonStamp(value: unknown, near: EpochSeconds): EpochSeconds | undefined {
  if (typeof value !== 'string') return undefined;
  const clock = readClock(value);
  if (!clock) return undefined;
  if (clock.offset !== undefined) return clock.asUtc - clock.offset;
  const utcMidnight = Math.floor(clock.asUtc / daySeconds) * daySeconds;
  const { before, after } = offsetsOf(clock.date, utcMidnight);
  if (before === after) return clock.asUtc - before;
  // The clocks change at 01:00 UTC.
  const change = utcMidnight + 3600;
  const early = clock.asUtc - before;
  const late = clock.asUtc - after;
  const earlyHolds = early < change;
  const lateHolds = late >= change;
  if (earlyHolds && lateHolds) return Math.abs(early - near) <= Math.abs(late - near) ? early : late;
  if (earlyHolds) return early;
  return lateHolds ? late : clock.asUtc;
}

interface DayOffsets {
  readonly date: LocalDate;
  readonly before: number;
  readonly after: number;
}
// Of a pure function: nearly all stamps are of one day.
let recent: DayOffsets = { date: '', before: 0, after: 0 };

/** Seconds London is ahead of UTC as a date begins, and as it ends. */
function offsetsOf(date: LocalDate, utcMidnight: EpochSeconds): DayOffsets {
  if (recent.date === date) return recent;
  const before = utcMidnight - startOfDay(date);
  const after = utcMidnight + daySeconds - startOfDay(addDays(date, 1));
  recent = { date, before, after };
  return recent;
}

/** A stamp of a device that counts from its start until it has heard the time: such a stamp says nothing. */
export function sinceClockSet(at: EpochSeconds | undefined): EpochSeconds | undefined {
  return at === undefined || at < limits.earliestStamp ? undefined : at;
}

/** ISO 8601 with or without an offset, `T` or a space between; undefined for anything else. */
export function readClock(text: string): ClockReading | undefined {
  if (text.length > 40) return undefined;
  const match = isoShape.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '0', zone] = match;
  const asUtc = utcSeconds(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (asUtc === undefined) return undefined;
  return { date: text.slice(0, 10), asUtc, offset: zone === undefined ? undefined : offsetOf(zone) };
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60;
  return zone[0] === '-' ? -seconds : seconds;
}

/** The commonest form, `2026-11-23T18:00:00Z`, without a regular expression. */
function plainUtc(text: string): EpochSeconds | undefined {
  if (text.length !== 20 || text.charCodeAt(19) !== 0x5a || text.charCodeAt(10) !== 0x54) return undefined;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return undefined;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return undefined;
  const century = twoDigits(text, 0);
  const year = century * 100 + twoDigits(text, 2);
  return utcSeconds(
    year,
    twoDigits(text, 5),
    twoDigits(text, 8),
    twoDigits(text, 11),
    twoDigits(text, 14),
    twoDigits(text, 17),
  );
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Undefined for a date or time that no calendar has. NaN fails every comparison, so it is refused here too. */
export function utcSeconds(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): EpochSeconds | undefined {
  if (!(year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1)) return undefined;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && isLeap ? 29 : (monthLengths[month - 1] ?? 0);
  if (!(day <= days && hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  return daysBefore(year, month, day) * daySeconds + hour * 3600 + minute * 60 + second;
}

/** Days from 1970-01-01, counted in years that begin in March so that the leap day is the last. */
function daysBefore(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Epoch seconds beyond this are milliseconds: the first are in the year 9999, the second in 1978. */
const lastSecond = 253_402_300_800;

/**
 * A stamp in any of the forms that gateways use: ISO 8601, with an offset or as a clock in London shows it, or seconds
 * or milliseconds since 1970 as a number or its digits. Undefined for anything else.
 */
export function deviceStamp(value: unknown, near: EpochSeconds): EpochSeconds | undefined {
  if (typeof value === 'string' && !/^\d{9,14}$/.test(value)) return londonStamp(value, near);
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Number(value);
  return epochStamp(number < lastSecond ? number : number / 1000);
}
