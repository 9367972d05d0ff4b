import { setImmediate } from 'node:timers/promises';
import { limits } from '../domain/limits.ts';
import type { ShownPoint } from '../domain/series.ts';
import type { ReadingStore } from '../store/reading-store.ts';

/** Writes points for dashboards, so many at once that others have their turn between. Rejects as the store does. */
export async function writeShown(
  store: Pick<ReadingStore, 'writeShown'>,
  points: readonly ShownPoint[],
): Promise<void> {
  for (let i = 0; i < points.length; i += limits.figuresPerWrite) {
    await store.writeShown?.(points.slice(i, i + limits.figuresPerWrite));
    await setImmediate();
  }
}
