import type { Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import {
  type Reading,
  type ReadingKind,
  type ReadingQuantity,
  readingKinds,
  readingQuantities,
} from '../domain/readings/reading.ts';
import { baseUnitOf, quantityOf, type Unit } from '../domain/units.ts';
import type { HighWater, StateStore } from '../store/state-store.ts';

/** The newest reading of one series. */
export interface Heard extends Pick<Reading, 'meter' | 'quantity' | 'kind' | 'at' | 'value' | 'received'> {}

/** The newest reading of every series, brought up to date each time it is asked. */
export interface HeardBook {
  of(meter: string): readonly Heard[];
  refresh(): void;
}

/** Follows the high-water marks: only what changed since the last look is read. One entry for each series there is. */
export function followHeard(state: StateStore): HeardBook {
  const book = new Map<string, Map<string, Heard>>();
  let sequence = 0;
  const refresh = (): void => {
    for (;;) {
      const changes = state.heardSince(sequence, limits.streamChanges);
      for (const mark of changes.list) enter(book, mark);
      sequence = changes.sequence;
      if (changes.list.length < limits.streamChanges) return;
    }
  };
  return { refresh, of: (meter) => [...(book.get(meter)?.values() ?? [])] };
}

function enter(book: Map<string, Map<string, Heard>>, mark: HighWater): void {
  const heard = heardOf(mark);
  if (!heard) return;
  const own = book.get(heard.meter) ?? new Map<string, Heard>();
  book.set(heard.meter, own);
  own.set(mark.series, heard);
}

/** A high-water mark with its series' name taken apart; undefined when the name is not one of ours. */
export function heardOf(mark: HighWater): Heard | undefined {
  const [meter = '', quantityName, kindName] = mark.series.split('/');
  const quantity = readingQuantities.find((known): known is ReadingQuantity => known === quantityName);
  const kind = readingKinds.find((known): known is ReadingKind => known === kindName);
  if (quantity === undefined || kind === undefined) return undefined;
  return { meter, quantity, kind, at: mark.at, value: mark.value, received: mark.received };
}

/**
 * The unit a kept reading is in: registers and intervals in the unit of the meter's face, instants in the base unit
 * of what they measure (see `Reading.value`).
 */
export function unitOfReading(meter: Meter, reading: Pick<Reading, 'quantity' | 'kind'>): Unit {
  const faceUnit = reading.kind !== 'instant' && quantityOf(meter.unit) === reading.quantity;
  return faceUnit ? meter.unit : baseUnitOf(reading.quantity);
}
