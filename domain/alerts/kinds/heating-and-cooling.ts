import { daysOf, judgeDays } from '../days.ts';
import { type Finding, findingOf } from '../finding.ts';
import type { Judged } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import type { WatchedComfort } from '../pairs.ts';
import { spansOf } from '../spans.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/**
 * Heating and cooling against one another: on the same days both take more than the weather asks of them. What always
 * overlaps is not seen, since it is what is usual. One finding for each of the two, as their kWh differ in price. Steps
 * are days.
 */
export function heatingAndCooling(comfort: WatchedComfort, rule: ParametersOf<'heating_and_cooling'>): Finding[] {
  const { heating, cooling } = comfort;
  const { scores, when } = judgeComfort(comfort, rule);
  return spansOf(scores, when).flatMap((span) => {
    const places = placesOfDays(heating, span);
    const meters = [heating.meter.id, cooling.meter.id];
    return [heating, cooling].map((watched) => ({
      ...findingOf({ watched, kind: 'heating_and_cooling', places }),
      meters,
    }));
  });
}

/** What it is short by is kW of each of the two. */
export function judgeComfort({ heating, cooling }: WatchedComfort, rule: ParametersOf<'heating_and_cooling'>): Judged {
  const when = { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 2 };
  const asked = { excess: rule.excess_kw, deviations: rule.deviations };
  const [heat, cold] = [judgeDays(daysOf(heating), asked, when), judgeDays(daysOf(cooling), asked, when)];
  return {
    when,
    scores: heat.scores.map((score, d) => Math.min(score, cold.scores[d] as number)),
    shortBy: (d) => Math.max(heat.shortBy(d), cold.shortBy(d)),
  };
}
