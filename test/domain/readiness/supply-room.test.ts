import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lightOf } from '../../../domain/readiness/light.ts';
import {
  demandOf,
  halfHoursBeyond,
  heatingRatio,
  roomOf,
  shareThatFits,
  storeNeeded,
  withAdded,
  withReactive,
} from '../../../domain/readiness/supply-room.ts';
import type { Load } from '../../../domain/tariffs/load.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import type { SupplyPointTerms } from '../../../domain/tariffs/supply-point.ts';
import { startOfDay } from '../../../domain/time.ts';

const from = startOfDay('2026-01-01');
const terms: SupplyPointTerms = { id: 'p', utility: 'electricity', vat: 'by_use', charges: [] };
const kwh = fc.double({ min: 0, max: 200, noNaN: true });
const rows = fc.array(fc.tuple(kwh, kwh, kwh), { minLength: 1, maxLength: 96 });
const whole = fc.integer({ min: 0, max: 200 });
const wholeRows = fc.array(fc.tuple(whole, whole, whole), { minLength: 1, maxLength: 96 });

test('what fits in the room of a half-hour fills the supply to its last kVA, and no more does', () => {
  fc.assert(
    fc.property(
      rows,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 20, max: 900 }),
      (list, ratio, kva) => {
        const use = Float64Array.from(list, ([used]) => used);
        const reactive = Float64Array.from(list, ([, kvarh]) => kvarh);
        const load: Load = { unit: 'kWh', from, use: certain(use), reactive: certain(reactive) };
        const room = roomOf(load, kva, ratio);
        const full = withAdded(load, certain(room), ratio);
        for (const i of use.keys()) {
          const was = 2 * Math.hypot(use[i] as number, reactive[i] as number);
          const is = 2 * Math.hypot(full.use.best[i] as number, full.reactive?.best[i] ?? 0);
          expect(is).toBeCloseTo(Math.max(was, kva), 6);
        }
        // The demand of the whole is that of its fullest half-hour: the other way to the same kVA.
        const most = Math.max(...use.map((used, i) => 2 * Math.hypot(used, reactive[i] as number)));
        expect(demandOf(load, terms).kva?.best).toBeCloseTo(most, 6);
        expect(halfHoursBeyond(room, room)).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});

test('the share that fits fits, and a little more of it does not', () => {
  fc.assert(
    fc.property(wholeRows, (list) => {
      const added = Float64Array.from(list, ([more]) => more);
      const room = Float64Array.from(list, ([, , free]) => free);
      const share = shareThatFits(added, room);
      expect(
        halfHoursBeyond(
          added.map((each) => each * share),
          room,
        ),
      ).toBe(0);
      const more = halfHoursBeyond(
        added.map((each) => each * (share + 1e-3)),
        room,
      );
      expect(share === 1 || more > 0).toBe(true);
    }),
  );
});

test('a store of the size that is said carries the heat through, half-hour by half-hour; a smaller one runs dry', () => {
  const runsDry = (size: number, heat: Float64Array, possible: Float64Array): boolean => {
    // Full at first, as it was filled before; it charges whenever there is room.
    let held = size;
    for (const [i, wanted] of heat.entries()) {
      held = Math.min(size, held + (possible[i] as number) - wanted);
      if (held < -1e-6) return true;
    }
    return false;
  };
  let [sizes, small] = [0, 0];
  fc.assert(
    fc.property(wholeRows, (list) => {
      const heat = Float64Array.from(list, ([wanted]) => wanted);
      const room = Float64Array.from(list, ([, , free]) => free);
      const performance = Float64Array.from(list, ([, any]) => 2 + any / 100);
      const possible = room.map((free, i) => free * (performance[i] as number));
      const size = storeNeeded(heat, possible);
      if (size === undefined) return;
      sizes++;
      expect(runsDry(size, heat, possible)).toBe(false);
      if (size < 1) return;
      small++;
      expect(runsDry(size * 0.99, heat, possible)).toBe(true);
    }),
    { numRuns: 200 },
  );
  expect(sizes).toBeGreaterThan(20);
  expect(small).toBeGreaterThan(10);
});

test('without kvarh and a power factor kVA are not known, and with a stated one they have a range', () => {
  const load: Load = { unit: 'kWh', from, use: certain(new Float64Array(48).fill(40)) };
  expect(demandOf(load, terms)).toEqual({ kw: certain(80), kva: undefined, month: undefined });
  const stated = { ...terms, powerFactor: { least: 0.8, most: 1 } };
  const known = withReactive(load, stated);
  const { kva } = demandOf(known, stated);
  expect([kva?.low, kva?.high]).toEqual([80, expect.closeTo(100, 9)]);
  // Heating at a power factor of its own, or as the site has it over the year: 0.9 is the middle.
  expect(heatingRatio(known, 0.8)).toBeCloseTo(0.75, 12);
  expect(heatingRatio(known)).toBeCloseTo(Math.sqrt(1 / 0.81 - 1), 12);
  expect(heatingRatio(load)).toBe(0);
});

test('the light is that of the worst reason', () => {
  expect(lightOf([])).toBe('green');
  expect(lightOf([{ reason: 'costs-more' }])).toBe('amber');
  expect(lightOf([{ reason: 'costs-more' }, { reason: 'heat-unmet' }])).toBe('red');
});
