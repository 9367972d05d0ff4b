import { setImmediate as breathe } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBVector } from '@duckdb/node-api';
import { arrivingTable, type ColumnType, columnsOf, duckTypes, type PointTable } from './tables.ts';

/** Rows by column, key first: what goes into a table, and what its vectors are filled from. */
export interface Rows {
  readonly length: number;
  readonly series: Uint32Array;
  readonly at: Uint32Array;
  /** What is kept, in the order of the table's columns after the key. */
  readonly kept: readonly ArrayLike<number>[];
}

const arrayOf = {
  DOUBLE: (length: number) => new Float64Array(length),
  UINTEGER: (length: number) => new Uint32Array(length),
  UTINYINT: (length: number) => new Uint8Array(length),
} as const satisfies Record<ColumnType, (length: number) => ArrayLike<number>>;

/** A row as its maker hands it over: series, second, then the table's other columns. */
export type RowOf<T> = (item: T) => readonly number[];

/** Turns items into columns of the table's types. */
export function rowsFrom<T>(table: PointTable, items: readonly T[], rowOf: RowOf<T>): Rows {
  const arrays = columnsOf(table).map(([, type]) => arrayOf[type](items.length));
  for (let i = 0; i < items.length; i++) {
    const row = rowOf(items[i] as T);
    for (let column = 0; column < arrays.length; column++) (arrays[column] as Float64Array)[i] = row[column] as number;
  }
  const [series, at, ...kept] = arrays;
  return { length: items.length, series: series as Uint32Array, at: at as Uint32Array, kept };
}

const chunkRows = 2_048;
/** The appender works on the JavaScript thread: after this many rows others get a turn. */
const rowsPerBreath = 32_768;

/** Appends the rows at these indices to the table, or to its arriving table, in the connection's transaction. */
export async function append(
  connection: DuckDBConnection,
  into: { table: PointTable; arriving: boolean },
  rows: Rows,
  indices: ArrayLike<number>,
): Promise<void> {
  const types = columnsOf(into.table).map(([, type]) => duckTypes[type]);
  const columns = [rows.series, rows.at, ...rows.kept];
  const appender = await connection.createAppender(into.arriving ? arrivingTable(into.table) : into.table);
  for (let start = 0; start < indices.length; start += chunkRows) {
    const count = Math.min(chunkRows, indices.length - start);
    const chunk = DuckDBDataChunk.create(types, count);
    for (const [column, values] of columns.entries()) {
      const vector = chunk.getColumnVector(column) as DuckDBVector<number>;
      for (let i = 0; i < count; i++) vector.setItem(i, values[indices[start + i] as number] as number);
      vector.flush();
    }
    appender.appendDataChunk(chunk);
    if (start > 0 && start % rowsPerBreath === 0) await breathe();
  }
  appender.closeSync();
}

/** The columns of a chunk, which are numbers and not null. */
export function columnsOfChunk(chunk: DuckDBDataChunk): ArrayLike<number>[] {
  const columns: ArrayLike<number>[] = [];
  for (let column = 0; column < chunk.columnCount; column++) columns.push(numbersOf(chunk.getColumnVector(column)));
  return columns;
}

/** Calls `each` for every row of a chunk; the columns are numbers and not null. */
export function readChunk(chunk: DuckDBDataChunk, each: (cell: (column: number) => number) => void): void {
  const columns = columnsOfChunk(chunk);
  let index = 0;
  const cell = (column: number): number => columns[column]?.[index] ?? Number.NaN;
  for (; index < chunk.rowCount; index++) each(cell);
}

/** The vector's own array where it shows one (`getItem` asks a bit mask of bigints for every number), else a copy. */
function numbersOf(vector: DuckDBVector): ArrayLike<number> {
  const items: unknown = Reflect.get(vector, 'items');
  if (items instanceof Float64Array || items instanceof Uint32Array || items instanceof Uint8Array) return items;
  return Float64Array.from({ length: vector.itemCount }, (_, index) => Number(vector.getItem(index)));
}
