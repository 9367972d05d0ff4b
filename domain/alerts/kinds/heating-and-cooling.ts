import { dayScore, daysOf } from '../days.ts';
import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import type { WatchedComfort } from '../pairs.ts';
import { spansOf } from '../spans.ts';
import type { Watched } from '../watched.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';

/**
 * Heating and cooling against one another: on the same days both take more than the weather asks of them. What always
 * overlaps is not seen, since it is what is usual. One finding for each of the two, as their kWh differ in price. Steps
 * are days.
 */
export function heatingAndCooling(
  { heating, cooling }: WatchedComfort,
  rule: ParametersOf<'heating_and_cooling'>,
): Finding[] {
  const [heat, cold] = [scoresOf(heating, rule), scoresOf(cooling, rule)];
  const scores = heat.map((score, d) => Math.min(score, cold[d] as number));
  const spans = spansOf(scores, { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 2 });
  return spans.flatMap((span) => {
    const places = placesOfDays(heating, span);
    const meters = [heating.meter.id, cooling.meter.id];
    return [heating, cooling].map((watched) => ({
      ...findingOf({ watched, kind: 'heating_and_cooling', places }),
      meters,
    }));
  });
}

function scoresOf(watched: Watched, rule: ParametersOf<'heating_and_cooling'>): Float64Array {
  const days = daysOf(watched);
  return days.share.map((_, d) => {
    const excess = (days.used[d] as number) - (days.expected[d] as number);
    return Math.min(excess / (24 * rule.excess_kw), dayScore(days, d, rule.deviations));
  });
}
