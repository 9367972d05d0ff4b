import type { siteTypes, Meter } from '../estate/estate.ts';
import type { Clock } from './clock.ts';
import type { DayWeather } from './day-weather.ts';
import { type ExpectedUse, expectedUse } from './expected-use.ts';
import { heatUtilities } from './kinds.ts';
import { dayTotals, unknownFactors, type WeatherFactors, weatherFactors } from './weather-factors.ts';

/** As much of a meter as detectors and rules look at. */
export interface WatchedMeter extends Pick<Meter, 'id' | 'name' | 'site' | 'utility' | 'role'> {
  readonly siteType: (typeof siteTypes)[number];
  readonly endUse?: string | undefined;
  readonly parent?: string | undefined;
  /** True of a main below which heat pumps run: what heats below it heats through it. */
  readonly heats?: boolean | undefined;
}

/** A meter's half-hours in a window, beside what was expected of them: what all detectors are given. */
export interface Watched {
  readonly meter: WatchedMeter;
  readonly clock: Clock;
  /**
   * kWh or m³ in each half-hour; NaN where it is not known. Of a main behind which something is made it is what was
   * used: imported and made less exported, or an engine that rests would look like a load.
   */
  readonly use: Float64Array;
  readonly unit: 'kWh' | 'm3';
  /** The half-hours in which nobody is there, where the register says so: 1 there. */
  readonly away?: Uint8Array | undefined;
  readonly resolution: number;
  readonly expected: ExpectedUse;
  /** The weather of its site; without it a meter that heats a building is not expected to do anything. */
  readonly weather?: DayWeather | undefined;
  /** What the weather makes of its days, where that is known. */
  readonly factors?: WeatherFactors | undefined;
}

export interface WatchRequest extends Omit<Watched, 'expected' | 'unit' | 'factors'> {
  readonly abnormal?: Uint8Array | undefined;
  readonly before?: { readonly expected: ExpectedUse; readonly learnedDays: number } | undefined;
}

/** Whether what a meter counts warms buildings, so that nothing can be said of it without the weather. */
export function heats({ utility, endUse, heats: said }: Pick<WatchedMeter, 'utility' | 'endUse' | 'heats'>): boolean {
  if (said !== undefined) return said;
  return (heatUtilities as readonly string[]).includes(utility)
    ? endUse !== 'catering'
    : endUse === 'heat_pump' || endUse === 'heating';
}

export function unitOfUse({ utility }: Pick<WatchedMeter, 'utility'>): Watched['unit'] {
  return utility === 'water' ? 'm3' : 'kWh';
}

/** Learns what a meter is expected to use in a window, and puts it beside what it used. */
export function watch({ abnormal, before, ...request }: WatchRequest): Watched {
  const { meter, clock, use, resolution, weather } = request;
  const ofDays = clock.days.map(({ first, count }) => abnormal?.subarray(first, first + count).includes(1) === true);
  const factors = weather
    ? weatherFactors({
        clock,
        use: dayTotals(clock, use),
        weather,
        heats: heats(meter),
        abnormal: Uint8Array.from(ofDays, Number),
      })
    : heats(meter)
      ? unknownFactors(clock)
      : undefined;
  const expected = expectedUse({ clock, use, resolution, factors, ahead: weather?.ahead, abnormal, before });
  return { ...request, unit: unitOfUse(meter), expected, factors };
}
