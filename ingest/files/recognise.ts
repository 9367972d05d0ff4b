import { limits } from '../../domain/limits.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import { type Columns, columnsIn, headerOf, wordsOf } from './columns.ts';
import { stampReader } from './date-style.ts';
import { type FileFormat, type Question, settle, type SettledFormat, type Told } from './format.ts';
import { type Formats, isOwn } from './format-folder.ts';
import { cellsOf } from './lines.ts';

/** What the person who imports says of the file. */
export interface Choice extends Told {
  readonly format?: string | undefined;
  /** Id of the meter that all rows are of. */
  readonly meter?: string | undefined;
}

/** How a file is to be read. */
export interface Recognised {
  readonly format: SettledFormat;
  readonly columns: Columns;
  readonly delimiter: string;
  /** Lines before the first row: title and header. */
  readonly skip: number;
}

/** A format that may be meant, and where in the file its header stands. */
interface Candidate {
  readonly format: FileFormat;
  readonly columns: Columns;
  readonly delimiter: string;
  readonly skip: number;
}

const delimiters = [',', ';', '\t', '|'] as const;

/**
 * Finds out from the first lines how a file is to be read. A format is recognised when the file has exactly its header
 * and no other format with this header means something else; everything short of that is asked. Throws a ProblemError
 * that names what can be chosen.
 */
export function recognise(lines: readonly string[], formats: Formats, choice: Choice, where: string): Recognised {
  const candidate = choice.format === undefined ? only(lines, formats, where) : named(lines, formats, choice.format);
  const { format } = candidate;
  const settled = settle(format, choice);
  const questions: Question[] = 'ask' in settled ? [...settled.ask] : [];
  const namesMeter = (format.meter_point ?? format.serial ?? format.marks?.meter_point) !== undefined;
  if (!namesMeter && choice.meter === undefined) questions.push({ option: 'meter', choices: ['the id of a meter'] });
  if (questions.length > 0) throw new ProblemError(questions.map((question) => notTold(where, format, question)));
  return { ...candidate, format: settled as SettledFormat };
}

const saysOf = {
  format: 'which format it has',
  stamped: 'whether a stamp begins or ends its half-hour',
  clock: 'whether its clock keeps summer time (local) or not (utc)',
  meter: 'which meter it is of, as the file does not name one',
} as const satisfies Record<Question['option'], string>;

function notTold(where: string, { name }: FileFormat, { option, choices }: Question): Problem {
  const detail = `format ${name} does not say ${saysOf[option]}`;
  return { code: 'import.not-told', where, expected: `--${option} ${choices.join(' or ')}`, detail };
}

/** `sep=;` in the first line, as spreadsheets write it. */
function separatorLine(line: string | undefined): string | undefined {
  return /^\uFEFF?sep=(.)\r?$/i.exec(line ?? '')?.[1];
}

function named(lines: readonly string[], formats: Formats, name: string): Candidate {
  const format = formats.get(name);
  if (!format) {
    const expected = [...formats.keys()].sort().join(', ');
    throw new ProblemError([{ code: 'import.unknown-format', where: 'format', found: name, expected }]);
  }
  const separator = separatorLine(lines[0]);
  if (format.headless) return headless(format, separator);
  let closest: readonly Problem[] | undefined;
  for (const delimiter of separator === undefined ? delimiters : [separator]) {
    for (const [i, line] of lines.entries()) {
      const header = wordsOf(cellsOf(line, delimiter) ?? []);
      if (header.length < 2) continue;
      const columns = columnsIn(format, header);
      if (!('problems' in columns)) return { format, columns, delimiter, skip: i + 1 };
      if (!closest || columns.problems.length < closest.length) closest = columns.problems;
    }
  }
  const none: Problem = { code: 'import.format-does-not-fit', where: name, found: 'a file without a header' };
  throw new ProblemError(closest ? [...closest] : [none]);
}

function headless(format: FileFormat, separator: string | undefined): Candidate {
  const columns = columnsIn(format, headerOf(format));
  if ('problems' in columns) throw new ProblemError(columns.problems);
  const skip = separator === undefined ? 0 : 1;
  return { format, columns, delimiter: separator ?? format.delimiter, skip };
}

/** The one format that the file can have. */
function only(lines: readonly string[], formats: Formats, where: string): Candidate {
  const all = withHeader(lines, formats);
  const own = all.filter(({ format }) => isOwn(format));
  const candidates = own.length > 0 ? own : all;
  const fitting = candidates.length > 1 ? withTheirDates(candidates, lines) : candidates;
  const meanings = Map.groupBy(fitting, ({ format }) => meaningOf(format));
  // One that reads the statuses says more of the same file.
  const first = fitting.find(({ format }) => format.status !== undefined) ?? fitting[0];
  if (first && meanings.size === 1) return first;
  const names = (first ? fitting : similar(lines, formats)).map(({ format }) => format.name).sort();
  const expected = `--format ${names.join(' or ')}`;
  if (names.length > 0) throw new ProblemError([{ code: 'import.which-format', where, expected }]);
  const found = lines.find((line) => line.includes(',') || line.includes(';'))?.slice(0, 200) ?? 'no table';
  throw new ProblemError([{ code: 'import.unknown-format', where, found }]);
}

/** Formats whose header stands in the file word for word, or whose marks do. */
function withHeader(lines: readonly string[], formats: Formats): Candidate[] {
  const separator = separatorLine(lines[0]);
  const all = [...formats.values()];
  for (const [i, line] of lines.entries()) {
    for (const delimiter of separator === undefined ? delimiters : [separator]) {
      const header = wordsOf(cellsOf(line, delimiter) ?? []);
      if (header.length < 2) continue;
      const same = all.filter((format) => !format.headless && isSame(headerOf(format), header));
      if (same.length > 0) return same.flatMap((format) => candidateOf(format, header, delimiter, i + 1));
    }
  }
  const marked = all.filter(({ marks }) => {
    const mark = marks?.meter_point === undefined ? undefined : new RegExp(marks.meter_point, 'iu');
    return mark && lines.some((line) => mark.test(line));
  });
  return marked.map((format) => headless(format, separator));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

function candidateOf(format: FileFormat, header: readonly string[], delimiter: string, skip: number): Candidate[] {
  const columns = columnsIn(format, header);
  return 'problems' in columns ? [] : [{ format, columns, delimiter, skip }];
}

/** Those that can read the most dates of the first rows. */
function withTheirDates(candidates: readonly Candidate[], lines: readonly string[]): readonly Candidate[] {
  const counted = candidates.map((candidate) => {
    const { format, columns, delimiter, skip } = candidate;
    const stampOf = stampReader(format.date.style);
    const dates = lines.slice(skip).map((line) => cellsOf(line, delimiter)?.[columns.date] ?? '');
    return { candidate, read: dates.filter((date) => stampOf(date) !== undefined).length };
  });
  const most = Math.max(...counted.map(({ read }) => read));
  return counted.filter(({ read }) => read === most).map(({ candidate }) => candidate);
}

/** What a format means: all of it but its names, and how sure each value is. */
function meaningOf({
  name: _n,
  sender: _s,
  source: _o,
  header: _h,
  status: _t,
  serial: _e,
  ...rest
}: FileFormat): string {
  return JSON.stringify(rest);
}

/** Formats whose columns are all there, among others or in another order; and those without a header that fit. */
function similar(lines: readonly string[], formats: Formats): Candidate[] {
  const separator = separatorLine(lines[0]);
  const found = new Map<string, Candidate>();
  for (const format of formats.values()) {
    for (const [i, line] of lines.slice(0, limits.importHeaderLines).entries()) {
      for (const delimiter of separator === undefined ? delimiters : [separator]) {
        const cells = cellsOf(line, delimiter) ?? [];
        if (cells.length < 3) continue;
        const header = format.headless ? headerOf(format) : wordsOf(cells);
        for (const candidate of candidateOf(format, header, delimiter, i + 1)) {
          if (!format.headless || fitsRow(candidate, cells)) found.set(format.name, candidate);
        }
      }
    }
  }
  return [...found.values()];
}

/** Whether a line may be a row of a format that has no header. */
function fitsRow({ format, columns }: Candidate, cells: readonly string[]): boolean {
  if (Math.abs(cells.length - headerOf(format).length) > 2) return false;
  return stampReader(format.date.style)(cells[columns.date] ?? '') !== undefined;
}
