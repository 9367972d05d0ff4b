import { type Finding, placedAt } from '../finding.ts';
import { type Judged, judgedBy } from '../judged.ts';
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
  const { low, best, agreed } = point;
  const { scores, when } = judgePeakCapacity(point, rule);
  return spansOf(scores, when).map((span): Finding => {
    let [highest, at, over, known] = [Number.NEGATIVE_INFINITY, span.first, 0, 0];
    for (let i = span.first; i < span.end; i++) {
      if (Number.isNaN(best[i])) continue;
      known++;
      if ((best[i] as number) > (agreed[i] as number)) over++;
      if ((best[i] as number) > highest) [highest, at] = [best[i] as number, i];
    }
    return {
      kind: 'peak_capacity',
      ...placedAt(point, span),
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

export function judgePeakCapacity({ best, agreed }: WatchedCapacity, rule: ParametersOf<'peak_capacity'>): Judged {
  const needed = agreed.map((kva) => rule.share_of_agreed * kva);
  // Demand is kVA as it stands.
  return judgedBy(best, needed, { raise: 1, clear: 1, needs: 1, of: 1, quiet }, 1);
}
