import { z } from 'zod';
import { bankHolidayOn } from '../bank-holidays.ts';
import {
  addDays,
  clockText,
  dateOf,
  daySeconds,
  halfHourSeconds,
  type LocalDate,
  minutesOf,
  type Period,
  startOfDay,
} from '../time.ts';

/**
 * Which half-hour a rate is for. Windows say it by day, month and time, on the clock on the wall or on GMT all year,
 * and cover every half-hour of the year exactly once: what two windows claim would be billed twice, what none claims
 * not at all.
 */

const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
/** Days by their ISO numbers less one, Monday 0. */
const dayWords = {
  every_day: [0, 1, 2, 3, 4, 5, 6],
  weekdays: [0, 1, 2, 3, 4],
  weekends: [5, 6],
  ...(Object.fromEntries(weekdayNames.map((name, i) => [name, [i]])) as Record<
    (typeof weekdayNames)[number],
    [number]
  >),
} as const satisfies Record<string, readonly number[]>;
type DayWord = keyof typeof dayWords;
const dayWordNames = Object.keys(dayWords) as [DayWord, ...DayWord[]];

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const bandNameSchema = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a word such as red, night or winter_peak');
const fromSchema = z.string().regex(/^([01]\d|2[0-3]):(00|30)$/, 'a time on the half-hour, 07:00 or 07:30');
const toSchema = z.string().regex(/^(([01]\d|2[0-3]):(00|30)|24:00)$/, 'a time on the half-hour, at the latest 24:00');

export const timeBandsSchema = z.strictObject({
  /** `local` is the clock on the wall, summer time with it; `gmt` stays at GMT all year, as old meters do. */
  clock: z.enum(['local', 'gmt']),
  bank_holidays: z.enum(['as_weekday', 'as_saturday', 'as_sunday']),
  windows: z
    .array(
      z.strictObject({
        band: bandNameSchema,
        days: z.array(z.enum(dayWordNames)).min(1).default(['every_day']),
        /** Months as numbers; all where absent. */
        months: z.array(z.number().int().min(1).max(12)).min(1).optional(),
        from: fromSchema,
        to: toSchema,
      }),
    )
    .max(200)
    .default([]),
  /** The band of whatever no window claims. */
  otherwise: bandNameSchema.optional(),
});
export type TimeBands = z.output<typeof timeBandsSchema>;

/** One thing wrong with the windows, at a window or in the whole. */
export interface TimeBandFault {
  readonly window: number | undefined;
  readonly detail: string;
}

const slotsOfDay = 48;
const slotsOfYear = 12 * 7 * slotsOfDay;
const unclaimed = 255;

/** 07:30 as the number of half-hours since 00:00. */
function slotOf(time: string): number {
  return minutesOf(time) / 30;
}

function timeOf(slot: number): string {
  return clockText(30 * slot);
}

/** The half-hours of month × weekday × time that a window claims, as places in the table of the year. */
function claimsOf({ days, months, from, to }: TimeBands['windows'][number]): number[] {
  const places: number[] = [];
  const weekdays = [...new Set(days.flatMap((word) => [...dayWords[word]]))];
  for (const month of new Set(months ?? monthNames.map((_, i) => i + 1))) {
    for (const day of weekdays) {
      for (let slot = slotOf(from); slot < slotOf(to); slot++) {
        places.push(((month - 1) * 7 + day) * slotsOfDay + slot);
      }
    }
  }
  return places;
}

function placeName(place: number): string {
  const day = Math.floor(place / slotsOfDay);
  const weekday = weekdayNames[day % 7] ?? '';
  const time = timeOf(place % slotsOfDay);
  return `${capital(weekday)} ${time} in ${monthNames[Math.floor(day / 7)]}`;
}

/**
 * What is wrong with the windows: two that claim the same half-hour (once for each pair), half-hours that none claims
 * (once for each stretch of a day), windows that end before they begin.
 */
export function timeBandFaults(times: TimeBands): TimeBandFault[] {
  const faults: TimeBandFault[] = [];
  const owners = new Int16Array(slotsOfYear).fill(-1);
  const told = new Set<string>();
  for (const [i, window] of times.windows.entries()) {
    if (slotOf(window.from) >= slotOf(window.to)) {
      const times = `${window.from} to ${window.to}`;
      const detail = `a window from ${times} holds nothing; across midnight write two, until 24:00 and from 00:00`;
      faults.push({ window: i, detail });
    }
    for (const place of claimsOf(window)) {
      const owner = owners[place] as number;
      if (owner < 0) owners[place] = i;
      if (owner < 0 || told.has(`${owner} ${i}`)) continue;
      told.add(`${owner} ${i}`);
      const other = times.windows[owner]?.band;
      const detail = `${placeName(place)} is in window ${i + 1} (${window.band}) and in window ${owner + 1} (${other})`;
      faults.push({ window: i, detail });
    }
  }
  return times.otherwise === undefined ? [...faults, ...gapsOf(owners)] : faults;
}

/** Stretches that no window claims: the same times on other days are told once, at the first. */
function gapsOf(owners: Int16Array): TimeBandFault[] {
  const stretches = new Map<string, { first: number; days: number }>();
  for (let day = 0; day < 12 * 7; day++) {
    let slot = 0;
    while (slot < slotsOfDay) {
      if ((owners[day * slotsOfDay + slot] as number) >= 0) {
        slot++;
        continue;
      }
      const from = slot;
      while (slot < slotsOfDay && (owners[day * slotsOfDay + slot] as number) < 0) slot++;
      const times = `from ${timeOf(from)} to ${timeOf(slot)}`;
      const seen = stretches.get(times);
      if (seen) seen.days++;
      else stretches.set(times, { first: day * slotsOfDay + from, days: 1 });
    }
  }
  return Array.from(stretches, ([times, { first, days }]): TimeBandFault => {
    const where = days === 1 ? '' : `, and on ${days - 1} more of the 84 days of the week by month`;
    return { window: undefined, detail: `no window has ${placeName(first)} (${times}${where})` };
  });
}

/** The bands in the order of their numbers. */
export function bandNames({ windows, otherwise }: TimeBands): readonly string[] {
  const names = windows.map(({ band }) => band);
  return [...new Set(otherwise === undefined ? names : [...names, otherwise])];
}

const dayWordsSaid: Readonly<Partial<Record<DayWord, string>>> = {
  every_day: 'every day',
  weekdays: 'Monday to Friday',
  weekends: 'Saturday and Sunday',
};

/** When a band is, in words: `Monday to Friday 16:00 to 19:00 in November, December; bank holidays as a weekday`. */
export function sayBand({ windows, otherwise, bank_holidays: holidays }: TimeBands, band: string): string {
  const said = windows
    .filter((window) => window.band === band)
    .map(({ days, months, from, to }) => {
      const dayNames = days.map((word) => dayWordsSaid[word] ?? capital(word)).join(', ');
      const monthList = months?.map((month) => monthNames[month - 1]).join(', ');
      return `${dayNames} ${from} to ${to}${monthList === undefined ? '' : ` in ${monthList}`}`;
    });
  if (otherwise === band) said.push(windows.length === 0 ? 'always' : 'at all other times');
  return `${said.join('; ')}; bank holidays ${holidays.replace('_', ' a ')}`;
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/** By month × weekday × half-hour of the day the number of the band. */
function tableOf(times: TimeBands): Uint8Array {
  const names = bandNames(times);
  const rest = times.otherwise === undefined ? unclaimed : names.indexOf(times.otherwise);
  const table = new Uint8Array(slotsOfYear).fill(rest);
  for (const window of times.windows) {
    const band = names.indexOf(window.band);
    for (const place of claimsOf(window)) table[place] = band;
  }
  return table;
}

/**
 * The number of the band (its place in `bandNames`) of each UTC half-hour of a period that begins and ends on the
 * half-hour. Throws a RangeError when a half-hour has none: windows with faults are not to be used. Throws a
 * ProblemError `calendar.unknown-year` where bank holidays count and the year's are not known.
 */
export function bandsOf(times: TimeBands, period: Period): Uint8Array {
  const table = tableOf(times);
  const bands = new Uint8Array((period.to - period.from) / halfHourSeconds);
  let at = period.from;
  let i = 0;
  while (at < period.to) {
    const day = clockDay(times.clock, at);
    const row = (day.month * 7 + weekdayOf(day.date, times.bank_holidays)) * slotsOfDay;
    for (; at < day.to && at < period.to; at += halfHourSeconds, i++) {
      // On a day of 46 or 50 half-hours the clock jumps at 01:00 UTC.
      const offset = at < day.changes ? day.offsetBefore : day.offsetAfter;
      bands[i] = table[row + (at + offset - day.midnight) / halfHourSeconds] as number;
    }
  }
  if (bands.includes(unclaimed)) throw new RangeError('a half-hour of the period lies in no window');
  return bands;
}

interface ClockDay {
  readonly date: LocalDate;
  /** January is 0. */
  readonly month: number;
  readonly to: number;
  /** 00:00 UTC of its date. */
  readonly midnight: number;
  readonly offsetBefore: number;
  readonly offsetAfter: number;
  readonly changes: number;
}

/** The day of the clock that an instant lies in. */
function clockDay(clock: TimeBands['clock'], at: number): ClockDay {
  const date = clock === 'gmt' ? new Date(at * 1000).toISOString().slice(0, 10) : dateOf(at);
  const midnight = Date.parse(`${date}T00:00:00Z`) / 1000;
  const month = Number(date.slice(5, 7)) - 1;
  if (clock === 'gmt') {
    return { date, month, to: midnight + daySeconds, midnight, offsetBefore: 0, offsetAfter: 0, changes: midnight };
  }
  const to = startOfDay(addDays(date, 1));
  const offsetBefore = midnight - startOfDay(date);
  const offsetAfter = midnight + daySeconds - to;
  return { date, month, to, midnight, offsetBefore, offsetAfter, changes: midnight + 3600 };
}

/** Monday 0; a bank holiday is the day that the bands take it for. */
function weekdayOf(date: LocalDate, bankHolidays: TimeBands['bank_holidays']): number {
  if (bankHolidays !== 'as_weekday' && bankHolidayOn(date) !== undefined) return bankHolidays === 'as_saturday' ? 5 : 6;
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}
