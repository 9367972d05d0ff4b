import type { z } from 'zod';
import { weakestStanding } from '../domain/energy/figure.ts';
import { problems } from '../domain/problems.ts';
import { type Cause, causeNames, causes } from '../domain/bills/causes.ts';
import { type Claim, claimsOf, type ClaimState, claimStates } from '../domain/bills/claims.ts';
import { quantityUnitOf } from '../domain/bills/findings.ts';
import type { CheckedRow } from '../domain/bills/rows.ts';
import { sumOfRows } from '../domain/bills/totals.ts';
import { poundsOf } from '../domain/tariffs/charge-units.ts';
import { periodOfDates } from '../domain/bills/invoices.ts';
import { type Money, nothing } from '../domain/tariffs/money.ts';
import { mapRange, type Range } from '../domain/tariffs/range.ts';
import { sum } from '../domain/bills/settled-bills.ts';
import type { PointBillCheck } from './bill-check.ts';
import type {
  billCheckAnswerSchema,
  billClaimRowSchema,
  billLineRowSchema,
  checkedInvoiceRowSchema,
} from './contract/bill-checks.ts';
import { inPounds } from './outside.ts';

type Answer = z.output<typeof billCheckAnswerSchema>;
type LineRow = z.output<typeof billLineRowSchema>;
type ClaimRow = z.output<typeof billClaimRowSchema>;
type InvoiceRow = z.output<typeof checkedInvoiceRowSchema>;

/** Bill checks as the tables of an answer. */
export function billCheckTables(
  all: readonly PointBillCheck[],
  claimFrom: number,
): Pick<Answer, 'totals' | 'invoices' | 'lines' | 'claims' | 'not_checked' | 'unbilled'> {
  const claims = all.map(({ check }) => claimsOf(check, claimFrom));
  const rows = all.flatMap(({ check }) => check.bills.flatMap((bill) => bill.rows));
  return {
    totals: sumsOf(rows, claims.flat()),
    invoices: all.flatMap((one, i) => invoiceRows(one, claims[i] ?? [])),
    lines: all.flatMap((one) => one.check.bills.flatMap(({ rows: own }) => own.map((row) => lineRow(one, row)))),
    claims: inOrder(all.flatMap((one, i) => (claims[i] ?? []).map((claim) => claimRow(one, claim)))),
    not_checked: all.flatMap(notCheckedRows),
    unbilled: all.flatMap(({ placed, check }) =>
      check.unbilled.map(({ from, to, amount }) => ({
        supply_point: placed.point.id,
        first_day: from,
        last_day: to,
        recomputed_low_gbp: amount?.low.toNumber() ?? null,
        recomputed_gbp: amount?.best.toNumber() ?? null,
        recomputed_high_gbp: amount?.high.toNumber() ?? null,
      })),
    ),
  };
}

/** Claims of all supply points as those of one are: what is worth making first, and of it the most. */
function inOrder(rows: ClaimRow[]): ClaimRow[] {
  const states = Object.keys(claimStates);
  return rows.sort((a, b) => {
    if (a.state !== b.state) return states.indexOf(a.state) - states.indexOf(b.state);
    return Math.abs(b.claim_low_gbp) - Math.abs(a.claim_low_gbp);
  });
}

/** £ as they are printed, to a millionth: what lies below it is a division that does not end. */
function pounds(amount: Money): number {
  return amount.toDecimalPlaces(6).toNumber();
}

function sumsOf(rows: readonly CheckedRow[], claims: readonly Claim[]): Answer['totals'] {
  const total = sumOfRows(rows);
  const of = (state: ClaimState, end: keyof Range<Money>): number =>
    pounds(sum(claims.filter((one) => one.state === state).map(({ amount, vat }) => amount[end].plus(vat[end]))));
  const unchecked = rows.filter(({ state, what }) => state === 'not_checked' && what === 'line');
  return {
    billed_gbp: pounds(total.billed),
    ...inPounds('recomputed', mapRange(total.recomputed, pounds)),
    ...inPounds('variance', mapRange(total.variance, pounds)),
    claims_low_gbp: of('claim', 'low'),
    claims_gbp: of('claim', 'best'),
    small_gbp: of('small', 'best'),
    in_doubt_gbp: of('in_doubt', 'best'),
    for_supplier_gbp: of('for_supplier', 'best'),
    rounding_gbp: pounds(total.parts.best.rounding ?? nothing),
    not_checked_gbp: pounds(sum(unchecked.map(({ billed }) => billed))),
  };
}

function invoiceRows({ placed, check }: PointBillCheck, claims: readonly Claim[]): InvoiceRow[] {
  return check.bills.map(({ bill, rows }) => {
    const { invoice, notes } = bill;
    const own = claims.filter(({ invoice: number }) => number === invoice.number);
    const lines = rows.filter(({ what }) => what === 'line');
    return {
      ...placeOf(placed),
      supplier: invoice.supplier,
      invoice: invoice.number,
      corrected_by: notes.map(({ number }) => number),
      date: invoice.date,
      first_day: invoice.from,
      last_day: invoice.to,
      ...sumsOf(rows, own),
      lines: lines.length,
      lines_agree: lines.filter(({ state }) => state === 'agrees' || state === 'credited').length,
      lines_not_checked: lines.filter(({ state }) => state === 'not_checked').length,
      measured_share: shareIn({ check }, invoice),
    };
  });
}

function placeOf({ point, site }: PointBillCheck['placed']) {
  return { supply_point: point.id, site };
}

function shareIn({ check }: Pick<PointBillCheck, 'check'>, dates: { from: string; to: string }): number | null {
  const known = check.point.measuredIn?.(periodOfDates(dates));
  return known && known.halfHours > 0 ? known.measured / known.halfHours : null;
}

function lineRow({ placed, check }: PointBillCheck, row: CheckedRow): LineRow {
  const { bill, charge, ours, billedSum, dates, lines } = row;
  const reads = bill.lines
    .filter(({ document, number }) => lines.some((one) => one.document === document && one.number === number))
    .flatMap(({ line }) => line.reads ?? []);
  return {
    ...placeOf(placed),
    supplier: bill.invoice.supplier,
    invoice: bill.invoice.number,
    what: row.what,
    name: row.name,
    lines: lines.map(({ document, number }) => `${document} line ${number}`),
    charge: charge?.id ?? null,
    component: row.kind ?? null,
    band: row.band ?? null,
    first_day: dates.from,
    last_day: dates.to,
    state: row.state,
    reads: [...new Set(reads)],
    ...quantitiesOf(row),
    rate_standing: weakestStanding((ours?.lines ?? []).map(({ standing }) => standing)) ?? null,
    rate_sources: [...new Set((ours?.lines ?? []).map(({ source }) => source))],
    billed_gbp: pounds(row.billed),
    ...inPounds('recomputed', mapRange(row.recomputed, pounds)),
    ...inPounds('variance', mapRange(row.variance, pounds)),
    causes: causesOf(row),
    measured_share: charge && billedSum && isByHalfHours(charge.unit) ? shareIn({ check }, dates) : null,
    remarks: row.remarks.map(({ says }) => says),
  };
}

function isByHalfHours(unit: Parameters<typeof quantityUnitOf>[0]): boolean {
  return !['days', 'months', 'years'].includes(quantityUnitOf(unit));
}

function quantitiesOf({ charge, ours, billedSum }: CheckedRow) {
  if (!charge) {
    const none = { recomputed_quantity_low: null, recomputed_quantity: null, recomputed_quantity_high: null };
    return {
      quantity_unit: null,
      billed_quantity: null,
      ...none,
      rate_unit: null,
      billed_rate: null,
      recomputed_rate: null,
    };
  }
  const one = poundsOf(1, charge.unit);
  const quantity = ours?.quantity;
  const mean = quantity && !quantity.best.isZero() ? ours.exact.best.dividedBy(quantity.best) : undefined;
  return {
    quantity_unit: quantityUnitOf(charge.unit),
    billed_quantity: billedSum?.quantity ? pounds(billedSum.quantity) : null,
    recomputed_quantity_low: quantity ? pounds(quantity.low) : null,
    recomputed_quantity: quantity ? pounds(quantity.best) : null,
    recomputed_quantity_high: quantity ? pounds(quantity.high) : null,
    rate_unit: charge.unit,
    billed_rate: billedSum?.rate ? rateIn(billedSum.rate, one) : null,
    recomputed_rate: mean ? rateIn(mean, one) : null,
  };
}

/** A rate in the unit of its charge; to a thousand-millionth. */
function rateIn(rate: Money, one: Money): number {
  return rate.dividedBy(one).toDecimalPlaces(9).toNumber();
}

/** The most first. */
function causesOf({ parts }: CheckedRow): string[] {
  const found = causeNames.flatMap((cause): [Cause, Money][] => {
    const part = parts.best[cause];
    return part === undefined || part.isZero() ? [] : [[cause, part]];
  });
  return found
    .sort(([, a], [, b]) => b.abs().minus(a.abs()).toNumber())
    .map(([cause, part]) => `${cause} ${part.toDecimalPlaces(6).toString()}`);
}

function claimRow({ placed }: PointBillCheck, claim: Claim): ClaimRow {
  const { state, supplier, invoice, names, charge, cause, dates, amount, vat, measuredShare, evidence, ask } = claim;
  return {
    state,
    ...placeOf(placed),
    supplier,
    invoice,
    names: [...names],
    charge: charge ?? null,
    cause,
    says: causes[cause].says,
    first_day: dates.from,
    last_day: dates.to,
    ...inPounds('claim', mapRange(amount, pounds)),
    vat_gbp: pounds(vat.best),
    measured_share: measuredShare ?? null,
    evidence: [...evidence],
    ask,
  };
}

/** One row for each thing that is missing to check a line. */
function notCheckedRows({ placed, check }: PointBillCheck): Answer['not_checked'] {
  const unchecked = check.bills.flatMap(({ rows }) => rows.filter(({ state }) => state === 'not_checked'));
  return unchecked.flatMap((row): Answer['not_checked'] => {
    const { point } = placed;
    const said = {
      supply_point: point.id,
      invoice: row.bill.invoice.number,
      name: row.name,
      because: row.remarks.map(({ says }) => says).join('; '),
    };
    if (row.problems.length === 0) return [{ ...said, code: null, where: null, found: null, detail: null, mend: null }];
    return row.problems.map(({ code, where, found = null, detail = null }) => {
      return { ...said, code, where, found, detail, mend: problems[code].mend };
    });
  });
}
