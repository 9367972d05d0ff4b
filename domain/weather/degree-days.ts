import {
  dateOf,
  datesIn,
  dayPeriod,
  type EpochSeconds,
  halfHourSeconds,
  type LocalDate,
  type Period,
} from '../time.ts';

/**
 * Heating degree days: how far, and for how many days, it was colder outside than a base temperature. A method and a
 * base belong to every number of them: the same weather gives another number by another method. Temperatures are in °C,
 * degree days in °C·day; a London day counts as one day whether it has 23, 24 or 25 hours.
 */

export const degreeDayMethods = {
  half_hourly: 'the mean, over the half-hours of a day, of how far each was below the base',
  met_office: "the Met Office's four cases, from the day's highest and lowest temperature",
  simple: "the base less the middle of the day's highest and lowest temperature, where that is above 0",
} as const;
export type DegreeDayMethod = keyof typeof degreeDayMethods;
export const degreeDayMethodNames = Object.keys(degreeDayMethods) as [DegreeDayMethod, ...DegreeDayMethod[]];

/** The bases that degree days are published for, °C: the usual one, and that of hospitals. */
export const publishedBases = [15.5, 18.5] as const;
export type PublishedBase = (typeof publishedBases)[number];

/** What a number of degree days was worked out by. */
export interface DegreeDayBasis {
  readonly method: DegreeDayMethod;
  /** °C. */
  readonly base: number;
}

/** One value a UTC half-hour from `from` on; NaN where it is not known. */
export interface HalfHourTemperatures {
  readonly from: EpochSeconds;
  readonly values: Float64Array;
}

/** Temperatures of a place: what was read through the day, or the day's highest and lowest alone. */
export type Temperatures =
  | { readonly kind: 'half_hourly'; readonly mean: HalfHourTemperatures }
  /** A highest and a lowest value are those of the London day in which they are stamped. */
  | { readonly kind: 'daily'; readonly highest: HalfHourTemperatures; readonly lowest: HalfHourTemperatures };

/** The degree days of one London day; undefined where too little of it is known. */
export interface DayDegrees {
  readonly date: LocalDate;
  readonly degreeDays: number | undefined;
}

/** The share of a day's half-hours that must be known: nine in ten, as OpenEEmeter's sufficiency criteria have it. */
export const knownShareOfDay = 0.9;

/**
 * Degree days of one day from its highest and lowest temperature by the Met Office's four cases (as CIBSE TM41 gives
 * them): the day is taken for a wave between the two, and only what of it is below the base counts.
 */
export function metOfficeDegreeDays(highest: number, lowest: number, base: number): number {
  if (lowest >= base) return 0;
  if (highest <= base) return base - (highest + lowest) / 2;
  const above = highest - base;
  const below = base - lowest;
  return above < below ? below / 2 - above / 4 : below / 4;
}

/** Degree days of one day from the middle of its highest and lowest temperature. */
export function simpleDegreeDays(highest: number, lowest: number, base: number): number {
  return Math.max(0, base - (highest + lowest) / 2);
}

/** The degree days of each London day of a period, which begins and ends at local midnight. */
export function degreeDaysOf(temperatures: Temperatures, period: Period, basis: DegreeDayBasis): DayDegrees[] {
  return datesIn(period).map((date) => ({ date, degreeDays: ofDay(temperatures, dayPeriod(date), basis) }));
}

function ofDay(temperatures: Temperatures, day: Period, { method, base }: DegreeDayBasis): number | undefined {
  if (temperatures.kind === 'daily') {
    // Half-hours are not known, so a mean of them cannot be had; the register refuses the pair.
    if (method === 'half_hourly') return undefined;
    const { highest } = knownIn(temperatures.highest, day, base);
    const { lowest } = knownIn(temperatures.lowest, day, base);
    return Number.isFinite(highest) && Number.isFinite(lowest)
      ? fromExtremes(method, highest, lowest, base)
      : undefined;
  }
  const { count, highest, lowest, below } = knownIn(temperatures.mean, day, base);
  const halfHours = (day.to - day.from) / halfHourSeconds;
  if (count < knownShareOfDay * halfHours) return undefined;
  return method === 'half_hourly' ? below / count : fromExtremes(method, highest, lowest, base);
}

function fromExtremes(method: 'met_office' | 'simple', highest: number, lowest: number, base: number): number {
  return method === 'simple' ? simpleDegreeDays(highest, lowest, base) : metOfficeDegreeDays(highest, lowest, base);
}

/** The half-hours of a day that are known: how many, the extremes of them, and by how much they were below the base. */
function knownIn({ from, values }: HalfHourTemperatures, day: Period, base: number) {
  const first = Math.max(0, Math.ceil((day.from - from) / halfHourSeconds));
  const last = Math.min(values.length, Math.ceil((day.to - from) / halfHourSeconds));
  let [count, highest, lowest, below] = [0, -Infinity, Infinity, 0];
  // Two years of them are looked at for each site: no list is made.
  for (let i = first; i < last; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    count++;
    if (value > highest) highest = value;
    if (value < lowest) lowest = value;
    below += Math.max(0, base - value);
  }
  return { count, highest, lowest, below };
}

/** Degree days of a period of whole days, and of how many of its days they are known. */
export interface PeriodDegrees {
  /** °C·day of all days, those that are not known taken as the mean of the others; undefined where too few are. */
  readonly degreeDays: number | undefined;
  readonly days: number;
  readonly knownDays: number;
}

/** The share of a period's days that must be known: nine in ten, of a month as of a year (OpenEEmeter). */
export const knownShareOfPeriod = 0.9;

/** The days between two London midnights. `list` is in order and without a hole. */
export function daysBetween(list: readonly DayDegrees[], { from, to }: Period): readonly DayDegrees[] {
  const [first, last] = [dateOf(from), dateOf(to)];
  const start = list.findIndex(({ date }) => date >= first);
  if (start < 0) return [];
  let end = start;
  while (end < list.length && (list[end] as DayDegrees).date < last) end++;
  return list.slice(start, end);
}

/** The degree days of the days between two London midnights, added up. `list` is in order and without a hole. */
export function degreeDaysIn(list: readonly DayDegrees[], period: Period): PeriodDegrees {
  const inside = daysBetween(list, period);
  let [knownDays, sum] = [0, 0];
  for (const { degreeDays } of inside) {
    if (degreeDays === undefined) continue;
    knownDays++;
    sum += degreeDays;
  }
  const days = inside.length;
  const enough = days > 0 && knownDays >= knownShareOfPeriod * days;
  return { degreeDays: enough ? (sum / knownDays) * days : undefined, days, knownDays };
}
