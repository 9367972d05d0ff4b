import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reading } from '../../domain/readings/reading.ts';
import { utcDateOf } from '../../domain/time.ts';
import { Booking, type Books } from '../../ingest/booking.ts';
import { SeriesMarks } from '../../ingest/series-marks.ts';
import { Killed, openBooks, type TestBooks } from './books.ts';

/** Members of a shared subscription book readings of the same series, each with its own view of the marks. */
const start = Date.parse('2026-11-23T12:00:00Z') / 1000;
let books: TestBooks;
beforeAll(async () => {
  books = await openBooks(() => start);
});
afterAll(() => books.close());

const member = (state: Books['state'] = books.state): Books => ({
  store: books.store,
  state,
  marks: new SeriesMarks(books.state),
  shared: true,
});

/** Books readings of a meter, each a minute after the last. */
async function book(on: Books, meter: string, minutes: readonly number[]): Promise<void> {
  const booking = new Booking(on, 'may');
  for (const minute of minutes) {
    const at = start + 60 * minute;
    const reading: Reading = {
      meter,
      quantity: 'energy',
      kind: 'register',
      at,
      value: minute,
      period: 0,
      received: at,
    };
    booking.addCounted([reading], [], []);
  }
  await booking.settle();
}

const readingsOf = (meter: string) =>
  books.state.ledger({ from: utcDateOf(start), to: '2027-01-01' }, [meter])[0]?.readings;

test('what a killed member wrote is counted once, as stored, though another moved the mark past it', async () => {
  const dying = new Proxy(books.state, {
    get(target, key) {
      if (key === 'commit')
        return () => {
          throw new Killed('before the commit');
        };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await expect(book(member(dying), 'm', [1, 4])).rejects.toThrow('before the commit');
  await book(member(), 'm', [2, 5]);
  // Started again, the first is sent what it never acknowledged.
  await book(member(), 'm', [1, 4]);
  expect(readingsOf('m')).toMatchObject({ decoded: 4, stored: 4, repeated: 0 });
  // Nothing of it is left, so that a true repeat is one.
  await book(member(), 'm', [1, 4, 5]);
  expect(readingsOf('m')).toMatchObject({ decoded: 7, stored: 4, repeated: 3 });
});
