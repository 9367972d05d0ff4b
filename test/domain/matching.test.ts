import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClaimedGeneration, type MatchedUse, matchFigure, matchUses } from '../../domain/matching/match.ts';
import { operationalCarbon } from '../../domain/matching/operational-carbon.ts';
import { daylightAt, shapeWeights, spreadOver } from '../../domain/matching/profiles.ts';
import { dayPeriod } from '../../domain/time.ts';

const { NaN: unknown } = Number;

function useOf(bought: readonly number[], own: readonly number[] = [], site = 'a', ownClaimed = true) {
  const none = new Float64Array(bought.length);
  return {
    site,
    organisation: 'o',
    bought: Float64Array.from(bought),
    own: own.length > 0 ? Float64Array.from(own) : none,
    ownClaimed,
  };
}

function contract(energy: readonly number[], reach = [0], source: ClaimedGeneration['source'] = 'contract') {
  return { source, of: 'c', energy: Float64Array.from(energy), reach };
}

function all(uses: readonly MatchedUse[], grid?: readonly number[]) {
  const last = uses[0]?.use.bought.length ?? 0;
  return matchFigure(uses, { first: 0, last }, grid && Float64Array.from(grid));
}

describe('matching by half-hour', () => {
  test('R4: 76.5 % carbon-free by the hour where the volumes would say 77.5 %', () => {
    const uses = matchUses([useOf([100, 100, 100, 100])], [contract([150, 60, 0, 100])]);
    const figure = all(uses, [0.5, 0.4, 0.3, 0.6]);
    expect(figure.carbonFree).toBeCloseTo(0.765, 12);
    expect(figure.volume).toBeCloseTo(0.775, 12);
    expect(figure.hourly).toBeCloseTo(0.65, 12);
    expect(figure).toMatchObject({ use: 400, matched: { own: 0, contract: 260 }, excess: 50, compared: 4 });
  });

  test('what is used where it is made is matched first, then contracts, then certificates', () => {
    const uses = matchUses([useOf([10, 10], [5, 0])], [contract([4, 20], [0], 'certificates'), contract([8, 4])]);
    const { matched, excess, use } = all(uses);
    expect(matched).toEqual({ own: 5, contract: 12, certificates: 8 });
    expect([use, excess]).toEqual([25, 16]);
  });

  test('own generation whose certificates were sold is use, and matched by nothing of its own', () => {
    const figure = all(matchUses([useOf([6], [4], 'a', false)], []));
    expect(figure).toMatchObject({ use: 10, matched: { own: 0 }, hourly: 0, volume: 0 });
  });

  test('what is not known is not compared: neither the use nor the generation', () => {
    const uses = matchUses([useOf([10, unknown, 10])], [contract([5, 5, unknown])]);
    const figure = all(uses);
    expect(figure).toMatchObject({ use: 10, matched: { contract: 5 }, halfHours: 3, compared: 1 });
    expect(all(uses, [unknown, 0.5, 0.5])).toMatchObject({ carbonFree: undefined, withGrid: 0 });
  });

  test('sites share a contract by what each needs, and their parts add up to the whole', () => {
    const uses = matchUses([useOf([30], [10], 'a'), useOf([10], [], 'b')], [contract([20, 0], [0, 1])]);
    expect(uses.map(({ matched }) => matched.contract[0])).toEqual([15, 5]);
    const together = all(uses);
    expect(together).toMatchObject({ use: 50, matched: { own: 10, contract: 20 }, excess: 0 });
  });

  const kWh = fc.oneof(
    { weight: 5, arbitrary: fc.double({ min: 0, max: 500, noNaN: true }) },
    fc.constantFrom(0, unknown),
  );
  const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(unknown));
  const scene = fc.integer({ min: 1, max: 12 }).chain((count) => {
    const series = fc.array(kWh, { minLength: count, maxLength: count });
    const one = fc.record({ bought: series, own: series, claimed: fc.boolean() });
    return fc.record({
      uses: fc.array(one, { minLength: 1, maxLength: 3 }),
      made: fc.array(fc.tuple(series, fc.subarray([0, 1, 2], { minLength: 1 }), fc.boolean()), { maxLength: 3 }),
      grid: fc.array(share, { minLength: count, maxLength: count }),
      cut: fc.integer({ min: 0, max: count }),
    });
  });

  test('no hour is matched more than it used, no generation twice, and no annual claim says less', () => {
    fc.assert(
      fc.property(scene, ({ uses, made, grid, cut }) => {
        const list = uses.map(({ bought, own, claimed }, i) => useOf(bought, own, `s${i}`, claimed));
        const count = grid.length;
        const generation = made.map(([energy, reach, isContract]) =>
          contract(energy, reach, isContract ? 'contract' : 'certificates'),
        );
        const matched = matchUses(list, generation);
        const shares = Float64Array.from(grid);
        const whole = matchFigure(matched, { first: 0, last: count }, shares);
        const parts = [
          matchFigure(matched, { first: 0, last: cut }, shares),
          matchFigure(matched, { first: cut, last: count }, shares),
        ];
        const sum = (one: typeof whole): number => one.matched.own + one.matched.contract + one.matched.certificates;
        expect(parts.reduce((total, one) => total + sum(one), 0)).toBeCloseTo(sum(whole), 6);
        for (const one of [whole, ...parts]) {
          expect(sum(one)).toBeLessThanOrEqual(one.use + 1e-6);
          expect(one.volume ?? 0).toBeGreaterThanOrEqual(one.hourly ?? 0);
          expect(one.carbonFree ?? 1).toBeGreaterThanOrEqual(0);
          expect(one.carbonFree ?? 1).toBeLessThanOrEqual(1 + 1e-9);
        }
        const given = generation.reduce(
          (total, { energy, reach }) =>
            total + (reach.some((i) => i < list.length) ? energy.reduce((a, b) => a + (b || 0), 0) : 0),
          0,
        );
        expect(whole.matched.contract + whole.matched.certificates).toBeLessThanOrEqual(given + 1e-6);
      }),
    );
  });
});

describe('operational carbon', () => {
  const grid = (values: readonly number[], forecast: readonly number[] = values.map(() => unknown)) => ({
    values: Float64Array.from(values),
    forecast: Float64Array.from(forecast),
  });

  test('120 kWh at 146 g and 80 kWh at 148 g are 29.36 kg', () => {
    const { carbon, intensity } = operationalCarbon([Float64Array.from([120, 80])], grid([146, 148]), {
      first: 0,
      last: 2,
    });
    expect(carbon).toBeCloseTo(29.36, 12);
    expect(intensity).toBeCloseTo(146.8, 12);
  });

  test('a forecast stands in where nothing else is known, and is counted; the unknown is left out', () => {
    const use = Float64Array.from([10, 10, 10, unknown]);
    const found = operationalCarbon([use], grid([100, unknown, unknown, 100], [1, 200, unknown, 1]), {
      first: 0,
      last: 4,
    });
    expect(found).toMatchObject({ carbon: 3, energy: 20, halfHours: 4, known: 2, forecast: 1 });
    const none = operationalCarbon([use], grid([unknown, unknown, unknown, unknown]), { first: 0, last: 4 });
    expect(none).toMatchObject({ carbon: undefined, intensity: undefined, known: 0 });
  });
});

describe('profiles', () => {
  test('what is spread adds up to what there was, on days of 23, 24 and 25 hours', () => {
    for (const [date, count] of [
      ['2026-03-29', 46],
      ['2026-06-21', 48],
      ['2026-10-25', 50],
    ] as const) {
      for (const shape of ['flat', 'daylight'] as const) {
        const weights = shapeWeights(shape, dayPeriod(date));
        expect(weights).toHaveLength(count);
        const spread = spreadOver(1000, weights);
        expect(spread?.reduce((a, b) => a + b, 0)).toBeCloseTo(1000, 9);
      }
    }
    expect(spreadOver(1, new Float64Array(4))).toBeUndefined();
  });

  // The second method: a day is 2/15° × acos(−tan φ × tan δ) long.
  test.each([
    ['2026-06-21', 23.45],
    ['2026-12-21', -23.45],
    ['2026-03-21', 0],
  ])('on %s the sun is up as long as geometry says', (date, declination) => {
    const radians = Math.PI / 180;
    const day = (2 / 15) * (Math.acos(-Math.tan(52.5 * radians) * Math.tan(declination * radians)) / radians);
    const hours = shapeWeights('daylight', dayPeriod(date)).filter((weight) => weight > 0).length / 2;
    expect(Math.abs(hours - day)).toBeLessThanOrEqual(0.75);
  });

  test('at noon of midsummer it stands as high as it can', () => {
    // Highest at noon: the sine of 90° − 52.5° + 23.45°.
    const noon = Date.UTC(2026, 5, 21, 11, 45) / 1000;
    expect(daylightAt(noon)).toBeCloseTo(Math.sin(((90 - 52.5 + 23.45) * Math.PI) / 180), 3);
  });
});
