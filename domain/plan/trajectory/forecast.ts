import type { Period } from '../../time.ts';
import { type Confidence, confidenceNames } from '../register.ts';
import { fitsOf, type FixedSaving, placeKey, type Saving, shareOf, type SiteUse } from './effects.ts';
import type { Forecast } from './trajectory.ts';

/** What the years to come are drawn from. */
export interface ForecastBasis {
  readonly lastYear: Period;
  /** By site and utility, those of which measures alone take something too. Every `perUnit` is known. */
  readonly uses: ReadonlyMap<string, SiteUse & { readonly perUnit: number }>;
  readonly savings: readonly Saving[];
  /** Where the register states kgCO2e, what of it follows no utility. */
  readonly fixed: readonly FixedSaving[];
  /** What a kWh of electricity emits in a year over what it emits by the newest factors; 1 without a projection. */
  readonly grid: (year: number) => number;
}

/** Measures that are this sure, or surer. */
const surer: Readonly<Record<Confidence, ReadonlySet<Confidence>>> = {
  committed: new Set(['committed']),
  probable: new Set(['committed', 'probable']),
  possible: new Set(confidenceNames),
};

/**
 * A reporting year to come. Of each measure that part is taken off which lies in the year and not yet in the last
 * twelve months; of a utility at a site never more than is used there.
 */
export function forecastOf(year: number, period: Period, basis: ForecastBasis): Forecast {
  const grid = basis.grid(year);
  const emitted = (left: (use: SiteUse) => number, ofGrid: number): number =>
    [...basis.uses.values()].reduce(
      (sum, use) => sum + left(use) * use.perUnit * (use.utility === 'electricity' ? ofGrid : 1),
      0,
    );
  const unchanged = emitted(({ amount }) => amount, 1);
  const planned = (confidence: Confidence): number => {
    const isIn = (one: Pick<Saving, 'confidence'>): boolean => surer[confidence].has(one.confidence);
    const savings = basis.savings
      .filter(isIn)
      .map((one) => ({ ...one, amount: one.amount * moreThan(one, period, basis.lastYear) }));
    const fits = fitsOf(savings, basis.uses);
    const byPlace = Map.groupBy(savings, placeKey);
    const left = emitted((use) => {
      const saved = (byPlace.get(placeKey(use)) ?? []).reduce((sum, one) => sum + one.amount * fits.of(one), 0);
      return Math.max(0, use.amount - saved);
    }, grid);
    const fixed = basis.fixed
      .filter(isIn)
      .reduce((sum, one) => sum + one.kgco2e * moreThan(one, period, basis.lastYear) * fits.ofMeasure(one.measure), 0);
    return Math.max(0, left - fixed);
  };
  return {
    unchanged,
    grid: unchanged - emitted(({ amount }) => amount, grid),
    planned: { committed: planned('committed'), probable: planned('probable'), possible: planned('possible') },
  };
}

/** The share of a year in which a measure saves, less the share of the last twelve months in which it did. */
function moreThan({ since }: Pick<Saving, 'since'>, period: Period, lastYear: Period): number {
  return Math.max(0, shareOf(period, since) - shareOf(lastYear, since));
}
