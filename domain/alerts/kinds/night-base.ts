import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import { medianOf } from '../robust.ts';
import { type Span, spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/** 00:00 to 04:30 by the clock, when a base is alone. */
const nightSlots = 9;
const fewest = 5;

/**
 * The base at night creeping up: the median of 00:00 to 04:30 of a night, against what was expected of these half-hours
 * from eight weeks before (domain practice: +15 % in three nights on end). Steps are nights.
 */
export function nightBase(watched: Watched, rule: ParametersOf<'night_base'>): Finding[] {
  const { level, usual } = nightsOf(watched);
  const residual = level.map((value, d) => value - (usual[d] as number));
  const { spread } = usualOf(residual, { remembered: 56, fewest: 10, leastFar: rule.excess_kw / 2 });
  const scores = residual.map((value, d) => {
    const base = usual[d] as number;
    // Where there was no base at all, any share of it is nothing.
    const share = base > 0 ? value / base / rule.rises_by : Number.POSITIVE_INFINITY * Math.sign(value);
    return Math.min(share, (2 * value) / rule.excess_kw, value / (spread[d] as number) / rule.deviations);
  });
  const spans = spansOf(scores, { raise: 1, clear: goesOnAt, needs: rule.nights, of: rule.nights, quiet: 2 });
  return spans.map((span) => {
    const facts = { usual_base_kw: 2 * medianIn(usual, span), base_kw: 2 * medianIn(level, span) };
    const places = placesOfDays(watched, span, { raisedAfter: nightSlots });
    return findingOf({ watched, kind: 'night_base', places, facts });
  });
}

/** Medians of the half-hours of each night and of what was expected of them, kWh; NaN where half of it is unknown. */
export function nightsOf({ clock, use, expected }: Watched): {
  readonly level: Float64Array;
  readonly usual: Float64Array;
} {
  const level = new Float64Array(clock.days.length).fill(Number.NaN);
  const usual = level.slice();
  const [seen, awaited] = [new Float64Array(64), new Float64Array(64)];
  for (const [d, { first, count }] of clock.days.entries()) {
    let known = 0;
    for (let i = first; i < first + count && (clock.slot[i] as number) < nightSlots; i++) {
      const [one, other] = [use[i] as number, expected.level[i] as number];
      if (Number.isNaN(one) || Number.isNaN(other)) continue;
      seen[known] = one;
      awaited[known++] = other;
    }
    if (known < fewest) continue;
    level[d] = medianOf(seen, known);
    usual[d] = medianOf(awaited, known);
  }
  return { level, usual };
}

function medianIn(values: Float64Array, { first, end }: Span): number {
  const known = values.slice(first, end).filter((value) => !Number.isNaN(value));
  return medianOf(known);
}
