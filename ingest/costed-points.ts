import { costSeries } from '../domain/cost-series.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import type { PointTags } from '../domain/shown/cost-points.ts';
import { pricesOf } from '../domain/tariffs/charges.ts';
import { type PlacedPoint, placedPoints } from '../domain/tariffs/placed-point.ts';
import { publishedCharges } from '../domain/tariffs/published.ts';
import type { Tariff } from '../domain/tariffs/register.ts';
import { digest } from './estate-changes.ts';

/** A supply point, the tags that it is published under, and what its costs follow: meters and price series. */
export interface CostedPoint {
  readonly placed: PlacedPoint;
  readonly tags: PointTags;
  readonly rests: ReadonlySet<string>;
}

/** The supply points of a register whose costs are to be published, by id. */
export function costedPoints(estate: Estate): Map<string, CostedPoint> {
  const passedOn = listed(estate, 'published_charges').flatMap(({ rows }) => rows.flatMap(({ charges }) => charges));
  const wanted = placedPoints(estate).filter(({ point }) => point.publish_costs);
  const all = wanted.map((placed): [string, CostedPoint] => {
    const { point, site } = placed;
    const organisation = estate.sites.get(site)?.organisation ?? '';
    const tags = { supply_point: point.id, site, organisation, utility: point.utility };
    const prices = [...tariffsOf(estate, placed).flatMap(({ charges }) => charges), ...passedOn].flatMap(pricesOf);
    const rests = [point.meter, ...(point.reactive_meters ?? []), ...prices.map(({ series }) => series)];
    return [point.id, { placed, tags, rests: new Set(rests) }];
  });
  return new Map(all);
}

function tariffsOf(estate: Estate, { point }: PlacedPoint): Tariff[] {
  const named = new Set(point.contracts.map(({ tariff }) => tariff));
  return listed(estate, 'tariffs').filter(({ id }) => named.has(id));
}

/** A digest of all but the store that the costs of a supply point rest on: its part of the register, and the series. */
export function basisOf(estate: Estate, { placed, tags, rests }: CostedPoint): string {
  const meters = [...rests].map((id) => estate.meters.get(id) ?? estate.observed?.get(id));
  const { point, site } = placed;
  const returned = [estate.sites.get(site)?.share_returned_to_sewer, estate.reporting?.share_returned_to_sewer];
  const published = [listed(estate, 'published_charges'), publishedCharges()];
  return digest([point, tags, meters, tariffsOf(estate, placed), published, returned, costSeries]);
}
