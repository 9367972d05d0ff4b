import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { figureExplanationSchema } from '../../api/contract/explain-figure.ts';
import type { Quality } from '../../domain/half-hours/half-hours.ts';
import { figureKindNames, figureKinds } from '../../domain/signoff/figure-asked.ts';
import { testEstate } from './estate.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/** The chain of every kind of figure of every kind of place: each level adds up to the one above. */

const at = (text: string): number => Date.parse(text) / 1000;
const gap = {
  meter: 'centre-gas',
  from: at('2025-11-20T06:00:00Z'),
  to: at('2025-11-20T12:00:00Z'),
  energy: 100,
  volume: 12.5,
};
/** A gap, an hour of estimates, and a silent day. */
function quality(meter: string, start: number): Quality {
  if (meter === gap.meter && start >= gap.from && start < gap.to) return 'missing';
  const iso = new Date(start * 1000).toISOString();
  if (meter === 'centre-main' && iso.startsWith('2025-12-11')) return 'missing';
  return iso.startsWith('2025-11-05T03') ? 'estimated' : 'measured';
}
let rig: Rig;
let key: Record<string, string>;
beforeAll(async () => {
  rig = await startRig();
  await writeSample(rig, testEstate(), { from: '2025-09-15', to: '2026-01-16', quality, gaps: [gap], until: noon });
  key = bearer(rig.key({}));
});
afterAll(() => rig.close());

type Explanation = z.output<typeof figureExplanationSchema>;

async function explain(query: string): Promise<Explanation> {
  const answer = await rig.app.inject({ url: `/v1/explain/figure?${query}`, headers: key });
  if (answer.statusCode !== 200) throw new Error(`${query}: ${answer.body.slice(0, 600)}`);
  return figureExplanationSchema.parse(answer.json());
}
async function row(path: string): Promise<Record<string, unknown>> {
  const answer = await rig.app.inject({ url: path, headers: key });
  const { figures } = answer.json<{ figures: Record<string, unknown>[] }>();
  const [only, ...others] = path.includes('split=utility')
    ? figures.filter(({ utility }) => utility === 'water')
    : figures;
  expect(others).toEqual([]);
  return only ?? {};
}

const sum = (list: readonly (number | null | undefined)[]): number =>
  list.reduce<number>((total, one) => total + (one ?? 0), 0);
const places = [
  ['site', 'hospital'],
  ['building', 'tower'],
  ['organisation', 'north'],
  ['estate', ''],
] as const;
// November to January: over a change of factors and a day that is not over.
const period = 'from=2025-11-01&to=2026-02-01';
const cases = figureKindNames.flatMap((figure) =>
  places
    // A building has no cover of its own, and none of the sample has a water meter.
    .filter(([kind]) => kind !== 'building' || !(figureKinds[figure].market || figureKinds[figure].unit === 'm3'))
    .map(([kind, id]) => ({ figure, kind, id, place: kind === 'estate' ? '' : `&${kind}=${id}` })),
);
/** Where a figure is answered, and as what. */
const answers = {
  energy: ['/v1/intensity', 'energy_kwh'],
  intensity: ['/v1/intensity', 'intensity_kwh_per_m2'],
  carbon: ['/v1/carbon', 'emissions_kgco2e'],
  carbon_market: ['/v1/carbon', 'emissions_market_kgco2e'],
  // Of a whole disclosure period: see the cover of a year, in another file.
  cover: undefined,
  water: ['/v1/intensity', 'water_m3'],
  water_intensity: ['/v1/intensity', 'water_m3_per_m2'],
} as const;

describe('the chain', () => {
  test('is that of every kind of figure and place', () => {
    expect(cases.length).toBe(24);
  });

  const answered = cases.flatMap(({ figure, kind, ...rest }) => {
    const where = answers[figure];
    return where === undefined || kind === 'building' ? [] : [{ figure, kind, where, ...rest }];
  });
  test.each(answered)(
    'of $figure of $kind $id is that of the figure that is answered',
    async ({ figure, kind, place, where: [path, name] }) => {
      const whole = await explain(`figure=${figure}${place}&${period}&depth=sites`);
      const split = figureKinds[figure].utility === 'water' ? '&split=utility' : '';
      const told = await row(`${path}?by=${kind}&bucket=whole&${period}${place}${split}`);
      expect(whole.value).not.toBeNull();
      expect(whole.value).toBe(told[name]);
      expect(whole.partial_because).toEqual(told['partial_because']);
      expect(whole.measured_share).toBe(told['measured_share']);
    },
  );

  test.each(cases)('of $figure of $kind $id adds up', async ({ figure, place }) => {
    const whole = await explain(`figure=${figure}${place}&${period}&depth=days`);
    expect(sum(whole.sites.map(({ value }) => value))).toBeCloseTo(whole.value ?? Number.NaN, 6);
    expect(whole.sites.length).toBeGreaterThan(0);
    const isOfMeters = ({ meters, adjustments }: (typeof whole.sites)[number]) =>
      (meters ?? []).length + adjustments.length > 0;
    // A site without a water meter has no water, and not none.
    const without = whole.sites.filter((site) => !isOfMeters(site)).map(({ value }) => value);
    expect(without).toEqual(figureKinds[figure].unit === 'm3' ? without.map(() => null) : []);
    for (const { value, energy_kwh, meters, adjustments } of whole.sites.filter(isOfMeters)) {
      const parts = [...(meters ?? []), ...adjustments];
      expect(sum(parts.map((one) => one.value))).toBeCloseTo(value ?? Number.NaN, 6);
      const counted = (meters ?? []).map((one) => one.times * (one.energy_kwh ?? 0));
      const energy = sum([...counted, ...adjustments.map((one) => one.energy_kwh)]);
      expect(energy).toBeCloseTo(energy_kwh ?? 0, 6);
      for (const meter of meters ?? []) {
        expect(meter.days?.length).toBeGreaterThan(70);
        expect(sum((meter.days ?? []).map((day) => day.value))).toBeCloseTo(meter.value ?? 0, 6);
        expect(sum((meter.days ?? []).map((day) => day.energy_kwh))).toBeCloseTo(meter.energy_kwh ?? 0, 6);
      }
    }
  });

  test('of a day adds up from its half-hours and its part of known totals', async () => {
    const week = 'from=2025-11-17&to=2025-11-24';
    const { sites } = await explain(`figure=energy&site=centre&${week}&depth=half_hours&meter=centre-gas`);
    const [, gas] = sites[0]?.meters ?? [];
    expect(gas?.days).toHaveLength(7);
    for (const day of gas?.days ?? []) {
      const inside = [...(day.half_hours ?? []), ...(day.gaps ?? [])].map(({ energy_kwh }) => energy_kwh);
      expect(day.half_hours).toHaveLength(48);
      expect(sum(inside)).toBeCloseTo(day.energy_kwh ?? 0, 9);
    }
    expect(gas?.days?.find(({ date }) => date === '2025-11-20')?.gaps).toMatchObject([{ energy_kwh: 100 }]);
    expect(sites[0]?.meters?.[0]?.days).toBeNull();
  });

  test('names rules with their counts, conversions, factors with source and standing, and areas', async () => {
    const november = 'from=2025-11-01&to=2025-12-01';
    const carbon = await explain(`figure=carbon&organisation=north&${november}`);
    const gas = carbon.sites.flatMap(({ meters }) => meters ?? []).find(({ meter }) => meter === 'centre-gas');
    const counts = gas?.rules?.map(({ rule, quality: how, half_hours }) => [rule, how, half_hours]);
    expect(counts).toEqual([
      ['register', 'measured', 1440 - 2 - 12],
      ['interpolated', 'estimated', 2],
      ['gap', 'missing', 12],
    ]);
    expect(gas?.conversions).toMatchObject([
      {
        from: '2025-11-01',
        calorific_value_mj_per_m3: 39.5,
        calorific_value_source: 'of our making',
        volume_correction: 1,
        energy_kwh_per_count: 39.5 / 3.6,
      },
    ]);
    expect(carbon.factors.map(({ utility, set }) => `${utility} ${set}`).sort()).toEqual([
      'electricity 2025',
      'gas 2025',
    ]);
    expect(carbon.factors.every(({ source, standing }) => source.length > 10 && standing.length > 0)).toBe(true);
    const intensity = await explain(`figure=intensity&organisation=north&${november}`);
    expect(intensity.areas.map(({ gross_internal_area_m2 }) => gross_internal_area_m2)).toEqual([1000, 12_000]);
  });

  test('names what people did about its meters and its time, and nothing else', async () => {
    const act = { at: noon, who: 'Ada', kind: 'void-readings', reason: 'a test' } as const;
    const within = { from: at('2025-11-10T00:00:00Z'), to: at('2025-11-11T00:00:00Z') };
    const beyond = { from: at('2026-01-10T00:00:00Z'), to: at('2026-01-11T00:00:00Z') };
    for (const [meter, detail] of [
      ['centre-gas', within],
      ['centre-gas', beyond],
      ['practice-main', within],
    ] as const) {
      rig.state.recordAct({ ...act, meter, detail });
    }
    const { acts } = await explain('figure=energy&site=centre&from=2025-11-01&to=2025-12-01');
    expect(acts.map(({ meter, who, detail }) => [meter, who, detail])).toEqual([['centre-gas', 'Ada', within]]);
  });

  test('a place of another, two places, and too much at once are refused', async () => {
    const status = async (query: string, headers = key) => {
      const answer = await rig.app.inject({ url: `/v1/explain/figure?${query}&${period}`, headers });
      return [answer.statusCode, answer.json<{ code: string }>().code];
    };
    const limited = bearer(rig.key({ sites: ['hospital'] }));
    expect(await status('figure=energy&site=centre', limited)).toEqual([404, 'request.unknown-id']);
    expect(await status('figure=energy&site=hospital&building=tower')).toEqual([400, 'request.invalid']);
    expect(await status('figure=energy&depth=half_hours')).toEqual([400, 'request.range-too-long']);
    const { sites } = figureExplanationSchema.parse(
      (await rig.app.inject({ url: `/v1/explain/figure?figure=energy&${period}`, headers: limited })).json(),
    );
    expect(sites.map(({ site }) => site)).toEqual(['hospital']);
  });
});
