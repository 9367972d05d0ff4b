import type { z } from 'zod';
import type { AnswerBucket } from '../domain/energy/buckets.ts';
import { listed } from '../domain/estate/estate.ts';
import type { BudgetEntry } from '../domain/budgets/register.ts';
import { type BudgetVariance, varianceOf } from '../domain/budgets/budget.ts';
import { overlaps } from '../domain/tariffs/charges.ts';
import { Money } from '../domain/tariffs/money.ts';
import { dateOf } from '../domain/time.ts';
import { type BudgetPlace, type Outturn, outturnOf } from './budget-rows.ts';
import type { budgetAnswerSchema } from './contract/budget.ts';
import { known } from './outside.ts';
import type { View } from './view.ts';

type VarianceRow = z.output<typeof budgetAnswerSchema>['variances'][number];

/** What places come to against the budgets that are written for some of their days. */
export function variancesOf(view: View, places: readonly BudgetPlace[], year: AnswerBucket): VarianceRow[] {
  const asked = { valid_from: dateOf(year.from), valid_to: dateOf(year.to - 1) };
  const budgets = listed(view, 'budgets').filter((budget) => overlaps(budget, asked));
  return places.flatMap((place) => {
    const isItsYear = ({ valid_from: from, valid_to: to }: BudgetEntry): boolean =>
      from === asked.valid_from && to === asked.valid_to;
    return budgetsOf(budgets, place, isItsYear).map((group) => {
      const outturn = group.every(isItsYear) ? outturnOf(place, year) : undefined;
      return varianceRow(place, group, outturn, group.every(isItsYear));
    });
  });
}

/** Those of a place itself; or together those of all supply points of a site, where it has none. */
function budgetsOf(
  budgets: readonly BudgetEntry[],
  { id, isSite, utility, points, without }: BudgetPlace,
  isItsYear: (budget: BudgetEntry) => boolean,
): BudgetEntry[][] {
  const own = budgets.filter((one) => one.utility === utility && (isSite ? one.site : one.supply_point) === id);
  if (own.length > 0 || !isSite) return own.map((one) => [one]);
  const ids = [...points.map(({ point }) => point.id), ...without];
  const ofPoints = budgets.filter((one) => ids.includes(one.supply_point ?? '') && isItsYear(one));
  const isWhole = ofPoints.length === ids.length && new Set(ofPoints.map(({ vat }) => vat)).size === 1;
  return isWhole ? [ofPoints] : [];
}

function varianceRow(
  place: BudgetPlace,
  group: readonly BudgetEntry[],
  outturn: Outturn | undefined,
  isItsYear: boolean,
): VarianceRow {
  const isWater = place.utility === 'water';
  const vat = group[0]?.vat ?? 'excluded';
  const cost = group.reduce((sum, one) => sum.plus(one.cost_gbp), new Money(0));
  const uses = group.map((one) => (isWater ? one.use_m3 : one.use_kwh));
  const use = uses.includes(undefined) ? undefined : uses.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const money = outturn && (vat === 'included' ? outturn.total : outturn.net);
  const weatherUse = weatherOf(place);
  const parts =
    outturn && money
      ? varianceOf(
          { cost, use: use === undefined ? undefined : new Money(use) },
          { cost: money.best, use: outturn.use },
          weatherUse,
        )
      : undefined;
  return {
    place: place.id,
    place_name: place.name,
    utility: place.utility,
    budgets: group.map(({ id }) => id),
    vat,
    budget_gbp: cost.toNumber(),
    budget_kwh: isWater ? null : known(use),
    budget_m3: isWater ? known(use) : null,
    outturn_low_gbp: money?.low.toNumber() ?? null,
    outturn_gbp: money?.best.toNumber() ?? null,
    outturn_high_gbp: money?.high.toNumber() ?? null,
    ...partsOf(parts),
    weather_kwh: parts && !isWater ? known(weatherUse) : null,
    because: becauseOf(group, { isItsYear, parts }),
    source: group.map(({ source, decided_on: on }) => (on === undefined ? source : `${source}, ${on}`)).join('; '),
  };
}

function partsOf(parts: BudgetVariance | undefined) {
  return {
    difference_gbp: parts?.difference.toNumber() ?? null,
    use_gbp: parts?.use?.toNumber() ?? null,
    weather_gbp: parts?.weather?.toNumber() ?? null,
    other_use_gbp: parts?.otherUse?.toNumber() ?? null,
    price_gbp: parts?.price?.toNumber() ?? null,
  };
}

function becauseOf(
  group: readonly BudgetEntry[],
  { isItsYear, parts }: { readonly isItsYear: boolean; readonly parts: BudgetVariance | undefined },
): string | null {
  if (!isItsYear) {
    const spans = group.map(({ valid_from: from, valid_to: to }) => `${from} to ${to}`).join(', ');
    return `the budget is of ${spans}, which is not what was asked for`;
  }
  if (!parts) return 'a part of the year has no cost; not_costed says why';
  if (parts.use === undefined) return 'the budget does not say which use it was made with';
  return parts.weather === undefined ? 'what the weather took so far is not known' : null;
}

/** What the weather alone took of all supply points; undefined where that of one is not known. */
function weatherOf({ points }: BudgetPlace): number | undefined {
  const uses = points.map(({ weatherUse }) => weatherUse);
  return uses.includes(undefined) ? undefined : uses.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}
