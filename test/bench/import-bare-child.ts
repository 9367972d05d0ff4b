/** The floor of imports: DuckDB's own CSV reader on the same file, with the store's settings of DuckDB. */
import { DuckDBInstance } from '@duckdb/node-api';
import { limits } from '../../domain/limits.ts';
import { say } from './child.ts';

export interface ImportBareOptions {
  readonly file: string;
  readonly times: number;
}

const { file, times }: ImportBareOptions = JSON.parse(process.argv[2] ?? '');
const instance = await DuckDBInstance.create(':memory:', {
  memory_limit: `${limits.embeddedStoreMemoryMb}MB`,
  threads: String(limits.embeddedStoreThreads),
});
const connection = await instance.connect();
for (let i = 0; i < times; i++) {
  const began = performance.now();
  await connection.run(`create or replace temp table day as from read_csv('${file}')`);
  say({ read_ms: performance.now() - began });
}
const counted = await connection.runAndReadAll('select count(*) * 48 from day');
say({ values: Number(counted.getRows()[0]?.[0]) });
connection.closeSync();
instance.closeSync();
