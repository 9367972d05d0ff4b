import { z } from 'zod';
import ukVesma from './standard-years/uk-vesma.json' with { type: 'json' };
import { type DayDegrees, type DegreeDayBasis, degreeDayMethodNames, degreeDaysIn } from './degree-days.ts';
import { ProblemError } from '../problems.ts';
import { bucketsIn, dateOf, type Period, startOfDay } from '../time.ts';

/**
 * The weather of a year that is taken for a usual one, as degree days by month: a published table, or the mean of past
 * years of the site's own series. Actual and standard degree days are only ever set against one another where they
 * share method and base.
 */

const fileSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  publisher: z.string(),
  region: z.string().min(5),
  source: z.string().min(10),
  licence: z.string().min(20),
  standing: z.enum(['confirmed', 'quoted']),
  method: z.enum(degreeDayMethodNames),
  method_standing: z.enum(['confirmed', 'quoted']),
  method_note: z.string(),
  note: z.string(),
  tables: z
    .array(
      z.strictObject({
        base_degc: z.number(),
        degree_days_by_month: z.array(z.number().min(0)).length(12),
        published_total: z.number(),
      }),
    )
    .min(1),
});

/** Ids of the published standard years, as a site's `weather:` key names them. */
export const standardYearIds = ['uk-vesma'] as const;
export type StandardYearId = (typeof standardYearIds)[number];

export interface StandardYear extends DegreeDayBasis {
  readonly id: string;
  readonly title: string;
  /** What the table is of: a country, a region or a place. */
  readonly region: string;
  readonly source: string;
  readonly licence: string;
  /** `quoted` where the table or its method was not seen in print. */
  readonly standing: 'confirmed' | 'quoted';
  /** °C·day of January to December. */
  readonly byMonth: readonly number[];
}

let known: readonly StandardYear[] | undefined;

/**
 * Every published standard year, one entry a base; checked when first asked for, throws `data.invalid` where damaged.
 */
export function standardYears(): readonly StandardYear[] {
  known ??= [ukVesma].flatMap(parseYear);
  return known;
}

function parseYear(file: unknown): StandardYear[] {
  const parsed = fileSchema.safeParse(file);
  const wrong = (detail: string): ProblemError =>
    new ProblemError([{ code: 'data.invalid', where: 'domain/weather/standard-years', detail }]);
  if (!parsed.success) throw wrong(z.prettifyError(parsed.error));
  const { id, title, publisher, region, source, licence, method, tables } = parsed.data;
  const quoted = parsed.data.standing === 'quoted' || parsed.data.method_standing === 'quoted';
  return tables.map(({ base_degc: base, degree_days_by_month: byMonth, published_total: total }) => {
    const sum = byMonth.reduce((all, one) => all + one, 0);
    if (Math.abs(sum - total) > 1e-9) throw wrong(`${id} at ${base} °C adds up to ${sum}, its page says ${total}`);
    const standing = quoted ? 'quoted' : 'confirmed';
    return { id, title: `${title}, ${publisher}`, region, source, licence, method, base, byMonth, standing };
  });
}

/** A published standard year of a basis; throws `weather.basis-mixed` where it was not made by that basis. */
export function standardYearFor(id: StandardYearId, basis: DegreeDayBasis): StandardYear {
  const ofId = standardYears().filter((year) => year.id === id);
  const found = ofId.find((year) => sameBasis(year, basis));
  if (found) return found;
  throw mixed(`standard year ${id}`, basis, ofId);
}

export function sameBasis(a: DegreeDayBasis, b: DegreeDayBasis): boolean {
  return a.method === b.method && a.base === b.base;
}

/** Refuses degree days of two kinds side by side. */
export function checkSameBasis(where: string, actual: DegreeDayBasis, standard: DegreeDayBasis): void {
  if (!sameBasis(actual, standard)) throw mixed(where, actual, [standard]);
}

function mixed(where: string, actual: DegreeDayBasis, standards: readonly DegreeDayBasis[]): ProblemError {
  const say = ({ method, base }: DegreeDayBasis): string => `${method} at ${base} °C`;
  return new ProblemError([
    { code: 'weather.basis-mixed', where, found: say(actual), expected: standards.map(say).join(' or ') },
  ]);
}

/**
 * A standard year of the site's own: for each month the mean of the years whose days are known, by the basis of the
 * actual ones. Undefined where a month is known in no year.
 */
export function ownStandardYear(
  days: readonly DayDegrees[],
  basis: DegreeDayBasis,
  { first, last, of }: { readonly first: number; readonly last: number; readonly of: string },
): StandardYear | undefined {
  const sums = Array.from({ length: 12 }, () => ({ total: 0, years: 0 }));
  const period = { from: startOfDay(`${first}-01-01`), to: startOfDay(`${last + 1}-01-01`) };
  for (const month of bucketsIn(period, 'month')) {
    const { degreeDays } = degreeDaysIn(days, month);
    const sum = sums[monthOf(month)];
    if (degreeDays === undefined || sum === undefined) continue;
    sum.total += degreeDays;
    sum.years++;
  }
  if (sums.some(({ years }) => years === 0)) return undefined;
  return {
    id: `own-${first}-${last}`,
    title: `Mean of ${first} to ${last}`,
    region: of,
    source: `the temperatures of ${of}`,
    licence: 'as of the temperatures themselves',
    standing: 'confirmed',
    byMonth: sums.map(({ total, years }) => total / years),
    ...basis,
  };
}

/** Standard degree days of a period of whole London days: months whole, and of a part of one its share of days. */
export function standardDegreeDays({ byMonth }: StandardYear, period: Period): number {
  let total = 0;
  for (const part of bucketsIn(period, 'month')) {
    const date = dateOf(part.from);
    const [year = 0, month = 1] = date.split('-').map(Number);
    const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
    const whole = daysOf({ from: startOfDay(`${date.slice(0, 7)}-01`), to: startOfDay(next) });
    total += ((byMonth[month - 1] ?? 0) * daysOf(part)) / whole;
  }
  return total;
}

function monthOf({ from }: Period): number {
  return Number(dateOf(from).slice(5, 7)) - 1;
}

function daysOf({ from, to }: Period): number {
  return (Date.parse(dateOf(to)) - Date.parse(dateOf(from))) / 86_400_000;
}
