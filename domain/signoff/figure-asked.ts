import type { PlaceKind } from '../energy/place-intensity.ts';
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
}

/**
 * Whether a figure is of what an organisation reports, wherever it was used: emissions are; energy per m² is of the
 * sites that the organisation has.
 */
export function isReported({ figure, place }: Pick<FigureAsked, 'figure' | 'place'>): boolean {
  return figure === 'carbon' && place.kind === 'organisation';
}

/** The sites that the figure of a place is made of, among those that may be seen, by id. */
export function sitesOfPlace(
  estate: Estate,
  visible: Iterable<string>,
  asked: Pick<FigureAsked, 'figure' | 'place'>,
): string[] {
  const { kind, id } = asked.place;
  return [...visible].sort().filter((site) => {
    const entry = estate.sites.get(site);
    if (!entry) return false;
    if (kind === 'site') return site === id;
    if (kind === 'building') return entry.buildings.some((building) => building.id === id);
    return kind === 'estate' || isReported(asked) || entry.organisation === id;
  });
}
