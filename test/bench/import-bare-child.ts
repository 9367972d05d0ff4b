/**
 * The floors of imports, with the store's settings of DuckDB: its own CSV reader on the same file, into a table as the
 * file stands and gone with the process; and into a row for each half-hour, on disk when it is done.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { limits } from '../../domain/limits.ts';
import { say } from './child.ts';

export interface ImportBareOptions {
  readonly file: string;
  /** Where the rows are kept. */
  readonly database: string;
  readonly times: number;
}

const { file, database, times }: ImportBareOptions = JSON.parse(process.argv[2] ?? '');
const instance = await DuckDBInstance.create(database, {
  memory_limit: `${limits.embeddedStoreMemoryMb}MB`,
  threads: String(limits.embeddedStoreThreads),
  preserve_insertion_order: 'false',
});
const connection = await instance.connect();
const timed = async (...statements: readonly string[]): Promise<number> => {
  const began = performance.now();
  for (const statement of statements) await connection.run(statement);
  return performance.now() - began;
};
const table = `create or replace temp table day as from read_csv('${file}')`;
const rows = `create or replace table half_hour as
  select meter, epoch(date + clock::time)::uinteger as at_s, value
  from (unpivot (from read_csv('${file}')) on columns(* exclude (meter, date)) into name clock value value)`;
for (let i = 0; i < times; i++) {
  say({ table_ms: await timed(table) });
  await connection.run('drop table day');
  say({ rows_ms: await timed(rows, 'checkpoint') });
}
const counted = await connection.runAndReadAll('select count(*) from half_hour');
say({ values: Number(counted.getRows()[0]?.[0]) });
connection.closeSync();
instance.closeSync();
