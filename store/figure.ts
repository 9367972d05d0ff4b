import { type Accounting, accountingOf } from '../domain/carbon/accounting.ts';
import { activitiesIn } from '../domain/carbon/boundaries.ts';
import { carbonOf } from '../domain/carbon/carbon.ts';
import type { Factor } from '../domain/carbon/factors.ts';
import type { WeightedArea } from '../domain/energy/area.ts';
import { type AnswerBucket, answerBuckets, type PartialReason } from '../domain/energy/buckets.ts';
import type { Figure } from '../domain/energy/figure.ts';
import { isKnown, lacks } from '../domain/energy/flow.ts';
import { intensitiesOfParts } from '../domain/energy/intensity.ts';
import type { IntensityFigure } from '../domain/energy/place-intensity.ts';
import { addParts, type EnergyPart } from '../domain/energy/site-energy.ts';
import type { Estate, Utility } from '../domain/estate/estate.ts';
import { type FigureAsked, figureKinds, sitesOfPlace } from '../domain/signoff/figure-asked.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readPlaceFigures } from './place-figures.ts';

/**
 * One figure by itself, with what it was made from: what the API answers in a row, explains, and signs off. The same
 * inputs give the same figure, whether they are those of now, of a date, or frozen.
 */

/** What a figure is made with. */
export interface FigureInputs {
  readonly stores: Stores;
  readonly estate: Estate;
  readonly now: EpochSeconds;
}

export interface FoundFigure extends Pick<Figure, 'value' | 'measuredShare' | 'versions' | 'warnings'> {
  readonly asked: FigureAsked;
  readonly sites: readonly string[];
  /** The part of the period that is over. */
  readonly bucket: AnswerBucket;
  readonly partial: readonly PartialReason[];
  /** kWh. */
  readonly energy: number | undefined;
  /** What the energy of an intensity is divided by. */
  readonly area: WeightedArea | undefined;
  /** How carbon was reckoned; undefined for other figures. */
  readonly accounting: Accounting | undefined;
  readonly factors: readonly Factor[];
  /** Whether a utility is in the figure at all. */
  readonly counts: (utility: Utility) => boolean;
  /** The parts it was added up from, between these boundaries. */
  readonly parts: readonly EnergyPart[];
  readonly boundaries: readonly EpochSeconds[];
  /** The share that some parts have in the figure, in its unit; undefined where it cannot be known. */
  readonly shareOf: (parts: readonly EnergyPart[], boundaries: readonly EpochSeconds[]) => number | undefined;
}

/** Undefined where the period has not begun. Rejects as `readEnergy` does. */
export async function readFigure(
  { stores, estate, now }: FigureInputs,
  visible: Iterable<string>,
  asked: FigureAsked,
): Promise<FoundFigure | undefined> {
  const { place, period, utility } = asked;
  const sites = sitesOfPlace(estate, visible, place);
  const accounting = accountingFor(estate, asked);
  const buckets = answerBuckets(period, 'whole', now);
  const of = place.kind === 'building' ? 'buildings' : 'sites';
  const places = await readPlaceFigures(stores, { estate, sites, buckets, of, accounting });
  const [first] = places.buckets;
  if (!first) return undefined;
  const { bucket } = first;
  const parts = first.parts.filter(
    (part) =>
      (utility === undefined || part.utility === utility) &&
      (place.kind !== 'building' || part.building === place.id) &&
      (place.kind !== 'organisation' || part.reporter === place.id),
  );
  const { boundaries } = places;
  const shared = { asked, sites, bucket, parts, boundaries };
  return asked.figure === 'carbon' ? ofCarbon(estate, shared, accounting) : ofEnergy(estate, shared);
}

/** As the figure was asked for, else as its organisation reports, else as the estate does; with the factors at hand. */
function accountingFor(estate: Estate, { place, accounting }: FigureAsked): Accounting {
  return { ...accountingOf(estate, place.kind === 'organisation' ? place.id : undefined), ...accounting };
}

type Shared = Pick<FoundFigure, 'asked' | 'sites' | 'bucket' | 'parts' | 'boundaries'>;

function ofCarbon(estate: Estate, shared: Shared, accounting: Accounting): FoundFigure {
  const { bucket, parts, boundaries } = shared;
  const carbon = carbonOf(estate, parts, { boundaries }, accounting);
  return {
    ...shared,
    ...pick(carbon),
    energy: carbon.energy,
    area: undefined,
    accounting,
    counts: (utility) => activitiesIn(accounting.boundary, utility).length > 0,
    factors: carbon.byActivity.flatMap((one) => one.factors),
    partial: reasons(bucket, carbon.isMissing),
    shareOf: (some, cuts) => carbonOf(estate, some, { boundaries: cuts }, accounting).value,
  };
}

function ofEnergy(estate: Estate, shared: Shared): FoundFigure {
  const { asked, bucket, parts } = shared;
  const figure = intensityOf(estate, shared);
  const isIntensity = asked.figure === 'intensity';
  const area = figure?.area;
  const energyOf = (some: readonly EnergyPart[]): number | undefined => {
    const total = addParts(some.filter((part) => part.utility !== 'water'));
    return isKnown(total) || total.energy !== 0 ? total.energy : undefined;
  };
  const divided = (energy: number | undefined): number | undefined =>
    energy !== undefined && area?.area ? energy / area.area : undefined;
  const missing = figure?.energy === undefined || lacks(figure.total, false);
  return {
    ...shared,
    value: isIntensity ? figure?.value : figure?.energy,
    measuredShare: figure?.measuredShare ?? { byAmount: undefined, byTime: undefined },
    versions: figure?.versions ?? { register: estate.version, factorSets: [] },
    warnings: (figure?.warnings ?? []).filter(
      ({ code }) => isIntensity || (code !== 'area-unknown' && code !== 'not-open'),
    ),
    energy: figure?.energy ?? energyOf(parts),
    area: isIntensity ? area : undefined,
    accounting: undefined,
    counts: (utility) => utility !== 'water',
    factors: [],
    partial: reasons(bucket, missing),
    shareOf: (some) => (isIntensity ? divided(energyOf(some)) : energyOf(some)),
  };
}

/** The figure of the place among those of its sites. */
function intensityOf(estate: Estate, { asked, sites, bucket, parts }: Shared): IntensityFigure | undefined {
  const { kind, id } = asked.place;
  const split = kind === 'building' ? { parts: [], inBuildings: parts } : { parts, inBuildings: [] };
  const organisations = new Set([id]);
  const figures = intensitiesOfParts({ estate, sites, organisations, period: bucket, ...split });
  if (kind === 'estate') return figures.estate;
  const list = {
    site: () => figures.sites,
    building: () => figures.buildings,
    organisation: () => figures.organisations,
  };
  return list[kind]().find((figure) => figure.place.id === id);
}

function pick({ value, measuredShare, versions, warnings }: Figure) {
  return { value, measuredShare, versions, warnings };
}

function reasons({ because }: AnswerBucket, missing: boolean): PartialReason[] {
  return [...because, ...(missing ? (['missing'] as const) : [])];
}

/** The unit of a figure, and what it is per. */
export function unitOf({ figure }: FigureAsked) {
  const { unit, per } = figureKinds[figure];
  return { unit, per };
}
