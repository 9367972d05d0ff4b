import { type Problem, ProblemError } from '../problems.ts';
import {
  addMonths,
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
} from '../time.ts';

/** Why a figure is not that of a whole, fully known bucket. */
export const partialReasons = {
  cut: 'the period asked for begins or ends inside the bucket',
  'not-over': 'the bucket is not over yet',
  missing: 'half-hours are missing, and no known total covers them',
  'not-costed': 'the cost of a supply point in it is not known',
} as const;
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

/** `whole`: the period as one figure. `rolling_year`: at the end of each month, the twelve months before it. */
export const figureBuckets = ['month', 'year', 'financial_year', 'whole', 'rolling_year'] as const;
export type FigureBucket = (typeof figureBuckets)[number];

/** The buckets of figures of a month and longer; those of a rolling year overlap. */
export function figureBucketsOf(period: Period, bucket: FigureBucket, now: EpochSeconds): AnswerBucket[] {
  return bucket === 'rolling_year' ? rollingYears(period, now) : answerBuckets(period, bucket, now);
}

/** The twelve months before each end of a month that lies in the period and is over. */
function rollingYears(period: Period, now: EpochSeconds): AnswerBucket[] {
  const [first] = answerBuckets(period, 'whole', now);
  if (!first) return [];
  return boundariesOf(period, 'month').flatMap((to): AnswerBucket[] => {
    const date = dateOf(to);
    const from = startOfDay(`${Number(date.slice(0, 4)) - 1}${date.slice(4)}`);
    const ends = to > period.from && to <= now && isWhole({ from: startOfDay(addMonths(date, -1)), to }, 'month');
    return ends ? [{ from, to, because: [] }] : [];
  });
}

/** The instants that buckets begin and end at, in order, each once. */
export function instantsOf(buckets: readonly AnswerBucket[]): EpochSeconds[] {
  return [...new Set(buckets.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
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
