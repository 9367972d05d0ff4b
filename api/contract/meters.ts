import { z } from 'zod';
import { roles, technologies, utilities } from '../../domain/estate/estate.ts';
import { idSchema, readingKinds, readingQuantities } from '../../domain/readings/reading.ts';
import { unitNames } from '../../domain/units.ts';
import { dateSchema, idListSchema, instantSchema, listOf, nextCursorSchema, pageShape } from './vocabulary.ts';

export const metersQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  building: idListSchema.optional(),
  utility: listOf(z.enum(utilities), utilities.length).optional(),
  role: listOf(z.enum(roles), roles.length).optional(),
  ...pageShape,
});

export const meterParamsSchema = z.strictObject({ meter: idSchema });

const heardSchema = z.strictObject({
  quantity: z.enum(readingQuantities),
  kind: z.enum(readingKinds),
  at: instantSchema,
  value: z.number(),
  unit: z.enum(unitNames),
});

export const meterAnswerSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    site: z.string(),
    organisation: z.string(),
    building: z.string().nullable(),
    utility: z.enum(utilities),
    measures: z.enum(['active', 'reactive']),
    role: z.enum(roles),
    technology: z.enum(technologies).nullable(),
    parent: z.string().nullable(),
    end_use: z.string().nullable(),
    unit: z.enum(unitNames).describe("what the register's face counts"),
    serial: z.string().nullable(),
    mpan: z.string().nullable(),
    mprn: z.string().nullable(),
    expected_interval_s: z.number().int(),
    maximum_gap_s: z.number().int(),
    valid_from: dateSchema.nullable(),
    valid_to: dateSchema.nullable(),
    last_heard: instantSchema.nullable().describe('stamp of its newest reading; null when it was never heard'),
    newest: z.array(heardSchema).describe('the newest reading of each of its series'),
  })
  .meta({ id: 'Meter' });

export const metersAnswerSchema = z.strictObject({ meters: z.array(meterAnswerSchema), next_cursor: nextCursorSchema });
