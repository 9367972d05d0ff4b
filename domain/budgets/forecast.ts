import {
  addMonths,
  boundariesOf,
  bucketsIn,
  dateOf,
  daysBetween,
  halfHourSeconds,
  monthOf,
  type Period,
} from '../time.ts';
import { predictionError, type Stretch, studentTAt, type UseModel } from '../weather/prediction.ts';
import { type Load, periodOf } from '../tariffs/load.ts';
import { mapLoad } from '../tariffs/load-year.ts';
import { certain, mapRange, type Range } from '../tariffs/range.ts';

/**
 * The half-hours of what is left of a year, in weather that is usual. Each day takes the half-hours of the day of the
 * load year of the same month and type. Where use follows the weather, the day has the use that the signature expects
 * of its standard degree days, in the shape of the day that it takes.
 */

export interface ForecastRequest {
  /** Half-hours without holes, the load year among them. */
  readonly load: Load;
  /** Twelve whole months. */
  readonly year: Period;
  /** Whole days. */
  readonly period: Period;
  readonly model: UseModel;
  /** °C·day of the standard year on a day of the month that begins then. */
  readonly degreeDaysOn?: ((month: string) => number) | undefined;
  /** The part of the period that is added up as one. */
  readonly counted: Period;
}

/** What is expected of a month, and how far it may lie from that by itself. */
export interface ForecastMonth extends Stretch, Period {
  readonly use: number;
  /** Half the width of the band of this month, kWh. */
  readonly band: number;
}

export interface Forecast {
  readonly months: readonly ForecastMonth[];
  /** Each month with its own band. */
  readonly load: Load;
  /**
   * Each month with its part of the band of all that is counted together. That is less than the bands of the months
   * added up, since not all months err the same way.
   */
  readonly together: Load;
}

export function forecastOf({ load, year, period, model, degreeDaysOn, counted }: ForecastRequest): Forecast {
  const mapped = mapLoad(partOf(load, year), period);
  const expected = (month: string): number | undefined =>
    model.kind === 'weather' ? model.baseload + model.slope * (degreeDaysOn?.(month) ?? Number.NaN) : undefined;
  const days = boundariesOf(period, 'day').map((at) => (at - period.from) / halfHourSeconds);
  const factors = dayFactors(mapped, period, days, expected);
  const t = studentTAt(model.scatter.degreesOfFreedom);
  const months = monthsOf(period, degreeDaysOn).map((month): ForecastMonth => {
    const [first, end] = [month.from, month.to].map((at) => (at - period.from) / halfHourSeconds) as [number, number];
    let use = 0;
    for (let i = first; i < end; i++) use += (mapped.use.best[i] as number) * (factors[i] as number);
    return { ...month, use, band: t * predictionError(model.scatter, [month]) };
  });
  const within = months.filter(({ from }) => from >= counted.from && from < counted.to);
  const apart = within.reduce((sum, { band }) => sum + band, 0);
  const ratio = apart === 0 ? 1 : (t * predictionError(model.scatter, within)) / apart;
  const isWidened = model.kind === 'day_types';
  return {
    months,
    load: withBand(mapped, factors, months, { isWidened, ratio: 1 }),
    together: withBand(mapped, factors, months, { isWidened, ratio }),
  };
}

/** The half-hours of a part of a load. */
export function partOf(load: Load, { from, to }: Period): Load {
  const whole = periodOf(load);
  if (from < whole.from || to > whole.to) throw new RangeError('the load does not cover the period');
  const [first, end] = [(from - load.from) / halfHourSeconds, (to - load.from) / halfHourSeconds];
  const cut = (column: Float64Array) => column.subarray(first, end);
  return {
    unit: load.unit,
    from,
    use: mapRange(load.use, cut),
    reactive: load.reactive && mapRange(load.reactive, cut),
    named: load.named,
  };
}

/** A load and the one that follows it, as one. Both have kvarh or neither. */
export function joinLoads(a: Load, b: Load): Load {
  if (periodOf(a).to !== b.from || a.unit !== b.unit) throw new RangeError('the loads do not follow each other');
  const joined = (one: Float64Array, other: Float64Array): Float64Array => {
    const column = new Float64Array(one.length + other.length);
    column.set(one);
    column.set(other, one.length);
    return column;
  };
  const both = (one: Range<Float64Array>, other: Range<Float64Array>): Range<Float64Array> => {
    const best = joined(one.best, other.best);
    if (one.low === one.high && other.low === other.high) return certain(best);
    return { low: joined(one.low, other.low), best, high: joined(one.high, other.high) };
  };
  const reactive = a.reactive && b.reactive ? both(a.reactive, b.reactive) : undefined;
  return { unit: a.unit, from: a.from, use: both(a.use, b.use), reactive, named: a.named };
}

/** What each half-hour is multiplied by, so that its day has what is expected of it; 1 where nothing is. */
function dayFactors(
  { use: { best } }: Load,
  period: Period,
  days: readonly number[],
  expected: (month: string) => number | undefined,
): Float64Array {
  const factors = new Float64Array(best.length).fill(1);
  for (const [i, first] of days.slice(0, -1).entries()) {
    const end = days[i + 1] ?? first;
    const target = expected(monthOf(dateOf(period.from + first * halfHourSeconds)));
    if (target === undefined) continue;
    let sum = 0;
    for (let j = first; j < end; j++) sum += best[j] as number;
    if (sum > 0) {
      factors.fill(Math.max(0, target) / sum, first, end);
      continue;
    }
    // A day on which nothing was used has no shape: what is expected of this one is spread evenly.
    best.fill(1, first, end);
    factors.fill(Math.max(0, target) / (end - first), first, end);
  }
  return factors;
}

function monthsOf(period: Period, degreeDaysOn: ForecastRequest['degreeDaysOn']): (Stretch & Period)[] {
  return bucketsIn(period, 'month').map(({ from, to }) => {
    const month = monthOf(dateOf(from));
    const days = daysBetween(dateOf(from), dateOf(to));
    const monthDays = daysBetween(month, addMonths(month, 1));
    return { from, to, month, days, monthDays, degreeDays: days * (degreeDaysOn?.(month) ?? 0) };
  });
}

/**
 * Half-hours with the band of their month, in proportion; never below nothing. Holes of the load year widen it where
 * its days are taken as they were; where use follows the weather they are in the signature's own scatter.
 */
function withBand(
  mapped: Load,
  factors: Float64Array,
  months: readonly ForecastMonth[],
  { isWidened, ratio }: { readonly isWidened: boolean; readonly ratio: number },
): Load {
  const share = new Float64Array(factors.length);
  const even = new Float64Array(factors.length);
  for (const { from, to, use, band } of months) {
    const [first, end] = [(from - mapped.from) / halfHourSeconds, (to - mapped.from) / halfHourSeconds];
    if (use > 0) share.fill((band * ratio) / use, first, end);
    // What used nothing may still use something.
    else even.fill((band * ratio) / (end - first), first, end);
  }
  const spread = (range: Range<Float64Array>, isUse: boolean): Range<Float64Array> => {
    const best = range.best.map((each, j) => each * (factors[j] as number));
    const from = isWidened ? range : certain(range.best);
    return {
      low: from.low.map((each, j) =>
        Math.max(0, each * (factors[j] as number) - (best[j] as number) * (share[j] as number)),
      ),
      best,
      high: from.high.map(
        (each, j) =>
          each * (factors[j] as number) +
          (best[j] as number) * (share[j] as number) +
          (isUse ? (even[j] as number) : 0),
      ),
    };
  };
  return {
    unit: mapped.unit,
    from: mapped.from,
    use: spread(mapped.use, true),
    reactive: mapped.reactive && spread(mapped.reactive, false),
  };
}
