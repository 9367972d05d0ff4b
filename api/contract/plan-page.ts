import { z } from 'zod';
import { boundaryIds } from '../../domain/carbon/reporting.ts';
import { stepStateNames, stepStates } from '../../domain/plan/indicators/figure.ts';
import { decisionKindNames, decisionKinds } from '../../domain/plan/page/page.ts';
import { stepNumbers } from '../../domain/plan/steps.ts';
import { answers } from '../../domain/reports/quarterly.ts';
import { measureRowSchema } from './plan-measures.ts';
import { planSavingRowSchema, planSavingsAnswerSchema } from './plan-savings.ts';
import { indicatorRowSchema } from './plan-standing.ts';
import { trajectoryAnswerSchema } from './plan-trajectory.ts';
import {
  dateSchema,
  idListSchema,
  instantSchema,
  leftOutSchema,
  periodSchema,
  shareSchema,
  tableFormats,
  tableOrOther,
  wordsOf,
} from './vocabulary.ts';

export const pageFormats = [...tableFormats, 'html'] as const;
export type PageFormat = (typeof pageFormats)[number];

export const planPageQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  site: idListSchema
    .optional()
    .describe('a page for each of these sites; with neither, one for each organisation, and for each site of others'),
  format: z
    .enum(pageFormats)
    .optional()
    .describe('html is ready to print on A4, a page each; or by the header `Accept`'),
});

const stepSchema = z.literal([...stepNumbers]);
const count = z.number().int();

const yearSchema = z.strictObject({
  period: periodSchema.describe('the last twelve whole months'),
  energy_kwh: z.number().nullable(),
  before_kwh: z.number().nullable().describe('of the twelve months before'),
  sites: count,
  compared_sites: count.describe('known whole in both years'),
  change_share: z.number().nullable().describe('of kWh/m² of those on the year before; 0.1 is a tenth more'),
  corrected_change_share: z.number().nullable().describe('the same, both years in the weather of a usual one'),
  notes: z.array(z.string()).describe('of the correction'),
  emissions_kgco2e: z.number().nullable(),
  boundary: z.enum(boundaryIds),
  measured_share: shareSchema.nullable(),
  warnings: z.array(z.string()),
});

const stepSummarySchema = z.strictObject({
  step: stepSchema,
  title: z.string(),
  means: z.string(),
  state: z.enum(stepStateNames).describe(`of several sites: ${wordsOf(stepStates)}`),
  ...(Object.fromEntries(stepStateNames.map((state) => [`sites_${state}`, count])) as Record<
    `sites_${(typeof stepStateNames)[number]}`,
    typeof count
  >),
  measures_planned: count,
  measures_installing: count,
  measures_installed: count,
  because: z.array(z.string()),
});

const decisionSchema = z.strictObject({
  kind: z.enum(decisionKindNames).describe(wordsOf(decisionKinds)),
  says: z.string(),
  site: z.string().nullable(),
  measure: z.string().nullable(),
  step: stepSchema.nullable(),
  capital_gbp: z.number().nullable(),
  kgco2e_per_year: z.number().nullable(),
  by: dateSchema.nullable(),
});

export const planSchema = z.strictObject({
  place: z.enum(['organisation', 'site']),
  id: z.string(),
  name: z.string(),
  headline: z.array(z.string()),
  year: yearSchema,
  renewable_electricity: z
    .strictObject({
      quarter: z.string(),
      answer: z.enum(answers),
      proven_share: z.number().nullable(),
      missing: z.array(z.string()),
    })
    .nullable()
    .describe('of an organisation, in the last quarter that is over; null of a site, which buys nothing itself'),
  steps: z.array(stepSummarySchema),
  indicators: z.array(indicatorRowSchema),
  trajectory: trajectoryAnswerSchema
    .pick({ targets: true, gaps: true, measures: true, points: true })
    .extend({
      main: z
        .strictObject({ target: z.string(), baseline: z.string() })
        .nullable()
        .describe('of which the first sentences and the chart of the page are'),
    })
    .describe('of an organisation; targets are not a site’s'),
  measures: z.array(measureRowSchema),
  out_of_order: z.array(z.strictObject({ measure: z.string(), before: z.string(), says: z.string() })),
  savings: z.array(planSavingRowSchema),
  savings_together: planSavingsAnswerSchema.shape.together,
  decisions: z.array(decisionSchema),
});
export type Plan = z.output<typeof planSchema>;

export const planPageAnswerSchema = z.strictObject({
  as_of: instantSchema,
  register_version: count,
  warnings: leftOutSchema,
  plans: z.array(planSchema),
});

export const pageType = 'text/html';
/** The data, or the page. */
export const planPageAnswers = tableOrOther(planPageAnswerSchema, pageType, 'the plans, ready to print, a page each');

/** The plan as rows, for CSV and a spreadsheet: one figure or sentence each. */
export const planRowSchema = z.strictObject({
  place: planSchema.shape.place,
  id: z.string(),
  name: z.string(),
  section: z.string(),
  item: z.string(),
  what: z.string(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  unit: z.string(),
  measured_share: z.number().nullable(),
  says: z.string(),
});
export type PlanRow = z.output<typeof planRowSchema>;
