import type { LocalDate } from '../time.ts';
import type { Days } from './daily.ts';
import type { Gate } from './gates.ts';
import type { BaselineModel, Disqualified, Interval, ModelRequest } from './model.ts';

/**
 * A saving as the meter shows it (IPMVP option C): what the building as it was would have used after the works, less
 * what was used. Both are of the same days: those of which use and temperature are known.
 */

/** What changed the use of the meter and is no measure. Its effect is known, or its days are left out. */
export interface RoutineBreak {
  readonly id: string;
  readonly from: LocalDate;
  /** Its last day; without it, it stays. */
  readonly to?: LocalDate | undefined;
  /** Energy a day more through the meter; below 0 less. */
  readonly addsPerDay?: number | undefined;
}

/** What was done about a non-routine event. */
export interface EventTreated {
  readonly id: string;
  /**
   * `adjusted`: its effect was taken from the baseline, or added to what was expected after it. `left_out`: its days do
   * not count. `ended`: it stays without a known effect, so nothing can be said from it on. `before`: it was over, or
   * the same throughout. One that began after the last day asked about is not among them.
   */
  readonly treated: 'adjusted' | 'left_out' | 'ended' | 'before';
  /** Energy that was added to what was expected; 0 unless adjusted. */
  readonly adjusted: number;
  readonly daysLeftOut: number;
}

export interface SavingRequest extends Omit<ModelRequest, 'days' | 'leftOut'> {
  /** Up to the day before the first works, at most 365 days. */
  readonly baseline: Days;
  /** From the day after the last works on. */
  readonly reporting: Days;
  readonly events?: readonly RoutineBreak[] | undefined;
  /** The model of this baseline where another period was told by it already: the same use, temperature and events. */
  readonly model?: BaselineModel | undefined;
}

export const verdicts = {
  saves: 'less is used than before, beyond what chance could do in nine cases of ten',
  uses_more: 'more is used than before, beyond what chance could do in nine cases of ten',
  not_shown: 'the meter does not show whether it saves: no change lies within the interval',
} as const;
export type Verdict = keyof typeof verdicts;

export interface VerifiedSaving {
  /** The days asked about, up to the last one that can be said anything of. */
  readonly period: Days;
  readonly knownDays: number;
  /** Energy of the known days, what events of known effect add included. */
  readonly expected: number;
  readonly used: number;
  readonly saved: Interval;
  /** Of what was expected; undefined where nothing was. */
  readonly savedShare: Interval | undefined;
  /** Of the last 365 days; undefined of less than nine tenths of them: a summer says nothing of a winter. */
  readonly perYear: Interval | undefined;
  readonly verdict: Verdict;
  readonly events: readonly EventTreated[];
  readonly doubts: readonly Gate[];
  readonly model: BaselineModel;
}

export type SavingAnswer = VerifiedSaving | Disqualified;
