import { z } from 'zod';
import { ProblemError } from '../problems.ts';
import type { LocalDate } from '../time.ts';
import file from './published/vat.json' with { type: 'json' };
import type { SupplyPointTerms } from './supply-point.ts';

/**
 * VAT comes last, on everything and the Climate Change Levy with it. Below the de minimis of a day's use it is the
 * reduced rate, and there is no levy. A month has one treatment, by the use of the whole month.
 */

const vatFileSchema = z.strictObject({
  title: z.string(),
  publisher: z.string(),
  licence: z.string(),
  source: z.string(),
  standing: z.enum(['verified', 'quoted']),
  rules: z.array(
    z.strictObject({
      valid_from: z.iso.date(),
      standard_percent: z.number(),
      reduced_percent: z.number(),
      de_minimis_kwh_per_day: z.record(z.string(), z.number()),
    }),
  ),
});

let known: z.output<typeof vatFileSchema> | undefined;

export interface VatTreatment {
  readonly percent: number;
  readonly because: string;
  /** No Climate Change Levy then. */
  readonly isBelowDeMinimis: boolean;
}

/** How a month is taxed. Throws a ProblemError `tariff.no-term` where the supply point must say it and does not. */
export function vatOf({ id, utility, vat }: SupplyPointTerms, month: LocalDate, kwhPerDay: number): VatTreatment {
  known ??= vatFileSchema.parse(file);
  const rule = known.rules.findLast(({ valid_from: from }) => from <= month);
  const deMinimis = rule?.de_minimis_kwh_per_day[utility];
  const isBelowDeMinimis = deMinimis !== undefined && kwhPerDay <= deMinimis;
  if (vat !== 'by_use') return { ...vat, isBelowDeMinimis };
  if (!rule || deMinimis === undefined) {
    const detail = `no rule of VAT by use is known for ${utility}`;
    throw new ProblemError([
      { code: 'tariff.no-term', where: `supply point ${id}`, expected: 'vat', found: 'by_use', detail },
    ]);
  }
  return isBelowDeMinimis
    ? { percent: rule.reduced_percent, because: `at most ${deMinimis} kWh a day`, isBelowDeMinimis }
    : { percent: rule.standard_percent, because: 'business use', isBelowDeMinimis };
}
