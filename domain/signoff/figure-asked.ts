import type { PlaceKind } from '../energy/place-intensity.ts';
import type { Accounting } from '../carbon/accounting.ts';
import { reportersBySite } from '../energy/reporters.ts';
import type { Estate, Utility } from '../estate/estate.ts';
import type { Period } from '../time.ts';
import type { Unit } from '../units.ts';

/** What figure is meant: its kind, its place, its period, and if one fuel alone is meant, which. */

export const figureKinds = {
  energy: { says: 'energy bought, and own renewable energy used', unit: 'kWh', per: undefined },
  intensity: { says: 'energy per m² of gross internal area', unit: 'kWh', per: 'm2' },
  carbon: { says: 'emissions, location-based', unit: 'kgCO2e', per: undefined },
} as const satisfies Record<string, { readonly says: string; readonly unit: Unit; readonly per: Unit | undefined }>;
export type FigureKind = keyof typeof figureKinds;
export const figureKindNames = Object.keys(figureKinds) as [FigureKind, ...FigureKind[]];

export interface FigurePlace {
  readonly kind: PlaceKind;
  /** `estate` for all sites together. */
  readonly id: string;
}

export interface FigureAsked {
  readonly figure: FigureKind;
  readonly place: FigurePlace;
  readonly period: Period;
  readonly utility?: Utility | undefined;
  /** How carbon is reckoned, where it is not as the register says. */
  readonly accounting?: Pick<Accounting, 'boundary' | 'factorYear' | 'yearStarts'> | undefined;
}

/**
 * The sites that the figure of a place is made of, among those that may be seen, by id. An organisation's are those
 * where it reports something.
 */
export function sitesOfPlace(estate: Estate, visible: Iterable<string>, { kind, id }: FigurePlace): string[] {
  const reporters = reportersBySite(estate);
  return [...visible].sort().filter((site) => {
    const entry = estate.sites.get(site);
    if (!entry) return false;
    if (kind === 'site') return site === id;
    if (kind === 'building') return entry.buildings.some((building) => building.id === id);
    return kind === 'estate' || reporters.get(site)?.has(id) === true;
  });
}
