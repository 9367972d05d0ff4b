import { z } from 'zod';
import { idSchema } from '../../domain/readings/reading.ts';
import { actSchema } from './acts.ts';
import { findingSchema } from './diagnosis.ts';
import { dateSchema, instantSchema, momentSchema } from './vocabulary.ts';

export const explainHalfHourQuerySchema = z.strictObject({
  meter: idSchema,
  at: momentSchema.describe('an instant in the half-hour; a London date is its first'),
});
export const explainDayQuerySchema = z.strictObject({
  meter: idSchema,
  date: z.iso.date().describe('a London date'),
});

export const explainedHalfHourSchema = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  energy_kwh: z.number().nullable(),
  volume_m3: z.number().nullable(),
  quality: z.enum(['measured', 'estimated', 'missing']),
  rule: z.string().nullable().describe('null where nothing was ever worked out'),
  says: z.string().nullable().describe('what the rule means'),
  register_version: z.number().nullable().describe('version of the estate register it was worked out with'),
});

const readingSchema = z.strictObject({
  at: instantSchema,
  value: z.number(),
  unit: z.string(),
  kind: z.string(),
  period_s: z.number(),
  received: instantSchema,
  believed: z.boolean(),
  rule: z.string().nullable().describe('why it is not believed'),
  says: z.string().nullable(),
});

export const conversionSchema = z.strictObject({
  multiplier: z.number().nullable(),
  multiplier_from: dateSchema.nullable(),
  counted_unit: z.string().describe('what one count × multiplier is'),
  energy_kwh_per_count: z.number().nullable(),
  volume_m3_per_count: z.number().nullable(),
  calorific_value_mj_per_m3: z.number().nullable(),
  calorific_value_source: z.string().nullable(),
  // What was signed before these were told has none.
  volume_correction: z.number().nullable().optional().describe('of gas: metered m³ × this are standard m³'),
  energy_content_kwh: z.number().nullable().optional().describe('of a fuel that is delivered'),
  energy_content_per: z.string().nullable().optional(),
  energy_content_source: z.string().nullable().optional(),
});

export const gapSchema = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  energy_kwh: z.number().nullable(),
  volume_m3: z.number().nullable(),
});

const shared = {
  meter: z.string(),
  unit: z.string().describe('what the face counts'),
  conversion: conversionSchema,
  gaps: z.array(gapSchema).describe('rows of missing half-hours with a known total that the period lies in'),
  parts: z
    .array(
      z.strictObject({
        meter: z.string(),
        times: z.number(),
        energy_kwh: z.number().nullable(),
        volume_m3: z.number().nullable(),
        missing_half_hours: z.number().int(),
      }),
    )
    .describe('what a virtual meter is made of'),
  rulings: z.array(actSchema.extend({ stands: z.boolean() })).describe('what people decided about this time'),
  exchanges: z.array(actSchema).describe('exchanges of the meter that people recorded'),
  superseded: z
    .array(
      z.strictObject({
        at: instantSchema,
        series: z.string(),
        before: z.number(),
        after: z.number(),
        replaced: instantSchema,
      }),
    )
    .describe('readings that came again with another value'),
  findings: z.array(findingSchema).describe('what was wrong with the meter then'),
};

export const halfHourExplanationSchema = z.strictObject({
  ...shared,
  half_hour: explainedHalfHourSchema,
  readings: z.array(readingSchema).describe('those in it, and the nearest on both sides'),
});
export const dayExplanationSchema = z.strictObject({
  ...shared,
  date: dateSchema,
  half_hours: z.array(explainedHalfHourSchema),
});
