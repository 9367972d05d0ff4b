import type { Meter, Site } from '../domain/estate/estate.ts';
import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import { type EpochSeconds, halfHourSeconds } from '../domain/time.ts';
import type { Calendar } from './calendar.ts';
import type { Happening } from './happenings.ts';
import type { SiteLoad } from './loads.ts';
import type { Weather } from './weather.ts';

/** A stretch of half-hours that all sites share. */
export interface Stretch {
  readonly start: EpochSeconds;
  readonly count: number;
  readonly calendar: Calendar;
  readonly weather: Weather;
}

/** A site in a stretch of time: all that its flows follow from. */
export interface Place {
  readonly site: Site;
  readonly meters: readonly Meter[];
  readonly stretch: Stretch;
  readonly seed: number;
  /** Those at its meters. */
  readonly happenings: readonly Happening[];
  readonly load: SiteLoad;
  /** m². A changed area is a changed survey, not a changed building: the last one counts throughout. */
  readonly area: number;
}

export const halfHoursPerYear = 17_520;

export function zeros(place: Place): Float64Array {
  return new Float64Array(place.stretch.count);
}

export function add(into: Float64Array, from: ArrayLike<number>, times = 1): void {
  for (let i = 0; i < from.length; i++) into[i] = (into[i] ?? 0) + (from[i] ?? 0) * times;
}

export function scaled(flow: Float64Array, times: number): Float64Array {
  return flow.map((amount) => amount * times);
}

/** kW. */
export function ratedPower(meter: Meter, otherwise: number): number {
  const { rating } = meter;
  if (!rating) return otherwise;
  if (rating.unit === 'MW') return rating.value * 1000;
  return rating.unit === 'kW' || rating.unit === 'kVA' ? rating.value : otherwise;
}

/** 1 in the half-hours in which a meter is there: what it counts is plant that began and ended with it. */
export function livingIn({ stretch: { start, count } }: Place, meter: Meter): Uint8Array {
  const { from, to } = validityOf(meter);
  const place = (at: number): number => Math.min(count, Math.max(0, Math.ceil((at - start) / halfHourSeconds)));
  return new Uint8Array(count).fill(1, place(from), place(to));
}
