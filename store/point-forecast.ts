import { type Estate, listed } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import { type BudgetMonth, budgetMonths } from '../domain/budgets/budget.ts';
import type { CarryForward } from '../domain/tariffs/carry-forward.ts';
import type { MeasuredUse } from '../domain/tariffs/cost-figure.ts';
import { type Forecast, forecastOf, joinLoads, partOf } from '../domain/budgets/forecast.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import { isPowerFactorAssumed } from '../domain/tariffs/supply-point-costs.ts';
import {
  addMonths,
  bucketsIn,
  dateOf,
  daysBetween,
  type EpochSeconds,
  monthOf,
  type Period,
  startOfDay,
} from '../domain/time.ts';
import { degreeDaysIn } from '../domain/weather/degree-days.ts';
import { type BucketUse, knownShareOfUse } from '../domain/weather/points.ts';
import { type UseModel, useModelOf } from '../domain/weather/prediction.ts';
import type { Signature } from '../domain/weather/signature.ts';
import { signatureOfUse } from '../domain/weather/site-signature.ts';
import { type StandardYear, standardDegreeDays } from '../domain/weather/standard-year.ts';
import type { Stores } from './energy.ts';
import { measuredUse, readPointLoad } from './point-costs.ts';
import { type SiteWeather, WeatherOfPeriod } from './site-weather.ts';
import type { MeasuredLoad } from './supply-point-load.ts';

/** Why the weather has no part in what is expected of a supply point. */
export const withoutWeather = {
  'not-described': 'the register does not say by which weather the site is judged',
  'no-standard': 'the register names no standard year, or its years are not known',
  'no-relation': 'use does not follow the weather',
  water: 'water is not set against the weather',
} as const;
export type WithoutWeather = keyof typeof withoutWeather;

/** How the rest of a year is expected of a supply point. */
export interface ForecastMethod {
  readonly model: UseModel;
  /** The twelve months that it was made of. */
  readonly year: Period;
  readonly signature: Signature | undefined;
  readonly standard: StandardYear | undefined;
  readonly because: WithoutWeather | undefined;
}

/** A year of a supply point, past and expected. */
export interface PointForecast extends PlacedPoint {
  readonly months: readonly BudgetMonth[];
  /** The same with the band of all expected months together. */
  readonly together: readonly BudgetMonth[];
  /** Of each month, what is past of it. */
  readonly known: readonly MeasuredUse[];
  /** Undefined where nothing is expected any more and too little is known to say how use comes about. */
  readonly method: ForecastMethod | undefined;
  /** kWh that weather other than the standard year's added so far; undefined where that is not known. */
  readonly weatherUse: number | undefined;
  readonly isPowerFactorAssumed: boolean;
}

export interface ForecastAsked {
  /** Whole months. */
  readonly period: Period;
  readonly now: EpochSeconds;
  readonly carry: CarryForward | undefined;
}

/**
 * Rejects with `tariff.no-load` where nothing is known, with `tariff.no-history` where too little is known for what is
 * still to come, and as the store does.
 */
export async function readPointForecast(
  stores: Stores,
  estate: Estate,
  placed: PlacedPoint,
  { period, now, carry }: ForecastAsked,
): Promise<PointForecast> {
  const today = startOfDay(dateOf(now));
  const lastMonth = monthOf(dateOf(Math.min(today, period.to)));
  const year = { from: startOfDay(addMonths(lastMonth, -12)), to: startOfDay(lastMonth) };
  const past = { from: Math.min(year.from, period.from), to: Math.min(today, period.to) };
  const read = await readPointLoad(stores, estate, placed, { period: past, now });
  const { measured, terms, prices } = read;
  const weather = await weatherOf(stores, estate, placed, past);
  const method = await methodOf(measured, year, placed, weather);
  const rest = { from: past.to, to: period.to };
  const history = partOf(measured.load, past);
  const forecast = rest.from < rest.to ? restOf(history, method, { rest, period }, placed) : undefined;
  const months = (load = history) =>
    budgetMonths({
      point: placed.point,
      tariffs: listed(estate, 'tariffs'),
      published: listed(estate, 'published_charges'),
      terms,
      prices,
      carry,
      load,
      period,
      cut: past.to,
    });
  const whole = months(forecast && joinLoads(history, forecast.load));
  const costs = whole.flatMap(({ actual, forecast: other }) => [...(actual?.costs ?? []), ...(other?.costs ?? [])]);
  return {
    ...placed,
    months: whole,
    together: forecast ? months(joinLoads(history, forecast.together)) : whole,
    known: whole.map(({ actual }) => measuredUse(measured, actual ?? { from: past.from, to: past.from })),
    method,
    weatherUse: method && weatherUse(method, weather, { from: period.from, to: Math.max(period.from, past.to) }),
    isPowerFactorAssumed: isPowerFactorAssumed(
      costs.flatMap(({ lines }) => lines),
      measured.load,
      terms,
    ),
  };
}

function restOf(
  history: MeasuredLoad['load'],
  method: ForecastMethod | undefined,
  { rest, period }: { readonly rest: Period; readonly period: Period },
  { point }: PlacedPoint,
): Forecast {
  if (!method) {
    const found = 'fewer than three whole months of the last twelve';
    throw new ProblemError([{ code: 'tariff.no-history', where: `supply point ${point.id}`, found }]);
  }
  const { model, year, standard } = method;
  const degreeDaysOn = standard && ((month: string): number => daily(standard, month));
  return forecastOf({ load: history, year, period: rest, model, degreeDaysOn, counted: period });
}

/** Standard degree days of one day of a month. */
function daily(standard: StandardYear, month: string): number {
  const next = addMonths(month, 1);
  return standardDegreeDays(standard, { from: startOfDay(month), to: startOfDay(next) }) / daysBetween(month, next);
}

/** Undefined where the register does not describe it. */
async function weatherOf(
  stores: Stores,
  estate: Estate,
  { site: id, point }: PlacedPoint,
  period: Period,
): Promise<SiteWeather | undefined> {
  const site = estate.sites.get(id);
  if (!site?.weather || point.utility === 'water') return undefined;
  return await new WeatherOfPeriod(stores.store, estate, period).of(site);
}

async function methodOf(
  measured: MeasuredLoad,
  year: Period,
  { point }: PlacedPoint,
  weather: SiteWeather | undefined,
): Promise<ForecastMethod | undefined> {
  const use = monthsOf(measured, year);
  const points = use.flatMap(({ from, to, energy }) =>
    energy === undefined ? [] : [{ perDay: energy / daysBetween(dateOf(from), dateOf(to)), degreeDaysPerDay: 0 }],
  );
  const standard = await weather?.standard();
  const signature =
    weather && standard
      ? signatureOfUse(use, weather.days, { base: weather.basis.base, length: 'month', search: false }).signature
      : undefined;
  const model = useModelOf(points, signature);
  if (!model) return undefined;
  const found: WithoutWeather = !weather ? 'not-described' : !standard ? 'no-standard' : 'no-relation';
  const because = point.utility === 'water' ? 'water' : found;
  return { model, year, signature, standard, because: model.kind === 'weather' ? undefined : because };
}

/** Whole months of a load; one of which too little is known is no point. */
function monthsOf(measured: MeasuredLoad, year: Period): BucketUse[] {
  return bucketsIn(year, 'month').map((month): BucketUse => {
    const { use, halfHours, missing } = measuredUse(measured, month);
    const isKnown = 1 - missing / halfHours >= knownShareOfUse;
    return { ...month, energy: isKnown ? use : undefined, missing: missing > 0 };
  });
}

/** What the weather of the past part of a period added beyond the standard year's. */
function weatherUse(
  { model, standard, because }: ForecastMethod,
  weather: SiteWeather | undefined,
  past: Period,
): number | undefined {
  if (past.from >= past.to || because === 'no-relation' || because === 'water') return 0;
  if (model.kind !== 'weather' || !weather || !standard) return undefined;
  const { degreeDays } = degreeDaysIn(weather.days(), past);
  return degreeDays === undefined ? undefined : model.slope * (degreeDays - standardDegreeDays(standard, past));
}
