import { type AnswerBucket, cutsOf } from '../domain/energy/buckets.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import type { Charge } from '../domain/tariffs/charges.ts';
import type { MeasuredUse } from '../domain/tariffs/cost-figure.ts';
import type { Costs } from '../domain/tariffs/costs.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import type { PriceSeries } from '../domain/tariffs/price-series.ts';
import type { SupplyPointEntry } from '../domain/tariffs/register.ts';
import {
  contractsIn,
  type ContractPeriod,
  isPowerFactorAssumed,
  supplyPointLedger,
} from '../domain/tariffs/supply-point-costs.ts';
import { type SupplyPointTerms, termsOf } from '../domain/tariffs/supply-point.ts';
import { type EpochSeconds, halfHourSeconds, type Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import {
  knownAs,
  type MeasuredLoad,
  readNamedHalfHours,
  readPrices,
  readSupplyPointLoad,
} from './supply-point-load.ts';

/** The costs of a supply point, bucket by bucket. */
export interface PointCosts extends PlacedPoint {
  readonly contracts: readonly ContractPeriod[];
  readonly buckets: readonly { readonly costs: readonly Costs[]; readonly known: MeasuredUse }[];
  readonly isPowerFactorAssumed: boolean;
}

interface Asked {
  readonly buckets: readonly AnswerBucket[];
  readonly now: EpochSeconds;
}

/** The costs of a supply point in some buckets. Rejects with everything that is missing for it. */
export async function readCosts(
  stores: Stores,
  estate: Estate,
  placed: PlacedPoint,
  { buckets, now }: Asked,
): Promise<PointCosts> {
  const cuts = cutsOf(buckets);
  const period = { from: cuts[0] ?? 0, to: cuts.at(-1) ?? 0 };
  // A contract that is missing is told before the data is asked for.
  contractsIn(placed.point, listed(estate, 'tariffs'), period);
  return pointCosts(await readPointLoad(stores, estate, placed, { period, now }), buckets);
}

/** The half-hours of a supply point in the months around a period, and all that they are charged by. */
export interface PointLoad extends PlacedPoint {
  readonly estate: Estate;
  readonly terms: SupplyPointTerms;
  readonly measured: MeasuredLoad;
  /** Of the period itself. */
  readonly prices: ReadonlyMap<string, PriceSeries>;
}

/** Rejects with `tariff.no-load` where nothing is known, and as the store does. */
export async function readPointLoad(
  stores: Stores,
  estate: Estate,
  { point, site }: PlacedPoint,
  asked: { readonly period: Period; readonly now: EpochSeconds },
): Promise<PointLoad> {
  const charges = chargesOf(estate, point);
  const { load, how } = await readSupplyPointLoad(stores, estate, point, asked);
  const prices = await readPrices(stores, estate, charges, asked.period);
  const named = await readNamedHalfHours(stores, estate, point, charges, { load, period: asked.period });
  const measured = { how, load: { ...load, named } };
  return { point, site, estate, terms: termsAt(estate, point, site), measured, prices };
}

/** All that a supply point may be charged: by its tariffs, by what is published, and by itself. */
export function chargesOf(estate: Estate, point: SupplyPointEntry): Charge[] {
  const tariffs = new Set(point.contracts.map(({ tariff }) => tariff));
  return [
    ...listed(estate, 'tariffs').flatMap((tariff) => (tariffs.has(tariff.id) ? tariff.charges : [])),
    ...listed(estate, 'published_charges').flatMap(({ rows }) => rows.flatMap((row) => row.charges)),
    ...point.charges,
  ];
}

/** Their costs in successive buckets. Throws a ProblemError with all that is missing in any of these. */
export function pointCosts(from: PointLoad, buckets: readonly AnswerBucket[]): PointCosts {
  const { point, site, estate, terms, measured, prices } = from;
  const cuts = cutsOf(buckets);
  const period = { from: cuts[0] ?? 0, to: cuts.at(-1) ?? 0 };
  const contracts = contractsIn(point, listed(estate, 'tariffs'), period);
  const { load } = measured;
  const published = listed(estate, 'published_charges');
  const ledger = supplyPointLedger({ terms, published, prices, contracts, load, cuts });
  return {
    point,
    site,
    contracts,
    buckets: buckets.map((bucket, i) => ({ costs: ledger[i] ?? [], known: measuredUse(measured, bucket) })),
    isPowerFactorAssumed: isPowerFactorAssumed(
      ledger.flat().flatMap(({ lines }) => lines),
      load,
      terms,
    ),
  };
}

/** The terms of a supply point, with what its meter and site say. */
export function termsAt(estate: Estate, point: SupplyPointEntry, site: string): SupplyPointTerms {
  const ofAll = estate.reporting?.share_returned_to_sewer;
  const returned = estate.sites.get(site)?.share_returned_to_sewer ?? (ofAll && [{ from: '1990-01-01', ...ofAll }]);
  return termsOf(point, { mpan: estate.meters.get(point.meter)?.mpan, returned });
}

/** What of a load is measured. */
export function measuredUse({ load, how }: MeasuredLoad, { from, to }: Period): MeasuredUse {
  const [first, end] = [(from - load.from) / halfHourSeconds, (to - load.from) / halfHourSeconds];
  const sum = { use: 0, measured: 0, halfHours: end - first, measuredHalfHours: 0, missing: 0 };
  for (let i = first; i < end; i++) {
    const use = load.use.best[i] as number;
    sum.use += use;
    if (how[i] === knownAs.missing) sum.missing++;
    if (how[i] !== knownAs.measured) continue;
    sum.measured += use;
    sum.measuredHalfHours++;
  }
  return sum;
}
