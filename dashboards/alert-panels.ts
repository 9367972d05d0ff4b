import { choicesOf, tagVariable } from './every-board.ts';
import type { Query, Variable } from './panel.ts';
import { countThat } from './place-figures.ts';

/** What panels of alerts share: the chosen ones, and how many fit. */

/** The chosen sites and families. */
export const ofAlerts = `"site" =~ /^$site$/ AND "family" =~ /^$family$/`;

/** An alert is one point at the second at which it was raised, so that what is open is all that says so. */
const isOpen = '"live" = 1';
export const openAlerts = `${ofAlerts} AND ${isOpen}`;

export const chosenAlerts: readonly Variable[] = [
  ...choicesOf('organisation', 'site'),
  tagVariable('alert', 'family', 'Of', 'WHERE "site" =~ /^$site$/'),
];

/** How many are open and fit; where none does it is a 0, as long as there was ever an alert. */
export function openThat(fit: string): Pick<Query, 'series' | 'influxql'> {
  return countThat('alert', 'live', { there: ofAlerts, fit: `${isOpen} AND ${fit}` });
}
