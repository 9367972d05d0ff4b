import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Estate, listenersOf } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError, problems } from '../domain/problems.ts';
import { identityKey } from '../domain/readings/reading.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Booked } from './booking.ts';
import type { FileAnswer, FileOrder } from './files/file-thread.ts';
import type { FileBatch, FileReport } from './files/read-file.ts';
import { Refusals } from './files/refusals.ts';
import { plausibleReads } from './plausible-reads.ts';
import { partsOf, type ReadingColumns } from '../domain/readings/reading-columns.ts';

/** What is asked of the process that derives: the request of a job `import`. */
export interface ImportRequest {
  /** Name of the file in the folder of uploads. */
  readonly upload: string;
  /** What it was called where it came from. */
  readonly file: string;
  readonly bytes: number;
  readonly format?: string | undefined;
  readonly stamped?: 'start' | 'end' | undefined;
  readonly clock?: 'utc' | 'local' | undefined;
  readonly meter?: string | undefined;
  /** Reads by hand are taken although something speaks against them. */
  readonly anyway?: boolean | undefined;
  readonly dry_run: boolean;
  readonly who: string;
  readonly reason: string;
}

/** Values of one meter. */
export interface ImportedMeter {
  readonly meter: string;
  inserted: number;
  changed: number;
  unchanged: number;
  /** By the store. */
  refused: number;
}

/** What came of a file: the result of the job. */
export interface ImportResult {
  readonly file: string;
  readonly format: string;
  readonly dry_run: boolean;
  readonly rows: number;
  readonly values: number;
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Rows and values that were not taken, and rows that nobody wants. */
  readonly refused: number;
  readonly left_out_rows: number;
  readonly blank_values: number;
  readonly meters: readonly ImportedMeter[];
  readonly reasons: readonly {
    readonly code: string;
    readonly says: string;
    readonly mend: string;
    readonly detail: string;
    readonly count: number;
    readonly lines: readonly number[];
  }[];
  readonly unlisted_refusals: number;
}

export interface ImportParts {
  readonly store: Pick<ReadingStore, 'find' | 'before' | 'from'>;
  readonly state: Pick<StateStore, 'recordAct'>;
  readonly estate: Estate;
  /** Folder of uploads, and of the estate's own formats. */
  readonly uploads: string;
  readonly formats: string;
  readonly now: EpochSeconds;
  /** Books a batch, between two batches of the live stream. */
  readonly book: (columns: ReadingColumns) => Promise<Booked>;
  readonly progress: (part: number) => void;
}

/**
 * Imports an uploaded file: a thread reads it, and each batch is booked like messages are, so that what is there
 * already is a repeat and what is otherwise is a revision that leaves its old value. The same file again changes
 * nothing. Rejects with a ProblemError when the file cannot be read at all, or the store cannot be written; then what
 * was booked before stays, and the import can be begun again. The upload is removed in either case.
 */
export async function importFile(request: ImportRequest, parts: ImportParts): Promise<ImportResult> {
  const path = join(parts.uploads, request.upload);
  const counts = new Map<string, ImportedMeter>();
  const implausible = new Refusals();
  try {
    const report = await batchesOf(request, path, parts, async ({ columns: read, lines }) => {
      const isToCheck = lines !== undefined && request.anyway !== true;
      const columns = isToCheck ? await plausibleReads(read, lines, parts, implausible) : read;
      if (request.dry_run) await compare(columns, parts.store, counts);
      else count(await parts.book(columns), counts);
    });
    const result = resultOf(request, report, implausible, [...counts.values()]);
    if (!request.dry_run) {
      const { meters: _meters, reasons: _reasons, ...detail } = result;
      const only = counts.size === 1 ? [...counts.keys()][0] : undefined;
      const { who, reason } = request;
      parts.state.recordAct({ at: parts.now, who, kind: 'import', meter: only, reason, detail });
    }
    return result;
  } finally {
    rmSync(path, { force: true });
  }
}

async function batchesOf(
  request: ImportRequest,
  path: string,
  { estate, formats, now, progress }: ImportParts,
  take: (batch: FileBatch) => Promise<void>,
): Promise<FileReport> {
  const { format, stamped, clock, meter, bytes, file: name } = request;
  const choice = { format, stamped, clock, meter };
  const workerData: FileOrder = { path, name, formats, meters: [...listenersOf(estate)], choice, now };
  const thread = new Worker(new URL('./files/file-thread.ts', import.meta.url), { workerData });
  const ask = (): Promise<[FileAnswer]> => {
    thread.postMessage('next', []);
    const answer = once(thread, 'message') as Promise<[FileAnswer]>;
    // Awaited in the next turn; until then a failure of the thread must not count as unheard.
    answer.catch(() => undefined);
    return answer;
  };
  try {
    for (let next = ask(); ; ) {
      const [answer] = await next;
      if ('report' in answer) return answer.report;
      if ('problems' in answer) throw new ProblemError([...answer.problems]);
      if ('failed' in answer) throw new Error(answer.failed);
      next = ask();
      await take(answer.batch);
      progress(Math.min(1, answer.batch.bytes / Math.max(1, bytes)));
    }
  } finally {
    await thread.terminate();
  }
}

function meterIn(counts: Map<string, ImportedMeter>, meter: string): ImportedMeter {
  const known = counts.get(meter) ?? { meter, inserted: 0, changed: 0, unchanged: 0, refused: 0 };
  counts.set(meter, known);
  return known;
}

function count({ sheet }: Booked, counts: Map<string, ImportedMeter>): void {
  for (const { meter, stored = 0, revised = 0, repeated = 0, refused = 0 } of sheet.changes()) {
    const line = meterIn(counts, meter);
    line.inserted += stored;
    line.changed += revised;
    line.unchanged += repeated;
    line.refused += refused;
  }
}

/** What booking would make of a batch, without doing it. */
async function compare(
  columns: ReadingColumns,
  store: ImportParts['store'],
  counts: Map<string, ImportedMeter>,
): Promise<void> {
  for (const readings of partsOf(columns, limits.batchReadings)) {
    const found = await store.find(readings);
    for (const reading of readings) {
      const line = meterIn(counts, reading.meter);
      const before = found.get(identityKey(reading));
      if (before === undefined) line.inserted++;
      else if (before === reading.value) line.unchanged++;
      else line.changed++;
    }
  }
}

function resultOf(
  request: ImportRequest,
  report: FileReport,
  implausible: Refusals,
  meters: readonly ImportedMeter[],
): ImportResult {
  const sum = (of: (line: ImportedMeter) => number): number => meters.reduce((total, line) => total + of(line), 0);
  return {
    file: request.file,
    format: report.format,
    dry_run: request.dry_run,
    rows: report.rows,
    values: report.readings,
    inserted: sum((line) => line.inserted),
    changed: sum((line) => line.changed),
    unchanged: sum((line) => line.unchanged),
    refused: report.refusedInAll + implausible.count + sum((line) => line.refused),
    left_out_rows: report.leftOut,
    blank_values: report.blank,
    meters: meters.slice(0, limits.importReasons),
    reasons: [...report.refused, ...implausible.list()].map(({ code, detail, count, lines }) => {
      const { says, mend } = problems[code];
      return { code, says, mend, detail, count, lines };
    }),
    unlisted_refusals: report.unlisted + implausible.unkept,
  };
}
