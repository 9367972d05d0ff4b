import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { nextCursorHeader, spreadsheetType, type TableFormat } from './contract/vocabulary.ts';
import { sheetsOf, writeSpreadsheet } from './spreadsheet.ts';

/**
 * Answers that are a list of rows, as JSON, as CSV or as a spreadsheet. Rows are turned into text as they are sent,
 * some kilobytes at a time, so that a long answer is never in memory twice; a spreadsheet is made whole, and bounded.
 */
export type Cell = string | number | boolean | null | readonly string[];
export type Row = Readonly<Record<string, Cell>>;

export interface TableAnswer {
  /** What stands before the rows in JSON: the period, the bucket. */
  readonly head: Readonly<Record<string, unknown>>;
  /** Key of the list. */
  readonly name: string;
  readonly rows: Iterable<Row>;
  /** What stands after the rows in JSON. */
  readonly tail?: Readonly<Record<string, unknown>>;
  /** Columns of the CSV in their order: keys of a row. */
  readonly columns: readonly string[];
  /** Name of the file that CSV or a spreadsheet is saved as, without its ending. */
  readonly file: string;
}

const chunkCharacters = 65_536;

/** What the request wants: by `format`, or because `Accept` names it and not JSON. */
export function wantedFormat(request: FastifyRequest, format: TableFormat | undefined): TableFormat {
  if (format !== undefined) return format;
  const accept = request.headers.accept ?? '';
  if (/\bapplication\/json\b/.test(accept)) return 'json';
  if (accept.includes(spreadsheetType)) return 'xlsx';
  return /\btext\/csv\b/.test(accept) ? 'csv' : 'json';
}

/**
 * Sends the rows. A short answer goes whole, with its length; a long one as it is made. Throws
 * `request.range-too-long` where a spreadsheet would be larger than one may be.
 */
export async function sendTable(reply: FastifyReply, table: TableAnswer, format: TableFormat): Promise<FastifyReply> {
  void reply.header('vary', 'Accept');
  // CSV and a spreadsheet have no place of their own for it.
  const next = table.tail?.['next_cursor'];
  if (typeof next === 'string') void reply.header(nextCursorHeader, next);
  if (format !== 'json') {
    void reply.header('content-disposition', `attachment; filename="${table.file}.${format}"`);
  }
  if (format === 'xlsx') return reply.type(spreadsheetType).send(await writeSpreadsheet(sheetsOf(table)));
  const csv = format === 'csv';
  void reply.type(csv ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8');
  const chunks = inChunks(csv ? csvLines(table) : jsonPieces(table));
  const first = chunks.next().value ?? '';
  const second = chunks.next();
  if (second.done) return reply.send(first);
  return reply.send(Readable.from(joined([first, second.value], chunks), { objectMode: false }));
}

function* joined(head: readonly string[], rest: Iterable<string>): Generator<string> {
  yield* head;
  yield* rest;
}

function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkCharacters) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

function* jsonPieces(table: TableAnswer): Generator<string> {
  const head = JSON.stringify(table.head).slice(0, -1);
  yield `${head}${head === '{' ? '' : ','}${JSON.stringify(table.name)}:[`;
  let before = '';
  for (const row of table.rows) {
    yield before + JSON.stringify(row);
    before = ',';
  }
  const tail = JSON.stringify(table.tail ?? {}).slice(1);
  yield tail === '}' ? ']}' : `],${tail}`;
}

/** RFC 4180: a header, CRLF, quotes doubled. */
function* csvLines(table: TableAnswer): Generator<string> {
  yield `${table.columns.map(csvField).join(',')}\r\n`;
  for (const row of table.rows) yield `${table.columns.map((column) => csvField(row[column])).join(',')}\r\n`;
}

/** One field. Nothing known is an empty field; several words are separated by spaces. */
export function csvField(value: Cell | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : value.join(' ');
  // A spreadsheet would run a text that begins like a formula, so an apostrophe goes before it.
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
