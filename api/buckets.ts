import { type Problem, ProblemError } from '../domain/problems.ts';
import {
  boundariesOf,
  type Bucket,
  dateOf,
  type EpochSeconds,
  halfHourOf,
  halfHourSeconds,
  isWhole,
  type Period,
  startOfDay,
  toIso,
} from '../domain/time.ts';
import type { partialReasons } from './contract/figures.ts';

export type PartialReason = keyof typeof partialReasons;

/** One bucket of an answer: the part of it that was asked for and is over, and why that is not the whole of it. */
export interface AnswerBucket extends Period {
  readonly because: readonly PartialReason[];
}

/** `whole` is the period as one bucket. */
export type AnswerBucketName = Bucket | 'whole';

/**
 * The buckets of a period that have begun, in order. What lies ahead is neither used nor missing, so nothing is
 * answered for it, and the bucket that is not over ends at the last half-hour that is.
 */
export function answerBuckets(period: Period, bucket: AnswerBucketName, now: EpochSeconds): AnswerBucket[] {
  checkCuts(period, bucket);
  const cuts = bucket === 'whole' ? [period.from, period.to] : boundariesOf(period, bucket);
  const over = halfHourOf(now);
  return cuts.slice(0, -1).flatMap((from, i): AnswerBucket[] => {
    const to = cuts[i + 1] ?? from;
    if (from >= over) return [];
    const cut: PartialReason[] = bucket === 'whole' || isWhole({ from, to }, bucket) ? [] : ['cut'];
    return [{ from, to: Math.min(to, over), because: to > over ? [...cut, 'not-over'] : cut }];
  });
}

/** The boundaries of successive buckets. */
export function cutsOf(buckets: readonly AnswerBucket[]): EpochSeconds[] {
  return [...buckets.map(({ from }) => from), ...buckets.slice(-1).map(({ to }) => to)];
}

/** Days cannot be cut: figures of a day and longer begin and end at local midnight. */
function checkCuts(period: Period, bucket: AnswerBucketName): void {
  const fits = (at: EpochSeconds): boolean =>
    bucket === 'half_hour' ? at % halfHourSeconds === 0 : startOfDay(dateOf(at)) === at;
  const expected =
    bucket === 'half_hour' ? 'the start of a half-hour' : 'a London midnight, best as a date: 2026-04-01';
  const wrong = (['from', 'to'] as const)
    .filter((key) => !fits(period[key]))
    .map((key): Problem => ({ code: 'request.invalid', where: `query ${key}`, found: toIso(period[key]), expected }));
  if (wrong.length > 0) throw new ProblemError(wrong);
}
