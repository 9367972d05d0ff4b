import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Estate, estateFileSchema } from '../../domain/estate/estate.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { rememberFetch } from '../../store/grid-fetches.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/** Routes of what is observed outside, against sums made here from the same half-hours. */

const [from, to] = ['2026-01-05', '2026-01-12'];
const range = `from=${from}&to=${to}`;
const week = { from: startOfDay(from), to: startOfDay(to) };
const starts = halfHoursOf(week);
const gramsAt = (at: number): number => 100 + (Math.floor(at / 1800) % 48);

/** Certificates of a wind farm that were retired, some of a solar farm that were not, and a profile for the first. */
const claims = estateFileSchema.parse({
  certificates: [
    {
      id: 'wind-january',
      organisation: 'north',
      station: 'A wind farm',
      technology: 'onshore_wind',
      output_month: '2026-01',
      mwh: 4,
      market: 'GB',
      acquired: 'unbundled',
      retired: { for: 'north', on: '2026-01-10', evidence: 'the statement' },
      source: 'the broker',
    },
    {
      id: 'sun-january',
      organisation: 'north',
      station: 'A solar farm',
      technology: 'solar',
      output_month: '2026-01',
      mwh: 1,
      market: 'GB',
      acquired: 'unbundled',
      source: 'the broker',
    },
  ],
  generation_profiles: [
    { id: 'even', name: 'Even', technologies: ['onshore_wind'], shape: 'flat', source: 'an assumption' },
  ],
});
const { certificates = [], generation_profiles = [] } = claims;
const estate: Estate = { ...testEstate(), lists: { ...testEstate().lists, certificates, generation_profiles } };

let rig: Rig;
let key: string;
beforeAll(async () => {
  rig = await startRig({ estate: () => estate });
  key = rig.key({});
  await writeSample(rig, estate, { from, to, quality: () => 'measured' });
  const one = (meter: string, at: number, value: number, more: Partial<Reading>): Reading => {
    return { meter, quantity: 'temperature', kind: 'instant', at, value, period: 0, received: at, ...more };
  };
  await rig.store.write([
    ...starts.map((at, i) => one('roof', at, i % 48 === 0 ? -2 : 6, {})),
    // The operator's last day is a forecast still.
    ...starts.map((at) => {
      const kind = at < startOfDay('2026-01-11') ? 'interval' : 'estimate';
      return one('grid', at, gramsAt(at), { quantity: 'carbon_intensity', kind, period: 1800 });
    }),
    ...starts.map((at) => one('grid-free', at, 50, { quantity: 'share', kind: 'interval', period: 1800 })),
  ]);
});
afterAll(() => rig.close());

async function ask<T>(url: string): Promise<T> {
  const answer = await rig.app.inject({ url, headers: bearer(key) });
  expect([answer.statusCode, answer.body.slice(0, 300)]).toEqual([200, expect.anything()]);
  return answer.json();
}

interface Figures {
  readonly claims: readonly unknown[];
  readonly unmatched: readonly unknown[];
  readonly figures: readonly Record<string, number | string | null>[];
}

test('operational carbon is the sum of kWh times grams, half-hour by half-hour, and in kgCO2', async () => {
  const { figures } = await ask<Figures>(`/v1/grid-carbon?by=site&bucket=whole&${range}`);
  const practice = figures.find(({ place }) => place === 'practice');
  const expected = starts.reduce((sum, at) => sum + (sampleEnergy('practice-main', at) * gramsAt(at)) / 1000, 0);
  expect(practice?.['carbon_kgco2']).toBeCloseTo(expected, 6);
  expect(practice).toMatchObject({
    half_hours: 336,
    known_half_hours: 336,
    forecast_half_hours: 48,
    status: 'complete',
  });
  const { figures: months } = await ask<Figures>(`/v1/grid-carbon?by=estate&bucket=day&${range}`);
  const { figures: whole } = await ask<Figures>(`/v1/grid-carbon?by=estate&bucket=whole&${range}`);
  const sum = months.reduce((total, row) => total + Number(row['carbon_kgco2']), 0);
  expect(sum).toBeCloseTo(Number(whole[0]?.['carbon_kgco2']), 6);
});

test('certificates are spread over their profile, and what is used is matched in its own half-hour', async () => {
  const answer = await ask<Figures>(`/v1/matching?by=organisation&bucket=whole&${range}`);
  expect(answer.claims).toEqual([
    {
      of: 'wind-january',
      source: 'certificates',
      profile: 'even',
      profile_name: 'Even',
      spread: 'the same in every half-hour',
    },
  ]);
  expect(answer.unmatched).toEqual([{ of: 'sun-january', because: 'not retired' }]);
  const north = answer.figures.find(({ place }) => place === 'north');
  // 4 MWh over the 1,488 half-hours of January.
  const each = 4000 / 1488;
  let [own, used] = [0, 0];
  for (const at of starts) {
    const kept = sampleEnergy('hospital-solar', at) - sampleEnergy('hospital-export', at);
    own += kept;
    used += kept + sampleEnergy('hospital-main', at) + sampleEnergy('centre-main', at);
  }
  expect(north?.['use_kwh']).toBeCloseTo(used, 6);
  expect(north?.['matched_own_kwh']).toBeCloseTo(own, 6);
  expect(north?.['matched_certificates_kwh']).toBeCloseTo(336 * each, 6);
  const share = (own + 336 * each) / used;
  expect(north?.['matched_share']).toBeCloseTo(share, 9);
  expect(north?.['volume_share']).toBeCloseTo(share, 9);
  // Half of the rest is carbon-free, as half of the grid is.
  expect(north?.['carbon_free_share']).toBeCloseTo(share + 0.5 * (1 - share), 9);
  expect(north).toMatchObject({ excess_kwh: 0, compared_half_hours: 672, status: 'complete', partial_because: [] });
});

test('the parts of the sites add up to their organisation, and half-hours to days', async () => {
  const bySite = await ask<Figures>(`/v1/matching?by=site&bucket=half_hour&from=2026-01-07&to=2026-01-08`);
  const byDay = await ask<Figures>(`/v1/matching?by=estate&bucket=day&from=2026-01-07&to=2026-01-08`);
  expect(bySite.figures).toHaveLength(3 * 48);
  for (const name of ['use_kwh', 'matched_own_kwh', 'matched_certificates_kwh']) {
    const sum = bySite.figures.reduce((total, row) => total + Number(row[name]), 0);
    expect(sum).toBeCloseTo(Number(byDay.figures[0]?.[name]), 6);
  }
});

test('a period without readings is not compared, and never 0', async () => {
  const { figures } = await ask<Figures>('/v1/matching?by=site&bucket=day&site=practice&from=2026-01-12&to=2026-01-13');
  expect(figures).toMatchObject([
    { use_kwh: null, matched_share: null, carbon_free_share: null, compared_half_hours: 0, status: 'partial' },
  ]);
});

test('a series says its last value and how much of the last week is known', async () => {
  const { observed } = await ask<{ observed: Record<string, unknown>[] }>('/v1/observed');
  expect(observed.map(({ id }) => id)).toEqual(['grid', 'grid-free', 'roof']);
  // Of 336 half-hours before noon of the 15th, 174 lie after the week.
  expect(observed[0]).toMatchObject({ unit: 'gCO₂/kWh', region: '10', last_at: null });
  expect(observed[2]).toMatchObject({ quantity: 'temperature', unit: '°C' });
  expect(observed[2]?.['known_share']).toBeCloseTo(168 / 336, 9);
  expect(observed[0]?.['known_share']).toBeCloseTo(120 / 336, 9);
  expect(observed[0]?.['forecast_share']).toBeCloseTo(48 / 336, 9);
});

test('a grid that could not be fetched says when and why, and one that was never tried says nothing', async () => {
  const grid = async () =>
    (await ask<{ observed: Record<string, unknown>[] }>('/v1/observed?quantity=carbon_intensity')).observed[0];
  expect(await grid()).toMatchObject({ last_fetch_at: null, not_fetched_because: null });
  rememberFetch(rig.state, 'grid', { at: week.to, problem: 'it answers 503 [grid.unreachable]' });
  expect(await grid()).toMatchObject({
    last_fetch_at: '2026-01-12T00:00:00Z',
    not_fetched_because: 'it answers 503 [grid.unreachable]',
  });
  rememberFetch(rig.state, 'grid', { at: week.to });
  expect(await grid()).toMatchObject({ last_fetch_at: '2026-01-12T00:00:00Z', not_fetched_because: null });
});

test('the values of a level are means, with the lowest and the highest', async () => {
  const { values } = await ask<{ values: unknown[] }>(`/v1/observed/roof/values?bucket=day&${range}`);
  expect(values).toHaveLength(7);
  expect(values[0]).toMatchObject({
    value: (47 * 6 - 2) / 48,
    lowest: -2,
    highest: 6,
    forecast: null,
    known_half_hours: 48,
    half_hours: 48,
  });
});

test('a series that is not there, and several of a quantity without a choice, are said', async () => {
  const absent = await rig.app.inject({ url: `/v1/observed/none/values?${range}`, headers: bearer(key) });
  expect(absent.json()).toMatchObject({ status: 404, code: 'request.unknown-id' });
  const wrong = await rig.app.inject({ url: `/v1/grid-carbon?intensity=roof&${range}`, headers: bearer(key) });
  expect(wrong.json()).toMatchObject({
    code: 'request.unknown-id',
    problems: [{ where: 'query intensity', found: 'roof' }],
  });
});

test('more half-hours than can be matched at a time are refused with what would be allowed', async () => {
  const answer = await rig.app.inject({
    url: '/v1/matching?bucket=year&from=2024-01-01&to=2026-01-01',
    headers: bearer(key),
  });
  expect(answer.json()).toMatchObject({ code: 'request.range-too-long' });
});
