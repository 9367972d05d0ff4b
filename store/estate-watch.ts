import { createHash } from 'node:crypto';
import type { Estate, Meter } from '../domain/estate.ts';
import type { KnownDecoder } from '../domain/estate-rules.ts';
import { limits } from '../domain/limits.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { readFiles } from './estate/files.ts';
import { judgeFiles } from './estate-folder.ts';
import type { StateStore } from './state-store.ts';

/** A register that took the place of another one. */
export interface EstateChange {
  readonly estate: Estate;
  /** Meters that are new, or whose description changed in what their figures rest on: to be worked out again. */
  readonly changed: readonly string[];
  /** Meters that are no longer described. What was stored of them stays. */
  readonly removed: readonly string[];
  readonly warnings: readonly Problem[];
}

export interface EstateWatchOptions {
  readonly decoders: readonly KnownDecoder[];
  readonly state: Pick<StateStore, 'remember' | 'recall' | 'versionOf'>;
  /** Who watches (`derive`, `api`): what it has seen of the meters is remembered under this name. */
  readonly name: string;
  /** Milliseconds between looks; 0 leaves looking to `poll`. */
  readonly pollMs?: number;
  /**
   * Called with the first register before `watchEstate` returns, and with each accepted change. What it was told is
   * remembered when it returns: after a crash inside it, or an error thrown, the same meters are told again.
   */
  readonly onChange: (change: EstateChange) => void;
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
 * Throws a ProblemError with every problem when the folder is not sound to begin with.
 */
export function watchEstate(folder: string, options: EstateWatchOptions): EstateWatch {
  const { decoders, state } = options;
  const digestsKey = `estate meters seen by ${options.name}`;
  let judgedHash: string;
  let pendingHash: string | undefined;
  let problems: readonly Problem[] = [];

  function accept(estate: Estate, warnings: readonly Problem[]): Estate {
    const before = new Map(Object.entries(JSON.parse(state.recall(digestsKey) ?? '{}') as Record<string, string>));
    const after = new Map([...estate.meters.values()].map((meter) => [meter.id, digestOf(meter)]));
    const changed = [...after.keys()].filter((id) => before.get(id) !== after.get(id));
    const removed = [...before.keys()].filter((id) => !after.has(id));
    options.onChange({ estate, changed, removed, warnings });
    if (changed.length + removed.length > 0) state.remember(digestsKey, JSON.stringify(Object.fromEntries(after)));
    return estate;
  }

  const first = readFiles(folder);
  const reading = judgeFiles(first, { decoders });
  if (!('estate' in reading)) throw new ProblemError(reading.problems);
  let estate = accept({ ...reading.estate, version: state.versionOf('estate', first.hash) }, reading.warnings);
  judgedHash = first.hash;

  function poll(): void {
    const files = readFiles(folder);
    const isSettled = files.hash === judgedHash || files.hash === pendingHash;
    pendingHash = files.hash;
    if (!isSettled || files.hash === judgedHash) return;
    const judged = judgeFiles(files, { decoders });
    if ('estate' in judged) {
      const version = state.versionOf('estate', files.hash);
      estate = accept({ ...judged.estate, version }, judged.warnings);
      problems = [];
    } else {
      problems = judged.problems;
      options.onProblems(judged.problems, judged.warnings);
    }
    judgedHash = files.hash;
  }

  const look = () => {
    try {
      poll();
    } catch (error) {
      options.onError(error);
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

/** Keys that say how a meter is called and heard, and what no figure rests on. */
const namingKeys: ReadonlySet<string> = new Set<keyof Meter>([
  'name',
  'building',
  'serial',
  'mpan',
  'mprn',
  'end_use',
  'topic',
  'decoder',
  'channel',
  'annual_quantity_kwh',
]);

/** What the figures of a meter rest on, shortened. Keys stand in the order of the schema, however they were written. */
function digestOf(meter: Meter): string {
  const resting = Object.entries(meter).filter(([key]) => !namingKeys.has(key));
  return createHash('sha256').update(JSON.stringify(resting)).digest('base64url').slice(0, 16);
}
