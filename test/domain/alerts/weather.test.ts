import { describe, expect, test } from 'vitest';
import { tabularCusum } from '../../../domain/alerts/cusum.ts';
import { expectedOfDay, factorOf, fitDays } from '../../../domain/alerts/day-model.ts';
import { dayWeatherOf } from '../../../domain/alerts/day-weather.ts';
import { dayTotals, weatherFactors } from '../../../domain/alerts/weather-factors.ts';
import { watch } from '../../../domain/alerts/watched.ts';
import { halfHoursOf, seriesSchema, temperatures, windowOf } from './notation.ts';

const clock = windowOf('2025-01-06', 420);
const outdoors = temperatures(clock);
const weather = dayWeatherOf(clock, outdoors);
const gas = seriesSchema.parse({
  utility: 'gas',
  working: '10 | 05:00 25 | 20:00 10',
  per_degree_below: [15.5, 8],
  noise: 0.05,
  day_noise: 0.02,
});
const use = halfHoursOf(gas, clock, outdoors);
const totals = dayTotals(clock, use);
const days = clock.days.map((_, d) => d);

describe('a day by the weather', () => {
  const model = fitDays(clock, totals, weather, days);

  test('is the base and the slope that were put in', () => {
    const [term, ...more] = model?.terms ?? [];
    expect(more).toEqual([]);
    expect(term?.column.side).toBe(1);
    // 8 kWh a half-hour for each degree; 10 and 25 kWh for 18 and 30 half-hours.
    const level = model?.level.working ?? 0;
    expect(level * (term?.slope ?? 0)).toBeCloseTo(48 * 8, -1.5);
    expect(level * (model?.constant ?? 0)).toBeGreaterThan(0.9 * 930);
    expect(level * (model?.constant ?? 0)).toBeLessThan(1.1 * 930);
    const errors = days.map((d) => Math.abs(expectedOfDay(model ?? never(), clock, d) / (totals[d] as number) - 1));
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(0.04);
  });

  test('has no term where use does not follow the weather', () => {
    const even = dayTotals(clock, halfHoursOf(seriesSchema.parse({}), clock, outdoors));
    expect(fitDays(clock, even, weather, days)?.terms).toEqual([]);
  });

  test('says nothing of degrees that were never seen', () => {
    const winter = fitDays(clock, totals, weather, days.slice(0, 60));
    const july = clock.days.findIndex(({ date }) => date === '2025-07-15');
    expect(factorOf(winter ?? never(), july)).toBeNaN();
    expect(factorOf(winter ?? never(), 30)).toBeGreaterThan(0);
  });

  test('is not known of too few days', () => {
    expect(fitDays(clock, totals, weather, days.slice(0, 20))).toBeUndefined();
  });
});

describe('the part of the weather', () => {
  const factors = weatherFactors({ clock, use: totals, weather, heats: true });

  test('is not known before there is anything to learn from', () => {
    expect(factors.on(10).follows).toBe(false);
    expect(factors.on(10).factor[10]).toBeNaN();
    expect(factors.on(60).follows).toBe(true);
  });

  test('on a day does not depend on later days', () => {
    const cut = totals.map((total, d) => (d < 200 ? total : 0));
    const again = weatherFactors({ clock, use: cut, weather, heats: true });
    expect(again.on(199)).toEqual(factors.on(199));
  });

  test('leaves other meters as they are until it is known', () => {
    const other = weatherFactors({ clock, use: totals, weather, heats: false });
    expect(other.on(10).factor[10]).toBe(1);
  });

  test('begins anew after a change that lasts: half of the heat is saved', () => {
    const saved = totals.map((total, d) => (d < 150 ? total : total / 2));
    const again = weatherFactors({ clock, use: saved, weather, heats: true });
    const columns = again.on(410);
    expect(columns.follows).toBe(true);
    const december = clock.days.findIndex(({ date }) => date === '2025-12-10');
    // Twice as cold is not twice as much; but what is learned is of the saved half.
    expect((columns.factor[december] as number) / (columns.factor[december - 120] as number)).toBeGreaterThan(1.5);
  });
});

describe('half-hours in the weather', () => {
  const meter = { id: 'g', name: 'G', site: 's', utility: 'gas', role: 'main', siteType: 'office' } as const;

  test('are expected to within their noise from the second winter on', () => {
    const { expected } = watch({ meter, clock, use, resolution: 0, weather });
    const from = clock.days.findIndex(({ date }) => date === '2026-01-12');
    let [errors, known] = [0, 0];
    for (let i = clock.days[from]?.first ?? 0; i < clock.count; i++) {
      if (Number.isNaN(expected.level[i])) continue;
      errors += Math.abs((expected.level[i] as number) / (use[i] as number) - 1);
      known++;
    }
    expect(known).toBeGreaterThan(1_000);
    expect(errors / known).toBeLessThan(0.08);
  });

  test('of a meter that heats are not expected at all without it', () => {
    const { expected } = watch({ meter, clock, use, resolution: 0 });
    expect(expected.level.every(Number.isNaN)).toBe(true);
    const kitchen = watch({ meter: { ...meter, endUse: 'catering' }, clock, use, resolution: 0 });
    expect(kitchen.expected.level.every(Number.isNaN)).toBe(false);
  });
});

describe('the tabular CUSUM', () => {
  // Montgomery, Introduction to Statistical Quality Control, table 9.1: 20 draws of N(10, 1), then 10 of N(11, 1).
  const draws = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.2, 10.34, 9.03, 11.47, 10.51, 9.4, 10.08, 9.37, 10.62, 10.31,
    8.52, 10.84, 10.9, 9.33, 12.29, 11.5, 10.6, 11.08, 10.38, 11.62, 11.31, 10.52,
  ];

  test('is that of the textbook: 5.28 after the 29th draw, above nothing since the 23rd', () => {
    const { sums, began } = tabularCusum(
      Float64Array.from(draws, (draw) => draw - 10),
      0.5,
    );
    expect(sums[28]).toBeCloseTo(5.28, 10);
    expect([...sums].findIndex((sum) => sum > 5)).toBe(28);
    expect(began[28]).toBe(22);
  });

  test('passes over what is not known', () => {
    const { sums } = tabularCusum(Float64Array.of(2, Number.NaN, 2), 0.5);
    expect([...sums]).toEqual([1.5, 1.5, 3]);
  });
});

function never(): never {
  throw new Error('there is no model');
}
