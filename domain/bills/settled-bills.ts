import { type Problem } from '../problems.ts';
import { type Dates, datesOf, type Invoice, type InvoiceLine } from './invoices.ts';
import { Money, nothing } from '../tariffs/money.ts';

/** A line and the document that it stands in. */
export interface BillLine {
  readonly line: InvoiceLine;
  /** Number of the invoice or credit note, and which of its lines it is, from 1. */
  readonly document: string;
  readonly number: number;
  readonly dates: Dates;
}

/**
 * An invoice with everything that corrects it: what was credited and billed anew is one bill, and is checked as one. A
 * credit is not a claim that was won, and an estimate that was put right is none any more.
 */
export interface Bill {
  readonly invoice: Invoice;
  readonly notes: readonly Invoice[];
  readonly lines: readonly BillLine[];
  readonly vat: Invoice['vat'];
  /** Without VAT; the sum of the lines where a document does not print it. */
  readonly net: Money;
  /** With VAT, where every document prints it. */
  readonly total: Money | undefined;
  /** It gives back something of an invoice that is not there. */
  readonly corrects: string | undefined;
}

/** Invoices in order, each with its corrections. */
export function billsOf(invoices: readonly Invoice[]): Bill[] {
  const inOrder = invoices.toSorted((a, b) => compare(a, b));
  const bases = new Map<Invoice, Invoice[]>();
  for (const invoice of inOrder) {
    const base = baseOf(invoice, inOrder);
    const notes = bases.get(base);
    if (base === invoice) bases.set(invoice, notes ?? []);
    else if (notes) notes.push(invoice);
    else bases.set(base, [invoice]);
  }
  return Array.from(bases, ([invoice, notes]) => billOf(invoice, notes)).sort((a, b) => compare(a.invoice, b.invoice));
}

function compare(a: Invoice, b: Invoice): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1;
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.number < b.number ? -1 : 1;
}

/** The invoice that one corrects, through corrections of corrections. */
function baseOf(invoice: Invoice, all: readonly Invoice[]): Invoice {
  const seen = new Set([invoice]);
  let base = invoice;
  while (base.corrects !== undefined) {
    const { corrects: number, supplier } = base;
    const next = all.find((one) => one.number === number && one.supplier === supplier);
    if (!next || seen.has(next)) break;
    seen.add((base = next));
  }
  return base;
}

function billOf(invoice: Invoice, notes: readonly Invoice[]): Bill {
  const documents = [invoice, ...notes];
  const totals = documents.map(({ total_gbp: total }) => total);
  const isLoose = invoice.corrects !== undefined || invoice.kind === 'credit_note';
  return {
    invoice,
    notes,
    lines: documents.flatMap((each) =>
      each.lines.map((line, i) => ({ line, document: each.number, number: i + 1, dates: datesOf(line, each) })),
    ),
    vat: documents.flatMap(({ vat }) => vat),
    net: sum(documents.map((one) => (one.net_gbp === undefined ? sumOfLines(one) : new Money(one.net_gbp)))),
    total: totals.includes(undefined) ? undefined : sum(totals.map((total) => new Money(total ?? 0))),
    corrects: isLoose ? (invoice.corrects ?? 'an invoice that it does not name') : undefined,
  };
}

export function sum(amounts: readonly Money[]): Money {
  return amounts.reduce((total, amount) => total.plus(amount), nothing);
}

function sumOfLines({ lines }: Invoice): Money {
  return sum(lines.map(({ amount_gbp: amount }) => new Money(amount)));
}

/** Documents that are given twice, which no check could tell from a bill that was sent twice. */
export function givenTwice(invoices: readonly Invoice[]): Problem[] {
  const groups = Map.groupBy(invoices, ({ supplier, number, kind }) => `${supplier} ${number} ${kind}`);
  return [...groups.values()].flatMap((same): Problem[] => {
    const [first, second] = same;
    if (!first || !second) return [];
    return [
      {
        code: 'bill.given-twice',
        where: `invoice ${first.number} of ${first.supplier}`,
        found: `${same.length} times`,
      },
    ];
  });
}
