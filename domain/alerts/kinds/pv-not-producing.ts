import { timeAt } from '../clock.ts';
import type { Finding } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import type { WatchedPanels } from '../pairs.ts';
import { medianOf, sortedQuantile } from '../robust.ts';
import { spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/** A day is bright when the yardstick gives this share of what it gives on one of the brightest days of the year. */
const bright = 0.2;

/**
 * Panels that make less than the sun would give: what they made for each unit of a yardstick, on bright days, against
 * what they usually make of one. On dull days nothing is said. Steps are days.
 */
export function pvNotProducing(panels: WatchedPanels, rule: ParametersOf<'pv_not_producing'>): Finding[] {
  const { meter, clock, made, yardstick } = panels;
  const { ratios } = ratiosOf(panels);
  const { median, spread } = usualOf(ratios, { remembered: 56, fewest: 8, leastFar: 0 });
  const scores = ratios.map((ratio, d) => {
    const [usual, width] = [median[d] as number, spread[d] as number];
    // Panels differ from day to day by more than a ratio near nothing can show.
    const deviations = (usual - ratio) / Math.max(width, 0.03 * usual) / rule.deviations;
    return Math.min((usual - ratio) / usual / rule.falls_by, deviations);
  });
  const spans = spansOf(scores, { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 2 });
  return spans.map((span): Finding => {
    const places = placesOfDays({ clock, use: made }, span);
    const usual = medianOf(median.slice(span.first, span.raised + 1).filter((one) => !Number.isNaN(one)));
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
      site: meter.site,
      subject: meter.id,
      meters: [meter.id],
      from: timeAt(clock, places.first),
      to: timeAt(clock, places.end),
      open: places.open,
      raised: timeAt(clock, places.raised + 1),
      unit: 'kWh',
      excess,
      measured: (2 * measured) / known,
      expected: (2 * expected) / known,
      score: medianOf(scores.slice(span.first, span.end).filter((one) => !Number.isNaN(one))) * rule.deviations,
      known: known / excess.length,
      facts: { share_of_usual: measured / expected },
    };
  });
}

/** By day: kWh made for a unit of the yardstick; NaN on days that are not bright or not known. */
function ratiosOf({ clock, made, yardstick }: WatchedPanels): { readonly ratios: Float64Array } {
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
    ratios: ratios.map((ratio, d) => {
      let count = 0;
      for (let k = Math.max(0, d - 365); k <= d; k++) if (!Number.isNaN(light[k])) year[count++] = light[k] as number;
      year.subarray(0, count).sort();
      return (light[d] as number) >= bright * sortedQuantile(year, count, 0.95) ? ratio : Number.NaN;
    }),
  };
}
