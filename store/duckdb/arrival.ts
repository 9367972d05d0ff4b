import type { DuckDBConnection } from '@duckdb/node-api';
import { daySeconds } from '../../domain/time.ts';
import type { Database } from './database.ts';
import { append, type Rows, readChunk } from './rows.ts';
import { arrivingTable, type PointTable, pointTables } from './tables.ts';

/** First and last second a series has. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

/**
 * How rows enter a table without an index and identities stay single. A row later than everything its series has is
 * new without a look and is appended: live readings and history both. All others are merged, each merge bounded by a
 * range of time so that it reads only that part of the table. MERGE inserts a key twice that stands twice in one
 * batch, so batches are made single first.
 */
export class Arrival {
  readonly #table: PointTable;
  #extents: (Extent | undefined)[] = [];

  constructor(table: PointTable) {
    this.#table = table;
  }

  async load(database: Database): Promise<void> {
    const extents: (Extent | undefined)[] = [];
    await database.read(`select series, min(at_s), max(at_s) from ${this.#table} group by series`, (chunk) =>
      readChunk(chunk, (cell) => {
        extents[cell(0)] = { first: cell(1), last: cell(2) };
      }),
    );
    this.#extents = extents;
  }

  extent(series: number): Extent | undefined {
    return this.#extents[series];
  }

  /**
   * Writes rows in the connection's transaction; of two with the same identity the later one stays. What it answers
   * is called after the commit.
   */
  async put(connection: DuckDBConnection, rows: Rows): Promise<() => void> {
    const { newest, others } = this.#part(rows);
    if (newest.length > 0) await append(connection, { table: this.#table, arriving: false }, rows, newest);
    if (others.length > 0) await this.#merge(connection, rows, others);
    return () => this.#settle(rows);
  }

  /** Indices of rows that ascend beyond what their series has, and of the rest, made single. */
  #part(rows: Rows): { newest: Uint32Array; others: readonly number[] } {
    const newest = new Uint32Array(rows.length);
    const last: (number | undefined)[] = [];
    const others = new Map<number, number>();
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      const series = rows.series[i] as number;
      const at = rows.at[i] as number;
      const before = last[series] ?? this.#extents[series]?.last ?? -1;
      if (at > before) {
        last[series] = at;
        newest[count++] = i;
      } else {
        others.set(series * 2 ** 32 + at, i);
      }
    }
    return { newest: newest.subarray(0, count), others: [...others.values()] };
  }

  async #merge(connection: DuckDBConnection, rows: Rows, indices: readonly number[]): Promise<void> {
    const arriving = arrivingTable(this.#table);
    const columns = Object.keys(pointTables[this.#table]);
    const changes = columns.map((name) => `${name} = arrived.${name}`).join(', ');
    const values = ['series', 'at_s', ...columns].map((name) => `arrived.${name}`).join(', ');
    // What an earlier, failed transaction may have left is gone with its rollback; the table is empty here.
    await append(connection, { table: this.#table, arriving: true }, rows, indices);
    for (const { from, to } of spansOf(indices.map((i) => rows.at[i] as number))) {
      await connection.run(`
        merge into ${this.#table} as kept
        using (select * from ${arriving} where at_s between ${from} and ${to}) as arrived
        on (kept.series = arrived.series and kept.at_s = arrived.at_s and kept.at_s between ${from} and ${to})
        when matched then update set ${changes}
        when not matched then insert values (${values})`);
    }
    await connection.run(`delete from ${arriving}`);
  }

  #settle(rows: Rows): void {
    for (let i = 0; i < rows.length; i++) {
      const series = rows.series[i] as number;
      const at = rows.at[i] as number;
      const known = this.#extents[series];
      if (!known) this.#extents[series] = { first: at, last: at };
      else if (at > known.last) this.#extents[series] = { first: known.first, last: at };
      else if (at < known.first) this.#extents[series] = { first: at, last: known.last };
    }
  }
}

const mostSpans = 12;

/** The times as a few ranges with more than a day of nothing between them; both ends included. */
export function spansOf(times: readonly number[]): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const at of times.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && (at - last.to <= daySeconds || spans.length === mostSpans)) last.to = at;
    else spans.push({ from: at, to: at });
  }
  return spans;
}
