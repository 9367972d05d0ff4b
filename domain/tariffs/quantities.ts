import { validOn } from '../estate/estate.ts';
import {
  addDays,
  addMonths,
  dateOf,
  daySeconds,
  halfHourSeconds,
  type LocalDate,
  type Period,
  startOfDay,
} from '../time.ts';
import { bandedOf, dayStarts, keyOf, type Segment } from './calendar.ts';
import { apparentPower, type Load, periodOf, reactiveRatio } from './load.ts';
import type { PriceSeries } from './price-series.ts';
import { certain, isCertain, joinRanges, mapRange, type Range } from './range.ts';
import { lossOn, type SupplyPointTerms } from './supply-point.ts';
import type { LossFactor } from './register.ts';
import type { TimeBands } from './time-bands.ts';

/** Where energy is counted, or which share of a volume. */
export type Base = 'meter' | 'gsp' | 'nbp' | 'delivered' | 'returned';

/** What is added up in cells: use by band, on a base, at prices where a series is named. */
export interface CellKind {
  readonly times: TimeBands | undefined;
  readonly base: Base;
  readonly series?: PriceSeries | undefined;
}

/** Sums of the days of a load: day × band. */
interface Cells {
  readonly bands: number;
  /** The band of each half-hour; absent where there is one. */
  readonly of: Uint8Array | undefined;
  /** What each half-hour is taken at; absent where it is 1. */
  readonly weights: Float64Array | undefined;
  /** Sums where the weight is 0 or more, and below: apart, so that a range stays one. */
  readonly up: Range<Float64Array>;
  readonly down: Range<Float64Array> | undefined;
  readonly segments: Map<number, Map<number, Range<Float64Array>>>;
}

interface Pair {
  readonly kvarh: Float64Array;
  readonly kwh: Float64Array;
}

/**
 * Everything that the charges of one supply point multiply, from its half-hours. Half-hours are added up once for each
 * kind of cell and day, whatever the number of tariffs that ask; a segment adds up days.
 */
export class Quantities {
  readonly load: Load;
  readonly terms: SupplyPointTerms;
  readonly period: Period;
  readonly #starts: Int32Array;
  readonly #cells = new Map<string, Cells>();
  readonly #weights = new Map<string, Float64Array>();
  readonly #demands = new Map<LocalDate, Range<number>>();
  readonly #excess = new Map<number, Range<Float64Array>>();

  constructor(load: Load, terms: SupplyPointTerms) {
    this.load = load;
    this.terms = terms;
    this.period = periodOf(load);
    this.#starts = dayStarts(this.period);
  }

  /** Whether kvarh are counted, or at least how many there may be. */
  get knowsReactive(): boolean {
    return this.load.reactive !== undefined || this.terms.powerFactor !== undefined;
  }

  /** By band: use, or use at the prices of a series. */
  sums(kind: CellKind, segment: Segment): Range<Float64Array> {
    const key = `${kind.base} ${kind.series?.id ?? ''} ${keyOf(kind.times)}`;
    let cells = this.#cells.get(key);
    if (!cells) {
      cells = this.#add(kind);
      this.#cells.set(key, cells);
    }
    // Half-hours of a ledger are asked for once each, and would only fill the memory.
    if (segment.to - segment.from < daySeconds - 3600) return this.#segmentSums(cells, segment);
    let ends = cells.segments.get(segment.from);
    if (!ends) cells.segments.set(segment.from, (ends = new Map()));
    let sums = ends.get(segment.to);
    if (!sums) ends.set(segment.to, (sums = this.#segmentSums(cells, segment)));
    return sums;
  }

  /** kVA: the most of the month, as far as the load reaches. */
  maximumDemand(month: LocalDate): Range<number> {
    let demand = this.#demands.get(month);
    if (!demand) this.#demands.set(month, (demand = this.#maximumDemand(month)));
    return demand;
  }

  /** The mean kW of some half-hours, with the losses of a base; undefined where the load does not reach them. */
  meanDemand(halfHours: readonly number[], base: Base): Range<number> | undefined {
    const places = halfHours.map((at) => this.#index(at));
    if (places.some((i) => i < 0 || i >= this.load.use.best.length)) return undefined;
    const weights = this.#weightsOf(base, undefined);
    return mapRange(this.load.use, (use) => {
      const kw = places.map((i) => 2 * (use[i] as number) * (weights?.[i] ?? 1));
      return kw.reduce((sum, each) => sum + each, 0) / kw.length;
    });
  }

  /** kVA that are agreed on a London date; undefined where nobody wrote it. */
  agreedCapacity(date: LocalDate): number | undefined {
    return validOn(this.terms.agreedCapacity ?? [], date)?.value;
  }

  /** kvarh beyond what is free, half-hour by half-hour; `free` is kvarh for a kWh. */
  reactiveBeyond(free: number, segment: Segment): Range<number> {
    const { reactive, use } = this.load;
    const { powerFactor } = this.terms;
    if (!reactive && powerFactor) {
      const kwh = mapRange(this.sums({ times: undefined, base: 'meter' }, segment), (sums) => sums[0] as number);
      return joinRanges(
        powerFactors(powerFactor),
        kwh,
        (factor, sum) => sum * Math.max(0, reactiveRatio(factor) - free),
      );
    }
    if (!reactive) throw new RangeError('no reactive energy');
    // The least of reactive energy goes with the most of active energy, which frees more of it.
    const pairs: Range<Pair> =
      isCertain(use) && isCertain(reactive)
        ? certain({ kvarh: reactive.best, kwh: use.best })
        : {
            low: { kvarh: reactive.low, kwh: use.high },
            best: { kvarh: reactive.best, kwh: use.best },
            high: { kvarh: reactive.high, kwh: use.low },
          };
    const beyond =
      ({ kvarh, kwh }: Pair) =>
      (i: number): number =>
        Math.max(0, (kvarh[i] as number) - free * (kwh[i] as number));
    let days = this.#excess.get(free);
    if (!days) this.#excess.set(free, (days = mapRange(pairs, (pair) => this.#daySums(beyond(pair)))));
    return joinRanges(pairs, days, (pair, sums) => this.#over(segment, sums, beyond(pair)));
  }

  /** kWh of the peak day that are booked on a London date. */
  peakDay(date: LocalDate): number | undefined {
    return validOn(this.terms.peakDay ?? [], date)?.value;
  }

  #maximumDemand(month: LocalDate): Range<number> {
    const first = this.#index(Math.max(startOfDay(month), this.period.from));
    const last = this.#index(Math.min(startOfDay(addMonths(month, 1)), this.period.to));
    const { use, reactive } = this.load;
    if (reactive) {
      return joinRanges(use, reactive, (kwh, kvarh) => {
        let most = 0;
        for (let i = first; i < last; i++) {
          const kva2 = (kwh[i] as number) * (kwh[i] as number) + (kvarh[i] as number) * (kvarh[i] as number);
          if (kva2 > most) most = kva2;
        }
        return apparentPower(Math.sqrt(most), 0);
      });
    }
    if (!this.terms.powerFactor) throw new RangeError('no reactive energy');
    return joinRanges(powerFactors(this.terms.powerFactor), use, (factor, kwh) => {
      let most = 0;
      for (let i = first; i < last; i++) if ((kwh[i] as number) > most) most = kwh[i] as number;
      return (2 * most) / factor;
    });
  }

  #index(at: number): number {
    return (at - this.period.from) / halfHourSeconds;
  }

  /** The sum of a segment: of whole days from their sums, of parts of days from half-hours. */
  #over(segment: Segment, days: Float64Array, at: (i: number) => number): number {
    let sum = 0;
    this.#walk(
      segment,
      (day) => (sum += days[day] as number),
      (i) => (sum += at(i)),
    );
    return sum;
  }

  #walk({ from, to }: Period, whole: (day: number) => void, part: (i: number) => void): void {
    const [first, end] = [this.#index(from), this.#index(to)];
    if (first < 0 || end > this.load.use.best.length) throw new RangeError('the load does not cover the period');
    const starts = this.#starts;
    let day = dayAt(starts, first);
    for (let i = first; i < end; day++) {
      const next = starts[day + 1] as number;
      if (i === starts[day] && next <= end) whole(day);
      else for (let j = i; j < Math.min(next, end); j++) part(j);
      i = Math.min(next, end);
    }
  }

  #segmentSums(cells: Cells, segment: Segment): Range<Float64Array> {
    const sum = (days: Float64Array, use: Float64Array, sign: 1 | -1 | 0): Float64Array => {
      const { bands, of, weights } = cells;
      const sums = new Float64Array(bands);
      const whole = (day: number) => {
        for (let b = 0; b < bands; b++) sums[b] = (sums[b] as number) + (days[day * bands + b] as number);
      };
      this.#walk(segment, whole, (i) => {
        const weight = weights?.[i] ?? 1;
        if (sign !== 0 && weight >= 0 !== sign > 0) return;
        const b = of?.[i] ?? 0;
        sums[b] = (sums[b] as number) + (use[i] as number) * weight;
      });
      return sums;
    };
    const { use } = this.load;
    const { up, down } = cells;
    if (!down) return joinRanges(up, use, (days, column) => sum(days, column, 0));
    // Where a price is below nothing, more use costs less.
    const of = (rising: Float64Array, a: Float64Array, falling: Float64Array, b: Float64Array) => {
      const other = sum(falling, b, -1);
      return sum(rising, a, 1).map((part, i) => part + (other[i] as number));
    };
    return {
      low: of(up.low, use.low, down.high, use.high),
      best: of(up.best, use.best, down.best, use.best),
      high: of(up.high, use.high, down.low, use.low),
    };
  }

  #add({ times, base, series }: CellKind): Cells {
    const banded = times && bandedOf(times, this.period);
    const bands = banded?.names.length ?? 1;
    const of = banded?.of;
    const weights = this.#weightsOf(base, series);
    const cells = { bands, of, weights, segments: new Map() };
    if (weights && series && !isCertain(this.load.use) && weights.some((weight) => weight < 0)) {
      const add = (sign: 1 | -1) => mapRange(this.load.use, (use) => this.#bandSums(use, bands, of, weights, sign));
      return { ...cells, up: add(1), down: add(-1) };
    }
    return {
      ...cells,
      up: mapRange(this.load.use, (use) => this.#bandSums(use, bands, of, weights, 0)),
      down: undefined,
    };
  }

  /** The loop over half-hours that everything rests on: a multiply and an add for each. */
  #bandSums(
    use: Float64Array,
    bands: number,
    of: Uint8Array | undefined,
    weights: Float64Array | undefined,
    sign: 1 | -1 | 0,
  ): Float64Array {
    const starts = this.#starts;
    const sums = new Float64Array((starts.length - 1) * bands);
    for (let day = 0; day < starts.length - 1; day++) {
      const end = starts[day + 1] as number;
      for (let i = starts[day] as number; i < end; i++) {
        const weight = weights ? (weights[i] as number) : 1;
        if (sign !== 0 && weight >= 0 !== sign > 0) continue;
        const cell = day * bands + (of ? (of[i] as number) : 0);
        sums[cell] = (sums[cell] as number) + (use[i] as number) * weight;
      }
    }
    return sums;
  }

  #daySums(at: (i: number) => number): Float64Array {
    const starts = this.#starts;
    const sums = new Float64Array(starts.length - 1);
    for (let day = 0; day < sums.length; day++) {
      let sum = 0;
      for (let i = starts[day] as number; i < (starts[day + 1] as number); i++) sum += at(i);
      sums[day] = sum;
    }
    return sums;
  }

  /** What each half-hour is taken at: losses, prices, the share that goes to the sewer. */
  #weightsOf(base: Base, series: PriceSeries | undefined): Float64Array | undefined {
    const key = `${base} ${series?.id ?? ''}`;
    const known = this.#weights.get(key);
    if (known) return known;
    let weights: Float64Array | undefined;
    const take = (factors: Float64Array) => {
      weights = weights ? weights.map((weight, i) => weight * (factors[i] as number)) : factors;
    };
    if (base === 'gsp' || base === 'nbp') take(lossesOf(this.terms.lineLosses, this.period));
    if (base === 'nbp') take(lossesOf(this.terms.transmissionLosses, this.period));
    if (base === 'returned') take(this.#byDay((date) => validOn(this.terms.returned ?? [], date)?.share ?? Number.NaN));
    if (series) take(series.over(this.period));
    if (weights) this.#weights.set(key, weights);
    return weights;
  }

  #byDay(value: (date: LocalDate) => number): Float64Array {
    const column = new Float64Array(this.load.use.best.length);
    let date = dateOf(this.period.from);
    for (let day = 0; day < this.#starts.length - 1; day++, date = addDays(date, 1)) {
      column.fill(value(date), this.#starts[day], this.#starts[day + 1]);
    }
    return column;
  }
}

/** Most of a power factor is least of kVA. */
function powerFactors({ least, most }: { readonly least: number; readonly most: number }): Range<number> {
  return least === most ? certain(least) : { low: most, best: (least + most) / 2, high: least };
}

/** The day that a half-hour of the load lies in. */
function dayAt(starts: Int32Array, i: number): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= i) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The loss factor of each half-hour of a period; NaN where none is known, which a plan refuses before. */
function lossesOf(factor: LossFactor | undefined, period: Period): Float64Array {
  const banded = factor?.times && bandedOf(factor.times, period);
  const column = new Float64Array((period.to - period.from) / halfHourSeconds);
  const starts = dayStarts(period);
  let date = dateOf(period.from);
  for (let day = 0; day < starts.length - 1; day++, date = addDays(date, 1)) {
    const value = lossOn(factor, date);
    const [from, to] = [starts[day] as number, starts[day + 1] as number];
    if (typeof value !== 'object') {
      column.fill(value ?? Number.NaN, from, to);
      continue;
    }
    const byBand = banded?.names.map((name) => value[name] ?? Number.NaN) ?? [];
    for (let i = from; i < to; i++) column[i] = byBand[banded?.of[i] ?? 0] ?? Number.NaN;
  }
  return column;
}
