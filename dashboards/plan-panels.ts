import { tagVariable } from './every-board.ts';
import { influxql } from './influxql.ts';
import type { Annotation, Query, Variable } from './panel.ts';
import { countThat } from './place-figures.ts';

/** What panels of the four-step plan share: the chosen sites, which points are of now, and the marks of measures. */

/** A month is written over until it ends: where sites stand now is never longer ago than this. */
const lately = 'time > now() - 32d AND time <= now()';

/** Sites as they stand now. Their buildings are rows of their own. */
export const standingSites = `"kind" = 'site' AND "site" =~ /^$site$/ AND ${lately}`;
export const standingBuildings = `"kind" = 'building' AND "site" =~ /^$site$/ AND ${lately}`;
export const standingPlaces = `"site" =~ /^$site$/ AND ${lately}`;

/** What stands in the register of the chosen sites, whatever the time range. */
export const ofPlan = `"listed" = 1 AND "site" =~ /^$site$/`;
export const toCome = `${ofPlan} AND "planned" = 1`;

/** One way: of several organisations, targets or baselines one would see what nobody reports. */
export const ofWay = influxql`"listed" = 1 AND "organisation" =~ /^$organisation$/ AND "target" =~ /^$target$/
  AND "baseline" =~ /^$baseline$/`;

const oneWay = (name: string, label: string, where?: string): Variable => ({
  ...tagVariable('plan_trajectory', name, label, where),
  several: false,
});

export const chosenPlan: readonly Variable[] = [
  oneWay('organisation', 'Organisation'),
  oneWay('target', 'Target', 'WHERE "organisation" =~ /^$organisation$/'),
  oneWay('baseline', 'From', 'WHERE "organisation" =~ /^$organisation$/ AND "target" =~ /^$target$/'),
  tagVariable('plan_step', 'site', 'Site'),
];

/** How many fit; where none does it is a 0, as long as something is listed at all. */
export function planCount(series: 'plan_measure' | 'plan_saving', fit: string): Pick<Query, 'series' | 'influxql'> {
  return countThat(series, 'listed', { there: ofPlan, fit });
}

/** Works, and what else changed the use of meters, as marks beside curves. */
export function measureMarks(where: string): Annotation {
  return {
    name: 'Measures and other changes',
    color: 'blue',
    series: 'plan_event',
    influxql: influxql`SELECT "title" AS "title", "says" AS "text", "event" AS "tags" FROM "plan_event"
      WHERE "listed" = 1 AND ${where} AND $timeFilter`,
  };
}
