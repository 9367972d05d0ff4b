import { describe, expect, test } from 'vitest';
import { type Accounting, usualAccounting } from '../../domain/carbon/accounting.ts';
import { type CarbonFigure, carbonOf, factorOn } from '../../domain/carbon/carbon.ts';
import { modelledParts } from '../../domain/carbon/modelled.ts';
import type { MeterSum } from '../../domain/energy/bucket-sums.ts';
import { dataQualityOf, printRounded, sayWarning } from '../../domain/energy/figure.ts';
import { addParts, energyParts, indexSums, withFigureChanges } from '../../domain/energy/site-energy.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { dates, measured, siteOf } from './small-estate.ts';

/**
 * The vectors of carbon: published results of Kent and Medway's NHS emissions recipe book (C1 to C5) and of calculators
 * of the 2025 and 2026 sets (C6 to C8), the worked example of a blended year (C9), water (C10) and what is missing
 * (C11). Each goes the whole way: register, sums of meters, parts, factors.
 */

const nhs: Accounting = { ...usualAccounting, boundary: 'nhs_carbon_footprint' };

/** A calendar year of a site whose meters count this much, a share of it estimated or missing. */
function yearOf(
  estate: Estate,
  year: number,
  amounts: Readonly<Record<string, number>>,
  accounting: Accounting = usualAccounting,
  change: (sum: MeterSum) => MeterSum = (sum) => sum,
): CarbonFigure {
  const period = dates(`${year}-01-01`, `${year + 1}-01-01`);
  const boundaries = withFigureChanges(estate, [period.from, period.to], accounting);
  const sums = indexSums(boundaries, measured(boundaries, amounts).map(change));
  return carbonOf(estate, energyParts(estate, ['site'], sums), sums, accounting);
}

const estimated =
  (share: number) =>
  (sum: MeterSum): MeterSum => ({
    ...sum,
    measuredEnergy: sum.energy * (1 - share),
    measuredHalfHours: sum.measuredHalfHours * (1 - share),
    estimatedHalfHours: sum.measuredHalfHours * share,
  });
const missing =
  (share: number) =>
  (sum: MeterSum): MeterSum => ({
    ...sum,
    measuredHalfHours: sum.measuredHalfHours * (1 - share),
    missingHalfHours: sum.measuredHalfHours * share,
  });
const volume = (sum: MeterSum): MeterSum => ({
  ...sum,
  energy: 0,
  measuredEnergy: 0,
  volume: sum.energy,
  measuredVolume: sum.energy,
});

const tonnes = (figure: CarbonFigure): string => printRounded((figure.value ?? Number.NaN) / 1000, 2);
const gas = siteOf([{ id: 'gas', utility: 'gas' }]);
const electricity = siteOf([{ id: 'elec' }]);

/** A year that is modelled: its kWh and printed tonnes. */
function modelled(utility: string, kwh_per_m2: number): readonly [string, string, string] {
  const source = 'display energy certificate';
  const estate = siteOf([], { gross_internal_area_m2: 2778.54, modelled: [{ utility, kwh_per_m2, source }] });
  const period = dates('2019-01-01', '2020-01-01');
  const boundaries = [period.from, period.to];
  const parts = modelledParts(estate, ['site'], boundaries, usualAccounting, period);
  const figure = carbonOf(estate, parts, { boundaries }, usualAccounting);
  expect(figure.warnings.map(({ code }) => code)).toContain('modelled');
  return [printRounded(addParts(parts).energy, 2), tonnes(figure), 'RC'];
}

function metered(figure: CarbonFigure): readonly [string, string | undefined] {
  return [tonnes(figure), dataQualityOf(figure.measuredShare)];
}

const activitiesOf = ({ byActivity }: CarbonFigure) =>
  Object.fromEntries(
    byActivity.map(({ utility, activity, emissions }) => [
      `${utility} ${activity}`,
      Number(printRounded(emissions ?? Number.NaN, 1)),
    ]),
  );

function water(share?: number): Estate {
  const returned = { from: '2020-01-01', share, source: 'the sewerage bill' };
  return siteOf(
    [{ id: 'water', utility: 'water' }],
    share === undefined ? {} : { share_returned_to_sewer: [returned] },
  );
}

const vectors: Readonly<Record<string, () => void>> = {
  'C1: gas modelled at 328 kWh/m² on 2778.54 m² in 2019': () => {
    expect(modelled('gas', 328)).toEqual(['911361.12', '167.55', 'RC']);
  },
  'C2: 100,000 kWh of gas in 2019, 11 % of it estimated': () => {
    expect(metered(yearOf(gas, 2019, { gas: 100_000 }, usualAccounting, estimated(0.11)))).toEqual(['18.39', 'SC']);
  },
  'C3: 200,000 kWh of gas in 2019, 10 % of it estimated': () => {
    expect(metered(yearOf(gas, 2019, { gas: 200_000 }, usualAccounting, estimated(0.1)))).toEqual(['36.77', 'OC']);
  },
  'C4: electricity modelled at 107 kWh/m² on 2778.54 m² in 2019': () => {
    expect(modelled('electricity', 107)).toEqual(['297303.78', '75.99', 'RC']);
  },
  'C5: electricity of 2019, once estimated too much, once with 4 of 48 weeks missing': () => {
    expect(metered(yearOf(electricity, 2019, { elec: 50_000 }, usualAccounting, estimated(0.2)))).toEqual([
      '12.78',
      'SC',
    ]);
    const weeks = yearOf(electricity, 2019, { elec: 18_000 }, usualAccounting, missing(4 / 48));
    expect(metered(weeks)).toEqual(['4.60', 'OC']);
    expect(printRounded(100 * (1 - (weeks.measuredShare.byAmount ?? 0)), 2)).toBe('8.33');
  },
  'C6: a million kWh of electricity in 2025': () => {
    const figure = yearOf(electricity, 2025, { elec: 1_000_000 }, nhs);
    expect(activitiesOf(figure)).toEqual({
      'electricity generation': 177_000,
      'electricity losses': 18_530,
      'electricity well_to_tank_generation': 45_900,
      'electricity well_to_tank_losses': 3_970,
    });
    expect(figure.byScope).toEqual({ 1: 0, 2: expect.closeTo(177_000, 6), 3: expect.closeTo(68_400, 6) });
    expect(figure.value).toBeCloseTo(245_400, 6);
    expect(figure.versions.standing).toBe('verified');
  },
  'C7: a million kWh of electricity in 2026': () => {
    const figure = yearOf(electricity, 2026, { elec: 1_000_000 }, nhs);
    expect(Object.values(activitiesOf(figure))).toEqual([130_960, 12_990, 36_820, 3_590]);
    expect(figure.value).toBeCloseTo(184_360, 6);
    expect(figure.versions.standing).toBe('quoted');
  },
  'C8: 100,000 kWh of electricity and 50,000 kWh of gas in 2026, scope 3': () => {
    const both = siteOf([{ id: 'elec' }, { id: 'gas', utility: 'gas' }]);
    expect(activitiesOf(yearOf(both, 2026, { elec: 100_000, gas: 50_000 }, nhs))).toMatchObject({
      'electricity well_to_tank_generation': 3_682,
      'electricity losses': 1_299,
      'electricity well_to_tank_losses': 359,
      'gas well_to_tank': 1_510.5,
    });
  },
  'C9: April 2025 to March 2026 blended': () => {
    const blended: Accounting = { ...usualAccounting, factorYear: 'blended' };
    expect(factorOn('electricity', 'generation', '2025-12-25', blended).value).toBeCloseTo(0.1656477, 7);
  },
  'C10: 12,000 m³ of water delivered in 2025, 95 % of it returned': () => {
    const figure = yearOf(water(0.95), 2025, { water: 12_000 }, nhs, volume);
    expect(activitiesOf(figure)).toEqual({ 'water supply': 2_295.6, 'water treatment': 1_948 });
    expect(figure.byActivity.map(({ amount, per }) => [amount, per])).toEqual([
      [12_000, 'm3'],
      [11_400, 'm3'],
    ]);
    expect(Math.abs((figure.value ?? 0) - 4_243.6)).toBeLessThan(0.05);
    expect(figure.byScope).toEqual({ 1: 0, 2: 0, 3: figure.value });
  },
  'C11: water of 2026 is carried forward, visibly, and water of a year too far is not known': () => {
    const figure = yearOf(water(0.95), 2026, { water: 12_000 }, nhs, volume);
    expect(figure.versions).toMatchObject({ factorSets: ['2025'], standing: 'carried forward' });
    expect(figure.value).toBeGreaterThan(4_000);
    expect(figure.warnings.map(sayWarning)).toEqual([
      'water 2025: the factor of an earlier year stands in for one that is not published: used for 2026',
    ]);
    const beyond = yearOf(water(0.95), 2029, { water: 12_000 }, nhs, volume);
    expect(beyond.value).toBeUndefined();
    expect(beyond.warnings.map(sayWarning)).toEqual([
      'supply of water: no emission factor is known, so the emissions are not known either: in 2029',
      'treatment of water: no emission factor is known, so the emissions are not known either: in 2029',
    ]);
  },
};

describe('the vectors of carbon', () => {
  test('are all here', () => {
    const ids = Object.keys(vectors).map((name) => name.split(':')[0]);
    expect(ids).toEqual(Array.from({ length: 11 }, (_, i) => `C${i + 1}`));
  });

  test.each(Object.entries(vectors))('%s', (_, holds) => {
    expect.hasAssertions();
    holds();
  });
});

describe('water', () => {
  test('that goes to the sewer by a share that nobody says has no total, and is named', () => {
    const figure = yearOf(water(), 2025, { water: 12_000 }, nhs, volume);
    expect(figure.value).toBeUndefined();
    expect(activitiesOf({ ...figure, byActivity: figure.byActivity.slice(0, 1) })).toEqual({ 'water supply': 2_295.6 });
    expect(figure.byActivity[1]).toMatchObject({ activity: 'treatment', emissions: undefined, amount: undefined });
    expect(figure.warnings).toEqual([{ code: 'sewer-share-unknown', about: 'site' }]);
  });

  test('goes back by what the estate says of its sites, unless the site says it itself', () => {
    const reporting = { share_returned_to_sewer: { share: 0.8, source: 'the bills' } };
    const treated = (estate: Estate) =>
      yearOf({ ...estate, reporting }, 2025, { water: 12_000 }, nhs, volume).byActivity[1]?.amount;
    expect([treated(water()), treated(water(0.95))]).toEqual([9_600, 11_400]);
  });

  test('none of which was delivered has none, whoever is silent', () => {
    expect(yearOf(water(), 2025, { water: 0 }, nhs, volume)).toMatchObject({ value: 0, warnings: [] });
  });
});

describe('what is counted once', () => {
  const plant = [
    { id: 'elec' },
    { id: 'gas', utility: 'gas' },
    { id: 'chp', role: 'generation', technology: 'chp', parent: 'elec' },
    { id: 'chp-heat', utility: 'heat', role: 'sub', parent: 'gas' },
    { id: 'battery', role: 'generation', technology: 'battery_discharge' },
    { id: 'pv', role: 'generation', technology: 'solar' },
  ];
  const amounts = { elec: 50_000, gas: 100_000, chp: 35_000, 'chp-heat': 45_000, battery: 4_000, pv: 8_000 };

  test('the fuel of a CHP is in scope 1 alone; neither it nor a battery is renewable or has emissions of its own', () => {
    const figure = yearOf(siteOf(plant), 2025, amounts, nhs);
    expect(activitiesOf(figure)).toEqual({
      'electricity generation': 8_850,
      'electricity losses': 926.5,
      'electricity well_to_tank_generation': 2_295,
      'electricity well_to_tank_losses': 198.5,
      'gas combustion': 18_296,
      'gas well_to_tank': 3_021,
    });
    const period = dates('2025-01-01', '2026-01-01');
    const boundaries = [period.from, period.to];
    const sums = indexSums(boundaries, measured(boundaries, amounts));
    const own = energyParts(siteOf(plant), ['site'], sums, { only: 'own_renewable' });
    expect(own.map(({ utility, energy }) => [utility, energy])).toEqual([['electricity', 8_000]]);
  });

  test('heat from the network of others has its making, its losses and both their fuels', () => {
    const figure = yearOf(siteOf([{ id: 'heat', utility: 'heat' }]), 2025, { heat: 100_000 }, nhs);
    expect(activitiesOf(figure)).toEqual({
      'heat generation': 17_529,
      'heat losses': 945,
      'heat well_to_tank_generation': 3_341,
      'heat well_to_tank_losses': 176,
    });
  });

  test('oil and pellets go by way of kWh; coal has no factor here, and that is said', () => {
    const fuels = siteOf(['gas_oil', 'burning_oil', 'biomass', 'coal'].map((utility, i) => ({ id: `m${i}`, utility })));
    const figure = yearOf(fuels, 2025, { m0: 1_000, m1: 1_000, m2: 1_000, m3: 1_000 }, nhs);
    expect(figure.value).toBeUndefined();
    expect(
      figure.byActivity.slice(0, 6).map(({ utility, emissions }) => [utility, printRounded(emissions ?? 0, 2)]),
    ).toEqual([
      ['gas_oil', '256.50'],
      ['gas_oil', '59.13'],
      ['burning_oil', '246.77'],
      ['burning_oil', '51.53'],
      ['biomass', '11.50'],
      ['biomass', '37.44'],
    ]);
    expect(figure.warnings.map(({ code, about }) => `${code} ${about}`)).toEqual([
      'factor-missing combustion of coal',
      'factor-missing well_to_tank of coal',
    ]);
  });
});

describe('modelled energy', () => {
  const source = 'benchmark';
  const model = { utility: 'gas', kwh_per_m2: 365, source };
  const of = (estate: Estate, from: string, to: string, accounting = usualAccounting) => {
    const period = dates(from, to);
    const boundaries = withFigureChanges(estate, [period.from, period.to], accounting);
    return modelledParts(estate, ['site'], boundaries, accounting, period).reduce((sum, { energy }) => sum + energy, 0);
  };

  test('is the benchmark on the area of each day, and a whole year of it in a whole factor year, leap or not', () => {
    const grown = [
      { from: '2000-01-01', value: 100 },
      { from: '2025-07-01', value: 200 },
    ];
    const estate = siteOf([], { gross_internal_area_m2: grown, modelled: [model] });
    expect(of(estate, '2024-01-01', '2025-01-01')).toBeCloseTo(36_500, 6);
    expect(of(estate, '2025-01-01', '2026-01-01')).toBeCloseTo(181 * 100 + 184 * 200, 6);
    // A day of 23 hours is a day.
    expect(of(estate, '2025-03-30', '2025-03-31')).toBeCloseTo(100, 9);
    const blended: Accounting = { ...usualAccounting, factorYear: 'blended' };
    expect(of(estate, '2023-04-01', '2024-04-01', blended)).toBeCloseTo(36_500, 6);
  });

  test('ends where the site closes, where its entry does, and where a meter begins to count', () => {
    expect(of(siteOf([], { modelled: [model], valid_to: '2025-01-10' }), '2025-01-01', '2025-02-01')).toBeCloseTo(
      10_000,
      6,
    );
    const dated = { ...model, valid_from: '2025-01-05', valid_to: '2025-01-10' };
    expect(of(siteOf([], { modelled: [dated] }), '2025-01-01', '2025-02-01')).toBeCloseTo(6_000, 6);
    const meter = { id: 'gas', utility: 'gas', valid_from: '2025-01-21' };
    expect(of(siteOf([meter], { modelled: [model] }), '2025-01-01', '2025-02-01')).toBeCloseTo(20_000, 6);
  });

  test('is nowhere in what is metered', () => {
    const estate = siteOf([{ id: 'elec' }], { modelled: [model] });
    const figure = yearOf(estate, 2025, { elec: 1_000 });
    expect(figure.value).toBeCloseTo(177, 9);
    expect(figure.byActivity.map(({ utility }) => utility)).toEqual(['electricity']);
  });
});
