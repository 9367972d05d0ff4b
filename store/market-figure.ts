import type { Accounting } from '../domain/carbon/accounting.ts';
import { activitiesIn } from '../domain/carbon/boundaries.ts';
import { carbonOf } from '../domain/carbon/carbon.ts';
import type { YearCover } from '../domain/certificates/cover.ts';
import { type DisclosurePeriod, disclosureYear } from '../domain/certificates/disclosure-period.ts';
import { type MarketChain, marketChain } from '../domain/certificates/market-chain.ts';
import {
  coveredBy,
  isMakingOfElectricity,
  marketBasis,
  type MarketFigure,
  marketFigure,
  marketTotals,
} from '../domain/certificates/market-figure.ts';
import { ownUses, supplyUses } from '../domain/certificates/uses.ts';
import { distinctWarnings, type Warning } from '../domain/energy/figure.ts';
import { isKnown, lacks, measuredShareOf } from '../domain/energy/flow.ts';
import { addParts, type EnergyPart } from '../domain/energy/site-energy.ts';
import type { Estate, Utility } from '../domain/estate/estate.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { FigureMade } from './figure.ts';

/** Figures that rest on what covers the electricity of a disclosure period. */

/** What a market-based figure has beside others. */
export interface MarketSide extends MarketFigure {
  /** How far each disclosure period is matched. */
  readonly covers: ReadonlyMap<DisclosurePeriod, YearCover>;
  readonly chain: () => MarketChain;
}

/** Some parts, the boundaries of their buckets, and what covers them. */
export interface MarketInputs {
  readonly estate: Estate;
  readonly parts: readonly EnergyPart[];
  readonly boundaries: readonly EpochSeconds[];
  readonly covers: ReadonlyMap<DisclosurePeriod, YearCover>;
  readonly accounting: Accounting;
}

function sideOf({ estate, parts, boundaries, covers, accounting }: MarketInputs): MarketSide {
  const [bought, own] = [supplyUses(parts, boundaries), ownUses(parts, boundaries)];
  const chain = (): MarketChain => marketChain(bought, own, marketBasis(estate, covers, accounting));
  return { ...marketFigure(estate, parts, boundaries, covers, accounting), covers, chain };
}

/** Emissions of some parts by the market: what is not the making of electricity is as in the location-based figure. */
export function marketEmissions(inputs: MarketInputs): FigureMade {
  const { estate, parts, boundaries, covers, accounting } = inputs;
  const carbon = carbonOf(estate, parts, { boundaries }, accounting);
  const side = sideOf(inputs);
  const counts = (utility: Utility): boolean => activitiesIn(accounting.boundary, utility).length > 0;
  const atGrid = side.evidenced.byTier.some(({ tier }) => tier === 'grid_average');
  const used = carbon.byActivity.filter((one) => atGrid || !isMakingOfElectricity(one));
  const unused = carbon.byActivity.filter((one) => !used.includes(one)).flatMap(({ warnings }) => warnings);
  const stays = ({ code, about }: Warning): boolean =>
    !unused.some((one) => one.code === code && one.about === about) ||
    used.some(({ warnings }) => warnings.some((one) => one.code === code && one.about === about));
  return {
    value: carbon.isKnown ? marketTotals(carbon.byActivity, side, true).evidenced : undefined,
    measuredShare: carbon.measuredShare,
    versions: carbon.versions,
    warnings: distinctWarnings([...carbon.warnings.filter(stays), ...side.warnings, ...openPeriods(covers)]),
    energy: carbon.energy,
    isMissing: carbon.isMissing,
    accounting,
    counts,
    factors: used.flatMap((one) => one.factors),
    market: side,
    shareOf: (some, cuts) => {
      if (!isKnown(addParts(some.filter(({ utility }) => counts(utility))))) return undefined;
      const { byActivity } = carbonOf(estate, some, { boundaries: cuts }, accounting);
      return marketTotals(byActivity, marketFigure(estate, some, cuts, covers, accounting), true).evidenced;
    },
  };
}

/** What of the electricity bought is covered with evidence, kWh. */
export function coveredElectricity(inputs: MarketInputs): FigureMade {
  const { estate, parts, boundaries, covers, accounting } = inputs;
  const coveredIn = (some: readonly EnergyPart[], cuts: readonly EpochSeconds[]): number | undefined =>
    isKnown(addParts(some)) ? coveredBy(marketFigure(estate, some, cuts, covers, accounting)) : undefined;
  const total = addParts(parts);
  const none: Warning[] = parts.length > 0 ? [] : [{ code: 'no-meter', about: estate.name }];
  return {
    value: coveredIn(parts, boundaries),
    measuredShare: measuredShareOf(total),
    versions: { register: estate.version, factorSets: [] },
    warnings: distinctWarnings([...none, ...total.warnings, ...openPeriods(covers)]),
    energy: isKnown(total) ? total.energy : undefined,
    isMissing: !isKnown(total) || lacks(total, false),
    counts: (utility) => utility === 'electricity',
    factors: [],
    market: sideOf(inputs),
    shareOf: coveredIn,
  };
}

/** What is used until a disclosure period is over shares its certificates: the figure of now is not the last. */
function openPeriods(covers: MarketInputs['covers']): Warning[] {
  return [...covers]
    .filter(([period, { until }]) => until < disclosureYear(period).to)
    .map(([period]) => ({ code: 'cover-not-final', about: period }));
}
