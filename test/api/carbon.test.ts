import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { carbonAnswerSchema, carbonChangeAnswerSchema } from '../../api/contract/carbon.ts';
import { consumptionAnswerSchema } from '../../api/contract/consumption.ts';
import { intensityAnswerSchema } from '../../api/contract/intensity.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/**
 * Carbon over HTTP: boundaries, factor years, who reports, what is modelled, and why it changed. Expected numbers are
 * added up from the half-hours of the sample, with factors as published.
 */

/** The estate of the tests: the lights of the hospital are let to the other trust, a practice has no gas meter. */
function letEstate(): Estate {
  const estate = testEstate();
  const change = <T>(all: ReadonlyMap<string, T>, id: string, more: Partial<T>): ReadonlyMap<string, T> => {
    const old = all.get(id);
    if (!old) throw new Error(`no ${id}`);
    return new Map(all).set(id, { ...old, ...more });
  };
  const reporter = [{ from: '2020-04-01', organisation: 'south' }];
  const share_returned_to_sewer = [{ from: '2020-04-01', share: 0.9, source: 'the sewerage bill' }];
  const modelled = [{ utility: 'gas' as const, kwh_per_m2: 200, source: 'display energy certificate' }];
  const sites = change(estate.sites, 'hospital', { share_returned_to_sewer });
  return {
    ...estate,
    meters: change(estate.meters, 'hospital-lights', { reporter }),
    sites: change(sites, 'practice', { modelled }),
  };
}

let rig: Rig;
let everything: Record<string, string>;
beforeAll(async () => {
  const estate = letEstate();
  rig = await startRig({ estate: () => estate });
  await writeSample(rig, estate, { from: '2024-11-01', to: '2025-01-01' });
  await writeSample(rig, estate, { from: '2025-11-01', to: '2026-01-01' });
  everything = bearer(rig.key({}));
});
afterAll(() => rig.close());

async function ask<T extends z.ZodType>(schema: T, url: string, headers = everything): Promise<z.output<T>> {
  const answer = await rig.app.inject({ url, headers });
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body.slice(0, 500)}`);
  return schema.parse(answer.json());
}

/** The kWh or m³ of a meter from one London date to another. */
const used = (meter: string, from: string, to: string): number =>
  halfHoursOf({ from: startOfDay(from), to: startOfDay(to) }).reduce((sum, at) => sum + sampleEnergy(meter, at), 0);
const sum = (list: readonly (number | null)[]): number =>
  list.reduce<number>((all, one) => all + (one ?? Number.NaN), 0);

const november = 'from=2025-11-01&to=2025-12-01&bucket=whole';

describe('who reports', () => {
  test('organisations have what they report, on whosever site, and together what the estate has', async () => {
    const { figures } = await ask(carbonAnswerSchema, `/v1/carbon?by=organisation&${november}`);
    const { figures: whole } = await ask(carbonAnswerSchema, `/v1/carbon?by=estate&${november}`);
    const lights = used('hospital-lights', '2025-11-01', '2025-12-01');
    const practice = used('practice-main', '2025-11-01', '2025-12-01');
    expect(figures.map(({ place }) => place)).toEqual(['north', 'south']);
    expect(figures[1]?.emissions_kgco2e).toBeCloseTo((lights + practice) * 0.177, 6);
    expect(sum(figures.map((row) => row.emissions_kgco2e))).toBeCloseTo(whole[0]?.emissions_kgco2e ?? Number.NaN, 6);
    expect(sum(figures.map((row) => row.energy_kwh))).toBeCloseTo(whole[0]?.energy_kwh ?? Number.NaN, 6);
  });

  test('the tenant’s key sees its energy at the landlord’s site and no more of it; the landlord’s not the tenant’s', async () => {
    const url = `/v1/carbon?by=organisation&${november}`;
    const { figures: all } = await ask(carbonAnswerSchema, url);
    for (const [place, row] of [
      ['south', all[1]],
      ['north', all[0]],
    ] as const) {
      const { figures } = await ask(carbonAnswerSchema, url, bearer(rig.key({ organisations: [place] })));
      expect(figures).toEqual([row]);
    }
    // A key for one site has what is reported of that site alone.
    const { figures } = await ask(carbonAnswerSchema, url, bearer(rig.key({ sites: ['practice'] })));
    expect(figures.map((row) => [row.place, row.energy_kwh])).toEqual([
      ['south', used('practice-main', '2025-11-01', '2025-12-01')],
    ]);
  });

  test('intensity goes by who reports too, and says where energy and area are not of the same places', async () => {
    const { figures } = await ask(intensityAnswerSchema, `/v1/intensity?by=organisation&${november}`);
    const { figures: whole } = await ask(intensityAnswerSchema, `/v1/intensity?by=estate&${november}`);
    expect(sum(figures.map((row) => row.energy_kwh))).toBeCloseTo(whole[0]?.energy_kwh ?? Number.NaN, 6);
    const warnings = figures.map((row) => row.warnings.filter((warning) => warning.startsWith('reported-')));
    expect(warnings).toEqual([['reported-by-others north'], ['reported-elsewhere south']]);
  });
});

describe('consumption by who reports', () => {
  const range = 'from=2025-11-01&to=2025-12-01';

  test.each([
    ['month', range],
    ['day', range],
    ['half_hour', 'from=2025-11-03&to=2025-11-04'],
  ])('by %s the organisations together have what the estate used, each kWh once', async (bucket, period) => {
    const url = `/v1/consumption?${period}&bucket=${bucket}`;
    const { figures } = await ask(consumptionAnswerSchema, `${url}&by=organisation`);
    const { figures: all } = await ask(consumptionAnswerSchema, `${url}&by=utility`);
    expect(all.map(({ utility }) => utility)).toContain('electricity');
    for (const whole of all) {
      const parts = figures.filter(({ utility, from }) => utility === whole.utility && from === whole.from);
      const key = whole.utility === 'water' ? 'volume_m3' : 'energy_kwh';
      expect(sum(parts.map((row) => row[key]))).toBeCloseTo(whole[key] ?? Number.NaN, 6);
    }
  });

  test('what is let is the tenant’s, as in carbon, and its key sees it at the landlord’s site', async () => {
    const url = `/v1/consumption?${range}&bucket=month&by=organisation`;
    const { figures } = await ask(consumptionAnswerSchema, url);
    const { figures: carbon } = await ask(carbonAnswerSchema, `/v1/carbon?by=organisation&${november}&split=utility`);
    const south = figures.filter(({ group }) => group === 'south');
    const lights = used('hospital-lights', '2025-11-01', '2025-12-01');
    const practice = used('practice-main', '2025-11-01', '2025-12-01');
    expect(south).toMatchObject([{ utility: 'electricity', energy_kwh: lights + practice, site: null }]);
    for (const row of carbon.filter(({ energy_kwh: energy }) => energy !== null)) {
      const own = figures.find(({ group, utility }) => group === row.place && utility === row.utility);
      expect(own?.energy_kwh).toBeCloseTo(Number(row.energy_kwh) + (own?.own_renewable_kwh ?? 0), 6);
    }
    for (const asker of [{ organisations: ['south'] }, {}]) {
      const key = bearer(rig.key(asker));
      const answer = await ask(consumptionAnswerSchema, `${url}&organisation=south`, key);
      expect(answer.figures).toEqual(south);
    }
  });
});

describe('boundaries', () => {
  const footprint = `${november}&boundary=nhs_carbon_footprint`;

  test('the NHS Carbon Footprint of a hospital has its gas, electricity and water, each activity at its factor', async () => {
    const answer = await ask(carbonAnswerSchema, `/v1/carbon?site=hospital&split=activity&${footprint}`);
    expect(answer).toMatchObject({ boundary: 'nhs_carbon_footprint', factor_year_method: 'calendar', year_starts: 4 });
    expect(answer.factor_years).toEqual([{ from: '2025-01-01', to: '2025-12-31', sets: [{ set: '2025', share: 1 }] }]);
    const power = used('hospital-main', '2025-11-01', '2025-12-01');
    const gas = used('hospital-gas', '2025-11-01', '2025-12-01');
    const water = used('hospital-water', '2025-11-01', '2025-12-01');
    const expected: readonly (readonly [string, number, number, number])[] = [
      ['electricity generation', 2, power, 0.177],
      ['electricity losses', 3, power, 0.01853],
      ['electricity well_to_tank_generation', 3, power, 0.0459],
      ['electricity well_to_tank_losses', 3, power, 0.00397],
      ['gas combustion', 1, gas, 0.18296],
      ['gas well_to_tank', 3, gas, 0.03021],
      ['water supply', 3, water, 0.1913],
      ['water treatment', 3, water * 0.9, 0.17088],
    ];
    expect(answer.figures.map((row) => [`${row.utility} ${row.activity}`, row.scope])).toEqual(
      expected.map(([name, scope]) => [name, scope]),
    );
    for (const [i, [, , amount, factor]] of expected.entries()) {
      const row = answer.figures[i];
      expect((row?.energy_kwh ?? 0) + (row?.volume_m3 ?? 0)).toBeCloseTo(amount, 6);
      expect(row?.emissions_kgco2e).toBeCloseTo(amount * factor, 4);
    }
    expect(answer.factors).toHaveLength(8);
    expect(answer.factors.map(({ factor_kgco2e, per }) => `${factor_kgco2e} ${per}`)).toContain('0.1913 m3');
  });

  test.each(['scope', 'activity', 'utility'])('by %s adds up to the whole', async (split) => {
    const { figures: whole } = await ask(carbonAnswerSchema, `/v1/carbon?site=hospital&${footprint}`);
    const { figures } = await ask(carbonAnswerSchema, `/v1/carbon?site=hospital&split=${split}&${footprint}`);
    expect(figures.length).toBe({ scope: 3, activity: 8, utility: 3 }[split]);
    expect(sum(figures.map((row) => row.emissions_kgco2e))).toBeCloseTo(whole[0]?.emissions_kgco2e ?? Number.NaN, 6);
    const [row] = whole;
    const scopes = [row?.scope_1_kgco2e ?? null, row?.scope_2_kgco2e ?? null, row?.scope_3_kgco2e ?? null];
    expect(sum(scopes)).toBeCloseTo(row?.emissions_kgco2e ?? Number.NaN, 6);
  });

  test('a figure of measured half-hours and published factors says that it is whole', async () => {
    const { figures } = await ask(carbonAnswerSchema, `/v1/carbon?site=hospital&${footprint}`);
    expect(figures[0]?.warnings).toEqual(['residual-mix-unavailable electricity']);
    expect(figures[0]).toMatchObject({ data_quality: 'OC', status: 'complete' });
  });

  test('what is not in the boundary of scopes 1 and 2 is null, not 0', async () => {
    const { figures } = await ask(carbonAnswerSchema, `/v1/carbon?site=hospital&${november}`);
    expect(figures[0]).toMatchObject({ scope_3_kgco2e: null, volume_m3: null });
    expect(figures[0]?.scope_2_kgco2e).toBeGreaterThan(0);
  });

  test('is refused where there is no such', async () => {
    const answer = await rig.app.inject({ url: `/v1/carbon?boundary=plus&${november}`, headers: everything });
    expect(answer.statusCode).toBe(400);
    const month = await rig.app.inject({ url: `/v1/carbon?year_starts=13&${november}`, headers: everything });
    expect(month.statusCode).toBe(400);
  });
});

describe('factor years', () => {
  test('majority takes the set in which most of the reporting year lies; blended says its shares', async () => {
    const power = used('practice-main', '2025-11-01', '2025-12-01');
    const of = (more: string) => ask(carbonAnswerSchema, `/v1/carbon?site=practice&${november}&${more}`);
    const newest = await of('factor_year=majority&year_starts=7');
    expect(newest.figures[0]?.emissions_kgco2e).toBeCloseTo(power * 0.13096, 6);
    expect(newest.figures[0]).toMatchObject({ factor_sets: ['2026'], factor_standing: 'quoted' });
    const blended = await of('factor_year=blended');
    expect(blended.figures[0]?.emissions_kgco2e).toBeCloseTo((power * (275 * 0.177 + 90 * 0.13096)) / 365, 6);
    expect(blended.factor_years).toEqual([
      {
        from: '2025-04-01',
        to: '2026-03-31',
        sets: [
          { set: '2025', share: 275 / 365 },
          { set: '2026', share: expect.closeTo(90 / 365, 12) },
        ],
      },
    ]);
  });
});

describe('what is modelled', () => {
  test('stands in fields of its own and in no total', async () => {
    const { figures } = await ask(carbonAnswerSchema, `/v1/carbon?site=practice&${november}`);
    const kwh = (200 * 400 * 30) / 365;
    expect(figures[0]?.emissions_kgco2e).toBeCloseTo(used('practice-main', '2025-11-01', '2025-12-01') * 0.177, 6);
    expect(figures[0]?.modelled_energy_kwh).toBeCloseTo(kwh, 6);
    expect(figures[0]?.modelled_emissions_kgco2e).toBeCloseTo(kwh * 0.18296, 6);
    expect(figures[0]).toMatchObject({ data_quality: 'OC', modelled_data_quality: 'RC' });
    expect(figures[0]?.warnings).toContain('modelled practice');
    const { figures: split } = await ask(carbonAnswerSchema, `/v1/carbon?site=practice&split=utility&${november}`);
    expect(split.map((row) => [row.utility, row.emissions_kgco2e === null, row.modelled_data_quality])).toEqual([
      ['electricity', false, null],
      ['gas', true, 'RC'],
    ]);
  });
});

describe('why it changed', () => {
  test('is in parts that add up, by organisation and by utility', async () => {
    const query = 'from=2025-11-01&to=2026-01-01';
    const { figures: whole, against } = await ask(carbonChangeAnswerSchema, `/v1/carbon/change?${query}`);
    expect(against).toEqual({ from: '2024-11-01T00:00:00Z', to: '2025-01-01T00:00:00Z' });
    const lists = await Promise.all(
      ['by=organisation', 'by=site', 'split=utility'].map(async (more) => {
        return (await ask(carbonChangeAnswerSchema, `/v1/carbon/change?${query}&${more}`)).figures;
      }),
    );
    for (const figures of [whole, ...lists]) {
      for (const row of figures) {
        const parts = [
          row.change_in_use_kgco2e,
          row.change_of_factors_kgco2e,
          row.sites_joined_kgco2e,
          row.sites_left_kgco2e,
          row.change_of_data_kgco2e,
        ];
        expect(sum(parts)).toBeCloseTo(row.change_kgco2e ?? Number.NaN, 6);
      }
      expect(sum(figures.map((row) => row.change_kgco2e))).toBeCloseTo(whole[0]?.change_kgco2e ?? Number.NaN, 6);
    }
    // The practice opened between the two.
    const practice = lists[1]?.find(({ place }) => place === 'practice');
    const power = used('practice-main', '2025-11-01', '2026-01-01');
    expect(practice?.sites_joined_kgco2e).toBeCloseTo(
      power * 0.177 - used('practice-main', '2024-11-01', '2025-01-01') * 0.20705,
      6,
    );
    const centre = lists[1]?.find(({ place }) => place === 'centre');
    const [electricity, gas] = ['centre-main', 'centre-gas'].map((meter) => used(meter, '2025-11-01', '2026-01-01'));
    expect(centre?.change_of_factors_kgco2e).toBeCloseTo(
      (electricity ?? 0) * (0.177 - 0.20705) + (gas ?? 0) * (0.18296 - 0.1829),
      6,
    );
  });

  test('compares whole months that are over, and refuses a cut one', async () => {
    const { period, figures } = await ask(
      carbonChangeAnswerSchema,
      '/v1/carbon/change?from=2025-11-01&to=2026-04-01&against=2024-11-01',
    );
    expect(period).toEqual({ from: '2025-11-01T00:00:00Z', to: '2026-01-01T00:00:00Z' });
    expect(figures[0]).toMatchObject({ status: 'partial', partial_because: ['not-over'] });
    const cut = await rig.app.inject({ url: '/v1/carbon/change?from=2025-11-02&to=2026-01-01', headers: everything });
    expect([cut.statusCode, cut.body.includes('the first date of a month')]).toEqual([400, true]);
  });
});
