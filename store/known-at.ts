import { BucketSums, sumColumns } from '../domain/energy/bucket-sums.ts';
import { addDays, dateOf, type EpochSeconds, type Period, startOfDay } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import type { DayBefore } from './kept-history.ts';
import type { DayFigure } from './reading-store.ts';

/**
 * The stores as they were known at an instant: days of meters, known gaps, readings of what is observed outside, and
 * what people had done. What half-hours were is not kept: those of a day that changed since are not known in sums, and
 * the others are as they are. A reading that another value took the place of since is not known either. The instant is
 * a local midnight: a day that is not over has no past.
 */
export function storesKnownAt({ store, state }: Stores, at: EpochSeconds): Stores {
  const days = async (meters: readonly string[], period: Period): Promise<DayFigure[]> => {
    const list = await store.days(meters, period);
    const past = pastOf({ state }, meters, period, at);
    return past.size === 0 ? list : list.flatMap((figure) => knownThen(figure, past.get(figure.meter)));
  };
  const sumDays = async (meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums> => {
    const sums = await store.sumDays(meters, boundaries);
    const period = { from: boundaries[0] ?? 0, to: boundaries.at(-1) ?? 0 };
    const past = pastOf({ state }, meters, period, at);
    if (past.size === 0) return sums;
    return replaceSums(sums, boundaries, await days([...past.keys()], period), past);
  };
  const sumHalfHours = async (meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums> => {
    const sums = await store.sumHalfHours(meters, boundaries);
    const period = { from: boundaries[0] ?? 0, to: boundaries.at(-1) ?? 0 };
    // A period may begin within a day.
    const past = pastOf({ state }, meters, { ...period, from: startOfDay(dateOf(period.from)) }, at);
    return past.size === 0 ? sums : withoutDays(sums, boundaries, past);
  };
  return {
    store: {
      ...store,
      days,
      sumDays,
      sumHalfHours,
      readings: (series, period, limit) => store.readings(series, period, limit, at),
      halfHourMeans: (series, period) => store.halfHourMeans(series, period, at),
    },
    state: {
      ...state,
      gaps: (meters, period) => state.gapsKnownAt(meters, period, at),
      acts: (page) => state.acts({ ...page, before: at }),
    },
  };
}

/** What a meter's days were; undefined for a day of which nothing was known. */
type Past = ReadonlyMap<EpochSeconds, DayBefore | undefined>;

function pastOf(
  { state }: Pick<Stores, 'state'>,
  meters: readonly string[],
  period: Period,
  at: EpochSeconds,
): ReadonlyMap<string, Past> {
  const past = new Map<string, Map<EpochSeconds, DayBefore | undefined>>();
  // The first change after the instant replaced what was known then.
  for (const { meter, days, unknown } of state.daysBefore(meters, period, at + 1)) {
    const own = past.get(meter) ?? new Map<EpochSeconds, DayBefore | undefined>();
    past.set(meter, own);
    const keep = (day: EpochSeconds, was: DayBefore | undefined): void => {
      if (!own.has(day)) own.set(day, was);
    };
    for (const was of days) keep(was.day, was);
    for (const { from, to } of unknown) {
      for (let day = from; day < to; day = startOfDay(addDays(dateOf(day), 1))) keep(day, undefined);
    }
  }
  return past;
}

function knownThen(figure: DayFigure, past: Past | undefined): DayFigure[] {
  if (!past?.has(figure.day)) return [figure];
  const was = past.get(figure.day);
  // Emissions follow from energy and the factors of then, and are not kept.
  return was ? [{ ...figure, ...was, emissionsLocation: undefined }] : [];
}

/** Sums without the buckets of those days of meters that were something else. */
function withoutDays(
  sums: BucketSums,
  boundaries: readonly EpochSeconds[],
  past: ReadonlyMap<string, Past>,
): BucketSums {
  const days = boundaries.map((at) => startOfDay(dateOf(at)));
  const kept = new BucketSums(sums.meters, sums.buckets);
  for (const meter of sums.meters) {
    const changed = past.get(meter);
    for (let bucket = 0; bucket < sums.buckets; bucket++) {
      const from = sums.cellOf(meter, bucket);
      if (from === undefined || changed?.has(days[bucket] ?? 0)) continue;
      const to = kept.open(meter, bucket) as number;
      for (const column of sumColumns) kept[column][to] = sums[column][from] ?? 0;
    }
  }
  return kept;
}

/** Sums in which those of some meters are made of other days. */
function replaceSums(
  sums: BucketSums,
  boundaries: readonly EpochSeconds[],
  days: readonly DayFigure[],
  instead: { has(meter: string): boolean },
): BucketSums {
  const fresh = new BucketSums(sums.meters, sums.buckets);
  const add = (meter: string, bucket: number, amounts: Record<(typeof sumColumns)[number], number>): void => {
    const cell = fresh.open(meter, bucket);
    if (cell === undefined) return;
    for (const column of sumColumns) fresh[column][cell] = (fresh[column][cell] ?? 0) + amounts[column];
  };
  for (const sum of sums) if (!instead.has(sum.meter)) add(sum.meter, sum.bucket, sum);
  for (const [meter, list] of Map.groupBy(days, (day) => day.meter)) {
    let bucket = 0;
    for (const figure of list) {
      while (figure.day >= (boundaries[bucket + 1] ?? Number.POSITIVE_INFINITY)) bucket++;
      add(meter, bucket, figure);
    }
  }
  return fresh;
}
