import { type Money, nothing } from '../tariffs/money.ts';
import type { Range } from '../tariffs/range.ts';

/**
 * Why a billed amount is another than ours, and what to ask the supplier for. The parts of a variance are what one
 * step after the other changes, from our line to the billed one, so that they add up to it; what is left is rounding.
 */
export const causes = {
  arithmetic: {
    says: 'what is printed does not multiply or add up',
    ask: 'a corrected invoice on which quantity times rate is the amount and the lines add up to the total',
  },
  quantity: {
    says: 'another quantity than the half-hours have',
    ask: 'the half-hourly data or the meter reads of this quantity, and a bill on the measured half-hours',
  },
  estimated: {
    says: 'the quantity is an estimate or looks like one, and differs from the half-hours',
    ask: 'a bill on the reads or half-hours of the meter in place of the estimate',
  },
  losses: {
    says: 'the quantity is with other losses than the charge is by',
    ask: 'the loss factors that were used, and why the charge is not by the kWh that the contract says',
  },
  band: {
    says: 'use stands in another band of the day',
    ask: 'the half-hours by band, and a bill by the bands of the contract',
  },
  clock: {
    says: 'use stands an hour off, as where the clocks changed',
    ask: 'a bill whose bands are by the time that the contract says, on the days around the change of clocks',
  },
  rate: {
    says: 'another rate than the contract or the published charges have',
    ask: 'the rate of the contract, or the notice by which it was changed',
  },
  old_rate: {
    says: 'a rate of other dates',
    ask: 'the rate that holds on the days billed',
  },
  days: {
    says: 'another number of days, or days that are not in the contract',
    ask: 'the days that were billed, and a bill for those of the period',
  },
  billed_twice: {
    says: 'days or lines that are invoiced already',
    ask: 'a credit for what was invoiced before',
  },
  capacity: {
    says: 'another capacity or demand than is agreed or measured',
    ask: 'the capacity that the network has on record, and the half-hour of the highest demand',
  },
  reactive: {
    says: 'other reactive energy than lies beyond what is free',
    ask: 'the kvarh half-hour by half-hour, and what was taken to be free',
  },
  levy: {
    says: 'the Climate Change Levy at another rate, without its relief, or where none is due',
    ask: 'the levy as it is due, with the relief on record (form PP11), or no levy below the de minimis',
  },
  vat: {
    says: 'VAT at another rate, or on another sum',
    ask: 'VAT at the rate of the use, and the certificate (VAT form) that the supplier has on record',
  },
  not_in_contract: {
    says: 'a line that is not in the contract',
    ask: 'the clause by which it is charged, or a credit',
  },
  not_billed: {
    says: 'a charge of the contract that is not billed',
    ask: 'nothing, but expect it on a later invoice',
  },
  not_itemised: {
    says: 'a sum without quantity and rate, other than ours',
    ask: 'the quantity and the rate behind the sum',
  },
  follows: {
    says: 'follows from other lines, as a percentage or VAT does',
    ask: 'the percentage on the corrected lines',
  },
  rounding: { says: 'rounding', ask: 'nothing' },
} as const satisfies Record<string, { says: string; ask: string }>;
export type Cause = keyof typeof causes;
export const causeNames = Object.keys(causes) as [Cause, ...Cause[]];

/** Pounds by cause; above nothing is what is billed too much. */
export type Parts = Readonly<Partial<Record<Cause, Money>>>;

/** Gathers parts; what is booked for one cause is added up. */
export class PartsSum {
  readonly #parts: Partial<Record<Cause, Money>> = {};

  add(cause: Cause, amount: Money): void {
    // Shares of a third have no last digit; what is cut off here is booked as rounding.
    const booked = amount.toDecimalPlaces(6);
    if (!booked.isZero()) this.#parts[cause] = (this.#parts[cause] ?? nothing).plus(booked);
  }

  addAll(parts: Parts): void {
    for (const cause of causeNames) if (parts[cause]) this.add(cause, parts[cause]);
  }

  /** The parts of a variance, with what is left of it as rounding: they add up to it exactly. */
  of(variance: Money): Parts {
    const booked = Object.values(this.#parts).reduce((sum, part) => sum.plus(part), nothing);
    const left = variance.minus(booked);
    if (left.isZero()) return { ...this.#parts };
    return { ...this.#parts, rounding: (this.#parts.rounding ?? nothing).plus(left) };
  }
}

/**
 * A variance and its parts, least, most likely and most. The parts of each add up by themselves: those of `low` are
 * reckoned against the most that our half-hours may have been.
 */
export interface Variance {
  readonly variance: Range<Money>;
  readonly parts: Range<Parts>;
}

/** Each step on the least, most likely and most of ours; the variance is least where ours is most. */
export function varianceOf<A>(ours: Range<A>, step: (one: A) => { variance: Money; parts: Parts }): Variance {
  const best = step(ours.best);
  if (ours.low === ours.best && ours.high === ours.best) {
    const { variance, parts } = best;
    return {
      variance: { low: variance, best: variance, high: variance },
      parts: { low: parts, best: parts, high: parts },
    };
  }
  const [low, high] = [step(ours.high), step(ours.low)];
  return {
    variance: { low: low.variance, best: best.variance, high: high.variance },
    parts: { low: low.parts, best: best.parts, high: high.parts },
  };
}
