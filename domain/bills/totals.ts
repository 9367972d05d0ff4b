import { type Parts, PartsSum, varianceOf } from './causes.ts';
import { type CheckedRow, stateOf, sureVariance } from './rows.ts';
import { halfPenny, offProduct } from './billed-lines.ts';
import { Money, nothing, toPence } from '../tariffs/money.ts';
import { certain, mapRange, type Range, sumMoney } from '../tariffs/range.ts';
import { type Bill, sum } from './settled-bills.ts';

/** The foot of an invoice: its sum, VAT and total. */

/** A row of the foot, which has no charge. */
function footRow(
  bill: Bill,
  what: CheckedRow['what'],
  name: string,
  found: Omit<FootPart, 'remarks'>,
  remarks: readonly string[],
): CheckedRow {
  const { from, to } = bill.invoice;
  const none = { charge: undefined, kind: undefined, band: undefined, billedSum: undefined, ours: undefined };
  return {
    ...none,
    bill,
    what,
    name,
    lines: [],
    dates: { from, to },
    state: stateOf(found),
    ...found,
    remarks: remarks.map((says) => ({ says })),
    problems: [],
  };
}
type FootPart = Pick<CheckedRow, 'billed' | 'recomputed' | 'variance' | 'parts' | 'remarks'>;

/** What is printed as the sum and is not that of the lines: the difference, so that the rows add up to the total. */
export function sumRow(bill: Bill): CheckedRow[] {
  const lines = sum(bill.lines.map(({ line }) => new Money(line.amount_gbp)));
  return differenceRow(bill, 'sum', bill.net, lines, 'the lines add up to');
}

/** What is printed as the total and is not the sum and its VAT. */
export function totalRow(bill: Bill): CheckedRow[] {
  const { vat, net, total } = bill;
  if (total === undefined || vat.length === 0) return [];
  const right = net.plus(sum(vat.map((one) => new Money(one.amount_gbp))));
  return differenceRow(bill, 'total', total, right, 'sum and VAT are');
}

function differenceRow(bill: Bill, what: 'sum' | 'total', printed: Money, right: Money, says: string): CheckedRow[] {
  const billed = printed.minus(right);
  if (billed.isZero()) return [];
  const found = { billed, recomputed: certain(nothing), ...sureVariance('arithmetic', billed) };
  const name = what === 'sum' ? 'Sum of the lines' : 'Total';
  return [footRow(bill, what, name, found, [`printed £${printed.toFixed(2)}; ${says} £${right.toFixed(2)}`])];
}

/**
 * VAT against that of the sum we reckon. What it is too much because of the lines follows them; what is left is the
 * rate, the sum it is taken of, or what does not multiply. Nothing where the invoice prints no VAT.
 */
export function vatRow(bill: Bill, lines: readonly CheckedRow[], percent: number | undefined): CheckedRow[] {
  const { vat, net, total } = bill;
  if (vat.length === 0 && total === undefined) return [];
  const billed = vat.length > 0 ? sum(vat.map((one) => new Money(one.amount_gbp))) : (total ?? net).minus(net);
  const products = vat.map((one) => new Money(one.taxable_gbp).times(one.percent).dividedBy(100));
  const off = sum(vat.map((one, i) => offProduct(new Money(one.amount_gbp), products[i] ?? nothing)));
  if (percent === undefined) {
    const found = { billed, recomputed: certain(billed.minus(off)), ...sureVariance('arithmetic', off) };
    const why = 'how it is taxed is not known, or is not the same in all months';
    return [{ ...footRow(bill, 'vat', 'VAT', found, [why]), state: 'not_checked' }];
  }
  const share = new Money(percent).dividedBy(100);
  const netOfOurs = sumMoney(lines.map(({ recomputed }) => recomputed));
  const recomputed = mapRange(netOfOurs, (ours) => toPence(ours.times(share)));
  const found = varianceOf(netOfOurs, (ours) => {
    const variance = billed.minus(toPence(ours.times(share)));
    const parts = new PartsSum();
    parts.add('arithmetic', off);
    const asPrinted = vat.length > 0 ? sum(products) : billed;
    const wrong = asPrinted.minus(net.times(share));
    parts.add('vat', wrong.abs().lte(halfPenny) ? nothing : wrong);
    parts.add('follows', net.minus(ours).times(share));
    return { variance, parts: parts.of(variance) };
  });
  const at = [...new Set(vat.map((one) => one.percent))].filter((one) => one !== percent);
  const remarks = at.length > 0 ? [`billed at ${at.join(' % and ')} %; the use is taxed at ${percent} %`] : [];
  return [footRow(bill, 'vat', 'VAT', { billed, recomputed, ...found }, remarks)];
}

/** Sums of variances and of their parts. */
export function sumOfRows(rows: readonly CheckedRow[]): {
  billed: Money;
  recomputed: Range<Money>;
  variance: Range<Money>;
  parts: Range<Parts>;
} {
  const end = (key: keyof Range<Parts>): Parts => {
    const parts = new PartsSum();
    for (const row of rows) parts.addAll(row.parts[key]);
    return parts.of(sum(rows.map(({ variance }) => variance[key])));
  };
  return {
    billed: sum(rows.map(({ billed }) => billed)),
    recomputed: sumMoney(rows.map(({ recomputed }) => recomputed)),
    variance: sumMoney(rows.map(({ variance }) => variance)),
    parts: { low: end('low'), best: end('best'), high: end('high') },
  };
}
