import { shareOfGap } from '../domain/day-figures.ts';
import type { Estate } from '../domain/estate.ts';
import type { Gap } from '../domain/half-hours.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import {
  buildingParts,
  type EnergyPart,
  energyParts,
  indexSums,
  metersNeeded,
  sitesByDay,
  withFigureChanges,
} from '../domain/site-energy.ts';
import { addDays, boundariesOf, dateOf, type EpochSeconds, type Period, startOfDay } from '../domain/time.ts';
import type { BucketSum, ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';

/**
 * What sites used, read from the store: half-hours for half-hours, day figures for everything longer. Sites that
 * export are summed day by day, as the day figures are; the others in the buckets themselves, which is some thirty
 * times less to read.
 */
export interface Energy {
  /** Boundaries that the buckets of the parts count in: those asked for and, between them, finer ones. */
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
  if (from === undefined || to === undefined) return { boundaries: [], parts: [] };
  const period = { from, to };
  if (halfHours) {
    checkSize(metersNeeded(estate, sites, period).length * cuts.length, limits.halfHoursPerAnswer);
    return { boundaries: cuts, parts: await readParts(stores, request, sites, cuts) };
  }
  const coarse = withFigureChanges(estate, cuts);
  const byDay = new Set(sitesByDay(estate, sites, period));
  const fine = byDay.size === 0 ? coarse : withFigureChanges(estate, merged(cuts, boundariesOf(period, 'day')));
  const parts = await readParts(
    stores,
    request,
    sites.filter((site) => !byDay.has(site)),
    coarse,
  );
  const place = new Map(fine.map((at, index) => [at, index]));
  const all = parts.map((part) => ({ ...part, bucket: place.get(coarse[part.bucket] ?? from) ?? 0 }));
  for (const group of batches(estate, [...byDay], period, fine.length)) {
    for (const part of await readParts(stores, request, group, fine)) all.push(part);
  }
  return { boundaries: fine, parts: all };
}

function merged(a: readonly EpochSeconds[], b: readonly EpochSeconds[]): EpochSeconds[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

async function readParts(
  stores: Stores,
  { estate, halfHours, of }: EnergyRequest,
  sites: readonly string[],
  boundaries: readonly EpochSeconds[],
): Promise<EnergyPart[]> {
  const [from, to] = [boundaries[0], boundaries.at(-1)];
  if (sites.length === 0 || from === undefined || to === undefined) return [];
  const meters = metersNeeded(estate, sites, { from, to });
  checkSize(meters.length * boundaries.length, limits.sumsPerAnswer);
  const sums = halfHours
    ? await stores.store.sumHalfHours(meters, boundaries)
    : withKnownGaps(
        await sumDays(stores.store, meters, boundaries),
        stores.state.gaps(meters, { from, to }),
        boundaries,
      );
  const parts = of === 'sites' ? energyParts : buildingParts;
  return parts(estate, sites, indexSums(boundaries, sums));
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
    const cells = metersNeeded(estate, [site], period).length * buckets;
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
