import { z } from 'zod';
import { roles, utilities } from '../../domain/estate/estate.ts';
import { rules } from '../../domain/half-hours/half-hours.ts';
import { limits } from '../../domain/limits.ts';
import { bucketNames } from '../../domain/time.ts';
import { bucketShape, standingShape } from './figures.ts';
import {
  always,
  checkRange,
  formatSchema,
  idListSchema,
  knownOnAnswerSchema,
  knownOnSchema,
  listOf,
  periodSchema,
  rangeShape,
} from './vocabulary.ts';

export const consumptionGroups = ['meter', 'building', 'site', 'organisation', 'utility', 'end_use'] as const;
export type ConsumptionGroup = (typeof consumptionGroups)[number];

/** Filters that speak of single meters, and so make no sense where each kWh is to be counted once. */
const meterFilters = ['meter', 'role'] as const;

export const consumptionQuerySchema = z
  .strictObject({
    bucket: z.enum(bucketNames).default('day').describe('in local time; a London day has 46, 48 or 50 half-hours'),
    by: z.enum(consumptionGroups).default('site').describe('above `meter` each kWh counts once'),
    organisation: idListSchema.optional(),
    site: idListSchema.optional(),
    building: idListSchema.optional().describe('with by=meter or by=building'),
    meter: idListSchema.optional().describe('with by=meter'),
    role: listOf(z.enum(roles), roles.length).optional().describe('with by=meter'),
    utility: listOf(z.enum(utilities), utilities.length).optional(),
    ...rangeShape,
    known_on: knownOnSchema,
    format: formatSchema,
  })
  .superRefine((value, context) => {
    const { by, bucket } = value;
    checkRange(value, context, limits.rangeDays[bucket]);
    const wrong = [
      ...(by === 'meter' ? [] : meterFilters.filter((key) => value[key] !== undefined)),
      ...(by === 'meter' || by === 'building' || value.building === undefined ? [] : ['building']),
    ];
    if (value.known_on !== undefined && bucket === 'half_hour') {
      const message = 'a bucket of a day or longer: what was known of half-hours is not kept';
      context.addIssue({ code: 'custom', path: ['known_on'], message });
    }
    for (const key of wrong) {
      const message = `by=meter${key === 'building' ? ' or by=building' : ''} beside it`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  }, always);

export const consumptionRowSchema = z
  .strictObject({
    group: z
      .string()
      .describe('the id of the meter, building, site or organisation that reports; the utility; the end use'),
    utility: z.enum(utilities),
    site: z.string().nullable().describe('where the group lies on one site'),
    role: z.enum(roles).nullable().describe('of a meter'),
    ...bucketShape,
    settlement_period: z.number().int().min(1).max(50).nullable().describe('of a half-hour'),
    energy_kwh: z.number().nullable(),
    own_renewable_kwh: z
      .number()
      .nullable()
      .describe('the part of it that the site made of sun, wind or water and used'),
    volume_m3: z.number().nullable().describe('as metered; above meters for water only'),
    reactive_energy_kvarh: z.number().nullable(),
    quality: z.enum(['measured', 'estimated', 'missing']).nullable().describe('of a half-hour of a meter'),
    rule: z
      .enum(Object.keys(rules) as (keyof typeof rules)[])
      .nullable()
      .describe('which said so'),
    ...standingShape,
  })
  .meta({ id: 'Consumption' });

export const consumptionAnswerSchema = z.strictObject({
  period: periodSchema,
  known_on: knownOnAnswerSchema,
  bucket: z.enum(bucketNames),
  by: z.enum(consumptionGroups),
  register_version: z.number().int(),
  figures: z.array(consumptionRowSchema),
});
