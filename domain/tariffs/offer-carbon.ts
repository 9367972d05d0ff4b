import type { Accounting } from '../carbon/accounting.ts';
import { activitiesIn } from '../carbon/boundaries.ts';
import { factorOn } from '../carbon/carbon.ts';
import type { ResidualMix } from '../certificates/register.ts';
import { distinctWarnings, type Warning } from '../energy/figure.ts';
import { isValidOn } from '../estate/estate.ts';
import type { LocalDate } from '../time.ts';
import type { TariffUtility } from './published.ts';

/**
 * The carbon of what an offer supplies, beside its cost. By location it follows from the use and is the same for every
 * offer. By the market an offer is a promise: nothing is retired for it, so its evidenced figure is that of the
 * residual mix, and what its certificates would change is expected.
 */
export interface OfferCarbon {
  /** kgCO2e; undefined where a factor is not known or not published and not carried forward by choice. */
  readonly location: number | undefined;
  readonly market: number | undefined;
  readonly expected: number | undefined;
  readonly warnings: readonly Warning[];
}

export interface CarbonBasis {
  readonly accounting: Accounting;
  readonly residualMix: readonly ResidualMix[];
  /** Whether the newest factors stand for years that are not published yet. */
  readonly takesNewest: boolean;
}

/** `use` is kWh (m³ of water) by the first of each month; `renewable` the share that certificates are promised for. */
export function offerCarbon(
  utility: TariffUtility,
  use: ReadonlyMap<LocalDate, number>,
  renewable: number,
  basis: CarbonBasis,
): OfferCarbon {
  const warnings: Warning[] = [];
  const sums = { location: 0, market: 0, expected: 0 };
  const isKnown = { location: true, market: true };
  for (const [date, amount] of use) {
    for (const activity of activitiesIn(basis.accounting.boundary, utility)) {
      const factor = knownFactor(utility, activity, date, basis, warnings);
      const isMade = utility === 'electricity' && activity === 'generation';
      const mix = isMade ? basis.residualMix.find((one) => isValidOn(one, date)) : undefined;
      if (isMade && !mix) warnings.push({ code: 'residual-mix-unavailable', about: 'electricity' });
      const byMarket = mix ? mix.kgco2e_per_kwh : factor;
      if (factor === undefined) isKnown.location = false;
      if (byMarket === undefined) isKnown.market = false;
      sums.location += amount * (factor ?? 0);
      sums.market += amount * (byMarket ?? 0);
      sums.expected += amount * (byMarket ?? 0) * (isMade ? 1 - renewable : 1);
    }
  }
  return {
    location: isKnown.location ? sums.location : undefined,
    market: isKnown.market ? sums.market : undefined,
    expected: isKnown.market ? sums.expected : undefined,
    warnings: distinctWarnings(warnings),
  };
}

function knownFactor(
  utility: TariffUtility,
  activity: Parameters<typeof factorOn>[1],
  date: LocalDate,
  { accounting, takesNewest }: CarbonBasis,
  warnings: Warning[],
): number | undefined {
  if (activity === 'treatment') {
    // What returns to the sewer differs by site, and no offer changes it.
    warnings.push({ code: 'sewer-share-unknown', about: utility });
    return undefined;
  }
  const { value, factors, warnings: said } = factorOn(utility, activity, date, accounting);
  if (takesNewest || factors.every(({ standing }) => standing !== 'carried forward')) {
    warnings.push(...said);
    return value;
  }
  const detail = `in ${date.slice(0, 4)}`;
  warnings.push({ code: 'factor-missing', about: `${activity} of ${utility}`, detail });
  return undefined;
}
