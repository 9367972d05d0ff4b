import { addDays, type LocalDate } from '../time.ts';

/**
 * What a meter used and how warm it was, by London day. A day counts as one whether it has 23, 24 or 25 hours, as the
 * days that people pay for do.
 */

/** Days of a year, of a baseline as of what is told of a year: every weather once. */
export const yearDays = 365;
/** Nine tenths of them, as OpenEEmeter asks of a baseline: of fewer known days nothing is said of a year. */
export const leastOfYear = 329;

/** kWh (m³ of water) of each day from `from` on; NaN where less than nine tenths of the day is known. */
export interface DailyUse {
  readonly from: LocalDate;
  readonly values: Float64Array;
}

/** °C of each day from `from` on, the mean of its half-hours; NaN where less than nine tenths of them are known. */
export interface DailyTemperature {
  readonly from: LocalDate;
  readonly values: Float64Array;
}

/** The first and the last day of a stretch, both of it. */
export interface Days {
  readonly first: LocalDate;
  readonly last: LocalDate;
}

/** The last year of a stretch; all of it where it is no longer than one. */
export function lastYearOf({ first, last }: Days): Days {
  const yearAgo = addDays(last, 1 - yearDays);
  return { first: yearAgo > first ? yearAgo : first, last };
}
