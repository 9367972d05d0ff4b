import { type Finding, findingOf } from '../finding.ts';
import { type Judged, judgedBy, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { knownOf, medianOf } from '../robust.ts';
import { type Span, spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/** 00:00 to 04:30 by the clock, when a base is alone. */
const nightSlots = 9;
const fewest = 5;

/**
 * The base at night creeping up: the median of 00:00 to 04:30 of a night, against what was expected of these half-hours
 * from eight weeks before (domain practice: +15 % in three nights on end). Steps are nights.
 */
export function nightBase(watched: Watched, rule: ParametersOf<'night_base'>): Finding[] {
  const { scores, when, level, usual } = judgeNightBase(watched, rule);
  return spansOf(scores, when).map((span) => {
    const facts = { usual_base_kw: 2 * medianIn(usual, span), base_kw: 2 * medianIn(level, span) };
    const places = placesOfDays(watched, span, { raisedAfter: nightSlots });
    return findingOf({ watched, kind: 'night_base', places, facts });
  });
}

export function judgeNightBase(watched: Watched, rule: ParametersOf<'night_base'>): Judged & Nights {
  const { level, usual } = nightsOf(watched);
  const residual = level.map((value, d) => value - (usual[d] as number));
  const { spread } = usualOf(residual, { remembered: 56, fewest: 10, leastFar: rule.excess_kw / ratePer.halfHour });
  const needed = spread.map((width, d) =>
    Math.max(rule.deviations * width, rule.rises_by * (usual[d] as number), rule.excess_kw / ratePer.halfHour),
  );
  const when = { raise: 1, clear: goesOnAt, needs: rule.nights, of: rule.nights, quiet: 2 };
  return { ...judgedBy(residual, needed, when, ratePer.halfHour), level, usual };
}

interface Nights {
  readonly level: Float64Array;
  readonly usual: Float64Array;
}

/** Medians of the half-hours of each night and of what was expected of them, kWh; NaN where half of it is unknown. */
function nightsOf({ clock, use, expected }: Watched): Nights {
  const level = new Float64Array(clock.days.length).fill(Number.NaN);
  const usual = level.slice();
  const [seen, awaited] = [new Float64Array(64), new Float64Array(64)];
  for (const [d, { first, count }] of clock.days.entries()) {
    let known = 0;
    for (let i = first; i < first + count && (clock.slot[i] as number) < nightSlots; i++) {
      const [one, other] = [use[i] as number, expected.level[i] as number];
      if (Number.isNaN(one) || Number.isNaN(other)) continue;
      seen[known] = one;
      awaited[known++] = other;
    }
    if (known < fewest) continue;
    level[d] = medianOf(seen, known);
    usual[d] = medianOf(awaited, known);
  }
  return { level, usual };
}

function medianIn(values: Float64Array, { first, end }: Span): number {
  return medianOf(knownOf(values.subarray(first, end)));
}
