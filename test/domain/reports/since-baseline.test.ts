import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { carbonOf } from '../../../domain/carbon/carbon.ts';
import { changeOf, type MonthOfParts } from '../../../domain/carbon/change.ts';
import { factorYearMethods } from '../../../domain/carbon/reporting.ts';
import { energyParts, indexSums, withFigureChanges } from '../../../domain/energy/site-energy.ts';
import { accountingOfBaseline } from '../../../domain/reports/progress.ts';
import { baselineSchema } from '../../../domain/reports/register.ts';
import { sinceBaseline } from '../../../domain/reports/since-baseline.ts';
import { addMonths } from '../../../domain/time.ts';
import { dates, estateOf, measured } from '../small-estate.ts';

/** The parts of a change since a baseline, against the month-by-month comparison of two years of meters. */
const estate = estateOf([{ id: 'site', meters: [{ id: 'e' }, { id: 'g', utility: 'gas' }] }]);
type Use = readonly (readonly [electricity: number, gas: number])[];

function twelveMonths(first: string, use: Use, baseline: ReturnType<typeof baselineOf>): MonthOfParts[] {
  return use.map(([e, g], i) => {
    const from = addMonths(first, i);
    const period = dates(from, addMonths(from, 1));
    const boundaries = withFigureChanges(estate, [period.from, period.to], accountingOfBaseline(baseline));
    const sums = indexSums(boundaries, measured(boundaries, { e, g }));
    return { ...period, boundaries, parts: energyParts(estate, estate.sites.keys(), sums) };
  });
}

function baselineOf(change: object = {}) {
  return baselineSchema.parse({
    id: 'base',
    organisation: 'mse',
    name: 'The baseline',
    from: '2019-04-01',
    to: '2020-03-31',
    boundary: 'scope_1_2',
    factor_year: 'majority',
    factor_sets: ['2019', '2020'],
    frozen_on: '2022-07-01',
    source: 'of our making',
    sites: [{ site: 'site', emissions_kgco2e: 0 }],
    ...change,
  });
}

/** The months as one list of parts, as a year is read from the store. */
function together(months: readonly MonthOfParts[]) {
  const boundaries: number[] = [];
  const parts = months.flatMap((month) => {
    const first = boundaries.length;
    boundaries.push(...month.boundaries);
    return month.parts.map((part) => ({ ...part, bucket: first + part.bucket }));
  });
  return { parts, boundaries };
}

const amounts = fc.array(fc.tuple(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: 9_000 })), {
  minLength: 12,
  maxLength: 12,
});

describe('the change since a baseline', () => {
  test('has the parts that a comparison of the two years, month by month, has', () => {
    const cases = fc.record({
      method: fc.constantFrom(...factorYearMethods),
      starts: fc.constantFrom('01', '04', '08'),
      year: fc.integer({ min: 2021, max: 2025 }),
      old: amounts,
      now: amounts,
    });
    fc.assert(
      fc.property(cases, ({ method, starts, year, old, now }) => {
        const from = `2019-${starts}-01`;
        const baseline = baselineOf({ from, to: '2020-03-31', factor_year: method });
        const accounting = accountingOfBaseline(baseline);
        const before = twelveMonths(from, old, baseline);
        const after = twelveMonths(`${year}-${starts}-01`, now, baseline);
        const change = changeOf(estate, before, after, accounting);
        const { parts, boundaries } = together(after);
        const asked = { baseline, from: change.before ?? 0, emissions: change.after, isWhole: true };
        const since = sinceBaseline(estate, parts, boundaries, accounting, asked);
        expect(since.why).toBeUndefined();
        expect(since.use).toBeCloseTo(change.use ?? Number.NaN, 6);
        expect(since.factors).toBeCloseTo(change.factors ?? Number.NaN, 6);
        expect((since.use ?? 0) + (since.factors ?? 0)).toBeCloseTo(since.change ?? Number.NaN, 6);
      }),
      { numRuns: 60 },
    );
  });

  const year = () => {
    const baseline = baselineOf();
    const { parts, boundaries } = together(
      twelveMonths(
        '2025-04-01',
        Array.from({ length: 12 }, () => [100, 200] as const),
        baseline,
      ),
    );
    return {
      parts,
      boundaries,
      emissions: carbonOf(estate, parts, { boundaries }, accountingOfBaseline(baseline)).value,
    };
  };

  test.each([
    ['a baseline frozen with other sets', { factor_sets: ['2018'] }, true, 'other-sets'],
    ['a year that is not whole', {}, false, 'not-whole'],
    ['a baseline of a year without factors', { from: '2010-04-01', to: '2011-03-31' }, true, 'unknown'],
  ])('%s is not parted, and says why', (_, change, isWhole, why) => {
    const baseline = baselineOf(change);
    const { parts, boundaries, emissions } = year();
    const asked = { baseline, from: 1_000, emissions, isWhole };
    const since = sinceBaseline(estate, parts, boundaries, accountingOfBaseline(baseline), asked);
    expect([since.use, since.factors, since.why]).toEqual([undefined, undefined, why]);
    expect(since.change === undefined).toBe(!isWhole);
  });
});
