import { describe, expect, test } from 'vitest';
import { compareGroup } from '../../../domain/energy/group-comparison.ts';
import { type SiteStanding, type StepState } from '../../../domain/plan/indicators/figure.ts';
import { financeOf, greenBookRate } from '../../../domain/plan/measure-finance.ts';
import type { MeasureSaving } from '../../../domain/plan/measure-saving.ts';
import { type MeasureStanding, measureOn } from '../../../domain/plan/measure-standing.ts';
import { decisionsOf } from '../../../domain/plan/page/decisions.ts';
import { headlineOf } from '../../../domain/plan/page/headline.ts';
import type { PlanParts } from '../../../domain/plan/page/page.ts';
import { stepsTogether } from '../../../domain/plan/page/steps-together.ts';
import { measureSchema } from '../../../domain/plan/register.ts';
import { type Step, stepNumbers } from '../../../domain/plan/steps.ts';
import type { Trajectory } from '../../../domain/plan/trajectory/trajectory.ts';
import { startOfDay } from '../../../domain/time.ts';

const today = '2026-11-10';
const period = { from: startOfDay('2025-11-01'), to: startOfDay('2026-11-01') };
const names = new Map([
  ['hill', 'Hill House'],
  ['dale', 'Dale House'],
]);

function standing(site: string, states: readonly StepState[], because: readonly string[] = []): SiteStanding {
  const steps = stepNumbers.map((step, i) => ({
    step,
    state: states[i] ?? ('no_measures' as const),
    because: states[i] === 'contradicted' ? ['measures: 2 installed', ...because] : [],
    measures: { planned: 1, installing: 0, installed: states[i] === 'done' ? 2 : 0, withdrawn: 0 },
  }));
  const at = steps.find(({ state }) => state !== 'done')?.step;
  return { site, building: undefined, period, standsAt: at, steps, indicators: [] };
}

function measure(id: string, given: object, more: Partial<MeasureStanding> = {}): MeasureStanding {
  const usual = { id, name: id, kind: 'insulation', site: 'hill', source: 'of our making' };
  const entry = measureSchema.parse({ ...usual, status: [{ from: '2026-01-01', is: 'approved' }], ...given });
  const state = measureOn(entry, today);
  if (!state) throw new Error(`${id} has no status`);
  const money = { entry, status: state.status, gbpPerYear: undefined, kgco2ePerYear: undefined, rate: greenBookRate };
  return {
    ...state,
    place: 1,
    gbpPerYear: undefined,
    kgco2ePerYear: undefined,
    finance: financeOf(money),
    outOfOrder: [],
    warnings: [],
    ...more,
  };
}

function parts(given: Partial<PlanParts> = {}): PlanParts {
  const emissions = { value: 25_000 } as PlanParts['year']['emissions'];
  const comparison = compareGroup([], { now: new Map(), before: new Map() });
  return {
    place: { kind: 'organisation', id: 'north', name: 'North' },
    now: startOfDay(today),
    sites: names,
    year: { period, comparison, emissions },
    renewable: undefined,
    standing: [],
    trajectories: [],
    measures: [],
    savings: [],
    ...given,
  };
}

describe('a step at several sites', () => {
  test.each<[StepState, StepState, StepState]>([
    ['done', 'done', 'done'],
    ['done', 'planned', 'under_way'],
    ['planned', 'no_measures', 'planned'],
    ['no_measures', 'no_measures', 'no_measures'],
    ['done', 'contradicted', 'contradicted'],
  ])('%s and %s is %s', (one, other, together) => {
    const [first, ...rest] = stepsTogether([standing('hill', [one]), standing('dale', [other], ['oil flows.'])], names);
    expect(rest.map(({ step }) => step)).toEqual([2, 3, 4]);
    expect(first).toMatchObject({ step: 1, state: together, measures: { planned: 2 } });
    expect(first?.because).toEqual(other === 'contradicted' ? ['Dale House: oil flows.'] : []);
  });
});

describe('what is to be decided next', () => {
  const capital = (gbp: number) => ({ cost: { capital_gbp: gbp, source: 'a quotation' } });
  const dates = (from: string) => ({ planned: { from, to: `${from.slice(0, 4)}-12-31` } });

  test('is told in one order, of one kind what is nearest in time first', () => {
    const list = decisionsOf(
      parts({
        standing: [standing('hill', ['contradicted'], ['oil flows.']), standing('dale', ['done', 'no_measures'])],
        measures: [
          measure('later', { ...capital(10_000), ...dates('2028-01-01') }),
          measure('sooner', { ...capital(20_000), ...dates('2027-01-01') }),
          measure('late', { ...dates('2026-01-01') }, { warnings: ['late'] }),
          measure('idea', { status: [{ from: '2026-01-01', is: 'proposed' }] }),
          measure(
            'early',
            {},
            { outOfOrder: [{ before: 'late', beforeStep: 1, by: 'step', says: 'It is too early.' }] },
          ),
          measure('over', {
            status: [{ from: '2026-01-01', is: 'installed' }],
            works: { from: '2025-12-01', to: '2025-12-31' },
            ...capital(5),
          }),
        ],
      }),
    );
    expect(list.map(({ kind, measure: id, site }) => [kind, id ?? site])).toEqual([
      ['contradicted', 'hill'],
      ['late', 'late'],
      ['funding', 'sooner'],
      ['funding', 'later'],
      ['order', 'early'],
      ['approve', 'idea'],
      ['no_measures', 'dale'],
    ]);
    expect(list[2]).toMatchObject({ gbp: 20_000, says: expect.stringContaining('£20,000'), by: '2027-01-01' });
  });

  test('names a measure that saves less than the least that was expected, and one that no meter can show', () => {
    const verified = (low: number, best: number, high: number, verdict: string) => ({
      outcome: { how: 'verified', saving: { perYear: { low, best, high }, verdict } },
    });
    const group = { measures: ['over'], site: 'hill', meter: 'main', unit: 'kWh', alerts: [], inside: undefined };
    const expected = { saves: 1_000, low: 800, high: 1_200 };
    const of = (given: object) =>
      decisionsOf(parts({ savings: [{ ...group, expected, ...given } as unknown as MeasureSaving] }));
    expect(of(verified(100, 400, 700, 'saves'))).toMatchObject([{ kind: 'not_saving', measure: 'over' }]);
    expect(of(verified(100, 400, 700, 'saves'))[0]?.says).toMatch(/at most 700 kWh a year are saved, at least 800/);
    expect(of(verified(500, 700, 900, 'saves'))).toEqual([]);
    expect(of(verified(-900, -500, -100, 'uses_more'))).toMatchObject([{ kind: 'not_saving' }]);
    const pump = { expected: { saves: -600, low: -800, high: -400 } };
    expect(of({ ...verified(-900, -500, -100, 'uses_more'), ...pump })).toEqual([]);
    expect(of({ ...verified(-1_200, -1_000, -900, 'uses_more'), ...pump })).toMatchObject([{ kind: 'not_saving' }]);
    const blind = { outcome: { how: 'unverifiable', because: 'no_meters' } };
    expect(of(blind)).toMatchObject([{ kind: 'unverifiable' }]);
  });

  test('says no wrong date of works that run too long, and nothing of sub-meters, of which nothing is expected', () => {
    const status = [{ from: '2026-01-01', is: 'installing' }];
    const running = measure(
      'running',
      { status, works: { from: '2026-02-01', to: '2026-09-30' } },
      { warnings: ['late'] },
    );
    expect(decisionsOf(parts({ measures: [running] }))).toMatchObject([
      { kind: 'late', by: '2026-09-30', says: 'running was to be finished on 2026-09-30' },
    ]);
    const outcome = { how: 'unverifiable', because: 'no_meters' };
    const meters = measure('meters', {
      kind: 'sub_metering',
      status: [{ from: '2026-01-01', is: 'installed' }],
      works: { from: '2025-12-01', to: '2025-12-31' },
    });
    const savings = [{ outcome, measures: ['meters'], site: 'hill', unit: 'kWh' } as unknown as MeasureSaving];
    expect(decisionsOf(parts({ measures: [meters], savings }))).toEqual([]);
  });

  test('tells the first milestone that is missed although all comes, with what the rest would cost', () => {
    const gap = (year: number, possible: number) => ({
      year,
      says: undefined,
      level: 0,
      gap: { committed: 9, probable: 9, possible },
      money: { planned: 1, unsecured: 1, rest: 500, perTonneAYear: 1, unpriced: [], why: [] },
    });
    const milestones = [gap(2025, 5_000), gap(2028, -1), gap(2030, 2_000), gap(2040, 9_000)];
    const points = [2025, 2028, 2030, 2040].map((year) => ({ year, ahead: year > 2025 ? {} : undefined }));
    const way = { target: { name: 'Half' }, points, milestones };
    expect(decisionsOf(parts({ trajectories: [way as unknown as Trajectory] }))).toMatchObject([
      {
        kind: 'more_needed',
        gbp: 500,
        says: 'Half: all that is planned leaves 2 tCO2e too much in 2030',
      },
    ]);
  });
});

describe('the headline', () => {
  test('says what is not known', () => {
    const nothing = { value: undefined } as PlanParts['year']['emissions'];
    const { year } = parts();
    expect(headlineOf(parts({ year: { ...year, emissions: nothing } }))).toEqual([
      'What was emitted in the twelve months to 31 October 2026 is not known.',
      'Energy use cannot be set against the year before: it is not known whole in both.',
      'No measure is installed yet.',
    ]);
  });

  test('adds up what meters show, no meter twice, and counts the measures', () => {
    const saving = (measures: readonly string[], best: number | undefined, meter: string, inside?: string) => ({
      outcome: best === undefined ? { how: 'disqualified' } : verified(best),
      measures,
      meter,
      utility: 'gas',
      by: 'model',
      unit: 'kWh',
      inside,
    });
    const verified = (best: number) => ({
      how: 'verified',
      saving: { saved: { low: best / 2, best, high: best * 1.5 } },
    });
    const measures = ['a', 'b', 'c'].map((id) => measure(id, over));
    const list = [
      saving(['a', 'b'], 12_000, 'main'),
      saving(['b'], 5_000, 'ward', 'main'),
      saving(['c'], undefined, 'kitchen'),
    ];
    expect(headlineOf(parts({ measures, savings: list as unknown as MeasureSaving[] })).at(-1)).toBe(
      'Measured to date of 2 of the 3 measures that are installed: 12 (6 to 18) MWh of gas saved.',
    );
  });

  const over = { status: [{ from: '2026-01-01', is: 'installed' }], works: { from: '2025-12-01', to: '2025-12-31' } };

  test('keeps the sign of an end on the other side of nothing', () => {
    const saving = (id: string, utility: string, low: number, best: number, high: number) => ({
      outcome: { how: 'verified', saving: { saved: { low, best, high } } },
      measures: [id],
      meter: id,
      utility,
      by: 'model',
      unit: 'kWh',
    });
    const list = [saving('a', 'gas', -2_000, 1_000, 4_000), saving('b', 'electricity', -7_000, -3_000, 1_000)];
    const measures = ['a', 'b'].map((id) => measure(id, over));
    expect(headlineOf(parts({ measures, savings: list as unknown as MeasureSaving[] })).at(-1)).toBe(
      'Measured to date of 2 of the 2 measures that are installed: 1 (−2 to 4) MWh of gas saved, ' +
        '3 (−1 to 7) MWh of electricity more taken.',
    );
  });

  test('speaks of the first milestone that is not over, and calls a baseline of one year by it', () => {
    const milestone = (year: number, unpriced: readonly string[]) => ({
      year,
      level: 0,
      gap: { committed: 5_000, probable: 5_000, possible: 5_000 },
      money: { planned: 100, unsecured: 50, unpriced },
    });
    const way = {
      target: { name: 'Half' },
      baseline: { from: '2019-01-01', to: '2019-12-31' },
      from: 20_000,
      now: { figure: { value: 10_000 }, bucket: period, since: { use: -7_000, factors: -3_000 } },
      points: [
        { year: 2025, ahead: undefined },
        { year: 2030, ahead: {} },
      ],
      milestones: [milestone(2025, []), milestone(2030, ['roof'])],
    };
    expect(headlineOf(parts({ trajectories: [way as unknown as Trajectory] })).slice(0, 2)).toEqual([
      '10 tCO2e in the twelve months to 31 October 2026, 50 % less than in 2019: ' +
        '−7 t by what was used, −3 t by other factors.',
      'Half: in 2030 all that is planned leaves 5 tCO2e too much. It costs £100, of which £50 are not secured, ' +
        'without those whose cost is not known.',
    ]);
  });
});

test('steps of the page are the four', () => {
  expect(stepsTogether([], names).map(({ step, state }): [Step, StepState] => [step, state])).toEqual(
    stepNumbers.map((step) => [step, 'no_measures']),
  );
});
