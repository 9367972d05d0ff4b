import { type Finding, findingOf } from '../finding.ts';
import { type Judged, judgedBy, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { spansOf } from '../spans.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt } from './steps-of-days.ts';

/** A burst main: as much beyond the expected as the busiest time of the week takes in all. Steps are half-hours. */
export function burst(watched: Watched, rule: ParametersOf<'burst'>): Finding[] {
  const { scores, when } = judgeBurst(watched, rule);
  return spansOf(scores, when).map((places) => findingOf({ watched, kind: 'burst', places }));
}

export function judgeBurst(watched: Watched, rule: ParametersOf<'burst'>): Judged {
  const { clock, use, expected } = watched;
  const peaks = peaksOf(watched);
  const excess = use.map((value, i) => value - (expected.level[i] as number));
  const needed = excess.map((_, i) =>
    Math.max(rule.times_peak * (peaks[clock.day[i] as number] as number), rule.excess_m3_per_h / ratePer.halfHour),
  );
  const needs = Math.round(2 * rule.hours);
  return judgedBy(excess, needed, { raise: 1, clear: goesOnAt / 2, needs, of: needs, quiet: 2 }, ratePer.halfHour);
}

/** By day: the highest expected half-hour of the week that ends with it. */
function peaksOf({ clock: { days }, expected: { level } }: Watched): Float64Array {
  const daily = Float64Array.from(days, ({ first, count }) => highest(level.subarray(first, first + count)));
  return daily.map((_, d) => highest(daily.subarray(Math.max(0, d - 6), d + 1)));
}

function highest(values: Float64Array): number {
  return values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most), Number.NaN);
}
