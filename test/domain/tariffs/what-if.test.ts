import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Load } from '../../../domain/tariffs/load.ts';
import { withoutHoles } from '../../../domain/tariffs/missing-use.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import { grown, shaved, shifted, withGeneration, withHeatPump } from '../../../domain/tariffs/what-if.ts';
import { halfHourSeconds, startOfDay, wallClock } from '../../../domain/time.ts';

/** Four weeks over the change of clocks in October. */
const period = { from: startOfDay('2025-10-06'), to: startOfDay('2025-11-03') };
const count = (period.to - period.from) / halfHourSeconds;
const load = (use: Float64Array): Load => ({ unit: 'kWh', from: period.from, use: certain(use) });
const sum = (column: Float64Array): number => column.reduce((all, each) => all + each, 0);
const uses = fc
  .array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 97, maxLength: 97 })
  .map((some) => Float64Array.from({ length: count }, (_, i) => some[i % some.length] as number));

const peak = { fromMinute: 16 * 60, toMinute: 19 * 60, weekdays: [1, 2, 3, 4, 5] };
const night = { fromMinute: 0, toMinute: 5 * 60 };

describe('what if', () => {
  test('everything grew: so do kWh and kvarh', () => {
    const use = new Float64Array(count).fill(10);
    const { use: more, reactive } = grown({ ...load(use), reactive: certain(use) }, 5);
    expect([more.best[0], reactive?.best[0]]).toEqual([10.5, 10.5]);
  });

  test('a share of the peak moved into the night of the same day: all of it arrives', () => {
    fc.assert(
      fc.property(uses, fc.double({ min: 0, max: 1, noNaN: true }), (use, share) => {
        const moved = shifted(load(use), share, peak, night).use.best;
        for (const [i, kwh] of moved.entries()) {
          const { minuteOfDay, weekday } = wallClock(period.from + i * halfHourSeconds);
          const isPeak = weekday <= 5 && minuteOfDay >= 960 && minuteOfDay < 1140;
          const before = use[i] as number;
          const [least, most] = isPeak ? [1 - share, 1 - share] : [1, minuteOfDay < 300 ? Infinity : 1];
          expect(kwh).toBeGreaterThanOrEqual(before * least - 1e-9);
          expect(kwh).toBeLessThanOrEqual((before + 1e-9) * most + 1e-9);
        }
        expect(sum(moved)).toBeCloseTo(sum(use), 6);
      }),
      { numRuns: 10 },
    );
  });

  test('peaks were shaved: none is left where a day had room for it, and what was stored came from somewhere', () => {
    fc.assert(
      fc.property(uses, (use) => {
        const next = shaved(load(use), 160, 0.9).use.best;
        // The first half-hour of a day has none before it to charge in.
        const first = wallClock(period.from).minuteOfDay;
        expect(first).toBe(0);
        for (const [i, kwh] of next.entries()) expect(kwh).toBeLessThanOrEqual(Math.max(80, use[i] as number) + 1e-9);
        expect(sum(next)).toBeGreaterThanOrEqual(sum(use) - 1e-6);
      }),
      { numRuns: 20 },
    );
    const use = new Float64Array(count).fill(50);
    use[30] = 95;
    const next = shaved(load(use), 180, 0.5).use.best;
    // 5 kWh above take 10 kWh of charging, in the half-hour before.
    expect([next[29], next[30]]).toEqual([60, 90]);
  });

  test('solar panels: what is drawn less what is given is the same as before', () => {
    fc.assert(
      fc.property(uses, uses, (use, generation) => {
        const { load: drawn, exported } = withGeneration(load(use), generation);
        for (let i = 0; i < count; i += 13) {
          const net = (drawn.use.best[i] as number) - (exported.use.best[i] as number);
          expect(net).toBeCloseTo((use[i] as number) - (generation[i] as number), 9);
          expect(Math.min(drawn.use.best[i] as number, exported.use.best[i] as number)).toBe(0);
        }
      }),
      { numRuns: 10 },
    );
  });

  test('a heat pump: half of 90 % of the gas as heat, at a performance of 3', () => {
    const [electricity, gas] = [load(new Float64Array(count).fill(20)), load(new Float64Array(count).fill(100))];
    const next = withHeatPump(electricity, gas, { share: 0.5, boilerEfficiency: 0.9, performance: 3 });
    expect([next.electricity.use.best[7], next.gas.use.best[7]]).toEqual([35, 50]);
    expect(next.electricity.use.low).toBe(next.electricity.use.high);
  });
});

describe('half-hours that nobody measured', () => {
  const at = (date: string, slot: number) => (startOfDay(date) - period.from) / halfHourSeconds + slot;
  const values = Float64Array.from({ length: count }, (_, i) => {
    const { minuteOfDay, weekday } = wallClock(period.from + i * halfHourSeconds);
    return weekday <= 5 ? 40 + (minuteOfDay === 600 ? weekday : 0) : 10;
  });

  test('are between the least and the most of the same time on such days, most likely the median', () => {
    const holed = values.slice();
    holed[at('2025-10-15', 20)] = Number.NaN;
    const range = withoutHoles(period.from, holed);
    const i = at('2025-10-15', 20);
    // Mondays 41 to Fridays 45 at 10:00; this Wednesday is not known.
    expect([range?.low[i], range?.best[i], range?.high[i]]).toEqual([41, 43, 45]);
    expect(range?.low[i + 1]).toBe(40);
  });

  test('add up to what a register counted across the gap', () => {
    const holed = values.slice();
    const [first, end] = [at('2025-10-18', 0), at('2025-10-19', 0)];
    holed.fill(Number.NaN, first, end);
    const gap = { from: startOfDay('2025-10-18'), to: startOfDay('2025-10-19'), total: 960 };
    const range = withoutHoles(period.from, holed, [gap]);
    expect(sum(range?.best.slice(first, end) ?? new Float64Array())).toBeCloseTo(960, 9);
    expect([range?.low[first], range?.best[first], range?.high[first]]).toEqual([10, 20, 20]);
  });

  test('are one column where there are none, and nothing where nothing is known', () => {
    expect(withoutHoles(period.from, values)?.low).toBe(values);
    expect(withoutHoles(period.from, new Float64Array(count).fill(Number.NaN))).toBeUndefined();
  });
});
