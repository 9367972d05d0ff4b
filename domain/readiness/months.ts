import { segmentsOf } from '../tariffs/calendar.ts';
import { halfHourSeconds, type LocalDate, type Period } from '../time.ts';

/** Where the half-hours of each London month of a year lie in its columns. */
export function monthIndices(
  year: Period,
): { readonly month: LocalDate; readonly first: number; readonly end: number }[] {
  return segmentsOf(year).map(({ month, from, to }) => ({
    month,
    first: (from - year.from) / halfHourSeconds,
    end: (to - year.from) / halfHourSeconds,
  }));
}
