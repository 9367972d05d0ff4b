import { addDays, dateOf, halfHourSeconds, type Period } from '../time.ts';
import { validOn } from '../estate/estate.ts';
import { bandedOf, dayStarts, keyOf, type Runs } from './calendar.ts';
import type { PriceSeries } from './price-series.ts';
import type { LossFactor } from './register.ts';
import { lossOn, type SupplyPointTerms } from './supply-point.ts';
import type { TimeBands } from './time-bands.ts';

/**
 * The cells that use is added up in, day by day and band by band: once for each kind of cell, however many tariffs ask.
 */

/** Where energy is counted, or which share of a volume. */
export type Base = 'meter' | 'gsp' | 'nbp' | 'delivered' | 'returned';

/** What is added up: use by band, on a base, at the prices of a series. Two that say the same are one object. */
export interface CellKind {
  readonly times: TimeBands | undefined;
  readonly base: Base;
  readonly series: PriceSeries | undefined;
}

export function cellKindOf(times: TimeBands | undefined, base: Base, series?: PriceSeries): CellKind {
  const key = `${base} ${series ? numberOf(series) : ''} ${keyOf(times)}`;
  let kind = kinds.get(key);
  if (kind) return kind;
  if (kinds.size >= kindsKept) kinds.clear();
  kinds.set(key, (kind = { times, base, series }));
  return kind;
}
// A pure function's memory; one that is forgotten is added up once more.
const kinds = new Map<string, CellKind>();
const kindsKept = 1_000;

/** Objects by number, so that they can stand in a key. */
function numberOf(object: object): number {
  let number = numbers.get(object);
  if (number === undefined) numbers.set(object, (number = nextNumber++));
  return number;
}
const numbers = new WeakMap<object, number>();
let nextNumber = 0;

/** The loop over half-hours that everything rests on: a multiply and an add for each. */
export function addUp(
  use: Float64Array,
  { bands, starts, cells }: Runs,
  weights: Float64Array | undefined,
): Float64Array {
  const days = Math.floor((cells.at(-1) ?? 0) / bands) + 1;
  const sums = new Float64Array(days * bands);
  for (let run = 0; run < cells.length; run++) {
    const end = starts[run + 1] as number;
    let sum = 0;
    if (weights) for (let i = starts[run] as number; i < end; i++) sum += (use[i] as number) * (weights[i] as number);
    else for (let i = starts[run] as number; i < end; i++) sum += use[i] as number;
    const cell = cells[run] as number;
    sums[cell] = (sums[cell] as number) + sum;
  }
  return sums;
}

/** kvarh beyond what is free, day by day; `free` is kvarh for a kWh. */
export function addUpBeyond(kvarh: Float64Array, kwh: Float64Array, free: number, starts: Int32Array): Float64Array {
  const sums = new Float64Array(starts.length - 1);
  for (let day = 0; day < sums.length; day++) {
    let sum = 0;
    for (let i = starts[day] as number; i < (starts[day + 1] as number); i++) {
      const beyond = (kvarh[i] as number) - free * (kwh[i] as number);
      if (beyond > 0) sum += beyond;
    }
    sums[day] = sum;
  }
  return sums;
}

/** What each half-hour is taken at: losses, the share that goes to the sewer, prices; undefined where it is 1. */
export function weightsOf(
  { base, series }: CellKind,
  terms: SupplyPointTerms,
  period: Period,
): Float64Array | undefined {
  const factors = [
    ...(base === 'gsp' || base === 'nbp' ? [terms.lineLosses] : []),
    ...(base === 'nbp' ? [terms.transmissionLosses] : []),
  ];
  if (factors.length === 0 && base !== 'returned') return series?.over(period);
  const keys = [period.from, period.to, series ? numberOf(series) : '', base];
  const key = [...keys, ...factors.map(textOf), base === 'returned' ? JSON.stringify(terms.returned) : ''].join(' ');
  const known = kept.get(key);
  if (known) return known;
  const columns = factors.map((factor) => lossesOf(factor, period));
  if (base === 'returned') columns.push(returnedOf(terms, period));
  if (series) columns.push(series.over(period));
  const weights = columns.reduce((product, column) => product.map((each, i) => each * (column[i] as number)));
  if (kept.size >= weightsKept) kept.clear();
  kept.set(key, weights);
  return weights;
}
// Supply points share some classes of losses: each column is 140 kB for a year.
const kept = new Map<string, Float64Array>();
const weightsKept = 32;

function textOf(factor: LossFactor | undefined): string {
  if (!factor) return '';
  let text = texts.get(factor);
  if (text === undefined) texts.set(factor, (text = JSON.stringify(factor)));
  return text;
}
const texts = new WeakMap<LossFactor, string>();

/** The share that returns to the sewer, of each half-hour; NaN where none is known, which a plan refuses before. */
function returnedOf({ returned = [] }: SupplyPointTerms, period: Period): Float64Array {
  return byDay(period, (date, column, from, to) => {
    column.fill(validOn(returned, date)?.share ?? Number.NaN, from, to);
  });
}

/** The loss factor of each half-hour; NaN where none is known, which a plan refuses before. */
function lossesOf(factor: LossFactor | undefined, period: Period): Float64Array {
  const banded = factor?.times && bandedOf(factor.times, period);
  return byDay(period, (date, column, from, to) => {
    const value = lossOn(factor, date);
    if (typeof value !== 'object') {
      column.fill(value ?? Number.NaN, from, to);
      return;
    }
    const byBand = banded?.names.map((name) => value[name] ?? Number.NaN) ?? [];
    for (let i = from; i < to; i++) column[i] = byBand[banded?.of[i] ?? 0] ?? Number.NaN;
  });
}

function byDay(
  period: Period,
  fill: (date: string, column: Float64Array, from: number, to: number) => void,
): Float64Array {
  const column = new Float64Array((period.to - period.from) / halfHourSeconds);
  const starts = dayStarts(period);
  let date = dateOf(period.from);
  for (let day = 0; day < starts.length - 1; day++, date = addDays(date, 1)) {
    fill(date, column, starts[day] as number, starts[day + 1] as number);
  }
  return column;
}
