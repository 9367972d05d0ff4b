import { readFlow, type Sums, Total } from '../../energy/flow.ts';
import { knownShareOfDay } from '../../weather/degree-days.ts';
import type { TermEra, Term } from './terms.ts';

/**
 * kWh of each day of the sums, whose buckets are days: the terms added up, each by its weight; NaN on a day of which
 * one of them is not known to nine tenths, and where there is none.
 */
export function dailyOf<T extends Term>(
  sums: Sums,
  eras: readonly TermEra<T>[],
  weight: (term: T) => number = () => 1,
): Float64Array {
  const days = new Float64Array(sums.boundaries.length - 1).fill(Number.NaN);
  const flow = new Total();
  for (const { from, to, terms } of eras) {
    if (terms.length === 0) continue;
    for (const day of days.keys()) {
      const start = sums.boundaries[day] ?? 0;
      if (start < from || start >= to) continue;
      let sum = 0;
      for (const term of terms) {
        readFlow(flow, sums, day, term.meter.id);
        const isEnough = flow.knownHalfHours >= knownShareOfDay * flow.halfHours;
        // What is missing of a day that is known to nine tenths is taken as its other half-hours are.
        sum += isEnough ? term.times * weight(term) * Math.max(flow.energy, flow.expectedEnergy) : Number.NaN;
      }
      days[day] = sum;
    }
  }
  return days;
}
