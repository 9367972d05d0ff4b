import type { Estate } from '../domain/estate/estate.ts';
import { headroomOf } from '../domain/tariffs/capacity.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import { Quantities } from '../domain/tariffs/quantities.ts';
import type { Range } from '../domain/tariffs/range.ts';
import type { SupplyPointEntry } from '../domain/tariffs/register.ts';
import { termsOf } from '../domain/tariffs/supply-point.ts';
import {
  addMonths,
  dateOf,
  type EpochSeconds,
  type LocalDate,
  monthOf,
  type Period,
  startOfDay,
} from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { knownAs, type MeasuredLoad, readLoadIfKnown } from './supply-point-load.ts';

/** The most that a supply point drew in the twelve months before this one. */
export interface YearsDemand {
  /** kVA. */
  readonly demand: Range<number>;
  /** The first of the month in which it most likely was. */
  readonly month: LocalDate;
  /** Of the half-hours, from 0 to 1. */
  readonly measured: number;
}

/**
 * Undefined where kVA are not known: nothing was measured, or no kvarh are counted and no power factor is stated.
 * Rejects as the store does.
 */
export async function readYearsDemand(
  stores: Stores,
  estate: Estate,
  { point }: PlacedPoint,
  now: EpochSeconds,
): Promise<YearsDemand | undefined> {
  if (point.utility !== 'electricity') return undefined;
  const month = monthOf(dateOf(now));
  const period = { from: startOfDay(addMonths(month, -12)), to: startOfDay(month) };
  const read = await readLoadIfKnown(stores, estate, point, { period, now });
  return read && demandOf(read, point, period);
}

/** The same of half-hours that are read already, in whole months. */
export function demandOf(read: MeasuredLoad, point: SupplyPointEntry, period: Period): YearsDemand | undefined {
  const quantities = new Quantities(read.load, termsOf(point));
  if (point.utility !== 'electricity' || !quantities.knowsReactive) return undefined;
  const months = headroomOf(quantities, period);
  const most = (key: keyof Range<number>): number => Math.max(...months.map(({ demand }) => demand[key]));
  const best = most('best');
  return {
    demand: { low: most('low'), best, high: most('high') },
    month: months.find(({ demand }) => demand.best === best)?.month ?? dateOf(period.from),
    measured: read.how.filter((one) => one === knownAs.measured).length / read.how.length,
  };
}
