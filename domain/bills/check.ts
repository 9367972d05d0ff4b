import type { Problem } from '../problems.ts';
import type { Period } from '../time.ts';
import { type Parts, PartsSum, type Variance, varianceOf } from './causes.ts';
import { bandFinding, quantityFinding, rateFinding, type Side } from './findings.ts';
import { type BilledPoint, keyOfCharge, type Ours, Reckoning } from './reckoning.ts';
import { type CheckedRow, type Remark, stateOf, sureVariance } from './rows.ts';
import { sumRow, totalRow, vatRow } from './totals.ts';
import { sumOfBilled, variancesOf, type Weighed } from './variance.ts';
import { arithmeticOf, billedAs, halfPenny } from './billed-lines.ts';
import { type Paired, type Position, positionsOf } from './billed-positions.ts';
import type { Charge } from '../tariffs/charges.ts';
import type { EarlierUse } from './estimate-signs.ts';
import {
  type Dates,
  datesAround,
  datesOf,
  type Invoice,
  periodOfDates,
  sharedDates,
  withoutDates,
} from './invoices.ts';
import { Money, nothing } from '../tariffs/money.ts';
import { certain, type Range, sumMoney } from '../tariffs/range.ts';
import { type Bill, billsOf, sum } from './settled-bills.ts';

/**
 * A bill check: the invoices of a supply point against our half-hours, the contract of each day and what is published.
 * Every line becomes a row with its variance, and the variance is parted by cause without a remainder.
 */

/** Days between the invoices that none of them bills. */
export interface UnbilledDays extends Dates {
  /** Pounds without VAT that they come to; undefined where that cannot be reckoned. */
  readonly amount: Range<Money> | undefined;
}

export interface BillCheck {
  readonly point: BilledPoint;
  readonly bills: readonly {
    readonly bill: Bill;
    readonly rows: readonly CheckedRow[];
    readonly vatPercent: number | undefined;
  }[];
  readonly unbilled: readonly UnbilledDays[];
}

/** The days that a point's half-hours and contracts are needed for; undefined without invoices. */
export function billedPeriod(invoices: readonly Invoice[]): Period | undefined {
  const dates = datesAround(
    invoices.flatMap((invoice) => [invoice, ...invoice.lines.map((line) => datesOf(line, invoice))]),
  );
  return dates && periodOfDates(dates);
}

/** Checks the invoices of one supply point against each other and against what we reckon. */
export function checkBills(invoices: readonly Invoice[], point: BilledPoint): BillCheck {
  const period = billedPeriod(invoices);
  if (!period) return { point, bills: [], unbilled: [] };
  const reckoning = new Reckoning(point, period);
  const bills = billsOf(invoices);
  const positions = positionsOf(bills, reckoning);
  const earlier = new Map<string, EarlierUse[]>();
  return {
    point,
    bills: bills.map((bill) => {
      const own = positions.filter((position) => position.bill === bill);
      const lines = [...lineRows(own, reckoning, earlier), ...notBilledRows(bill, positions, reckoning)];
      const vatPercents = reckoning.vatPercents(periodOfDates(bill.invoice));
      const vatPercent = vatPercents.length === 1 && bill.corrects === undefined ? vatPercents[0] : undefined;
      const rows = [...lines, ...sumRow(bill), ...vatRow(bill, lines, vatPercent), ...totalRow(bill)];
      return { bill, rows, vatPercent };
    }),
    unbilled: unbilledDays(bills, reckoning),
  };
}

function lineRows(
  positions: readonly Position[],
  reckoning: Reckoning,
  earlier: Map<string, EarlierUse[]>,
): CheckedRow[] {
  const rows = new Map<Position, CheckedRow>();
  const live = positions.filter(({ isCredited }) => !isCredited);
  for (const position of positions) {
    if (position.isCredited) rows.set(position, creditedRow(position));
    else if (!isPaired(position)) rows.set(position, unpairedRow(position));
  }
  const groups = Map.groupBy(
    live.filter(isPaired),
    ({ of, dates, copy }) => `${keyOfCharge(of.charge)} ${dates.from} ${dates.to} ${of.band === undefined} ${copy}`,
  );
  for (const group of groups.values()) {
    for (const row of groupRows(group, reckoning, earlier)) rows.set(row.position, row.row);
  }
  return positions.flatMap((position) => rows.get(position) ?? []);
}

function isPaired(position: Position): position is Position & { of: Paired } {
  return position.of.charge !== undefined;
}

/** The rows of a charge over the same days, its bands beside each other. */
function groupRows(
  group: readonly (Position & { of: Paired })[],
  reckoning: Reckoning,
  earlier: Map<string, EarlierUse[]>,
): { position: Position; row: CheckedRow }[] {
  const sides = group.map((position): Side & { due: Ours } => {
    const { of, period, dates, before } = position;
    const ours = reckoning.ours(of, [period]);
    const due = before.length === 0 ? ours : reckoning.ours(of, withoutDates(dates, before).map(periodOfDates));
    return { position, ours, due, billed: sumOfBilled(of.billed, ours) };
  });
  const [first] = sides;
  if (!first) return [];
  const bands = first.position.of.charge.times ? new Set(first.ours.lines.map(({ band }) => band)) : undefined;
  const all = bands && reckoning.ours({ charge: first.position.of.charge }, [first.position.period]);
  const isWhole = new Set(all?.lines.map(({ band }) => band)).size === sides.length;
  const together = sides.length > 1 && isWhole ? [sides] : sides.map((one) => [one]);
  const key = keyOfCharge(first.position.of.charge);
  const known = earlier.get(key) ?? [];
  const rows = together.flatMap((some) => {
    const quantity = quantityFinding(some, known, reckoning);
    const band = bandFinding(some, reckoning);
    const weighed = some.map((one) => {
      const rate = rateFinding(one, reckoning);
      const causes = { rateCause: rate.cause, quantityCause: quantity.cause, bandCause: band.cause };
      return { ...one, rate, charge: one.position.of.charge, ...causes };
    });
    return variancesOf(weighed).map((variance, i) => {
      const one = weighed[i] as (typeof weighed)[number];
      const isOff = (cause: string): boolean =>
        Object.values(variance.parts).some((parts: Parts) => parts[cause as keyof Parts] !== undefined);
      const remarks = [one.rate, quantity, band].flatMap((finding) =>
        isOff(finding.cause) ? finding.remarks.map((says): Remark => ({ cause: finding.cause, says })) : [],
      );
      return { position: one.position, row: pairedRow(one, variance, remarks) };
    });
  });
  const quantities = sides.map(({ billed }) => billed.quantity);
  if (!quantities.includes(undefined)) {
    const quantity = sum(quantities.map((each) => each ?? nothing));
    const { bill, dates } = first.position;
    earlier.set(key, [...known, { invoice: bill.invoice.number, dates, quantity }]);
  }
  return rows;
}

function pairedRow(one: Weighed & Side & { due: Ours }, variance: Variance, remarks: readonly Remark[]): CheckedRow {
  const { position, billed, due, charge } = one;
  const twice = billedBefore(position);
  return {
    ...baseRow(position),
    ...variance,
    charge,
    kind: charge.kind,
    band: position.of.band,
    state: stateOf(variance),
    billedSum: billed,
    ours: due,
    recomputed: due.amount,
    remarks: [...twice, ...remarks],
  };
}

function billedBefore({ before, bill }: Position): Remark[] {
  return before.map(({ document, from, to }) => {
    const by = document === bill.invoice.number ? 'another line of this invoice' : `invoice ${document}`;
    return { cause: 'billed_twice', says: `${from} to ${to} are billed by ${by} already` };
  });
}

function baseRow({ bill, lines, dates, amount }: Position) {
  return {
    bill,
    what: 'line' as const,
    name: [...new Set(lines.map(({ line }) => line.name))].join(' / '),
    lines: lines.map(({ document, number }) => ({ document, number })),
    charge: undefined,
    kind: undefined,
    band: undefined,
    dates,
    billed: amount,
    billedSum: undefined,
    ours: undefined,
    remarks: [] as readonly Remark[],
    problems: [] as readonly Problem[],
  };
}

const noParts: Range<Parts> = certain({});

function creditedRow(position: Position): CheckedRow {
  const documents = position.bill.notes.map(({ number }) => number);
  return {
    ...baseRow(position),
    kind: position.of.charge?.kind ?? position.lines[0]?.line.component,
    charge: position.of.charge,
    band: position.of.charge === undefined ? undefined : position.of.band,
    state: 'credited',
    recomputed: certain(nothing),
    variance: certain(nothing),
    parts: noParts,
    remarks: [{ says: `given back by ${documents.join(', ')}` }],
  };
}

/** What the contract does not have, or what cannot be reckoned: then only its own numbers are checked. */
function unpairedRow(position: Position): CheckedRow {
  const { of, amount, before, lines } = position;
  if (of.charge !== undefined) throw new TypeError('a line that has a charge');
  const row = { ...baseRow(position), kind: of.kind, problems: of.problems };
  const isTwice = before.length > 0 && withoutDates(position.dates, before).length === 0;
  if (of.unchecked === undefined || isTwice) {
    const variance = sureVariance(isTwice ? 'billed_twice' : 'not_in_contract', amount);
    return { ...row, ...variance, state: 'differs', recomputed: certain(nothing), remarks: billedBefore(position) };
  }
  const arithmetic = sum(lines.map(({ line }) => ownArithmetic(line, position.period)));
  const recomputed = certain(amount.minus(arithmetic));
  return {
    ...row,
    ...sureVariance('arithmetic', arithmetic),
    state: 'not_checked',
    recomputed,
    remarks: [{ says: of.unchecked }],
  };
}

/** What of a line by itself does not multiply. */
function ownArithmetic(line: Parameters<typeof billedAs>[1], period: Period): Money {
  if (line.rate_unit === undefined) return nothing;
  const alone = { unit: line.rate_unit, credit: line.amount_gbp < 0 } as Charge;
  return arithmeticOf(billedAs(alone, line, period));
}

/** Charges of the contract that no line bills, on the days of the invoice. */
function notBilledRows(bill: Bill, positions: readonly Position[], reckoning: Reckoning): CheckedRow[] {
  const period = periodOfDates(bill.invoice);
  const isLive = positions.some((position) => position.bill === bill && !position.isCredited);
  if (!isLive || bill.corrects !== undefined || !reckoning.isUnderContract(period)) return [];
  const billed = positions.filter((position) => {
    return !position.isCredited && isPaired(position) && sharedDates(position.dates, bill.invoice) !== undefined;
  });
  const others = new Set(reckoning.point.terms.charges);
  const perhaps = positions.flatMap(({ bill: of, of: line }) => (of === bill && !line.charge ? line.mayBe : []));
  const maybe = new Set(perhaps.map(keyOfCharge));
  return reckoning.charges(period).flatMap((charge): CheckedRow[] => {
    const key = keyOfCharge(charge);
    if (maybe.has(key)) return [];
    if (reckoning.notReckonedIn(period).some((one) => one.charge && keyOfCharge(one.charge) === key)) return [];
    const bands = [...new Set(reckoning.ours({ charge }, [period]).lines.map(({ band }) => band))];
    return bands.flatMap((band): CheckedRow[] => {
      const ofIt = billed.flatMap(({ of, dates }) =>
        of.charge && keyOfCharge(of.charge) === key && (of.band === undefined || of.band === band) ? [dates] : [],
      );
      const left = withoutDates(bill.invoice, ofIt);
      const ours = reckoning.ours({ charge, band }, left.map(periodOfDates));
      // A meter operator may bill its charge itself; a relief can only come from the supplier.
      const isOthers = others.has(charge) && ours.exact.best.gte(0);
      if (ours.exact.best.abs().lte(halfPenny) || isOthers) return [];
      return [notBilledRow(bill, { charge, band }, left, ours)];
    });
  });
}

function notBilledRow(
  bill: Bill,
  { charge, band }: { charge: Charge; band: string | undefined },
  left: readonly Dates[],
  ours: Ours,
): CheckedRow {
  const cause = charge.kind === 'ccl' ? 'levy' : 'not_billed';
  const found = varianceOf(ours.amount, (amount) => {
    const parts = new PartsSum();
    parts.add(cause, amount.negated());
    return { variance: amount.negated(), parts: parts.of(amount.negated()) };
  });
  const { from } = left[0] ?? bill.invoice;
  const { to } = left.at(-1) ?? bill.invoice;
  return {
    ...found,
    bill,
    what: 'not_billed',
    name: charge.name,
    lines: [],
    charge,
    kind: charge.kind,
    band,
    dates: { from, to },
    state: stateOf(found),
    billed: nothing,
    billedSum: undefined,
    ours,
    recomputed: ours.amount,
    remarks: ours.exact.best.isNegative() ? [{ says: 'a relief that is on record is not on the invoice' }] : [],
    problems: [],
  };
}

/** The days between invoices that none of them bills, which a later invoice will. */
function unbilledDays(bills: readonly Bill[], reckoning: Reckoning): UnbilledDays[] {
  const spans = bills.map(({ invoice }) => invoice);
  const all = datesAround(spans);
  if (!all) return [];
  return withoutDates(all, spans).map((dates) => {
    const period = periodOfDates(dates);
    if (!reckoning.isUnderContract(period) || reckoning.notReckonedIn(period).length > 0) {
      return { ...dates, amount: undefined };
    }
    const amounts = reckoning.charges(period).map((charge) => reckoning.ours({ charge }, [period]).amount);
    return { ...dates, amount: sumMoney(amounts) };
  });
}
