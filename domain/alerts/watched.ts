import type { siteTypes, Meter } from '../estate/estate.ts';
import type { Clock } from './clock.ts';
import { type DayLevels, type ExpectedUse, expectedUse } from './expected-use.ts';

/** As much of a meter as detectors and rules look at. */
export interface WatchedMeter extends Pick<Meter, 'id' | 'name' | 'site' | 'utility' | 'role'> {
  readonly siteType: (typeof siteTypes)[number];
  readonly endUse?: string | undefined;
  readonly parent?: string | undefined;
  /** Its failing or being switched off could harm a patient: no text advises it. */
  readonly clinical?: boolean | undefined;
}

/** A meter's half-hours in a window, beside what was expected of them: what all detectors are given. */
export interface Watched {
  readonly meter: WatchedMeter;
  readonly clock: Clock;
  /** kWh or m³ in each half-hour; NaN where it is not known. */
  readonly use: Float64Array;
  readonly unit: 'kWh' | 'm3';
  readonly resolution: number;
  readonly expected: ExpectedUse;
  /** Where use follows the weather. */
  readonly dayLevels?: DayLevels | undefined;
  /** Mean outdoor temperature of each day, °C; NaN where it is not known. */
  readonly temperature?: Float64Array | undefined;
}

export interface WatchRequest extends Omit<Watched, 'expected' | 'unit'> {
  readonly abnormal?: Uint8Array | undefined;
  readonly before?: { readonly expected: ExpectedUse; readonly learnedDays: number } | undefined;
}

/** Learns what a meter is expected to use in a window, and puts it beside what it used. */
export function watch({ abnormal, before, ...request }: WatchRequest): Watched {
  const { clock, use, resolution, dayLevels } = request;
  const expected = expectedUse({ clock, use, resolution, dayLevels, abnormal, before });
  return { ...request, unit: request.meter.utility === 'water' ? 'm3' : 'kWh', expected };
}
