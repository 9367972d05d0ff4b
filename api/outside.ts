import type { z } from 'zod';
import type { AnswerBucket, PartialReason } from '../domain/energy/buckets.ts';
import { dataQualityOf, type Warning } from '../domain/energy/figure.ts';
import type { Range } from '../domain/tariffs/range.ts';
import { dateOf, toIso } from '../domain/time.ts';
import type { bucketShape, standingShape } from './contract/figures.ts';

/** How figures look outside: null for what is not known, times in ISO 8601, a word for what is not whole. */

type Fields<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** A number that is not known is null: never 0. */
export function known(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** A range of pounds as its three columns. */
export function inPounds<K extends string>(key: K, { low, best, high }: Range<number>) {
  const amounts = { [`${key}_low_gbp`]: low, [`${key}_gbp`]: best, [`${key}_high_gbp`]: high };
  return amounts as Record<`${K}_low_gbp` | `${K}_gbp` | `${K}_high_gbp`, number>;
}

/** A share from 0 to 1; the last digits of doubles do not take it out of there. */
export function share(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.min(1, Math.max(0, value));
}

// Every row of a bucket says the same of it.
const said = new WeakMap<AnswerBucket, Fields<typeof bucketShape>>();

/** Where in time a bucket lies. */
export function when(bucket: AnswerBucket): Fields<typeof bucketShape> {
  const known = said.get(bucket);
  if (known) return known;
  const fresh = { from: toIso(bucket.from), to: toIso(bucket.to), local_date: dateOf(bucket.from) };
  said.set(bucket, fresh);
  return fresh;
}

/**
 * How good a figure is: its shares, whether it is that of the whole bucket, and what must be known before relying on
 * it.
 */
export function standing(figure: {
  readonly bucket: AnswerBucket;
  readonly byAmount: number | undefined;
  readonly byTime: number | undefined;
  /** Whether something is missing that no known total covers. */
  readonly missing: boolean;
  /** Whether the cost of something in it is not known. */
  readonly notCosted?: boolean;
  readonly warnings?: readonly Warning[];
}): Fields<typeof standingShape> {
  const because: PartialReason[] = [...figure.bucket.because];
  if (figure.missing) because.push('missing');
  if (figure.notCosted) because.push('not-costed');
  return {
    measured_share: share(figure.byAmount),
    measured_time_share: share(figure.byTime),
    data_quality: dataQualityOf(figure) ?? null,
    status: because.length === 0 ? 'complete' : 'partial',
    partial_because: because,
    warnings: (figure.warnings ?? []).map(({ code, about }) => `${code} ${about}`),
  };
}
