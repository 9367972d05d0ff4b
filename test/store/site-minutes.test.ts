import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HalfHour } from '../../domain/half-hours/half-hours.ts';
import { seriesKey } from '../../domain/readings/reading.ts';
import { halfHourOf } from '../../domain/time.ts';
import { siteMinutes } from '../../store/site-minutes.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { HighWater, StateStore } from '../../store/state-store.ts';
import { siteOf } from '../domain/small-estate.ts';

// A Wednesday at 10:10 in summer, when London's clock is an hour ahead; four weeks back it is the same.
const at = Date.parse('2026-07-15T09:10:00Z') / 1000;
const halfHour = halfHourOf(at);
const week = 7 * 86_400;
const folder = mkdtempSync(join(tmpdir(), 'meterhouse-minutes-'));
let store: ReadingStore;
let state: StateStore;

const estate = siteOf([
  { id: 'main', rating: { value: 500, unit: 'kW' } },
  { id: 'sub', role: 'sub', parent: 'main' },
  { id: 'roof', role: 'generation', technology: 'solar', parent: 'main' },
  { id: 'out', role: 'export', parent: 'main' },
  {
    id: 'gas',
    utility: 'gas',
    volume_correction: 'corrected',
    calorific_value: [{ from: '2020-01-01', value_mj_per_m3: 39.6, source: 'a test' }],
  },
  { id: 'water', utility: 'water' },
]);

function heard(meter: string, quantity: 'power' | 'flow', value: number, ago = 60): HighWater {
  return { series: seriesKey({ meter, quantity, kind: 'instant' }), at: at - ago, value, received: at - ago };
}

function halfHours(meter: string, utility: string, start: number, amount: number): HalfHour & Record<string, unknown> {
  const water = utility === 'water';
  const figure = { meter, start, quality: 'measured', rule: 'register' } as const;
  return { ...figure, energy: water ? undefined : amount, volume: water ? amount : undefined, site: 'site', utility };
}

beforeAll(async () => {
  store = await openDuckDbStore({ path: join(folder, 'readings.duckdb') });
  state = openStateStore(join(folder, 'state.sqlite'), { clock: () => at, holder: 'test' });
  const rows = [1, 2, 3, 4].flatMap((weeks) => [
    halfHours('main', 'electricity', halfHour - weeks * week, 40 + weeks),
    halfHours('roof', 'electricity', halfHour - weeks * week, 10),
    halfHours('out', 'electricity', halfHour - weeks * week, 2),
  ]);
  const last = halfHours('water', 'water', halfHour - 1800, 3);
  await store.writeHalfHours(
    [...rows, last].map((row) => ({ ...row, site: 'site', utility: String(row['utility']), registerVersion: 1 })),
  );
  state.commit({
    tallies: [],
    quarantined: [],
    touched: [],
    held: false,
    highWater: [
      heard('main', 'power', 100),
      heard('sub', 'power', 60),
      heard('roof', 'power', 30),
      heard('out', 'power', 5),
      heard('gas', 'flow', 20),
    ],
    parked: [],
    unparked: [],
    settled: [],
    superseded: [],
    replayed: [],
    fingerprints: undefined,
    memory: new Map(),
  });
});
afterAll(async () => {
  await store.close();
  state.close();
  rmSync(folder, { recursive: true });
});

test('the load of a site is what is bought and made here, less what leaves; sub-meters are not added', async () => {
  const minutes = await siteMinutes(estate, store, state, at);
  expect(minutes.map(({ utility }) => utility)).toEqual(['electricity', 'gas', 'water']);
  const [electricity, gas, water] = minutes;
  expect(electricity).toMatchObject({ site: 'site', at, rate: 100 + 30 - 5, heardMeters: 3, silentMeters: 0 });
  // Four weeks of the same half-hour by the clock: mean of 41 … 44, and 10, less 2, in kWh a half-hour.
  expect(electricity?.usual).toBeCloseTo((42.5 + 10 - 2) * 2, 9);
  // 20 m³/h × 39.6 MJ/m³ ÷ 3.6 is 220 kW.
  expect(gas?.rate).toBeCloseTo(220, 9);
  expect(gas?.usual).toBeUndefined();
  // Each stands with the oldest of its parts: readings of a minute ago, and the end of a half-hour.
  expect([electricity?.oldest, water?.oldest]).toEqual([at - 60, halfHour]);
  expect(electricity?.unknownMeters).toEqual([]);
  // No flow was said: the last half-hour's 3 m³ are 6 m³/h. It has never been heard, only derived.
  expect(water).toMatchObject({ rate: 6, usual: undefined, heardMeters: 0, silentMeters: 1 });
});

test('a sum that lacks a meter is not known, rather than low', async () => {
  const later = at + 3 * 3600;
  const minutes = await siteMinutes(estate, store, state, later);
  expect(minutes.find(({ utility }) => utility === 'electricity')).toMatchObject({
    rate: undefined,
    silentMeters: 3,
    unknownMeters: ['main', 'roof', 'out'],
  });
});

test('only the sites that are asked for are worked out', async () => {
  expect(await siteMinutes(estate, store, state, at, (site) => site !== 'site')).toEqual([]);
  expect(await siteMinutes(estate, store, state, at, (site) => site === 'site')).toHaveLength(3);
});
