import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { idSchema, readingKinds, readingQuantities } from '../../domain/readings/reading.ts';
import { unitNames } from '../../domain/units.ts';
import {
  always,
  checkRange,
  formatSchema,
  instantSchema,
  nextCursorSchema,
  pageShape,
  rangeShape,
} from './vocabulary.ts';

export const readingsQuerySchema = z
  .strictObject({
    meter: idSchema,
    quantity: z.enum(readingQuantities).optional(),
    kind: z.enum(readingKinds).optional(),
    ...rangeShape,
    ...pageShape,
    format: formatSchema,
  })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.day), always);

export const readingAnswerSchema = z
  .strictObject({
    meter: z.string(),
    quantity: z.enum(readingQuantities),
    kind: z.enum(readingKinds),
    at: instantSchema,
    value: z.number().describe('registers and intervals as the face of the meter shows them, multiplier not applied'),
    unit: z.enum(unitNames),
    period_s: z.number().int().describe('length of an interval; 0 for the other kinds'),
    received: instantSchema,
  })
  .meta({ id: 'Reading' });

export const readingsAnswerSchema = z.strictObject({
  readings: z.array(readingAnswerSchema),
  next_cursor: nextCursorSchema,
});
