import { daySeconds, type EpochSeconds } from '../time.ts';
import type { Alert, AlertEvent, Saving } from './life.ts';
import { hoursPerWeek } from './worth.ts';

/**
 * Whether what a person closed as mended is so: the same measure that raised the alert, on the days after. A day shows
 * it gone where at most a part of the excess is left, and there where most of it is; what lies between says nothing.
 */
export interface DayAfter {
  /** Of the London day; days begin after the one on which it was closed. */
  readonly from: EpochSeconds;
  /**
   * What was used beyond the expected, kW or m³/h; NaN where too little of the day is known. Where the alert has no
   * rate: 1 on a day that shows it, else 0.
   */
  readonly rate: number;
}

export interface VerificationRule {
  /** Days that must show it gone, and days that show it there, one after the other. */
  readonly gone: number;
  readonly there: number;
  /** The parts of the excess up to which it is gone, and from which on it is there. */
  readonly goneUpTo: number;
  readonly thereFrom: number;
  /** Days after which, without a verdict, it is opened again. */
  readonly atMost: number;
}

/** A week of every weekday, and three days that are no chance. */
const usualVerification: VerificationRule = {
  gone: 7,
  there: 3,
  goneUpTo: 0.3,
  thereFrom: 0.6,
  atMost: 28,
};

const savingDays = 365;

/** The verdict on an alert that is watched; undefined while there is none. */
export function verify(
  alert: Alert,
  days: readonly DayAfter[],
  now: EpochSeconds,
  rule: VerificationRule = usualVerification,
): AlertEvent | undefined {
  const { closed, seen } = alert;
  if (alert.state !== 'watching' || !closed) return undefined;
  const after = days.filter(({ from }) => from >= closed.at);
  let [gone, there] = [0, 0];
  const left: number[] = [];
  for (const { rate } of after) {
    if (Number.isNaN(rate)) continue;
    const share = seen.rate > 0 ? rate / seen.rate : rate;
    gone = share <= rule.goneUpTo ? gone + 1 : 0;
    there = share >= rule.thereFrom ? there + 1 : 0;
    if (gone > 0) left.push(rate);
    else left.length = 0;
    if (there >= rule.there) {
      const why = `the meter shows ${percent(share)} of it on the ${there} days after it was closed`;
      return { event: 'reopened', at: now, why };
    }
    if (gone >= rule.gone) {
      const rest = left.reduce((sum, one) => sum + one, 0) / left.length;
      const why = `the meter shows it gone on ${gone} days`;
      return { event: 'verified', at: now, saving: savingOf(alert, closed.at, rest), why };
    }
  }
  if (now - closed.at < rule.atMost * daySeconds) return undefined;
  return { event: 'reopened', at: now, why: `the meter has not shown it gone within ${rule.atMost} days` };
}

/** What is used no more: what was in excess, less what is left of it; never more than was measured. */
function savingOf({ id, seen }: Alert, from: EpochSeconds, rest: number): Saving | undefined {
  const rate = seen.rate - Math.max(0, rest);
  if (!(rate > 0)) return undefined;
  const { excess, gbp, kgco2e } = seen.worth;
  const perWeek = rate * hoursPerWeek;
  // As a unit of it cost and emitted while it held.
  const worthOf = (amount: number | null): number | null =>
    amount === null || !(excess > 0) ? null : (amount / excess) * perWeek;
  return {
    claim: `alert:${id}`,
    from,
    until: from + savingDays * daySeconds,
    rate,
    perWeek,
    gbpPerWeek: worthOf(gbp),
    kgco2ePerWeek: worthOf(kgco2e),
  };
}

/** What a saving has come to by an instant: a week's worth (£, m³, kWh) for each week, and no more after a year. */
export function savedBy({ from, until }: Saving, perWeek: number, now: EpochSeconds): number {
  return (Math.max(0, Math.min(now, until) - from) / (7 * daySeconds)) * perWeek;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
