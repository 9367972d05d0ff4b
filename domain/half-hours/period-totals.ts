import type { Meter } from '../estate/estate.ts';
import { type Cut, known } from './half-hour-cut.ts';
import { limits } from '../limits.ts';
import type { Reading } from '../readings/reading.ts';
import { readingsInOrder } from './register-points.ts';
import { type EpochSeconds, halfHourSeconds } from '../time.ts';

/**
 * Totals of long periods, such as the kWh of an invoice. They say nothing of any half-hour; what is left of one, when
 * the half-hours that are known are taken off, is the known total of those that are missing in it.
 */
export interface Total {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly amount: number;
}

/** Totals in order of time. Of two that overlap the one that begins first is kept. */
export function totalsOf(meter: Meter, readings: readonly Reading[], now: EpochSeconds): Total[] {
  const totals: Total[] = [];
  for (const { at, value, period } of readingsInOrder(readings, meter, 'total')) {
    const isAmount = Number.isFinite(value) && value >= 0 && period >= 1 && period <= limits.totalSeconds;
    const isOver = at + period <= now + limits.futureSeconds;
    if (!isAmount || !isOver || at < (totals.at(-1)?.to ?? Number.NEGATIVE_INFINITY)) continue;
    totals.push({ from: at, to: at + period, amount: value });
  }
  return totals;
}

/**
 * Gives the half-hours of which nothing is known their part, by time, of what is left of their total. They stay
 * missing. A total that is less than what is known in it is not believed.
 */
export function shareTotals(cut: Cut, totals: readonly Total[]): void {
  for (const { from, to, amount } of totals) {
    const first = Math.round((from - cut.base) / halfHourSeconds);
    const end = Math.round((to - cut.base) / halfHourSeconds);
    if (first < 0 || end > cut.quality.length) continue;
    let left = amount;
    let unknown = 0;
    for (let k = first; k < end; k++) {
      if (Number.isNaN(cut.amount[k])) unknown++;
      else left -= cut.amount[k] as number;
    }
    if (unknown === 0 || left < -1e-9 * Math.max(1, amount)) continue;
    for (let k = first; k < end; k++) {
      if (!Number.isNaN(cut.amount[k])) continue;
      cut.amount[k] = Math.max(0, left) / unknown;
      cut.quality[k] = known.missing;
      cut.rule[k] = 'total';
    }
    cut.divided[first] = 1;
    cut.divided[end] = 1;
  }
}
