import { leastSquares } from '../least-squares.ts';
import type { Clock, DayType } from './clock.ts';
import { type DayWeather, degreesOf, type DegreeColumn } from './day-weather.ts';
import { deviationOf, madToDeviation, medianOf } from './robust.ts';

/**
 * What a day uses by its type and by the weather: level of the type × (a + b × heating degree days + c × cooling degree
 * days), by least squares over past days, those far off left out and fitted again. A term is kept where it explains
 * something: its bases are tried as CalTRACK does (`weather/signature.ts` says more), a slope must be above nothing by
 * three standard errors and leave a fifth less of the variance.
 */
export interface DayModel {
  /** Median of the days of each type it was learned from, in 48 half-hours; NaN where there are too few. */
  readonly level: Readonly<Record<DayType, number>>;
  readonly constant: number;
  readonly terms: readonly Term[];
}

interface Term {
  readonly column: DegreeColumn;
  readonly slope: number;
  /** The fewest and the most degree days that were seen: beyond them nothing is known. */
  readonly fewest: number;
  readonly most: number;
}

/** A tenth of a usual day: below it a factor is hardly known. */
const leastFactor = 0.1;
/** °C·day beyond what was seen for which a line may be drawn on. */
const beyond = 1;

const least = { days: 28, ofType: 4, standardErrors: 3, lessVariance: 0.2 } as const;

/** Fits the days whose places are given; `use` is by day, in 48 half-hours. Undefined where they are too few. */
export function fitDays(
  { days }: Clock,
  use: Float64Array,
  weather: DayWeather | undefined,
  places: readonly number[],
): DayModel | undefined {
  const known = places.filter((d) => !Number.isNaN(use[d]) && !(weather && Number.isNaN(weather.mean[d])));
  const typeOf = (d: number): DayType => days[d]?.type ?? 'working';
  const levelOf = (type: DayType): number => {
    const values = Float64Array.from(
      known.filter((d) => typeOf(d) === type && days[d]?.quiet === false),
      (d) => use[d] as number,
    );
    return values.length >= least.ofType ? medianOf(values) : Number.NaN;
  };
  const level = { working: levelOf('working'), weekend: levelOf('weekend') };
  const rows = known.filter((d) => days[d]?.quiet === false && level[typeOf(d)] > 0);
  if (rows.length < least.days) return undefined;
  const shares = (chosen: readonly number[]): Float64Array =>
    Float64Array.from(chosen, (d) => (use[d] as number) / level[typeOf(d)]);
  if (!weather) return { level, constant: 1, terms: [] };
  const once = fitWeather(rows, shares(rows), weather, () => 1);
  const model: DayModel = { level, ...once };
  const residuals = shares(rows).map((share, k) => share - factorOf(model, rows[k] as number));
  const width = 3.5 * madToDeviation * deviationOf(residuals.slice(), residuals.length, medianOf(residuals.slice()));
  const close = rows.filter((_, k) => Math.abs(residuals[k] as number) <= Math.max(width, 0.05));
  // What is used on a cold day also wavers by more: days weigh by what is expected of them, so that summer counts.
  const weight = (d: number): number => 1 / Math.max(factorOf(model, d), leastFactor);
  return { level, ...fitWeather(close, shares(close), weather, weight) };
}

function fitWeather(
  rows: readonly number[],
  shares: Float64Array,
  weather: DayWeather,
  weightOf: (d: number) => number,
): Omit<DayModel, 'level'> {
  const one = Float64Array.from(rows, weightOf);
  const target = shares.map((share, k) => share * (one[k] as number));
  let chosen: { readonly term: DegreeColumn; readonly column: Float64Array }[] = [];
  let best = fitOf([one], target);
  for (const candidates of [weather.heating, weather.cooling]) {
    let better: { chosen: typeof chosen; fit: ReturnType<typeof fitOf> } | undefined;
    for (const term of candidates) {
      const column = Float64Array.from(rows, (d, k) => (term.degrees[d] as number) * (one[k] as number));
      const tried = [...chosen, { term, column }];
      const fit = fitOf([one, ...tried.map((each) => each.column)], target);
      const certain = tried.every((_, k) => {
        const [slope, error] = [fit.coefficients[k + 1] ?? 0, fit.errors[k + 1] ?? Number.POSITIVE_INFINITY];
        return slope > least.standardErrors * error;
      });
      if (!certain || fit.variance > (1 - least.lessVariance) * best.variance) continue;
      if (!better || fit.variance < better.fit.variance) better = { chosen: tried, fit };
    }
    if (better) ({ chosen, fit: best } = better);
  }
  const terms = chosen.map(({ term }, k) => ({
    column: term,
    slope: best.coefficients[k + 1] ?? 0,
    fewest: rows.reduce((fewest, d) => Math.min(fewest, term.degrees[d] as number), Number.POSITIVE_INFINITY),
    most: rows.reduce((most, d) => Math.max(most, term.degrees[d] as number), 0),
  }));
  return { constant: best.coefficients[0] ?? 1, terms };
}

function fitOf(columns: readonly Float64Array[], target: Float64Array) {
  const { coefficients, errors } = leastSquares(columns, target);
  let variance = 0;
  for (let k = 0; k < target.length; k++) {
    let rest = target[k] as number;
    for (const [i, column] of columns.entries()) rest -= (coefficients[i] ?? 0) * (column[k] as number);
    variance += rest * rest;
  }
  return { coefficients, errors, variance };
}

/**
 * By what the weather multiplies a day; 1 where use does not follow it, NaN where the weather is not known or further
 * from what was seen than can be said.
 */
export function factorOf({ constant, terms }: DayModel, d: number): number {
  let factor = constant;
  for (const { column, slope, fewest, most } of terms) {
    const degreeDays = column.degrees[d] as number;
    // Of a winter alone many bases are as likely, which differ as soon as it gets mild.
    if (!(degreeDays >= fewest - beyond && degreeDays <= most + beyond)) return Number.NaN;
    factor += slope * degreeDays;
  }
  // A line through anything may go below nothing; a factor that close to it says nothing either.
  return factor > leastFactor / 10 ? factor : Number.NaN;
}

/** The same of a half-hour, by the temperature that walls feel; the mean of a day's is the factor of the day. */
export function factorWhen({ constant, terms }: DayModel, felt: number): number {
  let factor = constant;
  for (const { column, slope } of terms) factor += slope * degreesOf(felt, column.base, column.side);
  return factor;
}

/** What a day is expected to use, in 48 half-hours. */
export function expectedOfDay(model: DayModel, { days }: Clock, d: number): number {
  return model.level[days[d]?.type ?? 'working'] * factorOf(model, d);
}
