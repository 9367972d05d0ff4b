import { type AnswerBucket, instantsOf } from '../domain/energy/buckets.ts';
import type { EnergyPart } from '../domain/energy/site-energy.ts';
import type { Estate } from '../domain/estate/estate.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { readEnergy, type Stores } from './energy.ts';

/** What the figures of places need: the sites, the buckets, and in each of them the parts of their energy. */
export interface PlaceFigures {
  readonly estate: Estate;
  readonly sites: readonly string[];
  readonly boundaries: readonly EpochSeconds[];
  /** One after the other, each worked out when it is its turn. */
  readonly buckets: Iterable<{ readonly bucket: AnswerBucket; readonly parts: readonly EnergyPart[] }>;
}

export interface PlaceRequest {
  /** The whole register: which meters count is judged on it, whoever asks. */
  readonly estate: Estate;
  readonly sites: readonly string[];
  readonly buckets: readonly AnswerBucket[];
  readonly of: 'sites' | 'buildings';
}

/** Reads what the figures of some sites in some buckets need. Rejects as `readEnergy` does. */
export async function readPlaceFigures(
  stores: Stores,
  { estate, sites, buckets, of }: PlaceRequest,
): Promise<PlaceFigures> {
  const energy = await readEnergy(stores, { estate, sites, cuts: instantsOf(buckets), halfHours: false, of });
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
