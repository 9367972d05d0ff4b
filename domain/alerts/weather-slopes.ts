import { slotsPerDay } from './clock.ts';

/**
 * By how much each half-hour of the clock rises with the weather: hot water keeps its hours through the year and rooms
 * are heated at others, so that a cold day is not a mild one made larger.
 */
export interface SlopesRequest {
  /** Days to learn from: of one type, none of them abnormal as a whole. */
  readonly days: readonly number[];
  /** By day and place on the clock; NaN where not known. */
  readonly values: Float64Array;
  readonly leftOut: Uint8Array;
  /** The factor of each half-hour of the clock (place on it) of a day; see `weather-factors.ts`. */
  readonly factorAt: (d: number, slot: number) => number;
}

/** Until days differ by more than this share, a half-hour is taken to rise as the day does. */
const certainBy = 0.1;

/** Least squares of each half-hour on its factor, in the unit of the values; never below nothing. */
export function slopesOf({ days, values, leftOut, factorAt }: SlopesRequest): Float64Array {
  return Float64Array.from({ length: slotsPerDay }, (_, slot) => {
    let [count, sumOfValues, sumOfFactors, products, squares] = [0, 0, 0, 0, 0];
    for (const d of days) {
      const at = d * slotsPerDay + slot;
      const [value, by] = [values[at] as number, factorAt(d, slot)];
      if (leftOut[at] !== 0 || Number.isNaN(value) || Number.isNaN(by)) continue;
      count++;
      sumOfValues += value;
      sumOfFactors += by;
      products += value * by;
      squares += by * by;
    }
    if (count === 0) return 0;
    const mean = sumOfFactors / count;
    const inProportion = sumOfValues / sumOfFactors;
    const weight = count * (certainBy * mean) ** 2;
    const covariance = products - sumOfValues * mean;
    const variance = squares - sumOfFactors * mean;
    return Math.max(0, (covariance + weight * inProportion) / (variance + weight));
  });
}
