import type { Estate, Meter } from '../estate/estate.ts';
import { placedPoints } from '../tariffs/placed-point.ts';

/**
 * Which meters' pounds whoever opens a dashboard may see: pounds over kWh are a price, and of a price the supply point
 * decides that is paid by (`publish_costs`). What no supply point pays for has the price that the estate states.
 */
export function poundsShown(estate: Estate): (meters: readonly string[]) => boolean {
  const points = placedPoints(estate);
  const byMeter = Map.groupBy(points, ({ point }) => point.meter);
  const payersOf = (meter: Meter | undefined) => {
    // A register has no circles, but a broken one must not hang us.
    for (let at = meter, steps = 0; at && steps < 32; steps++) {
      const own = byMeter.get(at.id);
      if (own) return own;
      at = at.parent === undefined ? undefined : estate.meters.get(at.parent);
    }
    return points.filter(({ point, site }) => site === meter?.site && point.utility === meter.utility);
  };
  return (meters) => meters.every((id) => payersOf(estate.meters.get(id)).every(({ point }) => point.publish_costs));
}
