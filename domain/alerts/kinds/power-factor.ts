import { type Finding, placedAt } from '../finding.ts';
import { type Judged, judgedBy, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import type { WatchedReactive } from '../pairs.ts';
import { spansOf } from '../spans.ts';
import { placesOfDays } from './steps-of-days.ts';

/**
 * A power factor that is charged: kWh over √(kWh² + kvarh²) of a day, from counted kvarh alone. What is charged are the
 * kvarh of each half-hour beyond √(1/f² − 1) × kWh, at the factor f (0.3286841 at 0.95). Steps are days.
 */
export function powerFactor(point: WatchedReactive, rule: ParametersOf<'power_factor'>): Finding[] {
  const { clock, active, reactive } = point;
  const free = freeShare(rule);
  const { scores, when } = judgePowerFactor(point, rule);
  return spansOf(scores, when).map((span): Finding => {
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
      ...placedAt(point, places),
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

/** kvarh that each kWh may draw before any is charged. */
function freeShare({ lowest }: ParametersOf<'power_factor'>): number {
  return Math.sqrt(1 / lowest ** 2 - 1);
}

export function judgePowerFactor(point: WatchedReactive, rule: ParametersOf<'power_factor'>): Judged {
  const { days } = point.clock;
  const drawn = new Float64Array(days.length).fill(Number.NaN);
  const free = drawn.slice();
  for (const [d, { first, count }] of days.entries()) {
    const { kwh, kvarh, known } = sumOf(point, first, first + count);
    if (known < 0.75 * count || kwh <= 0) continue;
    drawn[d] = (48 * kvarh) / known;
    free[d] = (48 * freeShare(rule) * kwh) / known;
  }
  const when = { raise: 1.02, clear: 1, needs: rule.days, of: rule.days + 1, quiet: 2 };
  return judgedBy(drawn, free, when, ratePer.day);
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
