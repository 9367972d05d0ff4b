import { z } from 'zod';
import { utilities } from '../../domain/estate/estate.ts';
import { activityNames, standings } from '../../domain/carbon/factors.ts';
import { boundaryIds, factorYearMethods } from '../../domain/carbon/reporting.ts';
import { figureBuckets } from '../../domain/energy/buckets.ts';
import { dataQualities } from '../../domain/energy/figure.ts';
import { limits } from '../../domain/limits.ts';
import { bucketShape, standingShape } from './figures.ts';
import { figureQueryShape, placeShape } from './intensity.ts';
import {
  always,
  checkRange,
  countSchema,
  dateSchema,
  formatSchema,
  idListSchema,
  knownOnAnswerSchema,
  knownOnSchema,
  periodSchema,
  rangeShape,
  shareSchema,
} from './vocabulary.ts';

export const carbonPlaces = ['site', 'organisation', 'estate'] as const;

/** How carbon is to be reckoned, where it is not to be as the register says. */
export const accountingQueryShape = {
  boundary: z.enum(boundaryIds).optional().describe('as the register says, where it is not given'),
  factor_year: z
    .enum(factorYearMethods)
    .optional()
    .describe('which yearly set of factors is used: that of the calendar year, of most of the reporting year, a blend'),
  year_starts: countSchema(1, 12).optional().describe('the month in which a reporting year starts: 4 for April'),
};

export const carbonQuerySchema = z
  .strictObject({
    by: z.enum(carbonPlaces).default('site'),
    ...figureQueryShape,
    split: z
      .enum(['none', 'scope', 'activity', 'utility'])
      .default('none')
      .describe('a row for each scope, each activity of each utility, or each utility, instead of their sum'),
    ...accountingQueryShape,
  })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.month), always);

const scopeSchema = z.union([z.literal(1), z.literal(2), z.literal(3)]);

export const carbonRowSchema = z
  .strictObject({
    ...placeShape,
    scope: scopeSchema.nullable().describe('null: all together'),
    activity: z.enum(activityNames).nullable().describe('null: all together'),
    ...bucketShape,
    energy_kwh: z
      .number()
      .nullable()
      .describe(
        'bought; own renewable energy has no emissions. With split=activity the same kWh stands beside each activity',
      ),
    volume_m3: z.number().nullable().describe('water delivered, or with the activity treatment returned to the sewer'),
    emissions_kgco2e: z.number().nullable().describe('of what is metered; null where a factor is not known'),
    scope_1_kgco2e: z.number().nullable(),
    scope_2_kgco2e: z.number().nullable(),
    scope_3_kgco2e: z.number().nullable().describe('null where the boundary has nothing of it'),
    emissions_market_kgco2e: z
      .number()
      .nullable()
      .describe('market-based, beside the location-based figure: electricity by certificates and contracts retired'),
    emissions_market_expected_kgco2e: z.number().nullable().describe('if all that is promised comes and is retired'),
    scope_2_market_kgco2e: z.number().nullable(),
    market_cover_share: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('of the electricity bought, what is covered with evidence; matched over the disclosure period to date'),
    residual_mix_unavailable: z
      .boolean()
      .nullable()
      .describe('the average of the grid stands in for a residual mix that nobody has written down'),
    factor_sets: z.array(z.string()),
    factor_standing: z.enum(standings).nullable().describe('the weakest of those used'),
    modelled_energy_kwh: z
      .number()
      .nullable()
      .describe('of sites without a meter, from a benchmark: in no other column'),
    modelled_emissions_kgco2e: z.number().nullable(),
    modelled_data_quality: z.enum(['RC']).nullable().describe(`RC: ${dataQualities.RC}`),
    ...standingShape,
  })
  .meta({ id: 'Carbon' });

const factorSchema = z.strictObject({
  utility: z.enum(utilities),
  activity: z.string(),
  scope: z.number().int(),
  set: z.string(),
  factor_kgco2e: z.number().describe('per kWh of gross calorific value, or m³ of water'),
  per: z.enum(['kWh', 'm3']),
  valid_from: dateSchema,
  valid_to: dateSchema,
  standing: z.enum(standings),
  source: z.string(),
});

/** How carbon was reckoned, as every answer prints it. */
export const accountingShape = {
  boundary: z.enum(boundaryIds),
  boundary_name: z.string(),
  boundary_source: z.string(),
  factor_year_method: z.enum(factorYearMethods),
  year_starts: z.number().int().describe('month'),
  factor_years: z
    .array(
      z.strictObject({
        from: dateSchema,
        to: dateSchema.describe('the last date of it'),
        sets: z.array(z.strictObject({ set: z.string(), share: z.number() })),
      }),
    )
    .describe('which sets of factors what is used from a date to another is given, and how much of each'),
};

export const carbonAnswerSchema = z.strictObject({
  period: periodSchema,
  known_on: knownOnAnswerSchema,
  bucket: z.enum(figureBuckets),
  by: z.enum(carbonPlaces),
  register_version: z.number().int(),
  ...accountingShape,
  factors: z.array(factorSchema).describe('every factor used, with where it comes from'),
  figures: z.array(carbonRowSchema),
});

export const carbonChangeQuerySchema = z
  .strictObject({
    by: z.enum(carbonPlaces).default('estate'),
    split: z.enum(['none', 'utility']).default('none').describe('utility: a row for each utility'),
    organisation: idListSchema.optional(),
    site: idListSchema.optional(),
    ...rangeShape,
    against: dateSchema
      .optional()
      .describe('the first date of as many months to compare with; without it, the same months of the year before'),
    ...accountingQueryShape,
    known_on: knownOnSchema,
    format: formatSchema,
  })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.month), always);

const kilograms = (says: string) => z.number().nullable().describe(says);

export const carbonChangeRowSchema = z
  .strictObject({
    ...placeShape,
    emissions_before_kgco2e: kilograms('of the months compared with'),
    emissions_after_kgco2e: kilograms('of the months asked for'),
    change_kgco2e: kilograms('the sum of the five that follow'),
    change_in_use_kgco2e: kilograms(
      'what was used more or less, at the factors of before: a saving where it is below 0',
    ),
    change_of_factors_kgco2e: kilograms('what other factor sets made of the same use: a greener grid, not a saving'),
    sites_joined_kgco2e: kilograms('of sites that opened, or that came to be reported by the place'),
    sites_left_kgco2e: kilograms('of sites that closed, or that ceased to be'),
    change_of_data_kgco2e: kilograms('of what was known in only one of two months'),
    measured_share_before: shareSchema.nullable(),
    measured_share_after: shareSchema.nullable(),
    data_quality_before: z.enum(['OC', 'SC']).nullable(),
    data_quality_after: z.enum(['OC', 'SC']).nullable(),
    status: standingShape.status,
    partial_because: standingShape.partial_because,
    warnings: standingShape.warnings,
  })
  .meta({ id: 'CarbonChange' });

export const carbonChangeAnswerSchema = z.strictObject({
  period: periodSchema.describe('whole months that are over'),
  against: periodSchema,
  known_on: knownOnAnswerSchema,
  by: z.enum(carbonPlaces),
  register_version: z.number().int(),
  method: z.string(),
  ...accountingShape,
  figures: z.array(carbonChangeRowSchema),
});
