import type { MeasureEntry, MeasureStatus } from './register.ts';

/**
 * What a measure costs, when it has paid for itself, and what a tonne that it saves costs. Pounds are without VAT and
 * at the prices of now throughout: nothing is said about what prices or the grid will be.
 */

/** What of it cannot be said, and why. */
export const financeGaps = {
  no_cost: 'the register does not say what it costs',
  no_pounds: 'what it saves in pounds is not known',
  no_carbon: 'what it saves in kgCO2e is not known',
  no_life: 'the register does not say how many years it lasts',
  never_pays: 'it saves no more in a year than keeping it costs',
  saves_no_carbon: 'it saves no carbon by the newest factors',
} as const;
export type FinanceGap = keyof typeof financeGaps;

/** By how much pounds of later years are worth less. */
export interface DiscountRate {
  /** A year, in the first years. */
  readonly rate: number;
  readonly standing: 'quoted' | 'asked';
  readonly source: string;
  /** From which year of a measure's life on another rate holds; none where one holds throughout. */
  readonly later: readonly { readonly fromYear: number; readonly rate: number }[];
}

/** The social time preference rate, in real terms, which falls for what is far off. */
export const greenBookRate: DiscountRate = {
  rate: 0.035,
  standing: 'quoted',
  source:
    'HM Treasury, The Green Book: 3.5 % in real terms for years 1 to 30, 3.0 % for years 31 to 75, 2.5 % after; ' +
    'quoted from Review of discounting in the Green Book: Terms of Reference, 16 December 2025 (under review in 2026)',
  later: [
    { fromYear: 31, rate: 0.03 },
    { fromYear: 76, rate: 0.025 },
  ],
};

export function askedRate(rate: number): DiscountRate {
  return { rate, standing: 'asked', source: 'as asked', later: [] };
}

/** Pounds without VAT; undefined is unknown, with its reason in `why`. */
export interface Finance {
  readonly capital: number | undefined;
  /** What keeping it costs more in a year; below 0 less. */
  readonly upkeep: number | undefined;
  /** Capital over what a year saves when upkeep is paid, nothing discounted. */
  readonly simplePaybackYears: number | undefined;
  /** Over its life: capital in the first moment, what each year brings at its end, discounted. Above 0 it pays. */
  readonly netPresentValue: number | undefined;
  /** Tonnes of CO2e over its life, by the newest factors throughout and not discounted. */
  readonly lifeTonnes: number | undefined;
  /** Marginal abatement cost, £/tCO2e: the net present value over those tonnes, with its sign turned. */
  readonly costPerTonne: number | undefined;
  readonly discountRate: DiscountRate;
  readonly why: readonly FinanceGap[];
  /** Pounds that are secured; 0 where none are. */
  readonly fundingSecured: number;
  /** Capital that nobody has promised yet; undefined where the cost is not known. */
  readonly fundingGap: number | undefined;
}

export interface FinanceRequest {
  readonly entry: Pick<MeasureEntry, 'cost' | 'life_years' | 'funding'>;
  readonly status: MeasureStatus;
  readonly gbpPerYear: number | undefined;
  readonly kgco2ePerYear: number | undefined;
  readonly rate: DiscountRate;
}

export function financeOf({ entry, status, gbpPerYear, kgco2ePerYear, rate }: FinanceRequest): Finance {
  const { cost, life_years: life } = entry;
  const why: FinanceGap[] = [];
  if (!cost) why.push('no_cost');
  if (gbpPerYear === undefined) why.push('no_pounds');
  if (kgco2ePerYear === undefined) why.push('no_carbon');
  if (life === undefined) why.push('no_life');
  const yearly = cost && gbpPerYear !== undefined ? gbpPerYear - cost.upkeep_gbp_per_year : undefined;
  const value =
    cost && yearly !== undefined && life !== undefined
      ? yearly * presentWorth(life, rate) - cost.capital_gbp
      : undefined;
  const tonnes = kgco2ePerYear === undefined || life === undefined ? undefined : (kgco2ePerYear * life) / 1000;
  const pays = yearly !== undefined && yearly > 0;
  if (yearly !== undefined && !pays) why.push('never_pays');
  if (kgco2ePerYear !== undefined && kgco2ePerYear <= 0) why.push('saves_no_carbon');
  return {
    capital: cost?.capital_gbp,
    upkeep: cost?.upkeep_gbp_per_year,
    simplePaybackYears: cost && pays ? cost.capital_gbp / yearly : undefined,
    netPresentValue: value,
    lifeTonnes: tonnes,
    costPerTonne: value !== undefined && tonnes !== undefined && tonnes > 0 ? -value / tonnes : undefined,
    discountRate: rate,
    why,
    ...fundingOf(entry, status),
  };
}

/** Statuses that say that the money is there. */
export const paid: ReadonlySet<MeasureStatus> = new Set(['funded', 'installing', 'installed']);

/** What is paid for by its status has no gap, unless the register lists who pays and that is not enough. */
export function fundingOf({ cost, funding }: FinanceRequest['entry'], status: MeasureStatus) {
  const secured = funding.filter(({ is }) => is === 'secured').reduce((sum, { gbp }) => sum + gbp, 0);
  const isPaid = paid.has(status) && funding.length === 0;
  const gap = isPaid ? 0 : cost && Math.max(0, cost.capital_gbp - secured);
  return { fundingSecured: secured, fundingGap: gap };
}

/**
 * What a pound at the end of each year of a life is worth today; of a part of a year that part. With one rate r over
 * whole years it is the annuity (1 − (1 + r)^−n) / r.
 */
export function presentWorth(lifeYears: number, rate: DiscountRate): number {
  let [worth, factor] = [0, 1];
  for (let year = 1; year < lifeYears + 1; year++) {
    const holds = rate.later.findLast(({ fromYear }) => fromYear <= year)?.rate ?? rate.rate;
    factor /= 1 + holds;
    worth += factor * Math.min(1, lifeYears - year + 1);
  }
  return worth;
}
