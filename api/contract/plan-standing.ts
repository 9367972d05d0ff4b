import { z } from 'zod';
import { stepStateNames, stepStates } from '../../domain/plan/indicators/figure.ts';
import {
  indicatorNames,
  indicatorUnits,
  type IndicatorUnit,
  type NeedName,
  needs,
} from '../../domain/plan/indicators/table.ts';
import { stepNumbers } from '../../domain/plan/steps.ts';
import { formatSchema, idListSchema, instantSchema, listOf, periodSchema, shareSchema } from './vocabulary.ts';

export const standingPlaces = ['site', 'building'] as const;
export const standingTables = ['indicators', 'steps'] as const;

const stepSchema = z.literal([...stepNumbers]);
const unitNames = Object.keys(indicatorUnits) as [IndicatorUnit, ...IndicatorUnit[]];
const needNames = Object.keys(needs) as [NeedName, ...NeedName[]];

export const planStandingQuerySchema = z.strictObject({
  by: z.enum(standingPlaces).default('site').describe('building: those of the sites asked for, by their own meters'),
  site: idListSchema.optional(),
  organisation: idListSchema.optional(),
  step: listOf(z.enum(['1', '2', '3', '4']).transform(Number), 4).optional(),
  table: z.enum(standingTables).default('indicators').describe('which rows CSV has; JSON and xlsx have both'),
  format: formatSchema,
});

const placeShape = {
  site: z.string(),
  site_name: z.string(),
  building: z.string().nullable().describe('null of the whole site'),
  building_name: z.string().nullable(),
};

export const indicatorRowSchema = z.strictObject({
  ...placeShape,
  step: stepSchema,
  indicator: z.enum(indicatorNames),
  indicator_name: z.string(),
  value: z.number().nullable().describe('null where it cannot be known: `missing` and `says` tell why'),
  low: z.number().nullable().describe('least: of a 90 % interval of what is fitted, or of what is known as a range'),
  high: z.number().nullable().describe('most, in the same way'),
  unit: z.enum(unitNames).describe('% from 0 to 100; 1 of a ratio'),
  better: z.enum(['lower', 'higher', 'none']),
  measured_share: shareSchema.nullable().describe('by energy; what is missing by its expected use'),
  measured_time_share: shareSchema.nullable().describe('of the half-hours or days'),
  missing: z
    .array(z.string())
    .describe(`what would make it known, or better known, and where it is missing; ${needNames.join(', ')}`),
  warnings: z.array(z.string()).describe('a code and what it is about'),
  meters: z.array(z.string()),
  says: z.string().describe('one sentence for a person'),
  from: instantSchema,
  to: instantSchema,
});
export type IndicatorRow = z.output<typeof indicatorRowSchema>;

export const stepRowSchema = z.strictObject({
  ...placeShape,
  step: stepSchema,
  title: z.string(),
  state: z.enum(stepStateNames).describe(
    Object.entries(stepStates)
      .map(([state, says]) => `${state}: ${says}`)
      .join('; '),
  ),
  stands_here: z.boolean().describe('the first step that is not done'),
  planned: z.number().int(),
  installing: z.number().int(),
  installed: z.number().int(),
  withdrawn: z.number().int(),
  because: z.array(z.string()),
});
export type StepRow = z.output<typeof stepRowSchema>;

export const planStandingAnswerSchema = z.strictObject({
  period: periodSchema,
  by: z.enum(standingPlaces),
  register_version: z.number().int(),
  steps: z.array(stepRowSchema),
  indicators: z.array(indicatorRowSchema),
});
