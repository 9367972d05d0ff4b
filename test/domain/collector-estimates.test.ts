import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { derivationWindow, firstContext } from '../../domain/half-hours/derivation-window.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { aMeter, anInterval, aReading, seconds } from './a-meter.ts';

const day = seconds('2026-02-01T00:00:00Z');
const window = { from: day, to: day + 6 * 1800 };
const estimate = (at: number, value: number): Reading => anInterval(at, 1800, value, { kind: 'estimate' });
const derive = (readings: readonly Reading[]) =>
  deriveHalfHours({ meter: aMeter(), readings, window, now: day + 86_400 });

test('an estimate of the data collector is an estimated half-hour, and never measured', () => {
  const { halfHours } = derive([estimate(day, 5), anInterval(day + 1800, 1800, 7)]);
  expect(halfHours.slice(0, 3)).toMatchObject([
    { energy: 5, quality: 'estimated', rule: 'collector-estimate' },
    { energy: 7, quality: 'measured', rule: 'interval' },
    { energy: undefined, quality: 'missing' },
  ]);
});

test('what is measured replaces it, whichever came first', () => {
  for (const readings of [
    [estimate(day, 5), anInterval(day, 1800, 7)],
    [anInterval(day, 1800, 7), estimate(day, 5)],
  ]) {
    expect(derive(readings).halfHours[0]).toMatchObject({ energy: 7, quality: 'measured' });
  }
});

test('it does not change a total that a register counted', () => {
  const readings = [aReading(day, 100), aReading(day + 6 * 1800, 112), estimate(day, 5), estimate(day + 1800, 5)];
  const { halfHours } = derive(readings);
  expect(halfHours.reduce((sum, { energy }) => sum + (energy ?? 0), 0)).toBeCloseTo(12, 9);
});

test('a number below zero, a sentinel or one of the future is no estimate', () => {
  const { halfHours } = derive([estimate(day, -5), estimate(day + 1800, 4_294_967.295)]);
  expect(halfHours.every(({ quality }) => quality === 'missing')).toBe(true);
});

test('more context changes nothing', () => {
  const amount = fc.record({ k: fc.integer({ min: -200, max: 200 }), value: fc.nat(9), measured: fc.boolean() });
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 120 }), fc.integer({ min: -4, max: 4 }), (list, k) => {
      const readings = list.map((each) => {
        const at = day + each.k * 1800;
        return each.measured ? anInterval(at, 1800, each.value) : estimate(at, each.value);
      });
      const touched = { from: day + k * 1800, to: day + k * 1800 };
      const read = { from: touched.from - 2 * firstContext.seconds, to: touched.to + 2 * firstContext.seconds };
      const near = readings.filter(({ at }) => at >= read.from && at <= read.to);
      const complete = { before: true, after: true };
      const now = day + 10 * 86_400;
      const answer = derivationWindow({ meter: aMeter(), readings: near, touched, now, complete, intervalsRead: read });
      if (!('window' in answer)) throw new Error('intervals alone need nothing more');
      const of = (some: readonly Reading[]) =>
        deriveHalfHours({ meter: aMeter(), readings: some, window: answer.window, now }).halfHours;
      expect(of(near)).toEqual(of(readings));
    }),
  );
});
