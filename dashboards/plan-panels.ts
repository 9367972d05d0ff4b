import { choicesOf, tagVariable } from './every-board.ts';
import { influxql } from './influxql.ts';
import type { Query, Variable } from './panel.ts';
import { countThat } from './place-figures.ts';

/** What panels of the four-step plan share: the chosen sites, and which points are of now. */

/** A month is written over until it ends: where sites stand now is never longer ago than this. */
const lately = 'time > now() - 32d AND time <= now()';

/** Sites as they stand now. Their buildings are rows of their own. */
export const standingSites = `"kind" = 'site' AND "site" =~ /^$site$/ AND ${lately}`;
export const standingBuildings = influxql`"kind" = 'building' AND "site" =~ /^$site$/
  AND "place" =~ /^$building$/ AND ${lately}`;
export const standingPlaces = `"site" =~ /^$site$/ AND ${lately}`;

/** What stands in the register of the chosen sites, whatever the time range. */
export const ofPlan = `"listed" = 1 AND "site" =~ /^$site$/`;
export const toCome = `${ofPlan} AND "planned" = 1`;

/** One way: of several organisations, targets or baselines one would see what nobody reports. */
export const ofWay = influxql`"listed" = 1 AND "organisation" =~ /^$way$/ AND "target" =~ /^$target$/
  AND "baseline" =~ /^$baseline$/`;

const oneWay = (name: string, tag: string, label: string, where: string): Variable => ({
  ...tagVariable('plan_trajectory', tag, label, where),
  name,
  several: false,
});

export const chosenPlan: readonly Variable[] = [
  ...choicesOf('organisation', 'site', 'building'),
  oneWay('way', 'organisation', 'Target of', 'WHERE "organisation" =~ /^$organisation$/'),
  oneWay('target', 'target', 'Target', 'WHERE "organisation" =~ /^$way$/'),
  oneWay('baseline', 'baseline', 'From', 'WHERE "organisation" =~ /^$way$/ AND "target" =~ /^$target$/'),
];

/** How many fit; where none does it is a 0, as long as something is listed at all. */
export function planCount(series: 'plan_measure' | 'plan_saving', fit: string): Pick<Query, 'series' | 'influxql'> {
  return countThat(series, 'listed', { there: ofPlan, fit });
}
