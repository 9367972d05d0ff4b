import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadEstate } from '../../cli/load-estate.ts';
import type { Estate } from '../../domain/estate.ts';
import { halfHourOf, type Period } from '../../domain/time.ts';
import { Deriver } from '../../ingest/derive.ts';
import { Pipeline } from '../../ingest/pipeline.ts';
import { siteMinutes } from '../../ingest/site-minutes.ts';
import { historyOf } from '../../simulators/history.ts';
import { modelOf } from '../../simulators/model.ts';
import { openInfluxStore } from '../../store/influx/influx-store.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { type InfluxServer, startInflux } from '../servers/influx.ts';

/** Two sites of the sample estate on a real InfluxDB, filled by the simulator through pipeline and derivation. */
export interface FilledHouse {
  readonly influx: InfluxServer;
  readonly estate: Estate;
  readonly store: ReadingStore;
  readonly state: StateStore;
  /** Epoch seconds, the same for all questions. */
  readonly now: number;
  close(): Promise<void>;
}

/** A surgery with a year and more behind it, and a community hospital with solar panels that export. */
export const sites = { fennick: 400, brackenholt: 20 } as const;
const day = 86_400;

export async function fillHouse(): Promise<FilledHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-boards-'));
  const influx = await startInflux({ databases: [] });
  const now = Math.floor(Date.now() / 1000);
  const clock = (): number => Date.now();
  const log = pino({ level: 'silent' });
  const state = openStateStore(join(folder, 'state.sqlite'), { clock: () => now, holder: 'test' });
  const login = { url: influx.url, user: 'admin', password: 'admin-secret' };
  const store = await openInfluxStore({ ...login, database: 'meterhouse', clock: () => now, log });
  const { estate } = loadEstate(join(import.meta.dirname, '../../estates/sample'));
  const pipeline = new Pipeline({ source: 'test', store, state, estate, clock, log });
  pipeline.start();
  for (const [site, days] of Object.entries(sites)) {
    const period = { from: halfHourOf(now) - days * day, to: now };
    await feed(pipeline, estate, site, period);
  }
  const deriver = new Deriver({ store, state, estate, clock, log, holder: 'test' });
  for (let looks = 0; state.touched(1).length > 0; looks++) {
    await deriver.look();
    if (looks > 50 || deriver.counters.failures > 0)
      throw new Error(`not derived: ${JSON.stringify(deriver.counters)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  // Ten minutes of the live picture, as the deriver writes one each minute.
  for (let minute = 0; minute < 10; minute++) {
    const at = Math.floor(now / 60 - minute) * 60;
    await store.writeNow(await siteMinutes(estate, store, state, at));
  }
  return {
    influx,
    estate,
    store,
    state,
    now,
    async close() {
      await pipeline.close();
      await deriver.close();
      await store.close();
      state.close();
      await influx.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function feed(pipeline: Pipeline, estate: Estate, site: string, period: Period): Promise<void> {
  const model = modelOf({ estate, seed: 1, start: period.from });
  const meters = [...estate.meters.values()].filter((meter) => meter.site === site).map(({ id }) => id);
  const settled: Promise<void>[] = [];
  for (const batch of historyOf(model, period, { meters })) {
    for (const message of batch) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      settled.push(promise);
      const room = pipeline.offer({
        topic: message.topic,
        payload: message.payload,
        received: message.at,
        qos: 1,
        retained: false,
        fingerprint: undefined,
        duplicate: false,
        acknowledge: resolve,
        release: () => reject(new Error(`${message.topic} was given back`)),
      });
      if (room) await room;
    }
  }
  await Promise.all(settled);
}
