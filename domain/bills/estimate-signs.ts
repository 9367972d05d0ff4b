import { daysBetween } from '../time.ts';
import type { Dates } from './invoices.ts';
import { Money } from '../tariffs/money.ts';

/**
 * How an estimate is recognised: by the supplier's code, or by what only estimates usually look like. A sign is told as
 * what it is; suppliers estimate in good faith where they have no read.
 */

export interface BilledUse {
  readonly dates: Dates;
  /** kWh or m³ of each line, with the half-hours of its band. */
  readonly quantities: readonly { readonly quantity: Money; readonly halfHours: number | undefined }[];
  readonly isCoded: boolean;
}

/** What was billed before for the same charge. */
export interface EarlierUse {
  readonly invoice: string;
  readonly dates: Dates;
  readonly quantity: Money;
}

/** The signs of an estimate, as sentences; none where nothing looks like one. */
export function signsOfEstimate({ dates, quantities, isCoded }: BilledUse, earlier: readonly EarlierUse[]): string[] {
  const signs = isCoded ? ['the supplier marks the read as estimated'] : [];
  const total = quantities.reduce<Money | undefined>((sum, { quantity }) => sum?.plus(quantity) ?? quantity, undefined);
  if (!total || total.lte(0)) return signs;
  if (quantities.every(({ quantity }) => quantity.gte(1_000) && quantity.modulo(100).isZero())) {
    signs.push(`${quantities.map(({ quantity }) => quantity.toString()).join(', ')} are round numbers`);
  }
  const same = earlier.find((one) => isNear(one.quantity.dividedBy(daysOf(one.dates)), total.dividedBy(daysOf(dates))));
  if (same) signs.push(`as much a day as invoice ${same.invoice} has for ${same.dates.from} to ${same.dates.to}`);
  const hours = quantities.reduce((sum, { halfHours }) => sum + (halfHours ?? Number.NaN), 0);
  const isFlat =
    quantities.length > 1 &&
    hours > 0 &&
    quantities.every(({ quantity, halfHours = 0 }) =>
      isNear(quantity.dividedBy(total), new Money(halfHours).dividedBy(hours)),
    );
  if (isFlat) signs.push('every hour has the same, as no site uses it');
  return signs;
}

function daysOf({ from, to }: Dates): number {
  return daysBetween(from, to) + 1;
}

/** Within a thousandth. */
export function isNear(a: Money, b: Money): boolean {
  return a.minus(b).abs().lte(b.abs().times(0.001));
}
