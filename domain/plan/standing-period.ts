import { addMonths, dateOf, type EpochSeconds, monthOf, type Period, startOfDay } from '../time.ts';

/** The twelve whole months before this one. */
export function standingPeriod(now: EpochSeconds): Period {
  const month = monthOf(dateOf(now));
  return { from: startOfDay(addMonths(month, -12)), to: startOfDay(month) };
}
