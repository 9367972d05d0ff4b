import { inverseOf } from '../least-squares.ts';
import type { Scatter } from './model.ts';

/**
 * What a fit errs by. What one day errs by the next one still does in part (a cold wind, a window left open, a ward
 * that is full), and winter days err by more than summer days: intervals that take errors for independent and alike
 * are too narrow for a sum and for a slope. The errors of two days k apart are taken to correlate as near × far^k, and
 * grow with what follows the weather. The covariance of the parameters is that of least squares under such errors (the
 * "sandwich"; Greene, Econometric Analysis, 10.5): of each day by its own rest, between days by that correlation.
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
  /** What of each point follows the weather, energy a day. */
  readonly weather: Float64Array;
  readonly of: Scatter['of'];
}

export interface FitErrors {
  readonly covariance: readonly (readonly number[])[];
  readonly scatter: Scatter;
  /** How much of what one point errs by the next one still does. */
  readonly autocorrelation: number;
  readonly degreesOfFreedom: number;
}

/** Days apart up to which correlation is looked at. */
const lags = 7;
/** A correlation that never ends would make every sum unknown. */
const mostFar = 0.951;

export function fitErrors(fit: FitRows): FitErrors {
  const n = fit.rest.length;
  const { parameters: p, weight, rest, rows } = fit;
  const bread = inverseOf(gram(fit, (i) => 1 / (weight[i] as number)));
  let correlation: Correlation = { near: 0, far: 0, first: 0 };
  let taken = p;
  // How much of its own errors a fit takes away depends on how they correlate, which is seen through what it left.
  for (let turn = 0; turn < 3; turn++) {
    correlation = correlationOf(standardised(fit), fit.at, Math.min(0.5, taken / n));
    const alike = (i: number): number => 1 / Math.sqrt(weight[i] as number);
    taken = trace(
      bread,
      sumOf(
        gram(fit, (i) => alike(i) ** 2),
        across(fit, correlation, alike),
      ),
    );
  }
  const found = sizesOf(fit);
  const more = Math.sqrt(n / Math.max(1, n - taken));
  const sizes = { still: more * found.still, ofWeather: more * found.ofWeather };
  const mean = meanOf(weight);
  // A point that pulls the fit towards itself has a smaller rest than error (MacKinnon and White's HC3).
  const own = gram(fit, (i) => {
    const pull = (weight[i] as number) * quadratic(bread, rows.subarray(i * p, (i + 1) * p));
    return ((rest[i] as number) / Math.max(leastFree, 1 - pull)) ** 2;
  });
  const meat = sumOf(
    own,
    across(fit, correlation, (i) => sizeOf(fit, sizes, mean, i)),
  );
  const { near, far, first } = correlation;
  const inflation = 1 + (2 * near * far) / (1 - far);
  return {
    covariance: times(times(bread, meat), bread),
    scatter: { of: fit.of, ...sizes, near, far },
    autocorrelation: first,
    degreesOfFreedom: Math.max(1, Math.floor(n / inflation - p)),
  };
}

/** A point that a model goes through whatever it is says nothing of its errors; its rest is not blown up for ever. */
const leastFree = 0.2;

type Correlation = { readonly near: number; readonly far: number; readonly first: number };

/** What a point errs by, energy a day; its share of the mean weight makes a long month err by less. */
function sizeOf({ weight, weather }: FitRows, { still, ofWeather }: Sizes, mean: number, i: number): number {
  return errorOf({ still, ofWeather }, weather[i] as number) / Math.sqrt((weight[i] as number) / mean);
}

/** What a day errs by of which so much follows the weather: what does not, and a share of what does. */
export function errorOf({ still, ofWeather }: Sizes, weather: number): number {
  return Math.hypot(still, ofWeather * weather);
}

type Sizes = Pick<Scatter, 'still' | 'ofWeather'>;

/**
 * The squares of the rest as a line over the squares of what follows the weather; neither part of it below 0. A square
 * scatters by as much as it is large, so quiet days say more of what quiet days err by.
 */
function sizesOf({ rest, weight, weather }: FitRows): Sizes {
  const mean = meanOf(weight);
  const squares = rest.map((one, i) => (one ** 2 * (weight[i] as number)) / mean);
  const ofWeather = weather.map((one) => one ** 2);
  let sizes = lineOf(squares, ofWeather, () => 1);
  for (let turn = 0; turn < 2; turn++) {
    const least = 0.01 * meanOf(squares);
    const { still, ofWeather: share } = sizes;
    sizes = lineOf(squares, ofWeather, (i) => 1 / (least + still ** 2 + share ** 2 * (ofWeather[i] as number)) ** 2);
  }
  return sizes;
}

function lineOf(squares: Float64Array, ofWeather: Float64Array, weight: (i: number) => number): Sizes {
  let [all, y, x, xx, xy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < squares.length; i++) {
    const w = weight(i);
    const [square, weather] = [squares[i] as number, ofWeather[i] as number];
    all += w;
    y += w * square;
    x += w * weather;
    xx += w * weather ** 2;
    xy += w * weather * square;
  }
  const spread = xx - x ** 2 / all;
  const slope = spread > 1e-9 * xx ? Math.max(0, (xy - (x * y) / all) / spread) : 0;
  const still = (y - slope * x) / all;
  if (still >= 0) return { still: Math.sqrt(still), ofWeather: Math.sqrt(slope) };
  return { still: 0, ofWeather: Math.sqrt(xy / xx) };
}

function standardised(fit: FitRows): Float64Array {
  const sizes = sizesOf(fit);
  const mean = meanOf(fit.weight);
  return fit.rest.map((one, i) => {
    const size = sizeOf(fit, sizes, mean, i);
    return size > 0 ? one / size : 0;
  });
}

/**
 * near × far^k through the correlations at 1 to 7 days. `taken` is the share of all scatter that the fit took away: of
 * what days have in common it takes as much at most, and half is put back.
 */
function correlationOf(rest: Float64Array, at: Int32Array, taken: number): Correlation {
  const variance = rest.reduce((sum, one) => sum + one ** 2, 0) / Math.max(1, rest.length);
  if (!(variance > 0)) return { near: 0, far: 0, first: 0 };
  const found: number[] = [];
  const first = at[0] as number;
  const byDay = new Float64Array((at[at.length - 1] as number) - first + 1).fill(Number.NaN);
  for (const [i, day] of at.entries()) byDay[day - first] = rest[i] as number;
  for (let lag = 1; lag <= lags; lag++) {
    let [sum, count] = [0, 0];
    for (let day = lag; day < byDay.length; day++) {
      const product = (byDay[day] as number) * (byDay[day - lag] as number);
      if (Number.isNaN(product)) continue;
      sum += product;
      count++;
    }
    const plain = count > 0 ? sum / count / variance : 0;
    found.push(plain + (taken / 2) * (1 - plain));
  }
  return { ...nearestOf(found), first: found[0] as number };
}

/** The near and far whose near × far^k lies nearest to what was found at 1, 2, 3 … days. */
function nearestOf(found: readonly number[]): { readonly near: number; readonly far: number } {
  let best = { near: 0, far: 0, squares: found.reduce((sum, one) => sum + one ** 2, 0) };
  for (let far = 0.05; far <= mostFar; far += 0.05) {
    let [product, square] = [0, 0];
    for (const [k, one] of found.entries()) {
      product += one * far ** (k + 1);
      square += far ** (2 * k + 2);
    }
    const near = Math.min(1, Math.max(0, product / square));
    const squares = found.reduce((sum, one, k) => sum + (one - near * far ** (k + 1)) ** 2, 0);
    if (squares < best.squares) best = { near, far, squares };
  }
  return { near: best.near, far: best.far };
}

/** Sums of products of the weighted rows, as if they were independent of one another and each of its square. */
function gram({ rows, parameters: p, weight }: FitRows, square: (i: number) => number): number[][] {
  const sums = zeros(p);
  for (let i = 0; i < weight.length; i++) {
    addProduct(sums, rows, i * p, rows, i * p, (weight[i] as number) ** 2 * square(i));
  }
  return sums;
}

/** Sums of products of unlike weighted rows whose errors are of a size and correlate. */
function across(
  { rows, parameters: p, weight, at }: FitRows,
  { near, far }: Correlation,
  size: (i: number) => number,
): number[][] {
  const sums = zeros(p);
  if (near === 0) return sums;
  const before = new Float64Array(p);
  const row = new Float64Array(p);
  for (let i = 0; i < weight.length; i++) {
    const times = (weight[i] as number) * size(i);
    const fade = i > 0 ? far ** ((at[i] as number) - (at[i - 1] as number)) : 0;
    for (let k = 0; k < p; k++) {
      row[k] = (rows[i * p + k] as number) * times;
      before[k] = (before[k] as number) * fade;
    }
    addProduct(sums, row, 0, before, 0, near);
    addProduct(sums, before, 0, row, 0, near);
    for (let k = 0; k < p; k++) before[k] = (before[k] as number) + (row[k] as number);
  }
  return sums;
}

function sumOf(one: readonly (readonly number[])[], other: readonly (readonly number[])[]): number[][] {
  return one.map((row, i) => row.map((value, j) => value + ((other[i] as number[])[j] as number)));
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
