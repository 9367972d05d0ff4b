import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import type { WatchedBalance } from '../pairs.ts';
import { spansOf } from '../spans.ts';
import { usualOf } from '../usual.ts';
import { dayTotals } from '../weather-factors.ts';
import { goesOnAt, placesOfDays } from './steps-of-days.ts';
import { inUnit } from './thresholds.ts';

/**
 * What passes a main and none of its sub-meters, beyond what usually does and beyond what the accuracy of the meters
 * explains. Where the main itself did not rise, a sub-meter counts too little, which is a fault of the data and told by
 * `reconciliation/`. Steps are days.
 */
export function unexplainedMain(balance: WatchedBalance, rule: ParametersOf<'unexplained_main'>): Finding[] {
  const { main, subs, residual, bound } = balance;
  const { clock, use, expected } = main;
  const totals = dayTotals(clock, residual);
  const { excess: least } = inUnit(main, rule);
  const { median, spread } = usualOf(totals, { remembered: 56, fewest: 14, leastFar: 12 * least });
  const rose = dayTotals(
    clock,
    use.map((value, i) => value - (expected.level[i] as number)),
  );
  const scores = totals.map((total, d) => {
    const excess = total - (median[d] as number);
    const byAccuracy = Number.isNaN(bound[d]) ? Number.POSITIVE_INFINITY : excess / (bound[d] as number);
    const byMain = (rose[d] as number) / excess / rule.share_of_main;
    const deviations = excess / (spread[d] as number) / rule.deviations;
    return Math.min(excess / (24 * least), byAccuracy, deviations, excess > 0 ? byMain : 0);
  });
  const spans = spansOf(scores, { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 3 });
  return spans.map((span) => {
    const level = use.map((value, i) => value - (residual[i] as number) + (median[span.raised] as number) / 48);
    const watched = { ...main, expected: { ...expected, level } };
    const finding = findingOf({ watched, kind: 'unexplained_main', places: placesOfDays(main, span) });
    return { ...finding, facts: { sub_meters: subs.length } };
  });
}
