import type { Meter } from '../estate/estate.ts';
import type { Reading, ReadingQuantity } from './reading.ts';
import { readingQuantities } from './reading.ts';
import type { EpochSeconds } from '../time.ts';
import { quantityOf } from '../units.ts';

/**
 * Fuel that has no meter: what was burnt is what was delivered less what is still in the tank. The dips become readings
 * of a register that starts at 0 with the first dip: delivered since then + first stock − stock now. A delivery of the
 * same instant as a dip is taken to be in the tank already; deliveries before the first dip are in its stock. Without
 * dips nothing can be said, so a list of deliveries alone gives no readings. A dip that shows more than can be there
 * makes the register fall, which derivation marks.
 */
export function readingsFromStock(meter: Pick<Meter, 'id' | 'unit' | 'deliveries' | 'stock'>): Reading[] {
  const quantity = readingQuantities.find((name): name is ReadingQuantity => name === quantityOf(meter.unit));
  if (quantity === undefined) return [];
  const dips = inOrder(meter.stock ?? []);
  const deliveries = inOrder(meter.deliveries ?? []);
  const first = dips[0];
  if (first === undefined) return [];
  let delivered = first.quantity;
  let next = deliveries.findIndex((delivery) => delivery.at > first.at);
  if (next < 0) next = deliveries.length;
  return dips.map((dip) => {
    for (
      let delivery = deliveries[next];
      delivery !== undefined && delivery.at <= dip.at;
      delivery = deliveries[next]
    ) {
      delivered += delivery.quantity;
      next++;
    }
    const value = Math.max(0, delivered - dip.quantity);
    return { meter: meter.id, quantity, kind: 'register', at: dip.at, value, period: 0, received: dip.at };
  });
}

function inOrder(list: readonly { readonly at: string; readonly quantity: number }[]): {
  readonly at: EpochSeconds;
  readonly quantity: number;
}[] {
  return list
    .map(({ at, quantity }) => ({ at: Math.floor(Date.parse(at) / 1000), quantity }))
    .sort((a, b) => a.at - b.at);
}
