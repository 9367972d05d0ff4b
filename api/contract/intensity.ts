import { z } from 'zod';
import { figureBuckets } from '../../domain/energy/buckets.ts';
import { utilities } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
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

export const figureQueryShape = {
  bucket: z.enum(figureBuckets).default('month').describe('rolling_year: the 12 months before each end of a month'),
  split: z.enum(['none', 'utility']).default('none').describe('utility: a row for each fuel instead of their sum'),
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  ...rangeShape,
  known_on: knownOnSchema,
  format: formatSchema,
};

export const intensityPlaces = ['site', 'building', 'organisation', 'estate'] as const;

export const intensityQuerySchema = z
  .strictObject({ by: z.enum(intensityPlaces).default('site'), ...figureQueryShape })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.month), always);

/** What a figure is of. */
export const placeShape = {
  place: z.string().describe('the id of the site, building or organisation; `estate` for all that the key may see'),
  place_name: z.string(),
  utility: z.enum(utilities).nullable().describe('null: all together'),
};

export const intensityRowSchema = z
  .strictObject({
    ...placeShape,
    source: z.enum(['purchased', 'own_renewable']).nullable().describe('with split=utility'),
    ...bucketShape,
    energy_kwh: z.number().nullable().describe('bought, and own renewable energy used; each kWh once'),
    gross_internal_area_m2: z.number().nullable().describe('weighted by the days on which it was valid'),
    intensity_kwh_per_m2: z.number().nullable(),
    occupied_area_m2: z.number().nullable().describe('null where the register does not say it of all sites'),
    intensity_kwh_per_occupied_m2: z.number().nullable(),
    heated_volume_m3: z.number().nullable().describe('null where the register does not say it of all sites'),
    delivered_gj_per_100m3: z.number().nullable().describe('bought, without own generation, per 100 m³ heated'),
    water_m3: z.number().nullable().describe('in the row of water, with split=utility'),
    water_m3_per_m2: z.number().nullable(),
    metered_area_share: shareSchema
      .nullable()
      .describe('of the gross internal area: where a counted meter buys this utility, or any energy; by days'),
    ...standingShape,
  })
  .meta({ id: 'Intensity' });

export const intensityAnswerSchema = z.strictObject({
  period: periodSchema,
  known_on: knownOnAnswerSchema,
  bucket: z.enum(figureBuckets),
  by: z.enum(intensityPlaces),
  register_version: z.number().int(),
  figures: z.array(intensityRowSchema),
});
