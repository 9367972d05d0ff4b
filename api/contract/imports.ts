import { z } from 'zod';
import { idSchema } from '../../domain/readings/reading.ts';

const word = z
  .string()
  .min(1)
  .max(200)
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  .regex(/^[^\u0000-\u001f\u007f]+$/, 'a text without control characters');

export const importQuerySchema = z.strictObject({
  file: word.describe('what the file is called where it came from'),
  format: idSchema.optional().describe('name of the format; recognised by the header when absent'),
  stamped: z.enum(['start', 'end']).optional().describe('where the format does not say it'),
  clock: z.enum(['utc', 'local']).optional().describe('where the format does not say it'),
  meter: idSchema.optional().describe('all rows are of this meter'),
  anyway: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('take reads by hand although something speaks against them'),
  dry_run: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('say what would become of it, and change nothing'),
  reason: word.optional().describe('kept with the act'),
});

export const importBodySchema = z.unknown().meta({ description: 'the file as it is', format: 'binary' });
