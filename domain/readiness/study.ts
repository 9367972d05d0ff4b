import type { Utility } from '../estate/estate.ts';
import { monthIndices } from './months.ts';
import type { Load } from '../tariffs/load.ts';
import { certain, joinRanges, mapRange, type Range } from '../tariffs/range.ts';
import type { SupplyPointTerms } from '../tariffs/supply-point.ts';
import type { LocalDate, Period } from '../time.ts';
import { type ColdDay, coldestDay, designDay } from './coldest-day.ts';
import {
  type Backup,
  fuelLeft,
  heatPumpLoad,
  type HeatPumpLoad,
  type HeatPumpPlant,
  seasonalPerformance,
  sum,
} from './heat-pump.ts';
import {
  type Demand,
  demandOf,
  halfHoursBeyond,
  heatFromRoom,
  heatingRatio,
  mostOf,
  placeOfMost,
  roomOf,
  shareThatFits,
  storeNeeded,
  withAdded,
  withReactive,
} from './supply-room.ts';

/** A year of a place with a heat pump, from its own half-hours. */

export interface StudyInputs {
  readonly year: Period;
  /** kWh of heat of each half-hour, as it was. */
  readonly heat: Range<Float64Array>;
  /** By utility what was burnt or bought for it, kWh. */
  readonly fuel: ReadonlyMap<Utility, Range<Float64Array>>;
  /** °C outside without a hole, and which half-hours of it were measured. */
  readonly temperature: Float64Array;
  readonly temperatureKnown: Uint8Array;
  /** °C: the base of the site's degree days. */
  readonly base: number;
  /** What the electricity supply draws. */
  readonly load: Load;
  readonly terms: SupplyPointTerms;
  /** kVA that are agreed. */
  readonly agreed: number | undefined;
}

export interface StudyAsked {
  readonly plant: HeatPumpPlant;
  /** The share of the heat that better fabric saves beforehand. */
  readonly fabricShare: number;
  readonly powerFactor: number | undefined;
  /** °C: the mean of a day that the site is designed for. */
  readonly designTemperature: number | undefined;
  /** Flows, °C all year, that the same heat is tried at. */
  readonly flows: readonly number[];
}

/** What would make heating fit an agreed capacity that it exceeds. */
export interface WhatWouldFit {
  readonly halfHours: number;
  /** The share of the heat that need not be made any more; 1 where the site alone is too much already. */
  readonly lessHeat: number;
  /** kWh of heat in a store; undefined where the hours before never leave enough. */
  readonly store: number | undefined;
  /** kVA. */
  readonly capacity: number;
}

export interface FlowRow {
  readonly flow: number;
  readonly seasonalPerformance: number | undefined;
  /** kWh, and the most of kW that are added. */
  readonly electricity: number;
  readonly addedPeak: number;
  readonly demand: Demand;
  readonly beyondKnown: number;
}

export interface ReadinessYear {
  /** The heat that is wanted after the fabric, and what the heat pump makes of it. */
  readonly heat: Range<Float64Array>;
  readonly pump: Range<HeatPumpLoad>;
  /** Fuel of that heat without the heat pump, and what is burnt beside it. */
  readonly fuelBefore: ReadonlyMap<Utility, Range<Float64Array>>;
  readonly fuelAfter: ReadonlyMap<Utility, Range<Float64Array>>;
  /** Loads of the supply with the kvarh that are known of it, before and after. */
  readonly before: Load;
  readonly after: Load;
  readonly demandBefore: Demand;
  readonly demandAfter: Demand;
  /** The half-hour in which the heat pump itself draws most, kW and °C outside. */
  readonly added: { readonly place: number; readonly kw: number; readonly outside: number };
  /** kW of heat: the most of a half-hour. */
  readonly largestHeat: number;
  /** Undefined where no capacity is agreed or kVA are not known: kW alone do not say what would fit. */
  readonly fit: WhatWouldFit | undefined;
  readonly coldest: ColdDay | undefined;
  readonly design: DesignDemand | undefined;
  readonly flows: readonly FlowRow[];
  readonly months: readonly MonthRow[];
}

/** A design day: the most of kW and of kVA, each in its own half-hour. */
export interface DesignDemand {
  readonly kw: number;
  readonly kva: number | undefined;
  /** kWh of heat that is wanted, and of it what nobody gives. */
  readonly heat: number;
  readonly unmet: number;
  /** kW of heat: the most of a half-hour. */
  readonly largestHeat: number;
}

export interface MonthRow {
  readonly month: LocalDate;
  readonly heat: number;
  readonly electricity: number;
  readonly unmet: number;
  /** Fuel that the heat pump saves, and what the fabric has saved before it. */
  readonly fuelSaved: number;
  readonly fabricSaved: number;
  readonly performance: number | undefined;
}

/** All of it but costs and carbon. */
export function readinessYear(inputs: StudyInputs, asked: StudyAsked): ReadinessYear {
  const { temperature, terms, agreed, year } = inputs;
  const { plant, fabricShare, powerFactor } = asked;
  // What better fabric saves is none of the heat pump's: it replaces the fuel of the heat that is left.
  const afterFabric = (range: Range<Float64Array>): Range<Float64Array> =>
    fabricShare === 0 ? range : mapRange(range, (column) => column.map((kwh) => kwh * (1 - fabricShare)));
  const heat = afterFabric(inputs.heat);
  const pump = mapRange(heat, (column) => heatPumpLoad(column, temperature, plant));
  const before = withReactive(inputs.load, terms);
  const ratio = heatingRatio(before, powerFactor);
  const electricity = mapRange(pump, (load) => load.electricity);
  const after = withAdded(before, electricity, ratio);
  const demandAfter = demandOf(after, terms);
  const fuelBefore = new Map([...inputs.fuel].map(([utility, fuel]) => [utility, afterFabric(fuel)]));
  const fuelAfter = new Map([...fuelBefore].map(([utility, fuel]) => [utility, left(fuel, heat, pump, plant.backup)]));
  const place = placeOfMost(pump.best.electricity);
  const coldest = coldestDay(year, temperature, inputs.temperatureKnown);
  return {
    heat,
    pump,
    fuelBefore,
    fuelAfter,
    before,
    after,
    demandBefore: demandOf(before, terms),
    demandAfter,
    added: { place, kw: 2 * (pump.best.electricity[place] ?? 0), outside: temperature[place] ?? Number.NaN },
    largestHeat: 2 * mostOf(heat.best),
    fit: agreed === undefined ? undefined : fitOf(pump.best, heat.best, { plant, before, agreed, ratio, demandAfter }),
    coldest,
    design: coldest && designOf(inputs, asked, { heat: heat.best, coldest, before, ratio }),
    flows: asked.flows.map((flow) => flowRow(flow, inputs, asked, { heat: heat.best, before, ratio })),
    months: monthRows(inputs, { heat, pump, fuelBefore, fuelAfter }),
  };
}

/** kWh by utility that are burnt less; `of` adds up a column, or a part of it. */
export function lessFuel(
  before: ReadonlyMap<Utility, Range<Float64Array>>,
  after: ReadonlyMap<Utility, Range<Float64Array>>,
  of: (column: Float64Array) => number = sum,
): Map<Utility, number> {
  return new Map([...before].map(([utility, { best }]) => [utility, of(best) - of(after.get(utility)?.best ?? best)]));
}

function left(
  fuel: Range<Float64Array>,
  heat: Range<Float64Array>,
  pump: Range<HeatPumpLoad>,
  backup: Backup,
): Range<Float64Array> {
  const given = joinRanges(heat, pump, (wanted, load) => ({ wanted, load }));
  return joinRanges(fuel, given, (burnt, { wanted, load }) => fuelLeft(burnt, wanted, load, backup));
}

function fitOf(
  pump: HeatPumpLoad,
  heat: Float64Array,
  { plant, before, agreed, ratio, demandAfter: { kva } }: Fitted,
): WhatWouldFit | undefined {
  if (!kva) return undefined;
  const room = roomOf(before, agreed, ratio);
  const possible = heatFromRoom(room, pump.performance, plant);
  // Less heat draws no more, so what fits already stays out of it: a heat pump at its size may draw the same for long.
  const tooMuch = heat.map((kwh, i) => ((pump.electricity[i] as number) > (room[i] as number) ? kwh : 0));
  const electric = pump.heatPumpHeat.map((kwh, i) => kwh + (pump.heaterElectricity[i] as number));
  return {
    halfHours: halfHoursBeyond(pump.electricity, room),
    lessHeat: 1 - Math.max(0, shareThatFits(tooMuch, possible)),
    store: storeNeeded(electric, possible),
    capacity: Math.ceil(kva.high - 1e-6),
  };
}

interface Fitted {
  readonly plant: HeatPumpPlant;
  readonly before: Load;
  readonly agreed: number;
  readonly ratio: number;
  readonly demandAfter: Demand;
}

interface Around {
  readonly heat: Float64Array;
  readonly before: Load;
  readonly ratio: number;
}

/** What the site and the heat pump would draw on a design day: the site as on the coldest day that was measured. */
function designOf(
  { temperature, base }: StudyInputs,
  { plant, designTemperature: design }: StudyAsked,
  { heat, coldest, before, ratio }: Around & { readonly coldest: ColdDay },
): ReadinessYear['design'] {
  const day = design === undefined ? undefined : designDay(heat, temperature, coldest, { design, base });
  if (!day) return undefined;
  const { electricity, unmetHeat } = heatPumpLoad(day.heat, day.temperature, plant);
  const cut = (column: Float64Array): Float64Array => column.slice(coldest.first, coldest.end);
  const load = {
    ...before,
    use: mapRange(before.use, cut),
    reactive: before.reactive && mapRange(before.reactive, cut),
  };
  const { use, reactive } = withAdded(load, certain(electricity), ratio);
  // The half-hour of the most kW need not be that of the most kVA.
  const kva = reactive && use.best.map((kwh, i) => 2 * Math.hypot(kwh, reactive.best[i] as number));
  return {
    kw: 2 * mostOf(use.best),
    kva: kva && mostOf(kva),
    heat: sum(day.heat),
    unmet: sum(unmetHeat),
    largestHeat: 2 * mostOf(day.heat),
  };
}

function flowRow(
  flow: number,
  { temperature, terms }: StudyInputs,
  { plant }: StudyAsked,
  { heat, before, ratio }: Around,
): FlowRow {
  const pump = heatPumpLoad(heat, temperature, { ...plant, flow: () => flow });
  const { electricity } = pump;
  return {
    flow,
    seasonalPerformance: seasonalPerformance(pump),
    electricity: sum(electricity),
    addedPeak: 2 * mostOf(electricity),
    demand: demandOf(withAdded(before, certain(electricity), ratio), terms),
    beyondKnown: pump.beyondKnown,
  };
}

function monthRows(
  { year, fuel }: StudyInputs,
  { heat, pump, fuelBefore, fuelAfter }: Pick<ReadinessYear, 'heat' | 'pump' | 'fuelBefore' | 'fuelAfter'>,
): MonthRow[] {
  return monthIndices(year).map(({ month, first, end }): MonthRow => {
    const of = (column: Float64Array): number => sum(column.subarray(first, end));
    const less = (...between: Parameters<typeof lessFuel>): number =>
      lessFuel(...between)
        .values()
        .reduce((total, each) => total + each, 0);
    const [electricity, given] = [of(pump.best.electricity), of(pump.best.heatPumpHeat)];
    const heaters = of(pump.best.heaterElectricity);
    return {
      month,
      heat: of(heat.best),
      electricity,
      unmet: of(pump.best.unmetHeat),
      fuelSaved: less(fuelBefore, fuelAfter, of),
      fabricSaved: less(fuel, fuelBefore, of),
      performance: electricity > 0 ? (given + heaters) / electricity : undefined,
    };
  });
}
