import { addMonths, dateOf, type EpochSeconds, monthOf, type Period, startOfDay } from '../domain/time.ts';
import type { Stores } from './energy.ts';

/** How many months back the last measured one is looked for. */
const monthsBack = 24;

/**
 * The last twelve whole months whose last one has measured half-hours of every meter; the last twelve that are over
 * where there are none such. Rejects as the store does.
 */
export async function lastMeasuredYear(
  { store }: Pick<Stores, 'store'>,
  meters: readonly string[],
  now: EpochSeconds,
): Promise<Period> {
  const month = monthOf(dateOf(now));
  const starts = Array.from({ length: monthsBack + 1 }, (_, i) => startOfDay(addMonths(month, i - monthsBack)));
  const sums = await store.sumDays(meters, starts);
  const isMeasured = (bucket: number) =>
    meters.every((meter) => (sums.measuredHalfHours[sums.cellOf(meter, bucket) ?? -1] ?? 0) > 0);
  const last = Array.from({ length: monthsBack - 11 }, (_, i) => monthsBack - 1 - i).find(isMeasured);
  return yearFrom(startOfDay(addMonths(month, (last ?? monthsBack - 1) - monthsBack - 11)));
}

/** Twelve months from the first of one. */
export function yearFrom(from: EpochSeconds): Period {
  return { from, to: startOfDay(addMonths(dateOf(from), 12)) };
}
