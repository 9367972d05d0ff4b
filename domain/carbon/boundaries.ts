import type { Utility } from '../estate/estate.ts';
import { activities, type Activity, type Scope } from './factors.ts';
import type { BoundaryId } from './reporting.ts';

/**
 * What is reckoned into a carbon figure, as named data: of each utility, the activities that are inside. Location-based
 * throughout: electricity at the average of the grid, heat at that of its network.
 */
export interface Boundary {
  readonly name: string;
  readonly says: string;
  readonly source: string;
  /** By utility; what has none lies outside. */
  readonly activities: Readonly<Record<Utility, readonly Activity[]>>;
}

const made = ['generation'] as const;
const burnt = ['combustion'] as const;
const madeAndBrought = ['generation', 'losses', 'well_to_tank_generation', 'well_to_tank_losses'] as const;
const burntAndBrought = ['combustion', 'well_to_tank'] as const;

export const boundaries: Readonly<Record<BoundaryId, Boundary>> = {
  scope_1_2: {
    name: 'scope 1+2 location-based',
    says: 'fuel burnt, and electricity, heat, steam and cooling bought',
    source:
      'GHG Protocol Corporate Standard (2004), chapter 4; GHG Protocol Scope 2 Guidance (2015), location-based method',
    activities: {
      electricity: made,
      heat: made,
      steam: made,
      cooling: made,
      gas: burnt,
      gas_oil: burnt,
      burning_oil: burnt,
      lpg: burnt,
      coal: burnt,
      biomass: burnt,
      water: [],
    },
  },
  nhs_carbon_footprint: {
    name: 'NHS Carbon Footprint, building energy and water, location-based',
    says:
      'scopes 1 and 2, and of scope 3 what is lost on the way, well-to-tank of every fuel, and the supply and treatment ' +
      'of water; not the footprint’s travel, waste, fleet, anaesthetic gases and inhalers, which no meter counts',
    source:
      'NHS England, Delivering a ‘Net Zero’ National Health Service (2020, statutory guidance 2022), figure 1; UK ' +
      'Government conversion factors: well-to-tank is used for all fuels or for none',
    activities: {
      electricity: madeAndBrought,
      heat: madeAndBrought,
      steam: madeAndBrought,
      cooling: madeAndBrought,
      gas: burntAndBrought,
      gas_oil: burntAndBrought,
      burning_oil: burntAndBrought,
      lpg: burntAndBrought,
      coal: burntAndBrought,
      biomass: burntAndBrought,
      water: ['supply', 'treatment'],
    },
  },
};

/** The activities of a utility that a boundary reckons in; none where the utility lies outside. */
export function activitiesIn(boundary: BoundaryId, utility: Utility): readonly Activity[] {
  return boundaries[boundary].activities[utility];
}

const scopesByBoundary = new Map(
  Object.entries(boundaries).map(([id, { activities: inside }]): [string, readonly Scope[]] => {
    const scopes = new Set(
      Object.values(inside)
        .flat()
        .map((one) => activities[one].scope),
    );
    return [id, [...scopes].sort((a, b) => a - b)];
  }),
);

/** The scopes that a boundary reckons in. */
export function scopesIn(boundary: BoundaryId): readonly Scope[] {
  return scopesByBoundary.get(boundary) ?? [];
}
