import type { z } from 'zod';
import { type AnswerBucket, answerBuckets } from '../../domain/energy/buckets.ts';
import type { Warning } from '../../domain/energy/figure.ts';
import { limits } from '../../domain/limits.ts';
import { howMeasured, type MeasuredUse, poundsForOne } from '../../domain/tariffs/cost-figure.ts';
import { sumOfCosts } from '../../domain/tariffs/costs.ts';
import type { Money } from '../../domain/tariffs/money.ts';
import { eachCosted } from '../../domain/tariffs/not-costed.ts';
import type { PlacedPoint } from '../../domain/tariffs/placed-point.ts';
import { mapRange, type Range } from '../../domain/tariffs/range.ts';
import { byKindOf, type CostSum, wholeOf } from '../../domain/tariffs/supply-point-costs.ts';
import { dateOf, toIso } from '../../domain/time.ts';
import { checkSize } from '../../store/energy.ts';
import { type PointCosts, readCosts } from '../../store/point-costs.ts';
import { callerView } from '../caller-view.ts';
import { type CostedPlace, placesOf } from '../costed-places.ts';
import { costRowSchema, costsAnswerSchema, costsQuerySchema } from '../contract/costs.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { notCostedRows } from '../not-costed.ts';
import { inPounds, standing, when } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { supplyPointsOf } from '../supply-points-seen.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type CostsQuery = z.output<typeof costsQuerySchema>;
type CostRow = z.output<typeof costRowSchema>;
type CostsAnswer = z.output<typeof costsAnswerSchema>;

/** `/v1/costs`: what the half-hours of supply points cost under their contracts. */
export function addCostRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/costs',
    config: { role: 'procurement' },
    schema: {
      tags: ['costs'],
      summary: 'What half-hours cost, by supply point or site, in £ and p/kWh',
      description:
        'By the contracts of the supply points and the charges that are published. A rate, price or term that is ' +
        'missing is never nothing: of several supply points that are not named the others are answered, and it is ' +
        'listed in `not_costed`. Half-hours that are missing widen the range from low to high. ' +
        'Costs are of the register and the data as known today.',
      querystring: costsQuerySchema,
      response: tableAnswersOf(costsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const { from, to, bucket, by, split = null } = query;
      const view = callerView(request, parts);
      const points = supplyPointsOf(view, query);
      const now = parts.clock();
      const buckets = answerBuckets({ from, to }, bucket, now);
      checkSize(points.length * buckets.length, limits.costBuckets);
      const cost = async (placed: PlacedPoint): Promise<PointCosts[]> =>
        buckets.length === 0 ? [] : [await readCosts(parts, view, placed, { buckets, now })];
      const { costed, notCosted } = await eachCosted(points, query.supply_point !== undefined, cost);
      const costs = costed.flat();
      return await sendTable(
        reply,
        {
          head: {
            period: { from: toIso(from), to: toIso(to) },
            bucket,
            by,
            split,
            register_version: view.version,
            contracts: contractsOf(costs),
            rates: ratesOf(costs),
            not_costed: notCostedRows(notCosted),
          },
          name: 'costs',
          rows: costRows(placesOf(view, { costed: costs, notCosted }, query.by), buckets, query),
          columns: Object.keys(costRowSchema.shape),
          file: `costs-by-${by.replace('_', '-')}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

function contractsOf(costs: readonly PointCosts[]): CostsAnswer['contracts'] {
  return costs.flatMap(({ point, contracts }) =>
    contracts.map(({ period, tariff }) => ({
      supply_point: point.id,
      tariff: tariff.id,
      tariff_name: tariff.name,
      supplier: tariff.supplier,
      contract: tariff.contract,
      from: dateOf(period.from),
      to: dateOf(period.to - 1),
      rounding: tariff.rounding,
      source: tariff.source,
    })),
  );
}

/** Every charge once, with each source that its rates came from. */
function ratesOf(costs: readonly PointCosts[]): CostsAnswer['rates'] {
  const rates = new Map<string, CostsAnswer['rates'][number]>();
  for (const { tariff, lines } of costs.flatMap(({ buckets }) => buckets.flatMap((bucket) => bucket.costs))) {
    for (const { charge, standing: stands, source } of lines) {
      const { id, name, kind, unit } = charge;
      const key = `${tariff} ${kind} ${id} ${stands} ${source}`;
      if (rates.has(key)) continue;
      rates.set(key, { tariff, charge: id, name, component: kind, unit, standing: stands, source });
    }
  }
  return [...rates.values()];
}

type Place = CostedPlace<PointCosts>;

interface RowSum extends CostSum {
  readonly kind: CostRow['component'];
  readonly band: string | undefined;
}

function* costRows(
  places: readonly Place[],
  buckets: readonly AnswerBucket[],
  { split }: CostsQuery,
): Generator<CostRow> {
  for (const place of places) {
    for (const [i, bucket] of buckets.entries()) {
      if (place.points.length === 0) {
        yield unknownRow(place, bucket);
        continue;
      }
      const parts = place.points.flatMap((point) => point.buckets[i] ?? []);
      const costs = parts.flatMap((part) => part.costs);
      const use = sumOfCosts(costs).use;
      const known = parts.map((part) => part.known);
      const about = howKnown(place, bucket, known);
      const sums: readonly RowSum[] =
        split === undefined ? [{ kind: 'all', band: undefined, ...wholeOf(costs) }] : byKindOf(costs, split === 'band');
      for (const { kind: component, band, ...sum } of sums) {
        yield {
          place: place.id,
          place_name: place.name,
          utility: place.utility,
          component,
          band: band ?? null,
          ...when(bucket),
          ...usePart(place.utility, use),
          ...inPounds('cost', mapRange(sum.net, inMoney)),
          ...inPounds('vat', mapRange(sum.vat, inMoney)),
          ...inPounds('total', mapRange(sum.total, inMoney)),
          ...allInPart(place.utility, sum.net, use),
          rate_standing: sum.standing ?? null,
          ...about,
        };
      }
    }
  }
}

/** A place of which no cost is known has rows, so that a table that is added up shows what it lacks. */
function unknownRow(place: Place, bucket: AnswerBucket): CostRow {
  const unknown = Object.fromEntries(unknownColumns.map((column) => [column, null]));
  return {
    place: place.id,
    place_name: place.name,
    utility: place.utility,
    component: 'all',
    band: null,
    ...when(bucket),
    ...(unknown as Record<(typeof unknownColumns)[number], null>),
    ...howKnown(place, bucket, []),
  };
}
const unknownColumns = [
  ...(['use_low_kwh', 'use_kwh', 'use_high_kwh', 'use_m3'] as const),
  ...(['cost_low_gbp', 'cost_gbp', 'cost_high_gbp'] as const),
  ...(['vat_low_gbp', 'vat_gbp', 'vat_high_gbp'] as const),
  ...(['total_low_gbp', 'total_gbp', 'total_high_gbp'] as const),
  ...(['all_in_p_per_kwh', 'all_in_gbp_per_m3', 'rate_standing'] as const),
];

const inMoney = (amount: Money): number => amount.toNumber();

function usePart(utility: CostRow['utility'], { low, best, high }: Range<Money>) {
  const isWater = utility === 'water';
  return {
    use_low_kwh: isWater ? null : low.toNumber(),
    use_kwh: isWater ? null : best.toNumber(),
    use_high_kwh: isWater ? null : high.toNumber(),
    use_m3: isWater ? best.toNumber() : null,
  };
}

/** What one of the use cost; nothing where nothing was used. */
function allInPart(utility: CostRow['utility'], net: Range<Money>, use: Range<Money>) {
  const pounds = poundsForOne(net, use);
  const isWater = utility === 'water';
  return {
    all_in_p_per_kwh: isWater ? null : (pounds?.times(100).toNumber() ?? null),
    all_in_gbp_per_m3: isWater ? (pounds?.toNumber() ?? null) : null,
  };
}

function howKnown({ points, without }: Place, bucket: AnswerBucket, parts: readonly MeasuredUse[]) {
  const assumed = points.filter((one) => one.isPowerFactorAssumed).map(({ point }) => point.id);
  const warnings = [
    ...assumed.map((about): Warning => ({ code: 'power-factor-assumed', about })),
    ...without.map((about): Warning => ({ code: 'not-costed', about })),
  ];
  return standing({ bucket, ...howMeasured(parts), notCosted: without.length > 0, warnings });
}
