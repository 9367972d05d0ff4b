import { type Clock, slotsPerDay } from '../clock.ts';
import { medianOf } from '../robust.ts';
import { dayTotals } from '../weather-factors.ts';

/** Days on which the panels worked that are remembered, and the fewest that say anything. */
const remembered = 28;
const fewest = 10;
/** A day with less than this share of a usual one is one on which they did not work: the darkest gives more. */
export const leastWorked = 0.02;

/**
 * What panels without another to be held against would make on each day: at each place on the clock the mean of the
 * last days on which they worked. It tells nothing of the sun of the day, so that all it can show is that they stand
 * still.
 */
export function ownYardstick(clock: Clock, made: Float64Array): Float64Array {
  const totals = dayTotals(clock, made);
  const yardstick = new Float64Array(clock.count).fill(Number.NaN);
  const days: number[] = [];
  for (const [d, { first, count }] of clock.days.entries()) {
    const last = days.slice(-remembered);
    if (last.length >= fewest) {
      const means = meansOf(clock, made, last);
      for (let i = first; i < first + count; i++) yardstick[i] = means[clock.slot[i] as number] as number;
    }
    const usual = medianOf(Float64Array.from(last, (day) => totals[day] as number));
    if ((totals[d] as number) > (last.length < fewest ? 0 : leastWorked * usual)) days.push(d);
  }
  return yardstick;
}

function meansOf({ days, slot }: Clock, made: Float64Array, chosen: readonly number[]): Float64Array {
  const [sums, counts] = [new Float64Array(slotsPerDay), new Float64Array(slotsPerDay)];
  for (const d of chosen) {
    const { first = 0, count = 0 } = days[d] ?? {};
    for (let i = first; i < first + count; i++) {
      if (Number.isNaN(made[i])) continue;
      const at = slot[i] as number;
      sums[at] = (sums[at] as number) + (made[i] as number);
      counts[at] = (counts[at] as number) + 1;
    }
  }
  return sums.map((sum, at) => sum / (counts[at] as number));
}
