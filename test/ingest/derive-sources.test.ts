import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { addDays, dayPeriod } from '../../domain/time.ts';
import { Booking } from '../../ingest/booking.ts';
import { Deriver } from '../../ingest/derive.ts';
import { SeriesMarks } from '../../ingest/series-marks.ts';
import { estateOf } from '../domain/small-estate.ts';
import { openBooks, type TestBooks } from './books.ts';

const now = Date.parse('2026-03-10T12:00:00Z') / 1000;
const log = pino({ level: 'silent' });
let books: TestBooks;
beforeEach(async () => {
  books = await openBooks(() => now);
});
afterEach(() => books.close());

const precedence = [{ from: '2026-01-01', order: ['main', 'file', 'invoice'] }];
const register = (change: object = { precedence }): Estate =>
  estateOf([
    {
      id: 'site',
      meters: [
        { id: 'main', topic: 'a', decoder: 'number', ...change },
        { id: 'file', source_of: 'main' },
        { id: 'invoice', source_of: 'main' },
      ],
    },
  ]);

async function book(readings: readonly Reading[]): Promise<void> {
  const booking = new Booking({ ...books, marks: new SeriesMarks(books.state) }, 'never');
  booking.addCounted(readings, [], []);
  await booking.settle();
}

async function derive(estate: Estate): Promise<void> {
  const { store, state } = books;
  const deriver = new Deriver({ store, state, estate, clock: () => now * 1000, log, holder: 'd' });
  await deriver.look();
  await deriver.look();
  expect(state.touched(10)).toEqual([]);
}

const energy = (meter: string, at: number, value: number, more: Partial<Reading> = {}): Reading => ({
  meter,
  quantity: 'energy',
  kind: 'interval',
  at,
  value,
  period: 1800,
  received: now,
  ...more,
});
/** Half-hours of a London day, by their number from 0. */
const dayOf = (meter: string, date: string, from: number, to: number, value: number, more: Partial<Reading> = {}) =>
  Array.from({ length: to - from }, (_, k) => energy(meter, dayPeriod(date).from + (from + k) * 1800, value, more));
const rulesOf = async (meter: string, date: string) =>
  (await books.store.halfHours([meter], dayPeriod(date)))
    .filter(({ quality }) => quality !== 'missing')
    .map(({ quality, rule }) => `${quality} ${rule}`);

describe('a meter point with several sources', () => {
  test('takes each half-hour from the one that knows it, and keeps what each of them says', async () => {
    await book([
      ...dayOf('main', '2026-03-02', 0, 20, 1),
      ...dayOf('file', '2026-03-02', 10, 30, 2),
      ...dayOf('file', '2026-03-02', 30, 40, 3, { kind: 'estimate' }),
    ]);
    await derive(register());
    const rules = await rulesOf('main', '2026-03-02');
    expect(rules.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'measured interval'));
    expect(rules.slice(20, 30)).toEqual(Array.from({ length: 10 }, () => 'measured source-2'));
    expect(rules.slice(30, 40)).toEqual(Array.from({ length: 10 }, () => 'estimated source-2'));
    const days = await books.store.days(['main', 'main.own', 'file'], dayPeriod('2026-03-02'));
    expect(Object.fromEntries(days.map((day) => [day.meter, day.energy]))).toEqual({
      main: 20 * 1 + 10 * 2 + 10 * 3,
      'main.own': 20,
      file: 20 * 2 + 10 * 3,
    });
  });

  test('actual replaces estimated when it comes, from whichever source', async () => {
    await book(dayOf('main', '2026-03-02', 0, 4, 5, { kind: 'estimate' }));
    await derive(register());
    expect(await rulesOf('main', '2026-03-02')).toEqual(
      Array.from({ length: 4 }, () => 'estimated collector-estimate'),
    );
    await book(dayOf('file', '2026-03-02', 0, 4, 6));
    await derive(register());
    expect(await rulesOf('main', '2026-03-02')).toEqual(Array.from({ length: 4 }, () => 'measured source-2'));
  });

  test('a month of the invoice gives the days that nobody measured their total', async () => {
    const register2 = (at: number, value: number) => energy('invoice', at, value, { kind: 'register', period: 0 });
    const [from, to] = [dayPeriod('2026-02-01').from, dayPeriod('2026-03-01').from];
    const days = Array.from({ length: 26 }, (_, k) => dayOf('main', addDays('2026-02-01', k), 0, 48, 1)).flat();
    await book([...days, register2(from, 1_000), register2(to, 1_000 + 28 * 48)]);
    await derive(register());
    const gaps = books.state.gaps(['main'], { from, to });
    expect(gaps).toMatchObject([{ from: dayPeriod('2026-02-27').from, to, energy: 2 * 48 }]);
    const [sums] = await books.store.sumDays(['main'], [from, to]);
    expect(sums).toMatchObject({ energy: 28 * 48, missingHalfHours: 2 * 48 });
  });

  test('a changed precedence is derived again', async () => {
    await book([...dayOf('main', '2026-03-02', 0, 4, 1), ...dayOf('file', '2026-03-02', 0, 4, 2)]);
    await derive(register());
    expect(await rulesOf('main', '2026-03-02')).toEqual(Array.from({ length: 4 }, () => 'measured interval'));
    await derive(register({ precedence: [{ from: '2026-01-01', order: ['file', 'main'] }] }));
    expect(await rulesOf('main', '2026-03-02')).toEqual(Array.from({ length: 4 }, () => 'measured source-1'));
    await derive(register({}));
    expect(await rulesOf('main', '2026-03-02')).toEqual(Array.from({ length: 4 }, () => 'measured interval'));
  });
});
