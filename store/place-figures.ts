import type { Accounting } from '../domain/carbon/accounting.ts';
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
  readonly accounting?: Accounting | undefined;
}

/** Reads what the figures of some sites in some buckets need. Rejects as `readEnergy` does. */
export async function readPlaceFigures(
  stores: Stores,
  { estate, sites, buckets, of, accounting }: PlaceRequest,
): Promise<PlaceFigures> {
  const cuts = instantsOf(buckets);
  const energy = await readEnergy(stores, { estate, sites, cuts, halfHours: false, of, accounting });
  const { boundaries } = energy;
  const one = (bucket: AnswerBucket) => ({ bucket, parts: energy.within(bucket) });
  return { estate, sites, boundaries, buckets: buckets.values().map(one) };
}

export type PlaceOfParts = 'site' | 'organisation' | 'estate';

/** The places of an answer. */
export function placesOf(
  { estate, sites, organisations }: Pick<PlaceFigures, 'estate' | 'sites'> & { organisations: readonly string[] },
  by: PlaceOfParts,
): { readonly id: string; readonly name: string }[] {
  if (by === 'estate') return [{ id: 'estate', name: estate.name }];
  const all = by === 'site' ? estate.sites : estate.organisations;
  return (by === 'site' ? sites : organisations).map((id) => ({ id, name: all.get(id)?.name ?? id }));
}

/** The place that a part is counted in. An organisation's are those it reports, on whosever site they are used. */
export function placeOfPart({ site, reporter }: EnergyPart, by: PlaceOfParts): string {
  return by === 'estate' ? 'estate' : by === 'site' ? site : reporter;
}
