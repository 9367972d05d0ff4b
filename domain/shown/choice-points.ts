import type { Estate } from '../estate/estate.ts';
import type { ShownPoint } from '../series.ts';
import { dateOf, type EpochSeconds, monthOf, startOfDay } from '../time.ts';

/** Where nothing is: no building, no meter. */
const none = 'none';

/**
 * What can be chosen on boards: each meter under its building, site and organisation; and buildings and sites without
 * a meter.
 */
export function choicePoints({ sites, meters }: Pick<Estate, 'sites' | 'meters'>, now: EpochSeconds): ShownPoint[] {
  const at = startOfDay(monthOf(dateOf(now)));
  const bySite = Map.groupBy(meters.values(), ({ site }) => site);
  return [...sites.values()].flatMap(({ id: site, organisation, buildings }) => {
    const metered = (bySite.get(site) ?? []).map(({ id: meter, building = none, utility }) => {
      return { organisation, site, building, utility, meter };
    });
    const bare = buildings.map(({ id }) => id).filter((id) => !metered.some(({ building }) => building === id));
    const others = metered.length + bare.length > 0 ? bare : [none];
    const unmetered = others.map((building) => ({ organisation, site, building, utility: none, meter: none }));
    const all = [...metered, ...unmetered];
    return all.map((tags): ShownPoint => ({ series: 'place', tags, fields: { listed: 1 }, at }));
  });
}
