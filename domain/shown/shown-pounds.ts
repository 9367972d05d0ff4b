import { above } from '../energy/counted-meters.ts';
import type { Estate, Meter } from '../estate/estate.ts';
import { placedPoints } from '../tariffs/placed-point.ts';

/**
 * Which meters' pounds whoever opens a dashboard may see: pounds over kWh are a price, and of a price the supply point
 * decides that is paid by (`publish_costs`). Where none pays, nobody's price is told.
 */
export function poundsShown(estate: Estate): (meters: readonly string[]) => boolean {
  const points = placedPoints(estate);
  const byMeter = Map.groupBy(points, ({ point }) => point.meter);
  const payersOf = (meter: Meter) => {
    for (const { id } of [meter, ...above(estate, meter)]) {
      const own = byMeter.get(id);
      if (own) return own;
    }
    const ofSite = points.filter(({ site }) => site === meter.site);
    const ofUtility = ofSite.filter(({ point }) => point.utility === meter.utility);
    // What nothing pays for by itself, such as heat, is made of what the site pays for.
    return ofUtility.length > 0 ? ofUtility : ofSite;
  };
  // Of a meter that has left the register nobody knows any more who paid for it.
  return (ids) =>
    ids.every((id) => {
      const meter = estate.meters.get(id);
      return meter !== undefined && payersOf(meter).every(({ point }) => point.publish_costs);
    });
}
