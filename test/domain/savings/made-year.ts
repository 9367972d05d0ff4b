import type { DailyTemperature, DailyUse, Days } from '../../../domain/savings/daily.ts';
import { addDays, daysBetween, type LocalDate } from '../../../domain/time.ts';

/** Two years of days whose use follows a wave of temperatures, made as plainly as can be. */
export const baseline: Days = { first: '2023-01-01', last: '2023-12-31' };
export const reporting: Days = { first: '2024-01-01', last: '2024-12-30' };
export const from: LocalDate = '2022-12-20';
const count = daysBetween(from, '2025-01-31');

/** °C: 10 ± 8 over the year, with a ripple of nineteen days. */
export function degreesOn(date: LocalDate): number {
  const day = daysBetween('2023-01-15', date);
  return 10 - 8 * Math.cos((2 * Math.PI * day) / 365.25) + 3 * Math.sin((2 * Math.PI * day) / 19);
}

export const temperature: DailyTemperature = {
  from,
  values: Float64Array.from({ length: count }, (_, day) => degreesOn(addDays(from, day))),
};

export function useBy(value: (date: LocalDate, place: number) => number): DailyUse {
  return { from, values: Float64Array.from({ length: count }, (_, day) => value(addDays(from, day), day)) };
}

/** 300 kWh a day, 40 for each degree below 15 °C, and a little that comes and goes. */
export function heatedUse(date: LocalDate, place: number): number {
  return 300 + 40 * Math.max(0, 15 - degreesOn(date)) + 6 * Math.sin(place * 1.7) + 4 * Math.cos(place * 0.61);
}
