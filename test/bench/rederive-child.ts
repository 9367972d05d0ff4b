/** One meter's year in a store, derived; then another multiplier, and how long it takes until all of it is restated. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Estate } from '../../domain/estate/estate.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { Booking } from '../../ingest/booking.ts';
import { Deriver } from '../../ingest/derive.ts';
import { SeriesMarks } from '../../ingest/series-marks.ts';
import { openStore, type StoreChoice } from '../../store/open-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import { madeMeter } from '../ingest/made-meter.ts';
import { cpuMs, say } from './child.ts';
import { year } from './year-estate.ts';

export interface RederiveOptions {
  readonly folder: string;
  readonly store: StoreChoice;
  /** Seconds between two readings. */
  readonly interval: number;
  readonly times: number;
}

const { folder, store: choice, interval, times }: RederiveOptions = JSON.parse(process.argv[2] ?? '');
mkdirSync(folder, { recursive: true });
const now = year.to + 3_600;
const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
const state = openStateStore(join(folder, 'state.sqlite'), { clock: () => now, holder: 'bench' });
const store = await openStore(choice, { clock: () => now, log });

function estateWith(times: number, version: number): Estate {
  const meter = madeMeter({ id: 'bench-year', role: 'main', multiplier: [{ from: '1970-01-01', times }] });
  return { name: 'bench', version, organisations: new Map(), sites: new Map(), meters: new Map([[meter.id, meter]]) };
}
const readings: Reading[] = [];
for (let at = year.from; at <= year.to; at += interval) {
  const value = Math.round((at - year.from) * 0.01 * (1 + Math.sin(at / 86_400) / 1_000)) / 10;
  readings.push({ meter: 'bench-year', quantity: 'energy', kind: 'register', at, value, period: 0, received: at });
}
const booking = new Booking({ store, state, marks: new SeriesMarks(state) }, 'never');
booking.addCounted(readings, [], []);
await booking.settle();
const deriver = new Deriver({ store, state, estate: estateWith(1, 1), clock: () => now * 1_000, log, holder: 'bench' });
await deriver.look();
for (let i = 0; i < times; i++) {
  const began = performance.now();
  const cpu = cpuMs();
  deriver.setEstate(estateWith(i + 2, i + 2));
  await deriver.look();
  say({ ms: performance.now() - began, cpu_ms: cpuMs() - cpu });
  const [day] = await store.halfHours(['bench-year'], { from: year.to - 1_800, to: year.to });
  if (day?.registerVersion !== i + 2) throw new Error(`not restated: ${JSON.stringify(day)}`);
}
say({ readings: readings.length, rss_mb: process.resourceUsage().maxRSS / 1024 });
await deriver.close();
await store.close();
state.close();
