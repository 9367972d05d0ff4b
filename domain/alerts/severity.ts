import type { Cause } from './causes.ts';
import type { Worth } from './worth.ts';

/**
 * How much an alert matters. 1: at once, at any hour, whatever it costs; 2: today; 3: this week; `digest`: told once a
 * week in a list, and to nobody apart.
 */
export const severities = [1, 2, 3, 'digest'] as const;
export type Severity = (typeof severities)[number];

/** Kinds that do harm at once: water that floods, people without power, a month's charge that is about to fall due. */
export const atOnce: readonly Cause['kind'][] = ['burst', 'supply_lost', 'peak_capacity'];
/** m³/h that run away: from there on a building is harmed, whatever the water costs. */
const harmfulFlow = 0.5;

/** What an alert is worth in money, from the rule of its kind. */
export interface MoneyBounds {
  readonly notice_gbp_per_week: number;
  readonly urgent_gbp_per_week: number;
}

export function severityOf(cause: Cause, worth: Pick<Worth, 'gbpPerWeek'>, bounds: MoneyBounds): Severity {
  if (atOnce.includes(cause.kind)) return 1;
  const { gbpPerWeek } = worth;
  // One flow that is not known hides none of the others.
  const flows = cause.counted.map((one) => one.measured - one.expected).filter((one) => !Number.isNaN(one));
  const flow = cause.family === 'water' ? Math.max(0, ...flows) : 0;
  if (flow >= harmfulFlow || (gbpPerWeek ?? 0) >= bounds.urgent_gbp_per_week) return 2;
  // Where nobody knows the price, nobody knows that it is small.
  return gbpPerWeek === null || gbpPerWeek >= bounds.notice_gbp_per_week ? 3 : 'digest';
}

/** What several findings cost together; unknown where one of them is. */
export function together(worths: readonly Worth[]): Worth {
  const sum = (of: (worth: Worth) => number | null): number | null => {
    let total = 0;
    for (const worth of worths) {
      const one = of(worth);
      if (one === null) return null;
      total += one;
    }
    return total;
  };
  return {
    excess: sum((worth) => worth.excess) ?? 0,
    excessPerWeek: sum((worth) => worth.excessPerWeek) ?? 0,
    gbp: sum((worth) => worth.gbp),
    gbpPerWeek: sum((worth) => worth.gbpPerWeek),
    kgco2e: sum((worth) => worth.kgco2e),
    kgco2ePerWeek: sum((worth) => worth.kgco2ePerWeek),
    unknown: [...new Set(worths.flatMap(({ unknown }) => unknown))],
  };
}
