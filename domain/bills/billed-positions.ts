import type { Problem } from '../problems.ts';
import type { Period } from '../time.ts';
import { pairingOf } from './pairing.ts';
import { keyOfCharge, type Reckoning } from './reckoning.ts';
import { type Billed, billedAs } from './billed-lines.ts';
import type { Charge, ChargeKind } from '../tariffs/charges.ts';
import { plainName } from './invoice-names.ts';
import { type Dates, type InvoiceLine, periodOfDates, sharedDates } from './invoices.ts';
import { Money } from '../tariffs/money.ts';
import { type Bill, type BillLine, sum } from './settled-bills.ts';

/** Lines of a bill that bill the same charge, band and days, with what corrects them. */
export interface Position {
  readonly bill: Bill;
  readonly lines: readonly BillLine[];
  readonly dates: Dates;
  readonly period: Period;
  readonly amount: Money;
  readonly of: Paired | Unpaired;
  /** Given back in full: nothing is billed by it any more. */
  readonly isCredited: boolean;
  /** 0, and more for the very same line again in one document, which is no second part of the first. */
  readonly copy: number;
  /** The days that something billed before, and by which document. */
  readonly before: readonly (Dates & { readonly document: string })[];
}

export interface Paired {
  readonly charge: Charge;
  readonly band: string | undefined;
  readonly billed: readonly Billed[];
}

interface Unpaired {
  readonly charge?: undefined;
  readonly kind: ChargeKind | undefined;
  /** Why it cannot be checked; undefined where the contract has nothing like it. */
  readonly unchecked: string | undefined;
  readonly problems: readonly Problem[];
  /** Charges that it may bill, which are then not missing on the invoice. */
  readonly mayBe: readonly Charge[];
}

type Draft = Omit<Position, 'amount' | 'isCredited' | 'before' | 'lines'> & {
  readonly lines: BillLine[];
  readonly key: string;
};

/** The positions of bills, in order, each with the days that are billed before. */
export function positionsOf(bills: readonly Bill[], reckoning: Reckoning): Position[] {
  const positions: Position[] = [];
  const earlier = new Map<string, (Dates & { document: string })[]>();
  for (const bill of bills) {
    for (const { key, ...draft } of draftsOf(bill, reckoning)) {
      const amount = sum(draft.lines.map(({ line }) => new Money(line.amount_gbp)));
      const documents = new Set(draft.lines.map(({ document }) => document));
      const isCredited = documents.size > 1 && amount.isZero();
      const known = earlier.get(key) ?? [];
      const before = known.flatMap(({ document, ...dates }) => {
        const shared = sharedDates(draft.dates, dates);
        return shared ? [{ ...shared, document }] : [];
      });
      positions.push({ ...draft, amount, isCredited, before });
      if (!isCredited) earlier.set(key, [...known, { ...draft.dates, document: bill.invoice.number }]);
    }
  }
  return positions;
}

function draftsOf(bill: Bill, reckoning: Reckoning): Draft[] {
  const drafts = new Map<string, Draft>();
  const printed = new Map<string, number>();
  for (const billLine of bill.lines) {
    const { line, document, dates } = billLine;
    const period = periodOfDates(dates);
    const of = pairedOf(bill, line, period, reckoning);
    const print = JSON.stringify([document, { ...line, ...dates }]);
    const copy = printed.get(print) ?? 0;
    printed.set(print, copy + 1);
    const key = of.charge ? `${keyOfCharge(of.charge)} ${of.band ?? ''}` : `line ${plainName(line.name)}`;
    const place = `${key} ${dates.from} ${dates.to} ${copy}`;
    const known = drafts.get(place);
    if (!known) drafts.set(place, { bill, lines: [billLine], dates, period, of, key, copy });
    else {
      const billed = known.of.charge && of.charge ? [...known.of.billed, ...of.billed] : [];
      const joined = known.of.charge ? { ...known.of, billed } : known.of;
      drafts.set(place, { ...known, lines: [...known.lines, billLine], of: joined });
    }
  }
  return [...drafts.values()];
}

function pairedOf(bill: Bill, line: InvoiceLine, period: Period, reckoning: Reckoning): Paired | Unpaired {
  const kind = line.component;
  if (bill.corrects !== undefined) {
    return {
      kind,
      unchecked: `it corrects ${bill.corrects}, which is not among these invoices`,
      problems: [],
      mayBe: [],
    };
  }
  if (!reckoning.isUnderContract(period)) {
    const { problems } = reckoning.point;
    return { kind, unchecked: 'some of its days are under no contract that is known', problems, mayBe: [] };
  }
  const pairing = pairingOf(line, period, reckoning);
  if ('charge' in pairing) return { ...pairing, billed: [billedAs(pairing.charge, line, period)] };
  if ('unchecked' in pairing) return { ...pairing, kind };
  return { kind: pairing.kind, unchecked: undefined, problems: [], mayBe: [] };
}
