import { z } from 'zod';
import { acts, type ActKind } from '../../domain/acts.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { countSchema, instantSchema, listOf, nextCursorSchema, rowCursorSchema } from './vocabulary.ts';

const kinds = Object.keys(acts) as [ActKind, ...ActKind[]];

export const actsQuerySchema = z.strictObject({
  meter: idSchema.optional(),
  kind: listOf(z.enum(kinds), kinds.length).optional(),
  limit: countSchema(1, 1_000).default(100),
  cursor: rowCursorSchema.optional(),
});

export const actSchema = z
  .strictObject({
    id: z.number().int(),
    at: instantSchema,
    who: z.string().describe('name of the API key, or `local`'),
    kind: z.enum(kinds),
    says: z.string(),
    meter: z.string().nullable(),
    reason: z.string(),
    detail: z.unknown(),
  })
  .meta({ id: 'Act', description: 'something a person did; kept for ever' });

export const actsAnswerSchema = z.strictObject({ acts: z.array(actSchema), next_cursor: nextCursorSchema });
