import { z } from 'zod';
import { chargeKindSchema, type ChargeKind } from './charges.ts';

/**
 * Rates that nobody has published yet, by a choice that somebody makes and says why: the last known ones go on, and how
 * far the true ones may lie from them is part of the choice. Without it a missing rate is refused.
 */
export const carryForwardSchema = z.strictObject({
  kinds: z
    .array(
      z.strictObject({
        kind: chargeKindSchema,
        /** How many percent the rate may change: −5 to 20, and most likely 0. */
        least_percent: z.number().min(-100).max(1_000),
        best_percent: z.number().min(-100).max(1_000).default(0),
        most_percent: z.number().min(-100).max(1_000),
      }),
    )
    .min(1)
    .max(50),
  because: z.string().min(3).max(500),
});
export type CarryForward = z.output<typeof carryForwardSchema>;
export type CarryChoice = CarryForward['kinds'][number];

/** The choice for a kind of charge; undefined where it is not to be carried forward. */
export function carried(carry: CarryForward, kind: ChargeKind): CarryChoice | undefined {
  return carry.kinds.find((one) => one.kind === kind);
}
