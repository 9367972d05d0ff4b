import type { Clock } from './clock.ts';
import { type DayModel, factorOf, factorWhen, fitDays } from './day-model.ts';
import type { DayWeather } from './day-weather.ts';
import { deviationOf, spreadOf } from './robust.ts';

/**
 * By what the weather multiplies the use of each day, as far as could be known at the time: fitted anew every four
 * weeks, from the days before. The half-hours of a meter are learned divided by it, so that an October tells what to
 * expect of a January.
 */
export interface WeatherFactors {
  /** The factors of all days up to a day by what was known on that day, and how far they may be off. */
  readonly on: (d: number) => FactorColumns;
}

export interface FactorColumns {
  /** The first day on which this was known, and whether use follows the weather at all. */
  readonly start: number;
  readonly follows: boolean;
  /** By day; 1 where use does not follow the weather, NaN where it cannot be told. */
  readonly factor: Float64Array;
  readonly spread: Float64Array;
  /** What a degree is of a factor, where use follows the weather. */
  readonly perDegree?: number | undefined;
  /** By half-hour of the clock; undefined where the factor of the day is all that is known. */
  readonly byHalfHour?: Float64Array | undefined;
}

export interface FactorsRequest {
  readonly clock: Clock;
  /** Of each day in 48 half-hours; NaN where too little is known. See `dayTotals`. */
  readonly use: Float64Array;
  readonly weather: DayWeather;
  /**
   * Heats a building: until it is known how its use follows the weather nothing is expected of it, where other meters
   * are expected to go on as they are.
   */
  readonly heats: boolean;
  /** Days that alerts call abnormal: 1 there. */
  readonly abnormal?: Uint8Array | undefined;
}

const fitEvery = 28;
const firstFit = 56;
/** Days learned from: a year and what makes it whole. */
const oldest = 400;
/** A day so far from what was expected of it is not learned from. */
const far = { deviations: 3.5, share: 0.15 } as const;
/** When so many of the last so many days were far off on one side, learning begins anew with them. */
const changed = { days: 63, of: 70 } as const;
/** Days of like factor by which the spread of one is told. */
const like = 30;

export function weatherFactors(request: FactorsRequest): WeatherFactors {
  const { clock, use, weather, abnormal } = request;
  const count = clock.days.length;
  const epochs: FactorColumns[] = [];
  const side = new Int8Array(count);
  let model: DayModel | undefined;
  let learnFrom = 0;
  for (let start = 0; start < count; start += start === 0 ? firstFit : fitEvery) {
    learnFrom = restart(side, use, start, learnFrom);
    const places: number[] = [];
    for (let d = Math.max(learnFrom, start - oldest); d < start; d++) {
      if (side[d] === 0 && abnormal?.[d] !== 1) places.push(d);
    }
    model = fitDays(clock, use, weather, places) ?? (start - learnFrom < firstFit ? undefined : model);
    const until = Math.min(count, start + (start === 0 ? firstFit : fitEvery));
    const columns = factorsBy(model, { ...request, start, until, places });
    epochs.push(columns);
    for (let d = start; d < until; d++) side[d] = sideOf(d, clock, use, model, columns);
  }
  const epochOf = (d: number): number => (d < firstFit ? 0 : 1 + Math.floor((d - firstFit) / fitEvery));
  return { on: (d) => epochs[epochOf(d)] as FactorColumns };
}

/** Where the weather is not known of a meter that follows it. */
export function unknownFactors({ days }: Clock): WeatherFactors {
  const factor = new Float64Array(days.length).fill(Number.NaN);
  const columns = { start: 0, follows: false, factor, spread: factor };
  return { on: () => columns };
}

/** Where learning begins: what was before a lasting change is not like what is now. */
function restart(side: Int8Array, use: Float64Array, start: number, learnFrom: number): number {
  const from = Math.max(learnFrom, start - changed.of);
  let [above, below, known] = [0, 0, 0];
  for (let d = from; d < start; d++) {
    if (Number.isNaN(use[d])) continue;
    known++;
    if (side[d] === 1) above++;
    if (side[d] === -1) below++;
  }
  if (Math.max(above, below) < (changed.days / changed.of) * Math.max(known, changed.of)) return learnFrom;
  side.fill(0, from, start);
  return from;
}

interface Epoch {
  readonly start: number;
  readonly until: number;
  readonly places: readonly number[];
}

function coldestOf({ mean }: DayWeather, places: readonly number[]): number {
  return places.reduce((coldest, d) => Math.min(coldest, mean[d] as number), Number.POSITIVE_INFINITY);
}

function factorsBy(
  model: DayModel | undefined,
  { clock, use, weather, heats, start, until, places }: FactorsRequest & Epoch,
): FactorColumns {
  const factor = new Float64Array(until).fill(Number.NaN);
  const spread = factor.slice();
  if (!model || (model.terms.length === 0 && !heats)) {
    return { start, follows: false, factor: factor.fill(heats ? Number.NaN : 1), spread: spread.fill(0) };
  }
  const from = Math.max(0, start - oldest);
  const coldest = coldestOf(weather, places);
  for (let d = from; d < until; d++) {
    // What did not follow the weather in summer may be hot water, and begin to heat in autumn.
    const seen = model.terms.length > 0 || !((weather.mean[d] as number) < coldest - 2);
    factor[d] = seen ? factorOf(model, d) : Number.NaN;
  }
  const residuals = places.map((d) => ({
    factor: factor[d] as number,
    rest: (use[d] as number) / (model.level[clock.days[d]?.type ?? 'working'] * (factor[d] as number)) - 1,
  }));
  const learned = residuals.filter(({ rest }) => !Number.isNaN(rest)).sort((a, b) => a.factor - b.factor);
  const scratch = new Float64Array(like);
  for (let d = start; d < until; d++) {
    const own = factor[d] as number;
    const at = learned.findIndex((one) => one.factor >= own);
    const first = Math.max(0, Math.min((at < 0 ? learned.length : at) - like / 2, learned.length - like));
    const near = learned.slice(first, first + like);
    for (const [k, { rest }] of near.entries()) scratch[k] = rest;
    spread[d] = own * spreadOf(1, deviationOf(scratch, near.length, 0), 0);
  }
  if (model.terms.length === 0) return { start, follows: false, factor, spread };
  const byHalfHour = halfHoursBy(model, clock, weather, factor, from);
  const perDegree = model.terms.reduce((most, { slope }) => Math.max(most, slope), 0);
  return { start, follows: true, factor, spread, perDegree, byHalfHour };
}

function halfHoursBy(
  model: DayModel,
  { count, days }: Clock,
  { felt }: DayWeather,
  factor: Float64Array,
  from: number,
): Float64Array {
  const byHalfHour = new Float64Array(count).fill(Number.NaN);
  for (let d = from; d < factor.length; d++) {
    const day = days[d];
    if (!day || Number.isNaN(factor[d])) continue;
    for (let i = day.first; i < day.first + day.count; i++) byHalfHour[i] = factorWhen(model, felt[i] as number);
  }
  return byHalfHour;
}

/** On which side of what was expected a day was far off: 0 on none. */
function sideOf(
  d: number,
  { days }: Clock,
  use: Float64Array,
  model: DayModel | undefined,
  { factor, spread }: FactorColumns,
): -1 | 0 | 1 {
  const day = days[d];
  if (!model || !day || day.quiet) return 0;
  const expected = model.level[day.type] * (factor[d] as number);
  const width = model.level[day.type] * (spread[d] as number);
  const rest = (use[d] as number) - expected;
  if (!(Math.abs(rest) > Math.max(far.deviations * width, far.share * expected))) return 0;
  return rest > 0 ? 1 : -1;
}

/** The use of each day of a clock, in 48 half-hours; NaN where less than nine in ten of it are known. */
export function dayTotals({ days }: Clock, use: Float64Array): Float64Array {
  return Float64Array.from(days, ({ first, count }) => {
    let [sum, known] = [0, 0];
    for (let i = first; i < first + count; i++) {
      if (Number.isNaN(use[i])) continue;
      sum += use[i] as number;
      known++;
    }
    return known >= 0.9 * count ? (48 * sum) / known : Number.NaN;
  });
}
