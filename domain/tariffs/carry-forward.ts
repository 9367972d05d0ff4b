import { z } from 'zod';
import { chargeKindSchema, type ChargeKind } from './charges.ts';

/**
 * Rates that nobody has published yet, by a choice that somebody makes and says why: the last known ones go on, and how
 * far the true ones may lie from them is part of the choice. Without it a missing rate is refused.
 */
/** How many percent a rate may change: −5 to 20, and most likely 0. */
const change = {
  least_percent: z.number().min(-100).max(1_000),
  best_percent: z.number().min(-100).max(1_000).default(0),
  most_percent: z.number().min(-100).max(1_000),
};

export const carryForwardSchema = z.strictObject({
  kinds: z
    .array(z.strictObject({ kind: chargeKindSchema, ...change }))
    .max(50)
    .default([]),
  /**
   * Half-hourly prices of a period that has not been: those of the load year, each with the half-hours it came with, so
   * that a cold evening keeps its price.
   */
  prices: z.strictObject(change).optional(),
  because: z.string().min(3).max(500),
});
export type CarryForward = z.output<typeof carryForwardSchema>;
export type CarryChoice = CarryForward['kinds'][number];
/** How far a true rate may lie from the one that is carried forward, in percent. */
export type Change = Pick<CarryChoice, 'least_percent' | 'best_percent' | 'most_percent'>;

/** The choice for a kind of charge; undefined where it is not to be carried forward. */
export function carried(carry: CarryForward, kind: ChargeKind): CarryChoice | undefined {
  return carry.kinds.find((one) => one.kind === kind);
}
