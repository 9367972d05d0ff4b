import { z } from 'zod';
import { families } from '../../domain/alerts/causes.ts';
import { alertKindNames } from '../../domain/alerts/kinds.ts';
import { alertRuleSchema } from '../../domain/alerts/rule-register.ts';
import { trialOutcomes, type TrialOutcome } from '../../domain/alerts/trial.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { severitySchema } from './alerts.ts';
import {
  always,
  checkRange,
  formatSchema,
  instantSchema,
  periodSchema,
  problemSchema,
  rangeShape,
  wordsOf,
} from './vocabulary.ts';

const outcomeNames = Object.keys(trialOutcomes) as [TrialOutcome, ...TrialOutcome[]];
const trialIdSchema = z.string().regex(/^t-[1-9]\d{0,14}$/, 'the id of a trial: t-3');

/** A rule of the register or one that Meterhouse brings, by its id, with what is to be otherwise; or a new one. */
export const triedRuleSchema = z
  .strictObject({ ...alertRuleSchema.shape, parameters: z.record(z.string(), z.number()).optional() })
  .partial()
  .describe(
    'what holds of the rule with this `id` is changed by what is said here; without one `kind` says what it is of',
  );

export const alertTrialBodySchema = z
  .strictObject({
    rules: z.array(triedRuleSchema).min(1).max(limits.trialRules),
    ...rangeShape,
    sites: z.array(idSchema).min(1).max(limits.trialSites).optional().describe('all that the key sees when absent'),
    meters: z
      .array(idSchema)
      .min(1)
      .max(limits.idsPerRequest)
      .optional()
      .describe('only alerts that one of these shows'),
  })
  .superRefine((body, context) => checkRange(body, context, limits.trialDays), always);

export const alertTrialParamsSchema = z.strictObject({ trial: trialIdSchema });
export const alertTrialQuerySchema = z.strictObject({ format: formatSchema });

export const trialSchema = z
  .strictObject({
    id: trialIdSchema,
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    progress: z.number().min(0).max(1),
    period: periodSchema,
    sites: z.array(z.string()),
    kinds: z.array(z.enum(alertKindNames)).describe('the kinds of the rules that are tried'),
    rules: z.array(z.string()).describe('the ids of the rules that are tried'),
  })
  .meta({ id: 'AlertTrial', description: 'rules held against history; kept until the API is started again' });

const amount = z.number().nullable();
export const triedAlertSchema = z
  .strictObject({
    outcome: z.enum(outcomeNames).describe(wordsOf(trialOutcomes)),
    site: z.string(),
    site_name: z.string(),
    family: z.enum(families),
    kind: z.enum(alertKindNames),
    says: z.string(),
    subject: z.string().describe('the meter it is at, furthest down'),
    subject_name: z.string(),
    meters: z.array(z.string()),
    seen_by: z.array(z.enum(alertKindNames)).describe('every kind of look that saw it, by the rules that are tried'),
    seen_by_now: z.array(z.enum(alertKindNames)).describe('the same by the rules that hold'),
    from: instantSchema.describe('when it began; of what is gone by the rules that hold'),
    to: instantSchema,
    ongoing: z.boolean().describe('it was not over at the end of the trial'),
    raised: instantSchema.nullable().describe('when it would have been raised by the rules that are tried'),
    raised_now: instantSchema.nullable().describe('when it is raised by the rules that hold'),
    severity: severitySchema.nullable(),
    severity_now: severitySchema.nullable(),
    excess_kwh: amount,
    excess_m3: amount,
    excess_kvarh: amount,
    cost_gbp: amount.describe('without VAT, all of it; null where it is not known'),
    cost_gbp_per_week: amount,
    emissions_kgco2e: amount.describe('location-based, all of it'),
  })
  .meta({ id: 'TriedAlert', description: 'an alert as rules would have raised it' });

export const alertTrialAnswerSchema = z.strictObject({
  trial: trialSchema,
  together: z
    .strictObject({
      new: z.number().int(),
      gone: z.number().int(),
      changed: z.number().int(),
      same: z.number().int(),
      per_site_and_month: amount.describe('alerts of the tried rules a site and 30 days; null until it is done'),
    })
    .describe('how many alerts there are of each'),
  alerts: z.array(triedAlertSchema).describe('empty until it is done'),
  problems: z.array(problemSchema.shape.problems.element).describe('why it failed'),
});
export const alertTrialAskedSchema = z.strictObject({ trial: trialSchema });
