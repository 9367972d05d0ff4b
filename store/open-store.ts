import type { Logger } from 'pino';
import { openDuckDbStore } from './duckdb/duckdb-store.ts';
import { type InfluxStoreOptions, openInfluxStore } from './influx/influx-store.ts';
import type { ReadingStore } from './reading-store.ts';

/** Which store to open: the embedded one in a file, or InfluxDB. */
export type StoreChoice =
  | { readonly kind: 'duckdb'; readonly path: string }
  | ({ readonly kind: 'influxdb' } & Omit<InfluxStoreOptions, 'clock' | 'log'>);

/**
 * Opens the store. `clock` tells epoch seconds. Rejects with ProblemErrors `store.*`, or `config.invalid` when readings
 * would be kept for less than a signed figure needs.
 */
export async function openStore(
  choice: StoreChoice,
  around: { readonly clock: () => number; readonly log: Logger },
): Promise<ReadingStore> {
  if (choice.kind === 'duckdb') return await openDuckDbStore({ path: choice.path });
  return await openInfluxStore({ ...choice, ...around });
}
