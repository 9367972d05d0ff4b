import type { Estate } from '../domain/estate/estate.ts';
import type { EnergyPart } from '../domain/energy/site-energy.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { AnswerBucket } from './buckets.ts';
import type { FigureBucket } from './contract/intensity.ts';
import { readEnergy } from './energy.ts';
import { figureBucketsOf, instantsOf } from './figure-buckets.ts';
import type { ApiParts } from './parts.ts';
import { sitesOf, type View } from './view.ts';

/** What the figures of places need: the sites, the buckets, and in each of them the parts of their energy. */
export interface PlaceFigures {
  readonly estate: Estate;
  readonly sites: readonly string[];
  readonly boundaries: readonly EpochSeconds[];
  /** One after the other, each worked out when it is its turn. */
  readonly buckets: Iterable<{ readonly bucket: AnswerBucket; readonly parts: readonly EnergyPart[] }>;
}

interface FigureQuery {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly bucket: FigureBucket;
  readonly organisation?: readonly string[] | undefined;
  readonly site?: readonly string[] | undefined;
}

/**
 * Reads what the figures of a query need. Which meters count is judged on the whole register, not on the caller's
 * view.
 */
export async function readPlaces(
  parts: ApiParts,
  view: View,
  query: FigureQuery,
  of: 'sites' | 'buildings',
): Promise<PlaceFigures> {
  const estate = parts.estate();
  const sites = sitesOf(view, query).map(({ id }) => id);
  const buckets = figureBucketsOf(query, query.bucket, parts.clock());
  const energy = await readEnergy(parts, { estate, sites, cuts: instantsOf(buckets), halfHours: false, of });
  const { boundaries } = energy;
  const one = (bucket: AnswerBucket) => ({ bucket, parts: energy.within(bucket) });
  return { estate, sites, boundaries, buckets: buckets.values().map(one) };
}

/** How the sites of an answer are grouped into places. */
export function placesOf(
  estate: Estate,
  sites: readonly string[],
  by: 'site' | 'organisation' | 'estate',
): { readonly id: string; readonly name: string; readonly sites: ReadonlySet<string> }[] {
  if (by === 'estate') return [{ id: 'estate', name: estate.name, sites: new Set(sites) }];
  if (by === 'site') return sites.map((id) => ({ id, name: estate.sites.get(id)?.name ?? id, sites: new Set([id]) }));
  const groups = Map.groupBy(sites, (id) => estate.sites.get(id)?.organisation ?? '');
  return [...groups].map(([id, list]) => ({
    id,
    name: estate.organisations.get(id)?.name ?? id,
    sites: new Set(list),
  }));
}
