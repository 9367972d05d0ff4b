import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reading } from '../../domain/readings/reading.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import { readObserved } from '../../store/observed.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import { madeSeries } from '../ingest/made-meter.ts';

const from = Date.UTC(2026, 1, 2) / 1000;
let folder: string;
let store: ReadingStore;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-observed-'));
  store = await openDuckDbStore({ path: join(folder, 'readings.duckdb') });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function reading(meter: string, other: Partial<Reading>): Reading {
  const one = { quantity: 'temperature', kind: 'instant', at: from, value: 0, period: 0, received: from } as const;
  return { meter, ...one, ...other };
}

test('a sensor that speaks every minute has a mean in each half-hour', async () => {
  const said = Array.from({ length: 90 }, (_, i) => reading('roof', { at: from + i * 60, value: i }));
  await store.write(said);
  const { from: first, values } = await readObserved(store, madeSeries({ id: 'roof' }), { from, to: from + 7200 });
  expect(first).toBe(from);
  // The mean of 0..29, 30..59, 60..89.
  expect([...values]).toEqual([14.5, 44.5, 74.5, Number.NaN]);
});

test('a daily mean that began before the period reaches into it', async () => {
  await store.write([reading('days', { kind: 'interval', at: from, value: 6.5, period: 86_400 })]);
  const period = { from: from + 86_400 - 3600, to: from + 86_400 + 1800 };
  const { values } = await readObserved(store, madeSeries({ id: 'days' }), period);
  expect([...values]).toEqual([6.5, 6.5, Number.NaN]);
});

test('a forecast stands beside what was, in the unit of the series', async () => {
  const one = { quantity: 'carbon_intensity', period: 1800 } as const;
  await store.write([
    reading('grid', { ...one, kind: 'estimate', value: 266 }),
    reading('grid', { ...one, kind: 'estimate', at: from + 1800, value: 146 }),
    reading('grid', { ...one, kind: 'interval', value: 263 }),
  ]);
  const series = madeSeries({ id: 'grid', quantity: 'carbon_intensity', unit: 'gCO2/kWh' });
  const found = await readObserved(store, series, { from, to: from + 3600 });
  expect([...found.values]).toEqual([263, Number.NaN]);
  expect([...found.forecast]).toEqual([266, 146]);
});

test('nothing is known of a series before it is valid, or that never spoke', async () => {
  const day = { from: from - 86_400, to: from };
  await store.write([reading('young', { at: from - 1800, value: 3 }), reading('young', { at: from, value: 4 })]);
  const young = madeSeries({ id: 'young', valid_from: '2026-02-02' });
  expect((await readObserved(store, young, day)).values.every(Number.isNaN)).toBe(true);
  expect([...(await readObserved(store, young, { from: from - 1800, to: from + 1800 })).values]).toEqual([
    Number.NaN,
    4,
  ]);
  const never = await readObserved(store, madeSeries({ id: 'never' }), day);
  expect(never.values).toHaveLength(48);
  expect(never.values.every(Number.isNaN)).toBe(true);
});

test('more intervals than a page are all there', async () => {
  const count = 60_000;
  const said = Array.from({ length: count }, (_, i) =>
    reading('minutes', { kind: 'interval', at: from + i * 60, period: 60, value: i < count / 2 ? 1 : 3 }),
  );
  await store.write(said);
  const { values } = await readObserved(store, madeSeries({ id: 'minutes' }), { from, to: from + count * 60 });
  expect(values).toHaveLength(2000);
  expect(values.filter((value) => value === 1)).toHaveLength(1000);
  expect(values.filter((value) => value === 3)).toHaveLength(1000);
});
