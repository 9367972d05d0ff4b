import type { Problem } from '../../domain/problems.ts';
import { daySeconds, halfHourSeconds } from '../../domain/time.ts';
import type { Slot } from './day-slots.ts';
import { timeInHeader } from './date-style.ts';
import type { FileFormat } from './format.ts';
import { cellsOf } from './lines.ts';

/** Where the columns of a format stand in one file; −1 where it has no such column. */
export interface Columns {
  readonly point: number;
  readonly serial: number;
  readonly date: number;
  readonly time: number;
  readonly until: number;
  readonly period: number;
  /** One for a row of a value; else those of the half-hours. */
  readonly values: readonly number[];
  readonly slots: readonly Slot[];
  /** Beside each value, or one for all; empty where the file says nothing. */
  readonly statuses: readonly number[];
  readonly unit: number;
  readonly channel: number;
  readonly leftOut: readonly number[];
  /** Cells a row must reach to hold anything. */
  readonly least: number;
}

/** Two headers are one when they say the same words: case, quotes and space around words do not matter. */
export function wordsOf(cells: readonly string[]): string[] {
  const words = cells.map((cell) => cell.replaceAll(/\s+/g, ' ').trim().toLowerCase());
  while (words.length > 0 && words.at(-1) === '') words.pop();
  return words;
}

/** The header that a format describes. */
export function headerOf(format: FileFormat): readonly string[] {
  const known = headers.get(format);
  if (known) return known;
  const words = wordsOf(cellsOf(format.header, ',') ?? []);
  headers.set(format, words);
  return words;
}
// Recognising a file compares with all formats.
const headers = new WeakMap<FileFormat, readonly string[]>();

/** Finds the columns of a format in a header; a column that is not there is a problem. */
export function columnsIn(format: FileFormat, header: readonly string[]): Columns | { readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const find = (column: string | undefined): number => {
    if (column === undefined) return -1;
    const at = indexOf(header, column);
    if (at < 0) problems.push({ code: 'import.format-does-not-fit', where: format.name, expected: `column ${column}` });
    return at;
  };
  const values = format.wide ? wideColumns(format.wide, header) : [find(format.value)];
  if (values.length === 0) {
    const expected = `columns ${format.wide?.first} to ${format.wide?.last}`;
    problems.push({ code: 'import.format-does-not-fit', where: format.name, expected });
  }
  const second = (format.wide?.repeated_hour ?? []).map(find);
  const columns = {
    point: find(format.meter_point),
    serial: find(format.serial),
    date: find(format.date.column),
    time: find(format.time),
    until: find(format.until),
    period: find(format.period),
    unit: typeof format.unit === 'object' ? find(format.unit.column) : -1,
    channel: find(format.channel?.column),
    leftOut: format.left_out.map(({ column }) => find(column)),
  };
  const statuses = statusColumns(format, [...values, ...second], find);
  if (problems.length > 0) return { problems };
  const slots = format.wide ? slotsOf(format, header, values, second.length) : [];
  const bad = slots.findIndex(({ second, number }) => second === undefined && number === undefined);
  if (bad >= 0) {
    const found = header[values[bad] ?? 0] ?? '';
    return { problems: [{ code: 'import.format-does-not-fit', where: format.name, found, expected: 'a time of day' }] };
  }
  if (new Set(slots.map((slot) => JSON.stringify(slot))).size < slots.length) {
    const expected = 'each half-hour once: 00:00 to 23:30, or 00:30 to 24:00';
    return { problems: [{ code: 'import.format-does-not-fit', where: format.name, expected }] };
  }
  const least = 1 + Math.max(columns.point, columns.serial, columns.date, columns.time, columns.period, values[0] ?? 0);
  return { ...columns, values: [...values, ...second], slots, statuses, least };
}

/** `HH1 (2)` is the second column of these words, unless one is called just so. */
function indexOf(header: readonly string[], column: string): number {
  const [words = ''] = wordsOf([column]);
  const exact = header.indexOf(words);
  if (exact >= 0 || words === '') return exact;
  const [, name, count] = /^(.*) \((\d)\)$/.exec(words) ?? [];
  let at = -1;
  for (let i = 0; i < Number(count ?? 0); i++) {
    at = header.indexOf(name ?? '', at + 1);
    if (at < 0) return -1;
  }
  return at;
}

/** Empty when the last one does not follow the first. */
function wideColumns({ first, last, every }: NonNullable<FileFormat['wide']>, header: readonly string[]): number[] {
  const from = indexOf(header, first);
  // The last one may be called like an earlier column: it is looked for from the first on.
  const [words] = wordsOf([last]);
  const columns: number[] = [];
  if (from < 0) return columns;
  for (let at = from; at < header.length; at += every) {
    columns.push(at);
    if (header[at] === words && at > from) return columns;
  }
  return [];
}

function statusColumns(
  { status, wide }: FileFormat,
  values: readonly number[],
  find: (name: string) => number,
): number[] {
  if (!status) return [];
  if (status.column !== undefined) return [find(status.column)];
  if (status.beside !== undefined) return values.map((at) => (status.beside === 'after' ? at + 1 : at - 1));
  const first = find(status.first ?? '');
  return values.map((_value, i) => first + i * (wide?.every ?? 1));
}

/** When the half-hour of each value column begins. */
function slotsOf(format: FileFormat, header: readonly string[], columns: readonly number[], second: number): Slot[] {
  const first = columns.map((column, i): Slot => {
    if (format.stamped === 'numbered') return { second: undefined, number: i, secondPass: false };
    const named = timeInHeader(header[column] ?? '');
    return {
      second: named === undefined ? undefined : format.reads === 'register' ? shownAt(named, i) : begin(named, format),
      number: undefined,
      secondPass: false,
    };
  });
  const later = Array.from(
    { length: second },
    (_, i): Slot => ({
      second: 3600 + i * halfHourSeconds,
      number: undefined,
      secondPass: true,
    }),
  );
  return [...first, ...later];
}

/** A register is of the time its header names; 00:00 behind other columns is the end of the day. */
function shownAt(named: number, i: number): number {
  return named === 0 && i > 0 ? daySeconds : named;
}

function begin(named: number, { stamped }: FileFormat): number {
  if (stamped !== 'end') return named % daySeconds;
  return ((named === 0 ? daySeconds : named) - halfHourSeconds) % daySeconds;
}
