import { addDays, dateOf, daysBetween, type EpochSeconds, type Period, startOfDay } from '../time.ts';

/** Days that a learning look has at the least: a year and what makes it whole, and the days that are told of. */
const learned = 463;
/** Days between two fits of the weather; see `weather-factors.ts`. */
const fitEvery = 28;
/** A Monday. */
const firstFit = '2001-01-01';

/**
 * The half-hours of a learning look. It begins on one of the days four weeks apart, so that the look of tomorrow fits
 * the weather on the same days as that of today and finds the same; it ends with tomorrow, of which is learned what to
 * expect.
 */
export function learningWindow(now: EpochSeconds): Period {
  const today = dateOf(now);
  const fits = Math.floor((daysBetween(firstFit, today) - learned) / fitEvery);
  return { from: startOfDay(addDays(firstFit, fits * fitEvery)), to: startOfDay(addDays(today, 2)) };
}

/** Days before an instant in which what was over is told of: what ended before is history. */
export const toldDays = 63;
