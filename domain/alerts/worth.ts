import { daySeconds, halfHourSeconds } from '../time.ts';
import type { Finding } from './finding.ts';

const weekSeconds = 7 * daySeconds;
export const hoursPerWeek = 168;

/** What a unit (kWh, m³, kvarh) of a meter costs and emits. */
export interface UnitWorth {
  /**
   * Pounds a unit in each half-hour, from that of the given start on: what varies with use and no more, as the supply
   * point is billed. NaN where there is no rate. Or one price for all, as the estate states it.
   */
  readonly price?: number | { readonly from: number; readonly values: Float64Array } | undefined;
  /** kgCO2e a unit by the location-based factor. */
  readonly kgco2e?: number | undefined;
}

/** Why an amount is not known. */
export const worthUnknown = {
  'no-price': 'no supply point prices this meter and the estate states no price',
  'no-rate': 'no rate holds in a part of its half-hours',
  'no-factor': 'no emission factor holds for this utility and year, or the boundary leaves it out',
  'not-measured': 'none of its half-hours is known',
  'no-use': 'its cost is no use: demand and failures have a price of another kind',
} as const;
export type WorthUnknown = keyof typeof worthUnknown;

/** What a finding has cost so far, and a week of it. */
export interface Worth {
  /** Of the half-hours that are known, in the unit of the finding. */
  readonly excess: number;
  readonly excessPerWeek: number;
  /** Pounds without VAT; null where it is not known, with the reason. */
  readonly gbp: number | null;
  readonly gbpPerWeek: number | null;
  readonly kgco2e: number | null;
  readonly kgco2ePerWeek: number | null;
  readonly unknown: readonly WorthUnknown[];
}

/** Kinds whose excess is none: a demand or a failure. */
const without: readonly Finding['kind'][] = ['peak_capacity', 'supply_lost'];

/**
 * In a week of it what is not known is taken to be as what is known, where that is the better part; where less is
 * known, as much again is all that is added.
 */
const leastKnown = 0.5;
/** The share of half-hours that must have a price. */
export const pricedShare = 0.9;

export function worthOf(finding: Finding, { price, kgco2e }: UnitWorth): Worth {
  const { excess: column, from } = finding;
  if (without.includes(finding.kind)) return { ...nothing, unknown: ['no-use'] };
  let [excess, gbp, priced, known] = [0, 0, 0, 0];
  for (const [k, one] of column.entries()) {
    if (Number.isNaN(one)) continue;
    known++;
    excess += one;
    const rate = rateAt(price, from + k * halfHourSeconds);
    if (Number.isNaN(rate)) continue;
    priced++;
    gbp += one * rate;
  }
  // What nobody measured has not cost nothing.
  if (known === 0) return { ...nothing, unknown: ['not-measured'] };
  const unknown: WorthUnknown[] = [];
  if (price === undefined) unknown.push('no-price');
  else if (priced < pricedShare * known) unknown.push('no-rate');
  const emissions = kgco2e === undefined || finding.unit === 'kvarh' ? null : excess * kgco2e;
  if (kgco2e === undefined) unknown.push('no-factor');
  const cost = price === undefined || priced < pricedShare * known ? null : (gbp * known) / Math.max(priced, 1);
  const weeks = weeksOf(finding) * Math.max(known / column.length, leastKnown);
  const perWeek = (amount: number | null): number | null => (amount === null ? null : amount / weeks);
  return {
    excess,
    excessPerWeek: excess / weeks,
    gbp: cost,
    gbpPerWeek: perWeek(cost),
    kgco2e: emissions,
    kgco2ePerWeek: perWeek(emissions),
    unknown,
  };
}

const nothing = {
  excess: 0,
  excessPerWeek: 0,
  gbp: null,
  gbpPerWeek: null,
  kgco2e: null,
  kgco2ePerWeek: null,
} as const;

function rateAt(price: UnitWorth['price'], at: number): number {
  if (price === undefined || typeof price === 'number') return price ?? Number.NaN;
  return price.values[(at - price.from) / halfHourSeconds] ?? Number.NaN;
}

/**
 * The weeks that an amount is divided by for a week of it. What goes on is taken to go on as it did, of a day at the
 * least; what is over costs what it cost, in that one week.
 */
export function weeksOf({ from, to, open }: Pick<Finding, 'from' | 'to' | 'open'>): number {
  return Math.max(to - from, open ? daySeconds : weekSeconds) / weekSeconds;
}
