import { dayScore, daysOf } from '../days.ts';
import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import { spansOf } from '../spans.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';
import { inUnit } from './thresholds.ts';

/** A sudden step: day after day more than such a day of that weather takes. Steps are days. */
export function step(watched: Watched, rule: ParametersOf<'step'>): Finding[] {
  const days = daysOf(watched);
  const { excess: least } = inUnit(watched, rule);
  const scores = days.share.map((share, d) => {
    const excess = (days.used[d] as number) - (days.expected[d] as number);
    return Math.min(share / rule.rises_by, excess / (24 * least), dayScore(days, d, rule.deviations));
  });
  const spans = spansOf(scores, { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 3 });
  return spans.map((span) => findingOf({ watched, kind: 'step', places: placesOfDays(watched, span) }));
}
