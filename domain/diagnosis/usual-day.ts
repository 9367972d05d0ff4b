import { isKnownBankHoliday } from '../bank-holidays.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, wallClock } from '../time.ts';

export const halfHoursPerDay = daySeconds / halfHourSeconds;

/**
 * Takes the usual day, and what a day has more or less than others, out of a column: what is left are a meter's own
 * ups and downs, not the working day and the weather that all loads share. Where too few days are there to know a usual
 * day, only the mean is taken out. `days` numbers the days of what is kept; it is empty in that case.
 */
export function evenerOf(
  starts: readonly EpochSeconds[],
  places: readonly number[],
): { readonly even: (column: Float64Array) => Float64Array; readonly days: readonly number[] } {
  const clocks = new Map(places.map((k) => [k, wallClock(starts[k] ?? 0)]));
  const slotOf = (k: number): string => {
    const { date = '', minuteOfDay = 0, weekday = 0 } = clocks.get(k) ?? {};
    return `${isKnownBankHoliday(date) ? 7 : Math.max(5, weekday)} ${minuteOfDay}`;
  };
  const usual = [...Map.groupBy(places, slotOf).values()].filter((group) => group.length > 1);
  const enough = usual.reduce((sum, group) => sum + group.length - 1, 0) >= halfHoursPerDay;
  const slots = enough ? usual : [places];
  const kept = slots.flat().sort((a, b) => a - b);
  const days = Map.groupBy(kept, (k) => clocks.get(k)?.date ?? '');
  const groups = enough ? [...slots, ...days.values()] : slots;
  const numbers = new Map([...days.keys()].map((date, i) => [date, i]));
  return {
    even: (column) => {
      const values = column.slice();
      for (const group of groups) {
        const mean = meanOf(group, (k) => values[k] as number);
        for (const k of group) values[k] = (values[k] as number) - mean;
      }
      return Float64Array.from(kept, (k) => values[k] as number);
    },
    days: enough ? kept.map((k) => numbers.get(clocks.get(k)?.date ?? '') ?? 0) : [],
  };
}

/** The mean of a value over some places. */
export function meanOf(places: readonly number[], valueOf: (place: number) => number): number {
  return places.length === 0 ? 0 : places.reduce((sum, k) => sum + valueOf(k), 0) / places.length;
}
