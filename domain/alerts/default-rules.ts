import { heatUtilities } from './kinds.ts';
import type { AlertRule } from './rule-register.ts';

/** Rules that Meterhouse brings: where the numbers of `kinds.ts` do not fit a type of site or a utility, and why. */

const closing = ['gp_practice', 'health_centre', 'office', 'other'] as const;
const price = 'a kWh of heat costs a quarter of one of electricity, so that it takes four times as many to be worth it';

export const defaultRules: readonly AlertRule[] = [
  { kind: 'night_base', excess_kw: 2 },
  { kind: 'left_on', excess_kw: 4 },
  { kind: 'out_of_hours', excess_kw: 4 },
  { kind: 'always_above', excess_kw: 8 },
  { kind: 'step', excess_kw: 2 },
  { kind: 'drift', excess_kw: 2 },
  { kind: 'unexplained_main', excess_kw: 4 },
]
  .map(
    ({ kind, ...parameters }): AlertRule => ({
      id: `fuels-${kind.replaceAll('_', '-')}`,
      kind: kind as AlertRule['kind'],
      utilities: [...heatUtilities],
      parameters,
      because: price,
    }),
  )
  .concat([
    {
      id: 'fuels-weather',
      kind: 'step',
      utilities: [...heatUtilities],
      parameters: { rises_by: 0.12 },
      because: 'heat follows sun and wind too, which no thermometer shows',
    },
    {
      id: 'hospital-peaks',
      kind: 'always_above',
      site_types: ['acute_hospital'],
      utilities: ['electricity'],
      parameters: { excess_kw: 10 },
      because: 'a theatre list that runs late takes as much',
    },
    {
      id: 'night-flow-where-nobody-sleeps',
      kind: 'night_flow',
      site_types: [...closing],
      parameters: { excess_m3_per_h: 0.03 },
      because: 'nobody draws water there at three in the morning: 30 l/h are 5 m³ a week, about £20',
    },
    {
      id: 'burst-where-little-flows',
      kind: 'burst',
      site_types: [...closing],
      parameters: { times_peak: 2 },
      because: 'twice the busiest half-hour of a surgery is still no more than a bath',
    },
  ]);
