import { addMonths, dateOf, type LocalDate, monthOf, type Period } from '../time.ts';
import type { Plan } from './plan.ts';
import type { Quantities } from './quantities.ts';
import type { Range } from './range.ts';
import { totalsByPlan } from './totals.ts';

/** What the agreed capacity of a supply point leaves, and what another one would cost. */

export interface Headroom {
  /** The first of the month. */
  readonly month: LocalDate;
  readonly agreed: number | undefined;
  /** kVA: the most of the month. */
  readonly demand: Range<number>;
  /** kVA that were left; below 0 what was exceeded. */
  readonly left: Range<number> | undefined;
}

/** Month by month; throws a RangeError where kvarh are neither counted nor bounded. */
export function headroomOf(quantities: Quantities, period: Period): Headroom[] {
  const months: Headroom[] = [];
  const last = dateOf(period.to - 1);
  for (let month = monthOf(dateOf(period.from)); month <= last; month = addMonths(month, 1)) {
    const demand = quantities.maximumDemand(month);
    const agreed = quantities.agreedCapacity(month);
    const left =
      agreed === undefined
        ? undefined
        : { low: agreed - demand.high, best: agreed - demand.best, high: agreed - demand.low };
    months.push({ month, agreed, demand, left });
  }
  return months;
}

export interface CapacityCost {
  readonly kva: number;
  /** Pounds with VAT, more than with the present one; less where below 0. */
  readonly difference: Range<number>;
}

/**
 * What the period would have cost with another agreed capacity throughout, against the present one. Everything else
 * stays, the residual band too: it is set for years and not by a change of capacity.
 */
export function capacityCosts(plan: Plan, quantities: Quantities, capacities: readonly number[]): CapacityCost[] {
  const present = totalsByPlan(plan, quantities).total;
  return capacities.map((kva): CapacityCost => {
    const { total } = totalsByPlan(plan, quantities.withCapacity(kva));
    const of = (key: keyof Range<number>): number => total[key] - present[key];
    return { kva, difference: { low: of('low'), best: of('best'), high: of('high') } };
  });
}

/**
 * Capacities worth asking about: the present ones, and what each month needed, in whole kVA upwards. Between two of
 * them the cost is a straight line, so that the cheapest of all is among them.
 */
export function capacitiesWorthAsking(headroom: readonly Headroom[]): number[] {
  const needed = headroom.map(({ demand }) => Math.ceil(demand.best - 1e-6));
  const present = headroom.flatMap(({ agreed }) => (agreed === undefined ? [] : [agreed]));
  return [...new Set([...needed, ...present])].sort((a, b) => a - b);
}
