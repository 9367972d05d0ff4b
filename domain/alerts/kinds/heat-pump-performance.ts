import { quantile } from '../../energy/quartiles.ts';
import { type Finding, findingOf } from '../finding.ts';
import { type Judged, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { leastSquares } from '../../least-squares.ts';
import type { WatchedHeatPump } from '../pairs.ts';
import { knownOf, meanOf, medianOf } from '../robust.ts';
import { spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import { dayTotals } from '../weather-factors.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/** A day counts on which the pump ran for more than a little: this share of its busiest days. */
const busy = 0.15;
/** Days learned from, the fewest of them, and how often that is done again. */
const learning = { days: 365, fewest: 28, every: 28 } as const;

/**
 * A heat pump that gives less heat for its electricity than it did on days as cold: heat over electricity of a day, as
 * a straight line in the mean temperature of the day where that is known. Steps are days.
 */
export function heatPumpPerformance(pump: WatchedHeatPump, rule: ParametersOf<'heat_pump_performance'>): Finding[] {
  const { electricity, heat, heatMeter } = pump;
  const { clock, use } = electricity;
  const { scores, when, median, performance, expected } = judgeHeatPump(pump, rule);
  return spansOf(scores, when).map((span) => {
    const places = placesOfDays(electricity, span);
    const usual = medianOf(knownOf(median.subarray(span.first, span.raised + 1)));
    const level = use.map((_, i) => {
      const now = (expected[clock.day[i] as number] as number) * (1 - usual);
      return (heat[i] as number) / now;
    });
    const facts = {
      performance: meanOf(performance.subarray(span.first, span.end)),
      usual_performance: meanOf(expected.subarray(span.first, span.end)) * (1 - usual),
    };
    const watched = { ...electricity, expected: { ...electricity.expected, level } };
    const finding = findingOf({ watched, kind: 'heat_pump_performance', places, facts });
    return { ...finding, meters: [electricity.meter.id, heatMeter.id] };
  });
}

interface Performances {
  /** Heat over electricity of each day; what was expected of it, and the share by which it usually is below that. */
  readonly performance: Float64Array;
  readonly expected: Float64Array;
  readonly median: Float64Array;
}

/** What it is short by is electricity, kW, taken beside what it took for the same heat. */
export function judgeHeatPump(
  { electricity: { clock, use, weather }, heat }: WatchedHeatPump,
  rule: ParametersOf<'heat_pump_performance'>,
): Judged & Performances {
  const [taken, given] = [dayTotals(clock, use), dayTotals(clock, heat)];
  const least = busy * (quantile(knownOf(taken).sort(), 0.95, 'lower') ?? Number.NaN);
  const performance = taken.map((one, d) => (one > least ? (given[d] as number) / one : Number.NaN));
  const expected = expectedPerformance(performance, weather?.mean);
  const share = performance.map((one, d) => 1 - one / (expected[d] as number));
  const { median, spread } = usualOf(share, { remembered: 56, fewest: 14, leastFar: rule.falls_by / 2 });
  const needed = spread.map((width) => Math.max(rule.falls_by, rule.deviations * Math.max(width, 0.02)));
  return {
    scores: share.map((one, d) => (one - (median[d] as number)) / (needed[d] as number)),
    when: { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 3 },
    shortBy: (d) => {
      if (Number.isNaN(share[d])) return Number.NaN;
      const raisedAt = (expected[d] as number) * (1 - (median[d] as number) - (needed[d] as number));
      return ratePer.day * ((given[d] as number) / raisedAt - (taken[d] as number));
    },
    performance,
    expected,
    median,
  };
}

/** By day, from the days before it: a line in the temperature, or the middle of them where that is not known. */
function expectedPerformance(performance: Float64Array, temperature: Float64Array | undefined): Float64Array {
  let line: { readonly constant: number; readonly slope: number } | undefined;
  return performance.map((_, d) => {
    if (d % learning.every === 0) {
      const days: number[] = [];
      for (let k = Math.max(0, d - learning.days); k < d; k++) {
        if (!Number.isNaN(performance[k]) && !(temperature && Number.isNaN(temperature[k]))) days.push(k);
      }
      line = days.length < learning.fewest ? undefined : lineOf(days, performance, temperature);
    }
    return line ? line.constant + (line.slope === 0 ? 0 : line.slope * (temperature?.[d] ?? 0)) : Number.NaN;
  });
}

function lineOf(days: readonly number[], performance: Float64Array, temperature: Float64Array | undefined) {
  const target = Float64Array.from(days, (d) => performance[d] as number);
  if (!temperature) return { constant: medianOf(target), slope: 0 };
  const columns = [new Float64Array(days.length).fill(1), Float64Array.from(days, (d) => temperature[d] as number)];
  const [constant = 0, slope = 0] = leastSquares(columns, target).coefficients;
  return { constant, slope };
}
