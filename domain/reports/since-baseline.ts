import type { Accounting } from '../carbon/accounting.ts';
import { emissionsOfPart, factorOn, sumKnown } from '../carbon/carbon.ts';
import type { EnergyPart } from '../energy/site-energy.ts';
import type { Estate } from '../estate/estate.ts';
import { addMonths, dateOf, type EpochSeconds, type LocalDate } from '../time.ts';
import type { Baseline } from './register.ts';

/**
 * How emissions changed since a baseline, so that a greener grid is not claimed as a saving: what is used now, at the
 * factors of the baseline, less the baseline is the change in use; what other factors made of the use of now is the
 * rest. These are the two indices of `domain/carbon/change.ts` (Laspeyres for use, Paasche for factors), which need no
 * energy of the baseline year where its emissions and its factor sets are written down. What a utility emits that was
 * not used then is at the factors of then too.
 */

/** kgCO2e, twelve months less the baseline that the lines begin at. The parts add up to the whole. */
export interface SinceBaseline {
  readonly change: number | undefined;
  readonly use: number | undefined;
  readonly factors: number | undefined;
  /** Why it is not parted; undefined where it is. */
  readonly why?: Unparted | undefined;
}

export const unparted = {
  'not-whole': 'the twelve months are not over, or a tenth or more of them is not known',
  unknown: 'a factor, or how much water was returned, is not known, now or at the factors of the baseline',
  'other-sets': 'the baseline was frozen with other factor sets than its year and method have here',
} as const;
export type Unparted = keyof typeof unparted;

const nothing = { change: undefined, use: undefined, factors: undefined };

/** The change to `emissions` (kgCO2e) of twelve months of bought parts. */
export function sinceBaseline(
  estate: Estate,
  parts: readonly EnergyPart[],
  boundaries: readonly EpochSeconds[],
  accounting: Accounting,
  {
    baseline,
    from,
    emissions,
    isWhole,
  }: {
    readonly baseline: Baseline;
    /** What the lines begin at: the baseline, frozen or restated. */
    readonly from: number;
    readonly emissions: number | undefined;
    readonly isWhole: boolean;
  },
): SinceBaseline {
  if (!isWhole) return { ...nothing, why: 'not-whole' };
  if (emissions === undefined) return { ...nothing, why: 'unknown' };
  const { value, sets } = atFactorsOf(baseline, estate, parts, boundaries, accounting);
  const change = emissions - from;
  if (value === undefined) return { ...nothing, change, why: 'unknown' };
  if ([...sets].some((set) => !baseline.factor_sets.includes(set))) return { ...nothing, change, why: 'other-sets' };
  return { change, use: value - from, factors: emissions - value };
}

/** What bought parts emit at the factors of the same month in the baseline year, and of which sets these were. */
function atFactorsOf(
  baseline: Baseline,
  estate: Estate,
  parts: readonly EnergyPart[],
  boundaries: readonly EpochSeconds[],
  accounting: Accounting,
): { readonly value: number | undefined; readonly sets: ReadonlySet<string> } {
  const sets = new Set<string>();
  let value: number | undefined = 0;
  for (const part of parts) {
    const date = dateOf(boundaries[part.bucket] ?? 0);
    const then = sameMonthIn(baseline, date);
    for (const { amount, factor } of emissionsOfPart(estate, part, date, accounting)) {
      if (amount === 0) continue;
      const before = factorOn(factor.utility, factor.activity, then, accounting);
      for (const { set } of before.factors) sets.add(set);
      const own = amount === undefined || before.value === undefined ? undefined : amount * before.value;
      value = sumKnown([value, own]);
    }
  }
  return { value, sets };
}

/** The first of the month of the baseline year that a date has its like in. */
function sameMonthIn({ from }: Baseline, date: LocalDate): LocalDate {
  const months = Number(date.slice(5, 7)) - Number(from.slice(5, 7));
  return addMonths(from, (months + 12) % 12);
}
