import { type Finding, findingOf } from '../finding.ts';
import { type Judged, judgedBy, ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { spansOf } from '../spans.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt } from './steps-of-days.ts';
import { inUnit } from './thresholds.ts';

/**
 * Use that stays above a limit for some hours (practice of bureaux: "always above", 120 minutes). Where nobody wrote
 * one, the limit is what the meter usually uses at that time of the week. Steps are half-hours.
 */
export function alwaysAbove(watched: Watched, rule: ParametersOf<'always_above'>): Finding[] {
  const { scores, when } = judgeAlwaysAbove(watched, rule);
  return spansOf(scores, when).map((places) => findingOf({ watched, kind: 'always_above', places }));
}

export function judgeAlwaysAbove(watched: Watched, rule: ParametersOf<'always_above'>): Judged {
  const { use, expected } = watched;
  const { level, spread } = expected;
  const { limit, excess: least } = inUnit(watched, rule);
  const needs = Math.round(2 * rule.hours);
  const when = { raise: 1, clear: limit > 0 ? 0.95 : goesOnAt, needs, of: needs + 1, quiet: 4 };
  if (limit > 0) {
    const needed = new Float64Array(use.length).fill(limit / ratePer.halfHour);
    return judgedBy(use, needed, when, ratePer.halfHour);
  }
  const needed = level.map((usual, i) =>
    Math.max(rule.deviations * (spread[i] as number), rule.rises_by * usual, least / ratePer.halfHour),
  );
  return judgedBy(
    use.map((value, i) => value - (level[i] as number)),
    needed,
    when,
    ratePer.halfHour,
  );
}
