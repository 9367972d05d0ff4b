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
  abnormalUsage: { title: 'Abnormal usage', uid: 'meterhouse-abnormal-usage' },
  dataQuality: { title: 'Data quality', uid: 'meterhouse-data-quality' },
} as const;

/** Links to other boards, in this order. */
export function linksTo(...names: readonly (keyof typeof named)[]): Board['links'] {
  return names.map((name) => named[name]);
}

function siteVariable(several: boolean): Variable {
  return {
    name: 'site',
    label: 'Site',
    series: 'day_site',
    influxql: 'SHOW TAG VALUES FROM "day_site" WITH KEY = "site"',
    several,
  };
}

export const chosenSite = siteVariable(false);
export const chosenSites = siteVariable(true);
