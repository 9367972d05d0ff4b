import { z } from 'zod';
import { families } from '../../domain/alerts/causes.ts';
import { alertKindNames } from '../../domain/alerts/kinds.ts';
import { utilities } from '../../domain/estate/estate.ts';
import { readingKinds, readingQuantities } from '../../domain/readings/reading.ts';
import { unitNames } from '../../domain/units.ts';
import { alertEventSchema, alertSchema } from './alerts.ts';
import { idListSchema, instantSchema } from './vocabulary.ts';

export const liveQuerySchema = z.strictObject({ site: idListSchema.optional() });

/** Data of an event `reading`: the newest reading of a series. */
export const liveReadingSchema = z.strictObject({
  meter: z.string(),
  site: z.string(),
  utility: z.enum(utilities),
  quantity: z.enum(readingQuantities),
  kind: z.enum(readingKinds),
  at: instantSchema,
  value: z.number(),
  unit: z.enum(unitNames),
});

/** Data of an event `half-hours`: the half-hours of a meter in this span were worked out; ask for them anew. */
export const liveHalfHoursSchema = z.strictObject({
  meter: z.string(),
  site: z.string(),
  utility: z.enum(utilities),
  from: instantSchema,
  to: instantSchema,
});

/** Data of an event `alert`: something happened to an alert. */
export const liveAlertSchema = alertEventSchema.extend({
  alert: z.string(),
  site: z.string(),
  family: z.enum(families),
  kind: z.enum(alertKindNames),
  state: alertSchema.shape.state,
  severity: alertSchema.shape.severity,
  cost_gbp_per_week: alertSchema.shape.cost_gbp_per_week,
});

/** The schema of each event's data. */
export const liveEvents = {
  reading: liveReadingSchema,
  'half-hours': liveHalfHoursSchema,
  alert: liveAlertSchema,
} as const;
