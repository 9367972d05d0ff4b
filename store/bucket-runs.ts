import type { EpochSeconds } from '../domain/time.ts';

/** Successive buckets of one length: the days between two clock changes, or a single month. */
export interface BucketRun {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /** Length of each bucket in seconds. */
  readonly step: number;
  /** Index of the first bucket among all. */
  readonly first: number;
}

/**
 * Boundaries as runs of equal steps. Databases divide time by a fixed step only; London days and months are cut into
 * runs within which the step is fixed. Throws a RangeError when boundaries do not ascend.
 */
export function runsOf(boundaries: readonly EpochSeconds[]): BucketRun[] {
  const runs: BucketRun[] = [];
  for (const [index, to] of boundaries.entries()) {
    const from = boundaries[index - 1];
    if (from === undefined) continue;
    const step = to - from;
    if (!(step > 0)) throw new RangeError(`boundaries ascend; found ${from} before ${to}`);
    const last = runs.at(-1);
    if (last && last.step === step) runs[runs.length - 1] = { ...last, to };
    else runs.push({ from, to, step, first: index - 1 });
  }
  return runs;
}
