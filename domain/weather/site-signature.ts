import { besideWeather, type BucketUse, type BucketWeather, pointsOf } from './points.ts';
import type { DayDegrees } from './degree-days.ts';
import { bestBase, type PointLength, type Signature, signatureOf } from './signature.ts';

/** A signature with the buckets it was made of, those that are not whole among them. */
export interface SignatureOfUse {
  readonly signature: Signature;
  readonly buckets: readonly BucketWeather[];
}

/**
 * The signature of some use at a base, or at the base that fits best of those tried (`search`); where none of them has
 * a relation, at the given one, with its reasons.
 */
export function signatureOfUse(
  use: readonly BucketUse[],
  daysAt: (base: number) => readonly DayDegrees[],
  { base, length, search }: { readonly base: number; readonly length: PointLength; readonly search: boolean },
): SignatureOfUse {
  const at = (one: number): Signature =>
    signatureOf({ points: pointsOf(besideWeather(use, daysAt(one))), length, base: one, asked: use.length });
  const signature = (search ? bestBase(at) : undefined) ?? at(base);
  return { signature, buckets: besideWeather(use, daysAt(signature.base)) };
}
