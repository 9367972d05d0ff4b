import { tagVariable } from './every-board.ts';
import { influxql } from './influxql.ts';
import type { Annotation, Query, Variable } from './panel.ts';
import { countThat } from './place-figures.ts';

/** What panels of alerts share: the chosen ones, how many fit, and their marks beside curves. */

/** The chosen sites and families. */
export const ofAlerts = `"site" =~ /^$site$/ AND "family" =~ /^$family$/`;

/** An alert is one point at the second at which it was raised, so that what is open is all that says so. */
const isOpen = '"live" = 1';
export const openAlerts = `${ofAlerts} AND ${isOpen}`;

export const chosenAlerts: readonly Variable[] = [
  tagVariable('alert', 'site', 'Site'),
  tagVariable('alert', 'family', 'Of', 'WHERE "site" =~ /^$site$/'),
];

/** How many are open and fit; where none does it is a 0, as long as there was ever an alert. */
export function openThat(fit: string): Pick<Query, 'series' | 'influxql'> {
  return countThat('alert', 'live', { there: ofAlerts, fit: `${isOpen} AND ${fit}` });
}

const marks = [
  ['Alerts', 'red', 'began|raised|worsened|resumed|reopened|passed'],
  ['Alerts that are over', 'green', 'ended|closed|verified'],
] as const;

/** The moments of alerts as marks. */
export function marksOf(where: string): readonly Annotation[] {
  return marks.map(([name, color, events]) => ({
    name,
    color,
    series: 'alert_event',
    influxql: influxql`SELECT "title" AS "title", "says" AS "text", "family" AS "tags" FROM "alert_event"
      WHERE "event" =~ /^(${events})$/ AND ${where} AND $timeFilter`,
  }));
}
