import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import { addDays, boundariesOf, dayPeriod, type EpochSeconds, type LocalDate, startOfDay } from '../../domain/time.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import { readDays } from '../../store/energy.ts';
import { closedDaysKey } from '../../store/kept-history.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import { withRememberedSums } from '../../store/remembered-sums.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { day } from './contract/samples.ts';

/** A process that answers, and another that derives: each has a connection of its own to the state file. */
let folder: string;
let store: ReadingStore;
let answering: StateStore;
let deriving: StateStore;
/** Questions that the store was asked: so many meters, so many stretches. */
let asked: [meters: number, stretches: number][];
/** Runs while the store is answering. */
let meanwhile: () => Promise<void>;
let remembering: ReadingStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-sums-'));
  store = await openDuckDbStore({ path: join(folder, 'readings.duckdb') });
  const open = (holder: string): StateStore =>
    openStateStore(join(folder, 'state.sqlite'), { clock: () => 0, holder, bounds: { derivedRows: 20 } });
  [answering, deriving] = [open('api'), open('ingest')];
  deriving.remember(closedDaysKey, '2026-03-31');
  [asked, meanwhile] = [[], () => Promise.resolve()];
  const sumDays: ReadingStore['sumDays'] = async (meters, boundaries) => {
    asked.push([meters.length, boundaries.length - 1]);
    const sums = await store.sumDays(meters, boundaries);
    await meanwhile();
    return sums;
  };
  remembering = withRememberedSums({ ...store, sumDays }, answering);
});
afterEach(async () => {
  await store.close();
  answering.close();
  deriving.close();
  rmSync(folder, { recursive: true });
});

/** As derivation does: the day first, and then the log. */
async function derive(meter: string, date: LocalDate, energy: number): Promise<void> {
  await store.writeDays([day(meter, startOfDay(date), { energy })], []);
  deriving.recordDerived([{ meter, ...dayPeriod(date) }]);
}

const months = (from: LocalDate, to: LocalDate): EpochSeconds[] =>
  boundariesOf({ from: startOfDay(from), to: startOfDay(to) }, 'month');

async function energies(meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<unknown[]> {
  const sums = await remembering.sumDays(meters, boundaries);
  return [...sums].map(({ meter, bucket, energy }) => [meter, bucket, energy]);
}

test('what is closed is asked for once, and what another process derives is in the next answer', async () => {
  await derive('a', '2026-01-10', 100);
  await derive('b', '2026-02-10', 200);
  const quarter = months('2026-01-01', '2026-04-01');
  const first = [
    ['a', 0, 100],
    ['b', 1, 200],
  ];
  expect(await energies(['a', 'b'], quarter)).toEqual(first);
  expect(await energies(['a', 'b'], quarter)).toEqual(first);
  expect(asked).toEqual([[2, 3]]);
  await derive('b', '2026-03-05', 7);
  expect(await energies(['a', 'b'], quarter)).toEqual([...first, ['b', 2, 7]]);
  // That meter alone, in that month alone.
  expect(asked).toEqual([
    [2, 3],
    [1, 1],
  ]);
});

test('a day that is not closed is asked for each time', async () => {
  await derive('a', '2026-03-31', 1);
  const year = months('2026-03-01', '2026-05-01');
  expect(await energies(['a'], year)).toEqual([['a', 0, 1]]);
  // As closing a day does: written, and in no log.
  await store.writeDays([day('a', startOfDay('2026-04-01'), { energy: 5 })], []);
  expect(await energies(['a'], year)).toEqual([
    ['a', 0, 1],
    ['a', 1, 5],
  ]);
  deriving.remember(closedDaysKey, '2026-04-30');
  await energies(['a'], year);
  asked.length = 0;
  await energies(['a'], year);
  expect(asked).toEqual([]);
});

test('beside a state file in which nothing was derived nothing is remembered', async () => {
  const fresh = openStateStore(join(folder, 'other.sqlite'), { clock: () => 0, holder: 'api' });
  const plain = withRememberedSums(store, fresh);
  const quarter = months('2026-01-01', '2026-04-01');
  expect([...(await plain.sumDays(['a'], quarter))]).toEqual([]);
  await store.writeDays([day('a', startOfDay('2026-01-10'), { energy: 3 })], []);
  expect([...(await plain.sumDays(['a'], quarter))]).toMatchObject([{ energy: 3 }]);
  fresh.close();
});

test('an answer that was under way while its day was derived is not remembered', async () => {
  await derive('a', '2026-01-10', 100);
  const january = months('2026-01-01', '2026-02-01');
  const slow = Promise.withResolvers<void>();
  meanwhile = () => slow.promise;
  const old = energies(['a'], january);
  meanwhile = () => Promise.resolve();
  await derive('a', '2026-01-10', 150);
  // Another question reads the row of the log before the slow one has its answer.
  expect(await energies(['a'], january)).toEqual([['a', 0, 150]]);
  slow.resolve();
  expect(await old).toEqual([['a', 0, 100]]);
  expect(await energies(['a'], january)).toEqual([['a', 0, 150]]);
});

test('where rows of the log have gone unread all is forgotten, also by answers under way', async () => {
  await derive('a', '2026-01-10', 100);
  const january = months('2026-01-01', '2026-02-01');
  expect(await energies(['a'], january)).toEqual([['a', 0, 100]]);
  const slow = Promise.withResolvers<void>();
  meanwhile = () => slow.promise;
  const old = energies(['a', 'b'], january);
  meanwhile = () => Promise.resolve();
  await derive('a', '2026-01-10', 150);
  deriving.recordDerived(Array.from({ length: 30 }, () => ({ meter: 'c', ...dayPeriod('2026-04-01') })));
  expect(await energies(['a'], january)).toEqual([['a', 0, 150]]);
  slow.resolve();
  await old;
  expect(await energies(['a', 'b'], january)).toEqual([['a', 0, 150]]);
});

test('a year is the sum of its months, which the next year shares', async () => {
  for (let i = 0; i < 90; i++)
    await store.writeDays([day('a', startOfDay(addDays('2026-01-01', i)), { energy: i })], []);
  const quarter = [startOfDay('2026-01-01'), startOfDay('2026-04-01')];
  expect(await energies(['a'], quarter)).toEqual([['a', 0, (89 * 90) / 2]]);
  expect(asked).toEqual([[1, 3]]);
  expect(await energies(['a'], [startOfDay('2025-12-01'), startOfDay('2026-03-01')])).toEqual([
    ['a', 0, (58 * 59) / 2],
  ]);
  expect(asked.at(-1)).toEqual([1, 1]);
});

test('what is remembered is bounded, and a question that is too large is only answered', async () => {
  const many = Array.from({ length: 500 }, (_, i) => `m${i}`);
  const days = boundariesOf({ from: startOfDay('2025-01-01'), to: startOfDay('2026-04-01') }, 'day');
  expect(many.length * days.length).toBeGreaterThan(limits.rememberedSums / 2);
  await remembering.sumDays(many, days);
  await remembering.sumDays(many, days);
  expect(asked.length).toBe(2);
  const hundred = (i: number): string[] => many.slice(i * 100, (i + 1) * 100);
  for (const i of [0, 0, 1, 2, 3, 4]) await remembering.sumDays(hundred(i), days);
  expect(asked.length).toBe(2 + 5);
  expect(5 * 100 * days.length).toBeGreaterThan(limits.rememberedSums);
  // The months that were asked for longest ago have gone.
  await remembering.sumDays(hundred(0), days);
  expect(asked.length).toBe(2 + 5 + 1);
});

test('the same sums are one object until a closed day is derived, and what is made of them follows gaps', async () => {
  await derive('a', '2026-01-10', 100);
  const january = months('2026-01-01', '2026-02-01');
  const stores = { store: remembering, state: answering };
  const estimated = async (): Promise<number | undefined> => {
    const { cells } = await readDays(stores, ['a'], january);
    return cells.at('a', 0)?.estimatedHalfHours;
  };
  const first = await remembering.sumDays(['a'], january);
  const before = await estimated();
  const gap = { meter: 'a', from: startOfDay('2026-01-10'), to: startOfDay('2026-01-10') + 3600, energy: 1 };
  deriving.replaceGaps('a', dayPeriod('2026-01-10'), [{ ...gap, volume: undefined }]);
  const missing = first.at('a', 0)?.missingHalfHours ?? 0;
  expect(missing).toBeGreaterThan(0);
  expect([await estimated(), await estimated()]).toEqual(Array(2).fill((before ?? 0) + Math.min(2, missing)));
  deriving.replaceGaps('a', dayPeriod('2026-01-10'), []);
  expect(await estimated()).toBe(before);
  expect(await remembering.sumDays(['a'], january)).toBe(first);
  await derive('a', '2026-01-11', 1);
  expect(await remembering.sumDays(['a'], january)).not.toBe(first);
});

/** Everything at once: whatever is derived in whatever order, the answers are those of the store. */
test('says what the store says, whatever was derived and asked before', async () => {
  const meters = ['a', 'b', 'c'];
  const dates = Array.from({ length: 120 }, (_, i) => addDays('2026-01-01', i));
  const step = fc.oneof(
    fc.record({
      meter: fc.constantFrom(...meters),
      date: fc.constantFrom(...dates),
      energy: fc.integer({ min: 0, max: 99 }),
    }),
    fc.record({
      of: fc.subarray(meters, { minLength: 1 }),
      cuts: fc.uniqueArray(fc.constantFrom(...dates), { minLength: 2, maxLength: 6 }),
    }),
    fc.record({ closed: fc.constantFrom(...dates.slice(60)) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const said: unknown[] = [];
      const meant: unknown[] = [];
      for (const one of steps) {
        if ('date' in one) await derive(one.meter, one.date, one.energy);
        else if ('closed' in one) {
          const before = answering.recall(closedDaysKey) ?? '';
          if (one.closed > before) deriving.remember(closedDaysKey, one.closed);
        } else {
          const boundaries = one.cuts.sort().map(startOfDay);
          meant.push([...(await store.sumDays(one.of, boundaries))]);
          said.push([...(await remembering.sumDays(one.of, boundaries))]);
        }
      }
      expect(said).toEqual(meant);
    }),
    { numRuns: 20 },
  );
});
