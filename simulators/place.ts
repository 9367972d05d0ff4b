import type { Meter, Site } from '../domain/estate/estate.ts';
import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Calendar } from './calendar.ts';
import { placesWithin } from './effects.ts';
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
export function livingIn({ stretch }: Place, meter: Meter): Uint8Array {
  return new Uint8Array(stretch.count).fill(1, ...placesWithin(validityOf(meter), stretch));
}
