import { z } from 'zod';
import { utilities } from '../../domain/estate/vocabulary.ts';
import { confidenceNames, confidences } from '../../domain/plan/register.ts';
import { courses } from '../../domain/reports/targets.ts';
import { bucketShape, standingShape } from './figures.ts';
import { progressRowSchema, targetNamesShape, targetsHeadShape } from './reports.ts';
import { dateSchema, formatSchema, idListSchema, instantSchema, knownOnSchema, wordsOf } from './vocabulary.ts';

export const trajectoryQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  known_on: knownOnSchema,
  format: formatSchema,
});

const ahead = 'of a year that is not over: with the use of the last twelve months';

/** A reporting year on the way to a target. */
export const trajectoryRowSchema = z
  .strictObject({
    ...targetNamesShape,
    year: z.number().int().describe('the year it stands for on the lines'),
    ...bucketShape,
    emissions_kgco2e: z.number().nullable().describe('as metered; null of a year that has not begun or is not known'),
    course: progressRowSchema.shape.course,
    lower_line_kgco2e: progressRowSchema.shape.lower_line_kgco2e,
    upper_line_kgco2e: progressRowSchema.shape.upper_line_kgco2e,
    unchanged_kgco2e: z.number().nullable().describe(`${ahead}, at the newest factors`),
    grid_takes_off_kgco2e: z
      .number()
      .nullable()
      .describe('what the projection of the grid takes off that: nobody’s saving; 0 where the register has none'),
    committed_kgco2e: z.number().nullable().describe('what is left when the committed measures come'),
    probable_kgco2e: z.number().nullable().describe('what is left when those and the probable ones come'),
    possible_kgco2e: z.number().nullable().describe('what is left when all planned measures come'),
    change_in_use_kgco2e: progressRowSchema.shape.change_in_use_kgco2e,
    change_of_factors_kgco2e: progressRowSchema.shape.change_of_factors_kgco2e,
    ...standingShape,
  })
  .describe(wordsOf(courses));

const gapSchema = z.strictObject({
  ...targetNamesShape,
  year: z.number().int(),
  says: z.string().nullable(),
  level_kgco2e: z.number().describe('what may be emitted then'),
  gap_committed_kgco2e: z
    .number()
    .nullable()
    .describe('above the level when committed measures come; below 0: under it'),
  gap_probable_kgco2e: z.number().nullable(),
  gap_possible_kgco2e: z.number().nullable(),
  planned_capital_gbp: z.number().nullable().describe('of the measures that are to be installed by then'),
  unsecured_capital_gbp: z.number().nullable().describe('of it, what nobody has secured'),
  rest_indicative_gbp: z
    .number()
    .nullable()
    .describe('to close the gap that all measures leave, at the capital a tonne a year of those that are planned'),
  capital_per_tonne_a_year_gbp: z.number().nullable(),
  because: z.array(z.string()),
});

const effectSchema = z.strictObject({
  ...targetNamesShape,
  measure: z.string(),
  measure_name: z.string(),
  site: z.string(),
  confidence: z.enum(confidenceNames).describe(wordsOf(confidences)),
  saves_from: dateSchema.nullable(),
  takes_off_kgco2e: z.number().nullable().describe('a whole year, at the newest factors of the target’s boundary'),
  capped: z.array(z.enum(utilities)).describe('of which more was expected than can be saved'),
  left_out_because: z.string().nullable(),
});

const targetSchema = z.strictObject({
  ...targetNamesShape,
  target_name: z.string(),
  drawn_from_kgco2e: z.number(),
  not_drawn_because: z.string().nullable().describe('why the target has no lines'),
  last_year_from: instantSchema.nullable().describe('the twelve months that the years to come are drawn from'),
  last_year_to: instantSchema.nullable(),
  last_year_kgco2e: z.number().nullable(),
  change_since_baseline_kgco2e: z.number().nullable(),
  change_in_use_kgco2e: progressRowSchema.shape.change_in_use_kgco2e,
  change_of_factors_kgco2e: progressRowSchema.shape.change_of_factors_kgco2e,
  no_years_ahead_because: z.string().nullable(),
  assumptions: z.array(z.string()),
  source: z.string(),
});

export const trajectoryAnswerSchema = z.strictObject({
  ...targetsHeadShape,
  targets: z.array(targetSchema),
  gaps: z.array(gapSchema).describe('at each milestone, in the first and last year that it is due'),
  measures: z.array(effectSchema),
  points: z.array(trajectoryRowSchema),
});
