import { inverseOf } from '../least-squares.ts';
import type { Scatter } from './model.ts';

/**
 * What a fit errs by. What one day errs by the next one still does in part (a cold wind, a window left open, a ward
 * that is full), and winter days err by more than summer days: intervals that take errors for independent and alike
 * are too narrow for a sum and for a slope. The errors of two days k apart are taken to correlate as near × far^k, and
 * to be of one size while something follows the weather and of another while nothing does. The covariance of the
 * parameters is that of least squares under such errors (the "sandwich"; Greene, Econometric Analysis, 10.5).
 */

export interface FitRows {
  /** How each point changes with each parameter, row by row. */
  readonly rows: Float64Array;
  readonly parameters: number;
  /** Used less expected, energy a day. */
  readonly rest: Float64Array;
  /** What a point counts: the days of a month, 1 of a day. */
  readonly weight: Float64Array;
  /** The number of the day (month) of each point, ascending: what is missing lies between. */
  readonly at: Int32Array;
  /** 1 where the point follows the weather. */
  readonly weather: Uint8Array;
  readonly of: Scatter['of'];
}

export interface FitErrors {
  readonly covariance: readonly (readonly number[])[];
  readonly scatter: Scatter;
  /** How much of what one point errs by the next one still does. */
  readonly autocorrelation: number;
  readonly degreesOfFreedom: number;
}

/** Points of one side of the weather below which both are taken together. */
const leastOfSide = 20;
/** Days apart up to which correlation is looked at. */
const lags = 7;
/** A correlation that never ends would make every sum unknown. */
const mostFar = 0.97;

export function fitErrors(fit: FitRows): FitErrors {
  const n = fit.rest.length;
  const bread = inverseOf(gram(fit, () => 1));
  let correlation = { near: 0, far: 0, first: 0 };
  let taken = fit.parameters;
  // What is estimated takes some of the scatter and of its correlation away; how much depends on the correlation.
  for (let turn = 0; turn < 3; turn++) {
    correlation = correlationOf(standardised(fit), fit.at, Math.min(0.5, taken / n));
    const meat = together(fit, correlation, (i) => 1 / Math.sqrt(fit.weight[i] as number));
    taken = trace(bread, meat);
  }
  const left = Math.max(1, n - taken);
  const deviation = deviations(fit).map((one) => one * Math.sqrt(n / left)) as [number, number];
  const meat = together(fit, correlation, (i) => sizeOf(fit, deviation, i));
  const covariance = times(times(bread, meat), bread);
  const { near, far, first } = correlation;
  const inflation = 1 + (2 * near * far) / (1 - far);
  return {
    covariance,
    scatter: { of: fit.of, deviation, near, far },
    autocorrelation: first,
    degreesOfFreedom: Math.max(1, Math.floor(n / Math.max(1, inflation) - fit.parameters)),
  };
}

/** What a point errs by: its share of the mean weight makes a long month err by less. */
function sizeOf({ weight, weather }: FitRows, deviation: readonly [number, number], i: number): number {
  return deviation[weather[i] as 0 | 1] / Math.sqrt((weight[i] as number) / meanOf(weight));
}

/** Root mean squares of the rest on either side of the weather, at the mean weight. */
function deviations({ rest, weight, weather }: FitRows): [number, number] {
  const mean = meanOf(weight);
  const squares = [0, 0];
  const counts = [0, 0];
  for (const [i, one] of rest.entries()) {
    const side = weather[i] as 0 | 1;
    squares[side] = (squares[side] as number) + (one ** 2 * (weight[i] as number)) / mean;
    counts[side] = (counts[side] as number) + 1;
  }
  const all = Math.sqrt(((squares[0] as number) + (squares[1] as number)) / rest.length);
  if (counts.some((count) => count < leastOfSide)) return [all, all];
  return [0, 1].map((side) => Math.sqrt((squares[side] as number) / (counts[side] as number))) as [number, number];
}

function standardised(fit: FitRows): Float64Array {
  const deviation = deviations(fit);
  return fit.rest.map((one, i) => {
    const size = sizeOf(fit, deviation, i);
    return size > 0 ? one / size : 0;
  });
}

/** near × far^k through the correlations at 1 to 7 days; `taken` is the share of them that the fit took away. */
function correlationOf(
  rest: Float64Array,
  at: Int32Array,
  taken: number,
): { readonly near: number; readonly far: number; readonly first: number } {
  const variance = rest.reduce((sum, one) => sum + one ** 2, 0) / Math.max(1, rest.length);
  if (!(variance > 0)) return { near: 0, far: 0, first: 0 };
  const found: number[] = [];
  const place = new Map([...at].map((day, i) => [day, i]));
  for (let lag = 1; lag <= lags; lag++) {
    let [sum, count] = [0, 0];
    for (const [i, day] of at.entries()) {
      const j = place.get(day + lag);
      if (j === undefined) continue;
      sum += (rest[i] as number) * (rest[j] as number);
      count++;
    }
    const plain = count > 0 ? sum / count / variance : 0;
    found.push(plain * (1 - taken) + taken);
  }
  const [first = 0] = found;
  if (first <= 0) return { near: 0, far: 0, first };
  let [product, square] = [0, 0];
  for (let k = 0; k + 1 < lags; k++) {
    product += (found[k] as number) * (found[k + 1] as number);
    square += (found[k] as number) ** 2;
  }
  const far = Math.min(mostFar, Math.max(first, product / square));
  return { near: Math.min(1, first / far), far, first };
}

/** Sums of products of the rows, each weighted and of a size: independent of one another. */
function gram({ rows, parameters: p, weight }: FitRows, size: (i: number) => number): number[][] {
  const sums = zeros(p);
  for (let i = 0; i < weight.length; i++) {
    const times = (weight[i] as number) * size(i) ** 2;
    addProduct(sums, rows, i * p, rows, i * p, times);
  }
  return sums;
}

/** The same of rows whose errors are of a size and correlate. */
function together(
  { rows, parameters: p, weight, at }: FitRows,
  { near, far }: { readonly near: number; readonly far: number },
  size: (i: number) => number,
): number[][] {
  const sums = zeros(p);
  const before = new Float64Array(p);
  const row = new Float64Array(p);
  for (let i = 0; i < weight.length; i++) {
    const times = (weight[i] as number) * size(i);
    for (let k = 0; k < p; k++) row[k] = (rows[i * p + k] as number) * times;
    addProduct(sums, row, 0, row, 0, 1);
    if (near > 0) {
      const fade = i > 0 ? far ** ((at[i] as number) - (at[i - 1] as number)) : 0;
      for (let k = 0; k < p; k++) before[k] = (before[k] as number) * fade;
      addProduct(sums, row, 0, before, 0, near);
      addProduct(sums, before, 0, row, 0, near);
      for (let k = 0; k < p; k++) before[k] = (before[k] as number) + (row[k] as number);
    }
  }
  return sums;
}

function addProduct(
  sums: number[][],
  one: Float64Array,
  a: number,
  other: Float64Array,
  b: number,
  times: number,
): void {
  for (let k = 0; k < sums.length; k++) {
    const left = (one[a + k] as number) * times;
    if (left === 0) continue;
    const line = sums[k] as number[];
    for (let l = 0; l < line.length; l++) line[l] = (line[l] as number) + left * (other[b + l] as number);
  }
}

function zeros(p: number): number[][] {
  return Array.from({ length: p }, () => Array.from({ length: p }, () => 0));
}

function times(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] {
  return a.map((row) => b.map((_, j) => row.reduce((sum, one, k) => sum + one * ((b[k] as number[])[j] as number), 0)));
}

function trace(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  return a.reduce(
    (sum, row, i) => sum + row.reduce((all, one, k) => all + one * ((b[k] as number[])[i] as number), 0),
    0,
  );
}

function meanOf(list: Float64Array): number {
  return list.reduce((sum, one) => sum + one, 0) / Math.max(1, list.length);
}

/** vᵀ C v. */
export function quadratic(covariance: readonly (readonly number[])[], v: ArrayLike<number>): number {
  return covariance.reduce(
    (sum, row, i) => sum + (v[i] as number) * row.reduce((all, one, j) => all + one * (v[j] as number), 0),
    0,
  );
}

/** The variance of the sum of errors of some days (months), each of a size. */
export function varianceOfSum({ near, far }: Scatter, sizes: ArrayLike<number>, at: ArrayLike<number>): number {
  let [variance, before] = [0, 0];
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i] as number;
    before *= i > 0 ? far ** ((at[i] as number) - (at[i - 1] as number)) : 0;
    variance += size ** 2 + 2 * near * size * before;
    before += size;
  }
  return variance;
}
