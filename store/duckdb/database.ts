import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { limits } from '../../domain/limits.ts';
import { type ProblemCode, ProblemError } from '../../domain/problems.ts';
import { Turns } from '../turns.ts';

/**
 * The file, its one writing connection and its few reading ones. DuckDB gives the file to one process only; two
 * transactions that change the same rows conflict, so writes take turns. A commit is in the write-ahead log, synced,
 * when it resolves.
 */
export class Database {
  readonly #path: string;
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #readers: DuckDBConnection[];
  readonly #writes = new Turns(1);
  readonly #reads = new Turns(limits.embeddedStoreReads);
  #closing = false;
  /** Set when what is remembered of the file could not be read again: writing on would put identities in twice. */
  #broken: Error | undefined;

  constructor(path: string, instance: DuckDBInstance, writer: DuckDBConnection, readers: DuckDBConnection[]) {
    this.#path = path;
    this.#instance = instance;
    this.#writer = writer;
    this.#readers = readers;
  }

  /**
   * Runs `change` alone, in a transaction. What it answers is called after the commit, and `mend` after a rollback:
   * both still within the turn, so that no other write sees what is remembered half changed. Rejects when `change`
   * or the commit fails.
   */
  async write(
    change: (connection: DuckDBConnection) => Promise<() => void>,
    mend: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    await this.#writes.take(async () => {
      this.#assertOpen();
      try {
        await this.#writer.run('begin');
        const settle = await change(this.#writer);
        await this.#writer.run('commit');
        settle();
      } catch (error) {
        // After a failed commit there is no transaction left to roll back.
        await this.#writer.run('rollback').catch(() => undefined);
        await mend().catch((cause: unknown) => {
          this.#broken = asProblem(cause, this.#path);
        });
        throw asProblem(error, this.#path);
      }
    });
  }

  /**
   * Reads what is committed, beside a write; hands the answer over in chunks of at most 2,048 rows. An answer that is
   * small is better made `whole` first: a filter that lets few rows through streams them in as many small chunks as it
   * read, and each is a journey between threads.
   */
  async read(sql: string, each: (chunk: DuckDBDataChunk) => void, whole = false): Promise<void> {
    await this.#reads.take(async () => {
      this.#assertOpen();
      const connection = this.#readers.pop();
      if (!connection) throw new Error('more reads than reading connections');
      try {
        const result = await (whole ? connection.run(sql) : connection.stream(sql));
        for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
          each(chunk);
        }
      } catch (error) {
        throw asProblem(error, this.#path);
      } finally {
        this.#readers.push(connection);
      }
    });
  }

  /** Waits for what is under way, writes the log into the file and gives the file free. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#writes.allDone();
    await this.#reads.allDone();
    // A checkpoint that fails loses nothing: the log is replayed when the file is opened again.
    await this.#writer.run('checkpoint').catch(() => undefined);
    for (const connection of [this.#writer, ...this.#readers]) connection.closeSync();
    this.#instance.closeSync();
    openPaths.delete(this.#path);
  }

  #assertOpen(): void {
    if (this.#broken) throw this.#broken;
    if (this.#closing) {
      throw new ProblemError([{ code: 'store.failed', where: this.#path, detail: 'the store is closed' }]);
    }
  }
}

// The lock of the operating system does not hold against a second opening within one process.
const openPaths = new Set<string>();

/**
 * Opens or makes the file. Rejects with `store.in-use` when another process (or this one) holds it, `store.failed`
 * when it cannot be opened. `schema` is run statement by statement on the writing connection.
 */
export async function openDatabase(path: string, schema: readonly string[]): Promise<Database> {
  const real = realPath(path);
  if (openPaths.has(real)) throw new ProblemError([{ code: 'store.in-use', where: path, found: 'this very process' }]);
  openPaths.add(real);
  let instance: DuckDBInstance | undefined;
  try {
    instance = await DuckDBInstance.create(real, {
      memory_limit: `${limits.embeddedStoreMemoryMb}MB`,
      threads: String(limits.embeddedStoreThreads),
      // Nothing is fetched or loaded from elsewhere, whatever a statement says.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'false',
    });
    const writer = await instance.connect();
    for (const statement of schema) await writer.run(statement);
    const readers: DuckDBConnection[] = [];
    while (readers.length < limits.embeddedStoreReads) readers.push(await instance.connect());
    return new Database(real, instance, writer, readers);
  } catch (error) {
    instance?.closeSync();
    openPaths.delete(real);
    throw asProblem(error, path);
  }
}

function realPath(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return join(realpathSync(dirname(path)), basename(path));
  } catch (error) {
    throw asProblem(error, path);
  }
}

/** What DuckDB said, as a problem of the catalogue. */
function asProblem(error: unknown, path: string): Error {
  if (error instanceof ProblemError || error instanceof RangeError) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new ProblemError([{ code: codeOf(words), where: path, detail: words.slice(0, 500) }], { cause: error });
}

function codeOf(words: string): ProblemCode {
  if (/could not set lock on file|used by another process/i.test(words)) return 'store.in-use';
  if (/no space left|disk quota|file too large|max_temp_directory_size/i.test(words)) return 'store.full';
  return 'store.failed';
}
