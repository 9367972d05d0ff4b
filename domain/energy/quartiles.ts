import { limits } from '../limits.ts';

/**
 * Where a site stands among the others of its type. The method by which a quantile is taken belongs to the number: of a
 * few sites each method gives another.
 */

export const quantileMethods = {
  linear: 'between the two nearest values in proportion (Hyndman and Fan 7; Excel QUARTILE.INC)',
  lower: 'the nearest value below (as OpenEEmeter takes it)',
} as const;
export type QuantileMethod = keyof typeof quantileMethods;

/** A quantile (0 to 1) of values in ascending order; undefined of none. */
export function quantile(sorted: ArrayLike<number>, share: number, method: QuantileMethod): number | undefined {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) return undefined;
  return method === 'lower' ? below : below + (above - below) * (at - Math.floor(at));
}

export const quartileMethod: QuantileMethod = 'linear';

/** The quartiles of some sites, each undefined where there are fewer than `limits.quartileSites`. */
export interface Quartiles {
  /** Of how many sites. */
  readonly count: number;
  readonly lower: number | undefined;
  readonly median: number | undefined;
  readonly upper: number | undefined;
}

export function quartilesOf(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | undefined =>
    sorted.length < limits.quartileSites ? undefined : quantile(sorted, share, quartileMethod);
  return { count: sorted.length, lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** The quarter that a value lies in: 1 is the one that uses least. A value on a border belongs to the lower quarter. */
export function quarterOf(value: number, { lower, median, upper }: Quartiles): 1 | 2 | 3 | 4 | undefined {
  if (lower === undefined || median === undefined || upper === undefined) return undefined;
  if (value <= lower) return 1;
  if (value <= median) return 2;
  return value <= upper ? 3 : 4;
}
