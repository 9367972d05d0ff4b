import { influxql } from './influxql.ts';
import type { Board, Variable } from './panel.ts';

/** What more than one board has: the site that is chosen, and the way to the others. */

/** What each board is called; the uids are stable for ever. */
export const named = {
  estateLive: { title: 'Estate live', uid: 'meterhouse-estate-live' },
  site: { title: 'Site', uid: 'meterhouse-site' },
  meter: { title: 'Meter', uid: 'meterhouse-meter' },
  intensity: { title: 'Intensity', uid: 'meterhouse-intensity' },
  carbon: { title: 'Carbon and renewable supply', uid: 'meterhouse-carbon' },
  tariffs: { title: 'Tariffs', uid: 'meterhouse-tariffs' },
  fourStepPlan: { title: 'Four-step plan', uid: 'meterhouse-four-step-plan' },
  abnormalUsage: { title: 'Abnormal usage', uid: 'meterhouse-abnormal-usage' },
  dataQuality: { title: 'Data quality', uid: 'meterhouse-data-quality' },
} as const;

/** Links to other boards, in this order. */
export function linksTo(...names: readonly (keyof typeof named)[]): Board['links'] {
  return names.map((name) => named[name]);
}

/** Choices of a tag of a series, of which several may be chosen. */
export function tagVariable(series: Variable['series'], name: string, label: string, where = ''): Variable {
  const statement = influxql`SHOW TAG VALUES FROM "${series}" WITH KEY = "${name}" ${where}`;
  return { name, label, series, influxql: statement, several: true };
}

export const chosenSites = tagVariable('day_site', 'site', 'Site');
export const chosenSite: Variable = { ...chosenSites, several: false };
