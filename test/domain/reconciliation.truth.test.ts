import { describe, expect, test } from 'vitest';
import type { Cause } from '../../domain/culprit.ts';
import { drawBalance } from './small-balance.ts';

/** How often the culprit is named, on trees whose fault is known: sixty draws of each, seven days of half-hours. */
const draws = 60;

interface Score {
  /** The meter and what is wrong with it. */
  readonly right: number;
  readonly meter: number;
  /** Another meter than the faulty one. */
  readonly wrong: number;
}

function scoreOf(fault: Cause, factor: number): Score {
  const score = { right: 0, meter: 0, wrong: 0 };
  for (let seed = 0; seed < draws; seed++) {
    const { faulty, result } = drawBalance({ seed, fault, factor });
    const [top] = result.suspects();
    if (top?.meter === faulty) score.meter++;
    if (top?.meter === faulty && top.cause === fault) score.right++;
    if (top?.meter !== undefined && top.meter !== faulty) score.wrong++;
  }
  return score;
}

describe('the culprit is named', () => {
  const faults: readonly [Cause, number, right: number, meter: number][] = [
    ['pulse-weight', 10, 60, 60],
    ['pulse-weight', 100, 60, 60],
    ['pulse-weight', 0.1, 60, 60],
    ['pulse-weight', 0.01, 60, 60],
    ['phase-lost', 3, 57, 59],
    ['phase-lost', 1.5, 54, 55],
    ['reversed-ct', 1, 57, 58],
    ['elsewhere', 1, 47, 53],
    ['stuck', 1, 50, 52],
    ['multiplier', 2, 50, 57],
    ['multiplier', 0.5, 55, 55],
  ];
  test.each(faults)('%s, factor %d', (fault, factor, right, meter) => {
    const score = scoreOf(fault, factor);
    expect(score.right).toBeGreaterThanOrEqual(right);
    expect(score.meter).toBeGreaterThanOrEqual(meter);
    expect(score.wrong).toBeLessThanOrEqual(1);
  });

  test('and none where there is none: what is left over is a load without a meter', () => {
    const causes = Array.from({ length: 200 }, (_, seed) => {
      const { result } = drawBalance({ seed: 1_000 + seed, fault: 'none', factor: 1 });
      return `${result.whole.verdict} ${result.suspects()[0]?.cause}`;
    });
    expect(new Set(causes)).toEqual(new Set(['above unmetered-load', 'within undefined']));
  });
});
