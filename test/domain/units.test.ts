import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  baseUnitOf,
  convert,
  outsideName,
  quantityOf,
  rescale,
  unitLabel,
  unitNames,
  units,
} from '../../domain/units.ts';

describe('units', () => {
  // Exact definitions (SI brochure) and, for gas in feet, the billing factor of GB suppliers.
  test.each([
    [1, 'MWh', 'kWh', 1000],
    [1234, 'Wh', 'kWh', 1.234],
    [3.6, 'MJ', 'kWh', 1],
    [1, 'GJ', 'kWh', 277.777_777_777_777_8],
    [3600, 'kJ', 'kWh', 1],
    [1500, 'l', 'm3', 1.5],
    [100, 'hcf', 'm3', 283],
    [100, 'ft3', 'hcf', 1],
    [1, 'l/s', 'm3/h', 3.6],
    [1000, 'l/min', 'm3/h', 60],
    [2, 't', 'kg', 2000],
    [5, 'kvarh', 'varh', 5000],
  ] as const)('%d %s in %s', (value, from, to, result) => {
    expect(rescale(value, from, to)).toBeCloseTo(result, 10);
  });

  test('Wh to kWh leaves no stray digit', () => expect(convert(16_777_215, 'Wh', 'kWh')).toBe(16_777.215));

  test('one quantity is never turned into another', () => {
    expect(() => rescale(1, 'kWh', 'm3')).toThrow('kWh measures energy, m3 measures volume');
    // @ts-expect-error what does not compile cannot be run by mistake
    expect(() => convert(1, 'kWh', 'm3')).toThrow(TypeError);
  });

  test('there are units', () => expect(unitNames.length).toBeGreaterThan(25));

  test.each(unitNames)('%s goes to its base unit and back', (unit) => {
    const base = baseUnitOf(quantityOf(unit));
    expect(units[base].size).toBe(1);
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
        expect(rescale(rescale(value, unit, base), base, unit)).toBeCloseTo(value, 4);
      }),
    );
  });

  test('outside, the unit is the last word, and no two units share one', () => {
    expect(outsideName('energy', 'kWh')).toBe('energy_kwh');
    expect(outsideName('intensity', 'kWh', 'm2')).toBe('intensity_kwh_per_m2');
    expect(unitLabel('kWh', 'm2')).toBe('kWh/m²');
    const suffixes = unitNames.map((unit) => units[unit].suffix);
    expect(new Set(suffixes).size).toBe(suffixes.length);
  });
});
