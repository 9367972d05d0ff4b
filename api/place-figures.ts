import { type FigureBucket, figureBucketsOf } from '../domain/energy/buckets.ts';
import type { Accounting } from '../domain/carbon/accounting.ts';
import { reportersBySite } from '../domain/energy/reporters.ts';
import type { EnergyPart } from '../domain/energy/site-energy.ts';
import type { Estate } from '../domain/estate/estate.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { type PlaceFigures, readPlaceFigures } from '../store/place-figures.ts';
import type { ApiParts } from './parts.ts';
import { sitesOf, type View } from './view.ts';

interface PlaceFilter {
  readonly organisation?: readonly string[] | undefined;
  readonly site?: readonly string[] | undefined;
}

interface FigureQuery extends PlaceFilter {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly bucket: FigureBucket;
}

/** The figures of a query, and the organisations that it is of. */
export interface PlacesAsked extends PlaceFigures {
  readonly organisations: readonly string[];
}

/**
 * Reads what the figures of a query need. Which meters count is judged on the whole register, not on the caller's
 * view. By organisation, the sites are those where one of them reports something, and the parts those that it reports.
 */
export async function readPlaces(
  parts: ApiParts,
  view: View,
  query: FigureQuery & { readonly by: 'site' | 'building' | 'organisation' | 'estate' },
  accounting?: Accounting,
): Promise<PlacesAsked> {
  const estate = parts.estate();
  const buckets = figureBucketsOf(query, query.bucket, parts.clock());
  const of = query.by === 'building' ? 'buildings' : 'sites';
  const asked = sitesAsked(estate, view, query);
  const figures = await readPlaceFigures(parts, { estate, sites: asked.sites, buckets, of, accounting });
  const { organisations, isOf } = asked;
  if (!isOf) return { ...figures, organisations };
  const seen = Iterator.from(figures.buckets).map((one) => ({ ...one, parts: one.parts.filter(isOf) }));
  return { ...figures, organisations, buckets: seen };
}

/** Which sites a query is of. */
interface Asked {
  readonly sites: readonly string[];
  /** Those that the figures are of; none where they are of places. */
  readonly organisations: readonly string[];
  /** Which parts of the sites' energy; all where it is not said. */
  readonly isOf?: (part: EnergyPart) => boolean;
}

/** By organisation: where one of those asked for reports something. Else the sites of the query. */
export function sitesAsked(estate: Estate, view: View, query: PlaceFilter & { readonly by: string }): Asked {
  if (query.by === 'organisation') return reportedIn(estate, view, query);
  return { sites: sitesOf(view, query).map(({ id }) => id), organisations: [] };
}

/** What the organisations asked for report, at their own sites and at those of others, as far as the caller may see. */
function reportedIn(estate: Estate, view: View, query: PlaceFilter): Asked {
  // Names that are not there are refused here too.
  sitesOf(view, query);
  const places = new Set(sitesOf(view, { site: query.site }).map(({ id }) => id));
  const asked = new Set(query.organisation ?? view.organisations.keys());
  const whole = new Set([...asked].filter((id) => view.reports?.has(id)));
  const isElsewhereToo = query.site === undefined;
  const at = [...reportersBySite(estate)].filter(([site, who]) => {
    const reaches = places.has(site) ? asked : isElsewhereToo ? whole : new Set<string>();
    return !reaches.isDisjointFrom(who);
  });
  const found = new Set(at.flatMap(([, who]) => [...who]));
  return {
    sites: at.map(([site]) => site).sort(),
    organisations: [...asked].filter((id) => found.has(id)).sort(),
    isOf: ({ site, reporter }) => asked.has(reporter) && (places.has(site) || whole.has(reporter)),
  };
}
