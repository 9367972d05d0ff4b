import type { Clock } from '../clock.ts';
import { type Finding, findingOf } from '../finding.ts';
import { type Judged, judgedBy, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';
import { inUnit } from './thresholds.ts';

/** 01:00 to 05:00 by the clock. */
const night = { first: 2, end: 10 } as const;
const fewest = 6;

/**
 * Use that does not come down in a night: the least half-hour of 01:00 to 05:00 stays above a limit (practice of
 * bureaux: "never below"), or above what the least half-hour of such a night is. Steps are nights.
 */
export function neverBelow(watched: Watched, rule: ParametersOf<'never_below'>): Finding[] {
  const { scores, when } = judgeNeverBelow(watched, rule);
  const atNight = watched.clock.slot.map((slot) => Number(slot >= night.first && slot < night.end));
  return spansOf(scores, when).map((span) => {
    const places = placesOfDays(watched, span, { raisedAfter: night.end, endsAfter: night.end });
    return findingOf({ watched, kind: 'never_below', places, counts: atNight });
  });
}

export function judgeNeverBelow(watched: Watched, rule: ParametersOf<'never_below'>): Judged {
  const { clock } = watched;
  const lowest = lowestOfNights(clock, watched.use);
  const { limit, excess: least } = inUnit(watched, rule);
  const when = { raise: 1, clear: goesOnAt, needs: 1, of: 1, quiet: 2 };
  if (limit > 0) {
    const needed = new Float64Array(lowest.length).fill(limit / ratePer.halfHour);
    return judgedBy(lowest, needed, when, ratePer.halfHour);
  }
  const expected = lowestOfNights(clock, watched.expected.level);
  const above = lowest.map((value, d) => value - (expected[d] as number));
  const { median, spread } = usualOf(above, { remembered: 56, fewest: 14, leastFar: least / 4 });
  const needed = spread.map((width, d) => {
    const usual = (expected[d] as number) + (median[d] as number);
    return Math.max(rule.deviations * width, rule.rises_by * usual, least / ratePer.halfHour);
  });
  return judgedBy(
    above.map((value, d) => value - (median[d] as number)),
    needed,
    when,
    ratePer.halfHour,
  );
}

/** The least half-hour of each night, kWh or m³; NaN where too few of them are known. */
function lowestOfNights(clock: Clock, use: Float64Array): Float64Array {
  return Float64Array.from(clock.days, ({ first, count }) => {
    let [lowest, known] = [Number.POSITIVE_INFINITY, 0];
    for (let i = first; i < first + count; i++) {
      const slot = clock.slot[i] as number;
      if (slot < night.first || slot >= night.end || Number.isNaN(use[i])) continue;
      lowest = Math.min(lowest, use[i] as number);
      known++;
    }
    return known >= fewest ? lowest : Number.NaN;
  });
}
