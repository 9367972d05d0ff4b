import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { bucketShape, standingShape } from './figures.ts';
import {
  always,
  checkRange,
  formatSchema,
  idListSchema,
  knownOnAnswerSchema,
  knownOnSchema,
  periodSchema,
  rangeShape,
  shareSchema,
} from './vocabulary.ts';

export const matchingBuckets = ['half_hour', 'day', 'month', 'year', 'financial_year', 'whole'] as const;
export const matchingPlaces = ['site', 'organisation', 'estate'] as const;

const queryShape = {
  bucket: z.enum(matchingBuckets).default('month'),
  by: z.enum(matchingPlaces).default('site'),
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  ...rangeShape,
  known_on: knownOnSchema.describe(
    'a London date: as known at its end, by the register of then. What half-hours were is not kept: those of a day ' +
      'that changed since are not compared',
  ),
  format: formatSchema,
};

function checkHalfHours(value: unknown, context: z.RefinementCtx): void {
  checkRange(value, context, limits.rangeDays.half_hour);
}

export const matchingQuerySchema = z
  .strictObject({
    ...queryShape,
    certificates: z
      .enum(['retired', 'allocated'])
      .default('retired')
      .describe('retired: those retired for the organisation; allocated: those set aside for it as well'),
    grid_share: idSchema.optional().describe('series of how much of the grid is carbon-free; the only one when absent'),
  })
  .superRefine(checkHalfHours, always);

const placeShape = {
  place: z.string().describe('the id of the site or organisation; `estate` for all that the key may see'),
  place_name: z.string(),
};

const { measured_time_share: timeShare, measured_share: _, ...plainStanding } = standingShape;

export const matchingRowSchema = z
  .strictObject({
    ...placeShape,
    ...bucketShape,
    use_kwh: z.number().nullable().describe('electricity bought and own renewable used, in the half-hours compared'),
    matched_own_kwh: z.number().nullable(),
    matched_contract_kwh: z.number().nullable(),
    matched_certificates_kwh: z.number().nullable(),
    excess_kwh: z.number().nullable().describe('generated beyond the use of its half-hour; not carried to another'),
    matched_share: shareSchema.nullable().describe('of the use, matched in its own half-hour'),
    volume_share: shareSchema.nullable().describe('what an annual claim would say of the same kWh; never less'),
    carbon_free_share: shareSchema
      .nullable()
      .describe(
        '24/7 carbon-free score, where the share of the grid is known: matched, and the grid’s share of the rest',
      ),
    half_hours: z.number().int().describe('half-hours of use: one of two sites is two'),
    compared_half_hours: z.number().int(),
    grid_half_hours: z.number().int().describe('of those compared, with the share of the grid'),
    ...plainStanding,
    known_time_share: timeShare,
  })
  .meta({ id: 'Matching' });

export const matchingAnswerSchema = z.strictObject({
  period: periodSchema,
  known_on: knownOnAnswerSchema,
  bucket: z.enum(matchingBuckets),
  by: z.enum(matchingPlaces),
  certificates: z.enum(['retired', 'allocated']),
  grid_share: z.string().nullable(),
  register_version: z.number().int(),
  claims: z.array(
    z.strictObject({
      of: idSchema,
      source: z.enum(['contract', 'certificates']),
      profile: idSchema,
      profile_name: z.string(),
      spread: z.string().describe('where its half-hours come from: observed, or a declared shape'),
    }),
  ),
  unmatched: z.array(z.strictObject({ of: idSchema, because: z.string() })).describe('claims without half-hours'),
  figures: z.array(matchingRowSchema),
});

export const gridCarbonQuerySchema = z
  .strictObject({
    ...queryShape,
    intensity: idSchema.optional().describe('series of the carbon intensity of a grid; the only one when absent'),
  })
  .superRefine(checkHalfHours, always);

export const gridCarbonRowSchema = z
  .strictObject({
    ...placeShape,
    ...bucketShape,
    bought_kwh: z.number().nullable().describe('electricity bought in the half-hours that are known both ways'),
    carbon_kgco2: z.number().nullable().describe('CO2 of generation alone; never one of the annual kgCO2e'),
    intensity_gco2_per_kwh: z.number().nullable().describe('weighted by use'),
    half_hours: z.number().int(),
    known_half_hours: z.number().int(),
    forecast_half_hours: z.number().int().describe('of those known: the intensity is a forecast'),
    ...plainStanding,
    known_time_share: timeShare,
  })
  .meta({ id: 'GridCarbon' });

export const gridCarbonAnswerSchema = z.strictObject({
  period: periodSchema,
  known_on: knownOnAnswerSchema,
  bucket: z.enum(matchingBuckets),
  by: z.enum(matchingPlaces),
  says: z.string().describe('what these figures are, and what they are not'),
  intensity: idSchema,
  source: z.string(),
  register_version: z.number().int(),
  figures: z.array(gridCarbonRowSchema),
});
