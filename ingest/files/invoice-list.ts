import type { z } from 'zod';
import { nearest } from '../../domain/nearest.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import { invoiceLineSchema, invoiceSchema } from '../../domain/bills/invoices.ts';
import { decimalOf } from './decimal.ts';
import { cellsOf } from './lines.ts';

/** Columns of the invoice itself, in each of its rows or only in the first; the others are those of a line. */
const headKeys = {
  supplier: 'supplier',
  number: 'number',
  date: 'date',
  kind: 'kind',
  corrects: 'corrects',
  supply_point: 'supply_point',
  mpan: 'mpan',
  mprn: 'mprn',
  spid: 'spid',
  invoice_from: 'from',
  invoice_to: 'to',
  net_gbp: 'net_gbp',
  total_gbp: 'total_gbp',
} as const;
const lineColumns = ['type', ...Object.keys(invoiceLineSchema.shape)];
const columns: readonly string[] = [...Object.keys(headKeys), ...lineColumns];
const numbers = new Set(['net_gbp', 'total_gbp', 'quantity', 'days', 'rate', 'amount_gbp']);

/** A row by its columns; an empty cell says nothing. */
interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, string | number>>;
}

/**
 * Invoices from a CSV list of their lines, whose first line names the columns. Throws a ProblemError with everything
 * that cannot be read, each with its line of the file.
 */
export function readInvoiceList(text: string, where: string): unknown[] {
  const problems: Problem[] = [];
  const rows = readRows(text, where, problems);
  const groups = Map.groupBy(rows, ({ cells: { supplier = '', number = '', kind = '' } }) =>
    JSON.stringify([supplier, number, kind]),
  );
  const invoices = Array.from(groups.values(), (group) => readInvoice(group, where, problems));
  if (problems.length > 0) throw new ProblemError(problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  return invoices;
}

function readRows(text: string, where: string, problems: Problem[]): Row[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const header = (cellsOf(lines[0] ?? '', ',') ?? []).map((name) => name.trim());
  for (const name of header) {
    if (columns.includes(name)) continue;
    const near = nearest(name, columns);
    const detail = near === undefined ? undefined : `did you mean ${near}?`;
    const expected = `columns of ${columns.join(', ')}`;
    problems.push({ code: 'import.format-does-not-fit', where, line: 1, found: name, expected, detail });
  }
  return lines.flatMap((line, i): Row[] => {
    if (i === 0 || line.trim() === '') return [];
    const cells = cellsOf(line, ',');
    if (cells?.length === header.length)
      return [{ line: i + 1, cells: cellsIn(header, cells, i + 1, where, problems) }];
    const found = cells === undefined ? 'a quote left open' : `${cells.length} cells`;
    problems.push({ code: 'import.malformed-row', where, line: i + 1, found, expected: `${header.length} cells` });
    return [];
  });
}

function cellsIn(
  header: readonly string[],
  cells: readonly string[],
  line: number,
  where: string,
  problems: Problem[],
): Row['cells'] {
  const known: Record<string, string | number> = {};
  for (const [i, name] of header.entries()) {
    const cell = cells[i]?.trim() ?? '';
    if (cell === '') continue;
    const value = numbers.has(name) ? decimalOf(cell) : cell;
    if (Number.isNaN(value)) {
      const expected = 'a number as 1234.56, without thousands';
      problems.push({ code: 'import.bad-value', where, line, found: `${name}: ${cell}`, expected });
    } else known[name] = value;
  }
  return known;
}

/** One invoice of its rows, judged by the schema of invoices, whose complaints become those of rows. */
function readInvoice(rows: readonly Row[], where: string, problems: Problem[]): unknown {
  const head: Record<string, string | number> = {};
  for (const { line, cells } of rows) {
    for (const [column, key] of Object.entries(headKeys)) {
      const value = cells[column];
      if (value === undefined) continue;
      head[key] ??= value;
      if (head[key] === value) continue;
      const found = `${column}: ${value}`;
      problems.push({
        code: 'bill.bad-row',
        where,
        line,
        found,
        expected: `${head[key]}, as in its first row`,
      });
    }
  }
  const types = Map.groupBy(rows, ({ cells: { type = 'line' } }) => type);
  for (const [type, some] of types) {
    if (type === 'line' || type === 'vat') continue;
    for (const { line } of some) {
      problems.push({ code: 'bill.bad-row', where, line, found: `type: ${type}`, expected: 'line or vat' });
    }
  }
  const [lines, vat] = [types.get('line') ?? [], types.get('vat') ?? []];
  const invoice = {
    ...head,
    lines: lines.map(({ cells }) => lineOf(cells)),
    vat: vat.map(({ cells }) => vatOf(cells)),
  };
  // What is missing may stand in a row that could not be read, which is told already.
  const isCut = problems.some(({ code }) => code === 'import.malformed-row');
  const parsed = invoiceSchema.safeParse(invoice);
  for (const issue of parsed.error?.issues ?? []) {
    const { path } = issue;
    const [list, place, key] = path;
    const at = list === 'lines' ? lines : list === 'vat' ? vat : undefined;
    const line = (typeof place === 'number' ? at?.[place]?.line : undefined) ?? rows[0]?.line;
    const column = at ? (vatColumns[String(key)] ?? String(key)) : columnOf(String(list));
    if (isCut && at === undefined && shown(invoice, path) === 'nothing') continue;
    if (problems.some((one) => one.line === line && one.found?.startsWith(`${column}:`))) continue;
    problems.push({
      code: 'bill.bad-row',
      where,
      line,
      found: `${column}: ${shown(invoice, path)}`,
      expected: expectedOf(issue),
    });
  }
  return parsed.data ?? invoice;
}

function lineOf(cells: Row['cells']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(cells).filter(([key]) => key in invoiceLineSchema.shape));
}

/** A row of VAT: its rate in percent, the sum it is of as the quantity, and the amount. */
function vatOf({ rate: percent, quantity: taxable_gbp, amount_gbp }: Row['cells']): Record<string, unknown> {
  return { percent, taxable_gbp, amount_gbp };
}
const vatColumns: Readonly<Record<string, string>> = { percent: 'rate', taxable_gbp: 'quantity' };

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return issue.expected === 'string' ? 'a text' : `a ${issue.expected}`;
  return issue.code === 'invalid_format' && issue.format === 'date' ? 'a date as 2026-04-01' : issue.message;
}

function columnOf(key: string): string {
  return Object.entries(headKeys).find(([, of]) => of === key)?.[0] ?? key;
}

function shown(invoice: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>((at, key) => (at === undefined ? at : Reflect.get(Object(at), key)), invoice);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'nothing';
}
