import { type FigureBucket, figureBucketsOf } from '../domain/energy/buckets.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { type PlaceFigures, readPlaceFigures } from '../store/place-figures.ts';
import type { ApiParts } from './parts.ts';
import { sitesOf, type View } from './view.ts';

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
  const sites = sitesOf(view, query).map(({ id }) => id);
  const buckets = figureBucketsOf(query, query.bucket, parts.clock());
  return await readPlaceFigures(parts, { estate: parts.estate(), sites, buckets, of });
}
