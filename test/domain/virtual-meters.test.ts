import { describe, expect, test } from 'vitest';
import type { Gap } from '../../domain/half-hours/half-hours.ts';
import type { Part } from '../../domain/half-hours/virtual-meters.ts';
import { combineMeters } from '../../domain/half-hours/virtual-meters.ts';
import { aHalfHour, seconds } from './a-meter.ts';

const noon = seconds('2026-03-02T12:00:00Z');
const window = { from: noon, to: noon + 4 * 1800 };
const gapFrom = (from: number, to: number, energy: number): Gap => ({
  meter: 'x',
  from: noon + from * 1800,
  to: noon + to * 1800,
  energy,
  volume: undefined,
});
const part = (times: number, energies: readonly (number | undefined)[], gaps: readonly Gap[] = []): Part => ({
  times,
  halfHours: energies.map((energy, i) => aHalfHour(noon + i * 1800, energy)),
  gaps,
});

describe('a virtual meter', () => {
  test('is a main less its sub-meters', () => {
    const { halfHours, gaps } = combineMeters('v', [part(1, [10, 10, 10, 1]), part(-1, [4, 3, 2, 2])], window);
    expect(halfHours.map((row) => row.energy)).toEqual([6, 7, 8, -1]);
    expect(new Set(halfHours.map((row) => `${row.meter} ${row.quality}`))).toEqual(new Set(['v measured']));
    expect(gaps).toEqual([]);
  });

  test('shows what is below zero, under a rule of its own, and takes the rounding of equal amounts for nothing', () => {
    const parts = [part(1, [1, 0.3, 0.3, 5]), part(-1, [2, 0.1, 0.1, 1]), part(-1, [0, 0.2, 0.3, 1])];
    const { halfHours } = combineMeters('v', parts, window);
    expect(halfHours.map((row) => [row.energy, row.rule])).toEqual([
      [-1, 'virtual-negative'],
      [0, 'virtual'],
      [expect.closeTo(-0.1, 9), 'virtual-negative'],
      [3, 'virtual'],
    ]);
  });

  test('is as good as the worst of its parts, and missing when one is', () => {
    const estimated = {
      times: 1,
      halfHours: [0, 1, 2, 3].map((i) => aHalfHour(noon + i * 1800, 1, 'estimated')),
      gaps: [],
    };
    const { halfHours } = combineMeters('v', [part(1, [5, undefined, 5]), estimated], window);
    expect(halfHours.map((row) => row.quality)).toEqual(['estimated', 'missing', 'estimated', 'missing']);
    expect(halfHours[1]?.energy).toBeUndefined();
  });

  test('knows the total across a gap where every part knows its own', () => {
    const parts = [part(1, [10, undefined, undefined, 10], [gapFrom(1, 3, 30)]), part(-0.5, [4, 4, 4, 4])];
    expect(combineMeters('v', parts, window).gaps).toEqual([{ ...gapFrom(1, 3, 30 - 4), meter: 'v' }]);
  });

  test('does not know it where a gap is cut or a total is not known', () => {
    const cut = [part(1, [10, 10, undefined, undefined], [gapFrom(2, 9, 30)])];
    expect(combineMeters('v', cut, window).gaps).toEqual([]);
    const unknown = [part(1, [10, undefined, undefined, 10], [gapFrom(1, 2, 30)])];
    expect(combineMeters('v', unknown, window).gaps).toEqual([]);
  });
});
