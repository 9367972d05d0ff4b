import { type Clock } from '../clock.ts';
import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import { sortedQuantile } from '../robust.ts';
import { spansOf } from '../spans.ts';
import { suspiciousScore } from '../suspicion.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt } from './steps-of-days.ts';

/** Half-hours by which plant may run on after the busy hours and still have been left on. */
const ranOn = 4;

/**
 * Use in the hours in which a meter usually rests: `left_on` where it never came down after the busy hours,
 * `out_of_hours` where it rose by itself. Which hours those are is learned from the meter, or said by `away`.
 */
export function afterHours(
  watched: Watched,
  kind: 'left_on' | 'out_of_hours',
  rule: ParametersOf<'left_on' | 'out_of_hours'>,
): Finding[] {
  const { clock, use, expected, away } = watched;
  const rest = restOf(clock, expected.level, away);
  const scores = new Float64Array(clock.count).fill(Number.NaN);
  for (let i = 0; i < clock.count; i++) {
    if (rest.away[i] === 0) continue;
    const excess = (use[i] as number) - (expected.level[i] as number);
    const rise = (rest.rise[clock.day[i] as number] as number) * rule.share_of_rise;
    const deviations = excess / (expected.spread[i] as number) / suspiciousScore;
    scores[i] = Math.min(deviations, excess / rise, (2 * excess) / rule.excess_kw);
  }
  const needs = Math.max(1, Math.round(2 * rule.hours));
  const spans = spansOf(scores, { raise: 1, clear: goesOnAt, needs, of: needs + 1, quiet: 4 });
  return spans
    .filter(({ first }) => (followsBusy(rest.away, first) ? 'left_on' : 'out_of_hours') === kind)
    .map((places) => findingOf({ watched, kind, places, counts: rest.away }));
}

function followsBusy(away: Uint8Array, first: number): boolean {
  for (let i = first - 1; i >= Math.max(0, first - ranOn); i--) if (away[i] === 0) return true;
  return false;
}

interface Rest {
  /** 1 in the half-hours in which the meter usually rests. */
  readonly away: Uint8Array;
  /** By day: what it usually rises by from rest to its busy half-hours, in the unit of the level. */
  readonly rise: Float64Array;
}

/** From rest to busy a meter must rise to half as much again, or it never rests. */
const leastRise = 1.5;
/** Up to this part of the rise a half-hour is one of rest. */
const restUpTo = 0.35;

/** The half-hours of rest by the expected levels of the week that ends with each day. */
export function restOf({ days, count }: Clock, level: Float64Array, said?: Uint8Array): Rest {
  const away = new Uint8Array(count);
  const rise = new Float64Array(days.length).fill(Number.NaN);
  const week = new Float64Array(400);
  for (const [d, day] of days.entries()) {
    const end = day.first + day.count;
    let known = 0;
    for (let i = days[Math.max(0, d - 6)]?.first ?? 0; i < end; i++) {
      if (!Number.isNaN(level[i])) week[known++] = level[i] as number;
    }
    if (known < day.count) continue;
    week.subarray(0, known).sort();
    const low = sortedQuantile(week, known, 0.1);
    const high = sortedQuantile(week, known, 0.95);
    rise[d] = high - low;
    const rests = high >= leastRise * low && high > 0;
    for (let i = day.first; i < end; i++) {
      const isLow = rests && (level[i] as number) <= low + restUpTo * (high - low);
      away[i] = said ? (said[i] as number) : isLow ? 1 : 0;
    }
  }
  return { away, rise };
}
