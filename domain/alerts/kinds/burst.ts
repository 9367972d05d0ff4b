import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import { spansOf } from '../spans.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt } from './steps-of-days.ts';

/** A burst main: as much beyond the expected as the busiest time of the week takes in all. Steps are half-hours. */
export function burst(watched: Watched, rule: ParametersOf<'burst'>): Finding[] {
  const { clock, use, expected } = watched;
  const peaks = peaksOf(watched);
  const scores = use.map((value, i) => {
    const excess = value - (expected.level[i] as number);
    const peak = (peaks[clock.day[i] as number] as number) * rule.times_peak;
    return Math.min(excess / peak, (2 * excess) / rule.excess_m3_per_h);
  });
  const needs = Math.round(2 * rule.hours);
  return spansOf(scores, { raise: 1, clear: goesOnAt / 2, needs, of: needs, quiet: 2 }).map((places) =>
    findingOf({ watched, kind: 'burst', places }),
  );
}

/** By day: the highest expected half-hour of the week that ends with it. */
export function peaksOf({ clock: { days }, expected: { level } }: Pick<Watched, 'clock' | 'expected'>): Float64Array {
  const daily = Float64Array.from(days, ({ first, count }) => highest(level.subarray(first, first + count)));
  return daily.map((_, d) => highest(daily.subarray(Math.max(0, d - 6), d + 1)));
}

function highest(values: Float64Array): number {
  return values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most), Number.NaN);
}
