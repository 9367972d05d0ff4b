import type { LocalDate } from '../time.ts';
import type { Signature, SignaturePoint } from './signature.ts';

/**
 * How far use may lie from what is expected of it. The standard error of a prediction by least squares (NIST/SEMATECH
 * e-Handbook of Statistical Methods, 4.5.1.2; Draper and Smith, Applied Regression Analysis, chapter 1): what months
 * scatter by, and what is not known of the line itself. For a sum of stretches with d days and x degree days a day,
 *
 *   error² = s² × [ Σ d·m + D²/n + (Σ d·(x − x̄))² / Σ(xᵢ − x̄)² ],  D = Σ d,
 *
 * where m is the days of the whole month: of whole months the first sum is Σ d², and of a part of one its days err as
 * so many days of a month do. Without a relation to the weather the last term is absent.
 */

/** What a year to come is expected by. */
export type UseModel =
  | {
      readonly kind: 'weather';
      readonly baseload: number;
      readonly slope: number;
      readonly scatter: Scatter;
    }
  /** The days of the load year themselves, of the same month and type. */
  | { readonly kind: 'day_types'; readonly scatter: Scatter };

/** How the months that a model was made of lie about it, by day. */
export interface Scatter {
  /** s: kWh a day, divided by the degrees of freedom. */
  readonly deviation: number;
  readonly points: number;
  readonly degreesOfFreedom: number;
  /** x̄ and Σ(xᵢ − x̄)², °C·day a day; undefined of day types. */
  readonly weather?: { readonly mean: number; readonly squares: number } | undefined;
}

/** Months below which nothing is known of how far the next one may lie. */
export const leastPoints = 3;

/** By the weather where a signature has a relation, else by day types; undefined of fewer than three months. */
export function useModelOf(
  points: readonly Pick<SignaturePoint, 'perDay' | 'degreeDaysPerDay'>[],
  signature: Pick<Signature, 'relation' | 'line' | 'points'> | undefined,
): UseModel | undefined {
  if (signature?.relation === 'heating' && signature.line) {
    const { baseload, slope, rmse, n } = signature.line;
    const x = signature.points.map((point) => point.degreeDaysPerDay);
    const mean = meanOf(x);
    const squares = x.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    const scatter = { deviation: rmse, points: n, degreesOfFreedom: n - 2, weather: { mean, squares } };
    return { kind: 'weather', baseload, slope, scatter };
  }
  const n = points.length;
  if (n < leastPoints) return undefined;
  const y = points.map((point) => point.perDay);
  const mean = meanOf(y);
  const deviation = Math.sqrt(y.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1));
  return { kind: 'day_types', scatter: { deviation, points: n, degreesOfFreedom: n - 1 } };
}

function meanOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0) / list.length;
}

/** A month, or the part of it, whose use is predicted. */
export interface Stretch {
  /** The first of its month. */
  readonly month: LocalDate;
  readonly days: number;
  readonly monthDays: number;
  /** °C·day of all its days; no matter of day types. */
  readonly degreeDays: number;
}

/** The standard error of the use of all stretches together, kWh. */
export function predictionError({ deviation, points, weather }: Scatter, stretches: readonly Stretch[]): number {
  let [own, days, apart] = [0, 0, 0];
  for (const { days: d, monthDays, degreeDays } of stretches) {
    own += d * monthDays;
    days += d;
    apart += degreeDays - (weather?.mean ?? 0) * d;
  }
  const ofLine = weather && weather.squares > 0 ? apart ** 2 / weather.squares : 0;
  return deviation * Math.sqrt(own + days ** 2 / points + ofLine);
}

/** The share of cases that lies between low and high. */
export const confidence = 0.9;

/**
 * Student's t that nine in ten lie within, by degrees of freedom from 1 (NIST/SEMATECH e-Handbook, 1.3.6.7.2); beyond
 * the table its last value, which is somewhat too much.
 */
const studentT = [
  6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.74,
  1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
] as const;

export function studentTAt(degreesOfFreedom: number): number {
  return studentT[Math.min(degreesOfFreedom, studentT.length) - 1] ?? studentT[0];
}
