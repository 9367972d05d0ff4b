import { isSameAmounts, sameAmount } from '../domain/energy/bucket-sums.ts';
import type { ChangeCause } from '../domain/signoff/change-causes.ts';
import { addDays, dateOf, type EpochSeconds, type Period, startOfDay } from '../domain/time.ts';
import { closedDaysKey, type DayBefore, type DaysBefore } from '../store/kept-history.ts';
import type { DayFigure, ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';

interface Books {
  readonly store: Pick<ReadingStore, 'days' | 'writeDays'>;
  readonly state: Pick<StateStore, 'recall' | 'keepDaysBefore'>;
}

/**
 * Writes the days of meters. What a settled day (one that was summed up after it was over) said before is kept first,
 * so that a crash between the two loses nothing: done again, the same is kept again.
 */
export async function writeMeterDays(
  { store, state }: Books,
  days: readonly DayFigure[],
  causesOf: (meter: string) => readonly ChangeCause[],
  now: EpochSeconds,
): Promise<void> {
  const closed = state.recall(closedDaysKey);
  const end = closed === undefined ? -Infinity : startOfDay(addDays(closed, 1));
  const settled = days.filter(({ day }) => day < end);
  const byMeter = Map.groupBy(settled, ({ meter }) => meter);
  // Meters whose days are the same are asked together.
  const groups = Map.groupBy(byMeter.values(), (list) => `${list[0]?.day} ${list.at(-1)?.day}`);
  const before: DaysBefore[] = [];
  for (const group of groups.values()) {
    const lists = group.map((list) => list.toSorted((a, b) => a.day - b.day));
    const [first, last] = [lists[0]?.[0], lists[0]?.at(-1)];
    if (!first || !last) continue;
    const meters = lists.flatMap((list) => list[0]?.meter ?? []);
    const known = Map.groupBy(await store.days(meters, { from: first.day, to: last.day + 1 }), ({ meter }) => meter);
    for (const list of lists) {
      const meter = list[0]?.meter ?? '';
      const changed = changesIn(list, known.get(meter) ?? []);
      if (changed.days.length + changed.unknown.length === 0) continue;
      before.push({ meter, replaced: now, causes: causesOf(meter), ...changed });
    }
  }
  state.keepDaysBefore(before);
  await store.writeDays(days, []);
}

/** What of these days is to be said otherwise than it was. */
function changesIn(
  fresh: readonly DayFigure[],
  known: readonly DayFigure[],
): { readonly days: readonly DayBefore[]; readonly unknown: readonly Period[] } {
  const byDay = new Map(known.map((figure) => [figure.day, figure]));
  const days: DayBefore[] = [];
  const unknown: { from: EpochSeconds; to: EpochSeconds }[] = [];
  for (const figure of fresh) {
    const old = byDay.get(figure.day);
    if (old) {
      if (!isSame(old, figure)) days.push(before(old));
    } else if (figure.measuredHalfHours + figure.estimatedHalfHours > 0 || figure.energy + figure.volume !== 0) {
      const run = unknown.at(-1);
      const next = startOfDay(addDays(dateOf(figure.day), 1));
      if (run?.to === figure.day) run.to = next;
      else unknown.push({ from: figure.day, to: next });
    }
  }
  return { days, unknown };
}

function before(figure: DayFigure): DayBefore {
  const { day, energy, volume, measuredEnergy, measuredVolume, measuredShare } = figure;
  const { measuredHalfHours, estimatedHalfHours, missingHalfHours } = figure;
  const halfHours = { measuredHalfHours, estimatedHalfHours, missingHalfHours };
  return { day, energy, volume, measuredEnergy, measuredVolume, measuredShare, ...halfHours };
}

function isSame(old: DayFigure, fresh: DayFigure): boolean {
  return isSameAmounts(old, fresh) && Math.abs(old.measuredShare - fresh.measuredShare) <= sameAmount;
}
