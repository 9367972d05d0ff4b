import type { Meter, Site } from '../domain/estate/estate.ts';
import { halfHourSeconds } from '../domain/time.ts';
import { deviationAt, glidingAt, seedOf } from './chance.ts';
import { changeOf, placesOf } from './effects.ts';
import { type Happening, isOfRooms } from './happenings.ts';
import { type HeatFlows, heatFlows, shareLost } from './heat-flows.ts';
import { cookingGas, type EndUse, endUseOf, otherGasShare, siteLoads } from './loads.ts';
import { add, halfHoursPerYear, livingIn, type Place, ratedPower, scaled, type Stretch, zeros } from './place.ts';
import { amountPerKwhOf } from './registers.ts';
import { type Shape, shapes } from './shapes.ts';

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
  const here = happenings.filter(({ meter: id }) => meters.some((meter) => meter.id === id));
  const place: Place = {
    site,
    meters,
    stretch,
    seed,
    happenings: here,
    load: siteLoads[site.type],
    area: areaOf(site),
  };
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
  supplyLost(place, flows);
  return flows;
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
      leaks.set(meter.id, extraOf(place, meter, flow));
      add(flow, leaks.get(meter.id) ?? flow);
      flows.set(meter.id, flow);
    }
  for (const main of mains) {
    const flow = scaled(total, (amountPerKwhOf(main) * (1 + otherGasShare)) / mains.length);
    add(flow, extraOf(place, main, flow));
    // A sub-meter's leak passes the main in standard volume, whatever pressure each of them measures at.
    for (const sub of gas)
      if (sub.parent === main.id) add(flow, leaks.get(sub.id) ?? [], amountPerKwhOf(main) / amountPerKwhOf(sub));
    flows.set(main.id, flow);
  }
}

/** Sub-meters, then the main: load less generation is import, generation beyond load is export. kWh. */
function electricityFlows(place: Place, heat: HeatFlows, flows: Map<string, Float64Array>): void {
  const { load, area, meters, stretch } = place;
  const own = meters.filter((meter) => meter.utility === 'electricity' && meter.measures === 'active');
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
    reactiveFlows(place, used, flows);
  }
}

/** Capacitors hold the site at this power factor, give and take a little. */
const usualPowerFactor = 0.975;

/** Reactive energy of what is imported, kvarh. */
function reactiveFlows(place: Place, imported: Float64Array, flows: Map<string, Float64Array>): void {
  for (const meter of place.meters) {
    if (meter.measures !== 'reactive') continue;
    const seed = seedOf(place.seed, meter.id);
    const factors = new Float64Array(imported.length).fill(usualPowerFactor);
    for (const one of place.happenings) {
      if (one.kind === 'capacitor-lost' && one.meter === meter.id)
        factors.fill(one.power_factor, ...placesOf(one, place.stretch));
    }
    const first = place.stretch.start / halfHourSeconds;
    const flow = imported.map((kwh, i) => {
      const wavers = 1 + 0.05 * deviationAt(seed, first + i);
      return kwh * Math.tan(Math.acos(factors[i] ?? usualPowerFactor)) * wavers;
    });
    flows.set(meter.id, flow);
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
    if (
      child.utility !== meter.utility ||
      child.measures === 'reactive' ||
      child.role !== 'sub' ||
      parentOf(place, child) !== meter.id
    )
      continue;
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
  const rest = zeros(place);
  fill(place, meter.id, { ...load, mean: load.mean * unmetered }, rest);
  // What was done behind a sub-meter is said of the sub-meter.
  add(rest, extraOf(place, meter, rest, isMeasure));
  add(total, rest);
  add(
    total,
    extraOf(place, meter, total, (one) => !isMeasure(one)),
  );
  for (const one of place.happenings) {
    if (one.kind !== 'heating-against-cooling' || one.cooling !== meter.id) continue;
    const [first, end] = placesOf(one, place.stretch);
    for (let i = first; i < end; i++) total[i] = (total[i] ?? 0) + one.power / chillerPerformance / 2;
  }
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
  const lost = shareLost(place, 'panels-out', meter.id);
  const living = livingIn(place, meter);
  return Float64Array.from(
    place.stretch.weather.sunshine,
    (share, i) => ((living[i] ?? 0) * share * peak * (1 - (lost[i] ?? 0))) / 2,
  );
}

/** By how much what happens at this very meter changes what passes it. */
function extraOf(
  place: Place,
  meter: Meter,
  flow: Float64Array,
  which: (one: Happening) => boolean = () => true,
): Float64Array {
  return changeOf(
    place.happenings.filter((one) => one.meter === meter.id && !isOfRooms(one) && which(one)),
    flow,
    place.stretch,
  );
}

function isMeasure({ kind }: Happening): boolean {
  return kind === 'measure';
}

/** kWh of heat that a chiller takes out with one of electricity. */
const chillerPerformance = 3;

/** Without its supply nothing passes any meter of a utility, own generation included, which trips. */
function supplyLost(place: Place, flows: ReadonlyMap<string, Float64Array>): void {
  for (const one of place.happenings) {
    if (one.kind !== 'supply-lost') continue;
    const utility = place.meters.find((meter) => meter.id === one.meter)?.utility;
    for (const meter of place.meters) {
      if (meter.utility === utility) flows.get(meter.id)?.fill(0, ...placesOf(one, place.stretch));
    }
  }
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

function areaOf(site: Site): number {
  return site.gross_internal_area_m2.at(-1)?.value ?? 0;
}
