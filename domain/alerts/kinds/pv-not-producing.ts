import { quantile } from '../../energy/quartiles.ts';
import type { Clock } from '../clock.ts';
import { type Finding, placedAt } from '../finding.ts';
import { type Judged, judgedBy, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import type { WatchedPanels } from '../pairs.ts';
import { knownOf, medianOf } from '../robust.ts';
import { spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import { leastWorked, ownYardstick } from './own-yardstick.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/** A day is bright when the yardstick gives this share of what it gives on one of the brightest days of the year. */
const bright = 0.2;

/**
 * Panels that make less than the sun would give: what they made for each unit of a yardstick, on bright days, against
 * what they usually make of one. On dull days nothing is said. Where nothing tells how much sun there was, panels that
 * make nothing at all are found, and no others. Steps are days.
 */
export function pvNotProducing(panels: WatchedPanels, rule: ParametersOf<'pv_not_producing'>): Finding[] {
  const { clock, made } = panels;
  const { scores, when, median, yardstick } = judgePanels(panels, rule);
  return spansOf(scores, when).map((span): Finding => {
    const places = placesOfDays({ clock, use: made }, span);
    const usual = medianOf(knownOf(median.subarray(span.first, span.raised + 1)));
    const excess = made.slice(places.first, places.end);
    let [expected, measured, known] = [0, 0, 0];
    for (let k = 0; k < excess.length; k++) {
      const awaited = usual * (yardstick[places.first + k] as number);
      const one = excess[k] as number;
      excess[k] = awaited - one;
      if (Number.isNaN(awaited - one)) continue;
      known++;
      expected += awaited;
      measured += one;
    }
    return {
      kind: 'pv_not_producing',
      ...placedAt(panels, places),
      unit: 'kWh',
      excess,
      measured: (2 * measured) / known,
      expected: (2 * expected) / known,
      score: medianOf(knownOf(scores.subarray(span.first, span.end))) * rule.deviations,
      known: known / excess.length,
      facts: { share_of_usual: measured / expected },
    };
  });
}

/** What is missing of a day is kWh that the sun of that day would have given. */
export function judgePanels(
  panels: WatchedPanels,
  rule: ParametersOf<'pv_not_producing'>,
): Judged & { readonly median: Float64Array; readonly yardstick: Float64Array } {
  const { clock, made, yardstick = ownYardstick(clock, made) } = panels;
  const { light, ratios } = ratiosOf(clock, made, yardstick);
  const { median, spread } = usualOf(ratios, { remembered: 56, fewest: 8, leastFar: 0 });
  const missing = ratios.map((ratio, d) => ((median[d] as number) - ratio) * (light[d] as number));
  const needed = ratios.map((_, d) => {
    const [usual, width] = [median[d] as number, spread[d] as number];
    if (!panels.yardstick) return (1 - leastWorked) * usual * (light[d] as number);
    // Panels differ from day to day by more than a ratio near nothing can show.
    return Math.max(rule.falls_by * usual, rule.deviations * Math.max(width, 0.03 * usual)) * (light[d] as number);
  });
  const when = { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 2 };
  return { ...judgedBy(missing, needed, when, ratePer.day), median, yardstick };
}

interface Ratios {
  /** By day: what the yardstick gave, and kWh made for a unit of it; NaN on days that are not known or not bright. */
  readonly light: Float64Array;
  readonly ratios: Float64Array;
}

function ratiosOf(clock: Clock, made: Float64Array, yardstick: Float64Array): Ratios {
  const light = new Float64Array(clock.days.length);
  const ratios = new Float64Array(clock.days.length);
  for (const [d, { first, count }] of clock.days.entries()) {
    let [sun, output, known] = [0, 0, 0];
    for (let i = first; i < first + count; i++) {
      if (Number.isNaN(made[i]) || Number.isNaN(yardstick[i])) continue;
      sun += yardstick[i] as number;
      output += made[i] as number;
      known++;
    }
    light[d] = known >= 0.9 * count ? sun : Number.NaN;
    ratios[d] = sun > 0 ? output / sun : Number.NaN;
  }
  // The brightest days of the year before, so that a day is judged as it could be at the time.
  const year = new Float64Array(366);
  return {
    light,
    ratios: ratios.map((ratio, d) => {
      let count = 0;
      for (let k = Math.max(0, d - 365); k <= d; k++) if (!Number.isNaN(light[k])) year[count++] = light[k] as number;
      const brightest = quantile(year.subarray(0, count).sort(), 0.95, 'lower') ?? Number.NaN;
      return (light[d] as number) >= bright * brightest ? ratio : Number.NaN;
    }),
  };
}
