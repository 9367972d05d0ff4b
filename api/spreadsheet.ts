import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { warnings } from '../domain/energy/figure.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import { units } from '../domain/units.ts';
import type { Cell, Row, TableAnswer } from './table-answer.ts';

/**
 * A table answer as a spreadsheet: its rows on the first sheet, every other list of the answer (factors, reasons) on a
 * sheet of its own, and at the end what it was made with and what must be known before relying on it.
 */
export interface Sheet {
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly SheetCell[])[];
}
export interface SheetColumn {
  readonly heading: string;
  /** In characters. */
  readonly width: number;
  /** How numbers are shown; as they are when absent. */
  readonly format?: string | undefined;
}
export type SheetCell = string | number | boolean | null;

/** The sheets of an answer. Throws `request.range-too-long` where they would hold more cells than a spreadsheet may. */
export function sheetsOf({ head, name, rows, tail = {}, columns, file }: TableAnswer): Sheet[] {
  const list: Row[] = [];
  const others = Object.entries({ ...head, ...tail });
  const lists = others.flatMap(([key, value]) => (isRows(value) && value.length > 0 ? [[key, value] as const] : []));
  let cells = lists.reduce((sum, [, some]) => sum + some.length * Object.keys(some[0] ?? {}).length, 0);
  for (const row of rows) {
    list.push(row);
    cells += columns.length;
    if (cells > limits.spreadsheetCells) throw tooLarge();
  }
  const said = others.filter(([, value]) => !isRows(value));
  const sources = [
    { what: 'Report', value: file },
    ...said.flatMap(([key, value]) => scalars(key, value)).map(([what, value]) => ({ what: headingOf(what), value })),
  ];
  const warned = warningRows([list, ...lists.map(([, some]) => some)].flat());
  return [
    sheet(name, columns, list),
    ...lists.map(([key, some]) => sheet(key, [...new Set(some.flatMap((row) => Object.keys(row)))], some)),
    sheet('sources', ['what', 'value'], sources),
    ...(warned.length > 0 ? [sheet('warnings', ['warning', 'means', 'about', 'rows'], warned)] : []),
  ];
}

/** What refuses a spreadsheet of more cells than `limits.spreadsheetCells`. */
export function tooLarge(): ProblemError {
  const most = limits.spreadsheetCells.toLocaleString('en-GB');
  const expected = `at most ${most} cells: fewer places, a shorter period or a coarser bucket; or csv`;
  return new ProblemError([
    { code: 'request.range-too-long', where: 'query format', found: 'a larger spreadsheet', expected },
  ]);
}

function isRows(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
}

/** `period: { from, to }` is two lines. */
function scalars(key: string, value: unknown): [string, Cell][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([inner, one]) => scalars(`${key}_${inner}`, one));
  }
  return value === undefined ? [] : [[key, value as Cell]];
}

/** Each warning of the rows once, with what it means and in how many rows it stands. */
function warningRows(rows: readonly Row[]): Row[] {
  const times = new Map<string, number>();
  for (const { warnings: list } of rows) {
    for (const one of Array.isArray(list) ? (list as string[]) : []) times.set(one, (times.get(one) ?? 0) + 1);
  }
  return [...times].map(([text, count]) => {
    const [, code = text, about = ''] = /^(\S+) ?(.*)$/.exec(text) ?? [];
    const known: Readonly<Record<string, string>> = warnings;
    return { warning: code, means: known[code] ?? null, about, rows: count };
  });
}

/** Rows as one sheet. */
export function sheet(name: string, columns: readonly string[], rows: readonly Row[]): Sheet {
  const cells = rows.map((row) => columns.map((column) => cellOf(row[column])));
  return {
    name: headingOf(name).slice(0, nameCharacters),
    columns: columns.map((key, i) => {
      const heading = headingOf(key);
      const longest = cells.reduce((most, row) => Math.max(most, String(row[i] ?? '').length), heading.length);
      return { heading, width: Math.min(widest, longest + 2), format: formatOf(key) };
    }),
    rows: cells,
  };
}

// A spreadsheet program refuses a longer name of a sheet, and a longer text in a cell.
const nameCharacters = 31;
const cellCharacters = 32_767;
const widest = 60;

function cellOf(value: Cell | undefined): SheetCell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value : value.join('; ');
  if (text === '') return null;
  return text.length > cellCharacters ? `${text.slice(0, cellCharacters - 1)}…` : text;
}

const suffixes = Object.values(units).map(({ suffix }) => suffix);
const measured = new RegExp(`^(.+?)_(${suffixes.join('|')})(?:_per_(${suffixes.join('|')}))?$`);
const labels: ReadonlyMap<string, string> = new Map(Object.values(units).map(({ suffix, label }) => [suffix, label]));

/** `energy_kwh` is `Energy (kWh)`, `measured_share` is `Measured share (%)`; what is no key stays as it is. */
export function headingOf(key: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(key)) return key;
  const [, stem = key, unit, per] = measured.exec(key) ?? [];
  const words = stem.replaceAll('_', ' ');
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  if (unit !== undefined) {
    const whole = labels.get(unit) ?? unit;
    return `${title} (${per === undefined ? whole : `${whole}/${labels.get(per) ?? per}`})`;
  }
  return isShare(key) ? `${title} (%)` : title;
}

const isShare = (key: string): boolean => /(^|_)share$/.test(key);

/** Shares in percent; amounts with thousands and two decimals; factors, which have more, as they are. */
function formatOf(key: string): string | undefined {
  if (isShare(key)) return '0.0%';
  // A heading that others gave, with its unit: returns are in whole numbers.
  if (/\((kWh|kW|m²|m³|£)\)$/.test(key)) return '#,##0';
  const [, , unit, per] = measured.exec(key) ?? [];
  return unit === undefined || per === 'kwh' || per === 'm3' ? undefined : '#,##0.00';
}

/** The file, made in a thread of its own: some thousand cells would hold up everything else for a second. */
export async function writeSpreadsheet(sheets: readonly Sheet[]): Promise<Buffer> {
  const thread = new Worker(new URL('./spreadsheet-thread.ts', import.meta.url), { workerData: sheets });
  try {
    const [file] = (await once(thread, 'message')) as [Uint8Array];
    return Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  } finally {
    await thread.terminate();
  }
}
