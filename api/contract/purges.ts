import { z } from 'zod';
import { reasonSchema } from './rulings.ts';
import { dateSchema } from './vocabulary.ts';

const before = z.iso.date().describe('a London date: readings before its midnight');

export const purgeQuerySchema = z.strictObject({ before });
export const purgeBodySchema = z.strictObject({ before, reason: reasonSchema });

export const purgeAnswerSchema = z.strictObject({
  before: dateSchema,
  readings: z.number().int().describe('how many would go; of each series the last one before the date stays'),
  meters: z.array(z.strictObject({ meter: z.string(), readings: z.number().int() })),
  sign_offs: z.array(z.number().int()).describe('signed figures that rest on them; while there are any, it is refused'),
});
