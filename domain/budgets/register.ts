import { z } from 'zod';
import { dateSchema, firstDaySchema, lastDaySchema, sourceSchema } from '../dated-facts.ts';
import { idSchema } from '../readings/reading.ts';
import { tariffUtilities } from '../tariffs/published.ts';

/** What somebody decided to spend: money of a year, of a supply point or of a site's supply points of a utility. */
export const budgetSchema = z.strictObject({
  id: idSchema,
  supply_point: idSchema.optional(),
  site: idSchema.optional(),
  utility: z.enum(tariffUtilities),
  valid_from: firstDaySchema,
  valid_to: lastDaySchema,
  cost_gbp: z.number().positive().max(1_000_000_000),
  /** Whether the money holds VAT. */
  vat: z.enum(['excluded', 'included']),
  /** The use it was made with; without it a difference cannot be parted into use and price. */
  use_kwh: z.number().positive().max(10_000_000_000).optional(),
  use_m3: z.number().positive().max(1_000_000_000).optional(),
  decided_on: dateSchema.optional(),
  source: sourceSchema,
});
export type BudgetEntry = z.output<typeof budgetSchema>;
