import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distinctWarnings, printRounded, sayWarning, weakestStanding } from '../../domain/energy/figure.ts';

describe('rounding for print', () => {
  test.each([
    [18.385, 2, '18.39'],
    [(100_000 * 0.18385) / 1000, 2, '18.39'],
    [1.005, 2, '1.01'],
    [2.675, 2, '2.68'],
    [-2.675, 2, '-2.68'],
    [0.5, 0, '1'],
    [1.4999, 0, '1'],
    [0.1 + 0.2, 1, '0.3'],
    [999.995, 2, '1000.00'],
    [0, 2, '0.00'],
    [-0.001, 2, '0.00'],
    [1e-20, 3, '0.000'],
    [1e18, 1, '1000000000000000000.0'],
    [911_361.12, 2, '911361.12'],
    [0.049, 1, '0.0'],
  ])('%d to %i decimals is %s', (value, decimals, printed) => {
    expect(printRounded(value, decimals)).toBe(printed);
  });

  test('what toFixed does with the same numbers', () => {
    expect([(1.005).toFixed(2), (2.675).toFixed(2)]).toEqual(['1.00', '2.67']);
  });

  test('decimal numbers of any cents and half cents round up at the half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (halfCents) => {
        const expected = Math.floor((halfCents + 1) / 2);
        expect(printRounded(halfCents / 200, 2)).toBe(
          `${Math.floor(expected / 100)}.${String(expected % 100).padStart(2, '0')}`,
        );
      }),
    );
  });

  test('is never further than half a step from the number', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (value, decimals) => {
          const slack = Math.abs(value) * 1e-11 + 1e-12;
          expect(Math.abs(Number(printRounded(value, decimals)) - value)).toBeLessThanOrEqual(
            0.5 * 10 ** -decimals + slack,
          );
        },
      ),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', (value) => {
    expect(() => printRounded(value, 2)).toThrow(RangeError);
  });
});

describe('standing and warnings', () => {
  test('the weakest standing is shown', () => {
    expect(weakestStanding(['verified', 'carried forward', 'quoted'])).toBe('carried forward');
    expect(weakestStanding(['verified', 'quoted'])).toBe('quoted');
    expect(weakestStanding([])).toBeUndefined();
  });

  test('a warning is said once, as a sentence', () => {
    const silent = { code: 'meter-silent', about: 'broomfield-gas', detail: 'from 1 March' } as const;
    expect(distinctWarnings([silent, { ...silent }])).toEqual([silent]);
    expect(sayWarning(silent)).toBe(
      'broomfield-gas: a counted meter has no half-hours in a part of the period: from 1 March',
    );
  });
});
