import { type Booked, Booking, type Books } from './booking.ts';
import { type ReadingColumns, readingsOf } from './reading-columns.ts';

/** Books readings that came as columns and not as messages. */
export async function bookColumns(books: Books, columns: ReadingColumns): Promise<Booked> {
  const booking = new Booking(books, 'never');
  booking.addCounted(readingsOf(columns), [], []);
  return await booking.settle();
}
