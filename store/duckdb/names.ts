import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from './database.ts';
import { type NameTable, nameTables } from './tables.ts';

const none: readonly never[] = [];

/**
 * Words and the small integers that stand for them in the large tables. Kept whole in memory; a new name is written
 * in the transaction of its first row, so the file never holds an integer without its words.
 */
export class Names {
  readonly #table: NameTable;
  /** Integers by the first of their words: a meter has a handful of series. */
  readonly #byFirst = new Map<string, number[]>();
  #words: (readonly string[])[] = [];
  #written = 0;

  constructor(table: NameTable) {
    this.#table = table;
  }

  /** Reads all names; also what sets things right after a transaction failed. */
  async load(database: Database): Promise<void> {
    const words: (readonly string[])[] = [];
    await database.read(`select id, ${nameTables[this.#table].join(', ')} from ${this.#table}`, (chunk) => {
      for (const [id, ...rest] of chunk.getRows()) words[Number(id)] = rest.map(String);
    });
    this.#byFirst.clear();
    this.#words = words;
    for (const [id, entry] of words.entries()) this.#enter(id, entry);
    this.#written = words.length;
  }

  /** The integer of these words, undefined when they were never written. */
  find(...words: readonly string[]): number | undefined {
    return this.startingWith(words[0]).find((id) => isSame(this.words(id), words));
  }

  /** The integer of these words, a new one when they are new. */
  take(...words: readonly string[]): number {
    const known = this.find(...words);
    if (known !== undefined) return known;
    const id = this.#words.length;
    this.#words.push(words);
    this.#enter(id, words);
    return id;
  }

  /** The integers of all names that begin with a word. */
  startingWith(first: string | undefined): readonly number[] {
    return this.#byFirst.get(first ?? '') ?? none;
  }

  #enter(id: number, words: readonly string[]): void {
    const [first = ''] = words;
    const list = this.#byFirst.get(first);
    if (list) list.push(id);
    else this.#byFirst.set(first, [id]);
  }

  words(id: number): readonly string[] {
    const words = this.#words[id];
    if (!words) throw new Error(`${this.#table} has no ${id}`);
    return words;
  }

  get count(): number {
    return this.#words.length;
  }

  /** Writes the names taken since the last time, in the caller's transaction. */
  async writeNew(connection: DuckDBConnection): Promise<void> {
    if (this.#written === this.#words.length) return;
    const appender = await connection.createAppender(this.#table);
    for (const [offset, words] of this.#words.slice(this.#written).entries()) {
      appender.appendUInteger(this.#written + offset);
      for (const word of words) appender.appendVarchar(word);
      appender.endRow();
    }
    appender.closeSync();
    this.#written = this.#words.length;
  }
}

function isSame(known: readonly string[], words: readonly string[]): boolean {
  return known.every((word, i) => word === words[i]);
}
