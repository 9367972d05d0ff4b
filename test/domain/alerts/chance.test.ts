import { describe, expect, test } from 'vitest';
import { clockOf } from '../../../domain/alerts/clock.ts';
import { tabularCusum } from '../../../domain/alerts/cusum.ts';
import { defaultParameters } from '../../../domain/alerts/kinds.ts';
import { judgeNightFlow } from '../../../domain/alerts/kinds/night-flow.ts';
import { spansOf } from '../../../domain/alerts/spans.ts';
import type { Watched } from '../../../domain/alerts/watched.ts';
import { startOfDay } from '../../../domain/time.ts';
import { chanceAt, seedOf } from '../../../simulators/chance.ts';

/**
 * How often chance alone raises something, counted by letting it try: what a rule says of it is not taken from memory.
 */

/** Draws of the standard normal distribution (Box and Muller). */
function normals(name: string, count: number): Float64Array {
  const seed = seedOf(11, name);
  return Float64Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - chanceAt(seed, 2 * i)));
    return radius * Math.cos(2 * Math.PI * chanceAt(seed, 2 * i + 1));
  });
}

describe('the CUSUM of a drift', () => {
  const { allowance, decision } = defaultParameters('drift');
  const steps = normals('weeks', 1_000_000);

  /** Mean of the steps up to an alarm, from one to the next; none takes more than `most`. */
  function runLength(shift: number, tried: number, most: number): number {
    const shifted = steps.subarray(0, tried).map((step) => step + shift);
    let [start, alarms] = [0, 0];
    while (start < shifted.length) {
      const { sums } = tabularCusum(shifted.subarray(start, start + most), allowance);
      const at = sums.findIndex((sum) => sum > decision);
      if (at < 0) break;
      alarms++;
      start += at + 1;
    }
    return start / alarms;
  }

  /** Siegmund's approximation of the same (1985): another way to it. */
  function siegmund(shift: number): number {
    const [drift, bound] = [shift - allowance, decision + 1.166];
    return (Math.exp(-2 * drift * bound) + 2 * drift * bound - 1) / (2 * drift * drift);
  }

  test('raises nothing for some 900 weeks by chance', () => {
    expect(siegmund(0)).toBeCloseTo(938, 0);
    expect(Math.abs(runLength(0, 1_000_000, 9_000) / siegmund(0) - 1)).toBeLessThan(0.1);
  });

  test('finds a shift of one deviation in ten weeks', () => {
    expect(siegmund(1)).toBeCloseTo(10.3, 1);
    expect(Math.abs(runLength(1, 100_000, 100) / siegmund(1) - 1)).toBeLessThan(0.03);
  });
});

describe('the flow at night of forty hospitals that let it waver by a sixth, each for a year', () => {
  const clock = clockOf(startOfDay('2025-01-06'), 365 * 48);
  const rule = defaultParameters('night_flow');
  const hospitals = Array.from({ length: 40 }, (_, k) => {
    const byNight = normals(`hospital ${k}`, clock.days.length);
    return Float64Array.from(clock.day, (d) => 0.5 * Math.exp((byNight[d] as number) / 6));
  });
  const leakOn = 300;

  /** Nights after which a leak, m³/h, was found at each. */
  function nightsTaken(nights: number, leak: number): number[] {
    return hospitals.flatMap((flow) => {
      const use = flow.map((value, i) => value + ((clock.day[i] as number) >= leakOn ? leak / 2 : 0));
      const { scores, when } = judgeNightFlow({ clock, use, resolution: 0 } as Watched, { ...rule, nights });
      return spansOf(scores, when).map(({ raised }) => raised - leakOn + 1);
    });
  }

  test('raises nothing by chance, be it three nights that are asked for or the fourteen of the practice', () => {
    expect(nightsTaken(rule.nights, 0)).toEqual([]);
    expect(nightsTaken(14, 0)).toEqual([]);
  });

  test('shows a leak as large as itself in three nights; by fourteen nights it takes eleven more', () => {
    const three = nightsTaken(rule.nights, 1);
    expect(three.length).toBe(40);
    expect(three.toSorted((a, b) => a - b)[20]).toBe(3);
    expect(nightsTaken(14, 1).toSorted((a, b) => a - b)[20]).toBe(14);
  });
});
