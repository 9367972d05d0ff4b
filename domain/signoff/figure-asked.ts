import { disclosurePeriodOf, disclosureYear } from '../certificates/disclosure-period.ts';
import type { PlaceKind } from '../energy/place-intensity.ts';
import type { Accounting } from '../carbon/accounting.ts';
import { reportersBySite } from '../energy/reporters.ts';
import type { Estate, Utility } from '../estate/estate.ts';
import { dateOf, type EpochSeconds, type Period } from '../time.ts';
import type { Unit } from '../units.ts';

/** What figure is meant: its kind, its place, its period, and if one fuel alone is meant, which. */

interface KindOfFigure {
  readonly says: string;
  readonly unit: Unit;
  readonly per: Unit | undefined;
  /** Whether own renewable energy is in it. */
  readonly own: boolean;
  /** Whether it is of emissions, and so by a boundary and factors. */
  readonly emissions: boolean;
  /** Whether it rests on what covers the electricity of the disclosure period, which supply points share. */
  readonly market: boolean;
  /** The one utility that it is of; undefined: all energy. */
  readonly utility: Utility | undefined;
}

const plain = { per: undefined, own: false, emissions: false, market: false, utility: undefined } as const;
export const figureKinds = {
  energy: { ...plain, says: 'energy bought, and own renewable energy used', unit: 'kWh', own: true },
  intensity: { ...plain, says: 'energy per m² of gross internal area', unit: 'kWh', per: 'm2', own: true },
  carbon: { ...plain, says: 'emissions, location-based', unit: 'kgCO2e', emissions: true },
  carbon_market: {
    ...plain,
    says: 'emissions, market-based: electricity by the certificates and contracts that cover it with evidence',
    unit: 'kgCO2e',
    // What has its certificates sold is at the residual mix.
    own: true,
    emissions: true,
    market: true,
  },
  cover: {
    ...plain,
    says: 'electricity bought that certificates and contracts cover with evidence',
    unit: 'kWh',
    market: true,
    utility: 'electricity',
  },
  water: { ...plain, says: 'water delivered', unit: 'm3', utility: 'water' },
  water_intensity: { ...plain, says: 'water per m² of gross internal area', unit: 'm3', per: 'm2', utility: 'water' },
} as const satisfies Record<string, KindOfFigure>;
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

/** The instant from which on the days matter that a figure is reckoned from: with certificates, of disclosure years. */
export function restsFrom({ figure, period }: FigureAsked): EpochSeconds {
  return figureKinds[figure].market ? disclosureYear(disclosurePeriodOf(dateOf(period.from))).from : period.from;
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
