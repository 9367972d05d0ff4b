import type { Estate, Site } from '../domain/estate/estate.ts';
import type { ObservedSeries } from '../domain/observed/register.ts';
import { ProblemError } from '../domain/problems.ts';
import { addDays, dateOf, type Period, startOfDay } from '../domain/time.ts';
import {
  type DayDegrees,
  type DegreeDayBasis,
  degreeDaysOf,
  type HalfHourTemperatures,
  type Temperatures,
} from '../domain/weather/degree-days.ts';
import { ownStandardYear, type StandardYear, standardYearFor } from '../domain/weather/standard-year.ts';
import { readObserved } from './observed.ts';
import type { ReadingStore } from './reading-store.ts';

type Weather = NonNullable<Site['weather']>;
type Series = readonly [ObservedSeries] | readonly [highest: ObservedSeries, lowest: ObservedSeries];

/** A method or base other than those of the register. */
interface AskedBasis {
  readonly method?: DegreeDayBasis['method'] | undefined;
  readonly base?: number | undefined;
}

/** The weather of one site in a period. */
export interface SiteWeather {
  readonly basis: DegreeDayBasis;
  /** The ids of its temperatures. */
  readonly series: readonly string[];
  /** Each London day of the period, by the site's method and base or by another base. */
  readonly days: (base?: number) => readonly DayDegrees[];
  /** Undefined where the register names none, or the site's own years are not known. */
  readonly standard: () => Promise<StandardYear | undefined>;
}

/**
 * Reads the weather of sites in one period. Sites of one town share its temperatures, which are read once, and their
 * degree days, which are worked out once.
 */
export class WeatherOfPeriod {
  readonly #store: ReadingStore;
  readonly #estate: Estate;
  readonly #period: Period;
  readonly #temperatures = new Map<string, Promise<Temperatures>>();
  readonly #days = new Map<string, readonly DayDegrees[]>();
  readonly #standards = new Map<string, Promise<StandardYear | undefined>>();

  /** The period is taken out to whole London days. */
  constructor(store: ReadingStore, estate: Estate, period: Period) {
    this.#store = store;
    this.#estate = estate;
    const last = dateOf(period.to);
    const to = startOfDay(last) === period.to ? period.to : startOfDay(addDays(last, 1));
    this.#period = { from: startOfDay(dateOf(period.from)), to };
  }

  /** The weather of a site, by its own method and base unless others are asked for. Throws `weather.not-described`. */
  async of(site: Site, asked: AskedBasis = {}): Promise<SiteWeather> {
    const { weather } = site;
    const series = weather && seriesOf(this.#estate, weather);
    if (!weather || !series) throw new ProblemError([{ code: 'weather.not-described', where: `site ${site.id}` }]);
    const basis = { method: asked.method ?? weather.method, base: asked.base ?? weather.base_degc };
    const temperatures = await this.#read(series, this.#period);
    return {
      basis,
      series: series.map(({ id }) => id),
      days: (base = basis.base) => this.#degreeDays(series, temperatures, { ...basis, base }),
      standard: async () => await this.#standardOf(weather, series, basis),
    };
  }

  /** The temperatures of a site; undefined where its register entry names none that are there. */
  async temperaturesOf({ weather }: Site): Promise<Temperatures | undefined> {
    const series = weather && seriesOf(this.#estate, weather);
    return series && (await this.#read(series, this.#period));
  }

  #degreeDays(series: Series, temperatures: Temperatures, basis: DegreeDayBasis): readonly DayDegrees[] {
    const key = `${keyOf(series)} ${basis.method} ${basis.base}`;
    const known = this.#days.get(key) ?? degreeDaysOf(temperatures, this.#period, basis);
    this.#days.set(key, known);
    return known;
  }

  async #read(series: Series, period: Period): Promise<Temperatures> {
    const key = `${keyOf(series)} ${period.from}`;
    const reading = this.#temperatures.get(key) ?? readTemperatures(this.#store, series, period);
    this.#temperatures.set(key, reading);
    return await reading;
  }

  async #standardOf(weather: Weather, series: Series, basis: DegreeDayBasis): Promise<StandardYear | undefined> {
    const { standard } = weather;
    if (standard === undefined) return undefined;
    if (typeof standard === 'string') return standardYearFor(standard, basis);
    const { first_year: first, last_year: last } = standard;
    const key = `${keyOf(series)} ${basis.method} ${basis.base} ${first} ${last}`;
    const reading = this.#standards.get(key) ?? this.#ownStandard(series, basis, first, last);
    this.#standards.set(key, reading);
    return await reading;
  }

  async #ownStandard(series: Series, basis: DegreeDayBasis, first: number, last: number) {
    const period = { from: startOfDay(`${first}-01-01`), to: startOfDay(`${last + 1}-01-01`) };
    const days = degreeDaysOf(await this.#read(series, period), period, basis);
    return ownStandardYear(days, basis, { first, last, of: series.map(({ name }) => name).join(' and ') });
  }
}

function keyOf(series: Series): string {
  return series.map(({ id }) => id).join(' ');
}

/** The series that a site's register entry names; undefined where one of them is not there. */
function seriesOf({ observed }: Estate, weather: Weather): Series | undefined {
  const find = (id: string | undefined) => (id === undefined ? undefined : observed?.get(id));
  const mean = find(weather.temperature);
  if (mean) return [mean];
  const [highest, lowest] = [find(weather.highest_temperature), find(weather.lowest_temperature)];
  return highest && lowest ? [highest, lowest] : undefined;
}

async function readTemperatures(store: ReadingStore, series: Series, period: Period): Promise<Temperatures> {
  const [first, second] = await Promise.all(
    series.map(async (one): Promise<HalfHourTemperatures> => await readObserved(store, one, period)),
  );
  const none = { from: period.from, values: new Float64Array() };
  if (series.length === 1) return { kind: 'half_hourly', mean: first ?? none };
  return { kind: 'daily', highest: first ?? none, lowest: second ?? none };
}
