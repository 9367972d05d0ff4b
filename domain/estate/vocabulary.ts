/** The words by which the register says what a site, a meter and a plant is. */

export const siteTypes = [
  'acute_hospital',
  'community_hospital',
  'mental_health_unit',
  'health_centre',
  'gp_practice',
  'ambulance_station',
  'office',
  'other',
] as const;

export const utilities = [
  'electricity',
  'gas',
  'water',
  'heat',
  'steam',
  'cooling',
  'gas_oil',
  'burning_oil',
  'lpg',
  'coal',
  'biomass',
] as const;
export type Utility = (typeof utilities)[number];

export const roles = ['main', 'sub', 'generation', 'export', 'virtual'] as const;
export type Role = (typeof roles)[number];

export const technologies = ['solar', 'wind', 'hydro', 'chp', 'standby_diesel', 'battery_discharge'] as const;
export type Technology = (typeof technologies)[number];
