import { coverOfYear, type YearCover } from '../domain/certificates/cover.ts';
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
    readBought(stores, estate, period, now),
    readMade(stores, estate, period, now),
  ]);
  const { parts, boundaries } = bought;
  return { cover: coverOfBought(estate, bought, knownOn), parts: [...parts, ...made], boundaries };
}

/** A disclosure period up to an instant, by months, since certificates are issued for what is made in each. */
function monthsOf(estate: Estate, period: DisclosurePeriod, now: EpochSeconds) {
  const { from, to } = disclosureYear(period);
  const until = Math.max(from, Math.min(to, halfHourOf(now)));
  const months = until === from ? [] : withFigureChanges(estate, boundariesOf({ from, to: until }, 'month'));
  return { from, until, months };
}

/** The electricity that an estate bought in a disclosure period to date. */
export interface BoughtYear {
  readonly period: DisclosurePeriod;
  readonly until: EpochSeconds;
  readonly parts: readonly EnergyPart[];
  readonly boundaries: readonly EpochSeconds[];
}

async function readBought(
  stores: Stores,
  estate: Estate,
  period: DisclosurePeriod,
  now: EpochSeconds,
): Promise<BoughtYear> {
  const { from, until, months } = monthsOf(estate, period, now);
  if (months.length === 0) return { period, until, parts: [], boundaries: months };
  const sums = await readDays(stores, supplyMeters(estate, { from, to: until }).meters, months);
  const known = boughtOf.get(sums.cells);
  if (known?.estate === estate && known.year.until === until) return known.year;
  const parts = energyParts(estate, estate.sites.keys(), sums, { only: 'purchased', utility: 'electricity' });
  const year = { period, until, parts, boundaries: months };
  boughtOf.set(sums.cells, { estate, year });
  return year;
}

/** What covers it: own generation has no part in that. */
function coverOfBought(estate: Estate, year: BoughtYear, knownOn: LocalDate): YearCover {
  const known = coverOf.get(year);
  if (known?.estate === estate && known.knownOn === knownOn) return known.cover;
  const { period, until, parts, boundaries } = year;
  const register = { supplies: listed(estate, 'supplies'), certificates: listed(estate, 'certificates') };
  const cover = coverOfYear(register, supplyUses(parts, boundaries), period, until, knownOn);
  coverOf.set(year, { estate, knownOn, cover });
  return cover;
}

// Memories of pure functions: the sums of a closed period are the same object until something in it is derived again.
const boughtOf = new WeakMap<BucketSums, { readonly estate: Estate; readonly year: BoughtYear }>();
const coverOf = new WeakMap<
  BoughtYear,
  { readonly estate: Estate; readonly knownOn: LocalDate; readonly cover: YearCover }
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
  span: Period,
  now: EpochSeconds,
): Promise<ReadonlyMap<DisclosurePeriod, YearCover>> {
  return coversOf(estate, await readBoughtYears(stores, estate, span, now), lastDateOf(now));
}

/** What was bought in each disclosure period that a span of time touches; of none where nothing is claimed. */
export async function readBoughtYears(
  stores: Stores,
  estate: Estate,
  { from, to }: Period,
  now: EpochSeconds,
): Promise<readonly BoughtYear[]> {
  const years: BoughtYear[] = [];
  if (!isAnythingClaimed(estate)) return years;
  for (let at = from; at < to && at < now; ) {
    const period = disclosurePeriodOf(dateOf(at));
    years.push(await readBought(stores, estate, period, now));
    at = disclosureYear(period).to;
  }
  return years;
}

export function coversOf(
  estate: Estate,
  years: readonly BoughtYear[],
  knownOn: LocalDate,
): ReadonlyMap<DisclosurePeriod, YearCover> {
  return new Map(years.map((year) => [year.period, coverOfBought(estate, year, knownOn)]));
}

/** Whether a register claims that anything bought is renewable. */
export function isAnythingClaimed(estate: Estate): boolean {
  const claims = listed(estate, 'supplies').some(({ claim }) => claim === 'supplier_rego' || claim === 'ppa');
  return claims || listed(estate, 'certificates').length > 0;
}
