import { z } from 'zod';
import { degreeDayMethodNames, type PublishedBase, publishedBases } from './degree-days.ts';
import { standardYearIds } from './standard-year.ts';
import { idSchema } from '../readings/reading.ts';

/** What the register says of the weather of a site; nothing of it is assumed. */

const yearSchema = z.int().min(1900).max(2100);

export const weatherShape = {
  /** An observed series of temperatures (°C) read through the day. */
  temperature: idSchema.optional(),
  /** Where only the day's highest and lowest are known: a series of each, stamped within their London day. */
  highest_temperature: idSchema.optional(),
  lowest_temperature: idSchema.optional(),
  method: z.enum(degreeDayMethodNames),
  base_degc: z.literal([...publishedBases] as [PublishedBase, ...PublishedBase[]]),
  /** What use is corrected to: a published standard year, or the mean of whole years of the same temperatures. */
  standard: z
    .union([z.enum(standardYearIds), z.strictObject({ first_year: yearSchema, last_year: yearSchema })])
    .optional(),
  /** How much of the fuel becomes heat (0 to 1), by which the heat-loss coefficient is told; without it it is not. */
  heating_efficiency: z.number().min(0.3).max(1).optional(),
};
