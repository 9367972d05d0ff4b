import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benchmark, categoryOf } from '../../domain/energy/benchmarks.ts';
import { quantile, quarterOf, quartilesOf } from '../../domain/energy/quartiles.ts';
import { siteSchema } from '../../domain/estate/estate.ts';

describe('CIBSE TM46', () => {
  const vectors: readonly (readonly [string, number, number, 'confirmed' | 'quoted'])[] = [
    ['general-office', 95, 120, 'confirmed'],
    ['cultural', 70, 200, 'confirmed'],
    ['swimming-pool', 245, 1130, 'confirmed'],
    ['dry-sports', 95, 330, 'confirmed'],
    ['light-public', 20, 105, 'confirmed'],
    ['school', 40, 150, 'confirmed'],
    ['hospital', 90, 420, 'quoted'],
    ['clinic', 70, 200, 'quoted'],
    ['emergency-services', 70, 390, 'quoted'],
    ['laboratory-or-theatre', 160, 160, 'quoted'],
    ['long-term-residential', 65, 420, 'quoted'],
    ['general-accommodation', 60, 300, 'quoted'],
    ['storage', 35, 160, 'quoted'],
    ['workshop', 35, 180, 'quoted'],
    ['high-street-agency', 140, 0, 'quoted'],
    ['covered-car-park', 20, 0, 'quoted'],
    ['restaurant', 90, 370, 'quoted'],
  ];
  test('has seventeen categories here', () => {
    expect(vectors).toHaveLength(17);
    expect(benchmark('cibse-tm46').categories).toHaveLength(17);
  });
  test.each(vectors)('%s: %d electricity, %d fossil-thermal, %s', (id, electricity, fossilThermal, standing) => {
    const category = benchmark('cibse-tm46').categories.find((one) => one.id === id);
    expect(category).toMatchObject({ standing, values: { electricity, fossil_thermal: fossilThermal } });
  });
  test('never gives a hospital 222, as one public page has it', () => {
    const values = benchmark('cibse-tm46').categories.map((category) => category.values.fossil_thermal);
    expect(values).not.toContain(222);
    expect(categoryOf('cibse-tm46', { type: 'acute_hospital', benchmarks: undefined })?.values.fossil_thermal).toBe(
      420,
    );
  });
});

describe('EnCO2de', () => {
  const vectors: readonly (readonly [string, number, number])[] = [
    ['teaching-or-specialist', 55, 65],
    ['general-acute', 52, 62],
    ['community-or-mental-health', 40, 50],
    ['gp-surgery', 36, 46],
    ['health-centre-or-clinic', 25, 35],
  ];
  test('has five categories', () => {
    expect(vectors).toHaveLength(5);
    expect(benchmark('enco2de-2006').categories).toHaveLength(5);
  });
  test.each(vectors)('%s: %d new, %d existing, quoted', (id, anew, existing) => {
    const category = benchmark('enco2de-2006').categories.find((one) => one.id === id);
    expect(category).toMatchObject({ standing: 'quoted', values: { new: anew, existing } });
  });
});

describe('the category of a site', () => {
  const site = (rest: Record<string, unknown>) =>
    siteSchema.parse({ id: 's', name: 's', organisation: 'o', gross_internal_area_m2: 100, type: 'other', ...rest });
  test('is that of its type', () => {
    expect(categoryOf('cibse-tm46', site({ type: 'gp_practice' }))?.id).toBe('clinic');
    expect(categoryOf('enco2de-2006', site({ type: 'gp_practice' }))?.id).toBe('gp-surgery');
  });
  test('is the one it names', () => {
    const named = site({ type: 'acute_hospital', benchmarks: { 'enco2de-2006': 'teaching-or-specialist' } });
    expect(categoryOf('enco2de-2006', named)?.id).toBe('teaching-or-specialist');
    expect(categoryOf('cibse-tm46', named)?.id).toBe('hospital');
  });
  test('is none where neither says one, and a name that is not there is refused', () => {
    expect(categoryOf('cibse-tm46', site({}))).toBeUndefined();
    expect(categoryOf('enco2de-2006', site({ type: 'office' }))).toBeUndefined();
    expect(() => site({ benchmarks: { 'cibse-tm46': 'hopsital' } })).toThrow(/general-office/);
  });
});

describe('quartiles', () => {
  test('are those of QUARTILE.INC', () => {
    // The example of the function's own documentation: 1, 2, 4, 7, 8, 9, 10, 12 has a first quartile of 3.5.
    expect(quartilesOf([10, 12, 9, 8, 7, 4, 2, 1])).toMatchObject({ count: 8, lower: 3.5, median: 7.5, upper: 9.25 });
  });
  test('of fewer than four sites are not told', () => {
    expect(quartilesOf([1, 2, 3])).toEqual({ count: 3, lower: undefined, median: undefined, upper: undefined });
    expect(quarterOf(1, quartilesOf([1, 2, 3]))).toBeUndefined();
  });
  test('put at most a quarter and a site below each border, whatever the values', () => {
    const values = fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 4, maxLength: 60 });
    fc.assert(
      fc.property(values, (list) => {
        const quartiles = quartilesOf(list);
        const inFirst = list.filter((value) => quarterOf(value, quartiles) === 1).length;
        expect(inFirst).toBeGreaterThan(0);
        expect(inFirst).toBeLessThanOrEqual(list.length / 4 + 1);
        expect(Math.min(...list)).toBe(
          quantile(
            list.toSorted((a, b) => a - b),
            0,
            'linear',
          ),
        );
      }),
    );
  });
});
