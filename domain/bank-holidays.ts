import { z } from 'zod';
import table from './bank-holidays.json' with { type: 'json' };
import { ProblemError } from './problems.ts';
import type { LocalDate } from './time.ts';

/**
 * Bank holidays of England and Wales as gov.uk publishes them (Open Government Licence v3.0, kept in the data file).
 * They are proclaimed, not computed: a year that is not in the table is refused rather than guessed.
 */

const tableSchema = z.strictObject({
  title: z.string(),
  source: z.string(),
  licence: z.string(),
  first_year: z.int(),
  last_year: z.int(),
  holidays: z.array(z.strictObject({ date: z.iso.date(), title: z.string().min(1) })),
});

interface Holidays {
  readonly firstYear: number;
  readonly lastYear: number;
  readonly titles: ReadonlyMap<LocalDate, string>;
}

let known: Holidays | undefined;

/** The table, checked when it is first asked for. */
function holidays(): Holidays {
  if (known) return known;
  const parsed = tableSchema.safeParse(table);
  if (!parsed.success) {
    throw new ProblemError([
      { code: 'data.invalid', where: 'domain/bank-holidays.json', detail: z.prettifyError(parsed.error) },
    ]);
  }
  const { first_year: firstYear, last_year: lastYear, holidays: list } = parsed.data;
  known = { firstYear, lastYear, titles: new Map(list.map((day) => [day.date, day.title])) };
  return known;
}

/** The years the table reaches, both included. */
export function bankHolidayYears(): { readonly first: number; readonly last: number } {
  const { firstYear, lastYear } = holidays();
  return { first: firstYear, last: lastYear };
}

/**
 * The title of the bank holiday on a London date, undefined on any other day.
 * Throws a ProblemError `calendar.unknown-year` for a year outside the table.
 */
export function bankHolidayOn(date: LocalDate): string | undefined {
  const { firstYear, lastYear, titles } = holidays();
  const year = Number(date.slice(0, 4));
  if (!(year >= firstYear && year <= lastYear)) {
    throw new ProblemError([
      {
        code: 'calendar.unknown-year',
        where: 'domain/bank-holidays.json',
        found: date,
        expected: `${firstYear} to ${lastYear}`,
      },
    ]);
  }
  return titles.get(date);
}

/** Whether a London date is a bank holiday; in a year that the table does not reach none is known. */
export function isKnownBankHoliday(date: LocalDate): boolean {
  const { firstYear, lastYear, titles } = holidays();
  const year = Number(date.slice(0, 4));
  return year >= firstYear && year <= lastYear && titles.has(date);
}
