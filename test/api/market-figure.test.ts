import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { figureExplanationSchema } from '../../api/contract/explain-figure.ts';
import { sayFigure } from '../../cli/say-figure.ts';
import { factorFor } from '../../domain/carbon/factors.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/**
 * The chain of market-based figures on a real store: a hospital that lets a part to another organisation, and whose
 * solar has its certificates sold. What is told is added up again from the half-hours.
 */
const [first, last] = ['2025-05-26', '2025-06-06'];

function sublet(): Estate {
  const estate = testEstate();
  const meters = new Map(estate.meters);
  const lights = meters.get('hospital-lights');
  if (!lights) throw new Error('no lights');
  meters.set('hospital-lights', { ...lights, reporter: [{ from: '2020-01-01', organisation: 'south' }] });
  const [solar] = estate.lists?.own_generation ?? [];
  if (!solar) throw new Error('no solar');
  const own_generation = [{ ...solar, certificates: 'sold' as const }];
  return { ...estate, meters, lists: { ...estate.lists, own_generation } };
}

let rig: Rig;
let key: Record<string, string>;
beforeAll(async () => {
  const estate = sublet();
  rig = await startRig({ estate: () => estate });
  key = bearer(rig.key({}));
  await writeSample(rig, estate, { from: first, to: last });
});
afterAll(() => rig.close());

type Explanation = z.output<typeof figureExplanationSchema>;
async function explain(query: string): Promise<Explanation> {
  const url = `/v1/explain/figure?from=${first}&to=${last}&${query}`;
  const answer = await rig.app.inject({ url, headers: key });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return figureExplanationSchema.parse(answer.json());
}
const sum = (list: readonly (number | null | undefined)[]): number =>
  list.reduce<number>((total, one) => total + (one ?? Number.NaN), 0);
function counted(...meters: string[]): number {
  const starts = halfHoursOf({ from: startOfDay(first), to: startOfDay(last) });
  return sum(meters.flatMap((meter) => starts.map((start) => sampleEnergy(meter, start))));
}
/** kgCO2e of a kWh of the grid's in 2025. */
const grid = factorFor('electricity', 'generation', '2025-06-01')?.value ?? Number.NaN;

describe('the chain of a market-based figure', () => {
  test('names by supply point the contract, the certificates and what the rest is given', async () => {
    const { market } = await explain('figure=carbon_market&site=hospital&utility=electricity');
    const own = counted('hospital-main') - counted('hospital-lights');
    const all = own + counted('centre-main');
    expect(market?.points.map(({ point, organisation }) => [point, organisation])).toEqual([
      ['hospital-main', 'north'],
      ['hospital-main', 'south'],
    ]);
    const [north, south] = market?.points ?? [];
    // Three MWh of north's, over both of its points.
    const covered = (3_000 * own) / all;
    expect(north?.supply).toMatchObject({ id: 'north-green', claim: 'supplier_rego', source: 'contract 12' });
    expect(north?.covered.map(({ of, state, counts }) => [of, state, counts])).toEqual([
      ['wind-may', 'retired', true],
      ['north-green', 'contracted', false],
    ]);
    expect(north?.covered[0]?.energy_kwh).toBeCloseTo(covered, 6);
    expect(north?.uncovered).toHaveLength(1);
    expect(north?.uncovered[0]).toMatchObject({ tier: 'grid_average', factor_kgco2e_per_kwh: grid, source: null });
    expect(north?.emissions_kgco2e).toBeCloseTo((own - covered) * grid, 6);
    expect(south?.covered.every(({ counts }) => !counts)).toBe(true);
    expect(south?.emissions_kgco2e).toBeCloseTo(counted('hospital-lights') * grid, 6);
    expect(market?.certificates.find(({ id }) => id === 'wind-may')).toMatchObject({
      station: 'A station',
      technology: 'onshore_wind',
      output: '2025-05',
      certificates_mwh: 3,
      retired_for: 'north',
      evidence: 'statement 4',
      matched_kwh: 3_000,
      energy_kwh: expect.closeTo(covered, 6),
    });
    expect(market?.certificates.find(({ id }) => id === 'wind-march')?.excluded).toEqual(['wrong-disclosure-period']);
    expect(market?.residual_mix_unavailable).toBe(true);
    expect(market?.periods).toEqual([{ period: '2025-26', matched_to: '2026-01-15T12:00:00Z', over: false }]);
  });

  test('has own generation whose certificates are sold at what the rest is given', async () => {
    const whole = await explain('figure=carbon_market&site=hospital&utility=electricity');
    const used = counted('hospital-solar') - counted('hospital-export');
    expect(whole.market?.own_generation).toMatchObject([
      { meter: 'hospital-solar', certificates: 'sold', rated: [{ tier: 'grid_average' }] },
    ]);
    expect(whole.market?.own_generation[0]?.emissions_kgco2e).toBeCloseTo(used * grid, 6);
    const pieces = [...(whole.market?.points ?? []), ...(whole.market?.own_generation ?? [])];
    expect(sum(pieces.map(({ emissions_kgco2e }) => emissions_kgco2e))).toBeCloseTo(whole.value ?? Number.NaN, 6);
  });

  test.each(['site=hospital', 'organisation=north', 'organisation=south', ''])('adds up: %s', async (place) => {
    const whole = await explain(`figure=carbon_market&${place}&depth=days`);
    expect(whole.sites.length).toBeGreaterThan(0);
    expect(sum(whole.sites.map(({ value }) => value))).toBeCloseTo(whole.value ?? Number.NaN, 6);
    for (const { value, meters, adjustments } of whole.sites) {
      const parts = [...(meters ?? []), ...adjustments];
      expect(sum(parts.map((one) => one.value))).toBeCloseTo(value ?? Number.NaN, 6);
      for (const meter of meters ?? []) {
        expect(meter.days).toHaveLength(11);
        expect(sum((meter.days ?? []).map((day) => day.value))).toBeCloseTo(meter.value ?? Number.NaN, 6);
      }
    }
  });

  test('of cover is that of the disclosure period, by what it is bought through', async () => {
    const url = '/v1/cover?period=2025-26&by=organisation&organisation=north';
    const told = (await rig.app.inject({ url, headers: key })).json<{ figures: Record<string, unknown>[] }>();
    const year = '/v1/explain/figure?figure=cover&organisation=north&from=2025-04-01&to=2026-04-01';
    const whole = figureExplanationSchema.parse((await rig.app.inject({ url: year, headers: key })).json());
    expect(whole.value).toBeCloseTo(3_000, 6);
    expect(told.figures).toHaveLength(1);
    expect(told.figures[0]?.['covered_retired_kwh']).toBeCloseTo(whole.value ?? Number.NaN, 9);
    expect(told.figures[0]?.['bought_kwh']).toBeCloseTo(whole.energy_kwh ?? Number.NaN, 9);
    expect(told.figures[0]?.['cover_share']).toBeCloseTo(whole.market?.cover_share ?? Number.NaN, 12);
    const meters = whole.sites.flatMap((site) => site.meters ?? []);
    expect(meters.map(({ meter, times }) => [meter, times])).toEqual([
      ['centre-main', 1],
      ['hospital-main', 1],
      ['hospital-lights', -1],
    ]);
    expect(sum(meters.map(({ value }) => value))).toBeCloseTo(3_000, 6);
    expect(whole.warnings).toContain('cover-not-final 2025-26');
  });

  test('reads well', async () => {
    const lines: string[] = [];
    sayFigure((text) => lines.push(text), await explain('figure=carbon_market&organisation=north'));
    const text = lines.join('\n');
    expect(text).toContain('contract north-green with A supplier from 2025-04-01: the supplier retires REGOs for it');
    expect(text).toMatch(/kWh by certificates wind-may, retired \(proportional\)\n/);
    expect(text).toContain(
      'certificates wind-may: 3 MWh of A station, onshore_wind, made in 2025-05, retired, for north',
    );
    expect(text).toMatch(/kWh at the average of the grid, 0\.\d+ kgCO2e\/kWh: /);
    expect(text).toMatch(/does not count: made in 2024-25, claimed for 2025-26/);
  });

  test('is not told of a building, whose site shares what covers it', async () => {
    const url = `/v1/explain/figure?figure=carbon_market&building=tower&from=${first}&to=${last}`;
    const answer = await rig.app.inject({ url, headers: key });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'request.invalid' });
  });
});
