import { z } from 'zod';
import { siteTypes } from '../../domain/estate/estate.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { dateSchema, idListSchema, listOf, nextCursorSchema, pageShape } from './vocabulary.ts';

export const sitesQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  type: listOf(z.enum(siteTypes), siteTypes.length).optional(),
  ...pageShape,
});

export const siteParamsSchema = z.strictObject({ site: idSchema });

const datedAreaSchema = z.array(z.strictObject({ from: dateSchema, value_m2: z.number() }));

const siteShape = {
  id: z.string(),
  name: z.string(),
  organisation: z.string(),
  type: z.enum(siteTypes),
  valid_from: dateSchema.nullable(),
  valid_to: dateSchema.nullable(),
  gross_internal_area_m2: z.number().nullable().describe('on the day of the answer; null when the site is not open'),
  postcode_area: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  meters: z.number().int().describe('how many meters hang on it'),
};

export const siteSummarySchema = z.strictObject(siteShape).meta({ id: 'SiteSummary' });
export const sitesAnswerSchema = z.strictObject({ sites: z.array(siteSummarySchema), next_cursor: nextCursorSchema });

export const siteAnswerSchema = z
  .strictObject({
    ...siteShape,
    gross_internal_areas: datedAreaSchema.describe('each holds until the next'),
    occupied_areas: datedAreaSchema,
    buildings: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        gross_internal_areas: datedAreaSchema,
        meters: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'Site' });
