import { z } from 'zod';
import { dateSchema } from './vocabulary.ts';

const reasonSchema = z.string().min(3).max(500).describe('in your own words; kept for ever with the act');
const valueSchema = z.number().min(0).max(1e15);
export const anywaySchema = z.boolean().default(false).describe('although something speaks against it');

export const readBodySchema = z.strictObject({
  value: valueSchema.describe('what the face of the meter shows, in the unit of its register'),
  at: z.iso
    .datetime({ offset: true })
    .transform((text) => Math.floor(Date.parse(text) / 1000))
    .optional()
    .describe('when it was read, with its offset; now when absent'),
  reason: reasonSchema,
  anyway: anywaySchema,
});

const firstSchema = z.iso.date().describe('the first London date that it is for');
const lastSchema = z.iso.date().describe('the last London date that it is for');

export const invoiceBodySchema = z
  .strictObject({
    from: firstSchema,
    to: lastSchema,
    amount: valueSchema.optional().describe('what it bills, in the unit of the meter’s register'),
    opening: valueSchema.optional().describe('the register at the beginning of the first day'),
    closing: valueSchema.optional().describe('the register at the end of the last day'),
    reason: reasonSchema,
    anyway: anywaySchema,
  })
  .superRefine(({ from, to, amount, opening, closing }, context) => {
    if (from > to) context.addIssue({ code: 'custom', path: ['to'], message: 'a date not before `from`' });
    const registers = opening !== undefined && closing !== undefined;
    const half = (opening === undefined) !== (closing === undefined);
    if (half || (amount !== undefined) === registers) {
      context.addIssue({ code: 'custom', path: ['amount'], message: 'either `amount`, or `opening` and `closing`' });
    }
  });

const sourceDaySchema = z.strictObject({
  source: z.string().describe('id of the source; the meter’s own id stands for its own readings'),
  energy_kwh: z.number().nullable(),
  volume_m3: z.number().nullable(),
  measured_share: z.number().nullable(),
  half_hours_known: z.number().int(),
  difference_energy_kwh: z.number().nullable().describe('less what was taken for the meter'),
  difference_volume_m3: z.number().nullable(),
});

export const sourcesAnswerSchema = z.strictObject({
  meter: z.string(),
  precedence: z.array(z.strictObject({ from: dateSchema, order: z.array(z.string()) })),
  days: z.array(
    z.strictObject({
      local_date: dateSchema,
      energy_kwh: z.number().nullable(),
      volume_m3: z.number().nullable(),
      measured_share: z.number().nullable(),
      sources: z.array(sourceDaySchema),
    }),
  ),
});
