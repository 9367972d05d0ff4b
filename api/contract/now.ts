import { z } from 'zod';
import { utilities } from '../../domain/estate/estate.ts';
import { formatSchema, idListSchema, instantSchema } from './vocabulary.ts';

export const nowQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  format: formatSchema,
});

export const siteNowSchema = z
  .strictObject({
    site: z.string(),
    utility: z.enum(utilities),
    power_kw: z.number().nullable().describe('of energy; null while a meter that belongs to it is not known'),
    usual_power_kw: z
      .number()
      .nullable()
      .describe('the mean of this half-hour of the week, four weeks back; null where fewer than two are known'),
    flow_m3_per_h: z.number().nullable().describe('of water'),
    usual_flow_m3_per_h: z.number().nullable(),
    oldest: instantSchema
      .nullable()
      .describe('the oldest moment in it: a meter that says no power stands with the end of its last half-hour'),
    heard_meters: z.number().int().describe('of the meters that count, those heard within twice their interval'),
    silent_meters: z.number().int().describe('the others of them'),
    unknown_meters: z.array(z.string()).describe('for want of which it is null, as far as the caller may see them'),
  })
  .meta({ id: 'SiteNow', description: 'what a site uses of one utility now: bought and made there, less what leaves' });

export const nowAnswerSchema = z.strictObject({
  at: instantSchema,
  register_version: z.number().int(),
  sites: z.array(siteNowSchema),
});
