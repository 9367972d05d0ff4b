import { calendarOf } from './calendar.ts';
import { type ShapeName, shapes } from './shapes.ts';
import { weatherOf } from './weather.ts';

const typicalYears = 2;
const halfHoursPerYear = 17_520;
// 2024-01-01 and 2025-01-01 begin the two recorded years of weather.
const firstTypicalYear = 1_704_067_200;

const known = new Map<string, number>();

/**
 * Degrees below the balance point, weighted by the hours of heating, summed over a typical year of half-hours:
 * what a year's heat is divided by to get the heat per degree.
 */
export function roomHeatPerYear(shape: ShapeName, balancePoint: number): number {
  const key = `${shape}/${balancePoint}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const count = typicalYears * halfHoursPerYear;
  const calendar = calendarOf(firstTypicalYear, count);
  const { felt } = weatherOf(0, firstTypicalYear, count);
  const hours = shapes[shape];
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const where = (calendar.kind[i] ?? 0) * 48 + (calendar.slot[i] ?? 0);
    sum += Math.max(0, balancePoint - (felt[i] ?? 0)) * (hours[where] ?? 0);
  }
  known.set(key, sum / typicalYears);
  return sum / typicalYears;
}
