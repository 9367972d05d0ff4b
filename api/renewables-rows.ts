import { boundaries } from '../domain/carbon/boundaries.ts';
import { sayWarning } from '../domain/energy/figure.ts';
import { moreBy } from '../domain/readiness/running-cost.ts';
import { howMeasured } from '../domain/tariffs/cost-figure.ts';
import { toIso } from '../domain/time.ts';
import type { OptionRead, RenewablesRead } from '../store/plan-renewables.ts';
import { measuredUse } from '../store/point-costs.ts';
import type { RenewablesAnswer, RenewablesBody, RenewablesTable } from './contract/plan-renewables.ts';
import { known, share } from './outside.ts';
import { saidLeftOut } from './readiness-rows.ts';
import type { View } from './view.ts';

/** Options of panels and batteries as rows. */

export type RenewablesTables = Pick<RenewablesAnswer, RenewablesTable>;
type About = Omit<RenewablesAnswer, RenewablesTable | 'register_version'>;

export function renewablesTablesOf(read: RenewablesRead): RenewablesTables {
  const { options, tariffs } = read;
  return {
    options: options.map((option, i) => optionRow(read, option, i)),
    tariffs: options.flatMap(({ name: option }, i) =>
      tariffs.map(({ tariff, isPresent, period, totals, why }) => {
        const [before, after] = [totals?.[0], totals?.[i + 1]];
        const saved = before && after && moreBy(after, before);
        return {
          option,
          tariff: tariff.id,
          tariff_name: tariff.name,
          supplier: tariff.supplier,
          present: isPresent,
          from: period ? toIso(period.from) : null,
          to: period ? toIso(period.to) : null,
          before_gbp: known(before?.best),
          after_gbp: known(after?.best),
          saved_low_gbp: known(saved?.low),
          saved_gbp: known(saved?.best),
          saved_high_gbp: known(saved?.high),
          why: why ?? null,
        };
      }),
    ),
    months: options.flatMap(({ name: option, months }) =>
      months.map(({ month, made, used, exported, imported }) => ({
        option,
        month,
        made_kwh: made,
        used_kwh: used,
        exported_kwh: exported,
        imported_kwh: imported,
      })),
    ),
  };
}

function optionRow({ tariffs }: RenewablesRead, option: OptionRead, i: number): RenewablesTables['options'][number] {
  const { year, battery, kept, sold, exportIncome } = option;
  const { best } = year;
  const totals = tariffs.find(({ isPresent }) => isPresent)?.totals;
  const [before, after] = [totals?.[0], totals?.[i + 1]];
  const saved = before && after && before.best - after.best;
  const used = [year.low.used, best.used, year.high.used];
  return {
    option: option.name,
    kwp: option.kwp,
    battery_kwh: known(battery?.capacity),
    battery_kw: known(battery?.power),
    made_kwh: best.made,
    used_low_kwh: Math.min(...used),
    used_kwh: best.used,
    used_high_kwh: Math.max(...used),
    exported_kwh: best.exported,
    imported_kwh: best.imported,
    from_battery_kwh: best.fromBattery,
    lost_in_battery_kwh: best.lost,
    self_consumption_share: share(best.selfConsumption),
    self_sufficiency_share: share(best.selfSufficiency),
    demand_kw: option.demand.kw.best,
    demand_kva: known(option.demand.kva?.best),
    certificates: option.certificates,
    less_location_kgco2e: known(option.less),
    kept_market_kgco2e: known(kept.market),
    sold_market_kgco2e: known(sold.market),
    kept_renewable_share: share(kept.renewableShare),
    sold_renewable_share: share(sold.renewableShare),
    saved_gbp: known(saved),
    export_gbp: known(exportIncome.gbp),
    export_why: exportIncome.why ?? null,
    better_gbp: saved === undefined || exportIncome.gbp === undefined ? null : saved + exportIncome.gbp,
  };
}

/** All that stands before the tables. */
export function renewablesHead(view: View, body: RenewablesBody, read: RenewablesRead, seesRates: boolean): About {
  const { year, supply, yield: made, demand, grid, before, boundary } = read;
  const { byTime = 0 } = howMeasured([measuredUse(supply.measured, year)]);
  return {
    site: body.site,
    site_name: view.sites.get(body.site)?.name ?? body.site,
    supply_point: supply.placed?.point.id ?? null,
    meter: supply.meter.id,
    load_year: { from: toIso(year.from), to: toIso(year.to) },
    yield_from: made.from,
    yield_kwh_per_kwp: made.annual,
    yield_measured_time_share: share(made.measured),
    imported_kwh: read.imported,
    measured_time_share: byTime,
    demand_kw: demand.kw.best,
    demand_kva: known(demand.kva?.best),
    boundary: boundaries[boundary].name,
    grid_kgco2e_per_kwh: known(grid.factor),
    covered_share: share(read.coverShare),
    market_kgco2e: known(before.market),
    renewable_share: share(before.renewableShare),
    assumptions: assumptionsOf(body, read),
    warnings: [
      ...read.warnings.map(sayWarning),
      ...(seesRates ? [] : ['pounds are for keys of procurement']),
      ...saidLeftOut(read),
    ],
  };
}

function assumptionsOf(
  { yield: asked, options, submitted }: RenewablesBody,
  { yield: made }: RenewablesRead,
): string[] {
  const scaled = asked.kwh_per_kwp === undefined ? '' : `, scaled to ${asked.kwh_per_kwp} kWh a kWp as asked`;
  const hasBattery = options.some(({ battery }) => battery);
  return [
    `yield: ${made.from}${scaled}`,
    hasBattery
      ? 'battery: charged by what is left over alone, given back as soon as something is drawn; it knows no prices'
      : '',
    `certificates: submitted by the ${submitted}, each rounded to whole MWh`,
    'market: what is covered now stays as it is, and covers no more than is drawn',
    'the year is as it was, with the panels that are there already',
  ].filter((text) => text !== '');
}
