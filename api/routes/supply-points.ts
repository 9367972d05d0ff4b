import type { z } from 'zod';
import { isValidOn, validOn } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { PlacedPoint } from '../../domain/tariffs/placed-point.ts';
import { residualBandsOf } from '../../domain/tariffs/residual-bands.ts';
import { remindersIn } from '../../domain/tariffs/reminders.ts';
import { dateOf, type LocalDate } from '../../domain/time.ts';
import { checkSize } from '../../store/energy.ts';
import { callerView } from '../caller-view.ts';
import { supplyPointRowSchema, supplyPointsAnswerSchema, supplyPointsQuerySchema } from '../contract/costs.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { readYearsDemand, type YearsDemand } from '../../store/maximum-apparent-power.ts';
import type { Api, ApiParts } from '../parts.ts';
import { supplyPointsOf } from '../supply-points-seen.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import type { View } from '../view.ts';

/** `/v1/supply-points`: what is billed, by which contract, and by when somebody must act. */
export function addSupplyPointRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/supply-points',
    config: { role: 'procurement' },
    schema: {
      tags: ['costs'],
      summary: 'Supply points, their contracts of today, and the notice dates that are near',
      querystring: supplyPointsQuerySchema,
      response: tableAnswersOf(supplyPointsAnswerSchema),
    },
    handler: async (request, reply) => {
      const view = callerView(request, parts);
      const today = dateOf(parts.clock());
      const points = supplyPointsOf(view, request.query);
      const isDemandAsked = request.query.demand === 'last_12_months';
      if (isDemandAsked) checkSize(points.length * yearHalfHours, limits.demandPoints * yearHalfHours);
      const rows: Row[] = [];
      for (const placed of points) {
        const demand = isDemandAsked ? await readYearsDemand(parts, view, placed, parts.clock()) : undefined;
        rows.push(rowOf(view, placed, today, demand));
      }
      return await sendTable(
        reply,
        {
          head: { on: today, register_version: view.version },
          name: 'supply_points',
          rows,
          columns: Object.keys(supplyPointRowSchema.shape),
          file: `supply-points-${today}`,
        },
        wantedFormat(request, request.query.format),
      );
    },
  });
}

type Row = z.output<typeof supplyPointRowSchema>;
const yearHalfHours = 17_520;

/** Reminders are of what has its day: how long before and after today they are looked for. */
const [longAgo, farAhead] = ['1990-01-01', '2099-12-31'] as const;

function rowOf(view: View, { point, site }: PlacedPoint, today: LocalDate, most: YearsDemand | undefined): Row {
  const contract = point.contracts.find((one) => isValidOn(one, today));
  const meter = view.meters.get(point.meter);
  const band = validOn(residualBandsOf(point), today);
  const due = remindersIn([point], longAgo, today).filter(({ date }) => date >= today);
  return {
    supply_point: point.id,
    site,
    site_name: view.sites.get(site)?.name ?? site,
    utility: point.utility,
    meter: point.meter,
    mpan: point.mpan ?? meter?.mpan ?? null,
    mprn: point.mprn ?? meter?.mprn ?? null,
    spid: point.spid ?? null,
    supplier: contract?.supplier ?? null,
    tariff: contract?.tariff ?? null,
    contract_from: contract?.valid_from ?? null,
    contract_to: contract?.valid_to ?? null,
    notice_by: contract?.notice_by ?? null,
    // Two reminders of one date are one thing to be told.
    reminders: [...new Set(due.map(({ about, date, supplier }) => `${about} ${date} ${supplier}`))],
    next_reminder: remindersIn([point], today, farAhead).find(({ on }) => on > today)?.on ?? null,
    agreed_capacity_kva: validOn(point.agreed_capacity_kva ?? [], today)?.value ?? null,
    maximum_demand_low_kva: most?.demand.low ?? null,
    maximum_demand_kva: most?.demand.best ?? null,
    maximum_demand_high_kva: most?.demand.high ?? null,
    maximum_demand_month: most?.month ?? null,
    measured_time_share: most?.measured ?? null,
    voltage: point.voltage ?? null,
    duos_tariff: validOn(point.duos_tariff ?? [], today)?.value ?? null,
    residual_band: band?.value ?? null,
    residual_band_derived_from: band?.derivedFrom ?? null,
    estimated_annual_kwh: point.estimated_annual_kwh ?? null,
    source: point.source,
  };
}
