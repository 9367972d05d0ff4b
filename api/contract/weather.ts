import { z } from 'zod';
import { bucketNames } from '../../domain/time.ts';
import { utilities } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { degreeDayMethodNames, publishedBases } from '../../domain/weather/degree-days.ts';
import { type FitCriterionName, fitCriteria } from '../../domain/weather/fit-criteria.ts';
import { pointLengths } from '../../domain/weather/signature.ts';
import { standardYearIds } from '../../domain/weather/standard-year.ts';
import { bucketShape, standingShape } from './figures.ts';
import {
  always,
  checkRange,
  dateSchema,
  formatSchema,
  idListSchema,
  instantSchema,
  knownOnAnswerSchema,
  knownOnSchema,
  listOf,
  momentSchema,
  periodSchema,
  rangeShape,
} from './vocabulary.ts';

const energyUtilities = utilities.filter((utility) => utility !== 'water');
const most = limits.rangeDays.day;
const degreeDays = z
  .number()
  .nullable()
  .describe('°C·day; days that are not known, a tenth at most, as the mean of the others');
const basisShape = {
  method: z.enum(degreeDayMethodNames),
  base_degc: z.number(),
};

// Degree days
const degreeDayBuckets = ['day', 'month', 'year', 'financial_year', 'whole'] as const satisfies readonly (
  | 'whole'
  | (typeof bucketNames)[number]
)[];

export const degreeDaysQuerySchema = z
  .strictObject({
    site: idListSchema.optional(),
    organisation: idListSchema.optional(),
    bucket: z.enum(degreeDayBuckets).default('month'),
    method: z.enum(degreeDayMethodNames).optional().describe('instead of that of the register'),
    base_degc: z
      .enum(publishedBases.map(String))
      .transform(Number)
      .optional()
      .describe('instead of that of the register'),
    standard: z
      .enum(['register', 'none', ...standardYearIds])
      .default('register')
      .describe('refused where it was not made by the same method and base'),
    ...rangeShape,
    known_on: knownOnSchema,
    format: formatSchema,
  })
  .superRefine((value, context) => checkRange(value, context, most), always);

export const degreeDaysRowSchema = z
  .strictObject({
    site: z.string(),
    site_name: z.string(),
    temperatures: z.array(z.string()).describe('the observed series: one read through the day, or highest and lowest'),
    ...basisShape,
    ...bucketShape,
    days: z.number().int(),
    known_days: z.number().int(),
    degree_days: degreeDays,
    standard_degree_days: z.number().nullable().describe('of the same days in the standard year'),
    status: standingShape.status,
    partial_because: standingShape.partial_because,
  })
  .meta({ id: 'DegreeDays' });

const standardYearSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  region: z.string(),
  ...basisShape,
  degree_days_by_month: z.array(z.number()),
  standing: z.enum(['confirmed', 'quoted']).describe('quoted: the table or its method was not seen in print'),
  source: z.string(),
  licence: z.string(),
});

export const degreeDaysAnswerSchema = z.strictObject({
  period: periodSchema,
  known_on: knownOnAnswerSchema,
  bucket: z.enum(degreeDayBuckets),
  register_version: z.number().int(),
  standard_years: z.array(standardYearSchema),
  degree_days: z.array(degreeDaysRowSchema),
});

// Energy signatures
const useShape = {
  by: z.enum(['site', 'meter']).default('site'),
  site: idListSchema.optional(),
  organisation: idListSchema.optional(),
  meter: idListSchema.optional().describe('with by=meter'),
  utility: listOf(z.enum(energyUtilities), energyUtilities.length)
    .optional()
    .describe('otherwise what heats the site: fuel and bought heat, or what the register says'),
  points: z.enum(pointLengths).default('month'),
  base: z.enum(['register', 'search']).default('register').describe('search: the base of 8 to 20 °C that fits best'),
  known_on: knownOnSchema,
};

export const signatureQuerySchema = z
  .strictObject({ ...useShape, ...rangeShape, format: formatSchema })
  .superRefine((value, context) => checkRange(value, context, most), always);

const criterionNames = Object.keys(fitCriteria) as [FitCriterionName, ...FitCriterionName[]];

const placeShape = {
  place: z.string().describe('the id of the site or meter'),
  place_name: z.string(),
  site: z.string(),
  utility: z.enum(utilities),
};

export const signatureRowSchema = z
  .strictObject({
    ...placeShape,
    from: instantSchema,
    to: instantSchema,
    local_date: dateSchema,
    points: z.enum(pointLengths),
    point_count: z.number().int().describe('n'),
    points_asked: z.number().int().describe('those that are not whole are left out'),
    temperatures: z.array(z.string()),
    ...basisShape,
    relation: z.enum(['heating', 'none']).describe('none: use does not follow the weather, and no line is told'),
    says: z.string().describe('the answer as a sentence'),
    refused: z.array(z.enum(criterionNames)).describe('why there is no relation'),
    doubts: z.array(z.enum(criterionNames)).describe('what is not as good as it should be'),
    baseload_kwh_per_day: z.number().nullable(),
    baseload_error_kwh_per_day: z.number().nullable().describe('one standard error'),
    slope_kwh_per_degree_day: z.number().nullable(),
    slope_error_kwh_per_degree_day: z.number().nullable().describe('one standard error'),
    r_squared: z.number().nullable(),
    adjusted_r_squared: z.number().nullable(),
    rmse_kwh_per_day: z.number().nullable().describe('by n − 2'),
    cv_rmse: z.number().nullable().describe('a fraction of the mean'),
    mean_kwh_per_day: z.number().nullable(),
    heating_efficiency: z.number().nullable().describe('of the register; without it no heat loss is told'),
    heat_loss_w_per_k: z.number().nullable(),
    ...standingShape,
  })
  .meta({ id: 'EnergySignature' });

export const signatureAnswerSchema = z.strictObject({
  period: periodSchema,
  known_on: knownOnAnswerSchema,
  register_version: z.number().int(),
  criteria: z
    .array(
      z.strictObject({
        criterion: z.enum(criterionNames),
        effect: z.enum(['refuses', 'doubts']),
        says: z.string(),
        least: z.number().nullable(),
        most: z.number().nullable(),
        unit: z.string(),
        source: z.string(),
        standing: z.enum(['confirmed', 'quoted']),
      }),
    )
    .describe('what is asked of a fit, and who asks it'),
  signatures: z.array(signatureRowSchema),
});

// CUSUM
export const cusumQuerySchema = z
  .strictObject({
    ...useShape,
    baseline_from: momentSchema.describe('the period whose signature says what is expected'),
    baseline_to: momentSchema,
    ...rangeShape,
    format: formatSchema,
  })
  .superRefine((value, context) => {
    checkRange(value, context, most);
    const { baseline_from: from, baseline_to: to } = value;
    checkRange({ from, to }, context, most, 'baseline_');
  }, always);

export const cusumRowSchema = z
  .strictObject({
    ...placeShape,
    ...bucketShape,
    days: z.number().int(),
    degree_days: degreeDays,
    actual_kwh: z.number().nullable(),
    expected_kwh: z.number().nullable(),
    difference_kwh: z.number().nullable(),
    cumulative_kwh: z.number().nullable().describe('null from the first bucket on that is not known'),
    status: standingShape.status,
    partial_because: standingShape.partial_because,
  })
  .meta({ id: 'Cusum' });

export const cusumAnswerSchema = z.strictObject({
  period: periodSchema,
  baseline_period: periodSchema,
  known_on: knownOnAnswerSchema,
  register_version: z.number().int(),
  baselines: z.array(signatureRowSchema),
  cusum: z.array(cusumRowSchema),
});
