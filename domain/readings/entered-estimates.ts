import type { Cut } from '../half-hours/half-hour-cut.ts';
import { known } from '../half-hours/half-hour-cut.ts';
import type { DatedMeaning } from '../half-hours/meter-conversion.ts';
import { meaningAt } from '../half-hours/meter-conversion.ts';
import type { Ruling } from './rulings.ts';
import { type EpochSeconds, halfHourSeconds } from '../time.ts';

/**
 * Fills missing half-hours with what a person estimated, each with its part of the estimate by time. Where the total of
 * a row of missing half-hours is known the register is right: what is entered takes its part of that total, the rest
 * stays with the others; an estimate that fills the whole row, or says more than the register counted, is scaled to it.
 */
export function fillEntered(
  cut: Cut,
  rows: Iterable<{ readonly first: number; readonly end: number }>,
  rulings: readonly Ruling[],
  meanings: readonly DatedMeaning[],
): void {
  const startOf = (k: number): EpochSeconds => cut.base + k * halfHourSeconds;
  const entered = (k: number): number | undefined => countsEntered(startOf(k), rulings, meanings);
  for (const { first, end } of rows) shareRow(cut, first, end, entered);
  for (const k of cut.quality.keys()) {
    if (!Number.isNaN(cut.amount[k])) continue;
    const counts = entered(k);
    if (counts !== undefined) fill(cut, k, counts);
  }
}

function shareRow(cut: Cut, first: number, end: number, entered: (k: number) => number | undefined): void {
  const counts = Array.from({ length: end - first }, (_, i) => entered(first + i));
  if (counts.every((each) => each === undefined)) return;
  const amounts = cut.amount.subarray(first, end);
  const total = amounts.reduce((sum, each) => sum + each, 0);
  const said = counts.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const others = amounts.reduce((sum, each, i) => sum + (counts[i] === undefined ? each : 0), 0);
  const isWhole = counts.every((each) => each !== undefined);
  const scale = said > 0 && (isWhole || said > total) ? total / said : 1;
  const rest = Math.max(0, total - said * scale);
  for (const [i, each] of counts.entries()) {
    if (each === undefined) amounts[i] = others > 0 ? ((amounts[i] as number) * rest) / others : 0;
    // An estimate of nothing for a whole row that counted something: the register's own part by time stays.
    else fill(cut, first + i, isWhole && said === 0 ? (amounts[i] as number) : each * scale);
  }
}

function fill(cut: Cut, k: number, counts: number): void {
  cut.amount[k] = counts;
  cut.quality[k] = known.estimated;
  cut.rule[k] = 'entered';
}

/** What was entered for the half-hour, in counts of the register; of two estimates the later one. */
function countsEntered(
  start: EpochSeconds,
  rulings: readonly Ruling[],
  meanings: readonly DatedMeaning[],
): number | undefined {
  const found = rulings.findLast((each) => each.kind === 'estimate' && each.from <= start && start < each.to);
  if (found?.kind !== 'estimate') return undefined;
  const meaning = meaningAt(meanings, start);
  const each = found.unit === 'm3' ? meaning.volume : meaning.energy;
  return each === undefined ? undefined : (found.amount * halfHourSeconds) / (found.to - found.from) / each;
}
