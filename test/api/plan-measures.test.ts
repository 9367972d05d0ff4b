import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { measureAnswerSchema, measuresAnswerSchema } from '../../api/contract/plan-measures.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { factorFor } from '../../domain/carbon/factors.ts';
import { listed } from '../../domain/estate/estate.ts';
import { measureSchema } from '../../domain/plan/register.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';

let rig: Rig;
let keys: Record<'read' | 'procurement' | 'operate', string>;
beforeAll(async () => {
  rig = await startRig();
  const [read, procurement, operate] = (['read', 'procurement', 'operate'] as const).map((role) => rig.key({ role }));
  keys = { read: read ?? '', procurement: procurement ?? '', operate: operate ?? '' };
});
afterAll(() => rig.close());

async function ask<T extends z.ZodType>(url: string, schema: T, key = keys.procurement): Promise<z.output<T>> {
  const answer = await rig.app.inject({ url, headers: bearer(key) });
  return schema.parse(answer.json());
}
const measures = async (query: string, key?: string) =>
  (await ask(`/v1/measures${query}`, measuresAnswerSchema, key)).measures;

/** kgCO2e a kWh burnt or bought, scopes 1 and 2. */
const factorOf = (utility: 'gas' | 'electricity') =>
  factorFor(utility, utility === 'gas' ? 'combustion' : 'generation', '2026-01-14')?.value ?? Number.NaN;

describe('measures', () => {
  test('come by site in the order in which they belong, with what comes before what should come first', async () => {
    const rows = await measures('');
    expect(rows.map(({ measure, place, step, before }) => [measure, place, step, before])).toEqual([
      ['hospital-led', 1, 1, []],
      ['hospital-roof', 2, 2, []],
      ['hospital-pump', 3, 3, ['hospital-roof']],
      ['practice-panels', 1, 4, []],
    ]);
    const { out_of_order: found } = await ask('/v1/measures/hospital-pump', measureAnswerSchema);
    expect(found).toMatchObject([{ before: 'hospital-roof', before_step: 2, by: 'step' }]);
    expect(found[0]?.says).toContain('sized for the heat loss of today');
  });

  test('are priced at what a kWh costs at the site, and weighed by the newest factors', async () => {
    const [led] = await measures('?site=hospital&status=installed');
    // 24 p/kWh, and nothing else that goes with use.
    expect(led).toMatchObject({ gbp_from: 'priced', kgco2e_from: 'factors', unknown: [] });
    expect(led?.payback_years).toBeCloseTo(5, 9);
    expect(led?.saves_gbp_per_year).toBeCloseTo(2_400, 6);
    expect(led?.saves_kgco2e_per_year).toBeCloseTo(10_000 * factorOf('electricity'), 6);
    const annuity = (1 - 1.035 ** -15) / 0.035;
    expect(led?.net_present_value_gbp).toBeCloseTo(2_400 * annuity - 12_000, 4);
    const tonnes = (10_000 * factorOf('electricity') * 15) / 1000;
    expect(led?.cost_gbp_per_tco2e).toBeCloseTo(-(2_400 * annuity - 12_000) / tonnes, 4);
  });

  test('of which something is not known say what, and nothing is 0', async () => {
    const [roof] = await measures('?site=hospital&step=2');
    expect(roof).toMatchObject({
      saves_gbp_per_year: null,
      payback_years: null,
      cost_gbp_per_tco2e: null,
      unknown: ['no_pounds'],
      warnings: ['no_price', 'no_meters'],
      confidence: 'possible',
      funding_gap_gbp: 90_000,
    });
    const [panels] = await measures('?site=practice');
    expect(panels).toMatchObject({ capital_gbp: null, saves_electricity_kwh: null, saves_kgco2e_per_year: null });
    expect(panels?.warnings).toEqual(['no_expectation', 'no_meters']);
  });

  test('what takes more of one utility and less of another is added up with its signs', async () => {
    const [pump] = await measures('?step=3');
    expect(pump).toMatchObject({
      saves_fuel_kwh: 400_000,
      saves_electricity_kwh: -120_000,
      gbp_from: 'stated',
      payback_years: null,
      unknown: ['never_pays'],
      funding_secured_gbp: 100_000,
      funding_gap_gbp: 200_000,
    });
    expect(pump?.saves_kgco2e_per_year).toBeCloseTo(400_000 * factorOf('gas') - 120_000 * factorOf('electricity'), 6);
  });

  test('by cost per tonne are the curve of what is still to come, and what is unknown comes last', async () => {
    const rows = await measures('?sort=cost_per_tonne&discount_rate=0.05');
    expect(rows.map(({ measure }) => measure)).toEqual(['hospital-pump', 'hospital-roof', 'practice-panels']);
    expect(rows[0]?.cumulative_tco2e_per_year).toBeCloseTo((rows[0]?.saves_kgco2e_per_year ?? 0) / 1000, 9);
    expect(rows.slice(1).map((row) => row.cumulative_tco2e_per_year)).toEqual([null, null]);
    const { discount } = await ask('/v1/measures?discount_rate=0.05', measuresAnswerSchema);
    expect(discount).toEqual({ rate: 0.05, later: [], standing: 'asked', source: 'as asked' });
    const usual = await ask('/v1/measures', measuresAnswerSchema);
    expect(usual.discount).toMatchObject({
      rate: 0.035,
      standing: 'quoted',
      later: [{ from_year: 31, rate: 0.03 }, {}],
    });
  });

  test('tell no price to who may not see one, and capital to everybody', async () => {
    for (const row of await measures('', keys.read)) {
      expect(row).toMatchObject({
        saves_gbp_per_year: null,
        payback_years: null,
        net_present_value_gbp: null,
        cost_gbp_per_tco2e: null,
      });
      expect(row.unknown).not.toContain('never_pays');
    }
    const [led] = await measures('?status=installed', keys.read);
    expect(led?.capital_gbp).toBe(12_000);
  });

  test('say in the head that pounds are left out, and that the curve has no order without them', async () => {
    const told = async (query: string, key?: string) =>
      (await ask(`/v1/measures${query}`, measuresAnswerSchema, key)).warnings;
    expect(await told('', keys.procurement)).toEqual([]);
    expect(await told('', keys.read)).toEqual([expect.stringMatching(/^pounds are for keys of procurement: /)]);
    expect((await told('?sort=cost_per_tonne', keys.read)).at(-1)).toContain('not the cheapest first');
    const { warnings } = await ask('/v1/measures/hospital-led', measureAnswerSchema, keys.read);
    expect(warnings).toHaveLength(1);
  });

  test('of sites that a key does not reach are not there', async () => {
    const key = rig.key({ sites: ['practice'] });
    expect((await measures('', key)).map(({ measure }) => measure)).toEqual(['practice-panels']);
    const answer = await ask('/v1/measures/hospital-led', problemSchema, key);
    expect(answer.problems).toMatchObject([{ code: 'request.unknown-id', where: 'path measure' }]);
  });
});

describe('of a hospital that exports and whose gas alone is priced openly', () => {
  const odd = (id: string, kind: string, meter: string) =>
    measureSchema.parse({
      id,
      name: id,
      kind,
      site: 'hospital',
      meters: [meter],
      status: [{ from: '2025-05-01', is: 'proposed' }],
      expected: [{ utility: 'electricity', saves_kwh: 9_000 }],
      source: 'of our making',
    });
  const ofBoth = async (role: 'read' | 'procurement') => {
    const estate = testEstate();
    const points = listed(estate, 'supply_points').flatMap((point) =>
      point.id === 'hospital-power'
        ? [point, { ...point, id: 'open', utility: 'gas' as const, meter: 'hospital-gas', publish_costs: true }]
        : [],
    );
    const list = [odd('pumps', 'building_controls', 'hospital-gas'), odd('panels', 'solar_pv', 'hospital-solar')];
    const whole = { ...estate, lists: { ...estate.lists, supply_points: points, measures: list } };
    const other = await startRig({ estate: () => whole });
    try {
      const answer = await other.app.inject({ url: '/v1/measures', headers: bearer(other.key({ role })) });
      const rows = measuresAnswerSchema.parse(answer.json()).measures;
      return Object.fromEntries(rows.map((row) => [row.measure, row]));
    } finally {
      await other.close();
    }
  };

  test('a price that is hidden is not told by a meter of another utility', async () => {
    expect((await ofBoth('procurement'))['pumps']?.saves_gbp_per_year).toBeCloseTo(9_000 * 0.24, 6);
    expect((await ofBoth('read'))['pumps']).toMatchObject({ saves_gbp_per_year: null, payback_years: null });
  });

  test('panels have neither pounds nor kgCO2e as long as nobody knows what leaves', async () => {
    const { panels } = await ofBoth('procurement');
    expect(panels).toMatchObject({ saves_gbp_per_year: null, saves_kgco2e_per_year: null });
    expect(panels?.warnings).toEqual(['export_not_known']);
  });
});

describe('what people decide', () => {
  const post = async (url: string, payload: object) =>
    await rig.app.inject({ method: 'POST', url, headers: bearer(keys.operate), payload });

  test('is a job for the process that derives, with who and why', async () => {
    const answer = await post('/v1/measures/hospital-roof/status', { is: 'funded', reason: 'PSDS letter' });
    expect(answer.statusCode).toBe(202);
    const { job } = answer.json<{ job: { id: number } }>();
    expect(rig.state.job(job.id)).toMatchObject({
      kind: 'measure',
      request: {
        list: 'measure_changes',
        entry: { measure: 'hospital-roof', from: '2026-01-15', is: 'funded', because: 'PSDS letter' },
        reason: 'PSDS letter',
        who: 'test',
      },
    });
  });

  test('needs the first day of the works once, and takes it from before after that', async () => {
    const entryOf = async (measure: string, works: object) => {
      const answer = await post(`/v1/measures/${measure}/status`, { is: 'installed', works, reason: 'handed over' });
      const { job } = answer.json<{ job?: { id: number } }>();
      return job ? rig.state.job(job.id)?.request : problemSchema.parse(answer.json()).problems;
    };
    expect(await entryOf('hospital-led', { to: '2025-06-20' })).toMatchObject({
      entry: { works: { from: '2025-06-01', to: '2025-06-20' } },
    });
    expect(await entryOf('hospital-roof', { to: '2025-06-20' })).toMatchObject([
      { code: 'request.invalid', where: 'body works.from' },
    ]);
  });

  test('of a measure that is not there, or of no form, is refused at once', async () => {
    const unknown = await post('/v1/measures/roof/status', { is: 'funded', reason: 'PSDS letter' });
    expect(problemSchema.parse(unknown.json()).problems).toMatchObject([{ code: 'request.unknown-id' }]);
    const wrong = await post('/v1/measures', { measure: { id: 'A' }, reason: 'x' });
    expect(problemSchema.parse(wrong.json()).problems.map(({ where }) => where)).toContain('body measure id');
  });
});
