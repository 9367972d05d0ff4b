import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Accounting,
  accountingOf,
  factorChanges,
  reportingYearOf,
  setsOn,
  usualAccounting,
} from '../../domain/carbon/accounting.ts';
import { carbonOf, factorOn } from '../../domain/carbon/carbon.ts';
import { factorYearMethods } from '../../domain/carbon/reporting.ts';
import { energyParts, indexSums, withFigureChanges } from '../../domain/energy/site-energy.ts';
import { addDays, daysBetween, toIso } from '../../domain/time.ts';
import { bucketsOf, dates, measured, siteOf } from './small-estate.ts';

const by = (factorYear: Accounting['factorYear'], yearStarts = 4): Accounting => ({
  boundary: 'scope_1_2',
  factorYear,
  yearStarts,
});

describe('how an estate reports', () => {
  const organisation = { id: 'mse', name: 'MSE' };

  test('is as usual where the register is silent, and as it says where it speaks', () => {
    const estate = siteOf([]);
    expect(accountingOf(estate)).toEqual({ boundary: 'scope_1_2', factorYear: 'calendar', yearStarts: 4 });
    const said = { ...estate, reporting: { factor_year: 'majority', year_starts: 7 } as const };
    expect(accountingOf(said)).toEqual({ boundary: 'scope_1_2', factorYear: 'majority', yearStarts: 7 });
  });

  test('is of an organisation what it says itself, else what the estate says', () => {
    const own = { ...organisation, reporting: { boundary: 'nhs_carbon_footprint' } as const };
    const estate = { organisations: new Map([['mse', own]]), reporting: { factor_year: 'blended' } as const };
    expect(accountingOf(estate, 'mse')).toEqual({
      boundary: 'nhs_carbon_footprint',
      factorYear: 'blended',
      yearStarts: 4,
    });
    expect(accountingOf(estate, 'other').boundary).toBe('scope_1_2');
  });
});

describe('the set of factors of a date', () => {
  // UK Government conversion factors 2025, Introduction: the examples it gives for years that are not calendar years.
  test.each([
    ['calendar, whatever the year', by('calendar'), '2026-01-15', [[2026, 1]]],
    ['majority of April 2024 to March 2025', by('majority'), '2024-04-01', [[2024, 1]]],
    ['majority of April 2024 to March 2025, in its last month', by('majority'), '2025-03-31', [[2024, 1]]],
    ['majority of July 2024 to June 2025 is the newer one', by('majority', 7), '2024-07-01', [[2025, 1]]],
    ['majority of October to September', by('majority', 10), '2024-12-31', [[2025, 1]]],
    ['majority of a calendar year', by('majority', 1), '2024-12-31', [[2024, 1]]],
    ['blend of a calendar year', by('blended', 1), '2024-12-31', [[2024, 1]]],
  ] as const)('%s', (_, accounting, date, expected) => {
    expect(setsOn(accounting, date).map(({ year, share }) => [year, share])).toEqual(expected);
  });

  test('C9: April 2025 to March 2026 has 275 days of 2025 and 90 of 2026, electricity 0.1656477', () => {
    for (const date of ['2025-04-01', '2025-12-31', '2026-01-01', '2026-03-31']) {
      expect(setsOn(by('blended'), date).map(({ year, share }) => [year, share * 365])).toEqual([
        [2025, 275],
        [2026, expect.closeTo(90, 9)],
      ]);
      const { value, factors } = factorOn('electricity', 'generation', date, by('blended'));
      expect(value).toBeCloseTo(0.1656477, 7);
      expect(factors.map(({ set, standing }) => [set, standing])).toEqual([
        ['2025', 'verified'],
        ['2026', 'quoted'],
      ]);
    }
  });

  test('a leap year has a day more to weigh with', () => {
    expect(setsOn(by('blended'), '2023-06-01').map(({ share }) => Math.round(share * 366))).toEqual([275, 91]);
  });

  const date = fc.integer({ min: 0, max: 7_300 }).map((days) => addDays('2016-01-01', days));
  const accountings = fc.record<Accounting>({
    boundary: fc.constant('scope_1_2'),
    factorYear: fc.constantFrom(...factorYearMethods),
    yearStarts: fc.integer({ min: 1, max: 12 }),
  });

  test('shares are one together, of years the reporting year lies in', () => {
    fc.assert(
      fc.property(accountings, date, (accounting, on) => {
        const { first, next } = reportingYearOf(accounting, on);
        expect([first <= on, on < next, daysBetween(first, next) - 365 < 2]).toEqual([true, true, true]);
        const sets = setsOn(accounting, on);
        expect(sets.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
        for (const { year, share } of sets) {
          expect(share).toBeGreaterThan(0);
          expect([first.slice(0, 4), addDays(next, -1).slice(0, 4)]).toContain(String(year));
        }
      }),
    );
  });

  test('other sets hold only after a change that is named', () => {
    fc.assert(
      fc.property(accountings, date, fc.integer({ min: 1, max: 900 }), (accounting, from, days) => {
        const to = addDays(from, days);
        const changes = factorChanges(accounting, dates(from, to)).map((at) => toIso(at + 7200).slice(0, 10));
        for (let i = 1; i < days; i += 1) {
          const [yesterday, today] = [addDays(from, i - 1), addDays(from, i)];
          const isOther = JSON.stringify(setsOn(accounting, yesterday)) !== JSON.stringify(setsOn(accounting, today));
          expect(!isOther || changes.includes(today)).toBe(true);
        }
        expect(changes.length).toBeLessThanOrEqual(Math.ceil(days / 365));
      }),
      { numRuns: 60 },
    );
  });

  test('months and quarters add up to the reporting year, whatever was used in each', () => {
    const estate = siteOf([{ id: 'elec' }, { id: 'gas', utility: 'gas' }]);
    const amounts = fc.array(fc.nat(1_000_000), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(accountings, fc.integer({ min: 2017, max: 2025 }), amounts, (accounting, year, used) => {
        const { first, next } = reportingYearOf(accounting, `${year}-12-31`);
        const months = bucketsOf(first, next, 'month');
        expect(months).toHaveLength(13);
        const sums = indexSums(
          months,
          measured(months, { elec: 0, gas: 0 }).map((sum) => {
            const energy = (used[sum.bucket] ?? 0) * (sum.meter === 'gas' ? 2 : 1);
            return { ...sum, energy, measuredEnergy: energy };
          }),
        );
        expect(withFigureChanges(estate, months, accounting)).toEqual(months);
        const emissions = (from: number, to: number): number => {
          const period = { from: months[from] ?? 0, to: months[to] ?? 0 };
          return (
            carbonOf(estate, energyParts(estate, ['site'], sums, { period }), sums, accounting).value ?? Number.NaN
          );
        };
        const whole = emissions(0, 12);
        for (const step of [1, 3]) {
          let sum = 0;
          for (let month = 0; month < 12; month += step) sum += emissions(month, month + step);
          expect(sum).toBeCloseTo(whole, 4);
        }
        // The second method: the year's use times one factor, where one holds for all of it.
        if (accounting.factorYear === 'calendar') return;
        const total = used.reduce((sum, one) => sum + one, 0);
        const factor = (utility: 'electricity' | 'gas', activity: 'generation' | 'combustion'): number =>
          factorOn(utility, activity, first, accounting).value ?? Number.NaN;
        expect(whole).toBeCloseTo(total * (factor('electricity', 'generation') + 2 * factor('gas', 'combustion')), 3);
      }),
      { numRuns: 60 },
    );
  });

  test('a bucket that reaches across a change is a mistake of the caller', () => {
    const estate = siteOf([{ id: 'elec' }]);
    const boundaries = bucketsOf('2025-01-01', '2026-01-01', 'year');
    const sums = indexSums(boundaries, measured(boundaries, { elec: 1 }));
    const parts = energyParts(estate, ['site'], sums);
    expect(carbonOf(estate, parts, sums, usualAccounting).value).toBe(0.177);
    expect(() => carbonOf(estate, parts, sums, by('majority'))).toThrow(/reaches across 2025-04-01/);
  });
});
