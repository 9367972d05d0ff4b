import { z } from 'zod';
import { idSchema } from '../../domain/readings/reading.ts';
import { instantSchema } from './vocabulary.ts';

export const keyRoles = ['read', 'operate', 'procurement', 'admin'] as const;

export const keyRequestSchema = z.strictObject({
  name: z.string().min(1).max(120).describe('who or what uses it'),
  role: z.enum(keyRoles),
  organisations: z.array(idSchema).max(1_000).default([]).describe('with `sites` empty too: all'),
  sites: z.array(idSchema).max(1_000).default([]),
});

export const keyParamsSchema = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{12}$/, 'the id of a key, 12 hex digits'),
});

const keyShape = {
  id: z.string(),
  name: z.string(),
  role: z.enum(keyRoles),
  organisations: z.array(z.string()),
  sites: z.array(z.string()),
  created: instantSchema,
  revoked: instantSchema.nullable(),
};
export const keyAnswerSchema = z.strictObject(keyShape).meta({ id: 'Key' });
export const keysAnswerSchema = z.strictObject({ keys: z.array(keyAnswerSchema) });
export const keyMadeAnswerSchema = z
  .strictObject({ ...keyShape, secret: z.string().describe('the whole key; it is shown this once') })
  .meta({ id: 'KeyMade' });
