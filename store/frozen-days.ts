import { type Amounts, BucketSums, sumColumns } from '../domain/energy/bucket-sums.ts';
import type { Gap } from '../domain/half-hours/half-hours.ts';
import type { SignedDay } from '../domain/signoff/sign-off.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import type { DayFigure } from './reading-store.ts';

/** The days of each meter, in order of time. */
export type DaysByMeter = ReadonlyMap<string, readonly SignedDay[]>;

/**
 * Stores whose days and gaps are those given: a figure is reckoned from them by the same code as from the database.
 * Half-hours and all else stay those of the house.
 */
export function storesOfDays({ store, state }: Stores, byMeter: DaysByMeter, gaps: readonly Gap[]): Stores {
  const gapsOf = Map.groupBy(gaps, ({ meter }) => meter);
  const inOrder = (meter: string): readonly SignedDay[] => byMeter.get(meter) ?? [];
  return {
    store: {
      ...store,
      days: (meters, { from, to }) => {
        const list = meters.flatMap((meter) => inOrder(meter).filter(({ day }) => day >= from && day < to));
        const known = list.map((day): DayFigure => ({ ...day, site: '', utility: '', emissionsLocation: undefined }));
        return Promise.resolve(known.sort((a, b) => a.day - b.day));
      },
      sumDays: (meters, boundaries) => Promise.resolve(sumsOf(meters, boundaries, inOrder)),
    },
    state: {
      ...state,
      gaps: (meters, { from, to }) =>
        meters.flatMap((meter) => (gapsOf.get(meter) ?? []).filter((gap) => gap.from < to && gap.to > from)),
    },
  };
}

function sumsOf(
  meters: readonly string[],
  boundaries: readonly EpochSeconds[],
  inOrder: (meter: string) => readonly SignedDay[],
): BucketSums {
  const sums = new BucketSums(meters, Math.max(0, boundaries.length - 1));
  const key = boundaries.join();
  for (const meter of sums.meters) {
    for (const [bucket, amounts] of sumsOfMeter(inOrder(meter), boundaries, key)) {
      const cell = sums.open(meter, bucket);
      if (cell === undefined) continue;
      for (const column of sumColumns) sums[column][cell] = amounts[column];
    }
  }
  return sums;
}

type MeterSums = ReadonlyMap<number, Amounts>;

// Days of a meter are never changed, only replaced as a whole: a difference asks for the same sums at every step.
const remembered = new WeakMap<readonly SignedDay[], Map<string, MeterSums>>();

/** What the days of a meter come to in each bucket. */
function sumsOfMeter(days: readonly SignedDay[], boundaries: readonly EpochSeconds[], key: string): MeterSums {
  const known = remembered.get(days) ?? new Map<string, MeterSums>();
  remembered.set(days, known);
  const before = known.get(key);
  if (before) return before;
  const sums = new Map<number, Record<keyof Amounts, number>>();
  const [from = 0, to = 0] = [boundaries[0], boundaries.at(-1)];
  let bucket = 0;
  for (const figure of days) {
    if (figure.day < from || figure.day >= to) continue;
    while (figure.day >= (boundaries[bucket + 1] ?? Number.POSITIVE_INFINITY)) bucket++;
    const sum = sums.get(bucket);
    if (sum) for (const column of sumColumns) sum[column] += figure[column];
    else sums.set(bucket, amountsOf(figure));
  }
  known.set(key, sums);
  return sums;
}

function amountsOf(figure: SignedDay): Record<keyof Amounts, number> {
  return Object.fromEntries(sumColumns.map((column) => [column, figure[column]])) as Record<keyof Amounts, number>;
}
