import { setImmediate } from 'node:timers/promises';
import { accountingOf } from '../domain/carbon/accounting.ts';
import { modelledParts } from '../domain/carbon/modelled.ts';
import { figureBucketsOf } from '../domain/energy/buckets.ts';
import { isKnown } from '../domain/energy/flow.ts';
import { intensitiesOfParts } from '../domain/energy/intensity.ts';
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
import { readCovers } from '../store/supply-years.ts';
import { placeOfPart, type PlaceRequest, placesOf, readPlaceFigures } from '../store/place-figures.ts';

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
  const [bucket] = figureBucketsOf(period, span, now);
  if (!bucket) return { places: new Map(), known: false };
  const sites = [...estate.sites.keys()].sort();
  const accounting = accountingOf(estate);
  const read = async (more: Pick<PlaceRequest, 'of' | 'accounting'>): Promise<Found> => {
    const { boundaries, buckets } = await readPlaceFigures(stores, { estate, sites, buckets: [bucket], ...more });
    // What is read is worked out in one go: others have their turn between.
    await setImmediate();
    return { boundaries, parts: [...buckets].flatMap(({ parts }) => parts) };
  };
  const ofSites = await read({ of: 'sites' });
  // Years of factors cut twelve months where those of the calendar do not.
  const forCarbon = accounting.factorYear === 'calendar' ? ofSites : await read({ of: 'sites', accounting });
  const inBuildings = await read({ of: 'buildings' });
  const request = { estate, sites, period: bucket };
  const figures = intensitiesOfParts({ ...request, parts: ofSites.parts, inBuildings: inBuildings.parts });
  const all = [...figures.sites, ...figures.buildings, ...figures.organisations, figures.estate];
  const once = (kind: string, id: string): readonly Fuel[] => wanted.fuels.get(`${kind} ${id}`) ?? [];
  const points = all.map((figure) => {
    const { kind, id } = figure.place;
    return { name: `${kind} ${id}`, points: intensityPoints(span, bucket, figure, once(kind, id)) };
  });
  await setImmediate();
  const { boundaries, parts } = forCarbon;
  const reach = { from: boundaries[0] ?? bucket.from, to: boundaries.at(-1) ?? bucket.from };
  const covers = await readCovers(stores, estate, reach, now);
  const modelled = modelledParts(estate, sites, boundaries, accounting, bucket);
  for (const place of carbonPlaces(estate, sites, parts, modelled)) {
    const { kind, id } = place;
    const of = { span, bucket, boundaries, accounting, covers, once: once(kind, id) };
    points.push({ name: `${kind} ${id}`, points: carbonPoints(estate, place, of) });
  }
  const byPlace = Map.groupBy(points, ({ name }) => name);
  const places = new Map([...byPlace].map(([name, list]) => [name, list.flatMap((one) => one.points)]));
  return { places, known: ofSites.parts.some(isKnown) };
}

/** The parts in the bucket, and the instants that the buckets of their sums lie between. */
interface Found {
  readonly boundaries: readonly EpochSeconds[];
  readonly parts: readonly EnergyPart[];
}

const carbonKinds = ['site', 'organisation', 'estate'] as const;

/** The places whose emissions are answered for: a building's are not. An organisation has what it reports. */
function carbonPlaces(
  estate: Estate,
  sites: readonly string[],
  parts: readonly EnergyPart[],
  modelled: readonly EnergyPart[],
): CarbonPlace[] {
  const organisations = reportingOrganisations(estate);
  return carbonKinds.flatMap((kind) => {
    const ofPlace = Map.groupBy(parts, (part) => placeOfPart(part, kind));
    const beside = Map.groupBy(modelled, (part) => placeOfPart(part, kind));
    return placesOf({ estate, sites, organisations }, kind).map(({ id }) => {
      return { kind, id, parts: ofPlace.get(id) ?? [], modelled: beside.get(id) ?? [] };
    });
  });
}
