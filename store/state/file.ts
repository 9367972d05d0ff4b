import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { limits } from '../../domain/limits.ts';
import { type ProblemCode, ProblemError } from '../../domain/problems.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { steps } from './schema.ts';

/** The bounds of the state file; tests give smaller ones. */
export type StateBounds = Pick<
  Record<keyof typeof limits, number>,
  | 'stateBytes'
  | 'stateWaitMs'
  | 'quarantineRows'
  | 'quarantineBytes'
  | 'quarantineSeconds'
  | 'quarantineNoticeSeconds'
  | 'decoderMemoryBytes'
  | 'preparedRows'
  | 'fingerprints'
  | 'parkedReadings'
  | 'derivedRows'
  | 'touchedSpans'
  | 'jobRows'
  | 'signedInPerKey'
  | 'signedInIdleSeconds'
  | 'ledgerDays'
  | 'issueRows'
  | 'inboxRows'
  | 'issuePeriods'
  | 'issueJoinSeconds'
  | 'daysBeforeBytes'
  | 'gapsBeforeRows'
  | 'keptVersions'
  | 'deliveryRows'
  | 'alertEvents'
  | 'alertEventsWithActs'
>;

/** The open file: what the themes beside this one build on. */
export interface StateFile {
  readonly clock: () => EpochSeconds;
  /** Whose held spans and parked readings this process sees. */
  readonly holder: string;
  readonly bounds: StateBounds;
  prepare(sql: string): StatementSync;
  /** A question about two texts that statements may ask by its name; without chance, clock or effect. */
  define(name: string, test: (one: string, other: string) => boolean): void;
  /**
   * One transaction, on disk when it returns, alone among all processes while it lasts; nothing of it remains when it
   * throws.
   */
  write<T>(work: () => T): T;
  read<T>(work: () => T): T;
  /**
   * Adds to a counter and answers what it is now: sequences that never repeat, sums. Inside `write`; adding 0 only
   * reads.
   */
  advance(name: string, count: number): number;
  close(): void;
}

/** `Mete` in ASCII: tells our file from any other SQLite file. */
const applicationId = 0x4d_65_74_65;
const pageBytes = 4096;

/**
 * Opens or makes the state file and brings it to the newest schema.
 * Throws `store.newer` for a file of a newer Meterhouse, `store.damaged` for one that is not ours.
 */
export function openStateFile(
  path: string,
  options: { readonly clock: () => EpochSeconds; readonly holder: string; readonly bounds: StateBounds },
): StateFile {
  const { clock, holder, bounds } = options;
  const db = guarded(path, () => connect(path, bounds));
  try {
    guarded(path, () => migrate(db, path));
  } catch (error) {
    db.close();
    throw error;
  }
  const value = db.prepare('select value from counter where name = ?');
  const raise = db.prepare(
    'insert into counter values (?, ?) on conflict do update set value = value + excluded.value returning value',
  );
  return {
    clock,
    holder,
    bounds,
    prepare: (sql) => db.prepare(sql),
    define: (name, test) =>
      db.function(name, { deterministic: true }, (one, other) => (test(String(one), String(other)) ? 1 : 0)),
    write: (work) => guarded(path, () => transaction(db, work)),
    read: (work) => guarded(path, work),
    advance(name, count) {
      const row = count === 0 ? value.get(name) : raise.get(name, count);
      return Number(row?.['value'] ?? 0);
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}

function connect(path: string, bounds: StateBounds): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  // Hashed keys and payloads are nobody else's business: only the owner may read a file that we make.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path, { timeout: bounds.stateWaitMs });
  try {
    enterWal(db, bounds.stateWaitMs);
    // FULL: a commit is in the log on disk, not in the kernel's memory, before it returns.
    db.exec(`pragma synchronous = full; pragma max_page_count = ${Math.floor(bounds.stateBytes / pageBytes)}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Two processes that make the same file at once can meet SQLITE_BUSY here at once, whatever the timeout says. */
function enterWal(db: DatabaseSync, waitMs: number): void {
  const pauseMs = 20;
  for (let waited = 0; ; waited += pauseMs) {
    try {
      db.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (!isSqliteError(error) || (error.errcode & 0xff) !== 5 || waited >= waitMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

function migrate(db: DatabaseSync, path: string): void {
  const number = (pragma: string) => Number(Object.values(db.prepare(`pragma ${pragma}`).get() ?? {})[0]);
  transaction(db, () => {
    const version = number('user_version');
    const tables = Number(db.prepare('select count(*) as tables from sqlite_schema').get()?.['tables']);
    if (tables > 0 && number('application_id') !== applicationId) {
      throw problem('store.damaged', path, 'it is an SQLite file of another program');
    }
    if (version > steps.length) {
      const found = `schema version ${version}`;
      throw new ProblemError([{ code: 'store.newer', where: path, found, expected: `at most ${steps.length}` }]);
    }
    for (const step of steps.slice(version)) db.exec(step);
    if (version < steps.length) db.exec(`pragma user_version = ${steps.length}`);
    if (tables === 0) db.exec(`pragma application_id = ${applicationId}`);
  });
}

function transaction<T>(db: DatabaseSync, work: () => T): T {
  // IMMEDIATE: the lock is taken before anything is read, so that what was read still holds when it is written.
  db.exec('begin immediate');
  try {
    const result = work();
    db.exec('commit');
    return result;
  } catch (error) {
    // A full disk ends the transaction by itself.
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

interface SqliteError extends Error {
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

/** SQLite's result codes (sqlite.org/rescode.html), by what a person can do about them. */
const codes = new Map<number, ProblemCode>([
  [5, 'store.busy'], // BUSY
  [8, 'store.unwritable'], // READONLY
  [10, 'store.unwritable'], // IOERR
  [11, 'store.damaged'], // CORRUPT
  [13, 'store.full'], // FULL
  [14, 'store.unwritable'], // CANTOPEN
  [26, 'store.damaged'], // NOTADB
  // Growing the shared index of the log on a full disk is an input-output error to SQLite.
  [4874, 'store.full'], // IOERR_SHMSIZE
]);

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (isSqliteError(error)) {
      const code = codes.get(error.errcode) ?? codes.get(error.errcode & 0xff) ?? 'internal';
      throw problem(code, path, message, error);
    }
    if (!(error instanceof Error && 'syscall' in error && 'code' in error))
      throw problem('internal', path, message, error);
    throw problem(error.code === 'ENOSPC' ? 'store.full' : 'store.unwritable', path, message, error);
  }
}

function problem(code: ProblemCode, where: string, detail: string, cause?: unknown): ProblemError {
  return new ProblemError([{ code, where, detail }], { cause });
}

/**
 * All rows of a statement; their columns' types are those of `schema.ts` (STRICT tables), which is why the shape is
 * believed.
 */
export function rows<Shape>(statement: StatementSync, ...values: SQLInputValue[]): Shape[] {
  return statement.all(...values) as Shape[];
}

/** The first row, or undefined. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the columns it asked for
export function row<Shape>(statement: StatementSync, ...values: SQLInputValue[]): Shape | undefined {
  return statement.get(...values) as Shape | undefined;
}

/** All rows of a statement whose values have names. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the columns it asked for
export function named<Shape>(statement: StatementSync, terms: Record<string, SQLInputValue>): Shape[] {
  return statement.all(terms) as Shape[];
}

/** A list as a statement takes it, by `json_each`; NULL where it does not limit. */
export function listTerm(values: readonly unknown[] | undefined): string | null {
  return values === undefined ? null : JSON.stringify(values.map(String));
}

/** SQL says NULL where we say undefined. */
export function present<T>(value: T | null): T | undefined {
  return value === null ? undefined : value;
}
