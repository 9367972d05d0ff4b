import { describe, expect, test } from 'vitest';
import { accountingOf, usualAccounting } from '../../domain/carbon/accounting.ts';
import { type CarbonFigure, carbonOf, emissionsOf } from '../../domain/carbon/carbon.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { printRounded, sayWarning } from '../../domain/energy/figure.ts';
import { energyParts, indexSums, withFigureChanges } from '../../domain/energy/site-energy.ts';
import { siteDays } from '../../domain/energy/site-days.ts';
import { startOfDay } from '../../domain/time.ts';
import { bucketsOf, dates, measured, siteOf } from './small-estate.ts';

/** The carbon of a site over some calendar years, each meter counting the same in each of them. */
function carbon(estate: Estate, from: number, to: number, energies: Readonly<Record<string, number>>): CarbonFigure {
  const period = dates(`${from}-01-01`, `${to + 1}-01-01`);
  const boundaries = withFigureChanges(estate, [period.from, period.to]);
  const sums = indexSums(boundaries, measured(boundaries, energies));
  const parts = energyParts(estate, ['site'], sums, { period });
  return carbonOf(estate, parts, sums, accountingOf(estate));
}

const both = siteOf([{ id: 'elec' }, { id: 'gas', utility: 'gas' }]);

describe('location-based carbon', () => {
  test('C2, C5: gas and electricity of 2019 as published', () => {
    const figure = carbon(both, 2019, 2019, { gas: 100_000, elec: 50_000 });
    expect(
      figure.byActivity.map((one) => [one.utility, one.scope, printRounded((one.emissions ?? 0) / 1000, 2)]),
    ).toEqual([
      ['electricity', 2, '12.78'],
      ['gas', 1, '18.39'],
    ]);
    expect(figure.byScope[1]).toBeCloseTo(18_385, 6);
    expect(figure.byScope[2]).toBeCloseTo(12_780, 6);
    expect(figure).toMatchObject({ unit: 'kgCO2e', boundary: 'scope_1_2', warnings: [] });
    expect(figure.versions).toEqual({
      register: 7,
      factorSets: ['2019'],
      factorYearMethod: 'calendar',
      standing: 'verified',
    });
  });

  test('R1: own solar adds nothing and exports take nothing off', () => {
    const estate = siteOf([
      { id: 'elec' },
      { id: 'pv', role: 'generation', technology: 'solar' },
      { id: 'export', role: 'export' },
    ]);
    const figure = carbon(estate, 2025, 2025, { elec: 4_650_000, pv: 400_000, export: 50_000 });
    expect(figure.value).toBeCloseTo(823_050, 6);
  });

  test('each year has its own factors, and the total the weakest standing of them', () => {
    const figure = carbon(both, 2024, 2026, { gas: 1_000, elec: 1_000 });
    const expected = 1_000 * (0.1829 + 0.18296 + 0.18231 + 0.20705 + 0.177 + 0.13096);
    expect(figure.value).toBeCloseTo(expected, 6);
    expect(figure.versions.factorSets).toEqual(['2024', '2025', '2026']);
    expect(figure.versions.standing).toBe('quoted');
    expect(figure.byActivity[0]?.factors.map((factor) => [factor.set, factor.value])).toEqual([
      ['2024', 0.20705],
      ['2025', 0.177],
      ['2026', 0.13096],
    ]);
  });

  test('the step of 2026 is said beside every figure it is in', () => {
    const said = (from: number, to: number): string[] =>
      carbon(both, from, to, { gas: 1, elec: 1 })
        .warnings.filter((warning) => warning.code === 'factor-step')
        .map(sayWarning);
    expect(said(2025, 2025)).toEqual([]);
    expect(said(2025, 2026)).toHaveLength(1);
    expect(said(2025, 2026)[0]).toMatch(/^electricity 2026: .*26 % below that of 2025.*not a saving of this estate/);
  });

  test('a missing factor leaves the total unknown and is named; what is known stays readable', () => {
    const estate = siteOf([
      { id: 'gas', utility: 'gas' },
      { id: 'coal', utility: 'coal' },
    ]);
    const figure = carbon(estate, 2025, 2025, { gas: 1_000, coal: 500 });
    expect(figure.value).toBeUndefined();
    expect(figure.byScope).toEqual({ 1: undefined, 2: 0 });
    expect(figure.byActivity.map((one) => [one.utility, one.emissions])).toEqual([
      ['gas', 182.96],
      ['coal', undefined],
    ]);
    expect(figure.warnings.map(sayWarning)).toEqual([
      'combustion of coal: no emission factor is known, so the emissions are not known either: in 2025',
    ]);
  });

  test('of coal that was not burnt is none', () => {
    const estate = siteOf([{ id: 'coal', utility: 'coal' }]);
    expect(carbon(estate, 2025, 2025, { coal: 0 })).toMatchObject({ value: 0, warnings: [] });
  });

  test('a factor that stands in for a missing one is said with its year', () => {
    const estate = siteOf([{ id: 'heat', utility: 'heat' }]);
    const figure = carbon(estate, 2026, 2026, { heat: 1_000 });
    expect(figure.value).toBeCloseTo(175.29, 9);
    expect(figure.versions).toMatchObject({ factorSets: ['2025'], standing: 'carried forward' });
    expect(figure.warnings.map(sayWarning)).toEqual([
      'heat 2025: the factor of an earlier year stands in for one that is not published: used for 2026',
    ]);
  });

  test('of a site without counted meters, or with silent ones, is not known and not 0', () => {
    expect(carbon(siteOf([]), 2025, 2025, {}).value).toBeUndefined();
    expect(carbon(both, 2025, 2025, {}).value).toBeUndefined();
  });

  test('counts the fuel of a CHP once, in scope 1', () => {
    const estate = siteOf([
      { id: 'gas', utility: 'gas' },
      { id: 'chp', role: 'generation', technology: 'chp' },
    ]);
    const figure = carbon(estate, 2025, 2025, { gas: 1_000, chp: 350 });
    expect(figure).toMatchObject({ value: 182.96, byScope: { 1: 182.96, 2: 0 } });
  });
});

test('water lies outside the boundary', () => {
  const water = { utility: 'water', energy: 0, volume: 20, returned: undefined } as const;
  expect(emissionsOf(water, '2025-01-01', usualAccounting)).toBe(0);
});

describe('the days of a site', () => {
  const estate = siteOf(
    [
      { id: 'elec' },
      { id: 'ward', role: 'sub', parent: 'elec' },
      { id: 'pv', role: 'generation', technology: 'solar' },
      { id: 'coal', utility: 'coal' },
      { id: 'water', utility: 'water' },
    ],
    { valid_to: '2026-01-01' },
  );
  const boundaries = bucketsOf('2025-12-31', '2026-01-03', 'day');
  const list = measured(boundaries, { elec: 100, ward: 60, pv: 20, coal: 5, water: 0 }).map((sum) =>
    sum.meter === 'water'
      ? { ...sum, volume: 3, measuredVolume: 1.5, estimatedHalfHours: 24, measuredHalfHours: 24 }
      : sum,
  );
  const days = siteDays(estate, ['site'], boundaries, list);

  test('are one a day and utility', () => {
    expect(days).toHaveLength(3 * 3);
    expect(new Set(days.map((day) => day.day))).toEqual(new Set(boundaries.slice(0, 3)));
  });

  test('have bought and own energy, emissions of what was bought at the factor of the day, and the area of the day', () => {
    const electricity = days.filter((day) => day.utility === 'electricity');
    expect(electricity.map((day) => day.energy)).toEqual([120, 120, 120]);
    expect(electricity.map((day) => day.emissionsLocation)).toEqual([17.7, 13.096, 13.096]);
    expect(electricity.map((day) => day.area)).toEqual([1000, 1000, undefined]);
    expect(electricity.map((day) => day.measuredShare)).toEqual([1, 1, 1]);
  });

  test('leave emissions unknown where the factor is', () => {
    expect(days.filter((day) => day.utility === 'coal').map((day) => day.emissionsLocation)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('have water by volume', () => {
    expect(days.find((day) => day.utility === 'water')).toMatchObject({ energy: 0, volume: 3, measuredShare: 0.5 });
  });

  test('that are silent are not measured, and their emissions not known', () => {
    const [day] = siteDays(estate, ['site'], boundaries.slice(0, 2), []);
    expect(day).toMatchObject({ energy: 0, measuredShare: 0, emissionsLocation: undefined });
  });

  test('that are not over count the half-hours until now', () => {
    const noon = startOfDay('2025-06-01') + 12 * 3600;
    const half = [startOfDay('2025-06-01'), noon];
    const sums = measured(half, { elec: 50 });
    expect(siteDays(estate, ['site'], half, sums)[0]).toMatchObject({ utility: 'electricity', energy: 50 });
    expect(sums[0]?.measuredHalfHours).toBe(24);
  });

  test('add up to the figure of the whole', () => {
    const sums = indexSums(boundaries, list);
    const parts = energyParts(estate, ['site'], sums);
    const whole = carbonOf(
      estate,
      parts.filter((part) => part.utility === 'electricity'),
      sums,
      usualAccounting,
    );
    const electricity = days.filter((day) => day.utility === 'electricity');
    expect(electricity.reduce((sum, day) => sum + (day.emissionsLocation ?? 0), 0)).toBeCloseTo(whole.value ?? 0, 9);
  });
});
