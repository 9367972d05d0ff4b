import type { Clock } from '../clock.ts';
import { type Finding, findingOf, type Places } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import type { Watched } from '../watched.ts';

/** Days looked back upon to see whether flow usually stops, and the fewest of them. */
const lookedBack = { days: 28, fewest: 10 } as const;

/**
 * Water that has not stopped running for a day and a night, where on most days it stops for a while. It is raised as
 * soon as the hours are over, and over with the first half-hour without flow.
 */
export function continuousFlow(watched: Watched, rule: ParametersOf<'continuous_flow'>): Finding[] {
  const { clock, use } = watched;
  const stops = use.map((value) => (Number.isNaN(value) ? value : Number(2 * value < rule.flow_m3_per_h)));
  const stopped = stoppedByDay(clock, stops);
  return runsOf(stops, Math.round(2 * rule.hours))
    .filter(({ first }) => shareStopped(stopped, clock.day[first] as number) >= rule.usually_stops)
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

/** By day: 1 where flow stopped in some half-hour, 0 where it did not, NaN where too little is known. */
function stoppedByDay({ days }: Clock, stops: Float64Array): Float64Array {
  return Float64Array.from(days, ({ first, count }) => {
    const known = stops.subarray(first, first + count).filter((stop) => !Number.isNaN(stop));
    return known.includes(1) ? 1 : known.length < 0.9 * count ? Number.NaN : 0;
  });
}

function shareStopped(stopped: Float64Array, day: number): number {
  const known = stopped.subarray(Math.max(0, day - lookedBack.days), day).filter((one) => !Number.isNaN(one));
  return known.length < lookedBack.fewest ? 0 : known.reduce((sum, one) => sum + one, 0) / known.length;
}
