import { knownShareOfDay } from '../weather/degree-days.ts';
import { type Clock, slotsPerDay } from './clock.ts';

/**
 * How cold and how warm each day of a clock was, at several bases: the mean over its half-hours of how far each was
 * below or above the base (the `half_hourly` method of `weather/degree-days.ts`), in °C·day. It goes by the temperature
 * as walls feel it. Worked out once for all meters of a site.
 */
export interface DayWeather {
  /** °C outdoors, the mean of the day; NaN where too little of it is known. */
  readonly mean: Float64Array;
  /** °C as walls feel it in each half-hour: an exponential mean over some six hours. */
  readonly felt: Float64Array;
  readonly heating: readonly DegreeColumn[];
  readonly cooling: readonly DegreeColumn[];
  /** Days of which a part is taken to be like the day before, since it has not been yet: 1 there. */
  readonly ahead?: Uint8Array | undefined;
}

export interface DegreeColumn {
  /** °C. */
  readonly base: number;
  /** 1: degrees below the base count; −1: those above it. */
  readonly side: 1 | -1;
  readonly degrees: Float64Array;
}

/** °C: where heating begins and where cooling does. Between two of them a signature hardly differs. */
const heatingBases = [10, 12, 14, 15.5, 17, 18.5, 20] as const;
const coolingBases = [12, 14, 16, 18, 20] as const;

/**
 * What a half-hour adds to the temperature that walls feel: a memory of some six hours. Which memory hardly matters: to
 * let each meter choose between 6, 24 and 72 hours was tried on four and a half years of a real school's gas, and left
 * its days off by 54 % where six hours leave them off by 55 %, most of which is its holidays, and raised no less.
 */
const feltShare = 1 / 12;
/** Half-hours without a temperature that are bridged by the last one. */
const bridged = 12;

/**
 * The weather of a window that reaches ahead of what is known. What has not been yet is taken to be as it was at the
 * same hour of the day before, so that today something is expected of what follows the weather.
 */
export function weatherAheadOf(clock: Clock, temperature: Float64Array): DayWeather {
  const last = temperature.findLastIndex((degrees) => !Number.isNaN(degrees));
  const whole = temperature.slice();
  for (let i = Math.max(last + 1, slotsPerDay); i < whole.length; i++) whole[i] = whole[i - slotsPerDay] as number;
  const ahead = Uint8Array.from(clock.days, ({ first, count }) => Number(first + count > last + 1));
  return { ...dayWeatherOf(clock, whole), ahead };
}

/** `temperature` is °C in each half-hour of the clock; NaN where it is not known. */
export function dayWeatherOf({ days }: Clock, temperature: Float64Array): DayWeather {
  const felt = feltBy(temperature);
  const over = (column: Float64Array, reckon: (degrees: number) => number): Float64Array =>
    Float64Array.from(days, ({ first, count }) => {
      let [sum, known] = [0, 0];
      for (let i = first; i < first + count; i++) {
        const degrees = column[i] as number;
        if (Number.isNaN(degrees)) continue;
        sum += reckon(degrees);
        known++;
      }
      return known >= knownShareOfDay * count ? sum / known : Number.NaN;
    });
  const degrees = (base: number, side: 1 | -1): DegreeColumn => ({
    base,
    side,
    degrees: over(felt, (one) => degreesOf(one, base, side)),
  });
  return {
    mean: over(temperature, (one) => one),
    felt,
    heating: heatingBases.map((base) => degrees(base, 1)),
    cooling: coolingBases.map((base) => degrees(base, -1)),
  };
}

/** How far a temperature is below a base (side 1), or above it (−1); never below nothing. */
export function degreesOf(temperature: number, base: number, side: 1 | -1): number {
  return Math.max(0, side * (base - temperature));
}

function feltBy(temperature: Float64Array): Float64Array {
  let mean = Number.NaN;
  let unknown = 0;
  return temperature.map((degrees) => {
    unknown = Number.isNaN(degrees) ? unknown + 1 : 0;
    if (unknown === 0) mean = Number.isNaN(mean) ? degrees : mean + (degrees - mean) * feltShare;
    else if (unknown > bridged) mean = Number.NaN;
    return mean;
  });
}
