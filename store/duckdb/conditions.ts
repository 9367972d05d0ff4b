import type { EpochSeconds } from '../../domain/time.ts';
import type { BucketRun } from '../bucket-runs.ts';
import type { Names } from './names.ts';

/** The integers of these meters or sites; one that was never written has none. */
export function idsOf(names: Names, places: readonly string[]): number[] {
  return [...new Set(places)].flatMap((place) => names.startingWith(place));
}

/** Narrows to some meters; says nothing when all are wanted, which reads faster. */
export function meterCondition(names: Names, ids: readonly number[]): string {
  return ids.length === names.count ? '' : `and series in (${ids.join(', ')})`;
}

/** From the first boundary to the last. */
export function inRange(boundaries: readonly EpochSeconds[]): string {
  return `at_s >= ${boundaries[0]} and at_s < ${boundaries.at(-1)}`;
}

/** The index of the bucket that `at` lies in. Runs are searched by halves: ten years of days are 21 runs. */
export function bucketExpression(runs: readonly BucketRun[]): string {
  const [only] = runs;
  if (!only) throw new RangeError('no bucket');
  if (runs.length === 1) {
    return only.to - only.from === only.step
      ? `${only.first}`
      : `${only.first} + (at_s - ${only.from}) // ${only.step}`;
  }
  const middle = Math.ceil(runs.length / 2);
  const [before, after] = [runs.slice(0, middle), runs.slice(middle)];
  return `case when at_s < ${after[0]?.from} then ${bucketExpression(before)} else ${bucketExpression(after)} end`;
}
