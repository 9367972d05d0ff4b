import type { Period } from '../time.ts';
import { type Segment, segmentsOf } from '../tariffs/calendar.ts';
import { type ChargeTime, chargeTime, measureOf, poundsOf } from '../tariffs/charge-units.ts';
import type { Charge } from '../tariffs/charges.ts';
import { type InvoiceLine, quantityUnits } from './invoices.ts';
import { Money, nothing } from '../tariffs/money.ts';
import { sum } from './settled-bills.ts';

/** What a line says in the units of the charge that it bills. */
export interface Billed {
  readonly amount: Money;
  /** In the quantity of the charge; undefined where the line says neither it nor a rate. */
  readonly quantity: Money | undefined;
  /** Pounds for one of it. */
  readonly rate: Money | undefined;
  /** Whether both are printed, so that they can be multiplied. */
  readonly isPrinted: boolean;
  /** Digits after the point of the printed quantity, of energy, volume and kvarh, which are billed rounded. */
  readonly places: number | undefined;
  /** Days or months by which kVA are multiplied. */
  readonly time: Money | undefined;
}

/** Half a penny: what rounding an amount can do. */
export const halfPenny = new Money('0.005');

/** A line in the units of a charge; what is not printed follows from the amount where one of the two is. */
export function billedAs(charge: Charge, line: InvoiceLine, period: Period): Billed {
  const amount = new Money(line.amount_gbp);
  const time = timeIn(charge, line, period);
  const said = quantityIn(charge, line, time);
  // Some print what is paid to us as less than nothing of a quantity.
  const quantity = charge.credit && amount.isNegative() ? said?.abs() : said;
  const rate = rateIn(charge, line);
  const isPrinted = quantity !== undefined && rate !== undefined;
  const places = isRounded(charge) && quantity && line.quantity !== undefined ? quantity.decimalPlaces() : undefined;
  const of = { amount, isPrinted, places, time };
  if (quantity !== undefined && rate === undefined) {
    return { ...of, quantity, rate: quantity.isZero() ? undefined : amount.dividedBy(quantity) };
  }
  if (rate !== undefined && quantity === undefined && !rate.isZero()) {
    return { ...of, quantity: amount.dividedBy(rate), rate };
  }
  return { ...of, quantity, rate };
}

function isRounded({ unit }: Charge): boolean {
  return ['energy', 'volume', 'reactive'].includes(measureOf(unit));
}

/** Days or months of a line that is by capacity or time. */
function timeIn(
  { unit }: Charge,
  { days, quantity, quantity_unit: of }: InvoiceLine,
  period: Period,
): Money | undefined {
  const measure = measureOf(unit);
  if (!['capacity', 'time', 'peak_day', 'peak_demand'].includes(measure)) return undefined;
  const per = chargeTime(unit);
  if (measure === 'time' && quantity !== undefined) {
    if (per === 'day') return of === 'days' ? new Money(quantity) : undefined;
    if (of === 'months') return new Money(quantity).dividedBy(per === 'month' ? 1 : 12);
    // Days of a monthly charge are those of their month; the amount tells how many were meant.
    return undefined;
  }
  if (per === 'day' && days !== undefined) return new Money(days);
  return timeOfSegments(segmentsOf(period), per);
}

/** Days, months or years of some segments, exactly. */
export function timeOfSegments(segments: readonly Segment[], per: ChargeTime): Money {
  if (per === 'day') return sum(segments.map(({ days }) => new Money(days)));
  const months = sum(segments.map(({ days, ofDays }) => new Money(days).dividedBy(ofDays)));
  return per === 'month' ? months : months.dividedBy(12);
}

function quantityIn(charge: Charge, line: InvoiceLine, time: Money | undefined): Money | undefined {
  const measure = measureOf(charge.unit);
  const { quantity, quantity_unit: unit, days } = line;
  if (measure === 'time') return quantity === undefined && days === undefined ? undefined : time;
  if (quantity === undefined || unit === undefined) return undefined;
  const { measures, times } = quantityUnits[unit];
  if (!(measures as readonly string[]).includes(measure)) return undefined;
  const printed = new Money(quantity).times(times);
  if (measure === 'capacity') {
    const per = chargeTime(charge.unit);
    if (unit === 'kVA_days') return per === 'day' ? printed : undefined;
    if (unit === 'kVA_months') return per === 'day' ? undefined : printed.dividedBy(per === 'month' ? 1 : 12);
  }
  return time === undefined ? printed : printed.times(time);
}

/** The rate, below nothing where a charge is paid to us, however that is printed. */
function rateIn(charge: Charge, { rate, rate_unit: unit }: InvoiceLine): Money | undefined {
  if (rate === undefined || unit === undefined) return undefined;
  if (measureOf(unit) !== measureOf(charge.unit) || chargeTime(unit) !== chargeTime(charge.unit)) return undefined;
  const pounds = poundsOf(rate, unit);
  return charge.credit ? pounds.abs().negated() : pounds;
}

/** What does not multiply: the amount less quantity times rate, where that is more than rounding does. */
export function arithmeticOf({ amount, quantity, rate, isPrinted }: Billed): Money {
  if (!isPrinted || !quantity || !rate) return nothing;
  return offProduct(amount, quantity.times(rate));
}

/** An amount less a product in pence, where they lie further apart than rounding does. */
export function offProduct(amount: Money, product: Money): Money {
  return amount.minus(product).abs().lte(halfPenny) ? nothing : amount.minus(product.toDecimalPlaces(2));
}
