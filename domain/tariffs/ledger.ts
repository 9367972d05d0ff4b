import type { EpochSeconds, Period } from '../time.ts';
import { segmentOf } from './calendar.ts';
import { type Costs, costsByPlan } from './costs.ts';
import type { Plan } from './plan.ts';
import type { Quantities } from './quantities.ts';

/**
 * The cost ledger: the same reckoning asked of one bucket after the other, half-hours, days or months. A charge by the
 * day belongs evenly to the half-hours of its day, 46, 48 or 50 of them; buckets add up to the whole.
 */

/** The part of a plan that lies in a period. */
export function cutPlan(plan: Plan, { from, to }: Period): Plan {
  const items = plan.items.flatMap((item) => {
    const { segment } = item;
    if (segment.from >= to || segment.to <= from) return [];
    if (segment.from >= from && segment.to <= to) return [item];
    return [{ ...item, segment: segmentOf(Math.max(segment.from, from), Math.min(segment.to, to)) }];
  });
  return { ...plan, period: { from, to }, items };
}

/** The costs of each bucket between the cuts, as `boundariesOf` gives them, all on the half-hour. */
export function ledgerOf(plan: Plan, quantities: Quantities, cuts: readonly EpochSeconds[]): Costs[] {
  return cuts.slice(1).map((to, i) => costsByPlan(cutPlan(plan, { from: cuts[i] as number, to }), quantities));
}
