import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { carbonAnswerSchema } from '../../api/contract/carbon.ts';
import { type ConsumptionGroup, consumptionAnswerSchema, consumptionGroups } from '../../api/contract/consumption.ts';
import { intensityAnswerSchema } from '../../api/contract/intensity.ts';
import type { Quality } from '../../domain/half-hours/half-hours.ts';
import { type Bucket, bucketNames, halfHoursInDay, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/**
 * Every figure against a second method: half-hours of our making added up in the test, with the calendar of `Intl`
 * instead of the house's own, and the meters that count named by hand.
 */

/** Half-hours that are not measured: an hour of estimates on 5 November, a silent day of one meter on 11 December. */
function quality(meter: string, start: number): Quality {
  const at = new Date(start * 1000).toISOString();
  if (meter === 'centre-main' && at.startsWith('2025-12-11')) return 'missing';
  return at.startsWith('2025-11-05T03') ? 'estimated' : 'measured';
}
/**
 * The gas meter of the centre says nothing for six hours of 20 November; what passed meanwhile is known to be 100
 * kWh.
 */
const gap = {
  meter: 'centre-gas',
  from: Date.parse('2025-11-20T06:00:00Z') / 1000,
  to: Date.parse('2025-11-20T12:00:00Z') / 1000,
  energy: 100,
  volume: 12.5,
};
const qualityWithGap = (meter: string, start: number): Quality =>
  meter === gap.meter && start >= gap.from && start < gap.to ? 'missing' : quality(meter, start);

const begin = '2025-03-01';
const end = '2026-01-16';
let rig: Rig;
let key: Record<string, string>;
beforeAll(async () => {
  rig = await startRig();
  await writeSample(rig, testEstate(), { from: begin, to: end, quality: qualityWithGap, gaps: [gap], until: noon });
  key = bearer(rig.key({}));
});
afterAll(() => rig.close());

async function ask<T extends z.ZodType>(schema: T, url: string): Promise<z.output<T>> {
  const answer = await rig.app.inject({ url, headers: key });
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body.slice(0, 500)}`);
  return schema.parse(answer.json());
}

const london = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' });
const dates = new Map<number, string>();
function londonDate(start: number): string {
  const known = dates.get(start) ?? london.format(new Date(start * 1000));
  dates.set(start, known);
  return known;
}

/** The bucket a half-hour lies in, by its London date. */
function bucketKey(start: number, bucket: Bucket): string {
  const date = londonDate(start);
  if (bucket === 'half_hour') return String(start);
  if (bucket === 'day') return date;
  if (bucket === 'month') return date.slice(0, 7);
  const year = Number(date.slice(0, 4));
  return String(bucket === 'year' || date.slice(5) >= '04-01' ? year : year - 1);
}

interface Expectation {
  readonly amount: number;
  readonly half: number;
}

/** The sums of one meter's known half-hours in a period, by bucket, with the known total of its gap. */
function sums(meter: string, from: string, to: string, bucket: Bucket): Map<string, Expectation> {
  const found = new Map<string, Expectation>();
  const last = Math.min(noon, Date.parse(`${to}T12:00:00Z`) / 1000);
  for (let start = Date.parse(`${from}T00:00:00Z`) / 1000 - 7200; start < last; start += 1800) {
    const date = londonDate(start);
    if (date < from || date >= to || date < begin) continue;
    const into = bucketKey(start, bucket);
    const before = found.get(into) ?? { amount: 0, half: 0 };
    const is = qualityWithGap(meter, start);
    const amount = is === 'missing' ? 0 : sampleEnergy(meter, start);
    const whole = meter === gap.meter && start === gap.from && bucket !== 'half_hour' ? gap.energy : 0;
    found.set(into, { amount: before.amount + amount + whole, half: before.half + 1 });
  }
  return found;
}

/** Whether a figure is what it should be: nothing known where nothing was added up, else equal but for rounding. */
function same(figure: number | null, expected: number | undefined): boolean {
  return figure === null ? expected === 0 : Math.abs(figure - (expected ?? Number.NaN)) < 1e-6;
}

/** Which meters are a place's use of a utility, by hand. */
const counted: Record<string, Record<string, readonly [string, 1 | -1][]>> = {
  hospital: {
    electricity: [
      ['hospital-main', 1],
      ['hospital-solar', 1],
      ['hospital-export', -1],
    ],
    gas: [['hospital-gas', 1]],
    water: [['hospital-water', 1]],
  },
  centre: { electricity: [['centre-main', 1]], gas: [['centre-gas', 1]] },
  practice: { electricity: [['practice-main', 1]] },
};

function siteUse(site: string, utility: string, from: string, to: string, bucket: Bucket): Map<string, number> {
  const total = new Map<string, number>();
  for (const [meter, times] of counted[site]?.[utility] ?? []) {
    for (const [into, { amount }] of sums(meter, from, to, bucket)) {
      total.set(into, (total.get(into) ?? 0) + times * amount);
    }
  }
  return total;
}

describe('consumption by meter', () => {
  const spans: readonly [Bucket, string, string][] = [
    ['half_hour', '2025-10-20', '2025-11-21'],
    ['day', '2025-10-01', '2025-12-31'],
    ['month', '2025-03-15', '2026-01-16'],
    ['year', '2025-03-01', '2026-02-01'],
    ['financial_year', '2025-03-01', '2026-02-01'],
  ];
  test('every bucket is asked for', () => {
    expect(spans.map(([bucket]) => bucket)).toEqual([...bucketNames]);
  });

  test.each(spans)('%s from %s to %s is the sum of its half-hours', async (bucket, from, to) => {
    const { figures } = await ask(
      consumptionAnswerSchema,
      `/v1/consumption?by=meter&bucket=${bucket}&from=${from}&to=${to}`,
    );
    const meters = [...testEstate().meters.values()];
    expect(new Set(figures.map(({ group }) => group)).size).toBe(meters.length);
    for (const meter of meters) {
      const expected = sums(meter.id, from, to, bucket);
      const own = figures.filter(({ group }) => group === meter.id);
      expect(own).toHaveLength(expected.size);
      const wrong = own.filter((row) => {
        const start = Date.parse(row.from) / 1000;
        const amount = meter.utility === 'water' ? row.volume_m3 : (row.energy_kwh ?? row.reactive_energy_kvarh);
        const unknown = bucket === 'half_hour' && qualityWithGap(meter.id, start) === 'missing';
        return unknown ? amount !== null : !same(amount, expected.get(bucketKey(start, bucket))?.amount);
      });
      expect(wrong).toEqual([]);
    }
  });

  test.each([
    ['2025-03-30', 46],
    ['2025-07-01', 48],
    ['2025-10-26', 50],
  ])('%s has %i half-hours, numbered as settlement does', async (date, count) => {
    expect(halfHoursInDay(date)).toBe(count);
    const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
    for (const [by, group] of [
      ['meter', 'practice-main'],
      ['site', 'practice'],
    ] as const) {
      const only = by === 'meter' ? '&meter=practice-main' : '&site=practice';
      const url = `/v1/consumption?by=${by}&bucket=half_hour&from=${date}&to=${next}${only}`;
      const { figures } = await ask(consumptionAnswerSchema, url);
      expect(figures.map((row) => row.settlement_period)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
      expect(new Set(figures.map((row) => row.group))).toEqual(new Set([group]));
      expect(new Set(figures.map((row) => row.from)).size).toBe(count);
      expect(new Set(figures.map((row) => row.local_date))).toEqual(new Set([date]));
    }
  });

  test('a reactive meter has kvarh and never kWh', async () => {
    const { figures } = await ask(
      consumptionAnswerSchema,
      '/v1/consumption?by=meter&meter=hospital-reactive&from=2025-11-01&to=2025-11-02',
    );
    expect(figures).toHaveLength(1);
    expect(figures[0]).toMatchObject({ energy_kwh: null, volume_m3: null });
    expect(figures[0]?.reactive_energy_kvarh).toBeGreaterThan(0);
  });
});

describe('consumption above the meter counts each kWh once', () => {
  const span = ['2025-10-15', '2025-12-20'] as const;
  const places: Record<
    Exclude<ConsumptionGroup, 'meter' | 'building' | 'end_use'>,
    Record<string, readonly string[]>
  > = {
    site: { hospital: ['hospital'], centre: ['centre'], practice: ['practice'] },
    organisation: { north: ['hospital', 'centre'], south: ['practice'] },
    utility: { electricity: ['hospital', 'centre', 'practice'], gas: ['hospital', 'centre'], water: ['hospital'] },
  };
  const cases = (Object.keys(places) as (keyof typeof places)[]).flatMap((by) =>
    (['half_hour', 'day', 'month'] as const).map((bucket) => ({ by, bucket })),
  );
  test.each(cases)('by $by and $bucket', async ({ by, bucket }) => {
    const [from, to] = bucket === 'half_hour' ? (['2025-10-25', '2025-11-08'] as const) : span;
    const { figures } = await ask(
      consumptionAnswerSchema,
      `/v1/consumption?by=${by}&bucket=${bucket}&from=${from}&to=${to}`,
    );
    const groups = Map.groupBy(figures, (row) => `${row.group}/${row.utility}`);
    const wanted = Object.entries(places[by]).flatMap(([group, sites]) =>
      ['electricity', 'gas', 'water']
        .filter((utility) => (by === 'utility' ? utility === group : sites.some((site) => counted[site]?.[utility])))
        .map((utility) => ({ group, sites, utility })),
    );
    expect([...groups.keys()].sort()).toEqual(wanted.map(({ group, utility }) => `${group}/${utility}`).sort());
    for (const { group, sites, utility } of wanted) {
      const rows = groups.get(`${group}/${utility}`) ?? [];
      const uses = sites.map((site) => siteUse(site, utility, from, to, bucket));
      expect(rows.length).toBe(uses[0]?.size);
      const wrong = rows.filter((row) => {
        const into = bucketKey(Date.parse(row.from) / 1000, bucket);
        const expected = uses.reduce((sum, use) => sum + (use.get(into) ?? 0), 0);
        return !same(utility === 'water' ? row.volume_m3 : row.energy_kwh, expected);
      });
      expect(wrong).toEqual([]);
    }
  });

  test('by building only what passes meters that serve it', async () => {
    const url = '/v1/consumption?by=building&bucket=month&from=2025-10-01&to=2025-11-01';
    const { figures } = await ask(consumptionAnswerSchema, url);
    expect(figures).toHaveLength(1);
    expect(figures[0]).toMatchObject({ group: 'tower', site: 'hospital', utility: 'electricity', status: 'complete' });
    const lights = sums('hospital-lights', '2025-10-01', '2025-11-01', 'month').get('2025-10')?.amount;
    expect(figures[0]?.energy_kwh).toBeCloseTo(lights ?? 0, 6);
  });

  test('end uses and the rest add up to what was used', async () => {
    const range = 'bucket=month&from=2025-09-01&to=2025-11-01&site=hospital';
    const uses = await ask(consumptionAnswerSchema, `/v1/consumption?by=end_use&${range}`);
    const whole = await ask(consumptionAnswerSchema, `/v1/consumption?by=utility&${range}`);
    expect([...new Set(uses.figures.map(({ group }) => group))]).toEqual([
      'cooling',
      'lighting',
      'space_heating',
      'unaccounted',
    ]);
    expect(whole.figures).toHaveLength(6);
    for (const total of whole.figures) {
      const parts = uses.figures.filter(({ utility, from }) => utility === total.utility && from === total.from);
      const sum = parts.reduce((all, part) => all + (part.energy_kwh ?? part.volume_m3 ?? Number.NaN), 0);
      expect(sum).toBeCloseTo(total.energy_kwh ?? total.volume_m3 ?? Number.NaN, 6);
    }
    // Heat from the site's own boiler is an end use of gas; as heat it has no total of its own to be the rest of.
    expect(uses.figures.filter(({ utility }) => utility === 'heat').map(({ group }) => group)).toEqual([
      'space_heating',
      'space_heating',
    ]);
  });

  test('own renewable energy is told apart', async () => {
    const { figures } = await ask(
      consumptionAnswerSchema,
      '/v1/consumption?by=site&site=hospital&utility=electricity&bucket=month&from=2025-10-01&to=2025-11-01',
    );
    const sum = (meter: string): number => sums(meter, '2025-10-01', '2025-11-01', 'month').get('2025-10')?.amount ?? 0;
    expect(figures).toHaveLength(1);
    expect(figures[0]?.own_renewable_kwh).toBeCloseTo(sum('hospital-solar') - sum('hospital-export'), 6);
  });
});

describe('a figure says what it is not', () => {
  const one = async (url: string) => {
    const { figures } = await ask(consumptionAnswerSchema, url);
    expect(figures).toHaveLength(1);
    return figures[0];
  };

  test('cut by the request', async () => {
    const row = await one('/v1/consumption?by=meter&meter=practice-main&bucket=month&from=2025-10-02&to=2025-11-01');
    expect(row).toMatchObject({ status: 'partial', partial_because: ['cut'], from: '2025-10-01T23:00:00Z' });
  });

  test('not over, and nothing is answered for what lies ahead', async () => {
    const row = await one('/v1/consumption?by=site&site=practice&bucket=month&from=2026-01-01&to=2026-03-01');
    expect(row).toMatchObject({ status: 'partial', partial_because: ['not-over'], to: '2026-01-15T12:00:00Z' });
    expect(row?.measured_time_share).toBe(1);
    const { figures } = await ask(consumptionAnswerSchema, '/v1/consumption?from=2027-01-01&to=2027-02-01');
    expect(figures).toEqual([]);
  });

  test('half-hours missing without a known total', async () => {
    const row = await one('/v1/consumption?by=meter&meter=centre-main&bucket=day&from=2025-12-11&to=2025-12-12');
    expect(row).toMatchObject({ status: 'partial', partial_because: ['missing'], energy_kwh: null, measured_share: 0 });
    const month = await one(
      '/v1/consumption?by=site&site=centre&utility=electricity&bucket=month&from=2025-12-01&to=2026-01-01',
    );
    expect(month).toMatchObject({ status: 'partial', partial_because: ['missing'] });
    expect(month?.measured_time_share).toBeCloseTo(30 / 31, 9);
    expect(month?.measured_share).toBeCloseTo(30 / 31, 9);
  });

  test('a gap whose total is known is in the figure, which is whole, and not measured there', async () => {
    const day = await one('/v1/consumption?by=meter&meter=centre-gas&bucket=day&from=2025-11-20&to=2025-11-21');
    expect(day).toMatchObject({ status: 'complete', measured_time_share: 36 / 48 });
    const measured = (day?.energy_kwh ?? 0) - gap.energy;
    expect(day?.measured_share).toBeCloseTo(measured / (measured + gap.energy), 9);
    const site = await one('/v1/consumption?by=site&site=centre&utility=gas&bucket=day&from=2025-11-20&to=2025-11-21');
    expect(site).toMatchObject({ energy_kwh: day?.energy_kwh, status: 'complete' });
  });

  test('estimated half-hours lower the measured share and are in the sum', async () => {
    const row = await one('/v1/consumption?by=meter&meter=practice-main&bucket=day&from=2025-11-05&to=2025-11-06');
    const [a, b] = [0, 1800].map((s) => sampleEnergy('practice-main', Date.parse('2025-11-05T03:00:00Z') / 1000 + s));
    expect(row).toMatchObject({ status: 'complete', measured_time_share: 46 / 48 });
    expect(row?.measured_share).toBeCloseTo(1 - ((a ?? 0) + (b ?? 0)) / (row?.energy_kwh ?? 1), 9);
  });

  test.each(consumptionGroups)('by %s nothing is complete that is cut, not over or missing', async (by) => {
    const { figures } = await ask(
      consumptionAnswerSchema,
      `/v1/consumption?by=${by}&bucket=month&from=2025-10-10&to=2026-02-01`,
    );
    expect(figures.length).toBeGreaterThan(2);
    expect(figures.every((row) => (row.status === 'complete') === (row.partial_because.length === 0))).toBe(true);
    const months = ['2025-11-01', '2025-12-01'];
    const full = figures.filter(({ status }) => status === 'complete').map((row) => row.local_date);
    expect(full.filter((date) => !months.includes(date))).toEqual([]);
  });
});

describe('intensity', () => {
  test('is energy over the area that was valid, weighted by days', async () => {
    const { figures } = await ask(
      intensityAnswerSchema,
      '/v1/intensity?by=site&bucket=whole&from=2025-09-01&to=2025-11-01&site=hospital',
    );
    const area = (10_000 * 30 + 12_000 * 31) / 61;
    const energy = ['electricity', 'gas']
      .flatMap((utility) => [...siteUse('hospital', utility, '2025-09-01', '2025-11-01', 'year').values()])
      .reduce((sum, one) => sum + one, 0);
    expect(figures).toHaveLength(1);
    expect(figures[0]?.gross_internal_area_m2).toBeCloseTo(area, 6);
    expect(figures[0]?.energy_kwh).toBeCloseTo(energy, 6);
    expect(figures[0]?.intensity_kwh_per_m2).toBeCloseTo(energy / area, 9);
    expect(figures[0]?.status).toBe('complete');
  });

  test('months by site, organisation and estate add up', async () => {
    const range = 'from=2025-09-01&to=2026-01-01';
    const [site, organisation, estate] = await Promise.all(
      ['site', 'organisation', 'estate'].map((by) => ask(intensityAnswerSchema, `/v1/intensity?by=${by}&${range}`)),
    );
    expect([site, organisation, estate].map((answer) => answer?.figures.length)).toEqual([12, 8, 4]);
    for (const month of estate?.figures ?? []) {
      for (const answer of [site, organisation]) {
        const rows = answer?.figures.filter(({ from }) => from === month.from) ?? [];
        const sum = (name: 'energy_kwh' | 'gross_internal_area_m2'): number =>
          rows.reduce((total, row) => total + (row[name] ?? Number.NaN), 0);
        expect(sum('energy_kwh')).toBeCloseTo(month.energy_kwh ?? Number.NaN, 6);
        expect(sum('gross_internal_area_m2')).toBeCloseTo(month.gross_internal_area_m2 ?? Number.NaN, 6);
      }
    }
  });

  test('by fuel adds up to the whole, and water stands beside it', async () => {
    const range = 'by=estate&bucket=month&from=2025-09-01&to=2025-12-01';
    const whole = await ask(intensityAnswerSchema, `/v1/intensity?${range}`);
    const fuels = await ask(intensityAnswerSchema, `/v1/intensity?${range}&split=utility`);
    expect(
      fuels.figures
        .map(({ utility, source }) => `${utility} ${source}`)
        .slice(0, 3)
        .sort(),
    ).toEqual(['electricity own_renewable', 'electricity purchased', 'gas purchased']);
    for (const { from, intensity_kwh_per_m2: total } of whole.figures) {
      const parts = fuels.figures.filter((row) => row.from === from && row.utility !== 'water');
      const sum = parts.reduce((all, row) => all + (row.intensity_kwh_per_m2 ?? Number.NaN), 0);
      expect(sum).toBeCloseTo(total ?? Number.NaN, 9);
      const [water, ...more] = fuels.figures.filter((row) => row.from === from && row.utility === 'water');
      expect(more).toEqual([]);
      const volume = [...siteUse('hospital', 'water', '2025-09-01', '2025-12-01', 'month')];
      expect(water?.water_m3).toBeCloseTo(
        volume.find(([month]) => month === water?.local_date.slice(0, 7))?.[1] ?? 0,
        6,
      );
      expect(water?.water_m3_per_m2).toBeCloseTo((water?.water_m3 ?? 0) / (water?.gross_internal_area_m2 ?? 0), 12);
      expect(water).toMatchObject({ energy_kwh: null, intensity_kwh_per_m2: null });
    }
  });

  test('per occupied m² and per heated m³ is there where the register says them, and the metered area is', async () => {
    const range = 'from=2025-11-01&to=2025-12-01&bucket=month';
    const sites = await ask(intensityAnswerSchema, `/v1/intensity?by=site&${range}&site=hospital,centre`);
    const [centre, hospital] = sites.figures;
    expect(centre).toMatchObject({ occupied_area_m2: null, intensity_kwh_per_occupied_m2: null });
    expect(hospital?.intensity_kwh_per_occupied_m2).toBeCloseTo((hospital?.energy_kwh ?? 0) / 9_000, 9);
    const { figures } = await ask(consumptionAnswerSchema, `/v1/consumption?by=site&site=hospital&${range}`);
    const bought = figures
      .filter(({ utility }) => utility !== 'water')
      .reduce((sum, row) => sum + (row.energy_kwh ?? 0) - (row.own_renewable_kwh ?? 0), 0);
    expect(hospital?.delivered_gj_per_100m3).toBeCloseTo((bought * 0.0036) / 360, 9);
    const fuels = await ask(intensityAnswerSchema, `/v1/intensity?by=estate&${range}&split=utility`);
    const gas = fuels.figures.find(({ utility }) => utility === 'gas');
    expect(gas?.metered_area_share).toBeCloseTo(13_000 / 13_400, 12);
  });

  test('of a rolling year is twelve months at each end of a month', async () => {
    const url = '/v1/intensity?by=estate&bucket=rolling_year&from=2025-11-15&to=2026-02-01';
    const { figures } = await ask(intensityAnswerSchema, url);
    expect(figures.map(({ from, to }) => [from, to])).toEqual([
      ['2024-12-01T00:00:00Z', '2025-12-01T00:00:00Z'],
      ['2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ]);
    // The sample begins in March, so neither year is whole.
    expect(figures.map(({ status }) => status)).toEqual(['partial', 'partial']);
  });
});

describe('carbon', () => {
  /** UK Government conversion factors: electricity generated and natural gas (gross CV), 2025 and 2026. */
  const factors = { electricity: { 2025: 0.177, 2026: 0.13096 }, gas: { 2025: 0.18296, 2026: 0.18231 } } as const;

  test('is the energy bought in each calendar year times the factor of that year', async () => {
    const { figures, factors: used } = await ask(
      carbonAnswerSchema,
      '/v1/carbon?by=site&bucket=financial_year&from=2025-04-01&to=2026-04-01',
    );
    const bought: Record<string, Record<'electricity' | 'gas', readonly string[]>> = {
      hospital: { electricity: ['hospital-main'], gas: ['hospital-gas'] },
      centre: { electricity: ['centre-main'], gas: ['centre-gas'] },
      practice: { electricity: ['practice-main'], gas: [] },
    };
    expect(figures.map(({ place }) => place).sort()).toEqual(Object.keys(bought).sort());
    for (const row of figures) {
      let expected = 0;
      for (const utility of ['electricity', 'gas'] as const) {
        for (const meter of bought[row.place]?.[utility] ?? []) {
          const years = sums(meter, '2025-04-01', '2026-04-01', 'year');
          expected += (years.get('2025')?.amount ?? 0) * factors[utility][2025];
          expected += (years.get('2026')?.amount ?? 0) * factors[utility][2026];
        }
      }
      expect(row.emissions_kgco2e).toBeCloseTo(expected, 4);
      expect((row.scope_1_kgco2e ?? 0) + (row.scope_2_kgco2e ?? 0)).toBeCloseTo(expected, 4);
      expect(row).toMatchObject({ factor_sets: ['2025', '2026'], factor_standing: 'quoted' });
      expect(row.partial_because).toContain('not-over');
    }
    expect(used).toHaveLength(4);
    for (const factor of used) expect(factor.source.length).toBeGreaterThan(20);
  });

  test('by utility adds up to the whole, and months to the period', async () => {
    const range = 'by=estate&from=2025-11-01&to=2026-01-01';
    const whole = await ask(carbonAnswerSchema, `/v1/carbon?${range}&bucket=whole`);
    const parts = await ask(carbonAnswerSchema, `/v1/carbon?${range}&split=utility`);
    expect(parts.figures).toHaveLength(4);
    const sum = parts.figures.reduce((all, row) => all + (row.emissions_kgco2e ?? Number.NaN), 0);
    expect(sum).toBeCloseTo(whole.figures[0]?.emissions_kgco2e ?? Number.NaN, 6);
  });
});

test('the sample lies where the tests think it does', () => {
  expect(startOfDay(begin)).toBeLessThan(noon);
  expect(startOfDay(end)).toBeGreaterThan(noon);
});
