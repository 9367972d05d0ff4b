import type { z } from 'zod';
import { isValidOn, listed } from '../../domain/estate/estate.ts';
import { ProblemError } from '../../domain/problems.ts';
import { publishedCharges } from '../../domain/tariffs/published.ts';
import { type HeldRate, holdsOn, ratesOfPoint, ratesOfPublished, ratesOfTariff } from '../../domain/tariffs/rates.ts';
import type { Tariff } from '../../domain/tariffs/register.ts';
import { callerView } from '../caller-view.ts';
import { rateRowSchema, tariffsAnswerSchema, tariffsQuerySchema } from '../contract/tariffs.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { known } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { supplyPointsOf } from '../supply-points-seen.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import type { View } from '../view.ts';

type Query = z.output<typeof tariffsQuerySchema>;
type RateRow = z.output<typeof rateRowSchema>;

/** `/v1/tariffs`: every rate that is held, one by one. */
export function addTariffRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/tariffs',
    config: { role: 'procurement' },
    schema: {
      tags: ['costs'],
      summary: 'Rates of tariffs and offers, of what is published, and of supply points’ own charges',
      querystring: tariffsQuerySchema,
      response: tableAnswersOf(tariffsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const view = callerView(request, parts);
      const holders = holdersOf(view, query);
      return await sendTable(
        reply,
        {
          head: {
            on: query.on ?? null,
            register_version: view.version,
            tariffs: holders.flatMap(({ tariff }) => (tariff ? [aboutTariff(tariff)] : [])),
          },
          name: 'rates',
          rows: holders.flatMap((holder) => rowsOf(holder, query)),
          columns: Object.keys(rateRowSchema.shape),
          file: query.on === undefined ? 'rates' : `rates-${query.on}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

/** What holds rates: a tariff, published charges, or a supply point. */
interface Holder extends Pick<RateRow, 'held_by' | 'supplier' | 'utility'> {
  readonly id: string;
  readonly name: string;
  readonly tariff?: Tariff;
  readonly rates: () => readonly HeldRate[];
}

/** Those of a view that pass a filter. Throws one problem for each id that is not there. */
function holdersOf(view: View, { tariff: ids, supplier, utility, on }: Query): Holder[] {
  const all: Holder[] = [
    ...tariffsSeen(view).map(
      (tariff): Holder => ({ held_by: 'tariff', ...tariff, tariff, rates: () => ratesOfTariff(tariff) }),
    ),
    ...[...listed(view, 'published_charges'), ...publishedCharges()].map(
      (set): Holder => ({
        held_by: 'published',
        id: set.id,
        name: set.title,
        supplier: set.publisher,
        utility: set.utility,
        rates: () => ratesOfPublished(set),
      }),
    ),
    ...supplyPointsOf(view, {}).map(
      ({ point, site }): Holder => ({
        held_by: 'supply_point',
        id: point.id,
        name: view.sites.get(site)?.name ?? site,
        supplier: null,
        utility: point.utility,
        rates: () => ratesOfPoint(point),
      }),
    ),
  ];
  const unknown = (ids ?? []).filter((id) => !all.some((holder) => holder.id === id));
  if (unknown.length > 0) {
    throw new ProblemError(
      unknown.map((found) => ({ code: 'request.unknown-id', where: 'query tariff', found }) as const),
    );
  }
  return all.filter(
    (holder) =>
      (ids?.includes(holder.id) ?? true) &&
      (utility?.includes(holder.utility) ?? true) &&
      (supplier === undefined || holder.supplier?.toLowerCase().includes(supplier.toLowerCase())) &&
      (on === undefined || holder.tariff === undefined || isValidOn(holder.tariff, on)),
  );
}

/** A tariff that only supply points beyond the caller's reach are supplied by is theirs; an offer is everybody's. */
function tariffsSeen(view: View): readonly Tariff[] {
  const named = (points: readonly { contracts: readonly { tariff?: string | undefined }[] }[]) =>
    new Set(points.flatMap(({ contracts }) => contracts.flatMap(({ tariff }) => tariff ?? [])));
  const all = named(listed(view, 'supply_points'));
  const seen = named(supplyPointsOf(view, {}).map(({ point }) => point));
  return listed(view, 'tariffs').filter(({ id }) => seen.has(id) || !all.has(id));
}

function aboutTariff(tariff: Tariff): z.output<typeof tariffsAnswerSchema>['tariffs'][number] {
  return {
    tariff: tariff.id,
    tariff_name: tariff.name,
    supplier: tariff.supplier,
    utility: tariff.utility,
    contract: tariff.contract,
    valid_from: tariff.valid_from,
    valid_to: tariff.valid_to,
    offered_until: tariff.offered_until ?? null,
    passes_on: tariff.pass_through,
    rounding: tariff.rounding,
    renewable_share: tariff.renewable?.share ?? null,
    source: tariff.source,
  };
}

function rowsOf({ rates, ...holder }: Holder, { component, on }: Query): RateRow[] {
  const held = rates().filter(
    (rate) => (component?.includes(rate.charge.kind) ?? true) && (on === undefined || holdsOn(rate, on)),
  );
  return held.map(({ charge, ...rate }) => ({
    held_by: holder.held_by,
    tariff: holder.id,
    tariff_name: holder.name,
    supplier: holder.supplier,
    utility: holder.utility,
    meter_points: rate.row ?? null,
    charge: charge.id,
    charge_name: charge.name,
    component: charge.kind,
    unit: charge.unit,
    base: charge.base ?? charge.volume ?? charge.of ?? null,
    clock: charge.times?.clock ?? null,
    band: rate.band ?? null,
    windows: rate.windows ?? null,
    valid_from: rate.from ?? null,
    valid_to: rate.to ?? null,
    value: known(rate.value),
    is_credit: charge.credit,
    series: rate.series ?? null,
    traded_share: known(rate.share),
    rule: rate.rule ?? null,
    standing: rate.standing,
    source: rate.source,
  }));
}
