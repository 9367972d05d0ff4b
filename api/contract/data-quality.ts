import { z } from 'zod';
import { utilities } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import {
  always,
  checkRange,
  dateSchema,
  formatSchema,
  idListSchema,
  instantSchema,
  listOf,
  periodSchema,
  rangeShape,
  shareSchema,
} from './vocabulary.ts';

const meterFilterShape = {
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  building: idListSchema.optional(),
  meter: idListSchema.optional(),
  utility: listOf(z.enum(utilities), utilities.length).optional(),
};

export const dataQualityQuerySchema = z
  .strictObject({ ...meterFilterShape, ...rangeShape, format: formatSchema })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.day), always);

export const dataQualityRowSchema = z
  .strictObject({
    meter: z.string(),
    site: z.string(),
    utility: z.enum(utilities),
    half_hours: z.number().describe('that could have been read: the meter was valid, and they are over'),
    measured_half_hours: z.number(),
    estimated_half_hours: z.number(),
    missing_half_hours: z.number(),
    gap_half_hours: z.number().describe('among the missing: their total is known and is in the figures'),
    measured_share: shareSchema.nullable().describe('by energy (water: by volume)'),
    measured_time_share: shareSchema.nullable(),
    quality_tag: z
      .enum(['OC', 'SC'])
      .nullable()
      .describe('NHS practice: OC metered with up to 10 % estimated or missing, SC above'),
    known_gaps: z.number().int().describe('spans without half-hours whose total is known'),
    revised_readings: z.number().int().describe('readings of the period that came again with another value'),
    last_heard: instantSchema.nullable(),
    silent_s: z.number().nullable().describe('since then'),
    overdue: z.boolean().describe('silent for longer than its maximum gap, or never heard'),
  })
  .meta({ id: 'MeterQuality' });

export const dataQualityAnswerSchema = z.strictObject({ period: periodSchema, meters: z.array(dataQualityRowSchema) });

const utcDaySchema = z.iso.date().describe('a UTC date: the ledgers count by the day of receipt in UTC');

export const ledgerQuerySchema = z
  .strictObject({
    from: utcDaySchema,
    to: utcDaySchema.describe('the last UTC date; it belongs to the answer'),
    by: z.enum(['day', 'meter']).default('day').describe('meter: a row for each meter and day'),
    ...meterFilterShape,
    format: formatSchema,
  })
  .superRefine(({ from, to }, context) => {
    if (from > to) context.addIssue({ code: 'custom', path: ['to'], message: 'a date not before `from`' });
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
    if (days <= limits.rangeDays.half_hour) return;
    const params = { problem: 'request.range-too-long', found: `${days} days` };
    const message = `at most ${limits.rangeDays.half_hour} days`;
    context.addIssue({ code: 'custom', path: ['to'], message, params });
  }, always);

const count = z.number().int();
export const ledgerRowSchema = z
  .strictObject({
    day: dateSchema.describe('UTC date of receipt'),
    meter: z.string().nullable().describe('`unregistered` for topics without a meter; null: all together'),
    messages_received: count,
    messages_decoded: count,
    messages_ignored: count.describe('understood, nothing to keep'),
    messages_quarantined: count,
    messages_qos0: count.describe('without the promise that none is lost'),
    readings_decoded: count,
    readings_stored: count,
    readings_repeated: count,
    readings_revised: count,
    readings_refused: count,
    readings_parked: count.describe('late, waiting for the database to come back'),
  })
  .meta({ id: 'Ledger', description: 'received = decoded + ignored + quarantined' });

export const ledgerAnswerSchema = z.strictObject({ ledgers: z.array(ledgerRowSchema) });
