import { isValidOn, validOn } from '../estate/estate.ts';
import { distinctWarnings, type Warning } from '../energy/figure.ts';
import { dateOf, type LocalDate, type Period } from '../time.ts';
import { keyOfUse, type PointCover, type SupplyUse, type YearCover } from './cover.ts';
import { type DisclosurePeriod, disclosurePeriodOf } from './disclosure-period.ts';
import type { DatedRate, OwnCertificates, OwnGeneration, ResidualMix, Supply } from './register.ts';

/**
 * Market-based emissions of electricity, by the order of preference of the GHG Protocol Scope 2 Guidance (2015, table
 * 6.3): certificates, contracts, the supplier's own rate, the residual mix, and where none is known the average of the
 * grid, which is said. They stand beside the location-based figure and never replace it.
 */
export const marketTiers = {
  own_generation: 'made and used on site, its certificates not sold',
  certificates: 'certificates',
  contract: 'a contract of supply',
  supplier_rate: 'what the supplier discloses',
  residual_mix: 'the residual mix',
  grid_average: 'the average of the grid',
} as const;
export type MarketTier = keyof typeof marketTiers;
const tierNames = Object.keys(marketTiers) as MarketTier[];

/** Own renewable electricity of one generation meter in a stretch of time that lies in one disclosure period, kWh. */
export interface OwnUse {
  readonly meter: string;
  readonly site: string;
  readonly organisation: string;
  readonly period: Period;
  /** Made, and what of it was used on the site; the rest left. */
  readonly made: number;
  readonly used: number;
}

/** Some kWh at one step of the order, and what they emit, kgCO2e; undefined where no factor is known. */
export interface TierEmissions {
  readonly tier: MarketTier;
  readonly energy: number;
  readonly emissions: number | undefined;
}

/** Market-based emissions of electricity, kgCO2e, with the steps they are made of. */
export interface MarketEmissions {
  readonly emissions: number | undefined;
  readonly byTier: readonly TierEmissions[];
}

export interface MarketElectricity {
  /** By what is retired with evidence: the figure that is reported. */
  readonly evidenced: MarketEmissions;
  /** As it will be if what is allocated is retired and what is contracted comes. */
  readonly expected: MarketEmissions;
  /** True where the average of the grid stands in for a residual mix that nobody has written down. */
  readonly residualMixUnavailable: boolean;
  readonly warnings: readonly Warning[];
}

/** What it takes beside the uses. */
export interface MarketBasis {
  readonly supplies: readonly Supply[];
  readonly residualMix: readonly ResidualMix[];
  readonly ownGeneration: readonly OwnGeneration[];
  /** By disclosure period; what lies in none of them is not covered. */
  readonly covers: ReadonlyMap<DisclosurePeriod, YearCover>;
  /** The location-based factor of a London date, kgCO2e per kWh. */
  readonly gridAverage: (date: LocalDate) => number | undefined;
}

/** What is said of the certificates of a generation meter on a London date; undefined where nobody has said it. */
export function ownCertificatesOn(
  list: readonly OwnGeneration[],
  meter: string,
  date: LocalDate,
): OwnCertificates | undefined {
  return validOn(
    list.filter((entry) => entry.meter === meter),
    date,
  )?.certificates;
}

/** What some kWh are given: kgCO2e per kWh, with the entry of the register that says so, where one does. */
export interface TierRate {
  readonly tier: MarketTier;
  readonly factor: number | undefined;
  readonly entry?: DatedRate | undefined;
}

/** Is told of every kWh of the evidenced figure what it is given. */
export type NoteRate = (rate: TierRate, energy: number) => void;

/** Kilowatt-hours and emissions of the steps, added up. */
class OpenTiers {
  readonly #energy = new Map<MarketTier, number>();
  readonly #emissions = new Map<MarketTier, number | undefined>();
  readonly #note: NoteRate | undefined;

  constructor(note?: NoteRate) {
    this.#note = note;
  }

  /** Of nothing there are none, whatever the factor. */
  add(rate: TierRate, energy: number): void {
    if (energy === 0) return;
    const { tier, factor } = rate;
    this.#note?.(rate, energy);
    const before = this.#energy.has(tier) ? this.#emissions.get(tier) : 0;
    this.#energy.set(tier, (this.#energy.get(tier) ?? 0) + energy);
    this.#emissions.set(tier, before === undefined || factor === undefined ? undefined : before + energy * factor);
  }

  has(tier: MarketTier): boolean {
    return this.#energy.has(tier);
  }

  result(): MarketEmissions {
    const byTier = tierNames.flatMap((tier): TierEmissions[] => {
      const energy = this.#energy.get(tier);
      return energy === undefined ? [] : [{ tier, energy, emissions: this.#emissions.get(tier) }];
    });
    const known = byTier.every(({ emissions }) => emissions !== undefined);
    return { emissions: known ? byTier.reduce((sum, one) => sum + (one.emissions ?? 0), 0) : undefined, byTier };
  }
}

const byCertificates: TierRate = { tier: 'certificates', factor: 0 };
const byContract: TierRate = { tier: 'contract', factor: 0 };
const byOwnGeneration: TierRate = { tier: 'own_generation', factor: 0 };

/** The market-based emissions of what was bought and of own generation. */
export function marketElectricity(
  bought: readonly SupplyUse[],
  own: readonly OwnUse[],
  basis: MarketBasis,
  note?: NoteRate,
): MarketElectricity {
  const [evidenced, expected] = [new OpenTiers(note), new OpenTiers()];
  const warnings: Warning[] = [];
  const points = pointsByKey(basis.covers);
  const supplies = suppliesById(basis.supplies);
  const both = [
    [evidenced, false],
    [expected, true],
  ] as const;
  for (const use of bought) {
    const date = dateOf(use.period.from);
    const point = points.get(`${disclosurePeriodOf(date)} ${keyOfUse(use)}`);
    const rate = uncoveredRate(supplies.get(use.supply ?? ''), date, basis);
    for (const [tiers, isExpected] of both) {
      const { certificates, contract } = coveredShares(point, isExpected);
      tiers.add(byCertificates, use.energy * certificates);
      tiers.add(byContract, use.energy * contract);
      const left = use.energy * Math.max(0, 1 - certificates - contract);
      tiers.add(rate, left);
      if (left !== 0) warnings.push(...quotedIn(rate, use.supply));
    }
  }
  for (const { meter, used, period } of own) {
    const date = dateOf(period.from);
    const said = ownCertificatesOn(basis.ownGeneration, meter, date);
    if (said === undefined && used > 0) warnings.push({ code: 'own-certificates-unknown', about: meter });
    const rate = said === 'sold' ? uncoveredRate(undefined, date, basis) : byOwnGeneration;
    for (const tiers of [evidenced, expected]) tiers.add(rate, used);
    if (used !== 0) warnings.push(...quotedIn(rate, undefined));
  }
  const residualMixUnavailable = evidenced.has('grid_average') || expected.has('grid_average');
  if (residualMixUnavailable) warnings.push({ code: 'residual-mix-unavailable', about: 'electricity' });
  return {
    evidenced: evidenced.result(),
    expected: expected.result(),
    residualMixUnavailable,
    warnings: distinctWarnings(warnings),
  };
}

function quotedIn({ tier, entry }: TierRate, supply: string | undefined): Warning[] {
  if (entry?.standing !== 'quoted') return [];
  const of = tier === 'supplier_rate' ? `supply ${supply}` : 'residual mix';
  return [{ code: 'factor-quoted', about: `${of} ${entry.valid_from}` }];
}

// A pure function's memory: a year of months asks for the same covers, place by place.
const pointsOfCovers = new WeakMap<MarketBasis['covers'], ReadonlyMap<string, PointCover>>();

const supplyById = new WeakMap<readonly Supply[], ReadonlyMap<string, Supply>>();

function suppliesById(supplies: readonly Supply[]): ReadonlyMap<string, Supply> {
  const known = supplyById.get(supplies) ?? new Map(supplies.map((supply) => [supply.id, supply]));
  supplyById.set(supplies, known);
  return known;
}

/** The points of all disclosure periods, by period and key. */
export function pointsByKey(covers: MarketBasis['covers']): ReadonlyMap<string, PointCover> {
  const known = pointsOfCovers.get(covers);
  if (known) return known;
  const found = new Map(
    [...covers].flatMap(([period, { points }]) =>
      points.map((point) => [`${period} ${keyOfUse(point)}`, point] as const),
    ),
  );
  pointsOfCovers.set(covers, found);
  return found;
}

/** Which share of a point's use certificates and contracts cover: what is retired alone, or all that is expected. */
function coveredShares(
  point: PointCover | undefined,
  isExpected: boolean,
): { readonly certificates: number; readonly contract: number } {
  const shares = { certificates: 0, contract: 0 };
  if (!point || point.use <= 0) return shares;
  for (const { by, state, energy } of point.parts) {
    if (isExpected || state === 'retired') shares[by] += energy / point.use;
  }
  return shares;
}

/** What a kWh is given on a London date that neither certificates nor a contract cover. */
function uncoveredRate(
  supply: Supply | undefined,
  date: LocalDate,
  { residualMix, gridAverage }: MarketBasis,
): TierRate {
  const rate = supply?.rates.find((one) => isValidOn(one, date));
  if (rate) return { tier: 'supplier_rate', factor: rate.kgco2e_per_kwh, entry: rate };
  const mix = residualMix.find((one) => isValidOn(one, date));
  if (mix) return { tier: 'residual_mix', factor: mix.kgco2e_per_kwh, entry: mix };
  return { tier: 'grid_average', factor: gridAverage(date) };
}

/**
 * What a reporter may show beside gross emissions for renewable electricity that left the site: a reduction at the
 * average of the grid, never more than gross scope 2 (HM Government, Environmental Reporting Guidelines 2019, annex G).
 * It is a line of its own and taken off no figure. kgCO2e; undefined where a factor or gross scope 2 is not known.
 */
export function exportReduction(
  own: readonly OwnUse[],
  gridAverage: MarketBasis['gridAverage'],
  grossScope2: number | undefined,
): number | undefined {
  let reduction = 0;
  for (const { made, used, period } of own) {
    const factor = gridAverage(dateOf(period.from));
    const left = Math.max(0, made - used);
    if (left === 0) continue;
    if (factor === undefined) return undefined;
    reduction += left * factor;
  }
  return grossScope2 === undefined ? undefined : Math.min(reduction, Math.max(0, grossScope2));
}
