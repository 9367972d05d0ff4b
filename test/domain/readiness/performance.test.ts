import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byPoints,
  byRegression,
  flowBy,
  heatPumpSourceNames,
  missingPoints,
  regressionIds,
} from '../../../domain/readiness/performance.ts';

describe('performance by a published regression', () => {
  // When2Heat, scripts/cop.py: the polynomial of cop_parameters.csv at a lift of at least 15 K, times 0.85.
  test.each([
    ['air', 7, 33, 0.85 * (6.08 - 0.0941 * 26 + 0.000464 * 26 ** 2), 3.355],
    ['air', -5, 45, 0.85 * (6.08 - 0.0941 * 50 + 0.000464 * 2500), 2.155],
    ['air', 20, 25, 0.85 * (6.08 - 0.0941 * 15 + 0.000464 * 225), 4.057],
    ['ground', 5, 40, 0.85 * (10.29 - 0.2084 * 35 + 0.001322 * 1225), 3.923],
    ['water', 5, 50, 0.85 * (9.99 - 0.2049 * 45 + 0.001249 * 2025), 2.804],
  ] as const)('When2Heat, %s at %d °C, flow %d °C', (from, source, flow, expected, printed) => {
    const found = byRegression('when2heat-2019', from)?.(source, flow);
    expect(found?.value).toBeCloseTo(expected, 12);
    expect(found?.value).toBeCloseTo(printed, 3);
    expect(found?.isKnown).toBe(true);
  });

  test('Staffell et al.: 6.81 − 0.121 × 45 + 0.00063 × 45² = 2.641 from the air, 8.77 − 6.75 + 1.486 from the ground', () => {
    expect(byRegression('staffell-2012', 'air')?.(0, 45).value).toBeCloseTo(2.64075, 10);
    expect(byRegression('staffell-2012', 'ground')?.(0, 45).value).toBeCloseTo(3.50635, 10);
    expect(byRegression('staffell-2012', 'water')).toBeUndefined();
  });

  test('a colder source or a hotter flow is never better, and beyond what is published it is said', () => {
    const degrees = fc.double({ min: -25, max: 30, noNaN: true });
    const flows = fc.double({ min: 20, max: 90, noNaN: true });
    let curves = 0;
    for (const id of regressionIds) {
      for (const from of heatPumpSourceNames) {
        const performance = byRegression(id, from);
        if (!performance) continue;
        curves++;
        fc.assert(
          fc.property(degrees, flows, fc.double({ min: 0, max: 20, noNaN: true }), (source, flow, more) => {
            const here = performance(source, flow);
            expect(performance(source, flow + more).value).toBeLessThanOrEqual(here.value + 1e-12);
            expect(performance(source - more, flow).value).toBeLessThanOrEqual(here.value + 1e-12);
            expect(here.value).toBeGreaterThan(0.9);
            expect(here.isKnown).toBe(flow - source <= 60);
          }),
          { numRuns: 60 },
        );
      }
    }
    expect(curves).toBe(5);
  });
});

describe('performance by a maker’s table', () => {
  const points = [
    { source: -7, flow: 35, performance: 2.7 },
    { source: 7, flow: 35, performance: 4.5 },
    { source: -7, flow: 55, performance: 1.9 },
    { source: 7, flow: 55, performance: 2.9 },
  ];

  test('its points hold, and between them straight lines', () => {
    const performance = byPoints(points);
    for (const { source, flow, performance: value } of points) {
      expect(performance(source, flow)).toEqual({ value, isKnown: true });
    }
    expect(performance(0, 45).value).toBeCloseTo((2.7 + 4.5 + 1.9 + 2.9) / 4, 12);
    expect(performance(0, 35).value).toBeCloseTo(3.6, 12);
  });

  test('outside it the nearest point holds, less where the lift is larger, and it is said', () => {
    const performance = byPoints(points);
    // 62 K are lifted at the coldest, hottest point; 67 K five degrees colder.
    expect(performance(-12, 55)).toEqual({ value: (1.9 * 62) / 67, isKnown: false });
    expect(performance(15, 35)).toEqual({ value: 4.5, isKnown: false });
  });

  test('a point that lacks is named, and one point alone is a table', () => {
    expect(missingPoints(points.slice(1))).toEqual(['-7/35']);
    expect(() => byPoints(points.slice(1))).toThrow('-7/35');
    expect(byPoints([points[0] as (typeof points)[0]])(-7, 35).value).toBe(2.7);
  });
});

test('the flow follows the weather between its points, and no further', () => {
  const flow = flowBy([
    { outside: 15, flow: 35 },
    { outside: -5, flow: 55 },
  ]);
  expect([-10, -5, 5, 15, 20].map(flow)).toEqual([55, 55, 45, 35, 35]);
  expect([-10, 20].map(flowBy([{ outside: 0, flow: 60 }]))).toEqual([60, 60]);
});
