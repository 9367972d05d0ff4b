import { slotsPerDay } from '../../../domain/alerts/clock.ts';
import { type Finding, findingOf } from '../../../domain/alerts/finding.ts';
import { spansOf } from '../../../domain/alerts/spans.ts';
import type { Watched } from '../../../domain/alerts/watched.ts';

/**
 * What is done elsewhere, for comparison, on the same half-hours: findings of each meter are put together and valued as
 * those of the product are, and need as many half-hours.
 */

/** Two hours. */
const needs = 4;
const learnedDays = 91;

/** A limit that somebody set once: a fifth above the highest half-hour of the first quarter. */
export function fixedThresholds(watched: Watched): Finding[] {
  const { clock, use } = watched;
  const first = use.subarray(0, learnedDays * slotsPerDay).filter((value) => !Number.isNaN(value));
  const limit = 1.2 * first.reduce((most, value) => Math.max(most, value), 0);
  const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
  const scores = use.map((value, i) => (i < learnedDays * slotsPerDay ? Number.NaN : value / limit));
  const level = new Float64Array(clock.count).fill(mean);
  return findingsOf(watched, scores, level, level);
}

/** More than three standard deviations above the mean of the same half-hour of the week in the last eight weeks. */
export function scoresBySlot(watched: Watched): Finding[] {
  const { clock, use } = watched;
  const [level, spread] = [new Float64Array(clock.count).fill(Number.NaN), new Float64Array(clock.count)];
  const week = 7 * slotsPerDay;
  const scores = use.map((value, i) => {
    let [count, sum, squares] = [0, 0, 0];
    for (let k = 1; k <= 8; k++) {
      const one = use[i - k * week];
      if (one === undefined || Number.isNaN(one)) continue;
      count++;
      sum += one;
      squares += one * one;
    }
    if (count < 6) return Number.NaN;
    const mean = sum / count;
    level[i] = mean;
    const deviation = Math.sqrt(Math.max(0, (squares - count * mean * mean) / (count - 1)));
    spread[i] = deviation;
    return (value - mean) / Math.max(deviation, 1e-6 + 0.01 * mean) / 3;
  });
  return findingsOf(watched, scores, level, spread);
}

function findingsOf(watched: Watched, scores: Float64Array, level: Float64Array, spread: Float64Array): Finding[] {
  const expected = { ...watched.expected, level, spread };
  return spansOf(scores, { raise: 1, clear: 1, needs, of: needs, quiet: 4 }).map((places) =>
    findingOf({ watched: { ...watched, expected }, kind: 'always_above', places }),
  );
}
