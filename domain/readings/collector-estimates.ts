import type { Meter } from '../estate/estate.ts';
import type { Cut } from '../half-hours/half-hour-cut.ts';
import { cutAtHalfHours, known } from '../half-hours/half-hour-cut.ts';
import type { Rule } from '../half-hours/half-hours.ts';
import { limits } from '../limits.ts';
import type { Reading } from './reading.ts';
import type { Link } from '../half-hours/register-faults.ts';
import { readingsInOrder } from '../half-hours/register-points.ts';
import { isSentinel } from './sentinels.ts';
import type { EpochSeconds, Period } from '../time.ts';

/**
 * Estimates of a data collector or supplier as links, in order of time. Of two that overlap the one that begins first
 * is kept: nothing can be said of which is better.
 */
export function estimateLinks(meter: Meter, readings: readonly Reading[], now: EpochSeconds): Link[] {
  const links: Link[] = [];
  for (const { at, value, period } of readingsInOrder(readings, meter, 'estimate')) {
    const isAmount = Number.isFinite(value) && value >= 0 && !isSentinel(value);
    const isOver = at + period <= now + limits.futureSeconds && period >= 1 && period <= limits.intervalSeconds;
    if (!isAmount || !isOver || at < (links.at(-1)?.to ?? Number.NEGATIVE_INFINITY)) continue;
    links.push({ from: at, to: at + period, amount: value, rule: undefined });
  }
  return links;
}

/** Takes estimates where nothing at all is known, not even the total that a half-hour has a part in. */
export function fillFromEstimates(best: Cut, links: readonly Link[], span: Period, maximumGap: number): void {
  if (links.length === 0) return;
  const rule: Rule = 'collector-estimate';
  const cut = cutAtHalfHours(links, span, { maximumGap, plain: rule, wide: rule, open: false });
  for (const k of best.quality.keys()) {
    if (!Number.isNaN(best.amount[k]) || cut.quality[k] === known.missing) continue;
    best.amount[k] = cut.amount[k] as number;
    best.quality[k] = known.estimated;
    best.rule[k] = rule;
    best.divided[k] = Math.max(best.divided[k] as number, cut.divided[k] as number);
  }
}
