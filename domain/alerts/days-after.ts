import { dateOf, type EpochSeconds, halfHourSeconds } from '../time.ts';
import { type Clock, placesIn, slotsPerDay, timeAt } from './clock.ts';
import type { Finding } from './finding.ts';
import type { Alert } from './life.ts';
import type { LearningLook } from './look.ts';
import { knownOf } from './robust.ts';
import type { DayAfter } from './verification.ts';

/** The share of a day's half-hours that must be known. */
const knownShare = 0.75;

/**
 * What the days after an alert was closed show of it, of the whole days that are over. Of the use of a meter: how much
 * is left of the excess in the half-hours of the day in which it was, so that what ran at night alone is not thought
 * gone because of the days. Of anything else: whether the same condition was found on that day, if what it is looked
 * for in is known: panels that are silent, or had no sun, are not mended.
 */
export function daysAfter(
  { closed, seen }: Pick<Alert, 'closed' | 'seen'>,
  look: Pick<LearningLook, 'clock' | 'findings' | 'watched' | 'scores'>,
  until: EpochSeconds,
): DayAfter[] {
  if (!closed) return [];
  const { clock } = look;
  const watched = look.watched.get(seen.subject);
  const days = clock.days.filter(
    (day) => day.date > dateOf(closed.at) && timeAt(clock, day.first) + day.count * halfHourSeconds <= until,
  );
  if (watched && !others.includes(seen.kind)) {
    const { use, expected } = watched;
    const excess = use.map((value, i) => value - (expected.level[i] as number));
    const before = bySlot(clock, excess, seen.from, Math.min(seen.to, closed.at));
    const whole = before.reduce((sum, one) => sum + one * one, 0);
    return days.map((day) => {
      let [left, weight] = [0, 0];
      for (let i = day.first; i < day.first + day.count; i++) {
        const usual = before[clock.slot[i] as number] as number;
        if (Number.isNaN(excess[i])) continue;
        left += usual * (excess[i] as number);
        weight += usual * usual;
      }
      const known = weight >= knownShare * whole && weight > 0;
      return { from: timeAt(clock, day.first), rate: known ? (seen.rate * left) / weight : Number.NaN };
    });
  }
  // A demand and a failure have no rate.
  const there = seen.rate > 0 ? seen.rate : 1;
  const same = look.findings.filter((one) => one.kind === seen.kind && one.subject === seen.subject);
  const scores = look.scores(seen.kind, seen.subject);
  return days.map((day) => {
    const from = timeAt(clock, day.first);
    if (!isKnown(clock, day, scores)) return { from, rate: Number.NaN };
    return { from, rate: same.some((one) => covers(one, from, from + day.count * halfHourSeconds)) ? there : 0 };
  });
}

/** Kinds whose excess is not that of the use of their subject. */
const others: readonly Finding['kind'][] = [
  'unexplained_main',
  'heat_pump_performance',
  'pv_not_producing',
  'peak_capacity',
  'power_factor',
  'supply_lost',
];

/** Whether enough of a day is judged, by scores of half-hours or of days. */
function isKnown(clock: Clock, day: Clock['days'][number], scores: Float64Array | undefined): boolean {
  if (!scores) return false;
  if (scores.length !== clock.count) return !Number.isNaN(scores[clock.day[day.first] as number]);
  const judged = knownOf(scores.subarray(day.first, day.first + day.count));
  return judged.length >= knownShare * day.count;
}

/** The mean excess at each place on the clock while it held; nothing where it was none. */
function bySlot(clock: Clock, excess: Float64Array, from: EpochSeconds, to: EpochSeconds): Float64Array {
  const sums = new Float64Array(slotsPerDay);
  const counts = new Float64Array(slotsPerDay);
  const { first, end } = placesIn(clock, { from, to });
  for (let i = first; i < end; i++) {
    if (Number.isNaN(excess[i])) continue;
    const slot = clock.slot[i] as number;
    sums[slot] = (sums[slot] as number) + (excess[i] as number);
    counts[slot] = (counts[slot] as number) + 1;
  }
  return sums.map((sum, slot) => (sum > 0 ? sum / (counts[slot] as number) : 0));
}

function covers({ from, to }: Finding, start: EpochSeconds, end: EpochSeconds): boolean {
  return from < end && to > start;
}
