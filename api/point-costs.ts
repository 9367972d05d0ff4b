import type { AnswerBucket } from '../domain/energy/buckets.ts';
import { cutsOf } from '../domain/energy/buckets.ts';
import { listed } from '../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { Costs } from '../domain/tariffs/costs.ts';
import {
  contractsIn,
  type ContractPeriod,
  isPowerFactorAssumed,
  supplyPointLedger,
} from '../domain/tariffs/supply-point-costs.ts';
import type { SupplyPointEntry } from '../domain/tariffs/register.ts';
import { type SupplyPointTerms, termsOf } from '../domain/tariffs/supply-point.ts';
import { type EpochSeconds, halfHourSeconds, type Period } from '../domain/time.ts';
import type { Stores } from '../store/energy.ts';
import { knownAs, type MeasuredLoad, readPrices, readSupplyPointLoad } from '../store/supply-point-load.ts';
import type { PlacedPoint } from './supply-points-seen.ts';
import type { View } from './view.ts';

/** How much of some half-hours is measured: what adds up, of several supply points too. */
export interface MeasuredUse {
  readonly use: number;
  readonly measured: number;
  readonly halfHours: number;
  readonly measuredHalfHours: number;
  /** Half-hours that are missing and in no known total. */
  readonly missing: number;
}

/** The costs of a supply point, bucket by bucket. */
export interface PointCosts extends PlacedPoint {
  readonly contracts: readonly ContractPeriod[];
  readonly buckets: readonly { readonly costs: readonly Costs[]; readonly known: MeasuredUse }[];
  readonly isPowerFactorAssumed: boolean;
}

/**
 * The costs of supply points in some buckets, one after the other, so that the half-hours of one are in memory at a
 * time. Rejects with everything that is missing for any of them at once.
 */
export async function readCosts(
  stores: Stores,
  view: View,
  points: readonly PlacedPoint[],
  asked: { readonly buckets: readonly AnswerBucket[]; readonly now: EpochSeconds },
): Promise<PointCosts[]> {
  const costs: PointCosts[] = [];
  const problems: Problem[] = [];
  for (const placed of points) {
    try {
      costs.push(await pointCosts(stores, view, placed, asked));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return costs;
}

async function pointCosts(
  stores: Stores,
  view: View,
  { point, site }: PlacedPoint,
  { buckets, now }: { readonly buckets: readonly AnswerBucket[]; readonly now: EpochSeconds },
): Promise<PointCosts> {
  const cuts = cutsOf(buckets);
  const period = { from: cuts[0] ?? 0, to: cuts.at(-1) ?? 0 };
  const contracts = contractsIn(point, listed(view, 'tariffs'), period);
  const terms = termsAt(view, point, site);
  const measured = await readSupplyPointLoad(stores, view, point, { period, now });
  const tariffs = contracts.map(({ tariff }) => tariff);
  const prices = await readPrices(stores, view, tariffs, period);
  const { load } = measured;
  const published = listed(view, 'published_charges');
  const ledger = supplyPointLedger({ terms, published, prices, contracts, load, cuts });
  return {
    point,
    site,
    contracts,
    buckets: buckets.map((bucket, i) => ({ costs: ledger[i] ?? [], known: measuredUse(measured, bucket) })),
    isPowerFactorAssumed: isPowerFactorAssumed(ledger.flat(), load, terms),
  };
}

/** The terms of a supply point, with what its meter and site say. */
function termsAt(view: View, point: SupplyPointEntry, site: string): SupplyPointTerms {
  const ofAll = view.reporting?.share_returned_to_sewer;
  const returned = view.sites.get(site)?.share_returned_to_sewer ?? (ofAll && [{ from: '1990-01-01', ...ofAll }]);
  return termsOf(point, { mpan: view.meters.get(point.meter)?.mpan, returned });
}

function measuredUse({ load, how }: MeasuredLoad, { from, to }: Period): MeasuredUse {
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
