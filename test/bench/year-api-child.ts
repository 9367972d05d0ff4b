/** The API on the scaled estate and the year's store, in a process of its own, and the store's sums beside it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pino from 'pino';
import { buildServer } from '../../api/server.ts';
import { addDays, boundariesOf, dateOf } from '../../domain/time.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import { closedDaysKey } from '../../store/kept-history.ts';
import { withRememberedSums } from '../../store/remembered-sums.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import { say, untilTerminated } from './child.ts';
import { scaledEstate, stateFile, storeFile, year } from './year-estate.ts';

export interface YearApiOptions {
  readonly folder: string;
  /** How often the store is asked for the half-hours of the year by month, all meters. */
  readonly halfHourSums: number;
}

const options: YearApiOptions = JSON.parse(process.argv[2] ?? '');
const terminated = untilTerminated();
const clock = (): number => Math.floor(Date.now() / 1000);
const state = openStateStore(join(options.folder, stateFile), { clock, holder: 'api' });
// As where something derives: all days that are over were summed up.
state.remember(closedDaysKey, addDays(dateOf(clock()), -1));
const store = withRememberedSums(await openDuckDbStore({ path: join(options.folder, storeFile) }), state);
const estate = scaledEstate();
const app = await buildServer({
  store,
  state,
  estate: () => estate,
  registers: { of: () => undefined, at: () => undefined },
  estateProblems: () => [],
  access: { auth: 'off', host: '127.0.0.1' },
  uploads: '',
  clock,
  randomBytes: (count) => randomBytes(count),
  log: pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true })),
  version: 'bench',
});
const months = boundariesOf(year, 'month');
for (let i = 0; i < options.halfHourSums; i++) {
  const began = performance.now();
  const sums = await store.sumHalfHours([...estate.meters.keys()], months);
  say({ half_hours_ms: performance.now() - began, rows: sums.meters.length * sums.buckets });
}
say({ port: Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port) });
await terminated;
await app.close();
await store.close();
state.close();
say({ rss_mb: process.resourceUsage().maxRSS / 1024 });
