import { boundaries } from '../domain/carbon/boundaries.ts';
import { sayWarning } from '../domain/energy/figure.ts';
import { gridOverYears } from '../domain/readiness/emissions.ts';
import { seasonalPerformance, sum } from '../domain/readiness/heat-pump.ts';
import { readinessReasons } from '../domain/readiness/light.ts';
import { regressions, usualFlow } from '../domain/readiness/performance.ts';
import { howMeasured } from '../domain/tariffs/cost-figure.ts';
import { mapRange, type Range } from '../domain/tariffs/range.ts';
import { moreBy } from '../domain/readiness/running-cost.ts';
import { halfHourSeconds, toIso } from '../domain/time.ts';
import type { ReadinessRead } from '../store/plan-readiness.ts';
import { measuredUse } from '../store/point-costs.ts';
import type { ReadinessAnswer, ReadinessBody, ReadinessTable } from './contract/plan-readiness.ts';
import { known } from './outside.ts';
import type { View } from './view.ts';

/** A readiness study as rows and sums, table by table. */

export type ReadinessTables = Pick<ReadinessAnswer, ReadinessTable>;
type About = Omit<ReadinessAnswer, ReadinessTable | 'register_version'>;

export function readinessTablesOf(read: ReadinessRead): ReadinessTables {
  return {
    reasons: read.reasons.map(({ reason, found, expected, wouldChange }) => ({
      reason,
      ...readinessReasons[reason],
      found,
      expected,
      would_change: [...wouldChange],
    })),
    tariffs: tariffRows(read),
    fuel: read.fuelCosts.map(({ utility, supplyPoint, tariff, kwh, saved, fabricKwh, fabricSaved, why }) => ({
      utility,
      supply_point: supplyPoint ?? null,
      tariff: tariff ?? null,
      saved_kwh: kwh,
      ...rangeOf('saved', 'gbp', saved),
      fabric_saved_kwh: fabricKwh,
      ...rangeOf('fabric_saved', 'gbp', fabricSaved),
      why: why ?? null,
    })),
    flows: read.study.flows.map((row) => ({
      flow_degc: row.flow,
      seasonal_performance: known(row.seasonalPerformance),
      electricity_kwh: row.electricity,
      added_peak_kw: row.addedPeak,
      demand_kw: row.demand.kw.best,
      demand_kva: known(row.demand.kva?.best),
      half_hours_beyond_known: row.beyondKnown,
    })),
    months: read.study.months.map((row) => ({
      month: row.month,
      heat_kwh: row.heat,
      electricity_kwh: row.electricity,
      performance: known(row.performance),
      unmet_kwh: row.unmet,
      fuel_saved_kwh: row.fuelSaved,
      fabric_saved_kwh: row.fabricSaved,
    })),
    grid: gridRows(read),
  };
}

function tariffRows({ tariffs, fuelCosts }: ReadinessRead): ReadinessTables['tariffs'] {
  const isKnown = fuelCosts.length > 0 && fuelCosts.every(({ saved }) => saved);
  const less = isKnown ? fuelCosts.reduce((total, { saved }) => total + (saved?.best ?? 0), 0) : undefined;
  return tariffs.map(({ tariff, isPresent, period, totals, atCapacity, why }) => {
    const [before, after] = totals ?? [];
    const more = before && after && moreBy(before, after);
    return {
      tariff: tariff.id,
      tariff_name: tariff.name,
      supplier: tariff.supplier,
      present: isPresent,
      from: period ? toIso(period.from) : null,
      to: period ? toIso(period.to) : null,
      before_gbp: known(before?.best),
      after_gbp: known(after?.best),
      ...rangeOf('more', 'gbp', more),
      less_for_fuel_gbp: known(less),
      more_in_all_gbp: more && less !== undefined ? more.best - less : null,
      larger_capacity_gbp: known(atCapacity?.best),
      why: why ?? null,
    };
  });
}

function gridRows({ accounting, study, carbon }: ReadinessRead): ReadinessTables['grid'] {
  const added = sum(study.pump.best.electricity);
  return gridOverYears(accounting).map(({ year, factor }) => ({
    year,
    grid_kgco2e_per_kwh: factor,
    heat_pump_less_kgco2e: carbon.saved === undefined ? null : carbon.saved - added * factor,
  }));
}

/** All that stands before the tables. */
export function readinessHead(view: View, body: ReadinessBody, read: ReadinessRead, seesRates: boolean): About {
  const { year, carbon, fabricLess, accounting } = read;
  return {
    site: body.site,
    site_name: view.sites.get(body.site)?.name ?? body.site,
    building: body.building ?? null,
    load_year: { from: toIso(year.from), to: toIso(year.to) },
    light: read.light,
    assumptions: assumptionsOf(body, read),
    warnings: [...carbon.warnings.map(sayWarning), ...(seesRates ? [] : [unpriced]), ...saidLeftOut(read)],
    heat: heatOf(body, read),
    heat_pump: pumpOf(body, read),
    capacity: capacityOf(read),
    coldest_day: coldestOf(body, read),
    carbon: {
      boundary: boundaries[accounting.boundary].name,
      electricity_more_kgco2e: known(carbon.added),
      fuel_less_kgco2e: known(carbon.saved),
      more_kgco2e: known(carbon.more),
      grid_kgco2e_per_kwh: known(carbon.gridFactor),
      break_even_kgco2e_per_kwh: known(carbon.breakEvenFactor),
      fabric_less_kgco2e: known(fabricLess),
    },
  };
}

/** That a study stopped at so many tariffs. */
export function saidLeftOut({ tariffsLeftOut: left }: { readonly tariffsLeftOut: number }): string[] {
  return left === 0 ? [] : [`${left} more tariffs hold and were not reckoned: name those that are wanted in tariffs`];
}

const unpriced = 'pounds are for keys of procurement: what it costs is not among the reasons';

/** What nobody measured at the place. */
function assumptionsOf({ heat_pump: plant, heat }: ReadinessBody, { heat: read, study }: ReadinessRead): string[] {
  const { performance, flow, size_kw: size, power_factor: factor } = plant;
  const { fabric_saving_share: fabric } = heat;
  const isUsualFlow = flow === usualFlow.flow;
  const regression = typeof performance === 'string' ? regressions[performance] : undefined;
  return [
    regression
      ? `performance: ${regression.says}, of heat pumps for houses (${regression.source}; ${regression.standing})`
      : `performance: points of a maker's table, as asked`,
    `flow: ${saidFlow(plant)}${isUsualFlow ? ` (${usualFlow.source}; ${usualFlow.standing})` : ', as asked'}`,
    size === undefined ? `size: as large as the coldest half-hour wants, ${Math.round(study.largestHeat)} kW` : '',
    read.from === 'fuel' ? `heat: fuel × ${read.efficiency} (${read.efficiencySource})` : '',
    fabric > 0
      ? `fabric saves ${100 * fabric} % of heat and fuel first, as asked: the heat pump replaces the rest`
      : '',
    factor === undefined ? 'power factor of the heat pump: that of the site over the year' : '',
    'the year is as it was: its weather, its use and its half-hours; heat stored in buildings is not reckoned in',
    'all of it is drawn from the grid, also where the site exports',
  ].filter((text) => text !== '');
}

function saidFlow({ flow }: ReadinessBody['heat_pump']): string {
  if (typeof flow === 'number') return `${flow} °C all year`;
  return flow.map(({ outside_degc: at, flow_degc: is }) => `${is} °C at ${at} °C outside`).join(', ');
}

function heatOf(
  { heat: { fabric_saving_share: fabric } }: ReadinessBody,
  { heat, study }: ReadinessRead,
): About['heat'] {
  return {
    from: heat.from,
    meters: heat.meters.map(({ meter, times }) => (times < 0 ? `−${meter.id}` : meter.id)),
    left_out: [...heat.leftOut],
    boiler_efficiency: known(heat.efficiency),
    boiler_efficiency_from: heat.efficiencySource ?? null,
    fabric_saving_share: fabric,
    ...rangeOf('heat', 'kwh', mapRange(study.heat, sum)),
    largest_kw: study.largestHeat,
    measured_time_share: heat.measured,
  };
}

function pumpOf({ heat_pump: plant }: ReadinessBody, { study, year }: ReadinessRead): About['heat_pump'] {
  const { best } = study.pump;
  const isAny = study.added.kw > 0;
  return {
    source: plant.source,
    performance_from: typeof plant.performance === 'string' ? plant.performance : 'points of a maker, as asked',
    flow: saidFlow(plant),
    size_kw: known(plant.size_kw),
    backup: plant.backup,
    seasonal_performance: known(seasonalPerformance(best)),
    ...rangeOf(
      'electricity',
      'kwh',
      mapRange(study.pump, ({ electricity }) => sum(electricity)),
    ),
    heater_kwh: sum(best.heaterElectricity),
    backup_heat_kwh: sum(best.backupHeat),
    unmet_heat_kwh: sum(best.unmetHeat),
    added_peak_kw: study.added.kw,
    added_peak_at: isAny ? toIso(year.from + study.added.place * halfHourSeconds) : null,
    added_peak_outside_degc: isAny ? study.added.outside : null,
    half_hours_beyond_known: best.beyondKnown,
  };
}

function capacityOf({ supply, study, year }: ReadinessRead): About['capacity'] {
  const { demandBefore, demandAfter, fit } = study;
  const { byTime = 0 } = howMeasured([measuredUse(supply.measured, year)]);
  return {
    supply_point: supply.placed?.point.id ?? null,
    meter: supply.meter.id,
    agreed_kva: known(supply.agreed),
    rating: supply.rating ? `${supply.rating.value} ${supply.rating.unit}` : null,
    before_kw: demandBefore.kw.best,
    after_kw: demandAfter.kw.best,
    ...rangeOf('before', 'kva', demandBefore.kva),
    ...rangeOf('after', 'kva', demandAfter.kva),
    after_month: demandAfter.month ?? null,
    half_hours_exceeded: fit?.halfHours ?? null,
    less_heat_needed_share: known(fit?.lessHeat),
    store_needed_kwh: known(fit?.store),
    needed_kva: known(fit?.capacity),
    measured_time_share: byTime,
  };
}

function coldestOf({ design_outside_degc: design }: ReadinessBody, read: ReadinessRead): About['coldest_day'] {
  const { study, inputs, year } = read;
  const { coldest, pump, before, heat } = study;
  if (!coldest) return null;
  const { first, end } = coldest;
  const places = Array.from({ length: end - first }, (_, k) => first + k);
  const electricity = sum(pump.best.electricity.subarray(first, end));
  const given = sum(pump.best.heatPumpHeat.subarray(first, end));
  const heaters = sum(pump.best.heaterElectricity.subarray(first, end));
  return {
    date: coldest.date,
    mean_degc: coldest.mean,
    lowest_degc: coldest.lowest,
    heat_kwh: sum(heat.best.subarray(first, end)),
    electricity_kwh: electricity,
    performance: electricity > 0 ? (given + heaters) / electricity : null,
    design_outside_degc: known(design),
    design_kw: known(study.design?.kw),
    design_kva: known(study.design?.kva),
    half_hours: places.map((i) => ({
      start: toIso(year.from + i * halfHourSeconds),
      site_kw: 2 * (before.use.best[i] as number),
      heat_pump_kw: 2 * (pump.best.electricity[i] as number),
      outside_degc: inputs.temperature[i] as number,
    })),
  };
}

/** A range as its three columns; null where it is not known. */
function rangeOf<K extends string, S extends string>(key: K, suffix: S, range: Range<number> | undefined) {
  const columns = {
    [`${key}_low_${suffix}`]: known(range?.low),
    [`${key}_${suffix}`]: known(range?.best),
    [`${key}_high_${suffix}`]: known(range?.high),
  };
  return columns as Record<`${K}_low_${S}` | `${K}_${S}` | `${K}_high_${S}`, number | null>;
}
