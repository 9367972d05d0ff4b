import { type Finding, findingOf } from '../finding.ts';
import { type Judged, ratePer } from '../judged.ts';
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
  const { main, subs, residual } = balance;
  const { use, expected } = main;
  const { scores, when, median } = judgeBalance(balance, rule);
  return spansOf(scores, when).map((span) => {
    const level = use.map((value, i) => value - (residual[i] as number) + (median[span.raised] as number) / 48);
    const watched = { ...main, expected: { ...expected, level } };
    const finding = findingOf({ watched, kind: 'unexplained_main', places: placesOfDays(main, span) });
    return { ...finding, facts: { sub_meters: subs.length } };
  });
}

/** What it is short by passes the main and no sub-meter. */
export function judgeBalance(
  { main, residual, bound }: WatchedBalance,
  rule: ParametersOf<'unexplained_main'>,
): Judged & { readonly median: Float64Array } {
  const { clock, use, expected } = main;
  const totals = dayTotals(clock, residual);
  const least = inUnit(main, rule).excess / ratePer.day;
  const { median, spread } = usualOf(totals, { remembered: 56, fewest: 14, leastFar: least / 2 });
  const rose = dayTotals(
    clock,
    use.map((value, i) => value - (expected.level[i] as number)),
  );
  const excess = totals.map((total, d) => total - (median[d] as number));
  const needed = spread.map((width, d) => {
    const byAccuracy = Number.isNaN(bound[d]) ? 0 : (bound[d] as number);
    return Math.max(least, byAccuracy, rule.deviations * width);
  });
  return {
    scores: excess.map((one, d) => {
      const byMain = one > 0 ? (rose[d] as number) / one / rule.share_of_main : 0;
      return Math.min(one / (needed[d] as number), byMain);
    }),
    when: { raise: 1, clear: goesOnAt, needs: rule.days, of: rule.days + 1, quiet: 3 },
    shortBy: (d) => {
      // What passes both makes the main rise by as much.
      const [one, ofMain] = [excess[d] as number, rose[d] as number];
      const byMain = (rule.share_of_main * one - ofMain) / (1 - rule.share_of_main);
      return ratePer.day * Math.max((needed[d] as number) - one, byMain);
    },
    median,
  };
}
