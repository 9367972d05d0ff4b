import { timeAt } from '../clock.ts';
import type { Finding } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import type { WatchedReactive } from '../pairs.ts';
import { spansOf } from '../spans.ts';
import { placesOfDays } from './steps-of-days.ts';

/**
 * A power factor that is charged: kWh over √(kWh² + kvarh²) of a day, from counted kvarh alone. What is charged are the
 * kvarh of each half-hour beyond √(1/f² − 1) × kWh, at the factor f (0.3286841 at 0.95). Steps are days.
 */
export function powerFactor(point: WatchedReactive, rule: ParametersOf<'power_factor'>): Finding[] {
  const { meter, clock, active, reactive } = point;
  const free = Math.sqrt(1 / rule.lowest ** 2 - 1);
  const tangents = Float64Array.from(clock.days, ({ first, count }) => {
    const { kwh, kvarh, known } = sumOf(point, first, first + count);
    return known >= 0.75 * count && kwh > 0 ? kvarh / kwh : Number.NaN;
  });
  const scores = tangents.map((tangent) => tangent / free);
  const spans = spansOf(scores, { raise: 1.02, clear: 1, needs: rule.days, of: rule.days + 1, quiet: 2 });
  return spans.map((span): Finding => {
    const places = placesOfDays({ clock, use: active }, span);
    const { first, end } = places;
    const excess = new Float64Array(end - first);
    for (let i = first; i < end; i++) {
      const over = (reactive[i] as number) - free * (active[i] as number);
      excess[i - first] = Number.isNaN(over) ? over : Math.max(0, over);
    }
    const { kwh, kvarh, known } = sumOf(point, first, end);
    return {
      kind: 'power_factor',
      site: meter.site,
      subject: meter.id,
      meters: [meter.id],
      from: timeAt(clock, first),
      to: timeAt(clock, end),
      open: places.open,
      raised: timeAt(clock, places.raised + 1),
      unit: 'kvarh',
      excess,
      measured: (2 * kvarh) / known,
      expected: (2 * free * kwh) / known,
      score: Number.NaN,
      known: known / (end - first),
      facts: { power_factor: kwh / Math.hypot(kwh, kvarh), lowest_power_factor: rule.lowest },
    };
  });
}

function sumOf({ active, reactive }: WatchedReactive, first: number, end: number) {
  let [kwh, kvarh, known] = [0, 0, 0];
  for (let i = first; i < end; i++) {
    if (Number.isNaN(active[i]) || Number.isNaN(reactive[i])) continue;
    kwh += active[i] as number;
    kvarh += reactive[i] as number;
    known++;
  }
  return { kwh, kvarh, known };
}
