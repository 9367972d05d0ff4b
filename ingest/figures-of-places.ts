import { setImmediate } from 'node:timers/promises';
import { type AnswerBucket, figureBucketsOf } from '../domain/energy/buckets.ts';
import { isKnown } from '../domain/energy/flow.ts';
import { intensitiesOfParts } from '../domain/energy/intensity.ts';
import type { IntensityFigure } from '../domain/energy/place-intensity.ts';
import { reportingOrganisations } from '../domain/energy/reporters.ts';
import type { EnergyPart } from '../domain/energy/site-energy.ts';
import type { Estate } from '../domain/estate/estate.ts';
import type { ShownPoint } from '../domain/series.ts';
import {
  type CarbonPlace,
  carbonPoints,
  type Fuel,
  intensityPoints,
  type ShownSpan,
} from '../domain/shown/place-points.ts';
import { addMonths, type EpochSeconds, type LocalDate, startOfDay } from '../domain/time.ts';
import type { Stores } from '../store/energy.ts';
import { placeOfPart, placesOf, readPlaceFigures } from '../store/place-figures.ts';

interface Wanted {
  readonly span: ShownSpan;
  /** The month, or the one that the twelve months end with. */
  readonly month: LocalDate;
  readonly now: EpochSeconds;
  /** The fuels that each place ever had a row of, by `kind id`. */
  readonly fuels: ReadonlyMap<string, readonly Fuel[]>;
}

export interface PlacePoints {
  /** By `kind id`. */
  readonly places: ReadonlyMap<string, readonly ShownPoint[]>;
  /** Whether anything at all is known in the bucket. */
  readonly known: boolean;
}

/**
 * The figures of every place of an estate in one bucket, as the API answers when it is asked for that bucket alone.
 * None where the bucket has not begun, or twelve months are not over.
 */
export async function pointsOfPlaces(stores: Stores, estate: Estate, wanted: Wanted): Promise<PlacePoints> {
  const { span, month, now } = wanted;
  const period = { from: startOfDay(month), to: startOfDay(addMonths(month, 1)) };
  const buckets = figureBucketsOf(period, span, now);
  const sites = [...estate.sites.keys()].sort();
  const places = new Map<string, ShownPoint[]>();
  let known = false;
  const add = (kind: string, id: string, points: readonly ShownPoint[]): void => {
    places.set(`${kind} ${id}`, [...(places.get(`${kind} ${id}`) ?? []), ...points]);
  };
  const { boundaries, ...bySite } = await readPlaceFigures(stores, { estate, sites, buckets, of: 'sites' });
  const once = (kind: string, id: string): readonly Fuel[] => wanted.fuels.get(`${kind} ${id}`) ?? [];
  for (const { bucket, parts } of bySite.buckets) {
    known ||= parts.some(isKnown);
    const figures = intensitiesOfParts({ estate, sites, period: bucket, parts, inBuildings: [] });
    for (const figure of [...figures.sites, ...figures.organisations, figures.estate]) {
      add(figure.place.kind, figure.place.id, pointsOf(figure, bucket));
    }
    await setImmediate();
    for (const place of carbonPlaces(estate, sites, parts)) {
      const { kind, id } = place;
      add(kind, id, carbonPoints(estate, place, { span, bucket, boundaries, once: once(kind, id) }));
    }
  }
  await setImmediate();
  const inBuildings = await readPlaceFigures(stores, { estate, sites, buckets, of: 'buildings' });
  for (const { bucket, parts } of inBuildings.buckets) {
    const figures = intensitiesOfParts({ estate, sites, period: bucket, parts: [], inBuildings: parts });
    for (const figure of figures.buildings) add('building', figure.place.id, pointsOf(figure, bucket));
  }
  return { places, known };

  function pointsOf(figure: IntensityFigure, bucket: AnswerBucket): ShownPoint[] {
    const { kind, id } = figure.place;
    return intensityPoints(span, bucket, figure, once(kind, id));
  }
}

const carbonKinds = ['site', 'organisation', 'estate'] as const;

/** The places whose emissions are answered for: a building's are not. An organisation has what it reports. */
function carbonPlaces(estate: Estate, sites: readonly string[], parts: readonly EnergyPart[]): CarbonPlace[] {
  const organisations = reportingOrganisations(estate);
  return carbonKinds.flatMap((kind) => {
    const ofPlace = Map.groupBy(parts, (part) => placeOfPart(part, kind));
    return placesOf({ estate, sites, organisations }, kind).map(({ id }) => {
      return { kind, id, parts: ofPlace.get(id) ?? [] };
    });
  });
}
