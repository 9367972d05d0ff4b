import { Decimal } from 'decimal.js';

/**
 * Money in pounds, exact. A quantity that was added up from half-hours carries the noise of floating point, far below
 * the last place it is kept to; from there on everything is decimal, and only a division can leave more than these
 * sixty digits.
 */
export const Money = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });
export type Money = Decimal;

export const nothing: Money = new Money(0);

/** To whole pence, half a penny up; half a penny of credit goes the same way from nought. */
export function toPence(amount: Money): Money {
  return amount.toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
}

/** A quantity as it enters money: to so many places, half up. */
export function exactly(quantity: number, places: number): Money {
  return new Money(quantity.toFixed(places));
}
