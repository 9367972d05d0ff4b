import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import { knownOf } from '../robust.ts';
import { spansOf } from '../spans.ts';
import { suspiciousScore } from '../suspicion.ts';
import type { Watched } from '../watched.ts';

/**
 * Days looked back upon: a main that came near nothing on more than a few of them is used to it (panels on its roof,
 * an engine in its cellar), one that did so once or twice has failed before.
 */
const lookedBack = { days: 56, known: 28, low: 2 } as const;
/** Near nothing: this share of what was expected. */
const nearNothing = 0.15;

/**
 * A supply that has failed: measured as nothing where it hardly ever comes near it. What is not measured at all is a
 * fault of the data. Steps are half-hours.
 */
export function supplyLost(watched: Watched, rule: ParametersOf<'supply_lost'>): Finding[] {
  const scores = scoresOfSupply(watched, rule);
  const needs = Math.max(1, Math.round(2 * rule.hours));
  return spansOf(scores, { raise: 1, clear: 1, needs, of: needs, quiet: 1 }).map((places) => {
    const finding = findingOf({ watched, kind: 'supply_lost', places });
    // What was not used saved nobody anything.
    return { ...finding, excess: finding.excess.fill(0) };
  });
}

/** 1 in each half-hour in which it has failed, else 0; NaN where that is not known. */
export function scoresOfSupply(watched: Watched, rule: ParametersOf<'supply_lost'>): Float64Array {
  const { clock, use, expected } = watched;
  const steady = steadyDays(watched);
  return use.map((value, i) => {
    const level = expected.level[i] as number;
    if (Number.isNaN(value) || Number.isNaN(level)) return Number.NaN;
    const deviations = (level - value) / (expected.spread[i] as number);
    const failed = value <= rule.share_left * level && deviations >= suspiciousScore;
    return failed && steady[clock.day[i] as number] === 1 ? 1 : 0;
  });
}

/** Days before which the meter hardly ever came near nothing: 1 there. */
function steadyDays({ clock: { days }, use, expected: { level } }: Watched): Uint8Array {
  const low = Float64Array.from(days, ({ first, count }) => {
    let [lows, known] = [0, 0];
    for (let i = first; i < first + count; i++) {
      if (Number.isNaN(use[i]) || Number.isNaN(level[i])) continue;
      known++;
      if ((use[i] as number) <= nearNothing * (level[i] as number)) lows++;
    }
    return known === 0 ? Number.NaN : Math.min(lows, 1);
  });
  return Uint8Array.from(days, (_, d) => {
    const known = knownOf(low.subarray(Math.max(0, d - lookedBack.days), d));
    const lows = known.reduce((sum, one) => sum + one, 0);
    return Number(known.length >= lookedBack.known && lows <= lookedBack.low);
  });
}
