import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import type { ShownPoint } from '../../domain/series.ts';
import { choicePoints } from '../../domain/shown/choice-points.ts';
import { exchangePoints } from '../../domain/shown/mark-points.ts';
import { startOfDay } from '../../domain/time.ts';
import { ShownSignOffs } from '../../ingest/shown-sign-offs.ts';
import { estateOf } from '../domain/small-estate.ts';
import { openBooks, type TestBooks } from './books.ts';

const now = Date.parse('2026-03-20T12:00:00Z') / 1000;
const at = '2026-02-03T09:30:00Z';
const estate = estateOf([
  {
    id: 'north',
    name: 'North Infirmary',
    buildings: [
      { id: 'tower', name: 'Tower', gross_internal_area_m2: 500 },
      { id: 'lodge', name: 'Lodge', gross_internal_area_m2: 50 },
    ],
    meters: [
      { id: 'n-e', building: 'tower' },
      { id: 'n-g', utility: 'gas', name: 'Boiler house', exchanges: [{ at, closing: 4_218.5, opening: 0.25 }] },
    ],
  },
  { id: 'south', organisation: 'other', meters: [] },
]);

let books: TestBooks;
let written: ShownPoint[] = [];
let isAway = false;
beforeEach(async () => {
  [written, isAway] = [[], false];
  books = await openBooks(() => now);
});
afterEach(() => books.close());

const begun = (): ShownSignOffs =>
  new ShownSignOffs(
    {
      writeShown: (points) => {
        if (isAway) return Promise.reject(new Error('away'));
        written.push(...points);
        return Promise.resolve();
      },
    },
    books.state,
  );

function sign(sites: readonly string[], figure: 'carbon' | 'water' = 'carbon'): void {
  const period = { from: startOfDay('2025-04-01'), to: startOfDay('2026-04-01') };
  const place = { kind: 'site', id: 'north' } as const;
  const versions = { register: 1, factors: 1, code: 'test' };
  books.state.sign(
    {
      at: now,
      who: 'Ada',
      reason: 'for ERIC',
      asked: { figure, place, period },
      sites,
      meters: [],
      value: 1,
      accepted: [],
      versions,
    },
    { days: [], gaps: [], chain: null },
  );
}

test('what was signed is a mark, once, over a restart and an outage; not by whom, not why and not what it came to', async () => {
  sign(['north', 'south']);
  isAway = true;
  await expect(begun().look(estate)).rejects.toThrow('away');
  isAway = false;
  const shown = begun();
  await shown.look(estate);
  await shown.look(estate);
  await begun().look(estate);
  expect(written).toEqual([
    {
      series: 'sign_off',
      tags: { sign_off: '1', figure: 'carbon' },
      fields: {
        period_from_s: startOfDay('2025-04-01'),
        period_to_s: startOfDay('2026-04-01'),
        title: 'North Infirmary: a figure was signed off',
        says: 'emissions, location-based, 2025-04-01 to 2026-03-31 (sign-off 1)',
        sites: ' north south ',
      },
      at: now,
    },
  ]);
  for (let i = 0; i < limits.signOffsPerLook + 1; i++) sign(['south'], 'water');
  await shown.look(estate);
  expect(written.length).toBe(1 + limits.signOffsPerLook);
  await shown.look(estate);
  expect(written.length).toBe(2 + limits.signOffsPerLook);
});

test('an exchange is a mark of its meter at its second', () => {
  expect(exchangePoints(estate)).toEqual([
    {
      series: 'exchange',
      tags: { meter: 'n-g', site: 'north', utility: 'gas' },
      fields: {
        listed: 1,
        closing: 4_218.5,
        opening: 0.25,
        title: 'North Infirmary: Boiler house was exchanged',
        says: 'the old meter ended at 4218.5, the new one began at 0.25 (n-g)',
      },
      at: Date.parse(at) / 1000,
    },
  ]);
});

test('each meter can be chosen under its building, and a building or a site without a meter too', () => {
  const points = choicePoints(estate, now);
  expect(new Set(points.map((point) => point.at))).toEqual(new Set([startOfDay('2026-03-01')]));
  expect(points.map(({ tags }) => Object.values(tags).join(' '))).toEqual([
    'mse north tower electricity n-e',
    'mse north none gas n-g',
    'mse north lodge none none',
    'other south none none none',
  ]);
});
