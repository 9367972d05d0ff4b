import { headroomOf } from '../tariffs/capacity.ts';
import { type Load, periodOf, reactiveRatio } from '../tariffs/load.ts';
import { Quantities } from '../tariffs/quantities.ts';
import { joinRanges, mapRange, type Range } from '../tariffs/range.ts';
import type { SupplyPointTerms } from '../tariffs/supply-point.ts';
import type { LocalDate } from '../time.ts';
import { type HeatPumpPlant, sum } from './heat-pump.ts';

/**
 * What a supply has left for heating: the demand before and after, and what would make it fit where it does not.
 * Heating draws kvarh as the site does over the year, or at a power factor that somebody states.
 */

/** The most of a load, and when. */
export interface Demand {
  /** kW of the half-hour in which most was drawn. */
  readonly kw: Range<number>;
  /** kVA; undefined where no kvarh are counted and no power factor is stated. */
  readonly kva: Range<number> | undefined;
  /** The first of the month in which it most likely was. */
  readonly month: LocalDate | undefined;
}

/** The most of whole months of half-hours. */
export function demandOf(load: Load, terms: SupplyPointTerms): Demand {
  const kw = mapRange(load.use, (column) => 2 * mostOf(column));
  const quantities = new Quantities(load, terms);
  if (!quantities.knowsReactive) return { kw, kva: undefined, month: undefined };
  const months = headroomOf(quantities, periodOf(load));
  const most = (key: keyof Range<number>): number => Math.max(...months.map(({ demand }) => demand[key]));
  const best = most('best');
  const month = months.find(({ demand }) => demand.best === best)?.month;
  return { kw, kva: { low: most('low'), best, high: most('high') }, month };
}

/**
 * A load with its kvarh: as they are counted, or by the range of power factors that the register states. Without
 * either it stays without.
 */
export function withReactive(load: Load, { powerFactor: stated }: Pick<SupplyPointTerms, 'powerFactor'>): Load {
  if (load.reactive || !stated) return load;
  const { low, best, high } = load.use;
  const at = (column: Float64Array, factor: number): Float64Array => {
    const ratio = reactiveRatio(factor);
    return column.map((kwh) => kwh * ratio);
  };
  const middle = at(best, (stated.least + stated.most) / 2);
  return { ...load, reactive: { low: at(low, stated.most), best: middle, high: at(high, stated.least) } };
}

/** kvarh for a kWh of heating: by a power factor that is asked, else as the whole load has them. */
export function heatingRatio({ use, reactive }: Load, powerFactor?: number): number {
  if (powerFactor !== undefined) return reactiveRatio(powerFactor);
  const whole = sum(use.best);
  return reactive && whole > 0 ? sum(reactive.best) / whole : 0;
}

/** A load with what heating draws on top, and the kvarh of it. `added` is kWh of each half-hour. */
export function withAdded(load: Load, added: Range<Float64Array>, ratio: number): Load {
  const add = (range: Range<Float64Array>, times: number): Range<Float64Array> =>
    joinRanges(range, added, (column, more) => column.map((each, i) => each + times * (more[i] as number)));
  return { ...load, use: add(load.use, 1), reactive: load.reactive && add(load.reactive, ratio) };
}

/**
 * kWh that may be drawn on top in each half-hour before a supply of so many kVA is full; 0 where it is full already.
 * Without kvarh it is the most that there may be. Of x kWh more with `ratio` kvarh each,
 * (use + x)² + (kvarh + ratio × x)² = (kVA / 2)².
 */
export function roomOf({ use, reactive }: Load, kva: number, ratio: number): Float64Array {
  return use.best.map((kwh, i) => {
    const kvarh = reactive?.best[i] ?? 0;
    const a = 1 + ratio * ratio;
    const b = kwh + ratio * kvarh;
    const c = kwh * kwh + kvarh * kvarh - (kva / 2) ** 2;
    return c >= 0 ? 0 : (Math.sqrt(b * b - a * c) - b) / a;
  });
}

/**
 * kWh of heat that a plant can give in each half-hour from the room of the supply: by the heat pump up to its size, and
 * by electric heaters beyond it where there are some.
 */
export function heatFromRoom(
  room: Float64Array,
  performance: Float64Array,
  { size, backup }: Pick<HeatPumpPlant, 'size' | 'backup'>,
): Float64Array {
  const most = size === undefined ? Number.POSITIVE_INFINITY : size / 2;
  return room.map((kwh, i) => {
    const each = performance[i] as number;
    if (kwh * each <= most) return kwh * each;
    return backup === 'direct_electric' ? most + (kwh - most / each) : most;
  });
}

/** The largest share of what is wanted that fits in what is possible in every half-hour, from 0 to 1. */
export function shareThatFits(added: Float64Array, room: Float64Array): number {
  let share = 1;
  for (const [i, kwh] of added.entries()) if (kwh > 0) share = Math.min(share, (room[i] as number) / kwh);
  return share;
}

/**
 * kWh of heat that a store must hold so that no half-hour draws more than its room, filled beforehand whenever there is
 * some; undefined where the room before is never enough. `heat` is what electricity gives and `possible` what it can
 * give in the room that there is.
 */
export function storeNeeded(heat: Float64Array, possible: Float64Array): number | undefined {
  let [needed, most] = [0, 0];
  for (let i = heat.length - 1; i >= 0; i--) {
    needed = Math.max(0, needed + (heat[i] as number) - (possible[i] as number));
    most = Math.max(most, needed);
  }
  return needed > 0 ? undefined : most;
}

/** Half-hours in which more is drawn than there is room for. */
export function halfHoursBeyond(added: Float64Array, room: Float64Array): number {
  let count = 0;
  for (const [i, kwh] of added.entries()) if (kwh > (room[i] as number) + 1e-9) count++;
  return count;
}

/** Where the most of a column is. */
export function placeOfMost(column: Float64Array): number {
  let place = 0;
  for (let i = 1; i < column.length; i++) if ((column[i] as number) > (column[place] as number)) place = i;
  return place;
}

export function mostOf(column: Float64Array): number {
  return column[placeOfMost(column)] ?? 0;
}
