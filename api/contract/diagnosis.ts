import { z } from 'zod';
import { confidences, faultClassNames } from '../../domain/diagnosis/diagnosis.ts';
import { limits } from '../../domain/limits.ts';
import { always, checkRange, instantSchema, periodSchema, rangeShape } from './vocabulary.ts';

export const diagnosisQuerySchema = z
  .strictObject(rangeShape)
  .superRefine((value, context) => checkRange(value, context, limits.diagnosisDays), always);

const shownSchema = z.strictObject({ at: instantSchema, value: z.number() });

export const findingSchema = z
  .strictObject({
    class: z.enum(faultClassNames),
    says: z.string(),
    confidence: z.enum(confidences),
    from: instantSchema,
    to: instantSchema,
    before: shownSchema.nullable().describe('the last believed reading before it, as the face shows'),
    after: shownSchema.nullable(),
    disbelieved: z.number().int().describe('readings in it that are not believed'),
    shown: z.array(shownSchema).describe('the first of them'),
    rule: z.string().nullable().describe('what derivation said of them; null where no half-hour shows it'),
    rated_counts: z.number().nullable().describe('what its own rating lets pass from `from` to `to`; null without one'),
    factor: z.number().nullable().describe('by how much it counts wrong, where that is the fault'),
    evidence: z.array(z.string()),
    alternatives: z.array(z.strictObject({ class: z.enum(faultClassNames), says: z.string() })),
    questions: z.array(z.string()).describe('what a person who knows the meter is asked'),
  })
  .meta({ id: 'Finding', description: 'one thing that is or was wrong with a meter, with what led there' });

export const diagnosisAnswerSchema = z.strictObject({
  meter: z.string(),
  unit: z.string().describe('what the face counts; readings are in it'),
  rating: z.string().nullable(),
  period: periodSchema,
  findings: z.array(findingSchema),
});
