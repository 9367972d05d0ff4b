import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Listener } from '../../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { buffersOf } from '../../domain/readings/reading-columns.ts';
import { readFormats } from './format-folder.ts';
import { type FileBatch, type FileReport, readFile } from './read-file.ts';
import type { Choice } from './recognise.ts';

/** The thread that reads a file: a batch each time the main thread asks, so that one waits while another is booked. */

export interface FileOrder {
  readonly path: string;
  readonly name: string;
  /** Folder of the estate's own formats. */
  readonly formats: string;
  readonly meters: readonly Listener[];
  readonly choice: Choice;
  readonly now: EpochSeconds;
}

export type FileAnswer =
  | { readonly batch: FileBatch }
  | { readonly report: FileReport }
  | { readonly problems: readonly Problem[] }
  | { readonly failed: string };

const { path, name, formats, meters, choice, now } = workerData as FileOrder;

async function* answers(): AsyncGenerator<FileAnswer> {
  try {
    const file = readFile({
      name,
      pieces: createReadStream(path, { highWaterMark: 1_048_576 }),
      formats: readFormats(formats),
      meters: new Map(meters.map((meter) => [meter.id, meter])),
      choice,
      now,
    });
    for (;;) {
      const { value, done } = await file.next();
      yield done === true ? { report: value } : { batch: value };
      if (done === true) return;
    }
  } catch (error) {
    yield error instanceof ProblemError ? { problems: error.problems } : { failed: String(error) };
  }
}

const source = answers();
async function answer(): Promise<void> {
  const { value } = await source.next();
  const next = value as FileAnswer | undefined;
  if (next) parentPort?.postMessage(next, 'batch' in next ? buffersOf(next.batch.columns) : []);
}
parentPort?.on('message', () => void answer());
