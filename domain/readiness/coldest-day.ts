import { dayStarts } from '../tariffs/calendar.ts';
import { dateOf, halfHourSeconds, type LocalDate, type Period } from '../time.ts';

/** The coldest day that was measured, and what a colder one would want. */
export interface ColdDay {
  readonly date: LocalDate;
  /** Its half-hours, as places in the columns of the year. */
  readonly first: number;
  readonly end: number;
  /** °C, the mean of the day. */
  readonly mean: number;
  readonly lowest: number;
}

/**
 * The London day with the lowest mean outside. `known` says which half-hours were measured; days of which less than
 * nine tenths are known take no part.
 */
export function coldestDay(period: Period, temperature: Float64Array, known: Uint8Array): ColdDay | undefined {
  const starts = dayStarts(period);
  let coldest: ColdDay | undefined;
  for (let day = 0; day + 1 < starts.length; day++) {
    const [first, end] = [starts[day] as number, starts[day + 1] as number];
    let [sum, count, lowest] = [0, 0, Number.POSITIVE_INFINITY];
    for (let i = first; i < end; i++) {
      count += known[i] as number;
      sum += temperature[i] as number;
      lowest = Math.min(lowest, temperature[i] as number);
    }
    const mean = sum / (end - first);
    if (count < 0.9 * (end - first) || (coldest && mean >= coldest.mean)) continue;
    coldest = { date: dateOf(period.from + first * halfHourSeconds), first, end, mean, lowest };
  }
  return coldest;
}

/** A day as cold as somebody designs for: its half-hours. */
export interface DesignDay {
  readonly heat: Float64Array;
  readonly temperature: Float64Array;
}

/**
 * The coldest measured day made colder, to a mean of `design` °C: all of its half-hours by as much, and the heat in
 * proportion to how far the day lies below `base`, the base of the site's degree days. Hot water grows with it, which
 * is on the safe side. Undefined where the day was not colder than the base.
 */
export function designDay(
  heat: Float64Array,
  temperature: Float64Array,
  day: ColdDay,
  { design, base }: { readonly design: number; readonly base: number },
): DesignDay | undefined {
  if (day.mean >= base) return undefined;
  const times = (base - design) / (base - day.mean);
  return {
    heat: heat.slice(day.first, day.end).map((kwh) => kwh * times),
    temperature: temperature.slice(day.first, day.end).map((degrees) => degrees + design - day.mean),
  };
}
