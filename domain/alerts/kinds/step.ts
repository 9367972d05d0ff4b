import { daysOf, judgeDays } from '../days.ts';
import { type Finding, findingOf } from '../finding.ts';
import type { Judged } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { spansOf } from '../spans.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';
import { inUnit } from './thresholds.ts';

/**
 * A sudden step: day after day more than such a day of that weather takes. A step downwards is no alert: it is what
 * everybody works for, and a meter that fails is a fault of the data. Steps are days.
 */
export function step(watched: Watched, rule: ParametersOf<'step'>): Finding[] {
  const { scores, when } = judgeStep(watched, rule);
  return spansOf(scores, when).map((span) => findingOf({ watched, kind: 'step', places: placesOfDays(watched, span) }));
}

export function judgeStep(watched: Watched, rule: ParametersOf<'step'>): Judged {
  const when = { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 3 };
  return judgeDays(daysOf(watched), { ...rule, excess: inUnit(watched, rule).excess }, when);
}
