import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coldestDay, designDay } from '../../../domain/readiness/coldest-day.ts';
import {
  backupNames,
  fuelLeft,
  heatPumpLoad,
  type HeatPumpPlant,
  seasonalPerformance,
  sum,
} from '../../../domain/readiness/heat-pump.ts';
import { byRegression, flowBy, type PerformanceOf } from '../../../domain/readiness/performance.ts';
import { halfHourSeconds, startOfDay } from '../../../domain/time.ts';

const usual = byRegression('when2heat-2019', 'air') as PerformanceOf;
const plantOf = (plant: Partial<HeatPumpPlant> = {}): HeatPumpPlant => ({
  performance: usual,
  source: undefined,
  flow: flowBy([{ outside: 0, flow: 55 }]),
  size: undefined,
  backup: 'none',
  ...plant,
});

describe('a day worked by hand', () => {
  // 100 kWh of heat in each half-hour; −5 °C until 06:00, 5 °C after. Performance 2 and 2.5, 150 kW of heat at most.
  const heat = new Float64Array(48).fill(100);
  const temperature = Float64Array.from({ length: 48 }, (_, i) => (i < 12 ? -5 : 5));
  const performance: PerformanceOf = (source) => ({ value: source < 0 ? 2 : 2.5, isKnown: source >= 0 });
  const day = (plant: Partial<HeatPumpPlant>) => heatPumpLoad(heat, temperature, plantOf({ performance, ...plant }));

  test('as large as it need be: 12 × 100 / 2 + 36 × 100 / 2.5 kWh', () => {
    const load = day({});
    expect(sum(load.electricity)).toBeCloseTo(600 + 1440, 9);
    expect(sum(load.unmetHeat)).toBe(0);
    expect(load.beyondKnown).toBe(12);
    expect(seasonalPerformance(load)).toBeCloseTo(4800 / 2040, 12);
  });

  test('too small with electric heaters: 75 kWh from it and 25 from them', () => {
    const load = day({ size: 150, backup: 'direct_electric' });
    expect(load.electricity[0]).toBeCloseTo(75 / 2 + 25, 12);
    expect(load.electricity[47]).toBeCloseTo(75 / 2.5 + 25, 12);
    expect(sum(load.backupHeat)).toBe(48 * 25);
  });

  test('too small with boilers: a quarter of the fuel is still burnt', () => {
    const load = day({ size: 150, backup: 'boiler' });
    expect(load.electricity[0]).toBeCloseTo(37.5, 12);
    const fuel = fuelLeft(new Float64Array(48).fill(125), heat, load, 'boiler');
    expect(sum(fuel)).toBeCloseTo((48 * 125) / 4, 9);
    expect(sum(fuelLeft(new Float64Array(48).fill(125), heat, load, 'none'))).toBe(0);
  });

  test('too small with nothing: 25 kWh are missing in each half-hour', () => {
    expect(sum(day({ size: 150 }).unmetHeat)).toBe(48 * 25);
  });
});

test('energy closes in every half-hour, whatever the plant', () => {
  const amounts = fc.array(fc.tuple(fc.double({ min: 0, max: 500, noNaN: true }), fc.integer({ min: -12, max: 30 })), {
    minLength: 1,
    maxLength: 60,
  });
  const sizes = fc.option(fc.double({ min: 1, max: 900, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(amounts, sizes, fc.constantFrom(...backupNames), (rows, size, backup) => {
      const heat = Float64Array.from(rows, ([kwh]) => kwh);
      const temperature = Float64Array.from(rows, ([, degrees]) => degrees);
      const load = heatPumpLoad(heat, temperature, plantOf({ size, backup }));
      for (const i of heat.keys()) {
        const given = load.heatPumpHeat[i] as number;
        const parts = given + (load.backupHeat[i] as number) + (load.unmetHeat[i] as number);
        expect(parts).toBeCloseTo(heat[i] as number, 9);
        expect(given).toBeLessThanOrEqual((size ?? Infinity) / 2 + 1e-12);
        // A second way to the electricity: heat over performance, and heaters one for one.
        const lift = Math.min(60, Math.max(15, 55 - (temperature[i] as number)));
        const curve = 0.85 * (6.08 - 0.0941 * lift + 0.000464 * lift * lift);
        const past = 55 - (temperature[i] as number) > 60 ? (curve * 60) / (55 - (temperature[i] as number)) : curve;
        const heaters = backup === 'direct_electric' ? (heat[i] as number) - given : 0;
        expect(load.electricity[i]).toBeCloseTo(given / past + heaters, 9);
        expect(load[backup === 'none' ? 'backupHeat' : 'unmetHeat'][i]).toBe(0);
      }
    }),
  );
});

describe('the coldest day', () => {
  // Over the change of clocks in March: the second day has 46 half-hours.
  const period = { from: startOfDay('2026-03-28'), to: startOfDay('2026-03-31') };
  const count = (period.to - period.from) / halfHourSeconds;
  const temperature = Float64Array.from({ length: count }, (_, i) => (i < 48 ? 2 : i < 94 ? -3 : -4));

  test('is the one of the lowest mean, of those that were measured', () => {
    const all = new Uint8Array(count).fill(1);
    expect(coldestDay(period, temperature, all)).toMatchObject({ date: '2026-03-30', first: 94, end: 142, mean: -4 });
    const known = all.map((_, i) => Number(i < 94));
    expect(coldestDay(period, temperature, known)).toMatchObject({ date: '2026-03-29', first: 48, end: 94 });
    expect(coldestDay(period, temperature, new Uint8Array(count))).toBeUndefined();
  });

  test('made colder: every half-hour as much, and heat in proportion to how far it lies below the base', () => {
    const heat = new Float64Array(count).fill(10);
    const day = coldestDay(period, temperature, new Uint8Array(count).fill(1));
    if (!day) throw new Error('no day');
    // 19.5 K below the base at −4 °C, 22.5 at −7.
    const design = designDay(heat, temperature, day, { design: -7, base: 15.5 });
    expect(design?.temperature).toEqual(new Float64Array(48).fill(-7));
    expect(design?.heat[0]).toBeCloseTo((10 * 22.5) / 19.5, 12);
    expect(designDay(heat, temperature, day, { design: -7, base: -4 })).toBeUndefined();
  });
});
