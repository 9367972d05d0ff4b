/**
 * Time. Inside, an instant is whole seconds since 1970 UTC (`EpochSeconds`); Europe/London exists only here.
 * A half-hour is named by its UTC start. A local day has 46, 48 or 50 of them.
 */

export type EpochSeconds = number;
/** A London calendar date, `2026-10-25`. */
export type LocalDate = string;
/** Half-open: `from` belongs to it, `to` does not. Both are epoch seconds. */
export interface Period {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}

export const halfHourSeconds = 1800;
export const daySeconds = 86_400;
const zone = 'Europe/London';

/** Start of the half-hour that an instant lies in. */
export function halfHourOf(at: EpochSeconds): EpochSeconds {
  return Math.floor(at / halfHourSeconds) * halfHourSeconds;
}

/** The UTC starts of the half-hours that lie wholly or partly in a period. */
export function halfHoursOf(period: Period): EpochSeconds[] {
  const starts: EpochSeconds[] = [];
  for (let start = halfHourOf(period.from); start < period.to; start += halfHourSeconds) starts.push(start);
  return starts;
}

/** The instant of local midnight that begins a London date. */
export function startOfDay(date: LocalDate): EpochSeconds {
  const known = midnights.get(date);
  if (known !== undefined) return known;
  const zoned = Temporal.PlainDate.from(date).toZonedDateTime(zone);
  const start = Math.floor(zoned.epochMilliseconds / 1000);
  if (midnights.size >= midnightsRemembered) midnights.clear();
  midnights.set(date, start);
  return start;
}
// A pure function's memory: thirty years of dates, then begun again.
const midnights = new Map<LocalDate, EpochSeconds>();
const midnightsRemembered = 11_000;

/** A London day, as what is asked of it again and again. */
export interface LondonDay extends Period {
  readonly date: LocalDate;
  /** 00:00 UTC of the same calendar date. */
  readonly utcMidnight: EpochSeconds;
}

/** The London day an instant lies in. London is at UTC or UTC+1: its date is that of UTC or, at its end, the next. */
export function dayOf(at: EpochSeconds): LondonDay {
  if (at >= recentDay.from && at < recentDay.to) return recentDay;
  const index = Math.floor(at / daySeconds);
  const next = dayAt(index + 1);
  recentDay = at >= next.from ? next : dayAt(index);
  return recentDay;
}

function dayAt(daysSince1970: number): LondonDay {
  const kept = londonDays.get(daysSince1970);
  if (kept !== undefined) return kept;
  const date = isoDate(daysSince1970);
  const to = startOfDay(isoDate(daysSince1970 + 1));
  const day = { date, from: startOfDay(date), to, utcMidnight: daysSince1970 * daySeconds };
  if (londonDays.size >= midnightsRemembered) londonDays.clear();
  londonDays.set(daysSince1970, day);
  return day;
}
// Memories of pure functions, so that walking through half-hours asks Temporal once a day.
const londonDays = new Map<number, LondonDay>();
let recentDay: LondonDay = { date: '', from: 0, to: 0, utcMidnight: 0 };

/** The London date an instant falls on. */
export function dateOf(at: EpochSeconds): LocalDate {
  return dayOf(at).date;
}

/** The London date that ends by an instant, or that it falls on: at midnight the day before. */
export function lastDateOf(at: EpochSeconds): LocalDate {
  return dateOf(at - 1);
}

function isoDate(daysSince1970: number): LocalDate {
  const known = dates.get(daysSince1970);
  if (known !== undefined) return known;
  const date = new Date(daysSince1970 * daySeconds * 1000).toISOString().slice(0, 10);
  if (dates.size >= midnightsRemembered) dates.clear();
  dates.set(daysSince1970, date);
  return date;
}
// Writing a date costs a hundred times looking it up, and every figure asks.
const dates = new Map<number, LocalDate>();

/** The UTC calendar date of an instant: the ledgers count by it. */
export function utcDateOf(at: EpochSeconds): string {
  return isoDate(Math.floor(at / daySeconds));
}

/** A London date some days later (or earlier, negative). */
export function addDays(date: LocalDate, days: number): LocalDate {
  return isoDate(Date.parse(`${date}T00:00:00Z`) / 1000 / daySeconds + days);
}

/** How many days after a London date another one is. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 1000 / daySeconds;
}

/** The period of one London day: 23, 24 or 25 hours. */
export function dayPeriod(date: LocalDate): Period {
  return { from: startOfDay(date), to: startOfDay(addDays(date, 1)) };
}

/** The London dates that a period lies in, wholly or partly. */
export function datesIn({ from, to }: Period): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = dateOf(from); startOfDay(date) < to; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** How many half-hours a London day has: 46, 48 or 50. */
export function halfHoursInDay(date: LocalDate): number {
  const { from, to } = dayPeriod(date);
  return (to - from) / halfHourSeconds;
}

/** Settlement period of an instant: numbered from local midnight, 1 to 46, 48 or 50 (Elexon glossary). */
export function settlementPeriodOf(at: EpochSeconds): { date: LocalDate; period: number } {
  const { date, from } = dayOf(at);
  return { date, period: Math.floor((at - from) / halfHourSeconds) + 1 };
}

/** The UTC start of a settlement period; throws a RangeError when the day has no such period. */
export function settlementPeriodStart(date: LocalDate, period: number): EpochSeconds {
  const count = halfHoursInDay(date);
  if (!Number.isInteger(period) || period < 1 || period > count) {
    throw new RangeError(`${date} has settlement periods 1 to ${count}; found ${period}`);
  }
  return startOfDay(date) + (period - 1) * halfHourSeconds;
}

/** Local wall-clock parts of an instant: minutes since 00:00 on the clock, and the ISO weekday (1 is Monday). */
export function wallClock(at: EpochSeconds): { date: LocalDate; minuteOfDay: number; weekday: number } {
  const { date, from, to, utcMidnight } = dayOf(at);
  // The clocks change at 01:00 UTC: from there the offset is that of the next midnight.
  const offset = at < utcMidnight + 3600 ? utcMidnight - from : utcMidnight + daySeconds - to;
  const minuteOfDay = Math.floor((at + offset - utcMidnight) / 60);
  // 1970-01-01 was a Thursday; the double modulo keeps days before it in the week.
  const weekday = ((((utcMidnight / daySeconds + 3) % 7) + 7) % 7) + 1;
  return { date, minuteOfDay, weekday };
}

/** Minutes since 00:00 as the clock says them: `07:30`; beyond a day they go on, as a day of 25 hours does: `24:30`. */
export function clockText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `07:30` as minutes since 00:00. */
export function minutesOf(clock: string): number {
  return 60 * Number(clock.slice(0, 2)) + Number(clock.slice(3, 5));
}

export const bucketNames = ['half_hour', 'day', 'month', 'year', 'financial_year'] as const;
export type Bucket = (typeof bucketNames)[number];

/** The first date of the month, calendar year or April–March year that a date lies in, and of the next one. */
export function bucketOf(
  date: LocalDate,
  bucket: 'month' | 'year' | 'financial_year',
): { first: LocalDate; next: LocalDate } {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  if (bucket === 'month') {
    const next = month === 12 ? monthStart(year + 1, 1) : monthStart(year, month + 1);
    return { first: monthStart(year, month), next };
  }
  if (bucket === 'year') return { first: monthStart(year, 1), next: monthStart(year + 1, 1) };
  const start = month >= 4 ? year : year - 1;
  return { first: monthStart(start, 4), next: monthStart(start + 1, 4) };
}

function monthStart(year: number, month: number): LocalDate {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`;
}

/** The first of the month that a date lies in. */
export function monthOf(date: LocalDate): LocalDate {
  return bucketOf(date, 'month').first;
}

/** The first of a month so many months later; earlier, where negative. */
export function addMonths(month: LocalDate, months: number): LocalDate {
  const count = 12 * Number(month.slice(0, 4)) + Number(month.slice(5, 7)) - 1 + months;
  return monthStart(Math.floor(count / 12), (count % 12) + 1);
}

/**
 * The instants that cut a period into buckets of local time: first `period.from`, last `period.to`,
 * between them every bucket start. A first or last bucket may therefore be partial; `isWhole` tells.
 */
export function boundariesOf(period: Period, bucket: Bucket): EpochSeconds[] {
  const cuts: EpochSeconds[] = [period.from];
  let next = nextBoundary(period.from, bucket);
  while (next < period.to) {
    cuts.push(next);
    next = nextBoundary(next, bucket);
  }
  cuts.push(period.to);
  return cuts;
}

/** A period in its buckets of local time; the first and the last may be partial. */
export function bucketsIn(period: Period, bucket: Bucket): Period[] {
  const cuts = boundariesOf(period, bucket);
  return cuts.slice(1).map((to, i) => ({ from: cuts[i] as EpochSeconds, to }));
}

function nextBoundary(at: EpochSeconds, bucket: Bucket): EpochSeconds {
  if (bucket === 'half_hour') return halfHourOf(at) + halfHourSeconds;
  const date = dateOf(at);
  return bucket === 'day' ? startOfDay(addDays(date, 1)) : startOfDay(bucketOf(date, bucket).next);
}

/** Whether a period is exactly one whole bucket (a whole month, not 1 to 23 November). */
export function isWhole(period: Period, bucket: Bucket): boolean {
  if (bucket === 'half_hour') return period.from % halfHourSeconds === 0 && period.to - period.from === halfHourSeconds;
  const date = dateOf(period.from);
  const first = bucket === 'day' ? date : bucketOf(date, bucket).first;
  return startOfDay(first) === period.from && nextBoundary(period.from, bucket) === period.to;
}

/** The April–March year that a date lies in: `2025-26`. */
export function financialYearOf(date: LocalDate): string {
  const first = Number(bucketOf(date, 'financial_year').first.slice(0, 4));
  return `${first}-${String((first + 1) % 100).padStart(2, '0')}`;
}

/** ISO 8601 in UTC, to the second. */
export function toIso(at: EpochSeconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z');
}
