import type { AnswerBucket } from '../domain/energy/buckets.ts';
import { type SiteYears, yearBefore } from '../domain/energy/comparisons.ts';
import type { CorrectedYears } from '../domain/energy/group-comparison.ts';
import { intensitiesOfParts } from '../domain/energy/intensity.ts';
import type { IntensityFigure } from '../domain/energy/place-intensity.ts';
import type { Estate, Site } from '../domain/estate/estate.ts';
import type { EpochSeconds, Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readPlaceFigures } from './place-figures.ts';
import { WeatherOfPeriod } from './site-weather.ts';
import { readCorrected, readFits, signaturePeriod, type SiteFit } from './weather-corrected.ts';

/** Sites in a period and in the same period a year before, as they were and in the weather of their standard years. */
export interface YearsOfSites {
  readonly lastYear: Period;
  readonly all: readonly SiteYears[];
  readonly corrected: CorrectedYears;
  /** How what heats them follows the weather in this year's signature period; of those that are corrected. */
  readonly fits: ReadonlyMap<string, readonly SiteFit[]>;
}

export interface YearsRequest {
  readonly estate: Estate;
  readonly sites: readonly Site[];
  /** Ids of those whose weather matters. */
  readonly corrected: ReadonlySet<string>;
  /** Whole London days that are over. */
  readonly bucket: AnswerBucket;
  readonly now: EpochSeconds;
}

/** Reads the figures of sites in two years. Rejects as `readEnergy` does. */
export async function readYearsOfSites(stores: Stores, request: YearsRequest): Promise<YearsOfSites> {
  const { estate, bucket, now } = request;
  const sites = request.sites.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const lastYear = yearBefore(bucket);
  const [thisYear, before] = await figuresOf(stores, estate, sites, [bucket, { ...lastYear, because: [] }]);
  const all = sites.flatMap((site): SiteYears[] => {
    const [own, older] = [thisYear.get(site.id), before.get(site.id)];
    return own && older ? [{ site, now: own, before: older }] : [];
  });
  const wanted = sites.filter(({ id }) => request.corrected.has(id));
  const reach = { from: signaturePeriod(lastYear).from, to: Math.max(bucket.to, signaturePeriod(bucket).to) };
  const shared = { estate, sites: wanted, reader: new WeatherOfPeriod(stores.store, estate, reach), now };
  const fits = await readFits(stores, { ...shared, period: bucket });
  const corrected = {
    now: await readCorrected(stores, { ...shared, figures: thisYear, period: bucket, fits }),
    before: await readCorrected(stores, { ...shared, figures: before, period: lastYear }),
  };
  return { lastYear, all, corrected, fits };
}

type Figures = ReadonlyMap<string, IntensityFigure>;

async function figuresOf(
  stores: Stores,
  estate: Estate,
  sites: readonly Site[],
  buckets: readonly [AnswerBucket, AnswerBucket],
): Promise<readonly [Figures, Figures]> {
  const ids = sites.map(({ id }) => id);
  const places = await readPlaceFigures(stores, { estate, sites: ids, buckets, of: 'sites' });
  const [first, second] = [...places.buckets].map(({ bucket, parts }) => {
    const figures = intensitiesOfParts({ estate, sites: ids, period: bucket, parts, inBuildings: [] });
    return new Map(figures.sites.map((figure) => [figure.place.id, figure]));
  });
  return [first ?? new Map(), second ?? new Map()];
}
