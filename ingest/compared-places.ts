import { setImmediate } from 'node:timers/promises';
import { disclosurePeriodOf } from '../domain/certificates/disclosure-period.ts';
import { figureBucketsOf } from '../domain/energy/buckets.ts';
import type { Estate } from '../domain/estate/estate.ts';
import type { ShownPoint } from '../domain/series.ts';
import { comparisonPoints, signaturePoints } from '../domain/shown/comparison-points.ts';
import { coverPoints } from '../domain/shown/cover-points.ts';
import type { Fuel } from '../domain/shown/place-points.ts';
import { addMonths, type EpochSeconds, type LocalDate, startOfDay } from '../domain/time.ts';
import type { Stores } from '../store/energy.ts';
import { readYearsOfSites } from '../store/site-years.ts';
import { readSupplyYear } from '../store/supply-years.ts';
import type { PlacePoints } from './figures-of-places.ts';

interface Wanted {
  readonly month: LocalDate;
  readonly now: EpochSeconds;
}

/**
 * The twelve months that end with a month against the year before, sites of the type, benchmarks and the weather, as
 * the API answers when it is asked for them alone; none where they are not over. `fuels`: what each place ever used, by
 * `kind id`.
 */
export async function pointsOfComparisons(
  stores: Stores,
  estate: Estate,
  { month, now, fuels }: Wanted & { readonly fuels: ReadonlyMap<string, readonly Fuel[]> },
): Promise<PlacePoints> {
  const period = { from: startOfDay(month), to: startOfDay(addMonths(month, 1)) };
  const [bucket] = figureBucketsOf(period, 'rolling_year', now);
  if (!bucket) return { places: new Map(), known: false };
  const sites = [...estate.sites.values()];
  const request = { estate, sites, corrected: new Set(estate.sites.keys()), bucket, now };
  const { all, corrected, fits } = await readYearsOfSites(stores, request);
  await setImmediate();
  const signatures = sites.flatMap(({ id }) => {
    const once = (fuels.get(`site ${id}`) ?? []).flatMap(({ utility, source }) =>
      source === 'purchased' && utility !== 'water' ? [utility] : [],
    );
    return signaturePoints(id, bucket, fits.get(id) ?? [], once);
  });
  return byPlace([...comparisonPoints(estate, bucket, all, corrected), ...signatures]);
}

/** What covers the electricity of every place in the disclosure period that begins with a month, to date. */
export async function pointsOfCover(stores: Stores, estate: Estate, { month, now }: Wanted): Promise<PlacePoints> {
  if (startOfDay(month) >= now) return { places: new Map(), known: false };
  const year = await readSupplyYear(stores, estate, disclosurePeriodOf(month), now);
  await setImmediate();
  return byPlace(coverPoints(estate, year));
}

function byPlace(points: readonly ShownPoint[]): PlacePoints {
  const nameOf = ({ tags }: ShownPoint): string => ('place' in tags ? `${tags.kind} ${tags.place}` : '');
  return { places: Map.groupBy(points, nameOf), known: true };
}
