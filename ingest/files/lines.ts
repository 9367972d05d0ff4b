import { limits } from '../../domain/limits.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';

/**
 * Lines of a text file, some thousand at a time, without ever holding more than a piece of it. UTF-8, with or without
 * its mark, and UTF-16 as spreadsheets save it. A field never holds a line break: half-hourly files have no prose, and
 * a quote left open then costs one line and not the rest of the file.
 */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<LineBatch> {
  let decoder: TextDecoder | undefined;
  let rest = '';
  let first = 1;
  let bytes = 0;
  for await (const piece of pieces) {
    if (piece.length === 0) continue;
    decoder ??= decoderOf(piece, where);
    bytes += piece.length;
    const text = rest + decoder.decode(piece, { stream: true });
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > limits.importLineCharacters) {
      const found = `line ${first + lines.length} of more than ${limits.importLineCharacters} characters`;
      throw new ProblemError([{ code: 'import.unreadable', where, found, expected: 'a text file with rows' }]);
    }
    yield { first, lines, bytes };
    first += lines.length;
  }
  rest += decoder?.decode() ?? '';
  if (rest !== '') yield { first, lines: [rest], bytes };
}

export interface LineBatch {
  /** Number of the first line, counted from 1. */
  readonly first: number;
  /** Without the line feed; a carriage return may end them. */
  readonly lines: readonly string[];
  /** Read of the file so far. */
  readonly bytes: number;
}

function decoderOf(piece: Uint8Array, where: string): TextDecoder {
  const [a, b] = piece;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le');
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be');
  if ((a === 0x50 && b === 0x4b) || (a === 0xd0 && b === 0xcf)) throw new ProblemError([asTable(where, 'a workbook')]);
  if (piece.subarray(0, 4_096).includes(0)) throw new ProblemError([asTable(where, 'bytes that are no text')]);
  return new TextDecoder('utf-8');
}

function asTable(where: string, found: string): Problem {
  return { code: 'import.unreadable', where, found, expected: 'a table saved as CSV' };
}

/**
 * The cells of one line (RFC 4180, without line breaks in fields), untrimmed but for the quotes. Undefined when a quote
 * is left open or something follows a closing one.
 */
export function cellsOf(line: string, delimiter: string): string[] | undefined {
  const text = line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line;
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  for (let at = 0; ; ) {
    let start = at;
    while (text.charCodeAt(start) === 32) start++;
    if (text[start] !== '"') {
      const end = text.indexOf(delimiter, at);
      cells.push(end < 0 ? text.slice(at) : text.slice(at, end));
      if (end < 0) return cells;
      at = end + 1;
      continue;
    }
    let cell = '';
    let from = start + 1;
    let close = text.indexOf('"', from);
    while (close >= 0 && text[close + 1] === '"') {
      cell += text.slice(from, close + 1);
      from = close + 2;
      close = text.indexOf('"', from);
    }
    if (close < 0) return undefined;
    cells.push(cell + text.slice(from, close));
    let after = close + 1;
    while (text.charCodeAt(after) === 32) after++;
    if (after >= text.length) return cells;
    if (text[after] !== delimiter) return undefined;
    at = after + 1;
  }
}
