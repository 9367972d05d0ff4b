import { z } from 'zod';
import { dateSchema, sourceSchema } from '../../dated-facts.ts';
import { idSchema } from '../../readings/reading.ts';

/**
 * What somebody expects a kWh of grid electricity to emit in years to come: `grid_projections:` of the register.
 * Without one the newest factor is taken throughout, since the greening of the grid is nobody's saving and not to be
 * counted on unsaid. Only how it changes from year to year is used: each factor of electricity follows in proportion.
 */
export const gridProjectionSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  /** The newest published by a day is the one that holds then. */
  published: dateSchema,
  values: z
    .array(z.strictObject({ year: z.number().int().min(2000).max(2100), kgco2e_per_kwh: z.number().min(0).max(2) }))
    .min(2)
    .max(101)
    .refine(
      (list) => list.every(({ year }, i) => i === 0 || year > (list[i - 1]?.year ?? 0)),
      'each year once, in order',
    ),
  source: sourceSchema,
});
export type GridProjection = z.output<typeof gridProjectionSchema>;

/** The projection that holds on a London date. */
export function projectionOn(list: readonly GridProjection[], date: string): GridProjection | undefined {
  return list
    .filter(({ published }) => published <= date)
    .toSorted((a, b) => a.published.localeCompare(b.published))
    .at(-1);
}

/**
 * What a kWh emits in a year, over what it emits in `base`: between two years in proportion, after the last as in the
 * last. Undefined where the projection does not reach back to `base`.
 */
export function gridIn({ values }: Pick<GridProjection, 'values'>, base: number, year: number): number | undefined {
  const [then, now] = [valueIn(values, year), valueIn(values, base)];
  return then === undefined || now === undefined || now === 0 ? undefined : then / now;
}

function valueIn(values: GridProjection['values'], year: number): number | undefined {
  const after = values.findIndex((one) => one.year >= year);
  if (after === -1) return values.at(-1)?.kgco2e_per_kwh;
  const [next, before] = [values[after], values[after - 1]];
  if (!next || next.year === year) return next?.kgco2e_per_kwh;
  if (!before) return undefined;
  const share = (year - before.year) / (next.year - before.year);
  return before.kgco2e_per_kwh + share * (next.kgco2e_per_kwh - before.kgco2e_per_kwh);
}
