import { daysOf, judgeDays } from '../days.ts';
import { type Finding, findingOf } from '../finding.ts';
import type { Judged } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { spansOf } from '../spans.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/** Heating on warm days: more than hot water takes on days on which nothing needs to be warmed. Steps are days. */
export function summerHeating(watched: Watched, rule: ParametersOf<'summer_heating'>): Finding[] {
  const { scores, when } = judgeSummerHeating(watched, rule);
  return spansOf(scores, when).map((span) =>
    findingOf({ watched, kind: 'summer_heating', places: placesOfDays(watched, span) }),
  );
}

/** Only warm days are known; without temperatures none is. */
export function judgeSummerHeating(watched: Watched, rule: ParametersOf<'summer_heating'>): Judged {
  const mean = watched.weather?.mean;
  const isWarm = (d: number): boolean => (mean?.[d] ?? Number.NaN) >= rule.warm_above;
  const when = { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 2 };
  const days = judgeDays(daysOf(watched), { ...rule, excess: rule.excess_kw }, when);
  return {
    when,
    scores: days.scores.map((score, d) => (isWarm(d) ? score : Number.NaN)),
    shortBy: (d) => (isWarm(d) ? days.shortBy(d) : Number.NaN),
  };
}
