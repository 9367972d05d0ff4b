import { dayScore, daysOf } from '../days.ts';
import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import { spansOf } from '../spans.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/** Heating on warm days: more than hot water takes on days on which nothing needs to be warmed. Steps are days. */
export function summerHeating(watched: Watched, rule: ParametersOf<'summer_heating'>): Finding[] {
  const { weather } = watched;
  if (!weather) return [];
  const days = daysOf(watched);
  const scores = days.share.map((share, d) => {
    if (!((weather.mean[d] as number) >= rule.warm_above)) return Number.NaN;
    const excess = (days.used[d] as number) - (days.expected[d] as number);
    return Math.min(share / rule.rises_by, excess / (24 * rule.excess_kw), dayScore(days, d, rule.deviations));
  });
  const spans = spansOf(scores, { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 2 });
  return spans.map((span) => findingOf({ watched, kind: 'summer_heating', places: placesOfDays(watched, span) }));
}
