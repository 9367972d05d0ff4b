import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { targetsAnswerSchema } from '../../api/contract/reports.ts';
import type { Baseline, OwnTarget } from '../../domain/reports/register.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/** Fifteen months of the test estate, told on 5 July 2026. */
const now = Date.parse('2026-07-05T12:00:00Z') / 1000;
let rig: Rig;
let key: string;
beforeAll(async () => {
  rig = await startRig();
  rig.at(now);
  key = rig.key({ role: 'read' });
  await writeSample(rig, testEstate(), { from: '2025-04-01', to: '2026-07-06', until: now });
});
afterAll(() => rig.close());

const ask = async (url: string, asker = key) => await rig.app.inject({ url, headers: bearer(asker) });
const targets = async (query = '') =>
  targetsAnswerSchema.parse((await ask(`/v1/reports/targets?organisation=north${query}`)).json());

describe('progress against targets', () => {
  test('shows the frozen baseline, and restated beside it: one site was sold, one came', async () => {
    const { baselines, changed_sites: changes } = await targets();
    expect(baselines).toMatchObject([
      { baseline: 'north-2019-20', frozen_kgco2e: 1_000_000, restated_kgco2e: 950_000, factor_sets: ['2019'] },
    ]);
    expect(changes.map(({ site, change, emissions_kgco2e: kg }) => [site, change, kg])).toEqual([
      ['sold', 'left', 100_000],
      ['centre', 'joined', 50_000],
    ]);
  });

  test('the national target is drawn as a band by the assumption that is said, the own one without', async () => {
    const { targets: list, lines, milestones } = await targets();
    expect(list.map((one) => [one.target, one.drawn_from_kgco2e, one.assumption === null])).toEqual([
      ['nhs-carbon-footprint', 950_000, false],
      ['north-half', 950_000, true],
    ]);
    expect(Math.round((list[0]?.first_reduction_on_baseline_share ?? 0) * 100)).toBe(47);
    const at = (target: string, year: number) => lines.find((one) => one.target === target && one.year === year);
    expect(at('nhs-carbon-footprint', 2040)).toMatchObject({ lower_line_kgco2e: 0, upper_line_kgco2e: 0 });
    expect(at('nhs-carbon-footprint', 2028)?.lower_line_kgco2e).toBeCloseTo(500_000, 0);
    expect(at('north-half', 2030)?.upper_line_kgco2e).toBeCloseTo(475_000, 6);
    expect(milestones).toHaveLength(3);
  });

  test('where nobody has said how much water goes to the sewer, neither emissions nor course are known', async () => {
    const { figures } = await targets();
    const year = figures.find(({ kind, local_date: date }) => kind === 'year' && date === '2025-04-01');
    expect([year?.emissions_kgco2e, year?.course]).toEqual([null, 'unknown']);
    expect(year?.warnings).toContain('sewer-share-unknown hospital');
  });

  test('emissions are what was bought times the factor of the majority year, set against the lines', async () => {
    const estate = testEstate();
    const [first] = estate.lists?.baselines ?? [];
    const base = { ...first, id: 'south-base', organisation: 'south', boundary: 'scope_1_2' as const, joined: [] };
    const baselines = [{ ...base, sites: [{ site: 'practice', emissions_kgco2e: 60_000 }] }] as Baseline[];
    const [half] = estate.lists?.targets ?? [];
    const own = { ...half, id: 'south-half', organisation: 'south', baseline: 'south-base', boundary: 'scope_1_2' };
    const lists = { baselines, targets: [own as OwnTarget] };
    const store = Object.assign(Object.create(rig.store) as typeof rig.store, { close: () => Promise.resolve() });
    const south = await startRig({ estate: () => ({ ...estate, lists }), store });
    try {
      south.at(now);
      const url = '/v1/reports/targets?organisation=south';
      const answer = await south.app.inject({ url, headers: bearer(south.key({ role: 'read' })) });
      const { figures, targets: list } = targetsAnswerSchema.parse(answer.json());
      expect(list.map(({ target, not_drawn_because: why }) => [target, why === null])).toEqual([
        ['nhs-carbon-footprint', false],
        ['south-half', true],
      ]);
      const used = halfHoursOf({ from: startOfDay('2025-04-01'), to: startOfDay('2026-04-01') })
        .map((start) => sampleEnergy('practice-main', start))
        .reduce((sum, energy) => sum + energy, 0);
      const year = figures.find((one) => one.target === 'south-half' && one.local_date === '2025-04-01');
      expect(year?.emissions_kgco2e).toBeCloseTo(used * 0.177, 6);
      expect(year).toMatchObject({ status: 'complete', factor_sets: ['2025'], year: 2025, not_parted_because: null });
      // At 0.2556 kg per kWh, as in 2019, it is the use that changed; the rest is a greener grid.
      expect(year?.change_in_use_kgco2e).toBeCloseTo(used * 0.2556 - 60_000, 6);
      expect(year?.change_of_factors_kgco2e).toBeCloseTo(used * (0.177 - 0.2556), 6);
      expect(year?.change_since_baseline_kgco2e).toBeCloseTo(used * 0.177 - 60_000, 6);
      const running = figures.find((one) => one.local_date === '2026-04-01' && one.kind === 'year');
      expect(running).toMatchObject({ change_in_use_kgco2e: null, not_parted_because: expect.stringMatching(/over/) });
      // From 60,000 kg in 2019 to half of it in 2030: in 2025 six elevenths of the way.
      expect(year?.upper_line_kgco2e).toBeCloseTo(60_000 - 30_000 * (6 / 11), 6);
      const below = (year?.emissions_kgco2e ?? 0) < (year?.lower_line_kgco2e ?? 0);
      expect(year?.course).toBe(below ? 'ahead' : 'off_course');
    } finally {
      await south.close();
    }
  });

  test('a year that is not over is no year, and the twelve months up to each end of a month stand beside it', async () => {
    const { figures } = await targets('&rolling_months=4');
    const own = figures.filter(({ target }) => target === 'north-half');
    const years = own.filter(({ kind }) => kind === 'year');
    expect(years.map(({ local_date: date }) => date)).toEqual([
      ...Array.from({ length: 7 }, (_, i) => `${2019 + i}-04-01`),
      '2026-04-01',
    ]);
    expect(years.at(-1)).toMatchObject({ status: 'partial', partial_because: ['not-over'], course: 'unknown' });
    expect(years[0]).toMatchObject({ emissions_kgco2e: null, status: 'partial', course: 'unknown', year: 2019 });
    const rolling = own.filter(({ kind }) => kind === 'rolling_year');
    expect(rolling.map(({ local_date: date }) => date)).toEqual([
      '2025-04-01',
      '2025-05-01',
      '2025-06-01',
      '2025-07-01',
    ]);
  });

  test('of an organisation that is not seen whole nothing is told', async () => {
    const limited = rig.key({ role: 'read', sites: ['hospital'] });
    expect((await ask('/v1/reports/targets?organisation=north', limited)).statusCode).toBe(404);
    const own = targetsAnswerSchema.parse((await ask('/v1/reports/targets', limited)).json());
    expect(own).toMatchObject({ figures: [], targets: [], baselines: [], without_baseline: [] });
    const south = rig.key({ role: 'read', organisations: ['south'] });
    expect(targetsAnswerSchema.parse((await ask('/v1/reports/targets', south)).json())).toMatchObject({
      without_baseline: ['south'],
      figures: [],
    });
  });
});
