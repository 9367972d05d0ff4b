import type { Estate, Meter } from '../domain/estate/estate.ts';
import { shareOfGap } from '../domain/half-hours/day-figures.ts';
import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import { ProblemError } from '../domain/problems.ts';
import { type Charge, halfHoursNamed, pricesOf } from '../domain/tariffs/charges.ts';
import { greaterReactive, type Load, periodOf } from '../domain/tariffs/load.ts';
import { type KnownTotal, withoutHoles } from '../domain/tariffs/missing-use.ts';
import { PriceSeries } from '../domain/tariffs/price-series.ts';
import type { Range } from '../domain/tariffs/range.ts';
import type { SupplyPointEntry } from '../domain/tariffs/register.ts';
import {
  addMonths,
  dateOf,
  type EpochSeconds,
  halfHourOf,
  halfHourSeconds,
  monthOf,
  type Period,
  startOfDay,
  toIso,
} from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readObserved } from './observed.ts';

/** How a half-hour of a supply point is known. `covered`: missing, and a known total across it holds it. */
export const knownAs = { missing: 0, covered: 1, estimated: 2, measured: 3 } as const;

/** A supply point's half-hours as they are charged, and how each is known. */
export interface MeasuredLoad {
  readonly load: Load;
  /** One of `knownAs` for each half-hour of the load. */
  readonly how: Uint8Array;
}

/**
 * The half-hours of a supply point in the whole months around a period, as far as they are over: the maximum demand
 * and the VAT of a month are those of all of it, whatever part is asked for. What is missing is a range.
 * Rejects with `tariff.no-load` where nothing is known, and as the store does.
 */
export async function readSupplyPointLoad(
  stores: Stores,
  estate: Estate,
  point: SupplyPointEntry,
  asked: { readonly period: Period; readonly now: EpochSeconds },
): Promise<MeasuredLoad> {
  const meter = meterOf(estate, point.meter, point.id);
  const period = monthsAround(asked.period, meter, asked.now);
  const { use, how } = await readMeterUse(stores, meter, period);
  if (!use) {
    const found = `none of meter ${meter.id} from ${toIso(period.from)} to ${toIso(period.to)}`;
    throw new ProblemError([{ code: 'tariff.no-load', where: `supply point ${point.id}`, found }]);
  }
  const kvarh = await readReactive(stores, estate, point, period);
  const reactive = kvarh && withoutHoles(period.from, kvarh);
  return { load: { unit: unitOf(meter), from: period.from, use, reactive }, how };
}

/** What passed a meter in a period, half-hour by half-hour. */
export interface MeterUse {
  /** kWh (m³ of water), what is missing as a range; undefined where no half-hour is known. */
  readonly use: Range<Float64Array> | undefined;
  /** One of `knownAs` for each half-hour. */
  readonly how: Uint8Array;
  /** What is known of stretches whose half-hours are missing. */
  readonly totals: readonly KnownTotal[];
}

/** Reads what passed a meter in whole half-hours. Rejects as the store does. */
export async function readMeterUse(stores: Stores, meter: Meter, period: Period): Promise<MeterUse> {
  const { values, how } = await readColumn(stores, meter, period);
  const totals = totalsIn(stores, meter, period, values, how);
  return { use: withoutHoles(period.from, values, totals), how, totals };
}

/** Whether all that went wrong is that no half-hour is known. */
export function isNoLoad(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.problems.every(({ code }) => code === 'tariff.no-load');
}

/** The same as `readSupplyPointLoad`; undefined where no half-hour is known. */
export async function readLoadIfKnown(
  ...asked: Parameters<typeof readSupplyPointLoad>
): Promise<MeasuredLoad | undefined> {
  return await readSupplyPointLoad(...asked).catch((error: unknown) => {
    if (isNoLoad(error)) return undefined;
    throw error;
  });
}

/** kVA of meters that count kvarh and are silent is not known: there is nothing then, and never power factor 1. */
async function readReactive(
  stores: Stores,
  estate: Estate,
  point: SupplyPointEntry,
  period: Period,
): Promise<Float64Array | undefined> {
  if (!point.reactive_meters) return undefined;
  const drawn: Float64Array[] = [];
  const given: Float64Array[] = [];
  for (const id of point.reactive_meters) {
    const meter = meterOf(estate, id, point.id);
    const { values } = await readColumn(stores, meter, period);
    (meter.role === 'export' ? given : drawn).push(values);
  }
  const size = (period.to - period.from) / halfHourSeconds;
  return greaterReactive(sumOf(drawn, size), sumOf(given, size));
}

function sumOf(columns: readonly Float64Array[], size: number): Float64Array {
  const sum = new Float64Array(size);
  for (const column of columns) for (const [i, value] of column.entries()) sum[i] = (sum[i] as number) + value;
  return sum;
}

function meterOf(estate: Estate, id: string, point: string): Meter {
  const meter = estate.meters.get(id);
  if (meter) return meter;
  throw new ProblemError([{ code: 'request.unknown-id', where: `supply point ${point}, meter`, found: id }]);
}

function unitOf({ utility }: Pick<Meter, 'utility'>): Load['unit'] {
  return utility === 'water' ? 'm3' : 'kWh';
}

/** Whole months, no longer than the meter was there and than time has gone; never less than was asked for. */
function monthsAround({ from, to }: Period, meter: Meter, now: EpochSeconds): Period {
  const life = validityOf(meter);
  const first = startOfDay(monthOf(dateOf(from)));
  const end = startOfDay(addMonths(monthOf(dateOf(to - 1)), 1));
  return {
    from: Math.min(from, Math.max(first, life.from)),
    to: Math.max(to, Math.min(end, life.to, halfHourOf(now))),
  };
}

/** One number for each half-hour of a period, NaN where it is missing. */
async function readColumn(
  { store }: Pick<Stores, 'store'>,
  meter: Meter,
  period: Period,
): Promise<{ values: Float64Array; how: Uint8Array }> {
  const size = (period.to - period.from) / halfHourSeconds;
  const values = new Float64Array(size).fill(Number.NaN);
  const how = new Uint8Array(size);
  const amount = unitOf(meter) === 'm3' ? 'volume' : 'energy';
  for (const row of await store.halfHours([meter.id], period)) {
    const i = (row.start - period.from) / halfHourSeconds;
    const value = row[amount];
    if (row.quality === 'missing' || value === undefined) continue;
    values[i] = value;
    how[i] = knownAs[row.quality];
  }
  return { values, how };
}

/**
 * The totals across known gaps, and in `how` which half-hours they hold. A gap's total is that of its missing
 * half-hours; `withoutHoles` wants it with what is known in between.
 */
function totalsIn(
  { state }: Pick<Stores, 'state'>,
  meter: Meter,
  period: Period,
  values: Float64Array,
  how: Uint8Array,
): KnownTotal[] {
  const amount = unitOf(meter) === 'm3' ? 'volume' : 'energy';
  return state.gaps([meter.id], period).flatMap((gap): KnownTotal[] => {
    const missing = shareOfGap(gap, period)[amount];
    if (missing === undefined) return [];
    const from = Math.max(gap.from, period.from);
    const to = Math.min(gap.to, period.to);
    let total = missing;
    for (let i = (from - period.from) / halfHourSeconds; i < (to - period.from) / halfHourSeconds; i++) {
      if (Number.isNaN(values[i])) how[i] = knownAs.covered;
      else total += values[i] as number;
    }
    return [{ from, to, total }];
  });
}

/** kWh of half-hours that charges name for a period and a load does not hold; what is not known is left out. */
export async function readNamedHalfHours(
  stores: Pick<Stores, 'store'>,
  estate: Estate,
  point: SupplyPointEntry,
  charges: readonly Charge[],
  { load, period }: { readonly load: Load; readonly period: Period },
): Promise<Map<EpochSeconds, number>> {
  const within = periodOf(load);
  const starts = new Set(halfHoursNamed(charges, period).filter((at) => at < within.from || at >= within.to));
  const meter = meterOf(estate, point.meter, point.id);
  const known = new Map<EpochSeconds, number>();
  for (const at of starts) {
    const { values } = await readColumn(stores, meter, { from: at, to: at + halfHourSeconds });
    const kwh = values[0];
    if (kwh !== undefined && !Number.isNaN(kwh)) known.set(at, kwh);
  }
  return known;
}

/** The price series that charges take, over a period, by id. Rejects as the store does. */
export async function readPrices(
  { store }: Pick<Stores, 'store'>,
  estate: Estate,
  charges: readonly Charge[],
  period: Period,
): Promise<Map<string, PriceSeries>> {
  const ids = new Set(charges.flatMap(pricesOf).map(({ series }) => series));
  const prices = new Map<string, PriceSeries>();
  for (const id of ids) {
    const series = estate.observed?.get(id);
    // A series that is not there has no price for any half-hour, which a plan refuses by name.
    if (!series || (series.unit !== 'GBP/MWh' && series.unit !== 'p/kWh')) continue;
    const { values } = await readObserved(store, series, period);
    prices.set(id, new PriceSeries(id, series.unit, period.from, values));
  }
  return prices;
}
