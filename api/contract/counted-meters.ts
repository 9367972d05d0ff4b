import { z } from 'zod';
import { exclusions, type Exclusion } from '../../domain/energy/counted-meters.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { dateSchema } from './vocabulary.ts';

export const countedMetersQuerySchema = z.strictObject({
  on: z.iso.date().optional().describe('a London date; today without it'),
});

export const countedMetersParamsSchema = z.strictObject({ site: idSchema });

export const countedMetersAnswerSchema = z.strictObject({
  site: z.string(),
  on: dateSchema,
  counted: z.array(
    z.strictObject({
      meter: z.string(),
      as: z.enum(['purchased', 'own_renewable', 'export']),
      times: z.union([z.literal(1), z.literal(-1)]).describe('-1: taken off, because it leaves the site'),
    }),
  ),
  left_out: z.array(
    z.strictObject({
      meter: z.string(),
      why: z.enum(Object.keys(exclusions) as Exclusion[]),
      says: z.string(),
      because: z.string().nullable().describe('the meter that is counted in its stead'),
    }),
  ),
});
