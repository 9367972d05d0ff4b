import type { Meter } from '../../domain/estate/estate.ts';
import { meterSchema } from '../../domain/estate/estate.ts';
import type { HalfHour, Quality } from '../../domain/half-hours/half-hours.ts';
import type { Reading } from '../../domain/readings/reading.ts';

/** Epoch seconds of an ISO instant. */
export const seconds = (iso: string): number => Date.parse(iso) / 1000;

/** An electricity sub-meter in kWh, with whatever else is said of it. */
export function aMeter(entry: Readonly<Record<string, unknown>> = {}): Meter {
  const plain = { id: 'm', name: 'M', utility: 'electricity', role: 'sub', unit: 'kWh' };
  return { ...meterSchema.parse({ ...plain, ...entry }), site: 's' };
}

/** A register reading of it, received the second after. */
export function aReading(at: number, value: number, more: Partial<Reading> = {}): Reading {
  return { meter: 'm', quantity: 'energy', kind: 'register', at, value, period: 0, received: at + 1, ...more };
}

/** An interval reading of it. */
export function anInterval(at: number, period: number, value: number, more: Partial<Reading> = {}): Reading {
  return aReading(at, value, { kind: 'interval', period, received: at + period + 1, ...more });
}

/** A half-hour of it; missing when no energy is given. */
export function aHalfHour(start: number, energy: number | undefined, quality?: Quality): HalfHour {
  const known = quality ?? (energy === undefined ? 'missing' : 'measured');
  const rule = known === 'measured' ? 'register' : known === 'estimated' ? 'interpolated' : 'gap';
  return { meter: 'm', start, energy, volume: undefined, quality: known, rule };
}
