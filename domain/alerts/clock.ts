import { isKnownBankHoliday } from '../bank-holidays.ts';
import { type EpochSeconds, halfHourSeconds, type LocalDate, type Period, wallClock } from '../time.ts';

/**
 * The London clock of a window of half-hours, worked out once for all meters that are looked at in it: which half-hour
 * of the clock each is (0 to 47), and of which day. In autumn two pairs of half-hours have the same place on the
 * clock, in spring two places have none.
 */
export interface Clock {
  /** UTC start of the first half-hour. */
  readonly from: EpochSeconds;
  readonly count: number;
  /** Half-hour of the clock, 0 to 47. */
  readonly slot: Uint8Array;
  /** The place in `days`. */
  readonly day: Uint16Array;
  readonly days: readonly ClockDay[];
}

export interface ClockDay {
  readonly date: LocalDate;
  /** The first half-hour of the day in the window, and how many of it the window has. */
  readonly first: number;
  readonly count: number;
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  readonly type: DayType;
  /** A bank holiday, or one of the days between Christmas and New Year, on which many are away and others are not. */
  readonly quiet: boolean;
}

export const dayTypes = ['working', 'weekend'] as const;
export type DayType = (typeof dayTypes)[number];

export const slotsPerDay = 48;

export function clockOf(from: EpochSeconds, count: number): Clock {
  const slot = new Uint8Array(count);
  const day = new Uint16Array(count);
  const days: { -readonly [K in keyof ClockDay]: ClockDay[K] }[] = [];
  for (let i = 0; i < count; i++) {
    const { date, minuteOfDay, weekday } = wallClock(from + i * halfHourSeconds);
    let last = days.at(-1);
    if (last?.date !== date) {
      const type = weekday > 5 ? 'weekend' : 'working';
      last = { date, first: i, count: 0, weekday, type, quiet: isQuiet(date) };
      days.push(last);
    }
    last.count++;
    slot[i] = minuteOfDay / 30;
    day[i] = days.length - 1;
  }
  return { from, count, slot, day, days };
}

// A pure function's memory: the sites of an estate are looked at over the same few spans, and a clock takes as long to
// make as a meter to look at.
const clocks = new Map<string, Clock>();
const clocksKept = 32;

/** The same, remembered. */
export function rememberedClock(from: EpochSeconds, count: number): Clock {
  const key = `${from} ${count}`;
  let clock = clocks.get(key);
  if (clock) return clock;
  if (clocks.size >= clocksKept) clocks.clear();
  clocks.set(key, (clock = clockOf(from, count)));
  return clock;
}

function isQuiet(date: LocalDate): boolean {
  return date.slice(5) >= '12-24' || isKnownBankHoliday(date);
}

/** When a half-hour of the window begins; its end for the one after the last. */
export function timeAt({ from }: Clock, place: number): EpochSeconds {
  return from + place * halfHourSeconds;
}

/** The places of the half-hours that lie in a period, as the window has them: first, and the one after the last. */
export function placesIn({ from, count }: Clock, period: Period): { readonly first: number; readonly end: number } {
  const place = (at: EpochSeconds): number => Math.min(count, Math.max(0, Math.ceil((at - from) / halfHourSeconds)));
  return { first: place(period.from), end: place(period.to) };
}
