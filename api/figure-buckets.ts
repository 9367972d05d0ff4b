import { addDays, boundariesOf, dateOf, type EpochSeconds, isWhole, type Period, startOfDay } from '../domain/time.ts';
import { type AnswerBucket, answerBuckets } from './buckets.ts';
import type { FigureBucket } from './contract/intensity.ts';

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
    const ends = to > period.from && to <= now && isWhole({ from: startOfDay(monthBefore(date)), to }, 'month');
    return ends ? [{ from, to, because: [] }] : [];
  });
}

/** The first of the month that ends where a date begins. */
function monthBefore(date: string): string {
  return `${addDays(date, -1).slice(0, 7)}-01`;
}

/** The instants that buckets begin and end at, in order, each once. */
export function instantsOf(buckets: readonly AnswerBucket[]): EpochSeconds[] {
  return [...new Set(buckets.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
}
