import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { estimateUnits } from '../../domain/readings/rulings.ts';
import { actSchema } from './acts.ts';
import { anywaySchema } from './entries.ts';
import { always, checkRange, momentSchema } from './vocabulary.ts';

export const reasonSchema = z
  .string()
  .trim()
  .min(3)
  .max(limits.reasonCharacters)
  .describe('why, in your own words; kept for ever with who and when');

export const rulingParamsSchema = z.strictObject({ meter: idSchema });
export const undoParamsSchema = z.strictObject({
  meter: idSchema,
  ruling: z
    .string()
    .regex(/^\d{1,15}$/, 'the number of an act')
    .transform(Number),
});

const span = {
  from: momentSchema.describe('the first second it is about'),
  to: momentSchema.describe('the first second after'),
  reason: reasonSchema,
};
const readingsOf = <K extends string>(kind: K, says: string) =>
  z.strictObject({ kind: z.literal(kind).describe(says), ...span });

export const rulingBodySchema = z
  .discriminatedUnion('kind', [
    readingsOf('void', 'the readings of the span are left out'),
    readingsOf('overrule', 'readings of the span that were not believed are right'),
    readingsOf('accept', 'what was said of the span is so; there is nothing more to ask'),
    z.strictObject({
      kind: z.literal('estimate').describe('missing half-hours of the span are filled, each with its part by time'),
      ...span,
      amount: z.number().min(0).max(1e9).describe('what passed in the whole span'),
      unit: z.enum(estimateUnits),
    }),
  ])
  .superRefine((value, context) => checkRange(value, context, limits.rulingDays), always);

export const undoBodySchema = z.strictObject({ reason: reasonSchema });

export const rulingAnswerSchema = z.strictObject({ act: actSchema });
export const rulingsAnswerSchema = z.strictObject({
  rulings: z.array(actSchema.extend({ stands: z.boolean().describe('false when it was taken back') })),
});

export const exchangeBodySchema = z.strictObject({
  at: z.iso.datetime({ offset: true }).describe('when the old meter stopped: an instant with its offset'),
  closing: z.number().min(0).describe('the last register of the old meter, as its face shows it'),
  opening: z.number().min(0).describe('the first of the new one'),
  serial: z.string().min(1).max(40).optional(),
  digits: z.number().int().min(3).max(15).optional().describe('where the new one has another number of digits'),
  reason: reasonSchema,
  anyway: anywaySchema,
});
