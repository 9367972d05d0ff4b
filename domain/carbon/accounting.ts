import type { Estate } from '../estate/estate.ts';
import type { FactorSet } from './factors.ts';
import type { BoundaryId, FactorYearMethod } from './reporting.ts';
import { dateOf, daysBetween, type EpochSeconds, type LocalDate, type Period, startOfDay } from '../time.ts';

/** How carbon is reckoned. It is chosen before anything is added up, and printed with each figure. */
export interface Accounting {
  readonly boundary: BoundaryId;
  readonly factorYear: FactorYearMethod;
  /** The month a reporting year starts in, 1 to 12. */
  readonly yearStarts: number;
  /** The factor sets, where they are not those that there are now: those of an earlier day. */
  readonly sets?: readonly FactorSet[] | undefined;
}

/** Where the register says nothing: scopes 1 and 2, each year its own factors, the financial year of the NHS. */
export const usualAccounting: Accounting = { boundary: 'scope_1_2', factorYear: 'calendar', yearStarts: 4 };

/** How an estate reports, or one organisation of it where that differs. */
export function accountingOf(
  estate: Pick<Estate, 'reporting' | 'organisations' | 'factorSets'>,
  organisation?: string,
): Accounting {
  const own = organisation === undefined ? undefined : estate.organisations.get(organisation)?.reporting;
  const said = { ...estate.reporting, ...own };
  return {
    boundary: said.boundary ?? usualAccounting.boundary,
    factorYear: said.factor_year ?? usualAccounting.factorYear,
    yearStarts: said.year_starts ?? usualAccounting.yearStarts,
    ...(estate.factorSets && { sets: estate.factorSets }),
  };
}

/** A reporting year: its first date, and the first of the next one. */
export interface ReportingYear {
  readonly first: LocalDate;
  readonly next: LocalDate;
}

export function reportingYearOf({ yearStarts }: Pick<Accounting, 'yearStarts'>, date: LocalDate): ReportingYear {
  const start = `-${String(yearStarts).padStart(2, '0')}-01`;
  const year = Number(date.slice(0, 4));
  const first = date.slice(4) >= start ? year : year - 1;
  return { first: `${first}${start}`, next: `${first + 1}${start}` };
}

/** A calendar year's set of factors and its share; the shares of a date are 1 together. */
export interface SetShare {
  readonly year: number;
  readonly share: number;
}

/**
 * The sets that what is used on a London date is given. They are the same on every day of a reporting year (of a
 * calendar year, by that method), so months and quarters add up to the year whatever was used in them. Majority goes by
 * months: from July half of the year lies in each, and the newer set is taken (UK Government conversion factors,
 * Introduction).
 */
export function setsOn(accounting: Accounting, date: LocalDate): SetShare[] {
  if (accounting.factorYear === 'calendar') return [{ year: Number(date.slice(0, 4)), share: 1 }];
  const { first, next } = reportingYearOf(accounting, date);
  const year = Number(first.slice(0, 4));
  if (accounting.yearStarts === 1) return [{ year, share: 1 }];
  if (accounting.factorYear === 'majority') return [{ year: accounting.yearStarts < 7 ? year : year + 1, share: 1 }];
  const before = daysBetween(first, `${year + 1}-01-01`) / daysBetween(first, next);
  return [
    { year, share: before },
    { year: year + 1, share: 1 - before },
  ];
}

/** The period in which a date's sets hold: its calendar or reporting year. */
export function factorYearOf(accounting: Accounting, date: LocalDate): ReportingYear {
  const yearStarts = accounting.factorYear === 'calendar' ? 1 : accounting.yearStarts;
  return reportingYearOf({ yearStarts }, date);
}

/** A stretch of time with the sets that what is used in it is given. */
export interface FactorYear extends ReportingYear {
  readonly sets: readonly SetShare[];
}

/** The factor years that a period reaches into, in order. */
export function factorYearsIn(accounting: Accounting, period: Period): FactorYear[] {
  return [period.from, ...factorChanges(accounting, period)].map((at) => {
    const date = dateOf(at);
    return { ...factorYearOf(accounting, date), sets: setsOn(accounting, date) };
  });
}

/** The instants inside a period at which other factors begin to hold; local midnights, in order. */
export function factorChanges(accounting: Accounting, period: Period): EpochSeconds[] {
  const changes: EpochSeconds[] = [];
  let { next } = factorYearOf(accounting, dateOf(period.from));
  for (let at = startOfDay(next); at < period.to; at = startOfDay(next)) {
    changes.push(at);
    ({ next } = factorYearOf(accounting, next));
  }
  return changes;
}
