import { coverOfYear, type SupplyUse, type YearCover } from '../domain/certificates/cover.ts';
import { type DisclosurePeriod, disclosurePeriodOf, disclosureYear } from '../domain/certificates/disclosure-period.ts';
import { supplyMeters, supplyUses } from '../domain/certificates/uses.ts';
import { type EnergyPart, energyParts, withFigureChanges } from '../domain/energy/site-energy.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import { boundariesOf, dateOf, type EpochSeconds, halfHourOf, lastDateOf, type Period } from '../domain/time.ts';
import { readDays, readOwnByDay, type Stores } from './energy.ts';

/** The electricity of an estate in a disclosure period to date, and what covers it. */
export interface SupplyYear {
  readonly cover: YearCover;
  /** Electricity alone: bought, and own renewable. Their buckets lie between the boundaries. */
  readonly parts: readonly EnergyPart[];
  readonly boundaries: readonly EpochSeconds[];
}

/**
 * Reads what a disclosure period used of electricity up to an instant, and matches it. The whole estate is read, since
 * certificates of an organisation are shared by all its points.
 */
export async function readSupplyYear(
  stores: Stores,
  estate: Estate,
  period: DisclosurePeriod,
  now: EpochSeconds,
  knownOn = lastDateOf(now),
): Promise<SupplyYear> {
  const year = disclosureYear(period);
  const until = Math.max(year.from, Math.min(year.to, halfHourOf(now)));
  const register = { supplies: listed(estate, 'supplies'), certificates: listed(estate, 'certificates') };
  const match = (uses: readonly SupplyUse[]): YearCover => coverOfYear(register, uses, period, until, knownOn);
  if (until === year.from) return { cover: match([]), parts: [], boundaries: [] };
  // By months, since certificates are issued for what is made in each.
  const boundaries = withFigureChanges(estate, boundariesOf({ from: year.from, to: until }, 'month'));
  const { meters, making } = supplyMeters(estate, { from: year.from, to: until });
  const [sums, own] = await Promise.all([
    readDays(stores, meters, boundaries),
    readOwnByDay(stores, { estate, of: 'sites' }, making, boundaries),
  ]);
  const bought = energyParts(estate, estate.sites.keys(), sums, { only: 'purchased' });
  const parts = [...bought, ...own].filter(({ utility }) => utility === 'electricity');
  return { cover: match(supplyUses(parts, boundaries)), parts, boundaries };
}

/**
 * The cover of each disclosure period that a span of time touches, for market-based figures. Where nothing is claimed
 * nothing is covered, and nothing is read.
 */
export async function readCovers(
  stores: Stores,
  estate: Estate,
  { from, to }: Period,
  now: EpochSeconds,
): Promise<ReadonlyMap<DisclosurePeriod, YearCover>> {
  const claims = listed(estate, 'supplies').some(({ claim }) => claim === 'supplier_rego' || claim === 'ppa');
  if (!claims && listed(estate, 'certificates').length === 0) return new Map();
  const covers = new Map<DisclosurePeriod, YearCover>();
  for (let at = from; at < to && at < now; ) {
    const period = disclosurePeriodOf(dateOf(at));
    covers.set(period, (await readSupplyYear(stores, estate, period, now)).cover);
    at = disclosureYear(period).to;
  }
  return covers;
}
