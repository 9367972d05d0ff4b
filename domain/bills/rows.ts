import type { Problem } from '../problems.ts';
import { type Cause, type Parts, PartsSum, type Variance, varianceOf } from './causes.ts';
import type { Ours } from './reckoning.ts';
import type { BilledSum } from './variance.ts';
import type { Charge, ChargeKind } from '../tariffs/charges.ts';
import type { Dates } from './invoices.ts';
import { type Money, nothing } from '../tariffs/money.ts';
import { certain, isCertain, type Range } from '../tariffs/range.ts';
import type { Bill } from './settled-bills.ts';

/** What a bill check answers of each line. */

export const rowStates = {
  agrees: 'it is ours but for rounding',
  differs: 'it is another than ours may be',
  in_doubt: 'it lies within what our half-hours may be',
  not_checked: 'something is missing to check it; it is taken as billed but for its arithmetic',
  credited: 'it was given back in full',
} as const;
export type RowState = keyof typeof rowStates;

/** What was found beside the sums; of one cause, or of the whole row. */
export interface Remark {
  readonly cause?: Cause;
  readonly says: string;
}

export interface CheckedRow {
  readonly bill: Bill;
  /** A line of the invoice, a charge that it lacks, or what it says of its sum, VAT and total. */
  readonly what: 'line' | 'not_billed' | 'sum' | 'vat' | 'total';
  readonly name: string;
  /** Documents and their lines. */
  readonly lines: readonly { readonly document: string; readonly number: number }[];
  readonly charge: Charge | undefined;
  readonly kind: ChargeKind | undefined;
  readonly band: string | undefined;
  readonly dates: Dates;
  readonly state: RowState;
  readonly billed: Money;
  readonly billedSum: BilledSum | undefined;
  /** Of the days that are not billed before. */
  readonly ours: Ours | undefined;
  /** Pounds that should have been billed, as far as that can be said. */
  readonly recomputed: Range<Money>;
  readonly variance: Range<Money>;
  readonly parts: Range<Parts>;
  readonly remarks: readonly Remark[];
  readonly problems: readonly Problem[];
}

/** A row agrees where nothing but rounding is left; it is in doubt where ours may be what is billed. */
export function stateOf({ variance, parts }: Variance): RowState {
  const { low, high } = variance;
  const isRounding = [parts.low, parts.best, parts.high].every((one) =>
    Object.entries(one).every(([cause, part]) => cause === 'rounding' || part.isZero()),
  );
  if (isRounding) return 'agrees';
  if (isCertain(variance) || low.gt(0) || high.lt(0)) return 'differs';
  return 'in_doubt';
}

/** A variance of one cause, whatever our half-hours are. */
export function sureVariance(cause: Cause, amount: Money): Variance {
  const parts = new PartsSum();
  parts.add(cause, amount);
  return varianceOf(certain(nothing), () => ({ variance: amount, parts: parts.of(amount) }));
}
