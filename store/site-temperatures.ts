import type { Estate, Site } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import { dayStarts } from '../domain/tariffs/calendar.ts';
import { withoutHoles } from '../domain/tariffs/missing-use.ts';
import { type Period, toIso } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readObserved } from './observed.ts';

/** How cold it was outside a site in each half-hour of a year. */
export interface TemperatureYear {
  /** °C, without a hole: what is missing is the median of its time of day on like days of the month. */
  readonly values: Float64Array;
  /** 1 where it was measured. */
  readonly known: Uint8Array;
  /** Ids of the series. */
  readonly series: readonly string[];
}

/**
 * Where only a day's highest and lowest are known, all of its half-hours are the middle of the two. Rejects with
 * `weather.not-described` and `readiness.no-temperatures`, and as the store does.
 */
export async function readTemperatureYear(
  { store }: Pick<Stores, 'store'>,
  estate: Estate,
  { id, weather }: Site,
  year: Period,
): Promise<TemperatureYear> {
  const names = weather?.temperature
    ? [weather.temperature]
    : [weather?.highest_temperature, weather?.lowest_temperature];
  const series = names.flatMap((name) => (name === undefined ? [] : (estate.observed?.get(name) ?? [])));
  if (series.length === 0 || series.length < names.length) {
    throw new ProblemError([{ code: 'weather.not-described', where: `site ${id}` }]);
  }
  const columns = await Promise.all(series.map(async (one) => (await readObserved(store, one, year)).values));
  const [mean, lowest] = columns;
  const heard = mean && lowest ? middleOfDays(year, mean, lowest) : (mean ?? new Float64Array());
  const known = Uint8Array.from(heard, (degrees) => Number(!Number.isNaN(degrees)));
  const whole = withoutHoles(year.from, heard);
  if (!whole) {
    const found = `none of ${series.map((one) => one.id).join(', ')} from ${toIso(year.from)} to ${toIso(year.to)}`;
    throw new ProblemError([{ code: 'readiness.no-temperatures', where: `site ${id}`, found }]);
  }
  return { values: whole.best, known, series: series.map((one) => one.id) };
}

function middleOfDays(year: Period, highest: Float64Array, lowest: Float64Array): Float64Array {
  const values = new Float64Array(highest.length).fill(Number.NaN);
  const starts = dayStarts(year);
  for (let day = 0; day + 1 < starts.length; day++) {
    const [first, end] = [starts[day] as number, starts[day + 1] as number];
    let [top, bottom] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = first; i < end; i++) {
      top = Math.max(top, Number.isNaN(highest[i]) ? top : (highest[i] as number));
      bottom = Math.min(bottom, Number.isNaN(lowest[i]) ? bottom : (lowest[i] as number));
    }
    if (Number.isFinite(top) && Number.isFinite(bottom)) values.fill((top + bottom) / 2, first, end);
  }
  return values;
}
