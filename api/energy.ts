import { shareOfGap } from '../domain/day-figures.ts';
import type { Estate } from '../domain/estate.ts';
import type { Gap } from '../domain/half-hours.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import {
  addParts,
  buildingParts,
  type EnergyPart,
  energyParts,
  indexSums,
  metersNeeded,
  sitesByDay,
  type Sums,
  withFigureChanges,
} from '../domain/site-energy.ts';
import { addDays, boundariesOf, dateOf, type EpochSeconds, type Period, startOfDay } from '../domain/time.ts';
import type { BucketSum, ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';

/**
 * What sites used, read from the store: half-hours for half-hours, day figures for everything longer. What is bought is
 * summed in the buckets themselves; own renewable energy of sites that export day by day, as the day figures have it.
 */
export interface Energy {
  /** Boundaries that the buckets of the parts count in: those asked for and the changes of the estate between them. */
  readonly boundaries: readonly EpochSeconds[];
  readonly parts: readonly EnergyPart[];
}

export interface EnergyRequest {
  readonly estate: Estate;
  readonly sites: readonly string[];
  /** Instants in order; local midnights unless `halfHours`. */
  readonly cuts: readonly EpochSeconds[];
  readonly halfHours: boolean;
  /** What is wanted of the sites: their own parts, or those of their buildings, never both added. */
  readonly of: 'sites' | 'buildings';
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
  if (sites.length === 0 || from === undefined || to === undefined) return { boundaries: [], parts: [] };
  const period = { from, to };
  const meters = metersNeeded(estate, sites, period);
  const parts = request.of === 'sites' ? energyParts : buildingParts;
  if (halfHours) {
    checkSize(meters.length * cuts.length, limits.halfHoursPerAnswer);
    const sums = indexSums(cuts, await stores.store.sumHalfHours(meters, cuts));
    return { boundaries: cuts, parts: parts(estate, sites, sums) };
  }
  const boundaries = withFigureChanges(estate, cuts);
  const byDay = sitesByDay(estate, sites, period);
  const exporting = new Set(byDay);
  const others = sites.filter((site) => !exporting.has(site));
  const [sums, own] = await Promise.all([
    readDays(stores, meters, boundaries),
    readOwnByDay(stores, request, byDay, boundaries),
  ]);
  const bought = [...parts(estate, others, sums), ...parts(estate, byDay, sums, undefined, 'purchased')];
  return { boundaries, parts: bought.concat(own) };
}

/** The own renewable energy of sites that export, worked out day by day and added up between the boundaries. */
async function readOwnByDay(
  stores: Stores,
  { estate, of }: EnergyRequest,
  sites: readonly string[],
  boundaries: readonly EpochSeconds[],
): Promise<EnergyPart[]> {
  const period = { from: boundaries[0] ?? 0, to: boundaries.at(-1) ?? 0 };
  const parts = of === 'sites' ? energyParts : buildingParts;
  const days = [...new Set([...boundaries, ...boundariesOf(period, 'day')])].sort((a, b) => a - b);
  const list: EnergyPart[] = [];
  for (const group of batches(estate, sites, period, days.length)) {
    const fine = await readDays(stores, metersNeeded(estate, group, period, 'own_renewable'), days);
    for (const part of folded(parts(estate, group, fine, undefined, 'own_renewable'), days, boundaries))
      list.push(part);
  }
  return list;
}

async function readDays(
  { store, state }: Stores,
  meters: readonly string[],
  boundaries: readonly EpochSeconds[],
): Promise<Sums> {
  checkSize(meters.length * boundaries.length, limits.sumsPerAnswer);
  const period = { from: boundaries[0] ?? 0, to: boundaries.at(-1) ?? 0 };
  const sums = await sumDays(store, meters, boundaries);
  return indexSums(boundaries, withKnownGaps(sums, state.gaps(meters, period), boundaries));
}

/** Parts of fine buckets added up in the coarse ones they lie in; every coarse boundary is a fine one. */
function folded(
  parts: readonly EnergyPart[],
  fine: readonly EpochSeconds[],
  coarse: readonly EpochSeconds[],
): EnergyPart[] {
  let index = 0;
  const bucketOf = fine.map((at) => {
    while (at >= (coarse[index + 1] ?? Number.POSITIVE_INFINITY)) index++;
    return index;
  });
  const groups = Map.groupBy(
    parts,
    ({ site, building, utility, source, bucket }) => `${site} ${building} ${utility} ${source} ${bucketOf[bucket]}`,
  );
  return [...groups.values()].flatMap((list) => {
    const [first] = list;
    return first ? [{ ...first, bucket: bucketOf[first.bucket] ?? 0, ...addParts(list) }] : [];
  });
}

/**
 * Day figures hold the total of a known gap, while its half-hours are missing. In the sum of a bucket they are as
 * good as estimated: nothing is expected on top of them.
 */
function withKnownGaps(
  sums: readonly BucketSum[],
  gaps: readonly Gap[],
  boundaries: readonly EpochSeconds[],
): BucketSum[] {
  const byMeter = Map.groupBy(gaps, ({ meter }) => meter);
  return sums.map((sum) => {
    const own = byMeter.get(sum.meter);
    if (!own) return sum;
    const bucket = { from: boundaries[sum.bucket] ?? 0, to: boundaries[sum.bucket + 1] ?? 0 };
    const covered = own.reduce((total, gap) => total + shareOfGap(gap, bucket).halfHours, 0);
    return { ...sum, estimatedHalfHours: sum.estimatedHalfHours + Math.min(covered, sum.missingHalfHours) };
  });
}

/** Day figures are summed up to the midnight after the last boundary: a day that is not over has a figure too. */
export async function sumDays(
  store: ReadingStore,
  meters: readonly string[],
  boundaries: readonly EpochSeconds[],
): Promise<BucketSum[]> {
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
