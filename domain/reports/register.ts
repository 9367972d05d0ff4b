import { z } from 'zod';
import { boundaryIds, factorYearMethods } from '../carbon/reporting.ts';
import { sourceSchema } from '../dated-facts.ts';
import { idSchema } from '../readings/reading.ts';

/**
 * What an organisation measures itself against: `baselines:` and `targets:` of the register. A baseline is written down
 * with its result and never worked out again, so that no later factor, area or reading can move it.
 */

const emissionsSchema = z.number().min(0).max(1e12).describe('kgCO2e in the baseline year, 0 or more');

export const baselineSchema = z.strictObject({
  id: idSchema,
  organisation: idSchema,
  name: z.string().min(1).max(200),
  from: z.iso
    .date()
    .regex(/-01$/, 'the first of a month')
    .describe('the first London date of the baseline year, the first of a month: 2019-04-01'),
  to: z.iso.date().describe('the last London date of the baseline year, 2020-03-31'),
  boundary: z.enum(boundaryIds),
  /** What it was frozen with. */
  factor_year: z.enum(factorYearMethods),
  factor_sets: z
    .array(z.string().regex(/^\d{4}$/, 'the year of a set of factors, 2019'))
    .min(1)
    .max(3),
  frozen_on: z.iso.date(),
  source: sourceSchema,
  /** Of one that Meterhouse froze: the version of the register it was worked out by, and how much was measured. */
  register_version: z.number().int().positive().optional(),
  measured_share: z.number().min(0).max(1).optional(),
  /** Every site that was in it, with its emissions; their sum is the baseline. */
  sites: z
    .array(z.strictObject({ site: idSchema, emissions_kgco2e: emissionsSchema }))
    .min(1)
    .max(2_000),
  /** Sites that came to the organisation later and stood in the baseline year already, for the restated baseline. */
  joined: z
    .array(z.strictObject({ site: idSchema, emissions_kgco2e: emissionsSchema, source: sourceSchema }))
    .max(2_000)
    .default([]),
  /** Sites that were the organisation's then and are not in it, for want of a meter; the restated one has them not. */
  unmetered: z.array(idSchema).max(2_000).default([]),
});
export type Baseline = z.output<typeof baselineSchema>;

/** A reduction on the reference year, due within some years. */
const milestoneSchema = z.strictObject({
  earliest: z.number().int().min(2000).max(2100),
  latest: z.number().int().min(2000).max(2100),
  reduction: z.number().positive().max(1).describe('a share of the reference, above 0, at most 1 (net zero)'),
  says: z.string().min(3).max(200).optional(),
});

const targetShape = {
  id: idSchema,
  name: z.string().min(1).max(200),
  boundary: z.enum(boundaryIds),
  milestones: z.array(milestoneSchema).min(1).max(20),
  source: sourceSchema,
};

/** A target of an organisation's own, on a baseline of its own. */
export const targetSchema = z.strictObject({ ...targetShape, organisation: idSchema, baseline: idSchema });

/**
 * A target for everybody, on a year for which hardly anybody has a figure: then a baseline stands in for it, by an
 * assumption that is said.
 */
export const nationalTargetSchema = z.strictObject({
  ...targetShape,
  reference_year: z.number().int().min(1900).max(2100),
  /** What the whole is said to have come down by, from the reference year to a later one. */
  assumption: z.strictObject({
    reduction: z.number().positive().max(0.99),
    by: z.number().int(),
    source: sourceSchema,
  }),
});

export type Milestone = z.output<typeof milestoneSchema>;
export type OwnTarget = z.output<typeof targetSchema>;
export type NationalTarget = z.output<typeof nationalTargetSchema>;
export type Target = OwnTarget | NationalTarget;
