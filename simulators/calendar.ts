import { isKnownBankHoliday } from '../domain/bank-holidays.ts';
import { addDays, dateOf, dayPeriod, type EpochSeconds, halfHourSeconds } from '../domain/time.ts';

/** Kinds of day, as buildings know them: a bank holiday is a Sunday. */
export const dayKinds = ['weekday', 'saturday', 'sunday'] as const;

/** What the clock on the wall and the calendar say in each half-hour. */
export interface Calendar {
  /** Half-hour of the local clock, 0 to 47. */
  readonly slot: Uint8Array;
  /** Index into `dayKinds`. */
  readonly kind: Uint8Array;
  /** Days since 1970, of the local date. */
  readonly day: Int32Array;
}

/** The calendar of `count` half-hours from a half-hour on. */
export function calendarOf(start: EpochSeconds, count: number): Calendar {
  const slot = new Uint8Array(count);
  const kind = new Uint8Array(count);
  const day = new Int32Array(count);
  const end = start + count * halfHourSeconds;
  for (let date = dateOf(start); ; date = addDays(date, 1)) {
    const { from, to } = dayPeriod(date);
    if (from >= end) break;
    const utcMidnight = Date.parse(`${date}T00:00:00Z`) / 1000;
    const dayNumber = utcMidnight / 86_400;
    const dayKind = dayKindOf(date, dayNumber);
    for (let at = Math.max(from, start); at < Math.min(to, end); at += halfHourSeconds) {
      // The clocks change at 01:00 UTC: from there the offset is that of the next midnight.
      const offset = at < utcMidnight + 3600 ? utcMidnight - from : utcMidnight + 86_400 - to;
      const i = (at - start) / halfHourSeconds;
      slot[i] = Math.floor((at + offset - utcMidnight) / halfHourSeconds);
      kind[i] = dayKind;
      day[i] = dayNumber;
    }
  }
  return { slot, kind, day };
}

function dayKindOf(date: string, dayNumber: number): number {
  const weekday = ((dayNumber + 3) % 7) + 1;
  // Beyond the proclaimed years a simulated office simply works on.
  if (weekday === 7 || isKnownBankHoliday(date)) return 2;
  return weekday === 6 ? 1 : 0;
}
