import { dateOf } from '../time.ts';
import { type BatchCover, type CoverPart, keyOfUse, type SupplyUse } from './cover.ts';
import type { DisclosurePeriod } from './disclosure-period.ts';
import { disclosurePeriodOf } from './disclosure-period.ts';
import {
  type MarketBasis,
  marketElectricity,
  type OwnUse,
  ownCertificatesOn,
  pointsByKey,
  type TierRate,
} from './market-based.ts';
import type { OwnCertificates, Supply } from './register.ts';

/**
 * Where a market-based figure comes from: by supply point and contract what was bought, what covers it and what the
 * rest is given. Each piece is the figure's own function applied to less.
 */

/** Some kWh that are given a rate, and what they emit, kgCO2e. */
export interface RatedEnergy extends TierRate {
  readonly energy: number;
  readonly emissions: number | undefined;
}

/** What one organisation bought through one supply point by one contract, of the figure, in one disclosure period. */
export interface PointChain {
  readonly period: DisclosurePeriod;
  readonly point: string;
  readonly site: string;
  readonly organisation: string;
  readonly supply: Supply | undefined;
  /** kWh of the figure, and of the whole disclosure period to date, over which they are matched. */
  readonly energy: number;
  readonly matchedUse: number;
  /** What covers it, in whatever state; the energy is that of the figure. What is retired alone counts. */
  readonly covered: readonly CoverPart[];
  /** What the rest is given, by what is evidenced. */
  readonly uncovered: readonly RatedEnergy[];
  readonly emissions: number | undefined;
}

/** Own renewable electricity of one meter, and what follows from what became of its certificates. */
export interface OwnChain {
  readonly meter: string;
  readonly site: string;
  readonly organisation: string;
  readonly certificates: OwnCertificates | 'unknown';
  /** kWh used on the site, and made. */
  readonly energy: number;
  readonly made: number;
  readonly rated: readonly RatedEnergy[];
  readonly emissions: number | undefined;
}

/** A batch that covers something of the figure, or that should have. */
export interface BatchChain extends BatchCover {
  readonly period: DisclosurePeriod;
  /** kWh of the figure that it covers. */
  readonly energy: number;
}

export interface MarketChain {
  readonly points: readonly PointChain[];
  readonly own: readonly OwnChain[];
  readonly batches: readonly BatchChain[];
}

/** Energy by what it is given, in the order of its first appearance. */
class RateSums {
  readonly #sums = new Map<string, RatedEnergy>();

  readonly note = (rate: TierRate, energy: number): void => {
    const key = `${rate.tier} ${rate.factor} ${rate.entry?.valid_from}`;
    const sum = (this.#sums.get(key)?.energy ?? 0) + energy;
    const emissions = rate.factor === undefined ? undefined : sum * rate.factor;
    this.#sums.set(key, { ...rate, energy: sum, emissions });
  };

  get list(): RatedEnergy[] {
    return [...this.#sums.values()];
  }
}

/** The chain of what was bought and made. */
export function marketChain(bought: readonly SupplyUse[], own: readonly OwnUse[], basis: MarketBasis): MarketChain {
  const periodOf = (use: SupplyUse): DisclosurePeriod => disclosurePeriodOf(dateOf(use.period.from));
  const groups = Map.groupBy(bought, (use) => `${periodOf(use)} ${keyOfUse(use)}`);
  const points = [...groups].flatMap(([key, uses]): PointChain[] => {
    const [first] = uses;
    return first ? [pointChain(key, periodOf(first), uses, first, basis)] : [];
  });
  return { points, own: ownChains(own, basis), batches: batchChains(points, basis) };
}

function pointChain(
  key: string,
  period: DisclosurePeriod,
  uses: readonly SupplyUse[],
  { point, site, organisation, supply }: SupplyUse,
  basis: MarketBasis,
): PointChain {
  const rates = new RateSums();
  const { evidenced } = marketElectricity(uses, [], basis, rates.note);
  const energy = uses.reduce((sum, use) => sum + use.energy, 0);
  const cover = pointsByKey(basis.covers).get(key);
  const share = cover && cover.use > 0 ? energy / cover.use : 0;
  return {
    period,
    point,
    site,
    organisation,
    supply: basis.supplies.find(({ id }) => id === supply),
    energy,
    matchedUse: cover?.use ?? energy,
    covered: (cover?.parts ?? []).map((part) => ({ ...part, energy: part.energy * share })),
    uncovered: rates.list.filter(({ tier }) => tier !== 'certificates' && tier !== 'contract'),
    emissions: evidenced.emissions,
  };
}

function ownChains(own: readonly OwnUse[], basis: MarketBasis): OwnChain[] {
  const saidOf = ({ meter, period }: OwnUse): OwnCertificates | 'unknown' =>
    ownCertificatesOn(basis.ownGeneration, meter, dateOf(period.from)) ?? 'unknown';
  const groups = Map.groupBy(own, (use) => `${use.meter} ${use.organisation} ${saidOf(use)}`).values();
  return [...groups].flatMap((uses): OwnChain[] => {
    const [first] = uses;
    if (!first) return [];
    const rates = new RateSums();
    const { evidenced } = marketElectricity([], uses, basis, rates.note);
    const { meter, site, organisation } = first;
    return [
      {
        meter,
        site,
        organisation,
        certificates: saidOf(first),
        energy: uses.reduce((sum, { used }) => sum + used, 0),
        made: uses.reduce((sum, { made }) => sum + made, 0),
        rated: rates.list,
        emissions: evidenced.emissions,
      },
    ];
  });
}

/** The batches of the organisations, with what of the figure each covers. */
function batchChains(points: readonly PointChain[], { covers }: MarketBasis): BatchChain[] {
  const organisations = new Set(points.map(({ organisation }) => organisation));
  return [...covers].flatMap(([period, { batches }]) =>
    batches
      .filter(({ certificate }) => organisations.has(certificate.organisation))
      .map((batch): BatchChain => {
        const parts = points.filter((point) => point.period === period).flatMap(({ covered }) => covered);
        const own = parts.filter(({ by, of }) => by === 'certificates' && of === batch.certificate.id);
        return { ...batch, period, energy: own.reduce((sum, { energy }) => sum + energy, 0) };
      }),
  );
}
