import type { Meter, Site } from '../domain/estate/estate.ts';
import { type EpochSeconds, halfHourSeconds } from '../domain/time.ts';
import type { Calendar } from './calendar.ts';
import { deviationAt, glidingAt, seedOf } from './chance.ts';
import type { Happening } from './happenings.ts';
import {
  chp,
  coefficientOfPerformance,
  cookingGas,
  type EndUse,
  endUseOf,
  otherGasShare,
  type SiteLoad,
  siteLoads,
} from './loads.ts';
import { amountPerKwhOf } from './registers.ts';
import { roomHeatPerYear } from './room-heat.ts';
import { type Shape, shapes } from './shapes.ts';
import type { Weather } from './weather.ts';

/** A stretch of half-hours that all sites share. */
export interface Stretch {
  readonly start: EpochSeconds;
  readonly count: number;
  readonly calendar: Calendar;
  readonly weather: Weather;
}

const halfHoursPerYear = 17_520;

/**
 * What passes each meter of one site in each half-hour of a stretch, in the base unit of what it counts (kWh, m³).
 * Main meters are what their sub-meters and the unmetered rest add up to; electricity is netted against generation
 * behind the main.
 */
export function siteFlows(
  site: Site,
  meters: readonly Meter[],
  stretch: Stretch,
  seed: number,
  happenings: readonly Happening[],
): Map<string, Float64Array> {
  const place: Place = { site, meters, stretch, seed, happenings, load: siteLoads[site.type], area: areaOf(site) };
  const flows = new Map<string, Float64Array>();
  const heat = heatFlows(place);
  for (const meter of meters) {
    if (meter.utility === 'heat') flows.set(meter.id, heatOf(meter, heat));
    else if (meter.utility !== 'electricity' && meter.utility !== 'water' && meter.utility !== 'gas') {
      flows.set(
        meter.id,
        isFuel(meter) && !has(meters, 'gas') ? scaled(heat.boilerFuel, amountPerKwhOf(meter)) : zeros(place),
      );
    }
  }
  waterFlows(place, flows);
  gasFlows(place, heat, flows);
  electricityFlows(place, heat, flows);
  return flows;
}

interface Place {
  readonly site: Site;
  readonly meters: readonly Meter[];
  readonly stretch: Stretch;
  readonly seed: number;
  readonly happenings: readonly Happening[];
  readonly load: SiteLoad;
  /** m². A changed area is a changed survey, not a changed building: the last one counts throughout. */
  readonly area: number;
}

interface HeatFlows {
  readonly demand: Float64Array;
  readonly chpHeat: Float64Array;
  readonly chpElectricity: Float64Array;
  readonly chpFuel: Float64Array;
  readonly heatPumpHeat: Float64Array;
  readonly heatPumpElectricity: Float64Array;
  readonly boilerHeat: Float64Array;
  readonly boilerFuel: Float64Array;
}

/** Heat wanted, and who gives it: the CHP engine first, then a heat pump where there is one, else boilers. kWh. */
function heatFlows(place: Place): HeatFlows {
  const { stretch, load, meters } = place;
  const { weather } = stretch;
  const demand = heatDemand(place);
  const engine = meters.find((meter) => meter.role === 'generation' && meter.technology === 'chp');
  // The meter is sized a little above the engine, as meters are.
  const engineElectricity = engine ? (0.88 * ratedPower(engine, place.area * 0.004)) / 2 : 0;
  const heatPump = meters.some((meter) => meter.end_use === 'heat_pump');
  const flows = {
    demand,
    chpHeat: zeros(place),
    chpElectricity: zeros(place),
    chpFuel: zeros(place),
    heatPumpHeat: zeros(place),
    heatPumpElectricity: zeros(place),
    boilerHeat: zeros(place),
    boilerFuel: zeros(place),
  };
  for (let i = 0; i < stretch.count; i++) {
    let wanted = demand[i] ?? 0;
    if (engineElectricity > 0) {
      const most = (engineElectricity * chp.heat) / chp.electricity;
      const part = engineRuns(place, i) ? Math.min(1, wanted / most) : 0;
      const running = part >= chp.leastLoad ? part : 0;
      flows.chpElectricity[i] = engineElectricity * running;
      flows.chpHeat[i] = most * running;
      flows.chpFuel[i] = (engineElectricity * running) / chp.electricity;
      wanted -= most * running;
    }
    if (heatPump) {
      flows.heatPumpHeat[i] = wanted;
      flows.heatPumpElectricity[i] = wanted / coefficientOfPerformance(weather.temperature[i] ?? 10);
    } else {
      flows.boilerHeat[i] = wanted;
      flows.boilerFuel[i] = wanted / load.boilerEfficiency;
    }
  }
  return flows;
}

/** The engine rests from midnight to five, when electricity is cheap, and about one day in thirty for its keepers. */
function engineRuns(place: Place, i: number): boolean {
  const day = place.stretch.calendar.day[i] ?? 0;
  return (place.stretch.calendar.slot[i] ?? 0) >= 10 && deviationAt(seedOf(place.seed, 'engine'), day) < 1.75;
}

function heatDemand(place: Place): Float64Array {
  const { stretch, load, area, happenings, meters } = place;
  // A heat pump is small and runs round the clock.
  const heatShape = meters.some((meter) => meter.end_use === 'heat_pump') ? 'even' : load.heatShape;
  const room = shapes[heatShape];
  const hot = shapes[load.hotWaterShape];
  const perDegree = (area * load.roomHeat) / roomHeatPerYear(heatShape, load.balancePoint);
  const hotWater = (area * load.hotWater) / halfHoursPerYear;
  const seed = seedOf(place.seed, `${place.site.id}/heat`);
  const measures = happenings.filter(
    (one) => one.kind === 'measure' && meters.some((meter) => meter.id === one.meter && meter.utility === 'heat'),
  );
  const demand = zeros(place);
  for (let i = 0; i < stretch.count; i++) {
    const where = (stretch.calendar.kind[i] ?? 0) * 48 + (stretch.calendar.slot[i] ?? 0);
    const cold = Math.max(0, load.balancePoint - (stretch.weather.felt[i] ?? 0));
    const at = stretch.start + i * halfHourSeconds;
    const wiggle = 1 + 0.05 * glidingAt(seed, at / 43_200);
    let rooms = perDegree * cold * (room[where] ?? 0) * wiggle;
    for (const one of measures) if (one.kind === 'measure' && at >= one.from) rooms *= 1 - one.saves;
    demand[i] = rooms + hotWater * (hot[where] ?? 0) * wiggle;
  }
  return demand;
}

function heatOf(meter: Meter, heat: HeatFlows): Float64Array {
  if (meter.end_use === 'chp') return heat.chpHeat.slice();
  if (meter.end_use === 'heat_pump') return heat.heatPumpHeat.slice();
  if (meter.end_use === 'boilers') return heat.boilerHeat.slice();
  return meter.role === 'main' ? heat.demand.slice() : scaled(heat.demand, 0.1);
}

function waterFlows(place: Place, flows: Map<string, Float64Array>): void {
  const { load, area, meters } = place;
  const mains = meters.filter((meter) => meter.utility === 'water' && meter.role === 'main');
  const mean = (area * load.water) / halfHoursPerYear / Math.max(1, mains.length);
  const flat = shapes[load.waterShape].map((value) => load.nightFlow + (1 - load.nightFlow) * value);
  for (const main of mains) treeFlow(place, main, { mean, shape: flat, perDegree: 0.004 }, flows);
}

function gasFlows(place: Place, heat: HeatFlows, flows: Map<string, Float64Array>): void {
  const gas = place.meters.filter((meter) => meter.utility === 'gas');
  const mains = gas.filter((meter) => meter.role === 'main');
  const cooks = gas.some((meter) => meter.end_use === 'catering');
  const cooking = zeros(place);
  if (cooks)
    fill(
      place,
      'cooking',
      { mean: (place.area * cookingGas) / halfHoursPerYear, shape: shapes.kitchen, perDegree: 0 },
      cooking,
    );
  const byUse: Record<string, Float64Array> = { boilers: heat.boilerFuel, chp: heat.chpFuel, catering: cooking };
  const total = zeros(place);
  for (const part of Object.values(byUse)) add(total, part);
  const leaks = new Map<string, Float64Array>();
  for (const meter of gas)
    if (meter.role === 'sub') {
      const flow = scaled(byUse[meter.end_use ?? ''] ?? zeros(place), amountPerKwhOf(meter));
      leaks.set(meter.id, extraOf(place, meter));
      add(flow, leaks.get(meter.id) ?? flow);
      flows.set(meter.id, flow);
    }
  for (const main of mains) {
    const flow = scaled(total, (amountPerKwhOf(main) * (1 + otherGasShare)) / mains.length);
    add(flow, extraOf(place, main));
    // A sub-meter's leak passes the main in standard volume, whatever pressure each of them measures at.
    for (const sub of gas)
      if (sub.parent === main.id) add(flow, leaks.get(sub.id) ?? [], amountPerKwhOf(main) / amountPerKwhOf(sub));
    flows.set(main.id, flow);
  }
}

/** Sub-meters, then the main: load less generation is import, generation beyond load is export. kWh. */
function electricityFlows(place: Place, heat: HeatFlows, flows: Map<string, Float64Array>): void {
  const { load, area, meters, stretch } = place;
  const own = meters.filter((meter) => meter.utility === 'electricity');
  const mains = own.filter((meter) => meter.role === 'main');
  const mean = (area * load.electricity) / halfHoursPerYear / Math.max(1, mains.length);
  const generated = zeros(place);
  for (const meter of own)
    if (meter.role === 'generation') {
      const flow =
        meter.technology === 'chp'
          ? heat.chpElectricity
          : meter.technology === 'solar'
            ? solar(place, meter)
            : zeros(place);
      flows.set(meter.id, flow);
      add(generated, flow);
    }
  for (const meter of own) if (meter.end_use === 'heat_pump') flows.set(meter.id, heat.heatPumpElectricity);
  for (const [i, main] of mains.entries()) {
    const use = { mean, shape: shapes[load.electricityShape], perDegree: load.cooling / 4 };
    const used = treeFlow(place, main, use, flows);
    if (i > 0) continue;
    const exported = zeros(place);
    for (let k = 0; k < stretch.count; k++) {
      const net = (used[k] ?? 0) - (generated[k] ?? 0);
      used[k] = Math.max(0, net);
      exported[k] = Math.max(0, -net);
    }
    for (const meter of own) if (meter.role === 'export') flows.set(meter.id, exported);
  }
}

interface Load {
  /** Base units in a half-hour. */
  readonly mean: number;
  readonly shape: Shape;
  /** Change of the load per °C of outdoor warmth above 12. */
  readonly perDegree: number;
}

/** A meter and everything below it: its sub-meters, and the rest of its own load that no sub-meter sees. */
function treeFlow(place: Place, meter: Meter, load: Load, flows: Map<string, Float64Array>): Float64Array {
  const total = zeros(place);
  let unmetered = 1;
  for (const child of place.meters) {
    if (child.utility !== meter.utility || child.role !== 'sub' || parentOf(place, child) !== meter.id) continue;
    if (child.end_use === 'heat_pump') {
      add(total, flows.get(child.id) ?? []);
      continue;
    }
    const use: EndUse = endUseOf(
      meter.utility === 'water' ? 'water' : 'electricity',
      child.end_use,
      openingOf(place.site),
    );
    const share = Math.min(use.share, unmetered);
    unmetered -= share;
    const part = { mean: load.mean * share, shape: shapes[use.shape], perDegree: use.perDegree };
    add(total, treeFlow(place, child, part, flows));
  }
  fill(place, meter.id, { ...load, mean: load.mean * unmetered }, total);
  for (const one of place.happenings)
    if (one.kind === 'measure' && one.meter === meter.id) save(place, total, one.from, one.saves);
  add(total, extraOf(place, meter));
  flows.set(meter.id, total);
  return total;
}

/** Adds a load to a flow: shape, weather, and chance (a large load is the sum of many and wavers less). */
function fill(place: Place, name: string, load: Load, into: Float64Array): void {
  const { calendar, weather, start, count } = place.stretch;
  const seed = seedOf(place.seed, name);
  const waver = Math.min(0.18, Math.max(0.02, 0.2 / Math.sqrt(1 + load.mean)));
  const first = start / halfHourSeconds;
  for (let i = 0; i < count; i++) {
    const where = (calendar.kind[i] ?? 0) * 48 + (calendar.slot[i] ?? 0);
    const warm = 1 + load.perDegree * Math.max(-12, (weather.temperature[i] ?? 12) - 12);
    const days = 1 + 0.03 * glidingAt(seed, (first + i) / 96);
    const chance = Math.max(0.1, 1 + waver * deviationAt(seed, first + i));
    into[i] = (into[i] ?? 0) + load.mean * (load.shape[where] ?? 0) * Math.max(0.2, warm) * days * chance;
  }
}

function solar(place: Place, meter: Meter): Float64Array {
  const peak = ratedPower(meter, place.area * 0.01);
  return Float64Array.from(place.stretch.weather.sunshine, (share) => (share * peak) / 2);
}

/** What leaks or was left on at this very meter. */
function extraOf(place: Place, meter: Meter): Float64Array {
  const extra = zeros(place);
  const { start, count, calendar } = place.stretch;
  for (const one of place.happenings) {
    if (one.meter !== meter.id || one.kind === 'measure') continue;
    const amount = one.kind === 'leak' ? one.flow / 2 : one.power / 2;
    for (let i = 0; i < count; i++) {
      const at = start + i * halfHourSeconds;
      if (at < one.from || at >= one.to) continue;
      const slot = calendar.slot[i] ?? 0;
      const away = slot < 14 || slot >= 38 || (calendar.kind[i] ?? 0) > 0;
      if (one.kind === 'leak' || away) extra[i] = (extra[i] ?? 0) + amount;
    }
  }
  return extra;
}

function save(place: Place, flow: Float64Array, from: EpochSeconds, saves: number): void {
  const first = Math.max(0, Math.ceil((from - place.stretch.start) / halfHourSeconds));
  for (let i = first; i < flow.length; i++) flow[i] = (flow[i] ?? 0) * (1 - saves);
}

function parentOf(place: Place, child: Meter): string | undefined {
  if (child.parent !== undefined) return child.parent;
  return place.meters.find((meter) => meter.utility === child.utility && meter.role === 'main')?.id;
}

function openingOf(site: Site): '24h' | 'day' {
  return site.occupied_hours === '24h' ? '24h' : 'day';
}

function isFuel(meter: Meter): boolean {
  return ['gas_oil', 'burning_oil', 'lpg', 'coal', 'biomass'].includes(meter.utility);
}

function has(meters: readonly Meter[], utility: string): boolean {
  return meters.some((meter) => meter.utility === utility);
}

function ratedPower(meter: Meter, otherwise: number): number {
  const { rating } = meter;
  if (!rating) return otherwise;
  if (rating.unit === 'MW') return rating.value * 1000;
  return rating.unit === 'kW' || rating.unit === 'kVA' ? rating.value : otherwise;
}

function areaOf(site: Site): number {
  return site.gross_internal_area_m2.at(-1)?.value ?? 0;
}

function zeros(place: Place): Float64Array {
  return new Float64Array(place.stretch.count);
}

function add(into: Float64Array, from: ArrayLike<number>, times = 1): void {
  for (let i = 0; i < from.length; i++) into[i] = (into[i] ?? 0) + (from[i] ?? 0) * times;
}

function scaled(flow: Float64Array, times: number): Float64Array {
  return flow.map((amount) => amount * times);
}
