import type { Costed } from '../domain/tariffs/not-costed.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import type { costPlaces } from './contract/costs.ts';
import type { View } from './view.ts';

/** A supply point, or those of a site and utility. */
export interface CostedPlace<P extends PlacedPoint> {
  readonly id: string;
  readonly name: string;
  readonly isSite: boolean;
  readonly utility: PlacedPoint['point']['utility'];
  readonly points: readonly P[];
  /** Ids of supply points of which nothing can be said. */
  readonly without: readonly string[];
}

/** Supply points, or those of a site and utility together, in the order of their ids. */
export function placesOf<P extends PlacedPoint>(
  view: View,
  { costed, notCosted }: Costed<PlacedPoint, P>,
  by: (typeof costPlaces)[number],
): CostedPlace<P>[] {
  const isSite = by === 'site';
  const all = [
    ...costed.map((one) => ({ point: one.point, site: one.site, points: [one], without: [] as string[] })),
    ...notCosted.map(({ point: { point, site } }) => ({ point, site, points: [] as P[], without: [point.id] })),
  ].sort((a, b) => (a.point.id < b.point.id ? -1 : 1));
  const groups = Map.groupBy(all, ({ site, point }) => (isSite ? `${site} ${point.utility}` : point.id));
  return [...groups.values()].flatMap((group): CostedPlace<P>[] => {
    const [first] = group;
    if (!first) return [];
    const { site, point } = first;
    return [
      {
        id: isSite ? site : point.id,
        name: view.sites.get(site)?.name ?? site,
        isSite,
        utility: point.utility,
        points: group.flatMap(({ points }) => points),
        without: group.flatMap(({ without }) => without),
      },
    ];
  });
}
