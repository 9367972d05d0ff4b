import { lacks } from '../domain/energy/flow.ts';
import { metersNeeded } from '../domain/energy/site-energy.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import {
  type CertificatesCounted,
  type Claim,
  claimedEnergy,
  claimsIn,
  type Unmatched,
} from '../domain/matching/claims.ts';
import { type ClaimedGeneration, type MatchedUse, matchUses, type UseSeries } from '../domain/matching/match.ts';
import {
  addDays,
  dateOf,
  type EpochSeconds,
  halfHourSeconds,
  lastDateOf,
  type Period,
  startOfDay,
} from '../domain/time.ts';
import { checkSize, readEnergy, type Stores } from './energy.ts';
import { readObserved } from './observed.ts';

export interface MatchRequest {
  readonly estate: Estate;
  /** Sites that are asked for; those that share their contracts and certificates are read too. */
  readonly sites: readonly string[];
  /** Whole half-hours. */
  readonly period: Period;
  readonly counted: CertificatesCounted;
  readonly now: EpochSeconds;
}

export interface Matching {
  readonly from: EpochSeconds;
  /** Those of the sites asked for. */
  readonly uses: readonly MatchedUse[];
  readonly claims: readonly Claim[];
  readonly unmatched: readonly Unmatched[];
}

/** Matches the electricity of some sites by half-hour. Rejects with `request.range-too-long`, and as the store does. */
export async function readMatching(stores: Stores, request: MatchRequest): Promise<Matching> {
  const { estate, period, counted, now } = request;
  const { claims, unmatched } = claimsIn(estate, period, counted, lastDateOf(now));
  const wanted = new Set(request.sites);
  const reached = sitesReached(estate, claims, wanted);
  const uses = await readUses(stores, estate, [...reached].sort(), period);
  const count = halfHoursIn(period);
  const series = async (id: string, asked: Period): Promise<Float64Array> => {
    const entry = estate.observed?.get(id);
    if (!entry) return new Float64Array(halfHoursIn(asked)).fill(Number.NaN);
    return (await readObserved(stores.store, entry, asked)).values;
  };
  const generation: ClaimedGeneration[] = [];
  for (const claim of claims) {
    const reach = uses.flatMap((use, i) => (isFor(claim, use) ? [i] : []));
    if (reach.length === 0) continue;
    const energy = await claimedEnergy(claim, period.from, count, series);
    generation.push({ source: claim.source, of: claim.of, energy, reach });
  }
  const matched = matchUses(uses, generation);
  return { from: period.from, uses: matched.filter(({ use }) => wanted.has(use.site)), claims, unmatched };
}

/** Whether a claim is for a use. */
function isFor({ organisation, sites }: Claim, use: Pick<UseSeries, 'site' | 'organisation'>): boolean {
  if (sites && !sites.has(use.site)) return false;
  return organisation === undefined || organisation === use.organisation;
}

/** The sites asked for, and all that share a claim with one of them. */
function sitesReached(estate: Estate, claims: readonly Claim[], wanted: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(wanted);
  for (const { sites, organisation } of claims) {
    const own =
      sites ?? [...estate.sites.values()].filter((site) => site.organisation === organisation).map((s) => s.id);
    const list = [...own];
    if (list.some((site) => wanted.has(site))) for (const site of list) all.add(site);
  }
  return all;
}

export function halfHoursIn({ from, to }: Period): number {
  return Math.round((to - from) / halfHourSeconds);
}

/** One use as it is filled. */
interface OpenUse extends UseSeries {
  readonly bought: Float64Array;
  readonly own: Float64Array;
}

/** The electricity of sites by half-hour and by who reports it: bought, and own renewable used. */
export async function readUses(
  stores: Stores,
  estate: Estate,
  sites: readonly string[],
  period: Period,
): Promise<UseSeries[]> {
  const count = halfHoursIn(period);
  checkSize(sites.length * count, limits.matchedHalfHours);
  const uses = new Map<string, OpenUse>();
  const sold = sitesThatSell(estate, period);
  for (const part of partsOf(estate, sites, period)) {
    const cuts = Array.from({ length: halfHoursIn(part) + 1 }, (_, i) => part.from + i * halfHourSeconds);
    const energy = await readEnergy(stores, { estate, sites, cuts, halfHours: true, of: 'sites' });
    const offset = (part.from - period.from) / halfHourSeconds;
    for (const one of energy.within(part)) {
      if (one.utility !== 'electricity') continue;
      const key = `${one.site}/${one.reporter}`;
      const use = uses.get(key) ?? newUse(one.site, one.reporter, count, !sold.has(one.site));
      uses.set(key, use);
      const series = one.source === 'purchased' ? use.bought : use.own;
      const i = offset + one.bucket;
      const before = series[i] as number;
      const value = lacks(one, false) ? Number.NaN : one.energy;
      // What is bought is unknown until a part says it; own use adds up from none.
      series[i] = one.source === 'purchased' && Number.isNaN(before) ? value : before + value;
    }
  }
  return [...uses.values()];
}

function newUse(site: string, organisation: string, count: number, ownClaimed: boolean): OpenUse {
  const bought = new Float64Array(count).fill(Number.NaN);
  return { site, organisation, bought, own: new Float64Array(count), ownClaimed };
}

/** The period in parts that one read of the store may hold; each begins at a local midnight or with the period. */
function* partsOf(estate: Estate, sites: readonly string[], period: Period): Generator<Period> {
  const meters = Math.max(1, metersNeeded(estate, sites, period).length);
  const days = Math.max(1, Math.min(31, Math.floor(limits.halfHoursPerAnswer / (50 * meters)) - 1));
  for (let { from } = period; from < period.to; ) {
    const to = Math.min(period.to, startOfDay(addDays(dateOf(from), days)));
    yield { from, to };
    from = to;
  }
}

/** Sites where the certificates of own generation were sold at some time of a period, and the claim with them. */
function sitesThatSell(estate: Estate, { from, to }: Period): ReadonlySet<string> {
  const [first, last] = [dateOf(from), dateOf(to - 1)];
  const entries = listed(estate, 'own_generation');
  const isOver = (meter: string, since: string): boolean =>
    entries.some((other) => other.meter === meter && other.from > since && other.from <= first);
  const sold = entries.filter(
    ({ meter, certificates, from: since }) => certificates === 'sold' && since <= last && !isOver(meter, since),
  );
  return new Set(sold.flatMap(({ meter }) => estate.meters.get(meter)?.site ?? []));
}
