import type { Utility } from '../estate/vocabulary.ts';
import { cutDays } from '../savings/baseline-days.ts';
import { type DailyUse, type Days, lastYearOf, leastOfYear, yearDays } from '../savings/daily.ts';
import { notPassed } from '../savings/gates.ts';
import type { Interval } from '../savings/model.ts';
import type { VerifiedSaving } from '../savings/saving.ts';
import { addDays, daysBetween, type LocalDate } from '../time.ts';
import type { MeasureSaving, MeteredSince, SavingOutcome, SavingSplit } from './measure-saving.ts';
import type { MeasureState } from './measure-standing.ts';
import { type ShowingMeter, splitShares } from './saving-groups.ts';

/** From the days of meters to what measures saved. */

/** A meter whose days are part of what passes another. */
export interface UsePart {
  readonly days: DailyUse | undefined;
  readonly times: 1 | -1;
  /** Whether the meter was there on a day: before it nothing was made or taken. */
  readonly isThere: (day: LocalDate) => boolean;
}

/**
 * Days of several meters added up, the first of which is the one that is asked about: what is bought and made less what
 * leaves. NaN where one of those that are there is not known.
 */
export function useThrough(parts: readonly UsePart[], { first, last }: Days): DailyUse {
  const values = new Float64Array(daysBetween(first, last) + 1);
  for (let i = 0; i < values.length; i++) {
    const day = addDays(first, i);
    for (const [j, { days, times, isThere }] of parts.entries()) {
      // Of the meter itself nothing is known before it was there.
      if (j > 0 && !isThere(day)) continue;
      const value = days?.values[daysBetween(days.from, day)] ?? Number.NaN;
      values[i] = (values[i] as number) + times * value;
    }
  }
  return { from: first, values };
}

/** What a meter counted since the works, and in the last twelve months of that. */
export function meteredSince(use: DailyUse, period: Days, counts: MeteredSince['counts']): MeteredSince {
  const knownIn = (days: Days) => cutDays(use, days).filter((one) => !Number.isNaN(one));
  const [all, year] = [knownIn(period), knownIn(lastYearOf(period))];
  return {
    counts,
    period,
    knownDays: all.length,
    amount: sumOf(all),
    perYear: year.length >= leastOfYear ? (sumOf(year) * yearDays) / year.length : undefined,
  };
}

/** What a meter counted, or that no day of it is known: an inverter that is not heard of did not make 0 kWh. */
export function meteredOutcome(use: DailyUse, period: Days, counts: MeteredSince['counts']): SavingOutcome {
  const metered = meteredSince(use, period, counts);
  const gates = notPassed({ reporting_known: metered.knownDays });
  return gates.length > 0 ? { how: 'disqualified', gates } : { how: 'metered', metered };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, one) => sum + one, 0);
}

/** Each twelve months of a period, of which the last may be running. */
export function savingYears({ first, last }: Days): Days[] {
  const years: Days[] = [];
  for (let from = first; from <= last; from = addDays(from, yearDays)) {
    const to = addDays(from, yearDays - 1);
    years.push({ first: from, last: to < last ? to : last });
  }
  return years;
}

/** What a year saves, kWh or m³; below 0 what it takes. Undefined where no year is known. */
export function yearOf(outcome: SavingOutcome): Interval | undefined {
  if (outcome.how === 'verified') return outcome.saving.perYear;
  if (outcome.how !== 'metered' || outcome.metered.perYear === undefined) return undefined;
  return savedBy(outcome.metered, outcome.metered.perYear);
}

/** What was saved together, parted by what was expected of each measure; empty where that cannot part it. */
export function splitOf(
  { saved, perYear }: Pick<VerifiedSaving, 'saved' | 'perYear'>,
  measures: readonly MeasureState[],
  meter: ShowingMeter,
  meters: ReadonlyMap<string, ShowingMeter>,
): SavingSplit[] {
  return splitShares(measures, meter, meters).map(({ measure, share }) => ({
    measure,
    share,
    saved: saved.best * share,
    perYear: perYear === undefined ? undefined : perYear.best * share,
  }));
}

/** What was saved of one utility to date, each kWh (m³) once. */
export interface SavedTogether {
  readonly utility: Utility;
  readonly unit: 'kWh' | 'm3';
  readonly saved: Interval;
  /** How many groups it is of; those whose saving is in that of a meter above them are not among them. */
  readonly groups: number;
}

/**
 * Savings to date added up by utility. Meters err independently, so the distances of low and high from the best add up
 * as their squares do. What panels made counts as saved, since it was not bought or was exported; what a heat pump's
 * own meter took is taken off.
 */
export function savedTogether(savings: readonly MeasureSaving[]): SavedTogether[] {
  const counted = savings.flatMap((saving) => {
    const { outcome, utility, unit } = saving;
    const saved = toDate(outcome);
    return saved && utility && !isCountedAbove(saving, savings) ? [{ utility, unit, saved }] : [];
  });
  return [...Map.groupBy(counted, ({ utility }) => utility)].map(([utility, list]) => {
    const best = list.reduce((sum, { saved }) => sum + saved.best, 0);
    const reach = (end: 'low' | 'high') => Math.hypot(...list.map(({ saved }) => saved[end] - saved.best));
    const saved = { low: best - reach('low'), best, high: best + reach('high') };
    return { utility, unit: list[0]?.unit ?? 'kWh', saved, groups: list.length };
  });
}

/** Whether a saving is in that of a meter above which has a number; where that has none, it is what is known. */
function isCountedAbove({ inside, measures }: MeasureSaving, savings: readonly MeasureSaving[]): boolean {
  if (inside === undefined) return false;
  const host = savings.find(
    (one) => one.meter === inside && one.by === 'model' && measures.every((id) => one.measures.includes(id)),
  );
  return host !== undefined && (toDate(host.outcome) !== undefined || isCountedAbove(host, savings));
}

/** What was saved to date; what a meter of its own counted is known as it is. Undefined where there is no number. */
export function toDate(outcome: SavingOutcome): Interval | undefined {
  if (outcome.how === 'verified') return outcome.saving.saved;
  return outcome.how === 'metered' ? savedBy(outcome.metered, outcome.metered.amount) : undefined;
}

/** What is made counts as saved, what is taken against it. */
function savedBy({ counts }: MeteredSince, amount: number): Interval {
  const best = counts === 'made' ? amount : -amount;
  return { low: best, best, high: best };
}
