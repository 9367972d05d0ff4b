import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedUse } from '../../../domain/alerts/expected-use.ts';
import { deviationOf, medianOf, spreadOf } from '../../../domain/alerts/robust.ts';
import { dateOf, halfHourSeconds, wallClock } from '../../../domain/time.ts';
import { halfHoursOf, seriesSchema, temperatures, windowOf } from './notation.ts';

const clock = windowOf('2026-01-05', 98);
const office = seriesSchema.parse({ working: '10 | 07:00 40 | 19:00 10', weekend: '10', noise: 0.05, day_noise: 0.03 });
const use = halfHoursOf(office, clock, temperatures(clock));
const learn = (values: Float64Array, more: object = {}) => expectedUse({ clock, use: values, resolution: 0, ...more });
const usual = learn(use);
const place = (day: number, slot: number): number => (clock.days[day]?.first ?? 0) + slot;

describe('robust figures', () => {
  test('are those of the published vector: median 41, MAD 1, and 60 is 12.8 deviations off', () => {
    const history = Float64Array.of(42, 40, 41, 43, 39, 44, 41, 40);
    const median = medianOf(history);
    expect(median).toBe(41);
    const spread = spreadOf(median, deviationOf(history, 8, median), 0);
    expect(spread).toBeCloseTo(1.4826, 10);
    expect((60 - median) / spread).toBeCloseTo(12.815, 3);
    expect((46 - median) / spread).toBeCloseTo(3.372, 3);
  });

  test('are never narrower than two in a hundred, nor than the step of the meter', () => {
    expect(spreadOf(100, 0, 0)).toBeCloseTo(1.4826 * 2, 10);
    expect(spreadOf(0, 0, 0.5)).toBeCloseTo(1.4826 * 0.5, 10);
  });

  test('are those of sorted columns of any length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 90 }),
        (list) => {
          const sorted = list.toSorted((a, b) => a - b);
          const [low, high] = [sorted[(list.length - 1) >> 1] as number, sorted[list.length >> 1] as number];
          expect(medianOf(Float64Array.from(list))).toBe(low === high ? low : (low + high) / 2);
        },
      ),
    );
  });
});

describe('what is expected', () => {
  test('is the published vector, where a weekday saw those eight values', () => {
    const [levels, weeks] = [[42, 40, 41, 43, 39, 44, 41, 40], 14];
    const flat = windowOf('2026-01-05', 7 * weeks);
    const values = Float64Array.from(
      { length: flat.count },
      (_, i) => levels[Math.floor(flat.day[i]! / 7) % 8] as number,
    );
    const { level, spread } = expectedUse({ clock: flat, use: values, resolution: 0 });
    const ninthMonday = flat.days[56]?.first ?? 0;
    expect(level[ninthMonday]).toBe(41);
    expect(spread[ninthMonday]).toBeCloseTo(1.4826, 10);
  });

  test('is not known before there are six comparable days', () => {
    expect(usual.level.subarray(0, place(8, 0)).every(Number.isNaN)).toBe(true);
    // Six working days are there on the second Tuesday, six days of weekends in the fourth week.
    expect(usual.level[place(8, 20)]).toBeGreaterThan(35);
    expect(usual.level[place(12, 20)]).toBeNaN();
    expect(usual.level[place(26, 20)]).toBeLessThan(15);
  });

  test('does not depend on what comes later', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 97 }), fc.double({ min: 0, max: 500, noNaN: true }), (day, value) => {
        const changed = use.slice();
        changed.fill(value, place(day, 0));
        const again = learn(changed);
        // On a quiet day it is the nearer of two levels, and so follows the day itself.
        const until = clock.days[day]?.quiet ? place(day, 0) : place(day, 0) + (clock.days[day]?.count ?? 0);
        expect(again.level.subarray(0, until)).toEqual(usual.level.subarray(0, until));
      }),
      { numRuns: 8 },
    );
  });

  test('is the same whether a window is learned at once or day by day', () => {
    for (const learnedDays of [1, 20, 61, 97]) {
      const before = { expected: usual, learnedDays };
      expect(learn(use, { before })).toEqual(usual);
    }
  });

  test('does not depend on the order of the weeks before, while fewer are there than are looked at', () => {
    const weeks = windowOf('2026-01-12', 50);
    const values = halfHoursOf(office, weeks, temperatures(weeks));
    const swapped = values.slice();
    const week = 7 * 48;
    swapped.set(values.subarray(5 * week, 6 * week), 0);
    swapped.set(values.subarray(0, week), 5 * week);
    const [one, other] = [values, swapped].map((column) => expectedUse({ clock: weeks, use: column, resolution: 0 }));
    expect(other?.level.subarray(49 * 48)).toEqual(one?.level.subarray(49 * 48));
  });

  test('grows with the use: ten times the kWh are ten times the level and the spread', () => {
    const tenfold = learn(use.map((value) => 10 * value));
    for (let i = place(70, 0); i < clock.count; i++) {
      expect((tenfold.level[i] as number) / (usual.level[i] as number)).toBeCloseTo(10, 9);
      expect((tenfold.spread[i] as number) / (usual.spread[i] as number)).toBeCloseTo(10, 9);
    }
  });

  test('goes by the clock on the wall: on the Monday after the change the day begins at seven as before', () => {
    const monday = clock.days.findIndex(({ date }) => date === '2026-03-30');
    expect(usual.level[place(monday, 13)]).toBeLessThan(15);
    expect(usual.level[place(monday, 14)]).toBeGreaterThan(35);
    expect(wallClock(clock.from + place(monday, 14) * halfHourSeconds).minuteOfDay).toBe(7 * 60);
    expect(dateOf(clock.from + place(monday, 0) * halfHourSeconds)).toBe('2026-03-30');
  });

  test('is not moved by a month that is missing', () => {
    const holed = use.slice();
    holed.fill(Number.NaN, place(50, 0), place(80, 0));
    const again = learn(holed);
    expect(again.level[place(85, 20)]).toBeCloseTo(usual.level[place(85, 20)] as number, -1);
    expect(again.level.subarray(place(85, 0)).some(Number.isNaN)).toBe(false);
  });

  test('is not learned from what was abnormal, until it has lasted for two months', () => {
    const long = windowOf('2026-01-05', 150);
    const raised = halfHoursOf(office, long, temperatures(long));
    const first = long.days[60]?.first ?? 0;
    for (let i = first; i < long.count; i++) raised[i] = (raised[i] as number) + 8;
    const { level } = expectedUse({ clock: long, use: raised, resolution: 0 });
    expect(level[(long.days[111]?.first ?? 0) + 4]).toBeLessThan(11);
    expect(level[(long.days[148]?.first ?? 0) + 4]).toBeGreaterThan(17);
  });

  test('stays what it was while an alert says that the use is abnormal, however long', () => {
    const raised = use.slice();
    const abnormal = new Uint8Array(clock.count);
    for (let i = place(30, 0); i < clock.count; i++) {
      raised[i] = (raised[i] as number) + 8;
      abnormal[i] = 1;
    }
    const { level } = learn(raised, { abnormal });
    expect(level[place(93, 4)]).toBeLessThan(11);
  });

  test('of a bank holiday is anything between that weekday and a Sunday', () => {
    const friday = clock.days.findIndex(({ date }) => date === '2026-04-03');
    const at = place(friday, 24);
    for (const [value, expected] of [
      [10, 10],
      [25, 25],
      [40, 40],
      [60, 40],
    ] as const) {
      const changed = use.slice();
      changed[at] = value;
      expect(Math.abs((learn(changed).level[at] as number) - expected)).toBeLessThan(2);
    }
  });
});
