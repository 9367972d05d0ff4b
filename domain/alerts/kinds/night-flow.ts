import { type Finding, findingOf } from '../finding.ts';
import { type Judged, judgedBy } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { meanOf } from '../robust.ts';
import { spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/** 02:00 to 04:00 by the clock, when least is used. */
const night = { first: 4, end: 8 } as const;

/**
 * The least flow of a night: the lower of the two hours from 02:00 to 04:00, m³/h, against its median over eight weeks.
 * Practice for hospitals asks for the least of fourteen nights above 1.3 of it and by 0.1 m³/h; so many nights on end
 * say the same, and three of them sooner. Steps are nights.
 */
export function nightFlow(watched: Watched, rule: ParametersOf<'night_flow'>): Finding[] {
  const { scores, when, flows, median } = judgeNightFlow(watched, rule);
  return spansOf(scores, when).map((span) => {
    const facts = {
      night_flow_m3_per_h: meanOf(flows.subarray(span.first, span.end)),
      usual_night_flow_m3_per_h: median[span.raised] as number,
    };
    return findingOf({
      watched,
      kind: 'night_flow',
      places: placesOfDays(watched, span, { raisedAfter: night.end }),
      facts,
    });
  });
}

interface NightFlows {
  readonly flows: Float64Array;
  readonly median: Float64Array;
}

export function judgeNightFlow(watched: Watched, rule: ParametersOf<'night_flow'>): Judged & NightFlows {
  const flows = leastFlows(watched);
  const request = { remembered: 56, fewest: 14, leastFar: rule.excess_m3_per_h / 2, resolution: watched.resolution };
  const { median, spread } = usualOf(flows, request);
  const needed = spread.map((width, d) =>
    Math.max(rule.deviations * width, rule.rises_by * (median[d] as number), rule.excess_m3_per_h),
  );
  const when = { raise: 1, clear: goesOnAt, needs: rule.nights, of: rule.nights, quiet: 2 };
  const excess = flows.map((flow, d) => flow - (median[d] as number));
  // Flows are m³/h as they stand.
  return { ...judgedBy(excess, needed, when, 1), flows, median };
}

/** m³/h, the lower of the hours of each night; NaN where one is not known. */
function leastFlows({ clock, use }: Pick<Watched, 'clock' | 'use'>): Float64Array {
  return Float64Array.from(clock.days, ({ first, count }) => {
    const hours = [0, 0];
    let known = 0;
    for (let i = first; i < first + count; i++) {
      const slot = clock.slot[i] as number;
      if (slot < night.first || slot >= night.end) continue;
      const hour = (slot - night.first) >> 1;
      hours[hour] = (hours[hour] as number) + (use[i] as number);
      known++;
    }
    return known === night.end - night.first ? Math.min(...hours) : Number.NaN;
  });
}
