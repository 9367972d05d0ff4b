import { type Clock, type ClockDay, slotsPerDay } from './clock.ts';
import { deviationOf, medianOf, spreadOf } from './robust.ts';

/**
 * What a profile does not learn from: half-hours that looked abnormal when they came. Two looks, since an excess that
 * no half-hour shows shows in a quarter of a day: half-hours far from what was expected, three of four in a row, and
 * quarters of a day (00–06, 06–12, 12–18, 18–24 by the clock) far from what such quarters came to.
 */
export const leftOutWhys = { no: 0, suspected: 1, told: 2 } as const;
/** 0: learned from; 1: it looked abnormal; 2: an alert says that it is. */
export type LeftOut = (typeof leftOutWhys)[keyof typeof leftOutWhys];

/** Robust standard deviations from which on a value is no chance (Iglewicz and Hoaglin 1993: 3.5). */
export const suspiciousScore = 3.5;
/** A quarter of a day is only suspicious beyond this share: seasons move a profile slowly, and it must follow them. */
const leastShare = 0.1;
const quarters = 4;
/** Quarters compared with, and the fewest. */
const remembered = 56;
const fewest = 14;
const fewDays = 5;

interface Known {
  readonly level: Float64Array;
  readonly spread: Float64Array;
  readonly leftOut: Uint8Array;
}

export class Suspicion {
  readonly #clock: Clock;
  readonly #use: Float64Array;
  readonly #known: Known;
  /** Relative residuals of each quarter, by day; NaN where it is not known or was left out. */
  readonly #residuals: Float64Array;
  readonly #scratch = new Float64Array(remembered);
  readonly #sums = new Float64Array(3 * quarters);

  constructor(clock: Clock, use: Float64Array, known: Known) {
    this.#clock = clock;
    this.#use = use;
    this.#known = known;
    this.#residuals = new Float64Array(clock.days.length * quarters).fill(Number.NaN);
  }

  /** Marks what of a day is not to be learned from. */
  judge(d: number): void {
    const day = this.#clock.days[d] as ClockDay;
    this.#halfHours(day);
    this.#add(day);
    for (let q = 0; q < quarters; q++) this.#quarter(d, day, q);
  }

  /** Takes a day that was judged before. */
  recall(d: number): void {
    const day = this.#clock.days[d] as ClockDay;
    this.#add(day);
    for (let q = 0; q < quarters; q++) {
      if (!this.#isLeftOut(day, q)) this.#residuals[d * quarters + q] = this.#residual(q);
    }
  }

  #halfHours({ first, count }: ClockDay): void {
    const { leftOut } = this.#known;
    // Of four in a row, three are far off on the same side; those of the day before count for its first ones.
    for (let i = first; i < first + count; i++) {
      if (this.#side(i) === 0) continue;
      let [above, below] = [0, 0];
      for (let k = Math.max(0, i - 3); k <= i; k++) {
        const side = this.#side(k);
        if (side > 0) above++;
        if (side < 0) below++;
      }
      if (Math.max(above, below) < 3) continue;
      const side = this.#side(i);
      for (let k = Math.max(first, i - 3); k <= i; k++) {
        if (this.#side(k) === side && leftOut[k] === leftOutWhys.no) leftOut[k] = leftOutWhys.suspected;
      }
    }
  }

  #side(i: number): number {
    const { level, spread } = this.#known;
    const score = ((this.#use[i] as number) - (level[i] as number)) / (spread[i] as number);
    return score >= suspiciousScore ? 1 : score <= -suspiciousScore ? -1 : 0;
  }

  /** By quarter: what was used, what was expected, and how many half-hours are known. */
  #add({ first, count }: ClockDay): void {
    const sums = this.#sums.fill(0);
    const { level } = this.#known;
    for (let i = first; i < first + count; i++) {
      const [used, expected] = [this.#use[i] as number, level[i] as number];
      if (Number.isNaN(used) || Number.isNaN(expected)) continue;
      const q = Math.floor(((this.#clock.slot[i] as number) * quarters) / slotsPerDay) * 3;
      sums[q] = (sums[q] as number) + used;
      sums[q + 1] = (sums[q + 1] as number) + expected;
      sums[q + 2] = (sums[q + 2] as number) + 1;
    }
  }

  #residual(q: number): number {
    const [used, expected, known] = this.#sums.subarray(3 * q, 3 * q + 3) as unknown as [number, number, number];
    return known >= 8 && expected > 0 ? used / expected - 1 : Number.NaN;
  }

  #quarter(d: number, day: ClockDay, q: number): void {
    const residual = this.#residual(q);
    if (Number.isNaN(residual)) return;
    let count = 0;
    for (let other = d - 1; other >= Math.max(0, d - remembered); other--) {
      const one = this.#residuals[other * quarters + q] as number;
      if (!Number.isNaN(one)) this.#scratch[count++] = one;
    }
    if (count >= fewest) {
      const median = medianOf(this.#scratch, count);
      const spread = spreadOf(0, deviationOf(this.#scratch, count, median), 0);
      const far = Math.abs(residual - median) >= Math.max(suspiciousScore * spread, leastShare);
      if (far && !day.quiet) this.#leaveOut(day, q);
    }
    if (!this.#isLeftOut(day, q)) this.#residuals[d * quarters + q] = residual;
  }

  #leaveOut({ first, count }: ClockDay, q: number): void {
    const { leftOut } = this.#known;
    for (let i = first; i < first + count; i++) {
      if (this.#quarterOf(i) === q && leftOut[i] === leftOutWhys.no) leftOut[i] = leftOutWhys.suspected;
    }
  }

  /** Whether so much of a quarter is left out that its residual says nothing of the usual. */
  #isLeftOut({ first, count }: ClockDay, q: number): boolean {
    let left = 0;
    for (let i = first; i < first + count; i++) if (this.#quarterOf(i) === q && this.#known.leftOut[i] !== 0) left++;
    return left >= fewDays;
  }

  #quarterOf(i: number): number {
    return Math.floor(((this.#clock.slot[i] as number) * quarters) / slotsPerDay);
  }
}
