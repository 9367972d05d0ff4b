import { z } from 'zod';
import { utilities } from '../../domain/estate/estate.ts';
import { standings } from '../../domain/carbon/factors.ts';
import { factorYearMethods } from '../../domain/carbon/reporting.ts';
import { figureBuckets } from '../../domain/energy/buckets.ts';
import { limits } from '../../domain/limits.ts';
import { bucketShape, standingShape } from './figures.ts';
import { figureQueryShape, placeShape } from './intensity.ts';
import { always, checkRange, dateSchema, periodSchema } from './vocabulary.ts';

export const carbonPlaces = ['site', 'organisation', 'estate'] as const;

export const carbonQuerySchema = z
  .strictObject({ by: z.enum(carbonPlaces).default('site'), ...figureQueryShape })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.month), always);

export const carbonRowSchema = z
  .strictObject({
    ...placeShape,
    ...bucketShape,
    energy_kwh: z.number().nullable().describe('bought; own renewable energy has no emissions'),
    emissions_kgco2e: z.number().nullable().describe('null where a factor is not known'),
    scope_1_kgco2e: z.number().nullable(),
    scope_2_kgco2e: z.number().nullable(),
    factor_sets: z.array(z.string()),
    factor_standing: z.enum(standings).nullable().describe('the weakest of those used'),
    ...standingShape,
  })
  .meta({ id: 'Carbon' });

const factorSchema = z.strictObject({
  utility: z.enum(utilities),
  activity: z.string(),
  scope: z.number().int(),
  set: z.string(),
  factor_kgco2e_per_kwh: z.number(),
  valid_from: dateSchema,
  valid_to: dateSchema,
  standing: z.enum(standings),
  source: z.string(),
});

export const carbonAnswerSchema = z.strictObject({
  period: periodSchema,
  known_on: dateSchema.nullable().describe('as known at the end of this London date; null: now'),
  bucket: z.enum(figureBuckets),
  by: z.enum(carbonPlaces),
  register_version: z.number().int(),
  boundary: z.string(),
  factor_year_method: z.enum(factorYearMethods),
  factors: z.array(factorSchema).describe('every factor used, with where it comes from'),
  figures: z.array(carbonRowSchema),
});
