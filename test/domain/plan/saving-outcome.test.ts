import { array, assert, double, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MeasureSaving, SavingOutcome } from '../../../domain/plan/measure-saving.ts';
import {
  meteredOutcome,
  meteredSince,
  savedTogether,
  savingYears,
  splitOf,
  useThrough,
} from '../../../domain/plan/saving-outcome.ts';
import { addDays, daysBetween } from '../../../domain/time.ts';
import { aState } from './a-measure.ts';

const days = { first: '2026-01-01', last: '2026-01-04' };
const use = (...values: number[]) => ({ from: '2026-01-01', values: Float64Array.from(values) });
const always = () => true;

describe('what passes a meter', () => {
  test('is what is bought and made less what is exported, each as long as its meter is there', () => {
    const parts = [
      { days: use(10, 10, 10, 10), times: 1 as const, isThere: always },
      { days: use(Number.NaN, Number.NaN, 4, 4), times: 1 as const, isThere: (day: string) => day >= '2026-01-03' },
      { days: use(0, 0, 0, 1), times: -1 as const, isThere: always },
    ];
    expect([...useThrough(parts, days).values]).toEqual([10, 10, 14, 13]);
  });

  test('is not known where one that is there is not, nor before the meter itself was', () => {
    const made = { days: use(1, Number.NaN, 1, 1), times: 1 as const, isThere: always };
    const main = { days: use(Number.NaN, 5, 5, 5), times: 1 as const, isThere: (day: string) => day > '2026-01-01' };
    expect([...useThrough([main, made], days).values]).toEqual([Number.NaN, Number.NaN, 6, 6]);
    expect([...useThrough([{ ...made, days: undefined }], days).values]).toEqual(Array(4).fill(Number.NaN));
  });
});

describe('what a meter of its own counted', () => {
  const long = { from: '2024-01-01', values: new Float64Array(800).fill(2) };
  test('is added up of the known days, and a year of the last twelve months', () => {
    const some = { ...long, values: long.values.map((value, i) => (i === 799 ? Number.NaN : i > 434 ? 3 : value)) };
    const last = addDays('2024-01-01', 799);
    const period = { first: '2024-01-11', last };
    expect(meteredSince(some, period, 'made')).toEqual({
      counts: 'made',
      period,
      knownDays: 789,
      amount: 425 * 2 + 364 * 3,
      perYear: 365 * 3,
    });
  });
  test('is no year where less than nine tenths of one are known', () => {
    const of = (count: number) => ({ first: '2024-01-01', last: addDays('2024-01-01', count - 1) });
    expect(meteredSince(long, of(328), 'taken').perYear).toBeUndefined();
    expect(meteredSince(long, of(329), 'taken').perYear).toBe(730);
  });
});

test('of a meter of which no day is known it is not said that it made nothing', () => {
  const silent = use(Number.NaN, Number.NaN, Number.NaN, Number.NaN);
  expect(meteredOutcome(silent, days, 'made')).toEqual({
    how: 'disqualified',
    gates: [{ gate: 'reporting_known', found: 0 }],
  });
  expect(meteredOutcome(use(0, Number.NaN), days, 'made')).toMatchObject({ how: 'metered', metered: { amount: 0 } });
});

test('twelve months follow one another without a gap', () => {
  assert(
    property(integer({ min: 0, max: 2000 }), (count) => {
      const last = addDays('2024-02-29', count);
      const years = savingYears({ first: '2024-02-29', last });
      expect([years[0]?.first, years.at(-1)?.last]).toEqual(['2024-02-29', last]);
      for (const [i, year] of years.entries()) {
        const next = years[i + 1];
        expect(daysBetween(year.first, year.last)).toBeLessThan(365);
        expect(next?.first ?? addDays(last, 1)).toBe(addDays(year.last, 1));
      }
    }),
  );
});

const interval = (best: number, reach = 0) => ({ low: best - reach, best, high: best + reach });
const verified = (best: number, reach: number) =>
  ({ how: 'verified', saving: { saved: interval(best, reach) }, years: [] }) as unknown as SavingOutcome;

function saving(meter: string, outcome: SavingOutcome, rest: Partial<MeasureSaving> = {}): MeasureSaving {
  return {
    by: 'model',
    site: 'hospital',
    meter,
    utility: 'electricity',
    unit: 'kWh',
    measures: ['a'],
    works: { from: '2025-01-01', to: '2025-01-31' },
    baseline: days,
    reporting: days,
    expected: undefined,
    inside: undefined,
    outcome,
    split: [],
    alerts: [],
    gbpPerYear: undefined,
    savesBought: 1,
    kgco2ePerYear: undefined,
    ...rest,
  };
}

describe('savings together', () => {
  const metered = { counts: 'taken', period: days, knownDays: 4, amount: 40, perYear: undefined } as const;
  test('are of each utility, with an interval by the squares, and what is taken is taken off', () => {
    const list = [
      saving('a', verified(100, 30)),
      saving('b', verified(50, 40)),
      saving('c', { how: 'metered', metered }),
      saving('d', { how: 'disqualified', gates: [] }),
      saving('g', verified(7, 1), { utility: 'gas' }),
    ];
    expect(savedTogether(list)).toEqual([
      { utility: 'electricity', unit: 'kWh', saved: interval(110, 50), groups: 3 },
      { utility: 'gas', unit: 'kWh', saved: interval(7, 1), groups: 1 },
    ]);
  });

  test('hold what is inside another once, and where that has no number what the meter below says', () => {
    const below = saving('sub', verified(30, 1), { inside: 'main' });
    const main = (outcome: SavingOutcome) => saving('main', outcome, { measures: ['a', 'b'] });
    expect(savedTogether([below, main(verified(90, 10))])).toMatchObject([{ saved: { best: 90 }, groups: 1 }]);
    expect(savedTogether([below, main({ how: 'disqualified', gates: [] })])).toMatchObject([{ saved: { best: 30 } }]);
  });
});

test('a split adds up to what it splits, whatever was expected', () => {
  const main = { id: 'main', site: 'hospital', utility: 'electricity', role: 'main', valid_from: undefined } as const;
  const meter = { ...main, above: [] };
  const meters = new Map([['main', meter]]);
  const amounts = array(integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 6 });
  assert(
    property(amounts, double({ min: -1e6, max: 1e6, noNaN: true }), (list, best) => {
      const states = list.map((saves_kwh, i) =>
        aState({ id: `m${i}`, meters: ['main'], expected: [{ utility: 'electricity', saves_kwh }] }),
      );
      const parts = splitOf({ saved: interval(best), perYear: interval(best / 2) }, states, meter, meters);
      expect(parts).toHaveLength(list.length);
      const sum = (of: (part: (typeof parts)[number]) => number) => parts.reduce((all, part) => all + of(part), 0);
      expect(sum(({ share }) => share)).toBeCloseTo(1, 9);
      expect(sum(({ saved }) => saved)).toBeCloseTo(best, 4);
      expect(sum(({ perYear = Number.NaN }) => perYear)).toBeCloseTo(best / 2, 4);
    }),
  );
});
