import { z } from 'zod';
import { partialReasons } from '../../domain/energy/buckets.ts';
import { dataQualities } from '../../domain/energy/figure.ts';
import { dateSchema, instantSchema, shareSchema } from './vocabulary.ts';

const reasonNames = Object.keys(partialReasons) as (keyof typeof partialReasons)[];

/** Where in time a figure lies. */
export const bucketShape = {
  from: instantSchema,
  to: instantSchema,
  local_date: dateSchema.describe('the London date of `from`'),
};

/** How good a figure is. A partial one is never presented as a full one. */
export const standingShape = {
  measured_share: shareSchema.nullable().describe('by energy (water: by volume); what is missing by its expected use'),
  measured_time_share: shareSchema.nullable().describe('of the half-hours'),
  data_quality: z.enum(['OC', 'SC']).nullable().describe(`OC: ${dataQualities.OC}; SC: ${dataQualities.SC}`),
  status: z.enum(['complete', 'partial']).describe('partial: not the figure of the whole bucket'),
  partial_because: z.array(z.enum(reasonNames)),
  warnings: z.array(z.string()).describe('a code and what it is about'),
};
