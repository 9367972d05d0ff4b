import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { budgetAnswerSchema } from '../../api/contract/budget.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import type { Estate, RegisterLists } from '../../domain/estate/estate.ts';
import { budgetSchema } from '../../domain/budgets/register.ts';
import { supplyPointSchema, tariffSchema } from '../../domain/tariffs/register.ts';
import { addDays, dateOf, halfHoursInDay, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/**
 * A financial year of which nine months and a half are over. Gas is 500 kWh a day and 120 for each degree day, so that
 * its signature is known; electricity is 10 kWh a half-hour in odd months and 11 in even ones, and knows no weather.
 * Degree days are of flat days: 15.5 less the temperature of the day. The
 * store keeps half-hours to a hundredth of a Wh, so that a year is off by some hundredths of a kWh.
 */

const degreesOn = (date: string): number => {
  const day = Math.round(startOfDay(date) / 86_400);
  return 10 - 7 * Math.cos((2 * Math.PI * (day - 20_110)) / 365) + (day % 5);
};
const degreeDaysOn = (date: string): number => Math.max(0, 15.5 - degreesOn(date));
const days = (from: string, to: string): string[] => {
  const list: string[] = [];
  for (let date = from; date < to; date = addDays(date, 1)) list.push(date);
  return list;
};
const sumOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);
const gasOn = (date: string): number => 500 + 120 * degreeDaysOn(date);
const powerOn = (date: string): number => (Number(date.slice(5, 7)) % 2 === 1 ? 10 : 11) * 48;
// Vesma's standard year at 15.5 °C.
const standard = { february: 342, march: 297, january: 395 } as const;

const gasTariff = tariffSchema.parse({
  id: 'gas-fixed',
  name: 'Gas, fixed',
  supplier: 'A supplier',
  utility: 'gas',
  contract: 'fixed',
  valid_from: '2025-01-01',
  valid_to: '2026-12-31',
  charges: [
    {
      id: 'gas',
      name: 'Gas',
      kind: 'energy',
      unit: 'p/kWh',
      base: 'meter',
      rates: [{ valid_from: '2025-01-01', value: 5 }],
    },
    { id: 'day', name: 'Day', kind: 'supplier', unit: 'GBP/day', rates: [{ valid_from: '2025-01-01', value: 1 }] },
  ],
  source: 'of our making',
});
const gasPoint = supplyPointSchema.parse({
  id: 'hospital-gas-supply',
  utility: 'gas',
  meter: 'hospital-gas',
  contracts: [{ supplier: 'A supplier', tariff: 'gas-fixed', valid_from: '2025-01-01', valid_to: '2026-12-31' }],
  source: 'of our making',
});
const budgets = [
  {
    id: 'gas-2025',
    supply_point: 'hospital-gas-supply',
    utility: 'gas',
    valid_from: '2025-04-01',
    valid_to: '2026-03-31',
    cost_gbp: 24_000,
    vat: 'excluded',
    use_kwh: 480_000,
    source: 'of our making',
  },
  {
    id: 'gas-2026',
    site: 'hospital',
    utility: 'gas',
    valid_from: '2026-04-01',
    valid_to: '2027-03-31',
    cost_gbp: 25_000,
    vat: 'included',
    source: 'of our making',
  },
].map((budget) => budgetSchema.parse(budget));

let rig: Rig;
let key: string;
beforeAll(async () => {
  const estate = testEstate();
  const lists: Partial<RegisterLists> = {
    ...estate.lists,
    tariffs: [...(estate.lists?.tariffs ?? []), gasTariff],
    supply_points: [...(estate.lists?.supply_points ?? []), gasPoint],
    budgets,
  };
  const whole: Estate = { ...estate, lists };
  rig = await startRig({ estate: () => whole });
  key = rig.key({ role: 'procurement' });
  const metered = new Map([...estate.meters].filter(([id]) => id === 'hospital-gas' || id === 'hospital-main'));
  await writeSample(
    rig,
    { ...estate, meters: metered },
    {
      from: '2025-01-01',
      to: '2026-01-16',
      until: noon,
      energy: (meter, start) => {
        const date = dateOf(start);
        return (meter === 'hospital-gas' ? gasOn : powerOn)(date) / halfHoursInDay(date);
      },
      // A day of February that nobody measured.
      quality: (meter, start) => (meter === 'hospital-main' && dateOf(start) === '2025-02-11' ? 'missing' : 'measured'),
    },
  );
  const readings = [];
  for (let at = startOfDay('2025-01-01'); at < noon; at += 1800) {
    const one = { quantity: 'temperature', kind: 'instant', period: 0, received: at } as const;
    readings.push({ ...one, meter: 'roof', at, value: degreesOn(dateOf(at)) });
  }
  await rig.store.write(readings);
});
afterAll(() => rig.close());

const ask = async (query: string) => await rig.app.inject({ url: `/v1/budget?${query}`, headers: bearer(key) });
const budget = async (query: string) => budgetAnswerSchema.parse((await ask(query)).json());
const problemsOf = async (query: string) => problemSchema.parse((await ask(query)).json()).problems;

const gas = 'supply_point=hospital-gas-supply';
const power = 'supply_point=hospital-power';
const past = days('2025-04-01', '2026-01-15');
const pastGas = sumOf(past.map(gasOn));
// Half of January is left, and February and March.
const restGas =
  17 * 500 + 28 * 500 + 31 * 500 + 120 * ((standard.january * 17) / 31 + standard.february + standard.march);

describe('gas that follows the weather', () => {
  test('is what was used, and what base and slope expect of a standard year', async () => {
    const { budget: rows, methods, actual_until: until, not_costed: missing } = await budget(gas);
    expect(rows).toHaveLength(12);
    expect([until, missing]).toEqual(['2026-01-15', []]);
    expect(methods).toMatchObject([
      { method: 'weather', because: null, month_count: 12, load_year_from: '2025-01-01' },
    ]);
    expect(methods[0]?.baseload_kwh_per_day).toBeCloseTo(500, 2);
    expect(methods[0]?.slope_kwh_per_degree_day).toBeCloseTo(120, 3);
    const [june, january, february] = [rows[2], rows[9], rows[10]];
    const used = sumOf(days('2025-06-01', '2025-07-01').map(gasOn));
    expect(june).toMatchObject({ use_forecast_kwh: 0, forecast_share: 0, measured_share: 1, status: 'complete' });
    expect(june?.use_actual_kwh).toBeCloseTo(used, 2);
    // 5 p for each kWh and a pound a day.
    expect(june?.cost_gbp).toBeCloseTo(used * 0.05 + 30, 2);
    expect(january?.use_forecast_kwh).toBeCloseTo(17 * 500 + (120 * standard.january * 17) / 31, 1);
    expect(january?.measured_time_share).toBeCloseTo(14 / 31, 9);
    expect(february?.use_kwh).toBeCloseTo(28 * 500 + 120 * standard.february, 1);
    expect(february?.cost_gbp).toBeCloseTo((28 * 500 + 120 * standard.february) * 0.05 + 28, 2);
    expect(february).toMatchObject({ cost_actual_gbp: 0, forecast_share: 1, measured_share: 0 });
  });

  test('comes to a year that its months add up to', async () => {
    const { budget: months } = await budget(gas);
    const { budget: whole } = await budget(`${gas}&bucket=whole`);
    expect(whole).toHaveLength(1);
    const [year] = whole;
    expect(year?.use_kwh).toBeCloseTo(pastGas + restGas, 1);
    expect(year?.cost_gbp).toBeCloseTo((pastGas + restGas) * 0.05 + 365, 1);
    const keys = [
      'use_low_kwh',
      'use_kwh',
      'use_high_kwh',
      'cost_low_gbp',
      'cost_gbp',
      'cost_high_gbp',
      'total_gbp',
    ] as const;
    for (const name of keys)
      expect(sumOf(months.map((row) => row[name] ?? Number.NaN))).toBeCloseTo(year?.[name] ?? Number.NaN, 6);
    expect((year?.cost_actual_gbp ?? 0) + (year?.cost_forecast_gbp ?? 0)).toBeCloseTo(year?.cost_gbp ?? 0, 9);
    const { budget: parts } = await budget(`${gas}&bucket=whole&split=component`);
    expect(parts.map(({ component }) => component)).toEqual(['energy', 'supplier']);
    expect(sumOf(parts.map((row) => row.total_gbp ?? Number.NaN))).toBeCloseTo(year?.total_gbp ?? 0, 6);
  });

  test('is set against its budget, in parts that add up', async () => {
    const { variances } = await budget(gas);
    expect(variances).toHaveLength(1);
    const [row] = variances;
    const use = pastGas + restGas;
    const colder = sumOf(past.map(degreeDaysOn)) - (233 + 151 + 77 + 42 + 45 + 83 + 177 + 275 + 346 + (395 * 14) / 31);
    expect(row).toMatchObject({ budgets: ['gas-2025'], budget_gbp: 24_000, budget_kwh: 480_000, because: null });
    expect(row?.weather_kwh).toBeCloseTo(120 * colder, 0);
    // The budget is 5 p a kWh: what the standing charge adds is price.
    expect(row?.weather_gbp).toBeCloseTo(6 * colder, 1);
    expect(row?.use_gbp).toBeCloseTo((use - 480_000) * 0.05, 1);
    expect(row?.price_gbp).toBeCloseTo(365, 2);
    const { weather_gbp: weather, other_use_gbp: other, price_gbp: price, difference_gbp: all } = row ?? {};
    expect((weather ?? 0) + (other ?? 0) + (price ?? 0)).toBeCloseTo(all ?? Number.NaN, 9);
    // That of the next year is of other days, and of the site.
    const next = await budget('site=hospital&by=site&utility=gas&from=2026-01');
    expect(next.variances).toMatchObject([{ budgets: ['gas-2026'], outturn_gbp: null, difference_gbp: null }]);
    expect(next.variances[0]?.because).toContain('2026-04-01 to 2027-03-31');
  });
});

describe('electricity that knows no weather', () => {
  // Twelve months of 480 or 528 kWh a day lie 24 beside their mean.
  const deviation = Math.sqrt((12 * 24 ** 2) / 11);

  test('is the days of last year, with the spread of its months', async () => {
    const { budget: rows, methods } = await budget(power);
    expect(methods).toMatchObject([{ method: 'day_types', month_count: 12, degrees_of_freedom: 11, student_t: 1.796 }]);
    expect(methods[0]?.because).toBe('use does not follow the weather');
    // The missing day is taken at what other days of its month were.
    expect(methods[0]?.deviation_kwh_per_day).toBeCloseTo(deviation, 3);
    const march = rows[11];
    expect(march?.use_kwh).toBeCloseTo(31 * 480, 2);
    const band = 1.796 * deviation * Math.sqrt(31 ** 2 + 31 ** 2 / 12);
    expect(march?.use_high_kwh).toBeCloseTo(31 * 480 + band, 1);
    expect(march?.use_low_kwh).toBeCloseTo(31 * 480 - band, 1);
    // 24 p a kWh and 62 p a day.
    expect(march?.cost_high_gbp).toBeCloseTo((31 * 480 + band) * 0.24 + 31 * 0.62, 2);
    const { budget: whole } = await budget(`${power}&bucket=whole`);
    const spread = 17 * 31 + 28 ** 2 + 31 ** 2 + 76 ** 2 / 12;
    expect((whole[0]?.use_year_high_kwh ?? 0) - (whole[0]?.use_kwh ?? 0)).toBeCloseTo(
      1.796 * deviation * Math.sqrt(spread),
      3,
    );
    expect(whole[0]?.use_high_kwh ?? 0).toBeGreaterThan(whole[0]?.use_year_high_kwh ?? 0);
  });
});

describe('what cannot be said', () => {
  test('a part without a contract has no cost, and neither has its year; what is priced is told', async () => {
    const { budget: rows, not_costed: missing } = await budget(`${gas}&from=2026-04`);
    expect(rows.map(({ cost_gbp: cost }) => cost !== null)).toEqual([
      ...Array<boolean>(9).fill(true),
      false,
      false,
      false,
    ]);
    expect(rows[9]).toMatchObject({ not_priced_from: '2027-01-01', priced_gbp: 0, partial_because: ['not-costed'] });
    expect(rows[9]?.use_kwh).toBeCloseTo(31 * 500 + 120 * standard.january, 1);
    expect(missing).toMatchObject([{ supply_point: 'hospital-gas-supply', code: 'tariff.no-contract' }]);
    const { budget: whole } = await budget(`${gas}&from=2026-04&bucket=whole`);
    expect(whole[0]).toMatchObject({
      cost_gbp: null,
      total_gbp: null,
      not_priced_from: '2027-01-01',
      status: 'partial',
    });
    expect(whole[0]?.priced_gbp).toBeCloseTo(sumOf(rows.map((row) => row.cost_gbp ?? 0)), 6);
  });

  test('a supply point without data does not hide the others, and is refused by name', async () => {
    const { budget: rows, not_costed: missing } = await budget('bucket=whole');
    expect(rows.map(({ place, cost_gbp: cost }) => [place, cost !== null])).toEqual([
      ['hospital-gas-supply', true],
      ['hospital-power', true],
      ['practice-power', false],
    ]);
    expect(missing).toMatchObject([{ supply_point: 'practice-power', code: 'tariff.no-load' }]);
    expect(await problemsOf('supply_point=practice-power')).toMatchObject([{ code: 'tariff.no-load' }]);
  });

  test('before three months are known nothing is expected', async () => {
    rig.at(startOfDay('2025-03-15') + 3600);
    expect(await problemsOf(`${power}&from=2025-04`)).toMatchObject([{ code: 'tariff.no-history' }]);
    rig.at(noon);
  });

  test('rates are carried forward by a choice with its reason, and not without', async () => {
    expect(await problemsOf(`${gas}&carry=energy:-5:0:20`)).toMatchObject([{ where: 'query carry_because' }]);
    expect(await problemsOf(`${gas}&carry=energy:5:0:20&carry_because=none+yet`)).toMatchObject([
      { where: 'query carry 0', expected: expect.stringContaining('duos:-5:0:20') as string },
    ]);
    const { carried, carried_because: because } = await budget(`${gas}&carry=energy:-5:0:20&carry_because=none+yet`);
    expect([carried, because]).toEqual([
      [{ component: 'energy', least_percent: -5, best_percent: 0, most_percent: 20 }],
      'none yet',
    ]);
  });
});
