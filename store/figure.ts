import { type Accounting, accountingOf } from '../domain/carbon/accounting.ts';
import { activitiesIn } from '../domain/carbon/boundaries.ts';
import { carbonOf } from '../domain/carbon/carbon.ts';
import type { Factor } from '../domain/carbon/factors.ts';
import type { WeightedArea } from '../domain/energy/area.ts';
import { type AnswerBucket, answerBuckets, type PartialReason } from '../domain/energy/buckets.ts';
import { distinctWarnings, type Figure, type Warning } from '../domain/energy/figure.ts';
import { isKnown, lacks } from '../domain/energy/flow.ts';
import { intensitiesOfParts } from '../domain/energy/intensity.ts';
import type { IntensityFigure } from '../domain/energy/place-intensity.ts';
import { addParts, type EnergyPart } from '../domain/energy/site-energy.ts';
import type { Estate, Utility } from '../domain/estate/estate.ts';
import { type FigureAsked, figureKinds, sitesOfPlace } from '../domain/signoff/figure-asked.ts';
import { type EpochSeconds, lastDateOf, type LocalDate } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { coveredElectricity, marketEmissions, type MarketSide } from './market-figure.ts';
import { readPlaceFigures } from './place-figures.ts';
import { type BoughtYear, coversOf, readBoughtYears } from './supply-years.ts';

/**
 * One figure by itself, with what it was made from: what the API answers in a row, explains, and signs off. The same
 * inputs give the same figure, whether they are those of now, of a date, or frozen.
 */

/** What a figure is made with. */
export interface FigureInputs {
  readonly stores: Stores;
  readonly estate: Estate;
  readonly now: EpochSeconds;
  /** By when an expiry is judged; the date that `now` ends, where it is not said. */
  readonly knownOn?: LocalDate | undefined;
}

/** A figure as it is reckoned from its parts. */
export interface FigureMade extends Pick<Figure, 'value' | 'measuredShare' | 'versions' | 'warnings'> {
  /** kWh. */
  readonly energy: number | undefined;
  /** Whether half-hours are missing that no known total covers. */
  readonly isMissing: boolean;
  /** What an intensity is divided by. */
  readonly area?: WeightedArea | undefined;
  /** How carbon was reckoned; undefined for other figures. */
  readonly accounting?: Accounting | undefined;
  readonly factors: readonly Factor[];
  /** What covers the electricity; undefined for figures that do not rest on it. */
  readonly market?: MarketSide | undefined;
  /** Whether a utility is in the figure at all. */
  readonly counts: (utility: Utility) => boolean;
  /** The share that some parts have in the figure, in its unit; undefined where it cannot be known. */
  readonly shareOf: (parts: readonly EnergyPart[], boundaries: readonly EpochSeconds[]) => number | undefined;
}

export interface FoundFigure extends FigureMade {
  readonly asked: FigureAsked;
  readonly sites: readonly string[];
  /** The part of the period that is over. */
  readonly bucket: AnswerBucket;
  readonly partial: readonly PartialReason[];
  /** The parts it was added up from, between these boundaries. */
  readonly parts: readonly EnergyPart[];
  readonly boundaries: readonly EpochSeconds[];
}

/** The energy that a figure is reckoned from. */
export interface FigureParts extends Pick<FoundFigure, 'asked' | 'sites' | 'bucket' | 'parts' | 'boundaries'> {
  /** What the estate bought in its disclosure periods, where the figure rests on what covers that. */
  readonly years: readonly BoughtYear[];
}

/** Undefined where the period has not begun. Rejects as `readEnergy` does. */
export async function readFigure(
  inputs: FigureInputs,
  visible: Iterable<string>,
  asked: FigureAsked,
): Promise<FoundFigure | undefined> {
  const parts = await readFigureParts(inputs, visible, asked);
  return parts && figureOf(inputs, parts);
}

/** The first half of `readFigure`. */
export async function readFigureParts(
  { stores, estate, now }: Pick<FigureInputs, 'stores' | 'estate' | 'now'>,
  visible: Iterable<string>,
  asked: FigureAsked,
): Promise<FigureParts | undefined> {
  const { place, period } = asked;
  const kind = figureKinds[asked.figure];
  const utility = kind.utility ?? asked.utility;
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
      (kind.own || part.source === 'purchased') &&
      (place.kind !== 'building' || part.building === place.id) &&
      (place.kind !== 'organisation' || part.reporter === place.id),
  );
  const years = kind.market ? await readBoughtYears(stores, estate, bucket, now) : [];
  return { asked, sites, bucket, parts, boundaries: places.boundaries, years };
}

/** The second half: the same energy by the same register is the same figure. */
export function figureOf(
  { estate, now, knownOn = lastDateOf(now) }: Pick<FigureInputs, 'estate' | 'now' | 'knownOn'>,
  { years, ...shared }: FigureParts,
): FoundFigure {
  const { asked, bucket, parts, boundaries } = shared;
  const { market, emissions, utility } = figureKinds[asked.figure];
  const accounting = accountingFor(estate, asked);
  const make = (): FigureMade => {
    if (market) {
      const inputs = { estate, parts, boundaries, covers: coversOf(estate, years, knownOn), accounting };
      return emissions ? marketEmissions(inputs) : coveredElectricity(inputs);
    }
    if (emissions) return ofCarbon(estate, shared, accounting);
    return utility === 'water' ? ofWater(estate, shared) : ofEnergy(estate, shared);
  };
  const made = make();
  return { ...shared, ...made, partial: reasons(bucket, made.isMissing) };
}

/** As the figure was asked for, else as its organisation reports, else as the estate does; with the factors at hand. */
function accountingFor(estate: Estate, { place, accounting }: FigureAsked): Accounting {
  return { ...accountingOf(estate, place.kind === 'organisation' ? place.id : undefined), ...accounting };
}

type Shared = Pick<FoundFigure, 'asked' | 'sites' | 'bucket' | 'parts' | 'boundaries'>;

function ofCarbon(estate: Estate, { parts, boundaries }: Shared, accounting: Accounting): FigureMade {
  const carbon = carbonOf(estate, parts, { boundaries }, accounting);
  return {
    ...pick(carbon),
    energy: carbon.energy,
    isMissing: carbon.isMissing,
    accounting,
    counts: (utility) => activitiesIn(accounting.boundary, utility).length > 0,
    factors: carbon.byActivity.flatMap((one) => one.factors),
    shareOf: (some, cuts) => carbonOf(estate, some, { boundaries: cuts }, accounting).value,
  };
}

function ofEnergy(estate: Estate, shared: Shared): FigureMade {
  const { asked, parts } = shared;
  const figure = intensityOf(estate, shared);
  const isIntensity = asked.figure === 'intensity';
  const area = figure?.area;
  const energyOf = (some: readonly EnergyPart[]): number | undefined => {
    const total = addParts(some.filter((part) => part.utility !== 'water'));
    return isKnown(total) || total.energy !== 0 ? total.energy : undefined;
  };
  const divided = (energy: number | undefined): number | undefined =>
    energy !== undefined && area?.area ? energy / area.area : undefined;
  return {
    value: isIntensity ? figure?.value : figure?.energy,
    measuredShare: figure?.measuredShare ?? { byAmount: undefined, byTime: undefined },
    versions: figure?.versions ?? { register: estate.version, factorSets: [] },
    warnings: (figure?.warnings ?? []).filter(
      ({ code }) => isIntensity || (code !== 'area-unknown' && code !== 'not-open'),
    ),
    energy: figure?.energy ?? energyOf(parts),
    isMissing: figure?.energy === undefined || lacks(figure.total, false),
    area: isIntensity ? area : undefined,
    counts: (utility) => utility !== 'water',
    factors: [],
    shareOf: (some) => (isIntensity ? divided(energyOf(some)) : energyOf(some)),
  };
}

function ofWater(estate: Estate, shared: Shared): FigureMade {
  const { asked } = shared;
  const figure = intensityOf(estate, shared);
  const area = figureKinds[asked.figure].per === 'm2' ? figure?.area : undefined;
  const amount = (volume: number | undefined): number | undefined => {
    if (figureKinds[asked.figure].per !== 'm2') return volume;
    return volume !== undefined && area?.area ? volume / area.area : undefined;
  };
  const volumeOf = (some: readonly EnergyPart[]): number | undefined => {
    const total = addParts(some);
    return isKnown(total) || total.volume !== 0 ? total.volume : undefined;
  };
  const { water } = figure ?? {};
  const ofArea = (figure?.warnings ?? []).filter(({ code }) => code === 'area-unknown' || code === 'not-open');
  const none: Warning[] = water ? [] : [{ code: 'no-meter', about: asked.place.id }];
  return {
    value: amount(water?.volume),
    measuredShare: water?.measuredShare ?? { byAmount: undefined, byTime: undefined },
    versions: { register: estate.version, factorSets: [] },
    warnings: distinctWarnings([...none, ...(water?.total.warnings ?? []), ...(area ? ofArea : [])]),
    energy: undefined,
    isMissing: water?.volume === undefined || lacks(water.total, true),
    area,
    counts: (utility) => utility === 'water',
    factors: [],
    shareOf: (some) => amount(volumeOf(some)),
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
