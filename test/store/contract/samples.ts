import type { Reading, SeriesName } from '../../../domain/readings/reading.ts';
import type { Period } from '../../../domain/time.ts';
import type { DayFigure, StoredHalfHour } from '../../../store/reading-store.ts';

export const noon = Date.UTC(2026, 2, 2, 12) / 1000;
/** Longer than any time that is kept, from the first to the last second. */
export const always: Period = { from: 0, to: 2 ** 32 - 1 };

export function reading(meter: string, at: number, value: number, other: Partial<Reading> = {}): Reading {
  return { meter, quantity: 'energy', kind: 'register', at, value, period: 0, received: at + 2, ...other };
}

export function halfHour(meter: string, start: number, other: Partial<StoredHalfHour> = {}): StoredHalfHour {
  const quality = 'measured';
  const rule = 'register';
  return {
    meter,
    site: 'a-site',
    utility: 'gas',
    start,
    energy: 1.5,
    volume: 0.25,
    quality,
    rule,
    registerVersion: 1,
    ...other,
  };
}

export function day(meter: string, at: number, other: Partial<DayFigure> = {}): DayFigure {
  return {
    meter,
    site: 'a-site',
    utility: 'gas',
    day: at,
    energy: 72,
    volume: 12,
    measuredEnergy: 70,
    measuredVolume: 11.5,
    measuredHalfHours: 46,
    estimatedHalfHours: 1,
    missingHalfHours: 1,
    measuredShare: 0.97,
    emissionsLocation: 12.75,
    ...other,
  };
}

export const register = (meter: string): SeriesName => ({ meter, quantity: 'energy', kind: 'register' });
