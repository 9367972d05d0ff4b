import { z } from 'zod';
import { type Cause, causes } from '../../domain/reconciliation/culprit.ts';
import { utilities } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { type Verdict, verdicts } from '../../domain/reconciliation/reconciliation.ts';
import {
  always,
  checkRange,
  formatSchema,
  idListSchema,
  instantSchema,
  listOf,
  periodSchema,
  rangeShape,
  shareSchema,
} from './vocabulary.ts';

export const reconciliationQuerySchema = z
  .strictObject({
    organisation: idListSchema.optional(),
    site: idListSchema.optional(),
    meter: idListSchema.optional().describe('balances in which one of these meters is the whole or a part'),
    utility: listOf(z.enum(utilities), utilities.length).optional(),
    ...rangeShape,
    by: z
      .enum(['whole', 'day', 'hour_of_week', 'half_hour'])
      .default('whole')
      .describe('hour_of_week: 168 rows, by London’s clock; suspects are named by `whole` only'),
    format: formatSchema,
  })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.half_hour), always);

const amount = z.number().nullable();
const count = z.number().int();

export const reconciliationRowSchema = z
  .strictObject({
    of: z.string().describe('the meter whose sub-meters are judged, or `site:utility` for several mains together'),
    site: z.string(),
    utility: z.enum(utilities),
    from: instantSchema,
    to: instantSchema,
    weekday: count.nullable().describe('1 is Monday'),
    hour: count.nullable(),
    half_hours: count,
    compared_half_hours: count.describe('in which every meter is measured; the amounts are of these'),
    supplied_kwh: amount,
    sub_metered_kwh: amount,
    residual_kwh: amount.describe('supplied less sub-metered'),
    bound_kwh: amount.describe('twice the combined standard uncertainty of the meters (about 95 %)'),
    supplied_m3: amount,
    sub_metered_m3: amount,
    residual_m3: amount,
    bound_m3: amount,
    verdict: z.enum(Object.keys(verdicts) as Verdict[]),
    says: z.string(),
    suspect: z.string().nullable().describe('the meter that most likely keeps it from agreeing'),
    cause: z.enum(Object.keys(causes) as Cause[]).nullable(),
    cause_says: z.string().nullable(),
    factor: amount.describe('what the suspect passes for each kWh or m³ that it says'),
    confidence: shareSchema.nullable(),
    other_suspects: z.array(z.string()).describe('`meter cause`, the likelier first'),
    subs: z.array(z.string()),
    accuracy_unknown: z.array(z.string()).describe('meters that do not say how accurate they are'),
    accuracy_of_site: z.array(z.string()).describe('meters taken to be as accurate as their site says'),
    not_measured: z.array(z.string()).describe('`meter half-hours`: what could not be compared, the worst first'),
  })
  .meta({ id: 'Reconciliation' });

export const reconciliationAnswerSchema = z.strictObject({
  period: periodSchema,
  balances: z.array(reconciliationRowSchema),
});
