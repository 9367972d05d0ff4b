import { knownShareOfDay } from '../weather/degree-days.ts';
import type { Clock } from './clock.ts';

/**
 * How cold and how warm each day of a clock was, at several bases: the mean over its half-hours of how far each was
 * below or above the base (the `half_hourly` method of `weather/degree-days.ts`), in °C·day. Worked out once for all
 * meters of a site.
 */
export interface DayWeather {
  /** °C, the mean of the day; NaN where too little of it is known. */
  readonly mean: Float64Array;
  readonly heating: readonly DegreeColumn[];
  readonly cooling: readonly DegreeColumn[];
}

export interface DegreeColumn {
  /** °C. */
  readonly base: number;
  readonly degrees: Float64Array;
}

/** °C: where heating begins and where cooling does. Between two of them a signature hardly differs. */
export const heatingBases = [10, 12, 14, 15.5, 17, 18.5, 20] as const;
export const coolingBases = [12, 14, 16, 18, 20] as const;

/** `temperature` is °C in each half-hour of the clock; NaN where it is not known. */
export function dayWeatherOf({ days }: Clock, temperature: Float64Array): DayWeather {
  const over = (reckon: (degrees: number) => number): Float64Array =>
    Float64Array.from(days, ({ first, count }) => {
      let [sum, known] = [0, 0];
      for (let i = first; i < first + count; i++) {
        const degrees = temperature[i] as number;
        if (Number.isNaN(degrees)) continue;
        sum += reckon(degrees);
        known++;
      }
      return known >= knownShareOfDay * count ? sum / known : Number.NaN;
    });
  return {
    mean: over((degrees) => degrees),
    heating: heatingBases.map((base) => ({ base, degrees: over((degrees) => Math.max(0, base - degrees)) })),
    cooling: coolingBases.map((base) => ({ base, degrees: over((degrees) => Math.max(0, degrees - base)) })),
  };
}
