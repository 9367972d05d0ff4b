import { describe, expect, test } from 'vitest';
import { meterSchema } from '../../domain/estate.ts';
import type { Meter } from '../../domain/estate.ts';
import type { Derivation } from '../../domain/half-hours.ts';
import { deriveHalfHours } from '../../domain/half-hours.ts';
import type { Reading } from '../../domain/reading.ts';

const midnight = Date.parse('2026-03-02T00:00:00Z') / 1000;
const aDay = { from: midnight, to: midnight + 86_400 };
const rating = { value: 30, unit: 'kW' };

function meterWith(entry: object): Meter {
  const plain = { id: 'm', name: 'M', utility: 'electricity', role: 'sub', unit: 'kWh' };
  return { ...meterSchema.parse({ ...plain, ...entry }), site: 's' };
}

function register(at: number, value: number): Reading {
  return { meter: 'm', quantity: 'energy', kind: 'register', at, value, period: 0, received: at + 1 };
}

/** A day at 20 kW, read every half-hour: 10 kWh each, 480 in all. */
const healthy = Array.from({ length: 49 }, (_, i) => register(midnight + i * 1800, 500_000 + i * 10));

function derive(entry: object, readings: readonly Reading[]): Derivation {
  return deriveHalfHours({ meter: meterWith(entry), readings, window: aDay, now: midnight + 200_000 });
}

function total({ halfHours, gaps }: Derivation): number {
  const all = [...halfHours, ...gaps].map((row) => row.energy ?? 0);
  return all.reduce((sum, energy) => sum + energy, 0);
}

function tally({ halfHours }: Derivation): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { quality, rule } of halfHours) {
    counts[`${quality} ${rule}`] = (counts[`${quality} ${rule}`] ?? 0) + 1;
  }
  return counts;
}

describe('a register that is read every half-hour', () => {
  test('is measured', () => {
    const found = derive({}, healthy);
    expect(tally(found)).toEqual({ 'measured register': 48 });
    expect(total(found)).toBeCloseTo(480, 9);
  });

  test.each([
    ['with a rating', { rating }],
    ['without one', {}],
  ])('one false zero costs two estimated half-hours, %s', (_, entry) => {
    const found = derive(
      entry,
      healthy.map((reading, i) => (i === 20 ? { ...reading, value: 0 } : reading)),
    );
    expect(tally(found)).toEqual({ 'measured register': 46, 'estimated false-zero': 2 });
    expect(total(found)).toBeCloseTo(480, 9);
    expect(found.doubts.map((doubt) => doubt.rule)).toEqual(['false-zero']);
  });

  test('a spike is never consumption', () => {
    const found = derive(
      {},
      healthy.map((reading, i) => (i === 20 ? { ...reading, value: 1e6 } : reading)),
    );
    expect(tally(found)).toEqual({ 'measured register': 46, 'estimated spike': 2 });
    expect(total(found)).toBeCloseTo(480, 9);
  });

  test('what passed while it stood still is known, and its half-hours are not measured', () => {
    const found = derive(
      { rating, stuck_after: '2h' },
      healthy.map((reading, i) => (i > 20 && i < 36 ? { ...reading, value: 500_200 } : reading)),
    );
    expect(tally(found)).toEqual({ 'measured register': 32, 'missing stuck': 16 });
    expect(found.gaps).toHaveLength(1);
    expect(total(found)).toBeCloseTo(480, 9);
  });
});
