import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from './database.ts';
import { type NameTable, nameTables } from './tables.ts';

/**
 * Words and the small integers that stand for them in the large tables. Kept whole in memory; a new name is written
 * in the transaction of its first row, so the file never holds an integer without its words.
 */
export class Names {
  readonly #table: NameTable;
  readonly #ids = new Map<string, number>();
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
    this.#ids.clear();
    for (const [id, entry] of words.entries()) this.#ids.set(keyOf(entry), id);
    this.#words = words;
    this.#written = words.length;
  }

  /** The integer of these words, undefined when they were never written. */
  find(...words: readonly string[]): number | undefined {
    return this.#ids.get(keyOf(words));
  }

  /** The integer of these words, a new one when they are new. */
  take(...words: readonly string[]): number {
    const key = keyOf(words);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#words.length;
    this.#words.push(words);
    this.#ids.set(key, id);
    return id;
  }

  words(id: number): readonly string[] {
    const words = this.#words[id];
    if (!words) throw new Error(`${this.#table} has no ${id}`);
    return words;
  }

  get count(): number {
    return this.#words.length;
  }

  all(): IterableIterator<[number, readonly string[]]> {
    return this.#words.entries();
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

// Names hold no control character (keepable.ts).
function keyOf(words: readonly string[]): string {
  return words.length === 3 ? `${words[0]}\n${words[1]}\n${words[2]}` : words.join('\n');
}
