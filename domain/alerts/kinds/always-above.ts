import { type Finding, findingOf } from '../finding.ts';
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
  const { use, expected } = watched;
  const { limit, excess: least } = inUnit(watched, rule);
  const scores = use.map((value, i) => {
    if (limit > 0) return (2 * value) / limit;
    const level = expected.level[i] as number;
    const excess = value - level;
    const deviations = excess / (expected.spread[i] as number) / rule.deviations;
    return Math.min(deviations, (2 * excess) / least, level > 0 ? excess / level / rule.rises_by : deviations);
  });
  const needs = Math.round(2 * rule.hours);
  const spans = spansOf(scores, { raise: 1, clear: limit > 0 ? 0.95 : goesOnAt, needs, of: needs + 1, quiet: 4 });
  return spans.map((places) => findingOf({ watched, kind: 'always_above', places }));
}
