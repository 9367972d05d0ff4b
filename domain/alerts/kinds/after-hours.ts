import { quantile } from '../../energy/quartiles.ts';
import { type Clock } from '../clock.ts';
import { type Finding, findingOf } from '../finding.ts';
import { type Judged, judgedBy, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
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
  const { scores, when, away } = judgeAfterHours(watched, rule);
  return spansOf(scores, when)
    .filter(({ first }) => (followsBusy(away, first) ? 'left_on' : 'out_of_hours') === kind)
    .map((places) => findingOf({ watched, kind, places, counts: away }));
}

/** Steps are the half-hours of rest. */
export function judgeAfterHours(
  watched: Watched,
  rule: ParametersOf<'left_on' | 'out_of_hours'>,
): Judged & Pick<Rest, 'away'> {
  const { clock, use, expected } = watched;
  const { away, rise } = restOf(clock, expected.level, watched.away);
  const excess = new Float64Array(clock.count).fill(Number.NaN);
  const needed = new Float64Array(clock.count);
  for (let i = 0; i < clock.count; i++) {
    if (away[i] === 0) continue;
    excess[i] = (use[i] as number) - (expected.level[i] as number);
    needed[i] = Math.max(
      suspiciousScore * (expected.spread[i] as number),
      rule.share_of_rise * (rise[clock.day[i] as number] as number),
      rule.excess_kw / ratePer.halfHour,
    );
  }
  const needs = Math.max(1, Math.round(2 * rule.hours));
  const when = { raise: 1, clear: goesOnAt, needs, of: needs + 1, quiet: 4 };
  return { ...judgedBy(excess, needed, when, ratePer.halfHour), away };
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

// A pure function's memory: both kinds ask for it, every half-hour, and what is expected stays the same.
const remembered = new WeakMap<Float64Array, { readonly said: Uint8Array | undefined; readonly rest: Rest }>();

function restOf(clock: Clock, level: Float64Array, said?: Uint8Array): Rest {
  const known = remembered.get(level);
  if (known && known.said === said) return known.rest;
  const rest = restBy(clock, level, said);
  remembered.set(level, { said, rest });
  return rest;
}

/** The half-hours of rest by the expected levels of the week that ends with each day. */
function restBy({ days, count }: Clock, level: Float64Array, said?: Uint8Array): Rest {
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
    const sorted = week.subarray(0, known).sort();
    const [low = Number.NaN, high = Number.NaN] = [0.1, 0.95].map((share) => quantile(sorted, share, 'lower'));
    rise[d] = high - low;
    const rests = high >= leastRise * low && high > 0;
    for (let i = day.first; i < end; i++) {
      const isLow = rests && (level[i] as number) <= low + restUpTo * (high - low);
      away[i] = said ? (said[i] as number) : isLow ? 1 : 0;
    }
  }
  return { away, rise };
}
