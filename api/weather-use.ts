import type { z } from 'zod';
import { type AnswerBucket, answerBuckets } from '../domain/energy/buckets.ts';
import type { MeasuredShare } from '../domain/energy/figure.ts';
import { type Meter, type Site, type Utility } from '../domain/estate/estate.ts';
import { type Period } from '../domain/time.ts';
import { type BucketUse, knownShareOfUse } from '../domain/weather/points.ts';
import { readUtilityUse } from '../store/signature-use.ts';
import { heatingOf } from '../store/weather-corrected.ts';
import type { signatureQuerySchema } from './contract/weather.ts';
import { readMeterFigures } from './meter-consumption.ts';
import type { ApiParts } from './parts.ts';
import { metersOf, sitesOf, type View } from './view.ts';

export type UseQuery = Pick<
  z.output<typeof signatureQuerySchema>,
  'by' | 'site' | 'organisation' | 'meter' | 'utility' | 'points' | 'base'
>;

/** What a place used of one utility, to be set against the weather of its site. */
export interface PlaceUse {
  readonly place: string;
  readonly name: string;
  readonly site: Site;
  readonly utility: Utility;
  readonly use: readonly BucketUse[];
  readonly measuredShare: MeasuredShare;
}

/** The whole buckets of a period that are over; a part of a month says nothing of a month. */
export function wholeBuckets(period: Period, points: UseQuery['points'], now: number): AnswerBucket[] {
  return answerBuckets(period, points, now).filter(({ because }) => because.length === 0);
}

/** The sites of a query whose weather the register describes; those it names are kept, so that they are refused. */
function sitesWithWeather(view: View, query: UseQuery): Site[] {
  return sitesOf(view, query).filter((site) => site.weather !== undefined || query.site !== undefined);
}

/** Reads the use of sites or meters in buckets that follow one another. */
export async function readPlaceUse(
  parts: ApiParts,
  view: View,
  query: UseQuery,
  buckets: readonly AnswerBucket[],
): Promise<PlaceUse[]> {
  return await (query.by === 'meter' ? useOfMeters : useOfSites)(parts, view, query, buckets);
}

async function useOfSites(
  parts: ApiParts,
  view: View,
  query: UseQuery,
  buckets: readonly AnswerBucket[],
): Promise<PlaceUse[]> {
  const sites = new Map(sitesWithWeather(view, query).map((site) => [site.id, site]));
  const wanted = (id: string): readonly Utility[] => {
    const site = sites.get(id);
    return query.utility ?? (site ? heatingOf(site) : []);
  };
  const list = await readUtilityUse(parts, parts.estate(), [...sites.keys()], wanted, buckets);
  return list.flatMap(({ site: id, utility, use, measuredShare }) => {
    const site = sites.get(id);
    return site ? [{ place: id, name: site.name, site, utility, use, measuredShare }] : [];
  });
}

async function useOfMeters(
  parts: ApiParts,
  view: View,
  query: UseQuery,
  buckets: readonly AnswerBucket[],
): Promise<PlaceUse[]> {
  const sites = new Map(sitesWithWeather(view, query).map((site) => [site.id, site]));
  const meters = metersOf(view, query).filter((meter) => {
    const site = sites.get(meter.site);
    const counts = meter.utility !== 'water' && meter.measures === 'active' && site !== undefined;
    return counts && (query.meter !== undefined || (query.utility ?? heatingOf(site)).includes(meter.utility));
  });
  const figures = await readMeterFigures(parts, meters, buckets, false, parts.clock());
  return meters.flatMap((meter) => {
    const site = sites.get(meter.site);
    return site ? [useOfMeter(meter, site, buckets, (index) => figures.of(meter, index))] : [];
  });
}

type FigureAt = (index: number) => ReturnType<Awaited<ReturnType<typeof readMeterFigures>>['of']>;

function useOfMeter(meter: Meter, site: Site, buckets: readonly AnswerBucket[], at: FigureAt): PlaceUse {
  let [energy, measured, halfHours, expected] = [0, 0, 0, 0];
  const use = buckets.map(({ from, to }, index): BucketUse => {
    const figure = at(index);
    if (figure?.energy === undefined) return { from, to, energy: undefined, missing: true };
    const { measuredHalfHours, estimatedHalfHours, missingHalfHours, gapHalfHours } = figure;
    const all = measuredHalfHours + estimatedHalfHours + missingHalfHours;
    const known = all > 0 ? 1 - (missingHalfHours - gapHalfHours) / all : 0;
    energy += figure.energy;
    measured += figure.measuredEnergy;
    halfHours += measuredHalfHours;
    expected += all;
    return { from, to, energy: known >= knownShareOfUse ? figure.energy / known : undefined, missing: known < 1 };
  });
  const byTime = expected > 0 ? halfHours / expected : undefined;
  const measuredShare = { byAmount: energy > 0 ? Math.min(1, measured / energy) : byTime, byTime };
  return { place: meter.id, name: meter.name, site, utility: meter.utility, use, measuredShare };
}
