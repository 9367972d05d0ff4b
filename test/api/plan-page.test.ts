import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Plan, planPageAnswerSchema } from '../../api/contract/plan-page.ts';
import { measuresAnswerSchema } from '../../api/contract/plan-measures.ts';
import { trajectoryAnswerSchema } from '../../api/contract/plan-trajectory.ts';
import { gridProjectionSchema } from '../../domain/plan/trajectory/grid-projection.ts';
import { measureSchema } from '../../domain/plan/register.ts';
import type { Baseline, OwnTarget } from '../../domain/reports/register.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { readSpreadsheet } from './read-spreadsheet.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/**
 * The practice of the test estate, which buys electricity alone, told on 5 July 2026: a baseline of 60 t in 2019-20,
 * half of it by 2030, lamps that are paid for and panels that somebody thought of.
 */
const now = Date.parse('2026-07-05T12:00:00Z') / 1000;
const source = 'of our making';
const measure = (id: string, given: object) =>
  measureSchema.parse({ id, name: id, site: 'practice', source, ...given });

function planned() {
  const estate = testEstate();
  const [first] = estate.lists?.baselines ?? [];
  const [half] = estate.lists?.targets ?? [];
  const base = { ...first, id: 'south-base', organisation: 'south', boundary: 'scope_1_2' as const, joined: [] };
  const baselines = [
    ...(first ? [first] : []),
    { ...base, sites: [{ site: 'practice', emissions_kgco2e: 60_000 }] },
  ] as Baseline[];
  const target = { ...half, id: 'south-half', organisation: 'south', baseline: 'south-base', boundary: 'scope_1_2' };
  const measures = [
    measure('lamps', {
      kind: 'led_lighting',
      status: [{ from: '2026-01-01', is: 'funded' }],
      planned: { from: '2027-01-01', to: '2027-03-31' },
      expected: [{ utility: 'electricity', saves_kwh: 1_000 }],
      cost: { capital_gbp: 2_000, source },
    }),
    measure('panels', {
      kind: 'solar_pv',
      status: [{ from: '2026-01-01', is: 'proposed' }],
      planned: { from: '2028-01-01', to: '2028-03-31' },
      expected: [{ utility: 'electricity', saves_kwh: 5_000 }],
      cost: { capital_gbp: 6_000, source },
      funding: [{ from: 'a grant', gbp: 1_500, is: 'secured' }],
      after: ['secret'],
    }),
    measure('secret', { site: 'hospital', kind: 'insulation', status: [{ from: '2026-01-01', is: 'proposed' }] }),
  ];
  const values = [
    { year: 2026, kgco2e_per_kwh: 0.2 },
    { year: 2036, kgco2e_per_kwh: 0.1 },
  ];
  const grid = gridProjectionSchema.parse({ id: 'grid', name: 'A half', published: '2026-01-01', values, source });
  const lists = { ...estate.lists, baselines, targets: [target as OwnTarget], measures, grid_projections: [grid] };
  return { ...estate, lists };
}

let rig: Rig;
beforeAll(async () => {
  const estate = planned();
  rig = await startRig({ estate: () => estate, registers: { of: () => estate, at: () => estate } });
  rig.at(now);
  await writeSample(rig, estate, { from: '2025-04-01', to: '2026-07-06', until: now });
});
afterAll(() => rig.close());

const get = async (url: string, role: 'read' | 'procurement' = 'read', headers = {}) =>
  await rig.app.inject({ url, headers: { ...bearer(rig.key({ role })), ...headers } });
const ask = async (query = '') => trajectoryAnswerSchema.parse((await get(`/v1/plan/trajectory${query}`)).json());

describe('the way to a target', () => {
  const used = halfHoursOf({ from: startOfDay('2025-07-01'), to: startOfDay('2026-07-01') })
    .map((start) => sampleEnergy('practice-main', start))
    .reduce((sum, energy) => sum + energy, 0);

  test('goes on from the last twelve months, at the newest factors, and takes off what is planned', async () => {
    const { points, targets } = await ask('?organisation=south');
    const own = points.filter(({ target }) => target === 'south-half');
    expect(own.map(({ year }) => year)).toEqual([
      2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028, 2029, 2030,
    ]);
    const [, one] = targets;
    expect(one).toMatchObject({ last_year_from: '2025-06-30T23:00:00Z', last_year_to: '2026-06-30T23:00:00Z' });
    const ahead = own.find(({ year }) => year === 2028);
    const factor = (ahead?.unchanged_kgco2e ?? 0) / used;
    // The set of 2026 has not its own factor of electricity in every edition: what is used is that of the answer.
    expect(factor).toBeGreaterThan(0.1);
    const left = 1 - 0.1;
    expect(ahead).toMatchObject({
      emissions_kgco2e: null,
      status: 'partial',
      partial_because: ['not-over'],
      grid_takes_off_kgco2e: expect.closeTo(used * factor * 0.1, 6),
      committed_kgco2e: expect.closeTo((used - 1_000) * factor * left, 6),
      possible_kgco2e: expect.closeTo((used - 6_000) * factor * left, 6),
    });
    expect(ahead?.probable_kgco2e).toBe(ahead?.committed_kgco2e);
    const over = own.find(({ year }) => year === 2025);
    expect(over).toMatchObject({ unchanged_kgco2e: null, status: 'complete', partial_because: [] });
  });

  test('says the gap at each milestone, and what of the money is missing', async () => {
    const { gaps, measures, targets } = await ask('?organisation=south');
    const [gap, ...others] = gaps.filter(({ target }) => target === 'south-half');
    expect(others).toEqual([]);
    expect(gap).toMatchObject({
      year: 2030,
      level_kgco2e: 30_000,
      planned_capital_gbp: 8_000,
      unsecured_capital_gbp: 4_500,
    });
    expect(gaps.filter(({ target }) => target === 'nhs-carbon-footprint').map(({ year }) => year)).toEqual([]);
    expect(targets.find(({ target }) => target === 'nhs-carbon-footprint')?.not_drawn_because).toMatch(/boundary/);
    const own = measures.filter(({ target }) => target === 'south-half');
    expect(own.map(({ measure: id, confidence, saves_from: from }) => [id, confidence, from])).toEqual([
      ['lamps', 'committed', '2027-04-01'],
      ['panels', 'possible', '2028-04-01'],
    ]);
  });

  test('is not drawn on where the last twelve months are not known, with the reason', async () => {
    const { targets, points, without_baseline: without } = await ask();
    expect(without).toEqual([]);
    const north = targets.filter(({ organisation }) => organisation === 'north');
    expect(north.length).toBeGreaterThan(0);
    expect(north.every(({ no_years_ahead_because: why }) => why !== null)).toBe(true);
    expect(points.some(({ organisation, possible_kgco2e: kg }) => organisation === 'north' && kg !== null)).toBe(false);
  });
});

describe('the page', () => {
  const plansOf = async (query: string, role?: 'procurement'): Promise<Plan[]> =>
    planPageAnswerSchema.parse((await get(`/v1/plan?${query}`, role)).json()).plans;

  test('has the figures of the routes that it puts together', async () => {
    const [[south], trajectory, measures] = await Promise.all([
      plansOf('organisation=south'),
      ask('?organisation=south'),
      get('/v1/measures?organisation=south').then((one) => measuresAnswerSchema.parse(one.json()).measures),
    ]);
    expect(south?.trajectory.points).toEqual(trajectory.points);
    expect(south?.trajectory.gaps).toEqual(trajectory.gaps);
    expect(south?.trajectory.main).toEqual({ target: 'south-half', baseline: 'south-base' });
    expect(south?.measures).toEqual(measures);
    expect(measures.length).toBe(2);
    expect(south?.steps.map(({ step, state }) => [step, state])).toEqual([
      [1, 'planned'],
      [2, 'no_measures'],
      [3, 'no_measures'],
      [4, 'planned'],
    ]);
    expect(south?.year.emissions_kgco2e).toBeGreaterThan(0);
    expect(south?.renewable_electricity).toMatchObject({ quarter: '2026-27-q1', answer: 'no' });
    expect(south?.decisions.map(({ kind, measure: id }) => [kind, id])).toContainEqual(['approve', 'panels']);
    expect(south?.headline[1]).toMatch(/^Half by 2030: in 2030 all that is planned leaves/);
  });

  test('of a site has what its meters say and no target; organisations come before sites', async () => {
    const [organisation, site, ...others] = await plansOf('site=practice&organisation=south');
    expect([organisation?.place, site?.place, site?.name, others.length]).toEqual([
      'organisation',
      'site',
      'Practice',
      0,
    ]);
    expect(site?.trajectory.points).toEqual([]);
    expect(site?.renewable_electricity).toBeNull();
    expect(site?.indicators.length).toBeGreaterThan(10);
    expect(site?.measures).toEqual(organisation?.measures);
  });

  test('of all organisations is a page each; of what is not seen whole there is none', async () => {
    expect((await plansOf('')).map(({ id }) => id)).toEqual(['north', 'south']);
    const headers = bearer(rig.key({ role: 'read', sites: ['hospital'] }));
    const all = planPageAnswerSchema.parse((await rig.app.inject({ url: '/v1/plan', headers })).json());
    expect(all.plans.map(({ place, id }) => [place, id])).toEqual([['site', 'hospital']]);
    expect((await rig.app.inject({ url: '/v1/plan?organisation=north', headers })).statusCode).toBe(404);
    expect((await rig.app.inject({ url: '/v1/plan?site=practice', headers })).statusCode).toBe(404);
  });

  test('names no measure of a site that the caller may not see', async () => {
    const told = async (headers: Record<string, string>) => {
      const urls = ['/v1/plan?site=practice', '/v1/measures/panels'];
      const answers = await Promise.all(urls.map((url) => rig.app.inject({ url, headers })));
      return answers.map(({ statusCode, body }) => [statusCode, body.includes('secret')]);
    };
    expect(await told(bearer(rig.key({ role: 'read' })))).toEqual([
      [200, true],
      [200, true],
    ]);
    expect(await told(bearer(rig.key({ role: 'read', sites: ['practice'] })))).toEqual([
      [200, false],
      [200, false],
    ]);
  });

  test('as HTML has nothing that runs or is loaded, every name as text, and an SVG that can be heard', async () => {
    const page = await get('/v1/plan?organisation=south&site=practice&format=html');
    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    });
    expect(page.body).toContain('<h1>=South, &quot;Trust&quot;</h1>');
    expect(page.body).not.toMatch(/<script|javascript:|\son\w+=|src=|href=|url\((?!#)/i);
    expect(page.body.match(/<article class="page">/g)).toHaveLength(2);
    expect(page.body).toMatch(/<svg[^>]+role="img"><title>Half by 2030: tCO2e a year from 2019 to 2030\. In 2025/);
    expect(page.body).toMatch(/Measures<\/h2>/);
    const asked = await get('/v1/plan?organisation=south&site=practice', 'read', { accept: 'text/html,*/*' });
    expect(asked.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(asked.headers['vary']).toBe('Accept');
  });

  test('tells what a price can be worked out from to procurement alone', async () => {
    const [open] = await plansOf('organisation=south');
    const [whole] = await plansOf('organisation=south', 'procurement');
    const told = (plan: Plan | undefined) =>
      plan?.measures.map(({ cost_gbp_per_tco2e: perTonne, payback_years: years }) => [perTonne, years]);
    expect(told(open)).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(told(whole)?.[0]?.[1]).toBeGreaterThan(0);
    const html = await get('/v1/plan?organisation=south&format=html');
    expect(html.body).toContain('needs a key of procurement');
  });

  test('as rows has a row for each figure and sentence', async () => {
    const csv = (await get('/v1/plan?organisation=south&format=csv')).body.split('\r\n');
    expect(csv[0]).toBe('place,id,name,section,item,what,value,low,high,unit,measured_share,says');
    const sections = new Set(
      csv.slice(1, -1).map((line) => /^organisation,south,(?:"[^"]*(?:""[^"]*)*"|[^,]*),(\w+)/.exec(line)?.[1]),
    );
    expect([...sections]).toEqual([
      'headline',
      'year',
      'steps',
      'trajectory',
      'gaps',
      'measures',
      'indicators',
      'decisions',
    ]);
    const sheet = await get('/v1/plan?organisation=south&format=xlsx');
    expect(sheet.headers['content-disposition']).toBe('attachment; filename="plan.xlsx"');
    // What does not fit on the page is there whole.
    const sheets = readSpreadsheet(sheet.rawPayload).map(({ name }) => name);
    expect(sheets).toEqual(['Plan', 'Measures', 'Gaps', 'Decisions', 'Trajectory', 'Sources', 'Warnings']);
  });
});
