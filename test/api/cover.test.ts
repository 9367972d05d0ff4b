import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { carbonAnswerSchema } from '../../api/contract/carbon.ts';
import type { coverAnswerSchema } from '../../api/contract/cover.ts';
import { factorFor } from '../../domain/carbon/factors.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/** Renewable supply over the API, on a real store: what is answered is added up again from the half-hours. */

type CoverAnswer = z.output<typeof coverAnswerSchema>;
type CarbonAnswer = z.output<typeof carbonAnswerSchema>;

const [first, last] = ['2025-05-26', '2025-06-06'];
let rig: Rig;
let admin: string;
beforeAll(async () => {
  rig = await startRig();
  admin = rig.key({ name: 'all', role: 'admin' });
  await writeSample(rig, testEstate(), { from: first, to: last });
});
afterAll(() => rig.close());

async function ask<T>(url: string, key = admin): Promise<T> {
  const answer = await rig.app.inject({ url, headers: bearer(key) });
  expect(answer.statusCode).toBe(200);
  return answer.json<T>();
}

function bought(...meters: string[]): number {
  const starts = halfHoursOf({ from: startOfDay(first), to: startOfDay(last) });
  return meters.reduce((sum, meter) => sum + starts.reduce((own, start) => own + sampleEnergy(meter, start), 0), 0);
}

/** kgCO2e of a kWh of the grid's in 2025. */
const grid = factorFor('electricity', 'generation', '2025-06-01')?.value ?? Number.NaN;

describe('/v1/cover', () => {
  test('has of each organisation what it used, and what covers it', async () => {
    const { figures, points, evidence, own_generation } = await ask<CoverAnswer>('/v1/cover?period=2025-26');
    const use = bought('hospital-main', 'centre-main');
    expect(use).toBeGreaterThan(5_000);
    const north = figures.find(({ place }) => place === 'north');
    expect(north?.bought_kwh).toBeCloseTo(use, 6);
    expect(north?.covered_retired_kwh).toBeCloseTo(3_000, 6);
    expect(north?.covered_contracted_kwh).toBeCloseTo(use - 3_000, 6);
    expect(north).toMatchObject({ surplus_kwh: 0, residual_mix_unavailable: true, status: 'partial' });
    expect(north?.uncovered_kwh).toBeCloseTo(0, 6);
    expect(north?.emissions_market_kgco2e).toBeCloseTo((use - 3_000) * grid, 6);
    expect(north?.emissions_market_expected_kgco2e).toBeCloseTo(0, 6);
    expect(north?.emissions_location_kgco2e).toBeCloseTo(use * grid, 6);
    expect(north?.because).toContainEqual(expect.stringMatching(/promised/));
    expect(north?.because).toContainEqual(
      expect.stringMatching(/^batch wind-march does not count: .*disclosure period/),
    );
    expect(points.map(({ point, supply }) => [point, supply])).toEqual([
      ['centre-main', 'north-green'],
      ['hospital-main', 'north-green'],
      // Before its contract began.
      ['practice-main', null],
      ['practice-main', 'south-brown'],
    ]);
    expect(evidence.find(({ id }) => id === 'wind-may')).toMatchObject({
      state: 'retired',
      matched_kwh: expect.closeTo(3_000, 6),
      evidence: '2026-01-10, for north: statement 4',
    });
    const made = bought('hospital-solar');
    expect(own_generation).toHaveLength(1);
    expect(own_generation[0]).toMatchObject({
      meter: 'hospital-solar',
      certificates: 'kept',
      made_kwh: expect.closeTo(made, 6),
      exported_kwh: expect.closeTo(bought('hospital-export'), 6),
    });
    // May and June are rounded each by itself.
    expect(Math.abs((own_generation[0]?.certificates_due_mwh ?? -1) - made / 1000)).toBeLessThanOrEqual(1);
  });

  test('sums over organisations and over sites are those of the estate', async () => {
    const keys = ['bought_kwh', 'own_kept_kwh', 'covered_retired_kwh', 'uncovered_kwh', 'exported_kwh'] as const;
    const sums = await Promise.all(
      (['site', 'organisation', 'estate'] as const).map(async (by) => {
        const { figures } = await ask<CoverAnswer>(`/v1/cover?period=2025-26&by=${by}`);
        return keys.map((key) => figures.reduce((sum, row) => sum + (row[key] ?? Number.NaN), 0));
      }),
    );
    expect(sums).toHaveLength(3);
    for (const sum of sums) for (const [i, value] of sum.entries()) expect(value).toBeCloseTo(sums[2]?.[i] ?? -1, 6);
    expect(sums[2]?.[4]).toBeCloseTo(bought('hospital-export'), 6);
  });

  test('an earlier disclosure period has nothing, and says so', async () => {
    const { figures } = await ask<CoverAnswer>('/v1/cover?period=2024-25&by=estate');
    expect(figures[0]).toMatchObject({ bought_kwh: null, renewable_share: null, emissions_market_kgco2e: null });
  });

  test('a key of one organisation sees its own', async () => {
    const key = rig.key({ name: 'south', role: 'read', organisations: ['south'] });
    const { figures, points, evidence } = await ask<CoverAnswer>('/v1/cover?period=2025-26', key);
    expect(figures.map(({ place }) => place)).toEqual(['south']);
    expect(points.map(({ point }) => point)).toEqual(['practice-main', 'practice-main']);
    expect(evidence.map(({ id }) => id)).toEqual(['sun-june']);
    const { supplies } = await ask<{ supplies: { id: string }[] }>('/v1/supplies', key);
    expect(supplies.map(({ id }) => id)).toEqual(['south-brown']);
    const { certificates } = await ask<{ certificates: { id: string }[] }>('/v1/certificates', key);
    expect(certificates.map(({ id }) => id)).toEqual(['sun-june']);
  });
});

describe('/v1/carbon', () => {
  test('has both methods: months add up to the cover of the disclosure period', async () => {
    const range = 'from=2025-04-01&to=2026-01-01&by=organisation';
    const { figures } = await ask<CarbonAnswer>(`/v1/carbon?${range}&split=utility`);
    const electricity = figures.filter(({ place, utility }) => place === 'north' && utility === 'electricity');
    expect(electricity.length).toBeGreaterThan(1);
    const sum = electricity.reduce((total, row) => total + (row.emissions_market_kgco2e ?? 0), 0);
    const { figures: covers } = await ask<CoverAnswer>('/v1/cover?period=2025-26');
    const north = covers.find(({ place }) => place === 'north');
    expect(sum).toBeCloseTo(north?.emissions_market_kgco2e ?? -1, 6);
    const shares = new Set(
      electricity.flatMap(({ market_cover_share: one }) => (one === null ? [] : [one.toFixed(9)])),
    );
    expect([...shares]).toEqual([north?.cover_share?.toFixed(9)]);
  });

  test('what is no electricity is the same in both', async () => {
    const { figures } = await ask<CarbonAnswer>('/v1/carbon?from=2025-05-01&to=2025-06-01&by=site&split=utility');
    const gas = figures.filter(({ utility }) => utility === 'gas');
    expect(gas).toHaveLength(2);
    for (const row of gas) {
      expect(row.emissions_market_kgco2e).toBe(row.emissions_kgco2e);
      expect(row.market_cover_share).toBeNull();
    }
  });

  test('the whole is location-based less what certificates took off electricity', async () => {
    const { figures } = await ask<CarbonAnswer>(
      '/v1/carbon?from=2025-04-01&to=2026-01-01&bucket=financial_year&by=estate',
    );
    const [row] = figures;
    const saved = (row?.emissions_kgco2e ?? 0) - (row?.emissions_market_kgco2e ?? 0);
    expect(saved).toBeCloseTo(3_000 * grid, 6);
    expect((row?.scope_2_kgco2e ?? 0) - (row?.scope_2_market_kgco2e ?? 0)).toBeCloseTo(3_000 * grid, 6);
  });
});
