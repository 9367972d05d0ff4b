import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IndicatorRow, planStandingAnswerSchema } from '../../api/contract/plan-standing.ts';
import { type Estate, estateFileSchema, type Meter } from '../../domain/estate/estate.ts';
import { measureSchema } from '../../domain/plan/register.ts';
import { indicatorNames } from '../../domain/plan/indicators/table.ts';
import { dateOf, startOfDay, wallClock } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/**
 * The year 2025 of a hospital that uses 20 kWh in each half-hour of the night, 30 at weekends and 50 on working days,
 * of which panels make 5 between ten and two, and 1 of them leaves.
 */

function meterOf(given: object): Meter {
  const { sites = [] } = estateFileSchema.parse({
    sites: [
      {
        id: 'hospital',
        name: 'H',
        organisation: 'north',
        type: 'acute_hospital',
        gross_internal_area_m2: 1,
        meters: [{ name: 'A meter', unit: 'kWh', ...given }],
      },
    ],
  });
  return { ...(sites[0]?.meters[0] as Meter), site: 'hospital' };
}

function sun(start: number): boolean {
  const { minuteOfDay } = wallClock(start);
  return minuteOfDay >= 600 && minuteOfDay < 840;
}

function kwhOf(meter: string, start: number): number {
  const { minuteOfDay, weekday } = wallClock(start);
  if (meter === 'hospital-solar') return sun(start) ? 5 : 0;
  if (meter === 'hospital-export') return sun(start) ? 1 : 0;
  if (meter === 'hospital-lights') return 2;
  if (meter === 'hospital-gas') return 10;
  if (meter === 'hospital-oil') return 3;
  const use = minuteOfDay < 270 ? 20 : weekday > 5 ? 30 : 50;
  return sun(start) ? use - 4 : use;
}

function measure(id: string, given: object) {
  return measureSchema.parse({ id, name: id, site: 'hospital', source: 'of our making', ...given });
}

let rig: Rig;
let rows: readonly IndicatorRow[];
beforeAll(async () => {
  const plain = testEstate();
  const solar = { ...(plain.meters.get('hospital-solar') as Meter), parent: 'hospital-main' };
  const meters = new Map([
    ...plain.meters,
    ['hospital-solar', { ...solar, installed_kwp: [{ from: '2020-01-01', value: 15 }] }],
    ['hospital-oil', meterOf({ id: 'hospital-oil', utility: 'gas_oil', role: 'main' })],
  ]);
  const estate: Estate = {
    ...plain,
    meters,
    lists: {
      ...plain.lists,
      measures: [
        measure('lights', { kind: 'led_lighting', status: [{ from: '2025-01-01', is: 'approved' }] }),
        measure('no-oil', {
          kind: 'boiler_removal',
          status: [{ from: '2025-07-01', is: 'installed' }],
          works: { from: '2025-05-01', to: '2025-06-30' },
        }),
        measure('panels', {
          kind: 'solar_pv',
          meters: ['hospital-solar'],
          status: [{ from: '2025-01-01', is: 'installed' }],
          works: { from: '2024-05-01', to: '2024-06-30' },
        }),
      ],
    },
  };
  rig = await startRig({ estate: () => estate });
  const counted = ['main', 'lights', 'solar', 'export', 'gas', 'oil'].map((name) => `hospital-${name}`);
  const written = new Map(counted.map((id) => [id, meters.get(id) as Meter]));
  await writeSample(rig, { ...estate, meters: written }, { from: '2025-01-01', to: '2026-01-01', energy: kwhOf });
  rows = (await ask('site=hospital')).indicators;
}, 60_000);
afterAll(async () => await rig.close());

async function ask(query: string, key = rig.key({ role: 'read' })) {
  rig.at(noon);
  const answer = await rig.app.inject({ url: `/v1/plan/standing?${query}`, headers: bearer(key) });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return planStandingAnswerSchema.parse(answer.json());
}

function row(indicator: string): IndicatorRow {
  const found = rows.find((one) => one.indicator === indicator);
  if (!found) throw new Error(`no ${indicator}`);
  return found;
}

/** The half-hours of the year by a second way: all of them, in a list. */
const year = Array.from({ length: 365 * 48 }, (_, i) => startOfDay('2025-01-01') + i * 1800);
/** The calendar of England and Wales in 2025, by hand. */
const bankHolidays = ['01-01', '04-18', '04-21', '05-05', '05-26', '08-25', '12-25', '12-26'];

describe('a site', () => {
  test('has all indicators, in the order of the table', () => {
    expect(rows.map(({ indicator }) => indicator)).toEqual(indicatorNames);
  });

  test('has its bases and ratios by the kW of nights, weekends and working days', () => {
    const isWorking = (at: number): boolean =>
      wallClock(at).weekday <= 5 && !bankHolidays.includes(dateOf(at).slice(5));
    const kw = (at: number): number => 2 * (kwhOf('hospital-main', at) + (sun(at) ? 4 : 0));
    const middle = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] as number;
    const [working, others] = [year.filter(isWorking), year.filter((at) => !isWorking(at))].map((list) => list.map(kw));
    expect(row('night_base')).toMatchObject({ value: 40, unit: 'kW', measured_time_share: 1, missing: [] });
    expect(row('night_base').meters).toEqual(['hospital-export', 'hospital-main', 'hospital-solar']);
    // 10,000 m² until October, 12,000 from then on.
    const area = (10_000 * 273 + 12_000 * 92) / 365;
    expect(row('night_base_per_area').value).toBeCloseTo(40_000 / area, 9);
    expect(row('weekend_base').value).toBe(middle(others ?? []));
    expect(row('weekend_base_ratio').value).toBe((100 * middle(others ?? [])) / middle(working ?? []));
    expect(row('night_base_ratio').value).toBe((100 * 40) / middle(working ?? []));
  });

  test('says what is missing, and where', () => {
    expect(row('out_of_hours_share')).toMatchObject({ value: null, missing: ['opening_hours hospital'] });
    expect(row('beside_peers')).toMatchObject({ value: null, missing: ['peers hospital'] });
    expect(row('abnormal_use')).toMatchObject({ value: null, missing: ['watch hospital'] });
    expect(row('power_factor')).toMatchObject({ value: null, missing: ['reactive_meter hospital-power'] });
    expect(row('coal')).toMatchObject({ value: null, missing: [], meters: [] });
    expect(row('heat_pump_spf')).toMatchObject({ value: null, missing: [] });
    expect(row('abnormal_use').says).toContain('hospital lacks the watch for abnormal use');
  });

  test('knows at most what its supply could carry while no power factor is known', () => {
    // 500 kVA are agreed, and a kVA is at least a kW: the highest half-hour is 50 kWh.
    expect(row('headroom')).toMatchObject({
      value: null,
      low: null,
      high: 400,
      missing: ['power_factor hospital-power'],
    });
  });

  test('burns gas and oil, in summer as in winter', () => {
    expect(row('fossil_share_of_heat')).toMatchObject({ value: 100, low: null, high: null });
    expect(row('oil').value).toBeCloseTo(3 * year.length, 6);
    expect(row('summer_base').value).toBeCloseTo(13 * 48, 9);
    expect(row('summer_base_share').value).toBeCloseTo(100, 9);
  });

  test('makes, uses and sends out as its meters say', () => {
    const made = 5 * 8 * 365;
    expect(row('generation').value).toBeCloseTo(made, 6);
    expect(row('export').value).toBeCloseTo(made / 5, 6);
    expect(row('self_consumption').value).toBeCloseTo(80, 9);
    const bought = year.reduce((sum, at) => sum + kwhOf('hospital-main', at), 0);
    expect(row('self_sufficiency').value).toBeCloseTo((100 * 0.8 * made) / (0.8 * made + bought), 9);
    expect(row('specific_yield').value).toBeCloseTo(made / 15, 6);
    expect(row('certificates_kept')).toMatchObject({ value: 100, missing: [] });
  });

  test('stands at the first step that is not done, and meters contradict what is said to be done', async () => {
    const { steps } = await ask('site=hospital&step=1,3,4');
    expect(steps.map(({ step, state, stands_here: here }) => [step, state, here])).toEqual([
      [1, 'planned', true],
      [3, 'contradicted', false],
      [4, 'done', false],
    ]);
    // 184 days from July on, with the hour of October.
    expect(steps[1]?.because).toEqual([
      'measures: 1 installed',
      'no-oil: hospital-oil has counted 26,500 kWh of gas oil since',
      'no-oil: the register names no meter that would show it',
    ]);
  });
});

test('a building is told by its own meters, and a key sees its own sites', async () => {
  const { indicators, steps } = await ask('site=hospital&by=building');
  const of = (building: string, indicator: string) =>
    indicators.find((one) => one.building === building && one.indicator === indicator);
  expect(of('tower', 'night_base')).toMatchObject({ value: 4, meters: ['hospital-lights'] });
  expect(of('tower', 'headroom')).toBeUndefined();
  expect(of('energy-centre', 'night_base')).toMatchObject({
    value: null,
    missing: ['electricity_meter energy-centre'],
  });
  expect(steps.filter(({ building }) => building === 'tower').map(({ state }) => state)).toEqual([
    'planned',
    'no_measures',
    'contradicted',
    'done',
  ]);
  const other = await ask('', rig.key({ role: 'read', organisations: ['south'] }));
  expect(new Set(other.indicators.map(({ site }) => site))).toEqual(new Set(['practice']));
});
