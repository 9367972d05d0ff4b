import { z } from 'zod';
import { standings } from '../../domain/carbon/factors.ts';
import { coverStates } from '../../domain/certificates/cover.ts';
import { siteTypes, utilities } from '../../domain/estate/estate.ts';
import { boundaryIds, factorYearMethods } from '../../domain/carbon/reporting.ts';
import { ericReasons, type EricReason } from '../../domain/reports/eric-layout.ts';
import { baselineSchema as baselineEntrySchema } from '../../domain/reports/register.ts';
import { quarterSchema } from '../../domain/reports/quarter.ts';
import { answers, returnReadings } from '../../domain/reports/quarterly.ts';
import { courses, type Course } from '../../domain/reports/targets.ts';
import { type SiteChange, siteChanges } from '../../domain/reports/baseline.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { bucketShape, standingShape } from './figures.ts';
import { jobSchema } from './jobs.ts';
import { reasonSchema } from './rulings.ts';
import { acceptedSchema } from './sign-offs.ts';
import {
  dateSchema,
  formatSchema,
  idListSchema,
  instantSchema,
  knownOnAnswerSchema,
  knownOnSchema,
  listOf,
  periodSchema,
} from './vocabulary.ts';

const courseNames = Object.keys(courses) as [Course, ...Course[]];
const changeNames = Object.keys(siteChanges) as [SiteChange, ...SiteChange[]];

export const targetsQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  rolling_months: z
    .string()
    .regex(/^\d{1,3}$/, 'a whole number')
    .transform(Number)
    .pipe(z.number().min(0).max(60))
    .default(13)
    .describe('how many ends of a month back the twelve months before each are shown'),
  known_on: knownOnSchema,
  format: formatSchema,
});

const organisationShape = { organisation: z.string(), organisation_name: z.string() };
/** Of which organisation, target and baseline something is. */
export const targetNamesShape = { ...organisationShape, target: z.string(), baseline: z.string() };
/** The head of an answer about targets. */
export const targetsHeadShape = {
  as_of: instantSchema,
  known_on: knownOnAnswerSchema,
  register_version: z.number().int(),
  without_baseline: z.array(z.string()).describe('organisations that have none in the register'),
};

export const usedFactorSchema = z.strictObject({
  utility: z.enum(utilities),
  activity: z.string(),
  scope: z.number().int(),
  set: z.string(),
  factor_kgco2e: z.number().describe('per kWh of gross calorific value, or m³ of water'),
  per: z.enum(['kWh', 'm3']),
  standing: z.enum(standings),
  source: z.string(),
});

/** Emissions of twelve months against the lines of a target. */
export const progressRowSchema = z
  .strictObject({
    ...targetNamesShape,
    kind: z.enum(['year', 'rolling_year']).describe('a reporting year, or the twelve months up to an end of a month'),
    ...bucketShape,
    year: z.number().describe('the year it stands for on the lines: the one in which most of it lies'),
    emissions_kgco2e: z.number().nullable(),
    of_baseline_share: z.number().nullable().describe('of the baseline that the lines begin at'),
    change_since_baseline_kgco2e: z.number().nullable().describe('less the baseline that the lines begin at'),
    change_in_use_kgco2e: z
      .number()
      .nullable()
      .describe('the use of now at the factors of the baseline, less the baseline: below 0 it is a saving'),
    change_of_factors_kgco2e: z
      .number()
      .nullable()
      .describe('what other factors than those of the baseline made of the use of now: a greener grid saves nothing'),
    not_parted_because: z.string().nullable(),
    lower_line_kgco2e: z.number().nullable().describe('there in the earliest year that the target is due'),
    upper_line_kgco2e: z.number().nullable().describe('there in the latest'),
    course: z.enum(courseNames).describe('unknown where the year is not over, or a tenth or more of it is not known'),
    factor_sets: z.array(z.string()),
    factor_standing: z.enum(standings).nullable(),
    ...standingShape,
  })
  .meta({ id: 'TargetProgress' });

const targetSchema = z.strictObject({
  ...organisationShape,
  target: z.string(),
  target_name: z.string(),
  baseline: z.string(),
  boundary: z.enum(boundaryIds),
  factor_year_method: z.enum(factorYearMethods),
  drawn_from_kgco2e: z.number().describe('the restated baseline where it is known, else the frozen one'),
  reference_kgco2e: z.number().nullable(),
  first_reduction_on_baseline_share: z.number().nullable(),
  assumption: z.string().nullable(),
  not_drawn_because: z.string().nullable(),
  source: z.string(),
});

const milestoneSchema = z.strictObject({
  target: z.string(),
  earliest: z.number().int(),
  latest: z.number().int(),
  reduction_share: z.number(),
  says: z.string().nullable(),
});

const baselineSchema = z.strictObject({
  ...organisationShape,
  baseline: z.string(),
  baseline_name: z.string(),
  first_date: dateSchema,
  last_date: dateSchema,
  boundary: z.enum(boundaryIds),
  factor_year_method: z.enum(factorYearMethods),
  factor_sets: z.array(z.string()),
  frozen_on: dateSchema,
  frozen_kgco2e: z.number(),
  restated_kgco2e: z.number().nullable().describe('null where no site came or went, or one that came is not known'),
  register_version: z.number().int().nullable().describe('that it was frozen by; null where people wrote it'),
  measured_share: z.number().nullable(),
  rule: z.string(),
  source: z.string(),
});

const changedSiteSchema = z.strictObject({
  baseline: z.string(),
  site: z.string(),
  change: z.enum(changeNames),
  says: z.string(),
  emissions_kgco2e: z.number().nullable(),
});

const lineSchema = z.strictObject({
  ...targetNamesShape,
  year: z.number().int(),
  lower_line_kgco2e: z.number(),
  upper_line_kgco2e: z.number(),
});

export const targetsAnswerSchema = z.strictObject({
  ...targetsHeadShape,
  targets: z.array(targetSchema),
  milestones: z.array(milestoneSchema),
  baselines: z.array(baselineSchema),
  changed_sites: z.array(changedSiteSchema),
  lines: z.array(lineSchema).describe('each target as a band, a point a year'),
  factors: z.array(usedFactorSchema),
  figures: z.array(progressRowSchema),
});

export const baselineBodySchema = z.strictObject({
  organisation: idSchema,
  year: z
    .string()
    .regex(/^(19|20)\d\d(-\d\d)?$/, 'a reporting year, as 2025-26')
    .describe('a reporting year of the organisation, as 2025-26; as 2025 where it begins in January'),
  id: idSchema.optional().describe('of the baseline; the organisation and the year when absent'),
  name: baselineEntrySchema.shape.name.optional(),
  boundary: z.enum(boundaryIds).optional().describe('otherwise as the organisation reports'),
  factor_year: z.enum(factorYearMethods).optional().describe('otherwise as the organisation reports'),
  accept: z.array(acceptedSchema).max(200).default([]),
  reason: reasonSchema,
});

export const baselineAskedSchema = z.strictObject({
  baseline: baselineEntrySchema.describe('as it will stand in the register'),
  job: jobSchema,
});

const financialYear = 'a year from April to March, as 2025-26';
const financialYearSchema = z
  .string()
  .regex(/^(19|20)\d\d-\d\d$/, financialYear)
  .refine((text) => (Number(text.slice(0, 4)) + 1) % 100 === Number(text.slice(5)), financialYear)
  .describe(financialYear);

export const ericQuerySchema = z.strictObject({
  year: financialYearSchema,
  layout: financialYearSchema.optional().describe('headers of another collection year'),
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  type: listOf(z.enum(siteTypes), siteTypes.length).optional(),
  known_on: knownOnSchema,
  format: formatSchema,
});

/** A site: its keys here, and under the collection's own headers what it asks for. */
export const ericRowSchema = z
  .object({ site: z.string(), organisation: z.string(), site_type: z.enum(siteTypes) })
  .catchall(z.union([z.string(), z.number(), z.null()]))
  .meta({ id: 'EricRow' });

const ericReasonNames = Object.keys(ericReasons) as [EricReason, ...EricReason[]];

export const ericAnswerSchema = z.strictObject({
  year: z.string(),
  period: periodSchema,
  known_on: knownOnAnswerSchema,
  layout: z.string().describe('the collection year whose headers these are'),
  layout_title: z.string(),
  layout_standing: z.enum(['verified', 'quoted']),
  layout_source: z.string(),
  areas: z.string(),
  register_version: z.number().int(),
  notes: z.array(
    z.strictObject({
      site: z.string(),
      column: z.string(),
      why: z.enum(ericReasonNames),
      says: z.string(),
      detail: z.string().nullable(),
    }),
  ),
  quality: z
    .array(
      z.strictObject({
        site: z.string(),
        measured_share: standingShape.measured_share,
        measured_time_share: standingShape.measured_time_share,
        data_quality: standingShape.data_quality,
      }),
    )
    .describe('how well the energy of each row is known; the columns are those of the collection'),
  sites: z.array(ericRowSchema),
});

export const quarterlyQuerySchema = z.strictObject({
  quarter: quarterSchema,
  organisation: idListSchema.optional(),
  known_on: knownOnSchema,
  format: formatSchema,
});

const kWhSchema = z.number().nullable();

/** The answer of one organisation in one reading of the question. */
export const quarterlyRowSchema = z
  .strictObject({
    ...organisationShape,
    quarter: z.string(),
    reading: z.enum(returnReadings),
    answer: z
      .enum(answers)
      .describe('by what is proven: own generation, and what is retired or confirmed with evidence'),
    answer_as_promised: z.enum(answers).describe('if what is set aside is retired and what is promised comes true'),
    renewable_share: z.number().nullable(),
    renewable_as_promised_share: z.number().nullable(),
    missing: z.array(z.string()).describe('what stands between the answer and a yes'),
    sent_answer: z.enum(['yes', 'no']).nullable().describe('the answer that a person last recorded as sent'),
    sent_on: dateSchema.nullable(),
    sent_by: z.string().nullable(),
    electricity_bought_kwh: kWhSchema,
    own_renewable_used_kwh: kWhSchema,
    own_certificates_sold_kwh: kWhSchema,
    retired_kwh: kWhSchema.describe('of what was bought: covered, with evidence'),
    allocated_kwh: kWhSchema.describe('set aside, not yet retired'),
    contracted_kwh: kWhSchema.describe('promised'),
    uncovered_kwh: kWhSchema,
    fossil_fuel_kwh: kWhSchema,
    heat_bought_kwh: kWhSchema,
    other_renewable_fuel_kwh: kWhSchema,
    ...bucketShape,
    ...standingShape,
  })
  .meta({ id: 'QuarterlyAnswer' });

const evidenceSchema = z.strictObject({
  organisation: z.string(),
  by: z.enum(['certificates', 'contract']),
  id: z.string(),
  state: z.enum(coverStates),
  covers_kwh: z.number().describe('in the disclosure period to date'),
  surplus_kwh: z.number().describe('certificates that no use was left for; not carried on'),
  evidence: z.string().nullable(),
  excluded_because: z.string().nullable(),
  source: z.string(),
});

const sentShape = {
  organisation: z.string(),
  quarter: z.string().describe('as 2026-27-q1'),
  reading: z.enum(returnReadings),
  answer: z.enum(['yes', 'no']),
  sent_on: dateSchema,
};

export const sentReturnSchema = z
  .strictObject({
    act: z.number().int(),
    recorded_at: instantSchema,
    who: z.string(),
    ...sentShape,
    reason: z.string(),
    answer_then: z.enum(answers).describe('what was computed when it was recorded'),
    renewable_then_share: z.number().nullable(),
    register_version_then: z.number().int(),
  })
  .meta({ id: 'SentReturn', description: 'an answer that a person recorded as sent; kept for ever' });

export const quarterlyAnswerSchema = z.strictObject({
  question: z.string(),
  readings: z.record(z.enum(returnReadings), z.string()),
  quarter: z.string(),
  calendar_quarter: z.string(),
  period: periodSchema,
  disclosure_period: z.string(),
  known_on: knownOnAnswerSchema,
  cover_rule: z.string(),
  register_version: z.number().int(),
  evidence: z.array(evidenceSchema),
  sent: z.array(sentReturnSchema),
  answers: z.array(quarterlyRowSchema),
});

export const sentBodySchema = z.strictObject({
  organisation: idSchema,
  quarter: quarterSchema,
  reading: z.enum(returnReadings),
  answer: z.enum(['yes', 'no']),
  sent_on: z.iso.date().optional().describe('the London date it was sent on; today when absent'),
  reason: z.string().trim().min(3).max(limits.reasonCharacters),
});

export const sentAnswerSchema = z.strictObject({ sent: sentReturnSchema });
