import { z } from 'zod';
import { dateSchema, firstDaySchema, lastDaySchema, sourceSchema } from '../dated-facts.ts';
import { utilities } from '../estate/vocabulary.ts';
import { idSchema } from '../readings/reading.ts';
import { measureKindNames, measureKinds } from './measure-kinds.ts';
import type { Step } from './steps.ts';

/**
 * What an organisation does, and means to do, to decarbonise its estate: `measures:` of the register, and beside them
 * what else changed the use of a meter (`non_routine_events:`). Both are decided by people. What a measure truly saved
 * is never written here: the meters say it (`domain/savings/`).
 */

/** How far a measure has come, in order; `withdrawn` at any time. */
export const measureStatuses = {
  proposed: 'somebody thinks that it should be done',
  approved: 'it is decided, and the money is not there yet',
  funded: 'it is decided and paid for',
  installing: 'the works have begun',
  installed: 'the works are over: the meter is watched for what it saves',
  withdrawn: 'it will not be done',
} as const;
export type MeasureStatus = keyof typeof measureStatuses;
export const measureStatusNames = Object.keys(measureStatuses) as [MeasureStatus, ...MeasureStatus[]];

/** Whether a measure is still to come: neither done nor given up. */
export function isToCome(status: MeasureStatus): boolean {
  return status !== 'installed' && status !== 'withdrawn';
}

/** How sure it is that a planned measure comes. Where the register does not say, its status does. */
export const confidences = {
  committed: 'paid for, or the works have begun',
  probable: 'decided',
  possible: 'proposed',
} as const;
export type Confidence = keyof typeof confidences;
export const confidenceNames = Object.keys(confidences) as [Confidence, ...Confidence[]];

/** What a measure is expected to save of one utility in a usual year; below 0 what it takes more. */
const expectedSavingSchema = z.strictObject({
  utility: z.enum(utilities),
  saves_kwh: z.number().min(-1e10).max(1e10).optional(),
  saves_m3: z.number().min(-1e9).max(1e9).optional(),
  /** From least to most, in the same unit, where whoever expects it says so. */
  low: z.number().min(-1e10).max(1e10).optional(),
  high: z.number().min(-1e10).max(1e10).optional(),
});

const statusSchema = z.strictObject({
  from: dateSchema,
  is: z.enum(measureStatusNames),
  because: z.string().max(500).optional(),
});
const worksSchema = z.strictObject({ from: firstDaySchema, to: lastDaySchema.optional() });

export const measureSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  kind: z.enum(measureKindNames),
  /** Where it is not that of its kind. */
  step: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
  site: idSchema,
  building: idSchema.optional(),
  /** The meters that are to show it; without any it cannot be verified. */
  meters: z.array(idSchema).min(1).max(50).optional(),
  /** Since when it is how far; the last one holds. */
  status: z.array(statusSchema).min(1).max(50),
  confidence: z.enum(confidenceNames).optional(),
  /** First and last day of the works: as planned, and as they were. The day after them it saves. */
  planned: z.strictObject({ from: firstDaySchema, to: lastDaySchema }).optional(),
  works: worksSchema.optional(),
  /** Years it is expected to last. */
  life_years: z.number().positive().max(100).optional(),
  expected: z.array(expectedSavingSchema).max(12).default([]),
  /**
   * A year, pounds without VAT; where it is not said the prices of the site's supply points and the newest factors say
   * it.
   */
  expected_gbp: z.number().min(-1e9).max(1e9).optional(),
  expected_kgco2e: z.number().min(-1e9).max(1e9).optional(),
  /** Money to do it, and what keeping it costs more in a year (below 0: less), both without VAT. */
  cost: z
    .strictObject({
      capital_gbp: z.number().min(0).max(1e10),
      upkeep_gbp_per_year: z.number().min(-1e8).max(1e8).default(0),
      source: sourceSchema,
    })
    .optional(),
  funding: z
    .array(
      z.strictObject({
        from: z.string().min(2).max(200).describe('who gives it: a scheme, a budget, a loan'),
        gbp: z.number().positive().max(1e10),
        is: z.enum(['wanted', 'applied_for', 'secured']),
      }),
    )
    .max(20)
    .default([]),
  owner: z.string().min(2).max(200).optional(),
  /** Measures that must be finished first. */
  after: z.array(idSchema).max(50).default([]),
  /** What panels or a battery of it are: kWp, kWh and kW. */
  size: z
    .strictObject({
      kwp: z.number().positive().max(1e6).optional(),
      kwh: z.number().positive().max(1e6).optional(),
      kw: z.number().positive().max(1e6).optional(),
    })
    .optional(),
  source: sourceSchema,
});
export type MeasureEntry = z.output<typeof measureSchema>;

/** How far a measure has come since it was written down, and where its works began or ended with it, when they did. */
export const measureChangeSchema = statusSchema.extend({ measure: idSchema, works: worksSchema.optional() });

/**
 * Something that changed the use of meters and is no measure: a ward that opened, a kitchen that closed, a strike.
 * Where its effect is known it is added to what is expected; where it is not, its days are left out, and a change that
 * stays without a known effect ends what can be verified.
 */
export const nonRoutineEventSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  meters: z.array(idSchema).min(1).max(50),
  from: firstDaySchema,
  /** Without it, it stays. */
  to: lastDaySchema.optional(),
  /** kWh (m³ of water) a day more through each of the meters; below 0 less. */
  adds_per_day: z.number().min(-1e8).max(1e8).optional(),
  source: sourceSchema,
});
export type NonRoutineEvent = z.output<typeof nonRoutineEventSchema>;

/** The step of a measure. Throws a RangeError of one of kind `other` without a step, which `check` refuses. */
export function stepOf({ id, kind, step }: Pick<MeasureEntry, 'id' | 'kind' | 'step'>): Step {
  const found = step ?? measureKinds[kind].step;
  if (found === undefined) throw new RangeError(`measure ${id} has no step`);
  return found;
}
