import { z } from 'zod';
import { boundariesOf, type EpochSeconds, financialYearOf, type LocalDate, type Period, startOfDay } from '../time.ts';

/**
 * The disclosure period of fuel mix disclosure in Great Britain: 1 April to 31 March (Electricity supply licence,
 * condition 21). Certificates of one are never used in another.
 */

/** As `2025-26`. */
export type DisclosurePeriod = string;

const form = 'a disclosure period from April to March, as 2025-26';

export const disclosurePeriodSchema = z
  .string()
  .regex(/^(19|20)\d\d-\d\d$/, form)
  .refine((text) => (Number(text.slice(0, 4)) + 1) % 100 === Number(text.slice(5)), form)
  .describe(form);

/** The disclosure period a London date lies in. */
export function disclosurePeriodOf(date: LocalDate): DisclosurePeriod {
  return financialYearOf(date);
}

/** First London date of a disclosure period. */
export function firstDayOf(period: DisclosurePeriod): LocalDate {
  return `${period.slice(0, 4)}-04-01`;
}

/** The instants between which a disclosure period lies. */
export function disclosureYear(period: DisclosurePeriod): Period {
  return { from: startOfDay(firstDayOf(period)), to: startOfDay(`${Number(period.slice(0, 4)) + 1}-04-01`) };
}

/** The instants inside a period at which another disclosure period begins. */
export function disclosureChanges(period: Period): EpochSeconds[] {
  return boundariesOf(period, 'financial_year').slice(1, -1);
}
