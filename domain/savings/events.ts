import { addDays, daysBetween, type LocalDate } from '../time.ts';
import type { DailyUse, Days } from './daily.ts';
import type { EventTreated, RoutineBreak } from './saving.ts';

/** What non-routine events do to a baseline and to what is verified against it. */
export interface EventEffects {
  /** The use of the meter as it would have been without the events whose effect is known. */
  readonly use: DailyUse;
  /** Days that do not count. */
  readonly leftOut: readonly Days[];
  /** The last day of which something can be said; before the first of the reporting days where there is none. */
  readonly last: LocalDate;
  /** By how much those of known effect adjust is for whoever knows which days count: 0 here. */
  readonly treated: readonly EventTreated[];
}

/**
 * An event of known effect is taken out of the use, in the baseline as after it, so that both are of the building as it
 * was. Of unknown effect its days are left out, and where it stays, what lies on its other side is another building's:
 * from it on nothing can be said, and where it began within the baseline, the baseline before it does not count.
 */
export function effectsOf(
  use: DailyUse,
  events: readonly RoutineBreak[],
  baseline: Days,
  reporting: Days,
): EventEffects {
  const values = use.values.slice();
  const leftOut: Days[] = [];
  const treated: EventTreated[] = [];
  let { last } = reporting;
  for (const event of events) {
    const { id, from, to, addsPerDay } = event;
    // What is told of the first year knows nothing of the second.
    if (from > reporting.last) continue;
    const end = to ?? reporting.last;
    const days: Days = { first: from, last: end };
    const inReporting = overlap(days, reporting);
    if (end < baseline.first || (to === undefined && from <= baseline.first)) {
      treated.push({ id, treated: 'before', adjusted: 0, daysLeftOut: 0 });
    } else if (addsPerDay !== undefined) {
      const first = Math.max(0, daysBetween(use.from, from));
      for (let i = first; i <= daysBetween(use.from, end) && i < values.length; i++) {
        values[i] = (values[i] as number) - addsPerDay;
      }
      treated.push({ id, treated: 'adjusted', adjusted: 0, daysLeftOut: 0 });
    } else if (to !== undefined) {
      leftOut.push(days);
      treated.push({ id, treated: 'left_out', adjusted: 0, daysLeftOut: inReporting + overlap(days, baseline) });
    } else if (from <= baseline.last) {
      const before = { first: baseline.first, last: addDays(from, -1) };
      leftOut.push(before);
      treated.push({ id, treated: 'left_out', adjusted: 0, daysLeftOut: overlap(before, baseline) });
    } else {
      const until = addDays(from, -1);
      if (until < last) last = until;
      treated.push({ id, treated: 'ended', adjusted: 0, daysLeftOut: inReporting });
    }
  }
  return { use: { from: use.from, values }, leftOut, last, treated };
}

/** How many days two stretches have in common. */
function overlap(one: Days, other: Days): number {
  const first = one.first > other.first ? one.first : other.first;
  const last = one.last < other.last ? one.last : other.last;
  return Math.max(0, daysBetween(first, last) + 1);
}
