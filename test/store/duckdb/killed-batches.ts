import type { Reading } from '../../../domain/readings/reading.ts';
import type { StoredHalfHour } from '../../../store/reading-store.ts';
import { halfHour, noon, reading } from '../contract/samples.ts';

/** How many readings a batch has that no other batch has. */
export const newReadings = 200;

/** New readings, late ones, and one identity that every batch writes again with its own number. */
export function batchOf(number: number): Reading[] {
  const fresh = Array.from({ length: newReadings }, (_, i) =>
    reading(`killed-${i % 10}`, noon + number * 600 + Math.floor(i / 10) * (i % 3 === 0 ? -1_000_000 : 1), number),
  );
  return [...fresh, reading('killed-again', noon, number)];
}

/** One new half-hour, and the one before rewritten. */
export function halfHoursOf(number: number): StoredHalfHour[] {
  return [number - 1, number].map((n) => halfHour('killed-half-hours', noon + n * 1800, { energy: number }));
}
