import { z } from 'zod';
import { observedQuantities } from '../../domain/observed/register.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { bucketShape } from './figures.ts';
import {
  always,
  checkRange,
  dateSchema,
  formatSchema,
  instantSchema,
  periodSchema,
  rangeShape,
  shareSchema,
} from './vocabulary.ts';

const quantities = Object.keys(observedQuantities) as [
  keyof typeof observedQuantities,
  ...(keyof typeof observedQuantities)[],
];

export const observedListQuerySchema = z.strictObject({
  quantity: z.enum(quantities).optional(),
  format: formatSchema,
});

export const observedRowSchema = z
  .strictObject({
    id: idSchema,
    name: z.string(),
    quantity: z.enum(quantities),
    unit: z.string(),
    region: z.string().nullable().describe('of the grid: national, or the number of a region, where it is fetched'),
    topic: z.string().nullable(),
    source: z.string().describe('who says it'),
    valid_from: dateSchema.nullable(),
    valid_to: dateSchema.nullable(),
    last_fetch_at: instantSchema
      .nullable()
      .describe('of a series with a region: when it was last tried; null where it never was, as without a service'),
    not_fetched_because: z.string().nullable().describe('why nothing came at that time; null where it did'),
    last_at: instantSchema.nullable().describe('of the newest value that is no forecast'),
    last_value: z.number().nullable(),
    last_forecast_at: instantSchema.nullable(),
    known_share: shareSchema.nullable().describe('of the half-hours of the last seven days; null before it is valid'),
    forecast_share: shareSchema.nullable().describe('of those half-hours: only a forecast is known'),
  })
  .meta({ id: 'Observed' });

export const observedListAnswerSchema = z.strictObject({ observed: z.array(observedRowSchema) });

export const observedParamsSchema = z.strictObject({ series: idSchema });
export const observedBuckets = ['half_hour', 'day', 'month'] as const;
export const observedValuesQuerySchema = z
  .strictObject({ bucket: z.enum(observedBuckets).default('half_hour'), ...rangeShape, format: formatSchema })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays[value.bucket]), always);

export const observedValueSchema = z
  .strictObject({
    ...bucketShape,
    value: z.number().nullable().describe('the mean of a level, the sum of an amount, of what is known; in `unit`'),
    forecast: z.number().nullable().describe('the same of what was forecast for these half-hours; never in `value`'),
    lowest: z.number().nullable(),
    highest: z.number().nullable(),
    half_hours: z.number().int(),
    known_half_hours: z.number().int(),
  })
  .meta({ id: 'ObservedValue' });

export const observedValuesAnswerSchema = z.strictObject({
  series: idSchema,
  quantity: z.enum(quantities),
  unit: z.string(),
  source: z.string(),
  period: periodSchema,
  bucket: z.enum(observedBuckets),
  register_version: z.number().int(),
  values: z.array(observedValueSchema),
});
