import { z } from 'zod';
import { utilities } from '../../domain/estate/vocabulary.ts';
import { modelMethodNames, modelMethods } from '../../domain/savings/model.ts';
import { type Verdict, verdicts } from '../../domain/savings/saving.ts';
import { usedHere } from './plan-measures.ts';
import { dateSchema, formatSchema, idListSchema, leftOutSchema, shareSchema, wordsOf } from './vocabulary.ts';

/** What measures truly saved, by the meters that show it. */

export const savingKinds = {
  to_date: 'what a meter shows of measures that are verified together, since their works',
  year: 'the same of twelve months; the last ones may be running',
  split: 'a part of `to_date` by what was expected of each measure: nothing that was measured',
} as const;
const savingKindNames = Object.keys(savingKinds) as [keyof typeof savingKinds, ...(keyof typeof savingKinds)[]];

export const outcomes = {
  verified: 'against what the meter would have used, by a baseline model (IPMVP option C)',
  metered: 'by what a meter counted that counts nothing else',
  disqualified: 'no number: too little is known, or no model fits; `because` says what',
  unverifiable: 'no meter can show it; `because` says why',
} as const;
const outcomeNames = Object.keys(outcomes) as [keyof typeof outcomes, ...(keyof typeof outcomes)[]];
const verdictNames = Object.keys(verdicts) as [Verdict, ...Verdict[]];

export const planSavingsQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  method: z.enum(modelMethodNames).default('day_types').describe(wordsOf(modelMethods)),
  format: formatSchema,
});

const kwh = z.number().nullable();
const m3 = z.number().nullable();
const ninety = 'nine in ten such intervals hold what was truly saved';

export const planSavingRowSchema = z
  .strictObject({
    kind: z.enum(savingKindNames).describe(wordsOf(savingKinds)),
    site: z.string(),
    site_name: z.string(),
    meter: z.string().nullable(),
    utility: z.enum(utilities).nullable(),
    measures: z.array(z.string()).describe('verified together, by the first day of their works'),
    outcome: z.enum(outcomeNames).describe(wordsOf(outcomes)),
    verdict: z
      .enum([...verdictNames, 'made', 'taken'])
      .nullable()
      .describe(wordsOf(verdicts)),
    works_from: dateSchema,
    works_to: dateSchema.describe('of the last of them'),
    baseline_from: dateSchema,
    baseline_to: dateSchema,
    from: dateSchema.describe('the first day that is looked at'),
    to: dateSchema.describe('the last one, which belongs to it'),
    known_days: z.number().int().nullable(),
    measured_share: shareSchema.nullable().describe('of those days, the ones of which use and temperature are known'),
    would_have_used_kwh: kwh.describe('on the known days, by the baseline model and events of known effect'),
    used_kwh: kwh,
    saved_low_kwh: kwh.describe(ninety),
    saved_kwh: kwh.describe('below 0: more is used'),
    saved_high_kwh: kwh,
    would_have_used_m3: m3,
    used_m3: m3,
    saved_low_m3: m3,
    saved_m3: m3,
    saved_high_m3: m3,
    saved_share: z.number().nullable().describe('of what would have been used'),
    saved_low_kwh_per_year: kwh,
    saved_kwh_per_year: kwh.describe('null of less than nine tenths of a year: a summer says nothing of a winter'),
    saved_high_kwh_per_year: kwh,
    saved_low_m3_per_year: m3,
    saved_m3_per_year: m3,
    saved_high_m3_per_year: m3,
    expected_kwh_per_year: kwh.describe('of the register, through this meter'),
    expected_m3_per_year: m3,
    split_share: z.number().nullable().describe('split: of what was expected of all of them'),
    saved_gbp_per_year: z
      .number()
      .nullable()
      .describe(`at present prices, without VAT; ${usedHere}; needs role \`procurement\`, or \`publish_costs\``),
    saved_kgco2e_per_year: z.number().nullable().describe(`location-based, by the newest factors; ${usedHere}`),
    method: z.enum(modelMethodNames).nullable(),
    r_squared: z.number().nullable(),
    cv_rmse: z.number().nullable(),
    inside: z.string().nullable().describe('a meter above whose row holds this saving too: it is counted there'),
    alerts: z.array(z.string()).describe('alerts whose savings are part of this one (their claim is `alert:<id>`)'),
    events: z.array(z.string()).describe('non-routine events, and what was done about each'),
    because: z.array(z.string()).describe('why there is no number'),
    warnings: z.array(z.string()).describe('what is doubtful about it'),
  })
  .meta({ id: 'MeasureSaving' });

export const planSavingsAnswerSchema = z.strictObject({
  register_version: z.number().int(),
  on: dateSchema,
  method: z.enum(modelMethodNames),
  confidence: z.number().describe('of the intervals'),
  warnings: leftOutSchema,
  together: z
    .array(
      z.strictObject({
        utility: z.enum(utilities),
        groups: z.number().int(),
        saved_low_kwh: kwh,
        saved_kwh: kwh,
        saved_high_kwh: kwh,
        saved_low_m3: m3,
        saved_m3: m3,
        saved_high_m3: m3,
      }),
    )
    .describe('to date, each kWh once: rows `to_date` that are inside no other; intervals add up as their squares do'),
  savings: z.array(planSavingRowSchema),
});
