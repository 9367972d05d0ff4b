import type { Estate } from '../domain/estate/estate.ts';
import type { KnownDecoder } from '../domain/estate/estate-rules.ts';
import { limits } from '../domain/limits.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { readFiles } from './estate/files.ts';
import { judgeFiles, type ReadMappings } from './estate-folder.ts';
import { registerName } from './register-versions.ts';
import type { StateStore } from './state-store.ts';

export interface EstateWatchOptions {
  readonly decoders: readonly KnownDecoder[];
  readonly readMappings?: ReadMappings;
  readonly state: Pick<StateStore, 'keepVersion'>;
  /** Milliseconds between looks; 0 leaves looking to `poll`. */
  readonly pollMs?: number;
  /**
   * Called with the first register before `watchEstate` returns, and with each accepted one. After an error thrown it
   * is called again at the next look.
   */
  readonly onChange: (estate: Estate, warnings: readonly Problem[]) => void;
  /** Called once for each state of the folder that is refused; the register stays as it was. */
  readonly onProblems: (problems: readonly Problem[], warnings: readonly Problem[]) => void;
  /** Called when the timer's look failed (the state file is busy, `onChange` threw); the next look tries again. */
  readonly onError: (error: unknown) => void;
}

export interface EstateWatch {
  /** The newest register that was sound. */
  estate(): Estate;
  /** Why the folder as it is now is refused; empty while it is sound. */
  problems(): readonly Problem[];
  /** Looks now, as the timer does. */
  poll(): void;
  close(): void;
}

/**
 * Reads the estate folder and keeps looking at it. It compares contents, because notices of the file system get lost on
 * mounted folders, and judges a folder only when it was the same in two looks, because a file half saved can be valid.
 * A folder with problems is refused whole. Versions are numbered in the state, so that all processes say the same.
 * What a change means for figures is the deriver's to find out (`ingest/estate-changes.ts`).
 * Throws a ProblemError with every problem when the folder is not sound to begin with.
 */
export function watchEstate(folder: string, options: EstateWatchOptions): EstateWatch {
  const { state, onChange, onProblems, onError } = options;
  const reading = { decoders: options.decoders, readMappings: options.readMappings };
  const first = readFiles(folder);
  const judgedFirst = judgeFiles(first, reading);
  if (!('estate' in judgedFirst)) throw new ProblemError(judgedFirst.problems);
  let estate = { ...judgedFirst.estate, version: state.keepVersion(registerName, first) };
  let problems: readonly Problem[] = [];
  let judgedHash = first.hash;
  let pendingHash: string | undefined;
  onChange(estate, judgedFirst.warnings);

  function poll(): void {
    const files = readFiles(folder);
    const isSettled = files.hash === judgedHash || files.hash === pendingHash;
    pendingHash = files.hash;
    if (!isSettled || files.hash === judgedHash) return;
    const judged = judgeFiles(files, reading);
    if ('estate' in judged) {
      const next = { ...judged.estate, version: state.keepVersion(registerName, files) };
      onChange(next, judged.warnings);
      estate = next;
      problems = [];
    } else {
      problems = judged.problems;
      onProblems(judged.problems, judged.warnings);
    }
    judgedHash = files.hash;
  }

  const look = () => {
    try {
      poll();
    } catch (error) {
      onError(error);
    }
  };
  const pollMs = options.pollMs ?? limits.estatePollMs;
  const timer = pollMs > 0 ? setInterval(look, pollMs).unref() : undefined;
  return {
    estate: () => estate,
    problems: () => problems,
    poll,
    close: () => clearInterval(timer),
  };
}
