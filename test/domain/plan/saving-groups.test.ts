import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { savingGroups, type ShowingMeter, splitShares } from '../../../domain/plan/saving-groups.ts';
import { addDays, daysBetween } from '../../../domain/time.ts';
import { aState } from './a-measure.ts';

const today = '2026-11-26';

const meter = (id: string, rest: Partial<ShowingMeter> = {}): ShowingMeter => ({
  id,
  site: 'hospital',
  utility: 'electricity',
  role: 'sub',
  valid_from: undefined,
  above: ['main'],
  ...rest,
});
const meters = new Map(
  [
    meter('main', { role: 'main', above: [] }),
    meter('ward'),
    meter('kitchen'),
    meter('gas', { utility: 'gas', role: 'main', above: [] }),
    meter('panels', { role: 'generation' }),
    meter('pump', { valid_from: '2025-09-10' }),
    meter('pump-heat', { utility: 'heat', valid_from: '2025-09-10', above: [] }),
  ].map((one) => [one.id, one]),
);

function installed(id: string, from: string, to: string, rest: object = {}) {
  return aState({ id, meters: ['main'], works: { from, to }, status: [{ from: to, is: 'installed' }], ...rest });
}
const saves = (saves_kwh: number, low?: number, high?: number) => ({
  expected: [{ utility: 'electricity', saves_kwh, low, high }],
});

describe('measures that are verified together', () => {
  test('are those whose works lie in the baseline year of one another, on one meter', () => {
    const first = installed('first', '2024-06-01', '2024-06-30', saves(100, 80));
    const within = installed('within', '2025-06-30', '2025-07-10', saves(50));
    expect(savingGroups([within, first], meters, today)).toMatchObject([
      {
        by: 'model',
        meter: 'main',
        measures: ['first', 'within'],
        works: { from: '2024-06-01', to: '2025-07-10' },
        baseline: { first: '2023-06-02', last: '2024-05-31' },
        reporting: { first: '2025-07-11', last: '2026-11-25' },
        expected: { saves: 150, low: 130, high: 150 },
      },
    ]);
    // A day later its baseline year holds no works, and those before are verified until it began.
    const after = installed('after', '2025-07-01', '2025-07-10');
    expect(savingGroups([first, after], meters, today)).toMatchObject([
      { measures: ['first'], reporting: { first: '2024-07-01', last: '2025-06-30' } },
      { measures: ['after'], baseline: { first: '2024-07-01' }, expected: undefined },
    ]);
  });

  test('works that are running end what can be said of those before', () => {
    const led = installed('led', '2025-01-01', '2025-01-31');
    const running = (from: string) =>
      aState({ id: 'b', meters: ['main'], works: { from }, status: [{ from, is: 'installing' }] });
    expect(savingGroups([led, running('2026-03-01')], meters, today)).toMatchObject([
      { by: 'model', reporting: { last: '2026-02-28' } },
    ]);
    // Begun within them or before, by their last day or the one after it, they leave no day that is of them alone.
    for (const from of ['2025-01-20', '2025-01-01', '2024-06-01', '2025-01-31', '2025-02-01']) {
      expect(savingGroups([led, running(from)], meters, today)).toMatchObject([
        { by: 'works_run', reporting: { first: '2025-02-01', last: '2025-01-31' } },
      ]);
    }
  });

  test('on a sub-meter are works on the main above it, and their own saving is part of that one', () => {
    const hall = installed('hall', '2025-03-01', '2025-03-31', saves(100));
    const ward = installed('ward-led', '2025-05-01', '2025-05-31', { meters: ['ward'], ...saves(30) });
    expect(savingGroups([hall, ward], meters, today)).toMatchObject([
      { meter: 'main', measures: ['hall', 'ward-led'], expected: { saves: 130 }, inside: undefined },
      { meter: 'ward', measures: ['ward-led'], expected: { saves: 30 }, inside: 'main' },
    ]);
    // A main that no measure names is not asked.
    expect(savingGroups([ward], meters, today)).toMatchObject([{ meter: 'ward', inside: undefined }]);
  });

  test('through several meters each have a part of what was expected', () => {
    const both = installed('both', '2025-05-01', '2025-05-31', { meters: ['ward', 'kitchen'], ...saves(30) });
    expect(savingGroups([both], meters, today).map(({ meter: id, expected }) => [id, expected?.saves])).toEqual([
      ['kitchen', 15],
      ['ward', 15],
    ]);
  });

  test('of subs behind several mains, each main has its part, and what hangs behind a named meter a part of that', () => {
    const two = new Map(
      [
        meter('m1', { role: 'main', above: [] }),
        meter('m2', { role: 'main', above: [] }),
        meter('s1', { above: ['m1'] }),
        meter('s2', { above: ['m2'] }),
        meter('s3', { above: ['m2'] }),
      ].map((one) => [one.id, one]),
    );
    const expectedOf = (...measures: Parameters<typeof savingGroups>[0]) =>
      Object.fromEntries(savingGroups(measures, two, today).map(({ meter: id, expected }) => [id, expected?.saves]));
    const works = ['2025-05-01', '2025-05-31'] as const;
    const led = installed('led', ...works, { meters: ['s1', 's2'], ...saves(100) });
    const mains = installed('hall', ...works, { meters: ['m1', 'm2'], ...saves(0) });
    expect(expectedOf(led, mains)).toEqual({ m1: 50, m2: 50, s1: 50, s2: 50 });
    const all = installed('all', ...works, { meters: ['m1', 'm2', 's2', 's3'], ...saves(100) });
    expect(expectedOf(all)).toEqual({ m1: 50, m2: 50, s2: 25, s3: 25 });
  });

  test('are read off what a meter counts that came with them', () => {
    const panels = installed('pv', '2025-05-01', '2025-05-31', { kind: 'solar_pv', meters: ['panels', 'main'] });
    const pump = installed('hp', '2025-09-01', '2025-09-30', {
      kind: 'heat_pump',
      meters: ['gas', 'pump', 'pump-heat'],
    });
    expect(savingGroups([panels, pump], meters, today).map(({ meter: id, by }) => [id, by])).toEqual([
      ['panels', 'made'],
      ['gas', 'model'],
      ['pump', 'taken'],
    ]);
  });

  test('what their own meter takes is part of what the main above it shows', () => {
    const pump = installed('hp', '2025-09-01', '2025-09-30', { kind: 'heat_pump', meters: ['main', 'pump'] });
    expect(savingGroups([pump], meters, today).map(({ meter: id, by, inside }) => [id, by, inside])).toEqual([
      ['main', 'model', undefined],
      ['pump', 'taken', 'main'],
    ]);
  });

  test('are not verified without a meter, by a battery, and before a day is over; each says so', () => {
    const works = ['2025-05-01', '2025-05-31'] as const;
    const because = (...given: Parameters<typeof installed>) =>
      savingGroups([installed(...given)], meters, today)[0]?.by;
    expect(because('led', ...works, { meters: undefined })).toBe('no_meters');
    expect(because('store', ...works, { kind: 'battery' })).toBe('stores_only');
    expect(because('pv', ...works, { kind: 'solar_pv' })).toBe('no_generation_meter');
    expect(because('led', '2026-11-01', '2026-11-25')).toBe('too_new');
    expect(because('led', '2026-11-01', '2026-11-24')).toBe('model');
    expect(savingGroups([aState({ meters: ['main'] })], meters, today)).toEqual([]);
  });
});

describe('a split', () => {
  const main = meters.get('main') ?? meter('main');
  test('follows what was expected', () => {
    const [a, b] = [
      installed('a', '2025-01-01', '2025-01-31', saves(300)),
      installed('b', '2025-02-01', '2025-02-28', saves(100)),
    ];
    expect(splitShares([a, b], main, meters)).toEqual([
      { measure: 'a', share: 0.75 },
      { measure: 'b', share: 0.25 },
    ]);
  });
  test('is none of one alone, without an expectation, and where one takes what the other saves', () => {
    const [a, b] = [installed('a', '2025-01-01', '2025-01-31', saves(300)), installed('b', '2025-02-01', '2025-02-28')];
    expect(splitShares([a], main, meters)).toEqual([]);
    expect(splitShares([a, b], main, meters)).toEqual([]);
    expect(splitShares([a, installed('c', '2025-02-01', '2025-02-28', saves(-100))], main, meters)).toEqual([]);
  });
});

test('whatever is installed is in a group of each meter that shows it, once, and no works lie in a baseline', () => {
  const any = array(
    record({
      day: integer({ min: 0, max: 1500 }),
      long: integer({ min: 0, max: 60 }),
      main: boolean(),
      id: constantFrom('ward', 'kitchen'),
    }),
    { minLength: 1, maxLength: 8 },
  );
  assert(
    property(any, (list) => {
      const states = list.map(({ day, long, main, id }, i) => {
        const from = addDays('2022-01-01', day);
        return installed(`m${i}`, from, addDays(from, long), { meters: [main ? 'main' : id] });
      });
      const groups = savingGroups(states, meters, today);
      for (const { entry } of states) {
        const own = groups.filter(({ meter: id, measures }) => id === entry.meters?.[0] && measures.includes(entry.id));
        expect(own).toHaveLength(1);
      }
      for (const { meter: id, measures, baseline, works } of groups) {
        expect(daysBetween(baseline.first, works.from)).toBe(365);
        const others = states.filter(
          ({ entry }) => !measures.includes(entry.id) && (id === 'main' || entry.meters?.[0] === id),
        );
        const inYear = others.filter(({ entry }) => {
          const own = entry.works;
          return own?.to !== undefined && own.to >= baseline.first && own.from <= baseline.last;
        });
        expect(inYear).toEqual([]);
      }
    }),
  );
});
