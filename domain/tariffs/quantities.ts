import { validOn } from '../estate/estate.ts';
import { addMonths, type EpochSeconds, halfHourSeconds, type LocalDate, type Period, startOfDay } from '../time.ts';
import { bandedOf, dayStarts, runsOf, type Segment } from './calendar.ts';
import { addUp, addUpBeyond, type Base, type CellKind, cellKindOf, weightsOf } from './cells.ts';
import { type Load, periodOf, reactiveRatio } from './load.ts';
import { certain, isCertain, joinRanges, mapRange, type Range } from './range.ts';
import type { SupplyPointTerms } from './supply-point.ts';

/** Sums of the days of a load at some weights: day × band. */
interface DaySums {
  readonly weights: Float64Array | undefined;
  readonly sums: Range<Float64Array>;
}

interface Cells {
  readonly bands: number;
  /** The band of each half-hour; absent where there is one. */
  readonly of: Uint8Array | undefined;
  readonly rising: DaySums;
  /** What is taken at less than nothing, apart, where use is in doubt: more of it costs less. */
  readonly falling: DaySums | undefined;
  readonly segments: Map<Segment, Range<Float64Array>>;
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
  readonly #cells: Map<CellKind, Cells>;
  readonly #demands: Map<LocalDate, Range<number>>;
  readonly #excess: Map<number, Range<Float64Array>>;
  readonly #beyond: Map<number, Map<Segment, Range<number>>>;

  /** `same` has added up these half-hours already, and its sums hold here too. */
  constructor(load: Load, terms: SupplyPointTerms, same?: Quantities) {
    this.load = load;
    this.terms = terms;
    this.period = periodOf(load);
    this.#starts = dayStarts(this.period);
    this.#cells = same ? same.#cells : new Map();
    this.#demands = same ? same.#demands : new Map();
    this.#excess = same ? same.#excess : new Map();
    this.#beyond = same ? same.#beyond : new Map();
  }

  /** The same half-hours with another agreed capacity throughout, kVA: only what is agreed is another. */
  withCapacity(kva: number): Quantities {
    return new Quantities(this.load, { ...this.terms, agreedCapacity: [{ from: '1970-01-01', value: kva }] }, this);
  }

  /** Whether kvarh are counted, or at least how many there may be. */
  get knowsReactive(): boolean {
    return this.load.reactive !== undefined || this.terms.powerFactor !== undefined;
  }

  /** By band: use, or use at the prices of a series. */
  sums(kind: CellKind, segment: Segment): Range<Float64Array> {
    let cells = this.#cells.get(kind);
    if (!cells) this.#cells.set(kind, (cells = this.#add(kind)));
    // Half-hours of a ledger are asked for once each, and would only fill the memory.
    if (segment.days < 1) return this.#segmentSums(cells, segment);
    let sums = cells.segments.get(segment);
    if (!sums) cells.segments.set(segment, (sums = this.#segmentSums(cells, segment)));
    return sums;
  }

  /** kWh or m³ at the meter. */
  use(segment: Segment): Range<number> {
    const kind = cellKindOf(undefined, this.load.unit === 'm3' ? 'delivered' : 'meter');
    return mapRange(this.sums(kind, segment), (sums) => sums[0] as number);
  }

  /** kVA: the most of the month, as far as the load reaches. */
  maximumDemand(month: LocalDate): Range<number> {
    let demand = this.#demands.get(month);
    if (!demand) this.#demands.set(month, (demand = this.#maximumDemand(month)));
    return demand;
  }

  /** The mean kW of some half-hours, with the losses of a base; undefined where one of them is not known. */
  meanDemand(halfHours: readonly number[], base: Base): Range<number> | undefined {
    const kind = cellKindOf(undefined, base);
    const demands = halfHours.flatMap((at) => this.#demandAt(at, kind) ?? []);
    if (demands.length < halfHours.length) return undefined;
    const sum = demands.reduce((all, each) => joinRanges(all, each, (a, b) => a + b), certain(0));
    return mapRange(sum, (kw) => kw / demands.length);
  }

  /** kW of a half-hour of the load, of its load year, or of one that is known beside both. */
  #demandAt(at: number, kind: CellKind): Range<number> | undefined {
    const { named, year } = this.load;
    const kwh = useAt(this.load, at) ?? (year && useAt(year, at));
    const known = kwh ?? (named?.has(at) ? certain(named.get(at) as number) : undefined);
    const weight = weightsOf(kind, this.terms, { from: at, to: at + halfHourSeconds })?.[0] ?? 1;
    return known && Number.isFinite(weight) ? mapRange(known, (each) => 2 * each * weight) : undefined;
  }

  /** kVA that are agreed on a London date; undefined where nobody wrote it. */
  agreedCapacity(date: LocalDate): number | undefined {
    return validOn(this.terms.agreedCapacity ?? [], date)?.value;
  }

  /** kWh of the peak day that are booked on a London date. */
  peakDay(date: LocalDate): number | undefined {
    return validOn(this.terms.peakDay ?? [], date)?.value;
  }

  /** kvarh beyond what is free, half-hour by half-hour; `free` is kvarh for a kWh. */
  reactiveBeyond(free: number, segment: Segment): Range<number> {
    let segments = this.#beyond.get(free);
    if (!segments) this.#beyond.set(free, (segments = new Map()));
    let beyond = segments.get(segment);
    if (!beyond) {
      beyond = this.#reactiveBeyond(free, segment);
      if (segment.days >= 1) segments.set(segment, beyond);
    }
    return beyond;
  }

  #reactiveBeyond(free: number, segment: Segment): Range<number> {
    const { reactive, use } = this.load;
    const { powerFactor } = this.terms;
    if (!reactive && powerFactor) {
      const beyond = (factor: number, kwh: number) => kwh * Math.max(0, reactiveRatio(factor) - free);
      return joinRanges(powerFactors(powerFactor), this.use(segment), beyond);
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
    let days = this.#excess.get(free);
    if (!days) {
      days = mapRange(pairs, ({ kvarh, kwh }) => addUpBeyond(kvarh, kwh, free, this.#starts));
      this.#excess.set(free, days);
    }
    return joinRanges(pairs, days, ({ kvarh, kwh }, sums) => {
      let sum = 0;
      this.#walk(
        segment,
        (day) => (sum += sums[day] as number),
        (i) => (sum += Math.max(0, (kvarh[i] as number) - free * (kwh[i] as number))),
      );
      return sum;
    });
  }

  #maximumDemand(month: LocalDate): Range<number> {
    const first = this.#index(Math.max(startOfDay(month), this.period.from));
    const last = this.#index(Math.min(startOfDay(addMonths(month, 1)), this.period.to));
    const { use, reactive } = this.load;
    if (reactive) {
      return joinRanges(use, reactive, (kwh, kvarh) => {
        let most = 0;
        for (let i = first; i < last; i++) {
          const square = (kwh[i] as number) * (kwh[i] as number) + (kvarh[i] as number) * (kvarh[i] as number);
          if (square > most) most = square;
        }
        // kW are twice the kWh of a half-hour, kvar twice the kvarh.
        return 2 * Math.sqrt(most);
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

  /** Goes through a segment: whole days, and the half-hours of parts of days. */
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

  #segmentSums({ bands, of, rising, falling }: Cells, segment: Segment): Range<Float64Array> {
    const sum = (weights: Float64Array | undefined, days: Float64Array, use: Float64Array): Float64Array => {
      const sums = new Float64Array(bands);
      const whole = (day: number) => {
        for (let b = 0; b < bands; b++) sums[b] = (sums[b] as number) + (days[day * bands + b] as number);
      };
      this.#walk(segment, whole, (i) => {
        const b = of?.[i] ?? 0;
        sums[b] = (sums[b] as number) + (use[i] as number) * (weights?.[i] ?? 1);
      });
      return sums;
    };
    const { use } = this.load;
    const up = joinRanges(rising.sums, use, (days, column) => sum(rising.weights, days, column));
    if (!falling) return up;
    const down = joinRanges(falling.sums, use, (days, column) => sum(falling.weights, days, column));
    const turned = { low: down.high, best: down.best, high: down.low };
    return joinRanges(up, turned, (a, b) => a.map((part, i) => part + (b[i] as number)));
  }

  #add(kind: CellKind): Cells {
    const { times, series } = kind;
    const { use } = this.load;
    const runs = runsOf(times, this.period);
    const of = times && bandedOf(times, this.period).of;
    const weights = weightsOf(kind, this.terms, this.period);
    const at = (taken: Float64Array | undefined): DaySums => ({
      weights: taken,
      sums: mapRange(use, (column) => addUp(column, runs, taken)),
    });
    const isTurned = series !== undefined && !isCertain(use) && weights?.some((weight) => weight < 0);
    const cells = { bands: runs.bands, of, segments: new Map() };
    if (!isTurned || !weights) return { ...cells, rising: at(weights), falling: undefined };
    // NaN stays: what has no price is refused before it is asked for.
    const positive = weights.map((weight) => (weight < 0 ? 0 : weight));
    return { ...cells, rising: at(positive), falling: at(weights.map((weight) => (weight < 0 ? weight : 0))) };
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

/** kWh of one half-hour of a load; undefined outside it. */
function useAt({ from, use }: Load, at: EpochSeconds): Range<number> | undefined {
  const i = (at - from) / halfHourSeconds;
  return i >= 0 && i < use.best.length ? mapRange(use, (column) => column[i] as number) : undefined;
}
