import { array, assert, double, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureOn, type MeasureState } from '../../../domain/plan/measure-standing.ts';
import { measureSchema } from '../../../domain/plan/register.ts';
import { effectsOf, placeKey, plannedOf } from '../../../domain/plan/trajectory/effects.ts';
import { forecastOf } from '../../../domain/plan/trajectory/forecast.ts';
import { gapsOf } from '../../../domain/plan/trajectory/gaps.ts';
import { gridIn, type GridProjection, projectionOn } from '../../../domain/plan/trajectory/grid-projection.ts';
import type { TrajectoryPoint } from '../../../domain/plan/trajectory/trajectory.ts';
import type { Band } from '../../../domain/reports/targets.ts';
import { startOfDay } from '../../../domain/time.ts';

/** A site with 100,000 kWh of gas at 0.2 kg and 50,000 kWh of electricity at 0.1 kg: 25 t a year. */
const today = '2026-11-10';
const now = startOfDay(today);
const lastYear = { from: startOfDay('2025-11-01'), to: startOfDay('2026-11-01') };
const gas = { site: 'hill', utility: 'gas', amount: 100_000, perUnit: 0.2 } as const;
const power = { site: 'hill', utility: 'electricity', amount: 50_000, perUnit: 0.1 } as const;
const uses = new Map([gas, power].map((use) => [placeKey(use), use]));
const year = (first: number) => ({ from: startOfDay(`${first}-04-01`), to: startOfDay(`${first + 1}-04-01`) });

function measure(id: string, given: object): MeasureState {
  const usual = { id, name: id, kind: 'insulation', site: 'hill', source: 'of our making' };
  const state = measureOn(
    measureSchema.parse({ ...usual, status: [{ from: '2026-01-01', is: 'approved' }], ...given }),
    today,
  );
  if (!state) throw new Error(`${id} has no status`);
  return state;
}

const ofGas = (kwh: number) => [{ utility: 'gas', saves_kwh: kwh }];
const planned = (to: string) => ({ planned: { from: '2026-10-01', to } });
const basisOf = (measures: readonly MeasureState[], grid = 1) => ({
  lastYear,
  uses,
  ...plannedOf(measures, uses, now),
  grid: () => grid,
});

describe('a year to come', () => {
  test('holds a measure from the day after its works, by its days', () => {
    const basis = basisOf([measure('walls', { ...planned('2027-09-30'), expected: ofGas(20_000) })]);
    // 1 October to 31 March are 183 days of the 366 that end with March 2028.
    expect(forecastOf(2027, year(2027), basis)).toEqual({
      unchanged: 25_000,
      grid: 0,
      planned: { committed: 25_000, probable: 25_000 - 4_000 * (183 / 366), possible: 25_000 - 4_000 * (183 / 366) },
    });
    expect(forecastOf(2028, year(2028), basis).planned.probable).toBeCloseTo(21_000, 6);
  });

  test('takes off of what is installed only what the last twelve months do not show yet', () => {
    const done = {
      status: [{ from: '2026-05-02', is: 'installed' }],
      works: { from: '2026-04-01', to: '2026-05-01' },
      expected: ofGas(20_000),
    };
    // It saved in 183 of the 365 days up to the end of October: the other 182 are to come.
    const { planned: left } = forecastOf(2027, year(2027), basisOf([measure('walls', done)]));
    expect(left.committed).toBeCloseTo(25_000 - 4_000 * (182 / 365), -1);
    const long = { ...done, works: { from: '2024-04-01', to: '2024-05-01' } };
    expect(forecastOf(2027, year(2027), basisOf([measure('walls', long)])).planned.committed).toBe(25_000);
  });

  test('a heat pump takes gas off and adds electricity; each sure kind holds those that are surer', () => {
    const pump = measure('pump', {
      ...planned('2026-12-31'),
      status: [{ from: '2026-01-01', is: 'proposed' }],
      expected: [...ofGas(50_000), { utility: 'electricity', saves_kwh: -20_000 }],
    });
    const walls = measure('walls', { ...planned('2026-12-31'), expected: ofGas(10_000), confidence: 'committed' });
    const { planned: left } = forecastOf(2028, year(2028), basisOf([pump, walls]));
    expect(left).toEqual({ committed: 23_000, probable: 23_000, possible: 23_000 - 10_000 + 2_000 });
  });

  test('what a greener grid does stands apart, and an electric saving is worth less on it', () => {
    const lamps = measure('lamps', {
      ...planned('2026-12-31'),
      expected: [{ utility: 'electricity', saves_kwh: 10_000 }],
    });
    const forecast = forecastOf(2028, year(2028), basisOf([lamps], 0.5));
    expect(forecast).toEqual({
      unchanged: 25_000,
      grid: 2_500,
      planned: { committed: 22_500, probable: 22_000, possible: 22_000 },
    });
  });

  test('whatever is expected, no utility goes below nothing, and without measures the grid is the only difference', () => {
    const saves = integer({ min: -200_000, max: 300_000 });
    assert(
      property(array(saves, { maxLength: 6 }), double({ min: 0, max: 1.5, noNaN: true }), (list, grid) => {
        const all = list.map((kwh, i) => measure(`m${i}`, { ...planned('2026-12-31'), expected: ofGas(kwh) }));
        const forecast = forecastOf(2028, year(2028), basisOf(all, grid));
        const electric = 5_000 * grid;
        const total = list.reduce((sum, one) => sum + one, 0);
        expect(forecast.planned.possible).toBeCloseTo(electric + Math.max(0, 100_000 - total) * 0.2, 6);
        expect(forecast.planned.committed).toBeCloseTo(forecast.unchanged - forecast.grid, 6);
      }),
    );
  });
});

describe('what each measure takes off', () => {
  const effects = (list: readonly MeasureState[], contradicted: readonly string[] = []) =>
    effectsOf(list, { uses, lastYear, now, contradicted: new Set(contradicted) });

  test('together never more than is used, and it says of which utility', () => {
    const list = ['a', 'b'].map((id) => measure(id, { ...planned('2027-09-30'), expected: ofGas(80_000) }));
    expect(effects(list)).toMatchObject([
      { measure: 'a', emissions: 10_000, capped: ['gas'], saves: '2027-10-01', confidence: 'probable' },
      { measure: 'b', emissions: 10_000, capped: ['gas'] },
    ]);
  });

  test('what cannot be placed in a year is left out with why; what is withdrawn is gone', () => {
    const list = [
      measure('undated', { expected: ofGas(1_000) }),
      measure('unsaid', planned('2027-09-30')),
      measure('oil', { ...planned('2027-09-30'), expected: [{ utility: 'gas_oil', saves_kwh: 10 }] }),
      measure('gone', { ...planned('2027-09-30'), status: [{ from: '2026-01-01', is: 'withdrawn' }] }),
    ];
    expect(effects(list).map(({ measure: id, leftOut, emissions }) => [id, leftOut, emissions])).toEqual([
      ['undated', expect.stringMatching(/when/), undefined],
      ['unsaid', expect.stringMatching(/expected to save/), undefined],
      ['oil', expect.stringMatching(/no emission factor/), undefined],
    ]);
  });

  test('one that a meter says is not done takes nothing off, and no room from the others', () => {
    const done = {
      status: [{ from: '2026-10-02', is: 'installed' }],
      works: { from: '2026-09-01', to: '2026-10-01' },
      expected: ofGas(90_000),
    };
    const walls = measure('walls', { ...planned('2027-09-30'), expected: ofGas(80_000) });
    const [one, other] = effects([measure('boiler', done), walls], ['boiler']);
    expect(one).toMatchObject({ leftOut: 'a meter says that it is not done', emissions: undefined });
    expect(other).toMatchObject({ emissions: 16_000, capped: [], leftOut: undefined });
  });

  test('what the register states in kgCO2e is what is taken off', () => {
    const dates = planned('2026-12-31');
    const pump = [...ofGas(50_000), { utility: 'electricity', saves_kwh: -20_000 }];
    const list = [
      measure('scaled', { ...dates, expected: ofGas(10_000), expected_kgco2e: 3_000 }),
      measure('alone', { ...dates, expected_kgco2e: 700 }),
      measure('pump', { ...dates, expected: pump, expected_kgco2e: 7_500 }),
      measure('oil', { ...dates, expected: [{ utility: 'gas_oil', saves_kwh: 10 }], expected_kgco2e: 50 }),
    ];
    expect(effects(list).map(({ emissions, leftOut }) => [emissions, leftOut])).toEqual(
      [3_000, 700, 7_500, 50].map((kg) => [expect.closeTo(kg, 6), undefined]),
    );
    const left = forecastOf(2028, year(2028), basisOf(list)).planned.probable;
    expect(left).toBeCloseTo(25_000 - 3_000 - 700 - 7_500 - 50, 6);
  });

  test('a heat pump that finds half of its gas takes half of its electricity', () => {
    const pump = [...ofGas(200_000), { utility: 'electricity', saves_kwh: -60_000 }];
    const list = [measure('pump', { ...planned('2026-12-31'), expected: pump })];
    expect(effects(list)).toMatchObject([{ emissions: 20_000 - 3_000, capped: ['gas'] }]);
    expect(forecastOf(2028, year(2028), basisOf(list)).planned.probable).toBeCloseTo(8_000, 6);
  });

  test('one that is late comes from now on', () => {
    const late = { ...planned('2026-10-20'), expected: ofGas(1_000) };
    expect(effects([measure('late', late)])).toMatchObject([{ saves: today, leftOut: undefined }]);
  });
});

describe('the gap at a milestone', () => {
  const band: Band = {
    start: { year: 2020, emissions: 40_000 },
    reference: { emissions: 40_000, onBaseline: 0.5 },
    milestones: [{ earliest: 2028, latest: 2028, reduction: 0.5 }],
  };
  const cost = (capital: number) => ({ cost: { capital_gbp: capital, source: 'a quotation' } });
  const walls = measure('walls', { ...planned('2027-03-31'), expected: ofGas(10_000), ...cost(30_000) });
  const roof = measure('roof', { ...planned('2027-03-31'), expected: ofGas(5_000) });
  const asked = { uses, lastYear, now, contradicted: new Set<string>() };
  const gapsWith = (measures: readonly MeasureState[]) => {
    const ahead = forecastOf(2028, year(2028), basisOf(measures));
    const point = { year: 2028, period: year(2028), actual: undefined, lines: undefined, ahead };
    return gapsOf(band, [point], { measures, effects: effectsOf(measures, asked), now });
  };

  test('is what is left above the level, with the capital that nobody has secured', () => {
    expect(gapsWith([walls])).toEqual([
      {
        year: 2028,
        says: undefined,
        level: 20_000,
        gap: { committed: 5_000, probable: 3_000, possible: 3_000 },
        // £30,000 for 2 t a year: the 3 t that are left would cost £45,000.
        money: { planned: 30_000, unsecured: 30_000, rest: 45_000, perTonneAYear: 15_000, unpriced: [], why: [] },
      },
    ]);
  });

  test('says what has no cost, and gives no pounds where nothing planned has both a cost and a saving', () => {
    expect(gapsWith([walls, roof])[0]?.money.why).toEqual([expect.stringMatching(/roof/)]);
    const [only] = gapsWith([roof]);
    expect(only?.money).toMatchObject({ planned: undefined, rest: undefined, perTonneAYear: undefined });
    expect(only?.money.why).toHaveLength(2);
    expect(gapsWith([])[0]?.money).toMatchObject({ planned: undefined, rest: undefined });
  });

  test('counts what is to be paid for a measure whose effect is not known', () => {
    const unsaid = measure('unsaid', { ...planned('2027-03-31'), ...cost(9_000) });
    expect(gapsWith([unsaid])[0]?.money).toMatchObject({ planned: 9_000, unsecured: 9_000 });
    expect(gapsWith([unsaid])[0]?.money.why).not.toContainEqual(expect.stringMatching(/nothing is planned/));
  });

  test('of a year that is over is known only where enough of the year is', () => {
    const gapOf = (why: string | undefined) => {
      const actual = { figure: { value: 21_000 }, since: { why } } as unknown as TrajectoryPoint['actual'];
      const point = { year: 2028, period: year(2028), actual, lines: undefined, ahead: undefined };
      return gapsOf(band, [point], { measures: [], effects: [], now })[0];
    };
    expect(gapOf('other-sets')).toMatchObject({ gap: { possible: 1_000 }, why: undefined });
    expect(gapOf('not-whole')).toMatchObject({ gap: undefined, why: 'too little of that year is known' });
  });

  test('is nothing to pay for where the plan is under the level', () => {
    const most = measure('most', { ...planned('2027-03-31'), expected: ofGas(90_000), ...cost(1_000) });
    expect(gapsWith([most])[0]).toMatchObject({ gap: { possible: -13_000 }, money: { rest: 0 } });
  });
});

describe('a projection of the grid', () => {
  const projection: GridProjection = {
    id: 'grid',
    name: 'A grid that halves',
    published: '2025-06-01',
    values: [
      { year: 2026, kgco2e_per_kwh: 0.2 },
      { year: 2036, kgco2e_per_kwh: 0.1 },
    ],
    source: 'of our making',
  };

  test('is read between its years in proportion, after its last as in the last, and not before its first', () => {
    expect([2026, 2031, 2036, 2050].map((at) => gridIn(projection, 2026, at))).toEqual([
      1,
      expect.closeTo(0.75, 12),
      0.5,
      0.5,
    ]);
    expect(gridIn(projection, 2024, 2030)).toBeUndefined();
  });

  test('the newest that was published by a day holds', () => {
    const newer = { ...projection, id: 'newer', published: '2026-06-01' };
    expect(['2025-05-31', '2025-06-01', '2026-12-01'].map((on) => projectionOn([newer, projection], on)?.id)).toEqual([
      undefined,
      'grid',
      'newer',
    ]);
  });
});
