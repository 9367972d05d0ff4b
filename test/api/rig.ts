import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey, type KeyWish } from '../../api/auth.ts';
import type { Api, ApiParts } from '../../api/parts.ts';
import { buildServer } from '../../api/server.ts';
import type { Problem } from '../../domain/problems.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import { withRememberedSums } from '../../store/remembered-sums.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { testEstate } from './estate.ts';
import { keptLog } from './kept-log.ts';

/** The API on a real DuckDB and a real SQLite file in a folder of its own. */
export interface Rig {
  readonly app: Api;
  readonly store: ReadingStore;
  readonly state: StateStore;
  /** Everything the log said. */
  log(): string;
  /** Sets the clock, epoch seconds. */
  at(now: number): void;
  /** What the estate folder on disk has wrong. */
  estateProblems: readonly Problem[];
  /** A key's text. */
  key(wish: Partial<KeyWish>): string;
  close(): Promise<void>;
}

/** Noon of a winter day, when London is at UTC. */
export const noon = Date.parse('2026-01-15T12:00:00Z') / 1000;

export async function startRig(change: Partial<ApiParts> = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-api-'));
  let now = noon;
  const clock = (): number => now;
  const state = openStateStore(join(folder, 'state.sqlite'), { clock, holder: 'api' });
  const opened = (): Promise<ReadingStore> => openDuckDbStore({ path: join(folder, 'readings.duckdb') });
  const store = change.store ?? withRememberedSums(await opened(), state);
  const { log, said } = keptLog();
  const estate = testEstate();
  const rig = { estateProblems: [] as readonly Problem[] };
  const app = await buildServer({
    state,
    estate: () => estate,
    registers: { of: () => estate, at: () => estate },
    estateProblems: () => rig.estateProblems,
    uploads: join(folder, 'uploads'),
    access: { auth: 'keys', host: '127.0.0.1' },
    clock,
    randomBytes: (count) => randomBytes(count),
    log,
    version: '0.0.0-test',
    ...change,
    store,
  });
  const whole: KeyWish = { name: 'test', role: 'read', organisations: [], sites: [] };
  await app.ready();
  return Object.assign(rig, {
    app,
    store,
    state,
    log: said,
    at(next: number) {
      now = next;
    },
    key: (wish: Partial<KeyWish>) => createKey(state, { ...whole, ...wish }, (count) => randomBytes(count), now).secret,
    async close() {
      await app.close();
      await store.close();
      state.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** The header that carries a key. */
export function bearer(key: string): { authorization: string } {
  return { authorization: `Bearer ${key}` };
}

/** Every route of the OpenAPI document; a route that it does not show is refused when the server is built. */
export function routesOf(app: Api): { readonly method: string; readonly path: string; readonly operation: unknown }[] {
  const { paths = {} } = app.swagger();
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}
