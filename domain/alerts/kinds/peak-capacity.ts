import { timeAt } from '../clock.ts';
import type { Finding } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import type { WatchedCapacity } from '../pairs.ts';
import { spansOf } from '../spans.ts';

/** A month is charged by its highest half-hour: after a week below it, the next one is a new alert. */
const quiet = 7 * 48;

/**
 * Demand that comes close to the agreed capacity or above it, kVA. Where kvarh are not counted it is the most likely
 * demand that is looked at, and `surely` says whether the least one does so too. Steps are half-hours.
 */
export function peakCapacity(point: WatchedCapacity, rule: ParametersOf<'peak_capacity'>): Finding[] {
  const { meter, clock, low, best, agreed } = point;
  const scores = best.map((kva, i) => kva / (agreed[i] as number) / rule.share_of_agreed);
  return spansOf(scores, { raise: 1, clear: 1, needs: 1, of: 1, quiet }).map((span): Finding => {
    let [highest, at, over, known] = [Number.NEGATIVE_INFINITY, span.first, 0, 0];
    for (let i = span.first; i < span.end; i++) {
      if (Number.isNaN(best[i])) continue;
      known++;
      if ((best[i] as number) > (agreed[i] as number)) over++;
      if ((best[i] as number) > highest) [highest, at] = [best[i] as number, i];
    }
    return {
      kind: 'peak_capacity',
      site: meter.site,
      subject: meter.id,
      meters: [meter.id],
      from: timeAt(clock, span.first),
      to: timeAt(clock, span.end),
      open: span.open,
      raised: timeAt(clock, span.raised + 1),
      // Demand is charged and not kWh: nothing was used beyond anything.
      unit: 'kWh',
      excess: new Float64Array(span.end - span.first),
      measured: highest,
      expected: agreed[at] as number,
      score: Number.NaN,
      known: known / (span.end - span.first),
      facts: {
        highest_kva: highest,
        agreed_kva: agreed[at] as number,
        half_hours_over: over,
        surely: Number((low[at] as number) >= rule.share_of_agreed * (agreed[at] as number)),
      },
    };
  });
}
