import { type Estate, listed } from '../estate/estate.ts';
import type { SupplyPointEntry } from './register.ts';

/** A supply point and the site that its meter hangs on. */
export interface PlacedPoint {
  readonly point: SupplyPointEntry;
  readonly site: string;
}

/** The supply points of a register, or of what a caller may see of it, whose meter is in it; by id. */
export function placedPoints(estate: Pick<Estate, 'lists' | 'meters'>): PlacedPoint[] {
  return listed(estate, 'supply_points')
    .flatMap((point): PlacedPoint[] => {
      const meter = estate.meters.get(point.meter);
      return meter ? [{ point, site: meter.site }] : [];
    })
    .sort((a, b) => (a.point.id < b.point.id ? -1 : 1));
}
