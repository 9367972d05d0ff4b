import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reading, SeriesName } from '../../domain/readings/reading.ts';
import { daySeconds } from '../../domain/time.ts';
import { firstPeriod } from '../../ingest/derive-meter.ts';
import { readAhead } from '../../ingest/read-ahead.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeMeter } from './made-meter.ts';

const now = Date.parse('2026-11-23T18:10:00Z') / 1000;
let books: TestBooks;
beforeAll(async () => {
  books = await openBooks(() => now);
});
afterAll(() => books.close());

const register = (meter: string): SeriesName => ({ meter, quantity: 'energy', kind: 'register' });

test('what a round asks for first is at hand, and what it asks beyond that comes from the store', async () => {
  const meters = [
    { ...madeMeter({ id: 'each-minute' }), expected_interval: 60 },
    madeMeter({ id: 'each-half-hour' }),
    madeMeter({ id: 'by-intervals' }),
    madeMeter({ id: 'touched-long-ago' }),
    madeMeter({ id: 'never-heard' }),
  ];
  const every = { 'each-minute': 60, 'each-half-hour': 1800, 'by-intervals': 1800, 'touched-long-ago': 1800 };
  const readings = Object.entries(every).flatMap(([meter, seconds]) =>
    Array.from({ length: 300 }, (_, i): Reading => {
      const kind = meter === 'by-intervals' ? 'interval' : 'register';
      const period = kind === 'interval' ? 1800 : 0;
      return { ...register(meter), kind, at: now - i * seconds, value: 1000 - i, period, received: now };
    }),
  );
  await books.store.write(readings);
  const asked: string[] = [];
  const round = meters.map((meter) => {
    const at = meter.id === 'touched-long-ago' ? now - 5 * daySeconds : now;
    return { meter, span: { from: at, to: at } };
  });
  const store = await readAhead(
    {
      ...books.store,
      seriesOf: (meter) => (asked.push(`series of ${meter}`), books.store.seriesOf(meter)),
      readings: (name, period, limit) => (asked.push(name.meter), books.store.readings(name, period, limit)),
    },
    round,
    now,
  );
  for (const { meter, span } of round) {
    const names = await store.seriesOf(meter.id);
    expect(names).toEqual(await books.store.seriesOf(meter.id));
    for (const name of names) {
      const period = firstPeriod(name, meter, span, now) ?? { from: span.from, to: span.to + 1 };
      expect(await store.readings(name, period, 1_000)).toEqual(await books.store.readings(name, period, 1_000));
      expect(await store.readings(name, period, 2)).toEqual(await books.store.readings(name, period, 2));
    }
  }
  // A span of long ago is looked at by counting, not by time.
  expect(asked).toEqual(['touched-long-ago', 'touched-long-ago']);
  const wide = { from: now - 30 * daySeconds, to: now + 1 };
  expect(await store.readings(register('each-minute'), wide, 1_000)).toHaveLength(300);
  expect(asked.splice(0)).toEqual(['touched-long-ago', 'touched-long-ago', 'each-minute']);
});

test('a series of more readings than may be held at hand is asked for when its turn comes', async () => {
  const chatty = madeMeter({ id: 'each-second' });
  const quiet = madeMeter({ id: 'quiet' });
  const seconds = Array.from({ length: 7_000 }, (_, i) => ({
    ...register('each-second'),
    at: now - i,
    value: 7_000 - i,
  }));
  const rows = [...seconds, { ...register('quiet'), at: now, value: 1 }];
  await books.store.write(rows.map((row): Reading => ({ ...row, period: 0, received: now })));
  const span = { from: now, to: now };
  const store = await readAhead(
    books.store,
    [chatty, quiet].map((meter) => ({ meter, span })),
    now,
  );
  expect(await store.readings(register('each-second'), { from: now - 7_200, to: now + 1 }, 10_000)).toHaveLength(7_000);
  expect(await store.readings(register('quiet'), span, 10)).toEqual([]);
  expect(await store.readings(register('quiet'), { from: now, to: now + 1 }, 10)).toHaveLength(1);
});
