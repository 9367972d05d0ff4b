import { dayWeightedArea } from '../energy/area.ts';
import type { Estate, Site } from '../estate/estate.ts';
import type { Period } from '../time.ts';
import type { SignOff } from './sign-off.ts';

/** What the register says otherwise of the sites and meters of a signed figure, a sentence each. */

type Areas = Pick<Site, 'gross_internal_area_m2' | 'buildings'>;

/** The areas of a site and its buildings, by the id of the place. */
function areasOf(site: Site | undefined): Map<string, Site['gross_internal_area_m2']> {
  const places = site ? [{ id: site.id, list: site.gross_internal_area_m2 }] : [];
  const buildings = (site?.buildings ?? []).map(({ id, gross_internal_area_m2: list = [] }) => ({ id, list }));
  return new Map([...places, ...buildings].map(({ id, list }) => [id, list]));
}

export function changedAreas(then: Estate, now: Estate, sites: readonly string[], period: Period): string[] {
  return sites.flatMap((id) => {
    const [before, after] = [areasOf(then.sites.get(id)), areasOf(now.sites.get(id))];
    return [...before].flatMap(([place, list]) => {
      const fresh = after.get(place);
      if (fresh === undefined || JSON.stringify(fresh) === JSON.stringify(list)) return [];
      const [was, is] = [list, fresh].map((dated) => dayWeightedArea(dated, period, then.sites.get(id)).area);
      return [`${place}: ${was ?? 'unknown'} m² is now ${is ?? 'unknown'} m², weighted by the days of the period`];
    });
  });
}

/** A register with the areas of another one, where both have the place. */
export function withAreasOf(then: Estate, now: Estate): Estate {
  const sites = [...then.sites].map(([id, site]): [string, Site] => {
    const fresh = now.sites.get(id);
    if (!fresh) return [id, site];
    const byId = new Map(fresh.buildings.map((building) => [building.id, building.gross_internal_area_m2]));
    const areas: Areas = {
      gross_internal_area_m2: fresh.gross_internal_area_m2,
      buildings: site.buildings.map((building) => ({
        ...building,
        gross_internal_area_m2: byId.get(building.id) ?? building.gross_internal_area_m2,
      })),
    };
    return [id, { ...site, ...areas }];
  });
  return { ...then, sites: new Map(sites) };
}

/** The meters and sites of the figure that the register describes otherwise, joined it or left it. */
export function changedDescriptions(then: Estate, now: Estate, { sites, meters, asked }: SignOff): string[] {
  const ofSites = [...new Set([...sites, ...(asked.place.kind === 'estate' ? now.sites.keys() : [])])];
  const plain = (site: Site | undefined) =>
    site && JSON.stringify({ ...site, gross_internal_area_m2: 0, buildings: site.buildings.map(({ id }) => id) });
  const said = (kind: string, id: string, was: unknown, is: unknown): string[] => {
    if (was === is) return [];
    if (is === undefined) return [`${kind} ${id} left the register`];
    return [was === undefined ? `${kind} ${id} joined the register` : `${kind} ${id} is described otherwise`];
  };
  const inSites = [...now.meters.values()].filter(({ site }) => ofSites.includes(site)).map(({ id }) => id);
  return [
    ...ofSites.flatMap((id) => said('site', id, plain(then.sites.get(id)), plain(now.sites.get(id)))),
    ...[...new Set([...meters, ...inSites])].flatMap((id) =>
      said('meter', id, JSON.stringify(then.meters.get(id)), JSON.stringify(now.meters.get(id))),
    ),
  ];
}
