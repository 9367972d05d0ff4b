import { ProblemError, type Problem } from '../problems.ts';
import { bucketsIn, dateOf, type EpochSeconds, type LocalDate, monthOf, type Period } from '../time.ts';
import { segmentOf } from '../tariffs/calendar.ts';
import { type Costs, costsByPlan } from '../tariffs/costs.ts';
import type { Load } from '../tariffs/load.ts';
import { exactly, type Money } from '../tariffs/money.ts';
import { planOf, type PlanRequest } from '../tariffs/plan.ts';
import { Quantities } from '../tariffs/quantities.ts';
import { mapRange, type Range } from '../tariffs/range.ts';
import type { SupplyPointEntry, Tariff } from '../tariffs/register.ts';
import { contractsIn } from '../tariffs/supply-point-costs.ts';

/**
 * A year month by month: what was used so far and what is expected of the rest, each at the contract of its day. A part
 * that has no rate is told with what is missing; it is never nought, and never left out of a sum in silence.
 */
export interface BudgetRequest extends Omit<PlanRequest, 'tariff' | 'period' | 'memory'> {
  readonly point: SupplyPointEntry;
  readonly tariffs: readonly Tariff[];
  /** Half-hours of the past and expected ones, without a hole: the whole months around the period. */
  readonly load: Load;
  /** Whole months. */
  readonly period: Period;
  /** The London midnight until which half-hours are of the past. */
  readonly cut: EpochSeconds;
}

/** A part of a month, past or expected. */
export interface BudgetPart extends Period {
  /** kWh or m³. */
  readonly use: Range<Money>;
  /** One for each contract; undefined where something is missing. */
  readonly costs: readonly Costs[] | undefined;
  readonly problems: readonly Problem[];
}

export interface BudgetMonth extends Period {
  readonly month: LocalDate;
  readonly actual: BudgetPart | undefined;
  readonly forecast: BudgetPart | undefined;
}

export function budgetMonths(request: BudgetRequest): BudgetMonth[] {
  const { period, cut, load, terms } = request;
  const quantities = new Quantities(load, terms);
  return bucketsIn(period, 'month').map(({ from, to }): BudgetMonth => {
    const middle = Math.min(Math.max(cut, from), to);
    const part = (first: number, end: number) =>
      first < end ? partOfMonth(request, quantities, { from: first, to: end }) : undefined;
    return { from, to, month: monthOf(dateOf(from)), actual: part(from, middle), forecast: part(middle, to) };
  });
}

function partOfMonth(request: BudgetRequest, quantities: Quantities, period: Period): BudgetPart {
  const { from, to } = period;
  const { point, tariffs } = request;
  const use = mapRange(quantities.use(segmentOf(from, to)), (sum) => exactly(sum, 6));
  try {
    const costs = contractsIn(point, tariffs, period).map((contract) =>
      costsByPlan(planOf({ ...request, tariff: contract.tariff, period: contract.period }), quantities),
    );
    return { from, to, use, costs, problems: [] };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { from, to, use, costs: undefined, problems: error.problems };
  }
}

/** Each thing that is missing once, at the first date it is missing on. */
export function problemsOf(months: readonly BudgetMonth[]): Problem[] {
  const first = new Map<string, Problem>();
  for (const { actual, forecast } of months) {
    for (const problem of [...(actual?.problems ?? []), ...(forecast?.problems ?? [])]) {
      const { code, where, expected, detail } = problem;
      const key = JSON.stringify([code, where, expected, detail]);
      if (!first.has(key)) first.set(key, problem);
    }
  }
  return [...first.values()];
}

/** What was planned, and what it comes to. */
export interface BudgetSide {
  /** Pounds. */
  readonly cost: Money;
  /** kWh or m³; undefined where the budget does not say it. */
  readonly use: Money | undefined;
}

/** What a year costs beyond its budget, in parts that add up to it exactly. */
export interface BudgetVariance {
  readonly difference: Money;
  /** More or less use at the budget's price for one; undefined where the budget says no use. */
  readonly use: Money | undefined;
  /** Of that what colder or warmer weather than usual took so far; undefined where it is not known. */
  readonly weather: Money | undefined;
  readonly otherUse: Money | undefined;
  /** Another price than the budget's, on what is used. */
  readonly price: Money | undefined;
}

/**
 * Use × price, parted as everybody can check it: the change of use at the budget's price, then the change of price on
 * the use there is. `weatherUse` is what the weather alone added to the use; 0 where use does not follow it.
 */
export function varianceOf(
  budget: BudgetSide,
  outturn: Required<BudgetSide>,
  weatherUse: number | undefined,
): BudgetVariance {
  const difference = outturn.cost.minus(budget.cost);
  if (budget.use === undefined || outturn.use === undefined) {
    return { difference, use: undefined, weather: undefined, otherUse: undefined, price: undefined };
  }
  const price = budget.cost.dividedBy(budget.use);
  const pounds = (use: Money): Money => price.times(use).toDecimalPlaces(6);
  const use = pounds(outturn.use.minus(budget.use));
  const weather = weatherUse === undefined ? undefined : pounds(exactly(weatherUse, 6));
  return {
    difference,
    use,
    weather,
    otherUse: weather && use.minus(weather),
    price: difference.minus(use),
  };
}
