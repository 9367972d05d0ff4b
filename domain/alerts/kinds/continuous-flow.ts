import { type Clock, slotsPerDay } from '../clock.ts';
import { type Finding, findingOf } from '../finding.ts';
import { type Judged, judgedBy, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { knownOf } from '../robust.ts';
import { spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import type { Watched } from '../watched.ts';
import { dayTotals } from '../weather-factors.ts';

/** Days looked back upon to see how far flow usually comes down, and the fewest of them. */
const lookedBack = { days: 28, fewest: 10 } as const;
/** More than this share of a usual half-hour is no trickle but a load that never stops. */
const trickleShare = 0.1;

/**
 * Water that has not stopped running for a day and a night, where on most days it stops, or comes down to a trickle,
 * for a while. It is raised as soon as the hours are over, and over with the first half-hour of such a pause.
 */
export function continuousFlow(watched: Watched, rule: ParametersOf<'continuous_flow'>): Finding[] {
  const { scores, when, stopsOn } = judgeContinuousFlow(watched, rule);
  return spansOf(scores, when)
    .filter(({ first }) => stopsOn(first))
    .map((places) => findingOf({ watched, kind: 'continuous_flow', places }));
}

interface Stops {
  /** Whether flow usually stops on the day of a half-hour. */
  readonly stopsOn: (halfHour: number) => boolean;
}

/** Steps are half-hours; what is not known does not break a run of them. */
export function judgeContinuousFlow(watched: Watched, rule: ParametersOf<'continuous_flow'>): Judged & Stops {
  const { clock, use } = watched;
  const least = leastByDay(clock, use);
  const lookBack = { remembered: lookedBack.days, fewest: lookedBack.fewest };
  const leastFar = rule.flow_m3_per_h / ratePer.halfHour;
  const usual = usualOf(least, { ...lookBack, leastFar }).median;
  const day = usualOf(dayTotals(clock, use), { ...lookBack, leastFar: 0 }).median;
  const bound = usual.map((trickle, d) => {
    const isTrickle = trickle <= (trickleShare * (day[d] as number)) / slotsPerDay;
    return isTrickle ? trickle + leastFar : Number.NaN;
  });
  const dayOf = (i: number): number => clock.day[i] as number;
  const hours = Math.round(2 * rule.hours);
  const when = { raise: 1, clear: 1, needs: hours, of: hours, quiet: 1 };
  const needed = use.map((_, i) => bound[dayOf(i)] as number);
  const judged = judgedBy(use, needed, when, ratePer.halfHour);
  const stopsOn = (i: number): boolean => {
    const d = dayOf(i);
    const before = least.subarray(Math.max(0, d - lookedBack.days), d);
    return shareBelow(before, bound[d] as number) >= rule.usually_stops;
  };
  return { ...judged, shortBy: (i) => (stopsOn(i) ? judged.shortBy(i) : Number.NaN), stopsOn };
}

/** By day, the least half-hour; NaN where too little of the day is known. */
function leastByDay({ days }: Clock, use: Float64Array): Float64Array {
  return Float64Array.from(days, ({ first, count }) => {
    let [least, known] = [Number.POSITIVE_INFINITY, 0];
    for (let i = first; i < first + count; i++) {
      if (Number.isNaN(use[i])) continue;
      least = Math.min(least, use[i] as number);
      known++;
    }
    return known < 0.9 * count ? Number.NaN : least;
  });
}

function shareBelow(least: Float64Array, bound: number): number {
  const known = knownOf(least);
  return known.filter((one) => one < bound).length / known.length;
}
