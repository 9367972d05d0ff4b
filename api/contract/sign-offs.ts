import { z } from 'zod';
import { placeKinds } from '../../domain/energy/place-intensity.ts';
import { utilities } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { type DifferenceCause, differenceCauses } from '../../domain/signoff/difference.ts';
import { figureKindNames } from '../../domain/signoff/figure-asked.ts';
import { checkFigureAsked, figureAskedShape } from './explain-figure.ts';
import { reasonSchema } from './rulings.ts';
import {
  always,
  countSchema,
  dateSchema,
  instantSchema,
  nextCursorSchema,
  periodSchema,
  rowCursorSchema,
} from './vocabulary.ts';

export const acceptedSchema = z.strictObject({
  doubt: z.string().min(3).max(200).describe('as the refusal names it: `factor-quoted gas 2023`'),
  by: z.string().trim().min(3).max(200).describe('the person who takes it upon themselves'),
  reason: reasonSchema,
});

export const signOffBodySchema = z
  .strictObject({
    ...figureAskedShape,
    reason: reasonSchema,
    accept: z.array(acceptedSchema).max(200).default([]),
  })
  .superRefine(checkFigureAsked, always);

export const signOffsQuerySchema = z.strictObject({
  limit: countSchema(1, 1_000).default(100),
  cursor: rowCursorSchema.optional(),
});

export const signOffParamsSchema = z.strictObject({
  sign_off: z
    .string()
    .regex(/^\d{1,15}$/, 'the number of a sign-off')
    .transform(Number),
});

const signOffSchema = z
  .strictObject({
    id: z.number().int(),
    at: instantSchema,
    who: z.string(),
    reason: z.string(),
    act: z.number().int().describe('number of the act'),
    figure: z.enum(figureKindNames),
    place: z.strictObject({ kind: z.enum(placeKinds), id: z.string() }),
    utility: z.enum(utilities).nullable(),
    period: periodSchema,
    value: z.number().nullable(),
    unit: z.string(),
    per: z.string().nullable(),
    accepted: z.array(acceptedSchema),
    sites: z.array(z.string()),
    meters: z.array(z.string()),
    register_version: z.number().int(),
    factors_version: z.number().int(),
    code_version: z.string(),
    digest: z.string().describe('SHA-256 of all that was signed, with every day of every meter'),
  })
  .meta({ id: 'SignOff' });

export const signOffsAnswerSchema = z.strictObject({
  sign_offs: z.array(signOffSchema),
  next_cursor: nextCursorSchema,
});
export const signOffMadeSchema = z.strictObject({ sign_off: signOffSchema });
export const signOffAnswerSchema = z.strictObject({
  sign_off: signOffSchema,
  intact: z.boolean().describe('whether what is kept still has its digest'),
  chain: z.unknown().describe('the explanation as it was signed, down to the meters'),
});

const causeNames = Object.keys(differenceCauses) as [DifferenceCause, ...DifferenceCause[]];

const partSchema = z.strictObject({
  causes: z.array(z.enum(causeNames)),
  says: z.string(),
  value: z.number().nullable().describe('its part of the difference; null where a value is not known'),
  meter: z.string().nullable(),
  at: instantSchema.nullable().describe('when it happened, where that is known'),
  days: z
    .array(
      z.strictObject({
        date: dateSchema,
        before_kwh: z.number().nullable(),
        after_kwh: z.number().nullable(),
        before_m3: z.number().nullable(),
        after_m3: z.number().nullable(),
      }),
    )
    .describe(`the first ${limits.differenceDays} that changed`),
  changed_days: z.number().int(),
  what: z.array(z.string()).describe('what changed, a sentence each'),
});

export const differenceAnswerSchema = z.strictObject({
  sign_off: signOffSchema,
  now: z.number().nullable(),
  difference: z.number().nullable().describe('now less signed; the parts add up to it exactly, to a millionth'),
  unit: z.string(),
  parts: z.array(partSchema),
});
