import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ShownPoint } from '../../domain/series.ts';
import { Booking } from '../../ingest/booking.ts';
import { SeriesMarks } from '../../ingest/series-marks.ts';
import { ShownBooks } from '../../ingest/shown-books.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeEstate, madeMeter } from './made-meter.ts';

const at = (iso: string): number => Date.parse(iso) / 1000;
const estate = madeEstate([madeMeter({ id: 'one', topic: 't', decoder: 'number' }), madeMeter({ id: 'two' })]);
let books: TestBooks;
let written: ShownPoint[];
let now = at('2026-03-20T12:00:00Z');
beforeEach(async () => {
  now = at('2026-03-20T12:00:00Z');
  books = await openBooks(() => now);
  written = [];
});
afterEach(() => books.close());

function shown(): ShownBooks {
  const writeShown = (points: readonly ShownPoint[]): Promise<void> => {
    written.push(...points);
    return Promise.resolve();
  };
  return new ShownBooks({ writeShown }, books.state);
}

async function hear(meter: string, received: number, value: number): Promise<void> {
  const { store, state } = books;
  const booking = new Booking({ store, state, marks: new SeriesMarks(state) }, 'never');
  const message = { topic: 't', payload: Buffer.from(''), qos: 1, retained: false, received } as const;
  const reading = { meter, quantity: 'energy', kind: 'register', at: received, value, period: 0, received } as const;
  booking.addMessage(message, { meter, outcome: 'decoded', readings: [reading], refusals: [], problem: undefined });
  await booking.settle();
}

const ledgers = () =>
  written.flatMap((point) =>
    point.series === 'ledger_day'
      ? [
          [
            point.tags.meter,
            point.tags.site,
            new Date(point.at * 1000).toISOString().slice(0, 10),
            point.fields,
          ] as const,
        ]
      : [],
  );

test('ledgers of the past are caught up once, the last days follow, and nothing is written twice', async () => {
  await hear('one', at('2025-11-03T10:00:00Z'), 1);
  await hear('one', now - 60, 2);
  await hear('unregistered', now - 60, 2);
  const books1 = shown();
  await books1.look(estate, now);
  expect(ledgers().map(([meter, site, day]) => [meter, site, day])).toEqual([
    ['one', 'a-site', '2025-11-03'],
    ['one', 'a-site', '2026-03-20'],
    ['unregistered', 'unregistered', '2026-03-20'],
  ]);
  expect(ledgers()[1]?.[3]).toMatchObject({ messages_received: 1, messages_decoded: 1, readings_stored: 1 });
  written = [];
  await hear('one', now, 3);
  await books1.look(estate, now + 30);
  expect(written).toEqual([]);
  await books1.look(estate, now + 60);
  expect(ledgers().map(([meter, , day, fields]) => [meter, day, fields.messages_received])).toEqual([
    ['one', '2026-03-20', 2],
  ]);
  written = [];
  await shown().look(estate, now + 120);
  expect(ledgers().map(([, , day]) => day)).toEqual(['2026-03-20', '2026-03-20']);
});

test('each meter says once a day whether it should have been heard by now', async () => {
  await hear('one', now - 7 * 3_600, 1);
  const books1 = shown();
  await books1.look(estate, now);
  const heard = () =>
    written.flatMap((point) => (point.series === 'heard_day' ? [[point.tags.meter, point.fields]] : []));
  expect(heard()).toEqual([
    ['one', { last_heard_s: now - 7 * 3_600, last_heard_known: 1, overdue: 1 }],
    ['two', { last_heard_s: 0, last_heard_known: 0, overdue: 1 }],
  ]);
  written = [];
  await hear('one', now, 2);
  await books1.look(estate, now + 60);
  expect(heard()).toEqual([['one', { last_heard_s: now, last_heard_known: 1, overdue: 0 }]]);
});

test('where no dashboard can read the store, nothing is copied', async () => {
  await new ShownBooks({ writeShown: undefined }, books.state).look(estate, now);
  expect(books.state.recall('shown-days')).toBeUndefined();
});
