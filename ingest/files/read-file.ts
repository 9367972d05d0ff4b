import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { ReadingColumns } from '../../domain/readings/reading-columns.ts';
import type { Formats } from './format-folder.ts';
import { cellsOf, type LineBatch, linesOf } from './lines.ts';
import { MeterDirectory } from './meter-directory.ts';
import { ReadingSink } from './reading-sink.ts';
import { type Choice, recognise } from './recognise.ts';
import { type Refusal, Refusals } from './refusals.ts';
import { type RowCounts, RowReader } from './row-reader.ts';

export interface FileToRead {
  /** Name of the file, for sentences. */
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly formats: Formats;
  readonly meters: ReadonlyMap<string, Listener>;
  readonly choice: Choice;
  /** Time of receipt. */
  readonly now: EpochSeconds;
  /** Readings handed over at a time; a batch ends with the row that reaches it. */
  readonly batch?: number;
}

export interface FileBatch {
  readonly columns: ReadingColumns;
  /** Of what was read by hand: the line of each reading. */
  readonly lines?: readonly number[] | undefined;
  /** Bytes of the file read so far. */
  readonly bytes: number;
}

/** What became of the file's rows; the readings are in the batches. */
export interface FileReport extends RowCounts {
  readonly format: string;
  readonly refused: readonly Refusal[];
  readonly refusedInAll: number;
  /** Refused for reasons beyond those listed. */
  readonly unlisted: number;
}

/** Two row groups of the embedded store, which go straight into its file: less goes through its log first. */
const usualBatch = 2 * 122_880;
/** The longest row: fifty half-hours. */
const longestRow = 64;

/**
 * Reads a file row by row and hands its readings over in batches; memory does not grow with the file. Rejects with a
 * ProblemError when the file cannot be read as a whole, before any batch; what is wrong with single rows is in the
 * report that is returned at the end.
 */
export async function* readFile(file: FileToRead): AsyncGenerator<FileBatch, FileReport> {
  const refusals = new Refusals();
  const { head, batches } = await beginningOf(linesOf(file.pieces, file.name));
  const how = recognise(head, file.formats, file.choice, file.name);
  const size = how.format.by_hand ? limits.readsCheckedTogether : (file.batch ?? usualBatch);
  const sink = new ReadingSink(size + longestRow, file.now);
  const rows = new RowReader({
    format: how.format,
    columns: how.columns,
    directory: new MeterDirectory(file.meters.values()),
    meter: meterNamed(file),
    now: file.now,
    sink,
    refusals,
  });
  let read = 0;
  let linesOfReads: number[] = [];
  const take = (): FileBatch => {
    const batch = { columns: sink.take(), lines: how.format.by_hand ? linesOfReads : undefined, bytes: read };
    linesOfReads = [];
    return batch;
  };
  for await (const { first, lines, bytes } of batches) {
    read = bytes;
    for (let i = Math.max(0, how.skip - first + 1); i < lines.length; i++) {
      const line = lines[i] as string;
      if (line === '' || line === '\r') continue;
      if (how.format.marks && rows.mark(line)) continue;
      if (how.format.marks && line.startsWith('#')) continue;
      const cells = cellsOf(line, how.delimiter);
      if (cells === undefined) refusals.add(first + i, 'import.malformed-row', 'a quote is left open');
      else if (!isBlank(cells)) rows.read(cells, first + i);
      // Such a row has one value.
      if (how.format.by_hand && sink.length > linesOfReads.length) linesOfReads.push(first + i);
      if (sink.length >= size) yield take();
    }
  }
  if (sink.length > 0) yield take();
  return {
    format: how.format.name,
    ...rows.counts,
    refused: refusals.list(),
    refusedInAll: refusals.count,
    unlisted: refusals.unkept,
  };
}

function meterNamed({ choice, meters }: FileToRead): Listener | undefined {
  if (choice.meter === undefined) return undefined;
  const meter = meters.get(choice.meter);
  if (meter) return meter;
  throw new ProblemError([{ code: 'import.unknown-meter', where: 'meter', found: choice.meter }]);
}

/** Spreadsheets end a table with lines of nothing but commas. */
function isBlank(cells: readonly string[]): boolean {
  return cells[0] === '' && cells.every((cell) => cell === '' || cell.trim() === '');
}

/** The first lines, and all batches, those of the first lines among them. */
async function beginningOf(
  source: AsyncGenerator<LineBatch>,
): Promise<{ head: readonly string[]; batches: AsyncIterable<LineBatch> }> {
  const wanted = limits.importHeaderLines + limits.importSampleRows;
  const taken: LineBatch[] = [];
  let count = 0;
  while (count < wanted) {
    const { value, done } = await source.next();
    if (done === true) break;
    taken.push(value);
    count += value.lines.length;
  }
  const head = taken.flatMap(({ lines }) => lines).slice(0, wanted);
  async function* all(): AsyncGenerator<LineBatch> {
    yield* taken;
    yield* source;
  }
  return { head, batches: all() };
}
