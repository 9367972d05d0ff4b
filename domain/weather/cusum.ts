import { expectedUse, type Signature } from './signature.ts';
import type { Period } from '../time.ts';

/**
 * CUSUM: what was used beyond what the signature of a baseline period expects, added up. Level means as before; a
 * sustained slope is a change, its kink the date of it, and its steepness the kWh it costs in each bucket.
 */

/** What was used in a bucket and how cold it was; undefined where it is not known. */
export interface CusumInput extends Period {
  readonly days: number;
  /** kWh. */
  readonly actual: number | undefined;
  readonly degreeDays: number | undefined;
}

export interface CusumPoint extends CusumInput {
  /** kWh. */
  readonly expected: number | undefined;
  readonly difference: number | undefined;
  /** kWh since the first bucket; undefined from the first one on that is not known: a sum with a hole is none. */
  readonly cumulative: number | undefined;
}

export function cusumOf(baseline: Signature, buckets: readonly CusumInput[]): CusumPoint[] {
  let cumulative: number | undefined = 0;
  return buckets.map((bucket) => {
    const { days, actual, degreeDays } = bucket;
    const expected = degreeDays === undefined ? undefined : expectedUse(baseline, days, degreeDays);
    const difference = actual === undefined || expected === undefined ? undefined : actual - expected;
    cumulative = cumulative === undefined || difference === undefined ? undefined : cumulative + difference;
    return { ...bucket, expected, difference, cumulative };
  });
}
