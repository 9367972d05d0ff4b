import { coverOfYear, type SupplyUse, type YearCover } from '../domain/certificates/cover.ts';
import { type DisclosurePeriod, disclosurePeriodOf, disclosureYear } from '../domain/certificates/disclosure-period.ts';
import { supplyMeters, supplyUses } from '../domain/certificates/uses.ts';
import type { BucketSums } from '../domain/energy/bucket-sums.ts';
import { type EnergyPart, energyParts, withFigureChanges } from '../domain/energy/site-energy.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import {
  boundariesOf,
  dateOf,
  type EpochSeconds,
  halfHourOf,
  lastDateOf,
  type LocalDate,
  type Period,
} from '../domain/time.ts';
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
  const [bought, made] = await Promise.all([
    readBought(stores, estate, period, now, knownOn),
    readMade(stores, estate, period, now),
  ]);
  return { ...bought, parts: [...bought.parts, ...made] };
}

/** A disclosure period up to an instant, by months, since certificates are issued for what is made in each. */
function monthsOf(estate: Estate, period: DisclosurePeriod, now: EpochSeconds) {
  const { from, to } = disclosureYear(period);
  const until = Math.max(from, Math.min(to, halfHourOf(now)));
  const months = until === from ? [] : withFigureChanges(estate, boundariesOf({ from, to: until }, 'month'));
  return { from, until, months };
}

/** What was bought, and what covers it: own generation has no part in that. */
async function readBought(
  stores: Stores,
  estate: Estate,
  period: DisclosurePeriod,
  now: EpochSeconds,
  knownOn: LocalDate,
): Promise<SupplyYear> {
  const { from, until, months } = monthsOf(estate, period, now);
  const register = { supplies: listed(estate, 'supplies'), certificates: listed(estate, 'certificates') };
  const match = (uses: readonly SupplyUse[]): YearCover => coverOfYear(register, uses, period, until, knownOn);
  if (months.length === 0) return { cover: match([]), parts: [], boundaries: months };
  const sums = await readDays(stores, supplyMeters(estate, { from, to: until }).meters, months);
  const known = boughtOf.get(sums.cells);
  if (known?.estate === estate && known.knownOn === knownOn && known.until === until) return known;
  const parts = energyParts(estate, estate.sites.keys(), sums, { only: 'purchased', utility: 'electricity' });
  const bought = { cover: match(supplyUses(parts, months)), parts, boundaries: months };
  boughtOf.set(sums.cells, { ...bought, estate, knownOn, until });
  return bought;
}

// A pure function's memory: the sums of a closed period are the same object until something in it is derived again.
const boughtOf = new WeakMap<
  BucketSums,
  SupplyYear & { readonly estate: Estate; readonly knownOn: LocalDate; readonly until: EpochSeconds }
>();

async function readMade(stores: Stores, estate: Estate, period: DisclosurePeriod, now: EpochSeconds) {
  const { from, until, months } = monthsOf(estate, period, now);
  if (months.length === 0) return [];
  const { making } = supplyMeters(estate, { from, to: until });
  const own = await readOwnByDay(stores, { estate, of: 'sites' }, making, months);
  return own.filter(({ utility }) => utility === 'electricity');
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
  knownOn = lastDateOf(now),
): Promise<ReadonlyMap<DisclosurePeriod, YearCover>> {
  const claims = listed(estate, 'supplies').some(({ claim }) => claim === 'supplier_rego' || claim === 'ppa');
  if (!claims && listed(estate, 'certificates').length === 0) return new Map();
  const covers = new Map<DisclosurePeriod, YearCover>();
  for (let at = from; at < to && at < now; ) {
    const period = disclosurePeriodOf(dateOf(at));
    covers.set(period, (await readBought(stores, estate, period, now, knownOn)).cover);
    at = disclosureYear(period).to;
  }
  return covers;
}
