import type { z } from 'zod';
import type { AnswerBucket } from '../domain/energy/buckets.ts';
import type { Warning } from '../domain/energy/figure.ts';
import type { BudgetMonth, BudgetPart } from '../domain/budgets/budget.ts';
import type { ChargeKind } from '../domain/tariffs/charges.ts';
import { howMeasured, type MeasuredUse } from '../domain/tariffs/cost-figure.ts';
import type { Money } from '../domain/tariffs/money.ts';
import { nothingAtAll, type Range, sumMoney } from '../domain/tariffs/range.ts';
import { byKindOf, type CostSum, type KindSum, wholeOf } from '../domain/tariffs/supply-point-costs.ts';
import { dateOf, halfHourSeconds } from '../domain/time.ts';
import type { PointForecast } from '../store/point-forecast.ts';
import type { CostedPlace } from './costed-places.ts';
import type { budgetRowSchema } from './contract/budget.ts';
import { standing, when } from './outside.ts';

/** A year of places as rows: sums of months and supply points, exact in decimal. */

export type BudgetRow = z.output<typeof budgetRowSchema>;

export type BudgetPlace = CostedPlace<PointForecast>;

interface Sums {
  readonly cost: CostSum;
  readonly actual: Range<Money>;
  readonly forecast: Range<Money>;
  /** With the band of the months together. */
  readonly together: CostSum;
}

/** Everything of a place in a bucket. */
interface Piece {
  readonly actual: readonly BudgetPart[];
  readonly forecast: readonly BudgetPart[];
  readonly together: readonly BudgetPart[];
  readonly known: readonly MeasuredUse[];
}

/** The rows of places in buckets, each bucket so many months. */
export function* budgetRows(
  places: readonly BudgetPlace[],
  buckets: readonly AnswerBucket[],
  split: 'component' | undefined,
): Generator<BudgetRow> {
  for (const place of places) {
    for (const bucket of buckets) {
      const piece = pieceOf(place, bucket);
      const use = useOf(piece);
      const isYear = buckets.length === 1;
      for (const [component, sums] of sumsOf(piece, split)) {
        yield {
          place: place.id,
          place_name: place.name,
          utility: place.utility,
          component,
          ...when(bucket),
          ...usePart(place, use, isYear),
          ...costPart(sums, isPriced(place, piece), isYear),
          priced_gbp: place.points.length === 0 ? null : sums.cost.net.best.toNumber(),
          not_priced_from: notPricedFrom(piece),
          rate_standing: sums.cost.standing ?? null,
          ...aboutPart(place, bucket, piece, use),
        };
      }
    }
  }
}

/** What a place comes to in its whole period; undefined where a part of it has no rate. */
export interface Outturn {
  /** Without VAT and with it, with the band of all its months together. */
  readonly net: Range<Money>;
  readonly total: Range<Money>;
  readonly use: Money;
}

export function outturnOf(place: BudgetPlace, bucket: AnswerBucket): Outturn | undefined {
  const piece = pieceOf(place, bucket);
  if (!isPriced(place, piece)) return undefined;
  const { net, total } = wholeOf(piece.together.flatMap(({ costs }) => costs ?? []));
  return { net, total, use: useOf(piece).all.best };
}

function pieceOf({ points }: BudgetPlace, { from, to }: AnswerBucket): Piece {
  const within = (month: BudgetMonth): boolean => month.from >= from && month.to <= to;
  const months = points.flatMap((point) => point.months.filter(within));
  const parts = (list: readonly BudgetMonth[], keys: readonly ('actual' | 'forecast')[]): BudgetPart[] =>
    list.flatMap((month) => keys.flatMap((key) => month[key] ?? []));
  return {
    actual: parts(months, ['actual']),
    forecast: parts(months, ['forecast']),
    together: parts(
      points.flatMap((point) => point.together.filter(within)),
      ['actual', 'forecast'],
    ),
    known: points.flatMap((point) => point.known.filter((_, i) => within(point.months[i] as BudgetMonth))),
  };
}

function isPriced({ without }: BudgetPlace, { actual, forecast }: Piece): boolean {
  return without.length === 0 && [...actual, ...forecast].every(({ costs }) => costs !== undefined);
}

function notPricedFrom({ actual, forecast }: Piece): string | null {
  const missing = [...actual, ...forecast].filter(({ costs }) => costs === undefined).map(({ from }) => from);
  return missing.length === 0 ? null : dateOf(Math.min(...missing));
}

interface Uses {
  readonly actual: Range<Money>;
  readonly forecast: Range<Money>;
  readonly all: Range<Money>;
  readonly together: Range<Money>;
}

function useOf({ actual, forecast, together }: Piece): Uses {
  const sum = (parts: readonly BudgetPart[]): Range<Money> => sumMoney(parts.map(({ use }) => use));
  return {
    actual: sum(actual),
    forecast: sum(forecast),
    all: sum([...actual, ...forecast]),
    together: sum(together),
  };
}

function usePart({ utility, points, without }: BudgetPlace, uses: Uses, isYear: boolean) {
  const isKnown = points.length > 0 && without.length === 0;
  const kwh = (use: Money): number | null => (isKnown && utility !== 'water' ? use.toNumber() : null);
  return {
    use_actual_kwh: kwh(uses.actual.best),
    use_forecast_kwh: kwh(uses.forecast.best),
    use_low_kwh: kwh(uses.all.low),
    use_kwh: kwh(uses.all.best),
    use_high_kwh: kwh(uses.all.high),
    use_year_low_kwh: isYear ? kwh(uses.together.low) : null,
    use_year_high_kwh: isYear ? kwh(uses.together.high) : null,
    use_m3: isKnown && utility === 'water' ? uses.all.best.toNumber() : null,
  };
}

const noSum: CostSum = { net: nothingAtAll, vat: nothingAtAll, total: nothingAtAll, standing: undefined };

/** One sum for all, or one for each kind of charge. */
function sumsOf({ actual, forecast, together }: Piece, split: 'component' | undefined): [ChargeKind | 'all', Sums][] {
  const costs = (parts: readonly BudgetPart[]) => parts.flatMap((part) => part.costs ?? []);
  const all = [...actual, ...forecast];
  if (split === undefined) {
    const sums = {
      cost: wholeOf(costs(all)),
      actual: wholeOf(costs(actual)).net,
      forecast: wholeOf(costs(forecast)).net,
      together: wholeOf(costs(together)),
    };
    return [['all', sums]];
  }
  const [past, rest, likely] = [actual, forecast, together].map((parts) => byKindOf(costs(parts)));
  return byKindOf(costs(all)).map((cost): [ChargeKind, Sums] => {
    const of = (sums: readonly KindSum[] | undefined): CostSum => sums?.find(({ kind }) => kind === cost.kind) ?? noSum;
    return [cost.kind, { cost, actual: of(past).net, forecast: of(rest).net, together: of(likely) }];
  });
}

function costPart({ cost, actual, forecast, together }: Sums, isPriced: boolean, isYear: boolean) {
  const pounds = (amount: Money): number | null => (isPriced ? amount.toNumber() : null);
  const year = (amount: Money): number | null => (isYear ? pounds(amount) : null);
  return {
    cost_actual_gbp: pounds(actual.best),
    cost_forecast_gbp: pounds(forecast.best),
    cost_low_gbp: pounds(cost.net.low),
    cost_gbp: pounds(cost.net.best),
    cost_high_gbp: pounds(cost.net.high),
    cost_year_low_gbp: year(together.net.low),
    cost_year_high_gbp: year(together.net.high),
    total_low_gbp: pounds(cost.total.low),
    total_gbp: pounds(cost.total.best),
    total_high_gbp: pounds(cost.total.high),
    total_year_low_gbp: year(together.total.low),
    total_year_high_gbp: year(together.total.high),
  };
}

/** What is expected is not measured, which the measured share says. */
function aboutPart(place: BudgetPlace, bucket: AnswerBucket, piece: Piece, uses: Uses) {
  const expected = piece.forecast.map(
    ({ use, from, to }): MeasuredUse => ({
      use: use.best.toNumber(),
      measured: 0,
      halfHours: (to - from) / halfHourSeconds,
      measuredHalfHours: 0,
      missing: 0,
    }),
  );
  const all = uses.all.best.toNumber();
  const warnings = place.points
    .filter((point) => point.isPowerFactorAssumed)
    .map(({ point }): Warning => ({ code: 'power-factor-assumed', about: point.id }));
  const without = place.without.map((about): Warning => ({ code: 'not-costed', about }));
  return {
    forecast_share: all > 0 ? Math.min(1, Math.max(0, uses.forecast.best.toNumber() / all)) : null,
    ...standing({
      bucket,
      ...howMeasured([...piece.known, ...expected]),
      notCosted: !isPriced(place, piece),
      warnings: [...warnings, ...without],
    }),
  };
}
