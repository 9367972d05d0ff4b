import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Meter } from '../../domain/estate/estate.ts';
import { type Reading, seriesKey } from '../../domain/readings/reading.ts';
import { toIso } from '../../domain/time.ts';
import { Deriver } from '../../ingest/derive.ts';
import { batchOf } from '../store/state-store.contract.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeEstate, madeMeter } from './made-meter.ts';

const log = pino({ level: 'silent' });
const start = Date.parse('2026-11-02T00:00:00Z') / 1000;
const hour = 3600;
let now = start;
let books: TestBooks;
beforeEach(async () => {
  now = start;
  books = await openBooks(() => now);
});
afterEach(() => books.close());

const meter = madeMeter({ id: 'ward-3', topic: 't/ward-3', decoder: 'number', rating: { value: 60, unit: 'kW' } });
const deriver = (each: Meter = meter): Deriver => {
  const { store, state } = books;
  return new Deriver({ store, state, estate: madeEstate([each]), clock: () => now * 1000, log, holder: 'test' });
};

/** Readings as the pipeline leaves them: written, touched, heard. */
async function hear(values: readonly (readonly [at: number, value: number])[]): Promise<void> {
  const readings = values.map(([at, value]): Reading => {
    return { meter: meter.id, quantity: 'energy', kind: 'register', at, value, period: 0, received: now };
  });
  await books.store.write(readings);
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last) return;
  const touched = [{ meter: meter.id, from: first.at, to: last.at }];
  const highWater = [{ series: seriesKey(last), at: last.at, value: last.value, received: now }];
  books.state.commit(batchOf({ touched, highWater }));
}
/** A reading every half-hour of a span of hours, 5 kWh each, with lies in it. */
const plain = (from: number, to: number, lie: (value: number, hour: number) => number = (value) => value) =>
  Array.from({ length: (to - from) * 2 }, (_, i) => {
    const at = from + i / 2;
    return [start + at * hour, lie(1000 + at * 10, at)] as const;
  });
const issues = () =>
  books.state
    .issues({ limit: 99 })
    .map(({ kind, state, from, to }) => `${kind} ${state} ${toIso(from).slice(8, 16)} ${toIso(to).slice(8, 16)}`);

test('a meter silent for a week is one line, and over when it is heard again', async () => {
  const house = deriver();
  now += 48 * hour;
  await hear(plain(0, 48));
  await house.look();
  expect(issues()).toEqual([]);
  for (let day = 0; day < 7; day++) {
    now += 24 * hour;
    await house.look();
  }
  expect(issues()).toEqual(['silent ongoing 04T00:00 11T00:00']);
  now += hour;
  await hear(plain(48 + 7 * 24, 48 + 7 * 24 + 1));
  await house.look();
  expect(issues()).toEqual(['silent closed 03T23:30 11T01:00']);
  // Nothing changes by deriving it again, nor by another process that takes over.
  books.state.touch([{ meter: meter.id, from: start, to: now }]);
  now += 60;
  await deriver().look();
  expect(issues()).toEqual(['silent closed 03T23:30 11T01:00']);
});

test('who has just begun to listen blames nobody for what came before', async () => {
  await hear(plain(0, 0.5));
  now += 30 * 24 * hour;
  const house = deriver();
  await house.look();
  expect(issues()).toEqual([]);
  now += 1.1 * hour;
  await house.look();
  expect(issues()).toEqual(['silent opened 02T00:00 02T01:06']);
});

test('doubts become issues by kind; what later readings explain goes', async () => {
  const house = deriver();
  now += 40 * hour;
  await hear(plain(0, 30, (value, at) => (at === 20 ? 0 : at === 24 ? 900_000 : at >= 29.5 ? 3 : value)));
  await house.look();
  expect(issues()).toEqual(['backwards opened 02T20:00 03T05:30', 'impossible opened 03T00:00 03T00:00']);
  await hear(plain(30, 40));
  await house.look();
  // Not the beginning of another register: one lower reading more.
  expect(issues()).toEqual(['backwards opened 02T20:00 03T05:30', 'impossible opened 03T00:00 03T00:00']);
  now += 30 * hour;
  expect(issues()).toEqual(['backwards closed 02T20:00 03T05:30', 'impossible closed 03T00:00 03T00:00']);
});

test('a lost register stays open until it is answered', async () => {
  now += 90 * 24 * hour;
  await hear(plain(0, 60, (value, at) => (at >= 30 ? value - 1280 : value)));
  await deriver().look();
  expect(issues()).toEqual(['lost-register opened 03T05:30 03T06:00']);
  const exchanges = [{ at: toIso(start + 30 * hour - 60), closing: 1300, opening: 20 }];
  await deriver({ ...meter, exchanges }).look();
  expect(issues()).toEqual([]);
});

test('what was refused at receipt is an issue of its meter, found once', async () => {
  const house = deriver();
  const refused = (code: 'message.unparsable' | 'reading.future' | 'store.full', id = meter.id) => ({
    topic: 't/ward-3',
    payload: new Uint8Array(),
    received: now,
    qos: 1,
    retained: false,
    code,
    detail: 'as it came',
    meter: id,
    refusedReadings: 0,
  });
  for (let i = 0; i < 5; i++) {
    now += hour;
    const codes = ['message.unparsable', 'reading.future', 'store.full'] as const;
    books.state.commit(batchOf({ quarantined: [...codes.map((code) => refused(code)), refused(codes[0], 'gone')] }));
    await house.look();
  }
  const found = () => issues().filter((line) => !line.startsWith('silent'));
  const seen = ['unparsable ongoing 02T01:00 02T05:00', 'wrong-clock ongoing 02T01:00 02T05:00'];
  expect(found()).toEqual(seen);
  now += 60;
  await deriver().look();
  expect(found()).toEqual(seen);
});
