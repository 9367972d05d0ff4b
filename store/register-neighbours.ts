import type { Meter } from '../domain/estate/estate.ts';
import type { RegisterNeighbours } from '../domain/readings/manual-read.ts';
import { type ReadingQuantity, readingQuantities } from '../domain/readings/reading.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { quantityOf } from '../domain/units.ts';
import type { ReadingStore } from './reading-store.ts';

/** The register readings next to an instant, which what a person read then must fit. */
export async function registerNeighbours(
  store: Pick<ReadingStore, 'before' | 'from'>,
  meter: Meter,
  at: EpochSeconds,
): Promise<RegisterNeighbours> {
  const quantity = readingQuantities.find((name): name is ReadingQuantity => name === quantityOf(meter.unit));
  if (quantity === undefined) return { before: undefined, after: undefined };
  const series = { meter: meter.id, quantity, kind: 'register' } as const;
  const [[before], [after]] = await Promise.all([store.before(series, at, 1), store.from(series, at + 1, 1)]);
  return { before, after };
}
