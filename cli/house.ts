import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Estate } from '../domain/estate/estate.ts';
import { type Problem, ProblemError, sayProblem } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { estateOptions } from '../ingest/known-decoders.ts';
import { bookRefusedLater } from '../ingest/refused-later.ts';
import { watchEstate } from '../store/estate-watch.ts';
import { openStore, type StoreChoice } from '../store/open-store.ts';
import { withRememberedSums } from '../store/remembered-sums.ts';
import { keepFactorSets, type RegisterVersions, registerVersions } from '../store/register-versions.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import { openStateStore } from '../store/sqlite-state.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Config } from './config.ts';
import { assertEstateOf, rememberEstateOf } from './estate-of-data.ts';
import { embeddedStoreName, makeDataFolder, spoolFolderName, stateFileName } from './files.ts';
import { loadEstate } from './load-estate.ts';

/** What every long-running command stands on: the state file, the store of readings, the estate register. */
export interface House {
  readonly holder: string;
  readonly config: Config;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly now: () => EpochSeconds;
  readonly state: StateStore;
  readonly store: ReadingStore;
  readonly estate: () => Estate;
  /** The register as it was. */
  readonly registers: RegisterVersions;
  /** Why the folder on disk is not the register in use; empty when it is. */
  readonly estateProblems: () => readonly Problem[];
  /** Takes the folder up as it is now, without waiting for the next looks: after a change of our own. */
  takeUpEstate(): void;
  /** Called with each accepted change of the folder from now on. */
  onEstate(listener: (estate: Estate) => void): void;
  /** Runs when the house closes, the latest first. */
  onClose(close: () => Promise<void> | void): void;
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: () => number;
  /** Name of the process in the state file, the same after a restart. */
  readonly holder: string;
  /** Whether the embedded store may be opened: it lives in one process, that of `start`. */
  readonly embedded: boolean;
}

/** Opens the house; rejects with a ProblemError, and leaves nothing open, when a part cannot be. */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { config, log, clock, holder } = options;
  if (config.store.kind === 'duckdb' && !options.embedded) {
    throw new ProblemError([
      { code: 'store.embedded-only', where: 'store.kind', found: 'duckdb', expected: 'influxdb' },
    ]);
  }
  const now = (): EpochSeconds => Math.floor(clock() / 1000);
  await using opened = new AsyncDisposableStack();
  makeDataFolder(config.data);
  const state = openStateStore(join(config.data, stateFileName), { clock: now, holder });
  opened.defer(() => state.close());
  assertEstateOf(state, config, () => loadEstate(config.estate).estate);
  keepFactorSets(state);
  const listeners: ((estate: Estate) => void)[] = [];
  const watch = watchEstate(config.estate, {
    ...estateOptions,
    state,
    onChange(estate, warnings) {
      rememberEstateOf(state, config, estate);
      for (const warning of warnings) log.warn(sayProblem(warning));
      for (const listen of listeners) listen(estate);
    },
    onProblems: (problems) => {
      log.error('the estate folder has problems; the register before them stays in use');
      for (const problem of problems) log.error(sayProblem(problem));
    },
    onError: (error) => log.error({ err: error }, 'the estate folder could not be looked at'),
  });
  opened.defer(() => watch.close());
  const opening = await openStore(storeChoice(config, spoolOf(config, holder, state)), { clock: now, log });
  opened.defer(() => opening.close());
  const store = withRememberedSums(opening, state);
  const closing = opened.move();
  return {
    holder,
    config,
    log,
    clock,
    now,
    state,
    store,
    estate: () => watch.estate(),
    registers: registerVersions(state, estateOptions),
    estateProblems: () => watch.problems(),
    takeUpEstate() {
      // A folder is judged when it was the same in two looks.
      watch.poll();
      watch.poll();
    },
    onEstate: (listener) => listeners.push(listener),
    onClose: (close) => closing.defer(close),
    close: () => closing.disposeAsync(),
  };
}

type InfluxChoice = Extract<StoreChoice, { kind: 'influxdb' }>;
type SpoolChoice = Pick<InfluxChoice, 'spoolFolder' | 'spoolBytes' | 'onRefused'>;

/** Where batches wait while InfluxDB is away, and who is told of readings it refuses when it is back. */
function spoolOf(config: Config, holder: string, state: StateStore): SpoolChoice {
  return {
    spoolFolder: join(config.data, spoolFolderName, holder),
    spoolBytes: config.store.spool_bytes,
    onRefused: (refused) => bookRefusedLater(state, refused),
  };
}

/** The store that the configuration names. Without a spool nothing can be written while InfluxDB is away. */
export function storeChoice(config: Config, spool?: SpoolChoice): StoreChoice {
  const { kind, url, user, token, database } = config.store;
  if (kind === 'duckdb') return { kind, path: join(config.data, embeddedStoreName) };
  // `readConfig` has refused an InfluxDB without either.
  return { kind, url: url ?? '', user, password: token ?? '', database, ...spool };
}
