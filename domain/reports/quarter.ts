import { z } from 'zod';
import { type LocalDate, type Period, startOfDay } from '../time.ts';

/**
 * The quarters of a return: of the financial year from April (`2026-27-q1` is April to June 2026) or of the calendar
 * year (`2026-q2` is the same three months). Both begin on the same dates; only their names differ.
 */
export interface Quarter extends Period {
  /** As `2026-27-q1`. */
  readonly financial: string;
  /** As `2026-q2`. */
  readonly calendar: string;
  /** First London date, and the first of the next quarter. */
  readonly first: LocalDate;
  readonly next: LocalDate;
}

const form = 'a quarter as 2026-27-q1 (financial year) or 2026-q2 (calendar year)';

export const quarterSchema = z
  .string()
  .regex(/^(19|20)\d\d(-\d\d)?-q[1-4]$/i, form)
  .refine((text) => /^\d{4}-q/i.test(text) || (Number(text.slice(0, 4)) + 1) % 100 === Number(text.slice(5, 7)), form)
  .transform(quarterOf)
  .describe(form);

/** The quarter of a name of the right form. */
export function quarterOf(name: string): Quarter {
  const year = Number(name.slice(0, 4));
  const number = Number(name.slice(-1));
  const isFinancial = name.length > '2026-q2'.length;
  // Months since January of year 0: the financial year's first quarter begins with its fourth month.
  const month = year * 12 + (number - 1) * 3 + (isFinancial ? 3 : 0);
  const [first, next] = [dateOfMonth(month), dateOfMonth(month + 3)];
  const calendarYear = Math.floor(month / 12);
  const calendarQuarter = Math.floor((month % 12) / 3) + 1;
  const financialYear = calendarQuarter === 1 ? calendarYear - 1 : calendarYear;
  return {
    financial: `${financialYear}-${String((financialYear + 1) % 100).padStart(2, '0')}-q${((calendarQuarter + 2) % 4) + 1}`,
    calendar: `${calendarYear}-q${calendarQuarter}`,
    first,
    next,
    from: startOfDay(first),
    to: startOfDay(next),
  };
}

function dateOfMonth(month: number): LocalDate {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}
