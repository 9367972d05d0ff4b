import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type costRowSchema, costsAnswerSchema, supplyPointsAnswerSchema } from '../../api/contract/costs.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { loadEstate } from '../../cli/load-estate.ts';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import { placedPoints } from '../../domain/tariffs/placed-point.ts';
import { PriceSeries } from '../../domain/tariffs/price-series.ts';
import { certain } from '../../domain/tariffs/range.ts';
import { supplyPointSchema, tariffSchema } from '../../domain/tariffs/register.ts';
import { contractsIn, supplyPointLedger, wholeOf } from '../../domain/tariffs/supply-point-costs.ts';
import { termsOf } from '../../domain/tariffs/supply-point.ts';
import { halfHourSeconds, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/**
 * Costs from a real store through the API, by hand-worked numbers. Half-hours are 10 kWh each unless said; the site is
 * an LV Site Specific Band 1 point of Eastern Power Networks in 2025/26, and the contract 20 p by day, 15 p before
 * seven on the clock on the wall, 50 p a day.
 */

const contract = tariffSchema.parse({
  id: 'passed-on',
  name: 'Energy by day and night, the rest passed on',
  supplier: 'S',
  utility: 'electricity',
  contract: 'pass_through',
  valid_from: '2025-04-01',
  valid_to: '2027-03-31',
  pass_through: ['duos', 'ro', 'ccl'],
  charges: [
    {
      id: 'energy',
      name: 'Energy',
      kind: 'energy',
      unit: 'p/kWh',
      base: 'meter',
      times: {
        clock: 'local',
        bank_holidays: 'as_weekday',
        windows: [{ band: 'night', days: ['weekdays', 'weekends'], from: '00:00', to: '07:00' }],
        otherwise: 'day',
      },
      rates: [{ valid_from: '2025-04-01', value: { night: 15, day: 20 } }],
    },
    {
      id: 'standing',
      name: 'Standing charge',
      kind: 'supplier',
      unit: 'p/day',
      rates: [{ valid_from: '2025-04-01', value: 50 }],
    },
  ],
  source: 'of our making',
});

const points = [
  {
    id: 'hospital-power',
    utility: 'electricity',
    meter: 'hospital-main',
    mpan: '1012345678903',
    contracts: [
      {
        supplier: 'S',
        tariff: 'passed-on',
        valid_from: '2025-04-01',
        valid_to: '2027-03-31',
        notice_by: '2026-02-28',
        remind_days_before: [90, 30],
      },
    ],
    agreed_capacity_kva: [{ from: '2025-04-01', value: 100 }],
    duos_tariff: [{ from: '2025-04-01', value: '71' }],
    power_factor: { least: 0.9, most: 1, source: 'of our making' },
    source: 'of our making',
  },
  {
    id: 'practice-power',
    utility: 'electricity',
    meter: 'practice-main',
    contracts: [{ supplier: 'S', valid_from: '2025-06-01' }],
    source: 'of our making',
  },
].map((point) => supplyPointSchema.parse(point));

const lists = { ...testEstate().lists, tariffs: [contract], supply_points: points };
function estateWithCosts(): Estate {
  return { ...testEstate(), lists };
}

/** Instants of December that are not 10 kWh, or not known. */
const noonOf = (day: string): number => startOfDay(day) + 12 * 3600;
const unusual = new Map([
  [noonOf('2025-12-01'), 8],
  [noonOf('2025-12-04'), 14],
]);
const missing = new Set([
  noonOf('2025-12-03'),
  startOfDay('2025-12-10') + 10 * 3600,
  startOfDay('2025-12-10') + 10.5 * 3600,
]);
const gap = {
  meter: 'hospital-main',
  from: startOfDay('2025-12-10') + 10 * 3600,
  to: startOfDay('2025-12-10') + 11 * 3600,
  energy: 30,
  volume: undefined,
};

type CostRow = z.output<typeof costRowSchema>;
let rig: Rig;
let key: string;
beforeAll(async () => {
  const estate = estateWithCosts();
  rig = await startRig({ estate: () => estate });
  key = rig.key({ role: 'procurement' });
  const main = { ...estate, meters: new Map([...estate.meters].filter(([id]) => id === 'hospital-main')) };
  await writeSample(rig, main, {
    from: '2025-10-01',
    to: '2026-01-01',
    energy: (_, start) => unusual.get(start) ?? 10,
    quality: (_, start) => (missing.has(start) ? 'missing' : 'measured'),
    gaps: [gap],
  });
});
afterAll(() => rig.close());

const ask = async (url: string, as = key) => await rig.app.inject({ url, headers: bearer(as) });
async function costs(query: string) {
  const answer = await ask(`/v1/costs?supply_point=hospital-power&${query}`);
  return costsAnswerSchema.parse(answer.json()).costs;
}
/** NaN where one of them is not known. */
const sumOf = (rows: Awaited<ReturnType<typeof costs>>, key: 'cost_gbp' | 'total_gbp'): number =>
  rows.reduce((sum, row) => sum + (row[key] ?? Number.NaN), 0);
const codes = async (url: string, as = key) =>
  problemSchema
    .parse((await ask(url, as)).json())
    .problems.map(({ code, where, found }) => `${code}: ${where}${found === undefined ? '' : `, ${found}`}`);

// 50 half-hours: sixteen of them before seven on the wall, since one hour is there twice. All are green on a Sunday.
const clockChange = 'from=2025-10-26&to=2025-10-27';

describe('the day on which the clocks go back', () => {
  test('costs what its fifty half-hours cost', async () => {
    const [row, ...others] = await costs(`bucket=day&${clockChange}`);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      place: 'hospital-power',
      component: 'all',
      use_kwh: 500,
      // 24.00 + 68.00 energy, 0.50 standing, 8.3626 DUoS, 16.53029 RO, 3.875 CCL
      cost_gbp: 121.26789,
      vat_gbp: 24.253578,
      total_gbp: 145.521468,
      all_in_p_per_kwh: 24.253578,
      measured_share: 1,
      status: 'complete',
      rate_standing: 'quoted',
      warnings: ['power-factor-assumed hospital-power'],
    });
    expect(row?.cost_low_gbp).toBe(121.26789);
    // At power factor 0.9 of the stated range 0.155638 kvarh for a kWh lie beyond those of 0.95, at 0.373 p.
    const beyond = Math.sqrt(1 / 0.9 ** 2 - 1) - Math.sqrt(1 / 0.95 ** 2 - 1);
    expect(row?.cost_high_gbp).toBeCloseTo(121.26789 + 500 * beyond * 0.00373, 6);
  });

  test('by component, which add up to the whole', async () => {
    const rows = await costs(`bucket=day&split=component&${clockChange}`);
    expect(rows.map(({ component, cost_gbp: cost }) => [component, cost])).toEqual([
      ['energy', 92],
      // 500 × 0.145 p + 22.76 p + 100 kVA × 7.41 p
      ['duos', 8.3626],
      ['ro', 16.53029],
      ['supplier', 0.5],
      ['ccl', 3.875],
    ]);
    expect(sumOf(rows, 'total_gbp')).toBeCloseTo(145.521468, 9);
  });

  test('half-hour by half-hour, a fiftieth of what is by the day in each', async () => {
    const rows = await costs(`bucket=half_hour&split=component&${clockChange}`);
    const standing = rows.filter(({ component }) => component === 'supplier');
    expect(standing).toHaveLength(50);
    expect(standing.every(({ cost_gbp: cost }) => cost === 0.01)).toBe(true);
    expect(rows.filter(({ component, cost_gbp: cost }) => component === 'energy' && cost === 1.5)).toHaveLength(16);
    expect(rows.filter(({ component, cost_gbp: cost }) => component === 'energy' && cost === 2)).toHaveLength(34);
    expect(sumOf(rows, 'cost_gbp')).toBeCloseTo(121.26789, 9);
  });
});

describe('November 2025', () => {
  const november = 'from=2025-11-01&to=2025-12-01';
  test('is 20 working days and 10 of weekends', async () => {
    const rows = await costs(`split=component&${november}`);
    expect(rows.map(({ component, cost_gbp: cost }) => [component, cost])).toEqual([
      // 4,200 kWh at 15 p and 10,200 at 20 p
      ['energy', 2670],
      // red 1,200 × 8.507 p, amber 5,200 × 0.914 p, green 8,000 × 0.145 p, 30 × 22.76 p, 30 × 100 × 7.41 p
      ['duos', 390.34],
      ['ro', 476.072352],
      ['supplier', 15],
      ['ccl', 111.6],
    ]);
    const [whole] = await costs(november);
    expect(whole).toMatchObject({ use_kwh: 14_400, cost_gbp: 3663.012352, total_gbp: 4395.6148224 });
    const [site] = costsAnswerSchema.parse((await ask(`/v1/costs?site=hospital&by=site&${november}`)).json()).costs;
    expect(site).toMatchObject({ place: 'hospital', place_name: 'The Hospital', cost_gbp: 3663.012352 });
  });

  test('days add up to the month, with the maximum demand of the whole month in each', async () => {
    const rows = await costs(`bucket=day&${november}`);
    expect(rows).toHaveLength(30);
    expect(sumOf(rows, 'cost_gbp')).toBeCloseTo(3663.012352, 9);
  });
});

describe('a charge by the peaks of a winter', () => {
  /** November, with £30 a kW and year by some half-hours. */
  const november = '/v1/costs?supply_point=hospital-power&from=2025-11-01&to=2025-12-01&split=component';
  function named(...half_hours: string[]): void {
    const rates = [{ valid_from: '2025-04-01', valid_to: '2026-03-31', value: 30, half_hours }];
    const locational = { id: 'locational', name: 'Locational', kind: 'tnuos', unit: 'GBP/kW/year', base: 'meter' };
    const point = supplyPointSchema.parse({ ...points[0], charges: [{ ...locational, rates }] });
    lists.supply_points = [point, ...points.slice(1)];
  }
  afterEach(() => {
    lists.supply_points = points;
  });

  test('is reckoned by them whatever month is asked for', async () => {
    rig.at(Date.parse('2026-05-01T00:00:00Z') / 1000);
    named('2025-10-15T17:00:00Z', '2025-11-12T17:00:00Z', '2025-12-04T12:00:00Z');
    const { costs: rows } = costsAnswerSchema.parse((await ask(november)).json());
    const row = rows.find(({ component }) => component === 'tnuos');
    // 20, 20 and 28 kW in the mean, 30 of 365 days.
    expect(row?.cost_gbp).toBeCloseTo((((20 + 20 + 28) / 3) * 30 * 30) / 365, 6);
  });

  test('is refused where one of them is not known', async () => {
    named('2025-11-12T17:00:00Z', '2025-12-03T12:00:00Z');
    expect(await codes(november)).toEqual([expect.stringMatching(/^tariff\.no-load: .*locational.*2025-12-03T12:00/)]);
  });
});

describe('half-hours that nobody measured', () => {
  const days = async (date: string, next: string) => await costs(`bucket=day&split=component&from=${date}&to=${next}`);

  test('are a range, by what was used at their time on such days of the month', async () => {
    const [energy] = await days('2025-12-03', '2025-12-04');
    expect(energy).toMatchObject({ use_low_kwh: 478, use_kwh: 480, use_high_kwh: 484 });
    // 140 kWh at 15 p and 340 at 20 p, two kWh less or four more
    expect(energy).toMatchObject({ cost_low_gbp: 88.6, cost_gbp: 89, cost_high_gbp: 89.8 });
    expect(energy).toMatchObject({ status: 'partial', partial_because: ['missing'], measured_time_share: 47 / 48 });
  });

  test('add up to the total across them where it is known', async () => {
    const [energy] = await days('2025-12-10', '2025-12-11');
    expect(energy).toMatchObject({ use_low_kwh: 480, use_kwh: 490, use_high_kwh: 490, cost_gbp: 91 });
    expect(energy).toMatchObject({ status: 'complete', measured_share: 460 / 490 });
  });
});

describe('what is missing is a problem, never nothing', () => {
  test('published charges and contracts, of all supply points at once', async () => {
    rig.at(Date.parse('2026-05-01T00:00:00Z') / 1000);
    const query = 'from=2025-11-01&to=2025-12-01';
    const missing = ['tariff.no-contract: supply point practice-power, 2025-11-01 to 2025-11-30'];
    expect(await codes(`/v1/costs?supply_point=hospital-power,practice-power&${query}`)).toEqual(missing);
    // Nothing at all can be answered for the site.
    expect(await codes(`/v1/costs?site=practice&${query}`)).toEqual(missing);
    expect(await codes('/v1/costs?supply_point=hospital-power&from=2026-04-01&to=2026-05-01')).toEqual([
      expect.stringMatching(/^tariff\.no-load: supply point hospital-power, none of meter hospital-main/),
    ]);
    expect(await codes('/v1/costs?supply_point=hospital-power&from=2025-12-01&to=2026-05-01')).toEqual([
      'tariff.not-published: supply point hospital-power, duos on 2026-04-01',
      'tariff.not-published: supply point hospital-power, ro on 2026-04-01',
    ]);
    expect(await codes('/v1/costs?supply_point=hospital-power&from=2025-03-31&to=2025-04-02')).toEqual([
      'tariff.no-contract: supply point hospital-power, 2025-03-31',
    ]);
  });

  test('and of an estate the others are answered, with what is not costed beside them and never as nought', async () => {
    const query = 'from=2025-11-01&to=2025-12-01';
    const answer = costsAnswerSchema.parse((await ask(`/v1/costs?${query}`)).json());
    expect(answer.costs.map((row) => [row.place, row.cost_gbp, row.status])).toEqual([
      ['hospital-power', 3663.012352, 'complete'],
      ['practice-power', null, 'partial'],
    ]);
    expect(answer.costs[1]).toMatchObject({
      partial_because: ['not-costed'],
      warnings: ['not-costed practice-power'],
      use_kwh: null,
      total_high_gbp: null,
    });
    expect(answer.not_costed).toEqual([
      {
        supply_point: 'practice-power',
        site: 'practice',
        utility: 'electricity',
        code: 'tariff.no-contract',
        where: 'supply point practice-power',
        found: '2025-11-01 to 2025-11-30',
        expected: null,
        detail: 'the contract with S names no tariff',
        mend: expect.stringMatching(/^add the contract/),
      },
    ]);
    const csv = (await ask(`/v1/costs?format=csv&${query}`)).body.split('\r\n');
    expect(csv[2]).toMatch(/^practice-power,.*,,,,,,,,,.*,not-costed practice-power$/);
  });

  test('a site of which one of two supply points is costed has a sum that says what it is without', async () => {
    const url = '/v1/costs?site=hospital&by=site&from=2025-11-01&to=2025-12-01';
    lists.supply_points = points.slice(0, 1).flatMap((one) => [one, { ...one, id: 'hospital-spare', contracts: [] }]);
    const answer = costsAnswerSchema.parse((await ask(url)).json());
    lists.supply_points = points;
    expect(answer.costs).toHaveLength(1);
    expect(answer.costs[0]).toMatchObject({ place: 'hospital', cost_gbp: 3663.012352, status: 'partial' });
    expect(answer.costs[0]?.warnings).toContain('not-costed hospital-spare');
    expect(answer.not_costed.map(({ code }) => code)).toEqual(['tariff.no-contract']);
  });

  test('ids that are not there, and those that a key may not see, are the same', async () => {
    const limited = rig.key({ role: 'procurement', sites: ['practice'] });
    const url = (id: string) => `/v1/costs?supply_point=${id}&from=2025-11-01&to=2025-12-01`;
    expect(await codes(url('hospital-power'), limited)).toEqual([
      'request.unknown-id: query supply_point, hospital-power',
    ]);
    expect(await codes(url('nowhere'))).toEqual(['request.unknown-id: query supply_point, nowhere']);
    const seen = supplyPointsAnswerSchema.parse((await ask('/v1/supply-points', limited)).json());
    expect(seen.supply_points.map((point) => point.supply_point)).toEqual(['practice-power']);
  });

  test('as many buckets as are too many are refused before anything is read', async () => {
    expect(await codes('/v1/costs?bucket=half_hour&from=2025-04-01&to=2025-12-01')).toEqual([
      expect.stringMatching(/^request\.range-too-long/),
    ]);
  });
});

test('supply points say when notice is due', async () => {
  rig.at(Date.parse('2026-02-01T12:00:00Z') / 1000);
  const [point] = supplyPointsAnswerSchema.parse((await ask('/v1/supply-points?site=hospital')).json()).supply_points;
  expect(point).toMatchObject({
    supply_point: 'hospital-power',
    mpan: '1012345678903',
    tariff: 'passed-on',
    notice_by: '2026-02-28',
    reminders: ['notice 2026-02-28 S'],
    // Ninety days before the contract ends.
    next_reminder: '2026-12-31',
    agreed_capacity_kva: 100,
  });
  expect(point?.maximum_demand_kva).toBeNull();
  const asked = await ask('/v1/supply-points?demand=last_12_months');
  const [main, practice] = supplyPointsAnswerSchema.parse(asked.json()).supply_points;
  // Of twelve months three have data: 28 kW at noon of 4 December, at a power factor between 1 and 0.9. The half-hours
  // with a known total of 30 kWh, most likely 15 each, are 30 kW.
  expect(main).toMatchObject({ maximum_demand_low_kva: 28, maximum_demand_month: '2025-12-01' });
  expect(main?.maximum_demand_kva).toBeCloseTo(30 / 0.95, 9);
  expect(main?.maximum_demand_high_kva).toBeCloseTo(30 / 0.9, 9);
  // Nothing is measured there: not known, and never nothing.
  expect(practice?.maximum_demand_kva).toBeNull();
  const csv = await ask('/v1/supply-points?site=hospital&format=csv');
  expect(csv.body.split('\r\n')[0]).toBe(Object.keys(z.record(z.string(), z.unknown()).parse(point)).join(','));
});

describe('the ledger', () => {
  const others = ['centre-main', 'hospital-lights'].map((meter) =>
    supplyPointSchema.parse({ ...points[0], id: `${meter}-point`, meter }),
  );
  beforeAll(async () => {
    rig.at(Date.parse('2026-05-01T00:00:00Z') / 1000);
    lists.supply_points = others;
    const estate = testEstate();
    const meters = new Map([...estate.meters].filter(([id]) => others.some(({ meter }) => meter === id)));
    for (const [from, to] of [
      ['2025-10-25', '2025-10-28'],
      ['2026-03-28', '2026-03-31'],
    ] as const) {
      await writeSample(rig, { ...estate, meters }, { from, to });
    }
  });
  afterAll(() => {
    lists.supply_points = points;
  });

  const total = (rows: readonly CostRow[], keep: (row: CostRow) => boolean = () => true): number =>
    rows.filter(keep).reduce((sum, row) => sum + (row.total_gbp ?? Number.NaN), 0);
  const rowsOf = async (query: string): Promise<CostRow[]> =>
    costsAnswerSchema.parse((await ask(`/v1/costs?${query}`)).json()).costs;

  test.each([
    ['2025-10-25', '2025-10-28', '2025-10-26', 50],
    ['2026-03-28', '2026-03-31', '2026-03-29', 46],
  ])('adds up from half-hours to days, months, sites and the estate, %s to %s', async (from, to, change, count) => {
    const period = `from=${from}&to=${to}`;
    const [whole, months, days, halfHours, components, sites] = await Promise.all(
      [
        'bucket=whole',
        'bucket=month',
        'bucket=day',
        'bucket=half_hour',
        'bucket=half_hour&split=component',
        'bucket=day&by=site&split=component',
      ].map((query) => rowsOf(`${query}&${period}`)),
    );
    expect(whole).toHaveLength(2);
    for (const { place, total_gbp: all } of whole ?? []) {
      for (const rows of [months, days, halfHours, components]) {
        expect(total(rows ?? [], (row) => row.place === place)).toBeCloseTo(all ?? Number.NaN, 6);
      }
    }
    expect(total(sites ?? [])).toBeCloseTo(total(whole ?? []), 6);
    const onChange = (halfHours ?? []).filter((row) => row.local_date === change);
    expect(onChange).toHaveLength(2 * count);
    expect(new Set(onChange.map((row) => row.from)).size).toBe(count);
    const ofTheDay = (days ?? []).filter((row) => row.local_date === change);
    expect(total(onChange)).toBeCloseTo(total(ofTheDay), 6);
    for (const { cost_gbp: cost, use_kwh: use, all_in_p_per_kwh: pence } of [...ofTheDay, ...onChange]) {
      expect(pence).toBeCloseTo((100 * (cost ?? Number.NaN)) / (use ?? Number.NaN), 9);
    }
  });
});

describe('the sample estate', () => {
  const { estate } = loadEstate(join(import.meta.dirname, '../../estates/sample'));
  const sample = placedPoints(estate);
  const period = { from: startOfDay('2025-04-01'), to: startOfDay('2027-03-31') };
  const halfHours = (period.to - period.from) / halfHourSeconds;
  // An auction at £60 throughout.
  const prices = new Map([
    [
      'sample-day-ahead',
      new PriceSeries('sample-day-ahead', 'GBP/MWh', period.from, new Float64Array(halfHours).fill(60)),
    ],
  ]);

  test('has supply points of power, gas, water and export', () =>
    expect(sample.map(({ point }) => point.id)).toEqual([
      'bra-export',
      'bra-power',
      'har-power',
      'sal-export',
      'sal-gas',
      'sal-power',
      'sal-water',
    ]));

  /** Pence for a kWh, near those of the sector; pounds for a m³ of water. */
  const plausible: Readonly<Record<string, readonly [number, number]>> = {
    power: [20, 35],
    gas: [4, 7],
    water: [3, 6],
    export: [-7, -5],
  };

  test.each(sample)('has what is needed to cost $point.id in both years of its contracts', ({ point, site }) => {
    const contracts = contractsIn(point, listed(estate, 'tariffs'), period);
    const use = certain(new Float64Array(halfHours).fill(100));
    const returned = estate.sites.get(site)?.share_returned_to_sewer ?? [
      { from: '1990-01-01', share: 0.95, source: 'as of the estate' },
    ];
    const ledger = supplyPointLedger({
      terms: termsOf(point, { mpan: estate.meters.get(point.meter)?.mpan, returned }),
      published: [],
      prices,
      contracts,
      load: { unit: point.utility === 'water' ? 'm3' : 'kWh', from: period.from, use },
      cuts: [period.from, period.to],
    });
    const { net } = wholeOf(ledger.flat());
    const pounds = net.best.toNumber() / (100 * halfHours);
    const kind = point.id.split('-')[1] ?? '';
    const [least, most] = plausible[kind] ?? [0, 0];
    expect(pounds * (kind === 'water' ? 1 : 100)).toBeGreaterThan(least);
    expect(pounds * (kind === 'water' ? 1 : 100)).toBeLessThan(most);
  });
});
