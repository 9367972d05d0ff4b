import type { z } from 'zod';
import { type AnswerBucket, answerBuckets } from '../../domain/energy/buckets.ts';
import type { Warning } from '../../domain/energy/figure.ts';
import { limits } from '../../domain/limits.ts';
import type { ChargeKind } from '../../domain/tariffs/charges.ts';
import { howMeasured, type MeasuredUse, poundsForOne } from '../../domain/tariffs/cost-figure.ts';
import { sumOfCosts } from '../../domain/tariffs/costs.ts';
import type { Money } from '../../domain/tariffs/money.ts';
import type { Range } from '../../domain/tariffs/range.ts';
import { byKindOf, type CostSum, wholeOf } from '../../domain/tariffs/supply-point-costs.ts';
import { dateOf, toIso } from '../../domain/time.ts';
import { checkSize } from '../../store/energy.ts';
import { type PointCosts, readCosts } from '../../store/point-costs.ts';
import { callerView } from '../caller-view.ts';
import { costRowSchema, costsAnswerSchema, costsQuerySchema } from '../contract/costs.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { standing, when } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { supplyPointsOf } from '../supply-points-seen.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import type { View } from '../view.ts';

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
        'missing is a problem and never nothing; half-hours that are missing widen the range from low to high.',
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
      const costs = buckets.length === 0 ? [] : await readCosts(parts, view, points, { buckets, now });
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
          },
          name: 'costs',
          rows: costRows(view, costs, buckets, query),
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

interface Place {
  readonly id: string;
  readonly name: string;
  readonly utility: CostRow['utility'];
  readonly points: readonly PointCosts[];
}

/** Supply points, or those of a site and utility together. */
function placesOf(view: View, costs: readonly PointCosts[], by: CostsQuery['by']): Place[] {
  const nameOf = (site: string): string => view.sites.get(site)?.name ?? site;
  if (by === 'supply_point') {
    return costs.map((one) => {
      const { id, utility } = one.point;
      return { id, name: nameOf(one.site), utility, points: [one] };
    });
  }
  const groups = Map.groupBy(costs, ({ site, point }) => `${site} ${point.utility}`);
  return [...groups.values()].flatMap((points): Place[] => {
    const first = points[0];
    return first ? [{ id: first.site, name: nameOf(first.site), utility: first.point.utility, points }] : [];
  });
}

function* costRows(
  view: View,
  all: readonly PointCosts[],
  buckets: readonly AnswerBucket[],
  { by, split }: CostsQuery,
): Generator<CostRow> {
  for (const place of placesOf(view, all, by)) {
    for (const [i, bucket] of buckets.entries()) {
      const parts = place.points.flatMap((point) => point.buckets[i] ?? []);
      const costs = parts.flatMap((part) => part.costs);
      const use = sumOfCosts(costs).use;
      const known = parts.map((part) => part.known);
      const about = howKnown(place, bucket, known);
      const sums: [ChargeKind | 'all', CostSum][] =
        split === 'component' ? [...byKindOf(costs)] : [['all', wholeOf(costs)]];
      for (const [component, sum] of sums) {
        yield {
          place: place.id,
          place_name: place.name,
          utility: place.utility,
          component,
          ...when(bucket),
          ...usePart(place.utility, use),
          ...inPounds('cost', sum.net),
          ...inPounds('vat', sum.vat),
          ...inPounds('total', sum.total),
          ...allInPart(place.utility, sum.net, use),
          rate_standing: sum.standing ?? null,
          ...about,
        };
      }
    }
  }
}

function inPounds<K extends 'cost' | 'vat' | 'total'>(key: K, { low, best, high }: Range<Money>) {
  const amounts = {
    [`${key}_low_gbp`]: low.toNumber(),
    [`${key}_gbp`]: best.toNumber(),
    [`${key}_high_gbp`]: high.toNumber(),
  };
  return amounts as Record<`${K}_low_gbp` | `${K}_gbp` | `${K}_high_gbp`, number>;
}

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

function howKnown({ points }: Place, bucket: AnswerBucket, parts: readonly MeasuredUse[]) {
  const warnings = points
    .filter((one) => one.isPowerFactorAssumed)
    .map(({ point }): Warning => ({ code: 'power-factor-assumed', about: point.id }));
  return standing({ bucket, ...howMeasured(parts), warnings });
}
