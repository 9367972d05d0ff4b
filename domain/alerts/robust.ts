/**
 * Median and median absolute deviation: what a few wild values cannot move. All functions sort the part of the column
 * they are given, so that nothing is allocated where a thousand meters are learned.
 */

/** Times the MAD of a normal distribution is its standard deviation: 1 / Φ⁻¹(3/4). */
export const madToDeviation = 1.4826;

/** Sorts the first `count` values and gives their median; NaN of none. */
export function medianOf(values: Float64Array, count: number = values.length): number {
  if (count === 0) return Number.NaN;
  if (count <= 32) insertionSort(values, count);
  else values.subarray(0, count).sort();
  const middle = count >> 1;
  const upper = values[middle] as number;
  return count % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}

/** Puts the distances from a centre in place of the first `count` values, and gives the median of those. */
export function deviationOf(values: Float64Array, count: number, centre: number): number {
  for (let i = 0; i < count; i++) values[i] = Math.abs((values[i] as number) - centre);
  return medianOf(values, count);
}

// Typed arrays sort few values slower than this does.
function insertionSort(values: Float64Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const value = values[i] as number;
    let j = i - 1;
    while (j >= 0 && (values[j] as number) > value) {
      values[j + 1] = values[j] as number;
      j--;
    }
    values[j + 1] = value;
  }
}

/** The least that a MAD is taken for: a share of the median, and the meter's smallest step. */
const leastShareOfMedian = 0.02;

/** The robust standard deviation of values with a median and a MAD, in their unit. */
export function spreadOf(median: number, mad: number, resolution: number): number {
  return madToDeviation * Math.max(mad, leastShareOfMedian * Math.abs(median), resolution);
}

/** What is known of a column: a copy without NaN. */
export function knownOf(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value));
}

/** The mean of what is known; NaN of none. */
export function meanOf(values: Float64Array): number {
  const known = knownOf(values);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
