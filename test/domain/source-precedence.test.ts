import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Gap, HalfHour, Quality } from '../../domain/half-hours/half-hours.ts';
import { orderOn, pickSources, type SourceRows } from '../../domain/half-hours/source-precedence.ts';
import { dateOf } from '../../domain/time.ts';
import { aHalfHour, seconds } from './a-meter.ts';

const day = seconds('2026-03-28T00:00:00Z');
const size = 96;
const window = { from: day, to: day + size * 1800 };
const precedence = [
  { from: '2026-01-01', order: ['m', 'file', 'invoice'] },
  { from: '2026-03-29', order: ['file', 'm'] },
];
const point = { id: 'm', precedence };
const ids = ['m', 'file', 'invoice'] as const;

const rank: Record<Quality, number> = { missing: 0, estimated: 1, measured: 2 };
const quality = fc.constantFrom<Quality>('missing', 'estimated', 'measured');
const row = fc.record({ quality, energy: fc.integer({ min: 0, max: 50 }) });
const rows = fc.array(row, { minLength: size, maxLength: size });
const three = fc.tuple(rows, rows, rows).map((lists) => lists.map((list, i) => sourceOf(ids[i] ?? '', list)));

function sourceOf(source: string, list: readonly { quality: Quality; energy: number }[]): SourceRows {
  const halfHours = list.map(({ quality, energy }, k): HalfHour => {
    return aHalfHour(day + k * 1800, quality === 'missing' ? undefined : energy, quality);
  });
  return { source, halfHours, gaps: [] };
}

describe('each half-hour of a meter point', () => {
  test('is that of the source that knows it best, and of equals the first in the order of its date', () => {
    fc.assert(
      fc.property(three, (sources) => {
        const { halfHours } = pickSources(point, sources, window);
        expect(halfHours).toHaveLength(size);
        for (const [k, picked] of halfHours.entries()) {
          const order = orderOn(point, dateOf(picked.start));
          const candidates = order.map((id) => sources.find(({ source }) => source === id)?.halfHours[k] as HalfHour);
          const best = Math.max(...candidates.map((each) => rank[each.quality]));
          const first = candidates.findIndex((each) => rank[each.quality] === best);
          expect(rank[picked.quality]).toBe(best);
          expect(picked.energy).toBe(candidates[first]?.energy);
          const rule = order[first] === 'm' ? candidates[first]?.rule : best === 0 ? 'gap' : `source-${first + 1}`;
          expect(picked.rule).toBe(rule);
        }
      }),
    );
  });

  test('does not depend on the order in which sources are given, nor on how the window is cut', () => {
    fc.assert(
      fc.property(three, fc.integer({ min: 1, max: size - 1 }), (sources, cut) => {
        const whole = pickSources(point, sources, window);
        expect(pickSources(point, sources.toReversed(), window)).toEqual(whole);
        const middle = day + cut * 1800;
        const parts = [
          { from: window.from, to: middle },
          { from: middle, to: window.to },
        ].flatMap((part) => pickSources(point, sources, part).halfHours);
        expect(parts).toEqual(whole.halfHours);
      }),
    );
  });

  test('is the meter’s own before the first precedence, and of none where the order does not name it', () => {
    const own = sourceOf('m', [{ quality: 'estimated', energy: 1 }]);
    const file = sourceOf('file', [{ quality: 'measured', energy: 2 }]);
    const one = { from: day, to: day + 1800 };
    const later = { id: 'm', precedence: [{ from: '2026-06-01', order: ['file'] }] };
    expect(pickSources(later, [own, file], one).halfHours).toMatchObject([{ energy: 1 }]);
    const without = { id: 'm', precedence: [{ from: '2026-01-01', order: ['file'] }] };
    expect(pickSources(without, [own], one).halfHours).toMatchObject([{ quality: 'missing' }]);
  });
});

/** Sources that tell the truth: each half-hour as it was or not at all, and of each row of missing ones the total. */
const truth = fc.array(fc.integer({ min: 4, max: 6 }), { minLength: size, maxLength: size });
const seen = fc.array(fc.boolean(), { minLength: size, maxLength: size });

function honest(source: string, real: readonly number[], sees: readonly boolean[]): SourceRows {
  const gaps: Gap[] = [];
  const halfHours = real.map((energy, k): HalfHour => {
    const start = day + k * 1800;
    const last = gaps.at(-1);
    if (!sees[k] && last?.to === start) {
      gaps[gaps.length - 1] = { ...last, to: start + 1800, energy: (last.energy ?? 0) + energy };
    } else if (!sees[k]) gaps.push({ meter: source, from: start, to: start + 1800, energy, volume: undefined });
    return aHalfHour(start, sees[k] ? energy : undefined);
  });
  return { source, halfHours, gaps };
}

describe('what is missing in all sources', () => {
  test('has the total that is left of a source’s gap: half-hours and gaps add up to what passed', () => {
    fc.assert(
      fc.property(truth, seen, seen, (real, a, b) => {
        const sources = [honest('m', real, a), honest('file', real, b)];
        const order = [{ from: '2026-01-01', order: ['m', 'file'] }];
        const { halfHours, gaps } = pickSources({ id: 'm', precedence: order }, sources, window);
        const known = halfHours.reduce((sum, { energy }) => sum + (energy ?? 0), 0);
        const inGaps = gaps.reduce((sum, { energy }) => sum + (energy ?? 0), 0);
        const all = real.reduce((sum, energy) => sum + energy, 0);
        expect(known + inGaps).toBeCloseTo(all, 6);
        const missing = halfHours.filter(({ quality }) => quality === 'missing').length;
        expect(gaps.reduce((sum, { from, to }) => sum + (to - from) / 1800, 0)).toBe(missing);
      }),
    );
  });

  test('is unknown when the sources contradict each other', () => {
    const real = Array.from({ length: size }, () => 1);
    const own = honest('m', real, []);
    const twice = honest(
      'file',
      real.map(() => 2),
      real.map((_each, k) => k > 0 && k < 47),
    );
    const { gaps } = pickSources(
      { id: 'm', precedence: [{ from: '2026-01-01', order: ['m', 'file'] }] },
      [own, { ...twice, gaps: [] }],
      window,
    );
    // 96 kWh in all, and another source counted 92 of them in half the time: the rest is no measure of the others.
    expect(gaps.map(({ energy }) => energy)).not.toContain(undefined);
    const wrong = honest(
      'file',
      real.map(() => 3),
      real.map((_each, k) => k > 0 && k < 47),
    );
    const contradicted = pickSources(
      { id: 'm', precedence: [{ from: '2026-01-01', order: ['m', 'file'] }] },
      [own, { ...wrong, gaps: [] }],
      window,
    );
    expect(contradicted.gaps).toEqual([]);
  });
});
