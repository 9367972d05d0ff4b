import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { aMeter, aReading, seconds } from './a-meter.ts';

/**
 * A register with a known truth, and faults put into what it sends. Whatever is called measured, and whatever total
 * of a gap is called known, must be the truth: it may be less than everything, it may never be wrong in silence.
 */
const base = seconds('2026-03-02T00:00:00Z');
const size = 240;
/** kWh in a half-hour, 0 at times. */
const uses = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: size, maxLength: size });

type Fault = (readings: Reading[], at: number, long: number) => Reading[];
const spoil =
  (lie: (value: number, i: number) => number): Fault =>
  (readings, at, long) =>
    readings.map((reading, i) =>
      i >= at && i < at + long ? { ...reading, value: lie(reading.value, i - at) } : reading,
    );
const faults: Record<string, { readonly fault: Fault; readonly longest: number }> = {
  'false zeros': { fault: spoil(() => 0), longest: 30 },
  'low numbers': { fault: spoil((_, i) => 3 + i), longest: 4 },
  spikes: { fault: spoil((value, i) => value + 50_000 + i), longest: 4 },
  'a spike held': { fault: spoil((value) => Math.round(value / 1000) * 1000 + 900_000), longest: 6 },
  'sentinels of 32 bits': { fault: spoil(() => 4_294_967.295), longest: 30 },
  'sentinels of 24 bits': { fault: spoil(() => 16_777.215), longest: 30 },
  'no readings': { fault: (readings, at, long) => readings.filter((_, i) => i < at || i >= at + long), longest: 30 },
};

const places = fc.array(
  fc.record({
    name: fc.constantFrom(...Object.keys(faults)),
    at: fc.integer({ min: 30, max: size - 60 }),
    long: fc.nat(),
  }),
  { minLength: 1, maxLength: 3 },
);

function apart(list: readonly { readonly at: number }[]): boolean {
  const at = list.map((place) => place.at).sort((a, b) => a - b);
  return at.every((place, i) => i === 0 || place - (at[i - 1] ?? 0) > 45);
}

describe.each([
  ['with a rating', { rating: { value: 30, unit: 'kW' } }],
  ['without a rating', {}],
])('a meter %s', (_, entry) => {
  test.each([
    ['plain', {}, 500_000],
    ['that wraps', { register: { digits: 6, step: 1 } }, 999_400],
  ])('%s: what is said to be measured is true', (_, more, start) => {
    const meter = aMeter({ ...entry, ...more });
    fc.assert(
      fc.property(uses, places.filter(apart), (list, where) => {
        const truth = [0];
        for (const use of list) truth.push((truth.at(-1) ?? 0) + use);
        const honest = truth.map((total, i) => aReading(base + i * 1800, (start + total) % 1_000_000));
        // A false zero just where the register wraps cannot be told from a register that rests there.
        const wrapsAt = truth.findIndex((total) => start + total >= 1_000_000);
        const clear = where.filter(({ at }) => wrapsAt < 0 || at > wrapsAt + 10 || at + 45 < wrapsAt);
        const sent = clear.reduce((readings, { name, at, long }) => {
          const { fault, longest } = faults[name] ?? { fault: (r: Reading[]) => r, longest: 1 };
          return fault(readings, at, 1 + (long % longest));
        }, honest);
        const window = { from: base, to: base + size * 1800 };
        const { halfHours, gaps } = deriveHalfHours({ meter, readings: sent, window, now: base + size * 3600 });
        const trueIn = (from: number, to: number): number =>
          (truth[(to - base) / 1800] ?? 0) - (truth[(from - base) / 1800] ?? 0);
        const wrong = halfHours.filter(
          ({ start, quality, energy }) =>
            quality === 'measured' && Math.abs((energy ?? -1) - trueIn(start, start + 1800)) > 1e-6,
        );
        expect(wrong).toEqual([]);
        expect(gaps.filter((gap) => Math.abs((gap.energy ?? -1) - trueIn(gap.from, gap.to)) > 1e-6)).toEqual([]);
        const total = [...halfHours, ...gaps].reduce((sum, { energy }) => sum + (energy ?? 0), 0);
        expect(total).toBeLessThanOrEqual(trueIn(window.from, window.to) + 1e-6);
      }),
      { numRuns: 300 },
    );
  });
});
