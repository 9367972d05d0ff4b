import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Accounting, usualAccounting } from '../../domain/carbon/accounting.ts';
import { carbonOf } from '../../domain/carbon/carbon.ts';
import { type CarbonChange, changeOf, type MonthOfParts } from '../../domain/carbon/change.ts';
import { boundaryIds, factorYearMethods } from '../../domain/carbon/reporting.ts';
import type { MeterSum } from '../../domain/energy/bucket-sums.ts';
import { energyParts, indexSums, withFigureChanges } from '../../domain/energy/site-energy.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { addMonths } from '../../domain/time.ts';
import { dates, estateOf, measured } from './small-estate.ts';

type Amounts = Readonly<Record<string, number>>;

/** A month in which each meter counts this much; who is not named is silent. */
function month(estate: Estate, first: string, amounts: Amounts, accounting = usualAccounting): MonthOfParts {
  const period = dates(first, addMonths(first, 1));
  const boundaries = withFigureChanges(estate, [period.from, period.to], accounting);
  const buckets = boundaries.length - 1;
  const sums = measured(boundaries, amounts).map((sum): MeterSum => {
    const isWater = estate.meters.get(sum.meter)?.utility === 'water';
    const part = sum.energy / buckets;
    return isWater
      ? { ...sum, energy: 0, measuredEnergy: 0, volume: part, measuredVolume: part }
      : { ...sum, energy: part, measuredEnergy: part };
  });
  return { ...period, boundaries, parts: energyParts(estate, estate.sites.keys(), indexSums(boundaries, sums)) };
}

const effects = ({ use, factors, joined, left, data }: CarbonChange) =>
  [use, factors, joined, left, data].map((value) => Math.round((value ?? Number.NaN) * 1e6) / 1e6);

const estate = estateOf([
  { id: 'old', meters: [{ id: 'o-e' }, { id: 'o-g', utility: 'gas' }] },
  { id: 'new', valid_from: '2025-06-15', meters: [{ id: 'n-e' }] },
  { id: 'shut', valid_to: '2025-06-30', meters: [{ id: 's-e' }] },
]);

describe('why emissions changed', () => {
  test('use is valued at the old factor, and the greener grid is not a saving', () => {
    const change = changeOf(
      estate,
      [month(estate, '2025-05-01', { 'o-e': 1_000, 'o-g': 2_000 })],
      [month(estate, '2026-05-01', { 'o-e': 900, 'o-g': 2_100 })],
      usualAccounting,
    );
    expect(effects(change)).toEqual(
      [-100 * 0.177 + 100 * 0.18296, 900 * (0.13096 - 0.177) + 2_100 * (0.18231 - 0.18296), 0, 0, 0].map(
        (value) => Math.round(value * 1e6) / 1e6,
      ),
    );
    expect(change.before).toBeCloseTo(1_000 * 0.177 + 2_000 * 0.18296, 9);
    expect(change.warnings.map(({ code }) => code)).toContain('factor-step');
  });

  test('a site that opened or closed is neither use nor factors, in the months in which it was not open throughout', () => {
    const before = [
      month(estate, '2025-05-01', { 's-e': 500 }),
      month(estate, '2025-06-01', { 's-e': 400, 'n-e': 60 }),
    ];
    const after = [month(estate, '2026-05-01', { 'n-e': 100 }), month(estate, '2026-06-01', { 'n-e': 110 })];
    const change = changeOf(estate, before, after, usualAccounting);
    const [use, factors, joined, left, data] = effects(change);
    expect([use, factors, data]).toEqual([0, 0, 0]);
    expect(joined).toBeCloseTo(100 * 0.13096 + (110 * 0.13096 - 60 * 0.177), 6);
    expect(left).toBeCloseTo(-900 * 0.177, 6);
  });

  test('a meter that fell silent is not a saving; one that was taken out is less use', () => {
    const silent = changeOf(
      estate,
      [month(estate, '2024-05-01', { 'o-e': 1_000, 'o-g': 2_000 })],
      [month(estate, '2025-05-01', { 'o-e': 1_000 })],
      usualAccounting,
    );
    expect(effects(silent)[4]).toBeCloseTo(-2_000 * 0.1829, 6);
    expect(effects(silent)[0]).toBe(0);
    const taken = estateOf([
      { id: 'old', meters: [{ id: 'o-e' }, { id: 'o-g', utility: 'gas', valid_to: '2025-03-31' }] },
    ]);
    const out = changeOf(
      taken,
      [month(taken, '2024-05-01', { 'o-e': 1_000, 'o-g': 2_000 })],
      [month(taken, '2025-05-01', { 'o-e': 1_000 })],
      usualAccounting,
    );
    expect(effects(out)[0]).toBeCloseTo(-2_000 * 0.1829, 6);
    expect(effects(out)[4]).toBe(0);
  });

  test('periods of other lengths are a mistake of the caller', () => {
    expect(() => changeOf(estate, [], [month(estate, '2025-05-01', {})], usualAccounting)).toThrow(/as many months/);
  });

  test('the parts add up to the difference of the two figures, whatever was used, open, silent or reckoned', () => {
    const amounts = fc.dictionary(fc.constantFrom('o-e', 'o-g', 'n-e', 's-e', 'w'), fc.nat(10_000));
    const accountings = fc.record<Accounting>({
      boundary: fc.constantFrom(...boundaryIds),
      factorYear: fc.constantFrom(...factorYearMethods),
      yearStarts: fc.constantFrom(1, 4, 7),
    });
    const returned = [{ from: '2020-01-01', share: 0.95, source: 'the bill' }];
    const watered = estateOf([
      {
        id: 'old',
        share_returned_to_sewer: returned,
        meters: [{ id: 'o-e' }, { id: 'o-g', utility: 'gas' }, { id: 'w', utility: 'water' }],
      },
      { id: 'new', valid_from: '2025-06-15', meters: [{ id: 'n-e' }] },
      { id: 'shut', valid_to: '2025-06-30', meters: [{ id: 's-e' }] },
    ]);
    const years = fc.array(fc.tuple(amounts, amounts), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(years, accountings, fc.constantFrom('2024-05-01', '2025-02-01'), (list, accounting, first) => {
        const side = (which: 0 | 1, year: number) =>
          list.map((pair, i) => month(watered, addMonths(first, 12 * year + i), pair[which], accounting));
        const [before, after] = [side(0, 0), side(1, 1)];
        const change = changeOf(watered, before, after, accounting);
        const whole = (months: readonly MonthOfParts[]) =>
          months.reduce((sum, { parts, boundaries }) => {
            return sum + (carbonOf(watered, parts, { boundaries }, accounting).value ?? 0);
          }, 0);
        expect(change.before).toBeCloseTo(whole(before), 6);
        expect(change.after).toBeCloseTo(whole(after), 6);
        const sum = effects(change).reduce((total, one) => total + one, 0);
        expect(sum).toBeCloseTo(whole(after) - whole(before), 4);
      }),
      { numRuns: 200 },
    );
  });
});
