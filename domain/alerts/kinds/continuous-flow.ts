import { type Clock, slotsPerDay } from '../clock.ts';
import { type Finding, findingOf, type Places } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
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
  const { clock, use } = watched;
  const least = leastByDay(clock, use);
  const usual = usualOf(least, {
    remembered: lookedBack.days,
    fewest: lookedBack.fewest,
    leastFar: rule.flow_m3_per_h / 2,
  }).median;
  const day = usualOf(dayTotals(clock, use), { remembered: lookedBack.days, fewest: lookedBack.fewest, leastFar: 0 });
  const bound = usual.map((trickle, d) => {
    const isTrickle = trickle <= (trickleShare * (day.median[d] as number)) / slotsPerDay;
    return isTrickle ? trickle + rule.flow_m3_per_h / 2 : Number.NaN;
  });
  const stops = use.map((value, i) => {
    const most = bound[clock.day[i] as number] as number;
    return Number.isNaN(value) || Number.isNaN(most) ? Number.NaN : Number(value < most);
  });
  return runsOf(stops, Math.round(2 * rule.hours))
    .filter(({ first }) => {
      const d = clock.day[first] as number;
      return shareBelow(least.subarray(Math.max(0, d - lookedBack.days), d), bound[d] as number) >= rule.usually_stops;
    })
    .map((places) => findingOf({ watched, kind: 'continuous_flow', places }));
}

/** Runs of half-hours without a stop that are long enough. What is not known does not break one. */
function runsOf(stops: Float64Array, hours: number): Places[] {
  const runs: Places[] = [];
  let [first, last, known, raised] = [-1, -1, 0, -1];
  for (let i = 0; i <= stops.length; i++) {
    const stop = stops[i];
    if (stop === 0) {
      if (known === 0) first = i;
      last = i;
      if (++known === hours) raised = i;
    } else if (stop === 1 || stop === undefined) {
      if (known >= hours) runs.push({ first, end: last + 1, raised, open: stop === undefined });
      known = 0;
    }
  }
  return runs;
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
  const known = least.filter((one) => !Number.isNaN(one));
  return known.filter((one) => one < bound).length / known.length;
}
