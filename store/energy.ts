import type { Accounting } from '../domain/carbon/accounting.ts';
import { BucketSums } from '../domain/energy/bucket-sums.ts';
import { shareOfGap } from '../domain/half-hours/day-figures.ts';
import type { Estate } from '../domain/estate/estate.ts';
import type { Sums } from '../domain/energy/flow.ts';
import type { Gap } from '../domain/half-hours/half-hours.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import {
  buildingParts,
  type EnergyPart,
  energyParts,
  metersNeeded,
  sitesByDay,
  withFigureChanges,
} from '../domain/energy/site-energy.ts';
import { addDays, boundariesOf, dateOf, type EpochSeconds, type Period, startOfDay } from '../domain/time.ts';
import type { ReadingStore } from './reading-store.ts';
import type { StateStore } from './state-store.ts';

/**
 * What sites used, read from the store: half-hours for half-hours, day figures for everything longer. What is bought is
 * summed in the buckets themselves; own renewable energy of sites that export day by day, as the day figures have it.
 */
export interface Energy {
  /** Boundaries that the buckets of the parts count in: those asked for and the changes of the estate between them. */
  readonly boundaries: readonly EpochSeconds[];
  /**
   * The parts in the buckets of a period, worked out when asked for: those of many years at once would outlive the
   * collector's first look and make it work three times as much. Those of the last question are kept, up to a bound.
   */
  readonly within: (period: Period) => readonly EnergyPart[];
}

export interface EnergyRequest {
  readonly estate: Estate;
  readonly sites: readonly string[];
  /** Instants in order; local midnights unless `halfHours`. */
  readonly cuts: readonly EpochSeconds[];
  readonly halfHours: boolean;
  /** What is wanted of the sites: their own parts, or those of their buildings, never both added. */
  readonly of: 'sites' | 'buildings';
  /** How carbon is reckoned of the parts; as the estate reports, where it is not said. */
  readonly accounting?: Accounting | undefined;
}

/** Where figures are kept: half-hours and days in the one, known gaps in the other. */
export interface Stores {
  readonly store: ReadingStore;
  readonly state: StateStore;
}

/** The parts of the sites' energy. Throws `request.range-too-long` where more would be summed than the limit. */
export async function readEnergy(stores: Stores, request: EnergyRequest): Promise<Energy> {
  const { estate, sites, cuts, halfHours } = request;
  const [from, to] = [cuts[0], cuts.at(-1)];
  if (sites.length === 0 || from === undefined || to === undefined) return { boundaries: [], within: () => [] };
  const period = { from, to };
  const meters = metersNeeded(estate, sites, period);
  const parts = request.of === 'sites' ? energyParts : buildingParts;
  if (halfHours) {
    checkSize(meters.length * cuts.length, limits.halfHoursPerAnswer);
    const sums = { boundaries: cuts, cells: await stores.store.sumHalfHours(meters, cuts) };
    return { boundaries: cuts, within: (asked) => parts(estate, sites, sums, { period: asked }) };
  }
  const boundaries = withFigureChanges(estate, cuts, request.accounting);
  const byDay = sitesByDay(estate, sites, period);
  const exporting = new Set(byDay);
  const others = sites.filter((site) => !exporting.has(site));
  const [sums, own] = await Promise.all([
    readDays(stores, meters, boundaries),
    readOwnByDay(stores, request, byDay, boundaries),
  ]);
  const within = (asked: Period): EnergyPart[] => [
    ...parts(estate, others, sums, { period: asked }),
    ...parts(estate, byDay, sums, { period: asked, only: 'purchased' }),
    ...own.filter((part) => contains(asked, boundaries[part.bucket] ?? 0)),
  ];
  const asked = `${request.of} ${boundaries.join(' ')} ${sites.join(' ')}`;
  return { boundaries, within: keptParts({ estate, asked, sums: sums.cells, own }, within) };
}

interface PartsQuestion {
  readonly estate: Estate;
  readonly asked: string;
  readonly sums: BucketSums;
  readonly own: readonly EnergyPart[];
}

/** The parts of the question that was asked last, by period: intensity and carbon of a year are asked by turns. */
let last: (PartsQuestion & { readonly parts: Map<string, readonly EnergyPart[]>; count: number }) | undefined;

function keptParts(question: PartsQuestion, within: Energy['within']): Energy['within'] {
  const { estate, asked, sums, own } = question;
  const isSame = last?.sums === sums && last.estate === estate && last.asked === asked;
  const kept = isSame && last && sameList(last.own, own) ? last : { ...question, parts: new Map(), count: 0 };
  last = kept;
  return (period) => {
    const key = `${period.from} ${period.to}`;
    const known = kept.parts.get(key);
    if (known) return known;
    const parts = within(period);
    kept.count += parts.length;
    if (kept.count <= limits.keptParts) kept.parts.set(key, parts);
    return parts;
  };
}

function sameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, i) => item === other[i]);
}

/** The own renewable energy of sites that export, worked out day by day and added up between the boundaries. */
export async function readOwnByDay(
  stores: Stores,
  { estate, of }: Pick<EnergyRequest, 'estate' | 'of'>,
  sites: readonly string[],
  boundaries: readonly EpochSeconds[],
): Promise<EnergyPart[]> {
  const period = { from: boundaries[0] ?? 0, to: boundaries.at(-1) ?? 0 };
  const parts = of === 'sites' ? energyParts : buildingParts;
  // Own use is read from the days alone: of the buckets themselves it takes only where they lie.
  const unread = { boundaries, cells: new BucketSums([], boundaries.length - 1) };
  const days = [...new Set([...boundaries, ...boundariesOf(period, 'day')])].sort((a, b) => a - b);
  const list: EnergyPart[] = [];
  for (const group of batches(estate, sites, period, days.length)) {
    const ownBy = await readDays(stores, metersNeeded(estate, group, period, 'own_renewable'), days);
    const asked = `${of} ${boundaries.join(' ')} ${group.join(' ')}`;
    const known = ownOf.get(ownBy.cells);
    const isSame = known?.estate === estate && known.asked === asked;
    const own = isSame ? known.parts : parts(estate, group, unread, { only: 'own_renewable', ownBy });
    ownOf.set(ownBy.cells, { estate, asked, parts: own });
    list.push(...own);
  }
  return list;
}

// A pure function's memory: a year of days is much to go through, and sums that have not changed are the same object.
const ownOf = new WeakMap<
  BucketSums,
  { readonly estate: Estate; readonly asked: string; readonly parts: readonly EnergyPart[] }
>();

function contains({ from, to }: Period, at: EpochSeconds): boolean {
  return at >= from && at < to;
}

/** Day figures of meters added up between local midnights, with their known gaps. */
export async function readDays(
  { store, state }: Stores,
  meters: readonly string[],
  boundaries: readonly EpochSeconds[],
): Promise<Sums> {
  checkSize(meters.length * boundaries.length, limits.sumsPerAnswer);
  const period = { from: boundaries[0] ?? 0, to: boundaries.at(-1) ?? 0 };
  const cells = await sumDays(store, meters, boundaries);
  return { boundaries, cells: withKnownGaps({ boundaries, cells }, state.gaps(meters, period)) };
}

/** Of sums that were given more than once: with these gaps they are these. */
const withGaps = new WeakMap<BucketSums, { readonly gaps: string; readonly cells: BucketSums }>();

/**
 * Day figures hold the total of a known gap, while its half-hours are missing. In the sum of a bucket they are as
 * good as estimated: nothing is expected on top of them.
 */
function withKnownGaps({ boundaries, cells: plain }: Sums, gaps: readonly Gap[]): BucketSums {
  if (gaps.length === 0) return plain;
  // The last bucket may end within the day that its sums end with.
  const said = `${boundaries.at(-1)} ${JSON.stringify(gaps)}`;
  const known = withGaps.get(plain);
  if (known?.gaps === said) return known.cells;
  const cells = plain.copy();
  withGaps.set(plain, { gaps: said, cells });
  for (const [meter, own] of Map.groupBy(gaps, (gap) => gap.meter)) {
    for (let bucket = 0; bucket < cells.buckets; bucket++) {
      const cell = cells.cellOf(meter, bucket);
      if (cell === undefined) continue;
      const period = { from: boundaries[bucket] ?? 0, to: boundaries[bucket + 1] ?? 0 };
      const covered = own.reduce((total, gap) => total + shareOfGap(gap, period).halfHours, 0);
      const estimated = cells.estimatedHalfHours[cell] ?? 0;
      cells.estimatedHalfHours[cell] = estimated + Math.min(covered, cells.missingHalfHours[cell] ?? 0);
    }
  }
  return cells;
}

/** Day figures are summed up to the midnight after the last boundary: a day that is not over has a figure too. */
export async function sumDays(
  store: ReadingStore,
  meters: readonly string[],
  boundaries: readonly EpochSeconds[],
): Promise<BucketSums> {
  const last = dateOf(boundaries.at(-1) ?? 0);
  const end = startOfDay(last) === boundaries.at(-1) ? last : addDays(last, 1);
  return await store.sumDays(meters, [...boundaries.slice(0, -1), startOfDay(end)]);
}

/** Sites in groups whose sums fit into memory together. */
function* batches(estate: Estate, sites: readonly string[], period: Period, buckets: number): Generator<string[]> {
  let group: string[] = [];
  let size = 0;
  for (const site of sites) {
    const cells = metersNeeded(estate, [site], period, 'own_renewable').length * buckets;
    if (group.length > 0 && size + cells > limits.sumsPerRead) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(site);
    size += cells;
  }
  if (group.length > 0) yield group;
}

/** Refuses what would be too much to answer, before anything is read. */
export function checkSize(cells: number, most: number): void {
  if (cells <= most) return;
  throw new ProblemError([
    {
      code: 'request.range-too-long',
      where: 'query from, to',
      found: `${cells.toLocaleString('en-GB')} sums (meters × buckets)`,
      expected: `at most ${most.toLocaleString('en-GB')}: fewer meters or sites, a shorter period or a coarser bucket`,
    },
  ]);
}
