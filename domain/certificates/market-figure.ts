import type { Accounting } from '../carbon/accounting.ts';
import { type ActivityEmissions, factorOn, sumKnown } from '../carbon/carbon.ts';
import type { EnergyPart } from '../energy/site-energy.ts';
import { type Estate, listed } from '../estate/estate.ts';
import type { EpochSeconds } from '../time.ts';
import type { YearCover } from './cover.ts';
import type { DisclosurePeriod } from './disclosure-period.ts';
import { type MarketBasis, type MarketElectricity, marketElectricity } from './market-based.ts';
import { ownUses, supplyUses } from './uses.ts';

/** The electricity of some parts by the market, and how much of it is covered. */
export interface MarketFigure extends MarketElectricity {
  /** Of the electricity bought, the share that certificates and contracts cover with evidence, from 0 to 1. */
  readonly coverShare: number | undefined;
}

/** The market-based figure of energy parts, whose buckets lie between the boundaries. */
export function marketFigure(
  estate: Estate,
  parts: readonly EnergyPart[],
  boundaries: readonly EpochSeconds[],
  covers: ReadonlyMap<DisclosurePeriod, YearCover>,
  accounting: Accounting,
): MarketFigure {
  const bought = supplyUses(parts, boundaries);
  const market = marketElectricity(bought, ownUses(parts, boundaries), marketBasis(estate, covers, accounting));
  const all = bought.reduce((sum, { energy }) => sum + energy, 0);
  const covered = coveredBy(market);
  return { ...market, coverShare: all > 0 ? Math.min(1, covered / all) : undefined };
}

/** kWh that certificates and contracts cover with evidence. */
export function coveredBy({ evidenced }: MarketElectricity): number {
  return evidenced.byTier
    .filter(({ tier }) => tier === 'certificates' || tier === 'contract')
    .reduce((sum, { energy }) => sum + energy, 0);
}

/** What the register and the factors say of it. */
export function marketBasis(estate: Estate, covers: MarketBasis['covers'], accounting: Accounting): MarketBasis {
  return {
    supplies: listed(estate, 'supplies'),
    residualMix: listed(estate, 'residual_mix'),
    ownGeneration: listed(estate, 'own_generation'),
    covers,
    gridAverage: (date) => factorOn('electricity', 'generation', date, accounting).value,
  };
}

/** Emissions by the market, kgCO2e; undefined where one that is in them is not known. */
export interface MarketTotals {
  readonly evidenced: number | undefined;
  readonly expected: number | undefined;
  /** Of scope 2 alone, by what is evidenced. */
  readonly scope2: number | undefined;
}

/** The one activity that the two methods reckon otherwise. */
export function isMakingOfElectricity({ utility, activity }: ActivityEmissions): boolean {
  return utility === 'electricity' && activity === 'generation';
}

/**
 * Location-based emissions turned into market-based ones: what the making of electricity emits by the market, where
 * `electricity` is among them, and everything else as it is, since it is the same in both methods.
 */
export function marketTotals(
  emissions: readonly ActivityEmissions[],
  { evidenced, expected }: MarketFigure,
  electricity: boolean,
): MarketTotals {
  const others = emissions.filter((one) => !isMakingOfElectricity(one));
  const all = sumKnown(others.map((one) => one.emissions));
  const inScope2 = sumKnown(others.map((one) => (one.scope === 2 ? one.emissions : 0)));
  const and = (sum: number | undefined, made: number | undefined) => sumKnown([sum, electricity ? made : 0]);
  return {
    evidenced: and(all, evidenced.emissions),
    expected: and(all, expected.emissions),
    scope2: and(inScope2, evidenced.emissions),
  };
}
