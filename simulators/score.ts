import type { EpochSeconds, Period } from '../domain/time.ts';

/** A day of one meter as the product tells it. */
export interface ToldDay {
  readonly meter: string;
  /** The London day, as a period. */
  readonly period: Period;
  /** kWh or m³ (`amountUnit`); undefined where the product says that it does not know. */
  readonly amount: number | undefined;
  /** Half-hours of the day that are not measured: estimated, missing or without a row. */
  readonly notMeasured: number;
}

/** A half-hour of one meter as the product tells it. */
export interface ToldHalfHour {
  readonly meter: string;
  readonly start: EpochSeconds;
  readonly amount: number | undefined;
  readonly quality: 'measured' | 'estimated' | 'missing';
}

/** What truly passed, and how finely the meter shows it. */
export interface Truth {
  /** kWh or m³ between two instants. */
  amount(meter: string, period: Period): number;
  /** One step of the meter's register, kWh or m³. */
  step(meter: string): number;
  /**
   * What nobody could know better: energy that a slightly wrong clock puts on the other side of a boundary, kWh or
   * m³.
   */
  slack(meter: string, period: Period): number;
}

export interface Tolerance {
  /** Of the true amount. */
  readonly share: number;
  /** Steps of the register. */
  readonly steps: number;
}

/** A thousandth or one step of the register, whichever is larger. */
export const defaultTolerance: Tolerance = { share: 0.001, steps: 1 };

export interface Wrong {
  readonly meter: string;
  readonly from: EpochSeconds;
  readonly told: number | undefined;
  readonly truth: number;
}

export interface Score {
  /**
   * Days within tolerance; days beyond it of which the product says that they are not all measured; days silently
   * wrong.
   */
  readonly days: { readonly right: number; readonly marked: number; readonly wrong: readonly Wrong[] };
  /** Half-hours called measured that are right, those that are wrong, and those not called measured. */
  readonly halfHours: { readonly right: number; readonly notMeasured: number; readonly wrong: readonly Wrong[] };
}

/**
 * Compares what the product tells with what truly happened. A day beyond tolerance is forgiven only when the
 * product marks it: some of its half-hours are not measured. A half-hour called measured must be right.
 */
export function score(
  truth: Truth,
  told: { readonly days: readonly ToldDay[]; readonly halfHours?: readonly ToldHalfHour[] },
  tolerance: Tolerance = defaultTolerance,
): Score {
  const allowed = (meter: string, amount: number, period: Period): number =>
    // A millionth of a step more is what floating point may add to a sum.
    Math.max(amount * tolerance.share, truth.step(meter) * tolerance.steps) * (1 + 1e-6) +
    truth.slack(meter, period) +
    1e-9;
  const days = { right: 0, marked: 0, wrong: [] as Wrong[] };
  for (const { meter, period, amount, notMeasured } of told.days) {
    const real = truth.amount(meter, period);
    if (amount !== undefined && Math.abs(amount - real) <= allowed(meter, real, period)) days.right++;
    else if (notMeasured > 0) days.marked++;
    else days.wrong.push({ meter, from: period.from, told: amount, truth: real });
  }
  const halfHours = { right: 0, notMeasured: 0, wrong: [] as Wrong[] };
  for (const { meter, start, amount, quality } of told.halfHours ?? []) {
    if (quality !== 'measured') {
      halfHours.notMeasured++;
      continue;
    }
    const period = { from: start, to: start + 1_800 };
    const real = truth.amount(meter, period);
    if (amount !== undefined && Math.abs(amount - real) <= allowed(meter, real, period)) halfHours.right++;
    else halfHours.wrong.push({ meter, from: start, told: amount, truth: real });
  }
  return { days, halfHours };
}
