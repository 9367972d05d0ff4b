import { influxql } from './influxql.ts';
import type { Variable } from './panel.ts';

/** What more than one board has: what can be chosen, and the way to the others. */

/** What each board is called, in the order in which each links to the others; the uids are stable for ever. */
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
  itself: { title: 'Meterhouse itself', uid: 'meterhouse-itself' },
} as const;

/** Choices of a tag of a series, of which several may be chosen. */
export function tagVariable(series: Variable['series'], name: string, label: string, where = ''): Variable {
  const statement = influxql`SHOW TAG VALUES FROM "${series}" WITH KEY = "${name}" ${where}`;
  return { name, label, series, influxql: statement, several: true };
}

const places = {
  organisation: 'Organisation',
  site: 'Site',
  utility: 'Utility',
  building: 'Building',
  meter: 'Meter',
} as const;
type Place = keyof typeof places;

/**
 * What can be chosen of the register, each of what is chosen before it. The series of a board need not carry the tag:
 * of organisations they are asked by their sites, of buildings by their meters.
 */
export function choicesOf(...names: readonly Place[]): Variable[] {
  return names.map((name, i) => {
    const within = names.slice(0, i).map((before) => `"${before}" =~ /^$${before}$/`);
    return tagVariable('place', name, places[name], within.length === 0 ? '' : `WHERE ${within.join(' AND ')}`);
  });
}

/** The same, of some of which one alone may be chosen. */
export function oneOf(list: readonly Variable[], ...names: readonly Place[]): Variable[] {
  return list.map((one) => ({ ...one, several: one.several && !names.some((name) => name === one.name) }));
}
