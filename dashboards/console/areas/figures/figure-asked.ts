import type { z } from 'zod';
import type { explainFigureQuerySchema } from '../../../../api/contract/explain-figure.ts';
import { hrefOf } from '../../place.ts';

export type FigureName = z.output<typeof explainFigureQuerySchema>['figure'];

/** What each figure is called to people, and its unit. */
export const figureWords: Readonly<Record<FigureName, { readonly says: string; readonly unit: string }>> = {
  energy: { says: 'Energy', unit: 'kWh' },
  intensity: { says: 'Energy per m²', unit: 'kWh/m²' },
  carbon: { says: 'Carbon, location-based', unit: 'kgCO₂e' },
  carbon_market: { says: 'Carbon, market-based', unit: 'kgCO₂e' },
  cover: { says: 'Electricity covered by certificates', unit: 'kWh' },
  water: { says: 'Water', unit: 'm³' },
  water_intensity: { says: 'Water per m²', unit: 'm³/m²' },
};

/** A place as the API asks for it: an organisation, a site, or neither for all that the key sees. */
export interface PlaceAsked {
  readonly organisation?: string | undefined;
  readonly site?: string | undefined;
}

/** Which figure of which place and period; London dates, `to` does not belong to it. */
export interface FigureAsked extends PlaceAsked {
  readonly figure: FigureName;
  readonly from: string;
  readonly to: string;
}

/** Where the chain of a figure is told, back to its messages. */
export function explainHref({ figure, organisation, site, from, to }: FigureAsked): string {
  return hrefOf('/explain', { figure, organisation, site, from, to });
}

/** Where a figure is signed off. */
export function signOffHref({ figure, organisation, site, from, to }: FigureAsked): string {
  return hrefOf('/figures/sign-offs', { figure, organisation, site, from, to });
}
