import type { z } from 'zod';
import { type Accounting, accountingOf, factorYearsIn } from '../domain/carbon/accounting.ts';
import { boundaries } from '../domain/carbon/boundaries.ts';
import type { BoundaryId, FactorYearMethod } from '../domain/carbon/reporting.ts';
import { addDays, type Period } from '../domain/time.ts';
import type { accountingShape } from './contract/carbon.ts';
import type { View } from './view.ts';

interface AccountingQuery {
  readonly organisation?: readonly string[] | undefined;
  readonly boundary?: BoundaryId | undefined;
  readonly factor_year?: FactorYearMethod | undefined;
  readonly year_starts?: number | undefined;
}

/**
 * How an answer reckons carbon: as it was asked for, else as the one organisation that it is of reports, else as the
 * estate does. One answer has one way, so that its rows can be compared and added up.
 */
export function accountingAsked(view: View, query: AccountingQuery): Accounting {
  const [only, ...others] = query.organisation ?? [];
  const usual = accountingOf(view, others.length === 0 ? only : undefined);
  return {
    ...usual,
    boundary: query.boundary ?? usual.boundary,
    factorYear: query.factor_year ?? usual.factorYear,
    yearStarts: query.year_starts ?? usual.yearStarts,
  };
}

/** How carbon was reckoned, as every answer prints it. */
export function accountingSaid(accounting: Accounting, period: Period): z.output<z.ZodObject<typeof accountingShape>> {
  const { name, source } = boundaries[accounting.boundary];
  return {
    boundary: accounting.boundary,
    boundary_name: name,
    boundary_source: source,
    factor_year_method: accounting.factorYear,
    year_starts: accounting.yearStarts,
    factor_years: factorYearsIn(accounting, period).map(({ first, next, sets }) => ({
      from: first,
      to: addDays(next, -1),
      sets: sets.map(({ year, share }) => ({ set: String(year), share })),
    })),
  };
}
