import type { PerformanceOf } from './performance.ts';

/**
 * The heat that a building used, half-hour by half-hour, from a heat pump: its electricity, what a backup gives where
 * it is too small, and what nobody gives.
 */

export const backups = {
  none: 'nothing: what the heat pump cannot give is missing',
  direct_electric: 'electric heaters, a kWh of heat for a kWh',
  boiler: 'the boilers that are there stay for the coldest hours',
} as const;
export type Backup = keyof typeof backups;
export const backupNames = Object.keys(backups) as [Backup, ...Backup[]];

export interface HeatPumpPlant {
  readonly performance: PerformanceOf;
  /** °C of what it takes the heat from, where that is not the air outside. */
  readonly source: number | undefined;
  /** °C of the water that flows out, by °C outside. */
  readonly flow: (outside: number) => number;
  /** kW of heat that it gives at most, however cold it is; as much as is wanted where absent. */
  readonly size: number | undefined;
  readonly backup: Backup;
}

/** kWh of each half-hour. Heat pump, backup and what is unmet are the heat; nothing else is drawn. */
export interface HeatPumpLoad {
  readonly heatPumpHeat: Float64Array;
  readonly backupHeat: Float64Array;
  readonly unmetHeat: Float64Array;
  /** Of the heat pump and of electric heaters. */
  readonly electricity: Float64Array;
  readonly heaterElectricity: Float64Array;
  /** Heat that a kWh of electricity gives, also where no heat was wanted. */
  readonly performance: Float64Array;
  /** Half-hours with heat in which the performance is not known and was drawn out. */
  readonly beyondKnown: number;
}

/** `heat` is kWh of each half-hour and `temperature` °C outside in it, neither with a hole. */
export function heatPumpLoad(heat: Float64Array, temperature: Float64Array, plant: HeatPumpPlant): HeatPumpLoad {
  const count = heat.length;
  const load = {
    heatPumpHeat: new Float64Array(count),
    backupHeat: new Float64Array(count),
    unmetHeat: new Float64Array(count),
    electricity: new Float64Array(count),
    heaterElectricity: new Float64Array(count),
    performance: new Float64Array(count),
  };
  const most = plant.size === undefined ? Number.POSITIVE_INFINITY : plant.size / 2;
  let beyondKnown = 0;
  for (let i = 0; i < count; i++) {
    const wanted = heat[i] as number;
    const outside = temperature[i] as number;
    const { value, isKnown } = plant.performance(plant.source ?? outside, plant.flow(outside));
    load.performance[i] = value;
    if (wanted <= 0) continue;
    const given = Math.min(wanted, most);
    const left = wanted - given;
    if (!isKnown) beyondKnown++;
    const heaters = plant.backup === 'direct_electric' ? left : 0;
    load.heatPumpHeat[i] = given;
    load[plant.backup === 'none' ? 'unmetHeat' : 'backupHeat'][i] = left;
    load.heaterElectricity[i] = heaters;
    load.electricity[i] = given / value + heaters;
  }
  return { ...load, beyondKnown };
}

/**
 * What of a fuel is still burnt, kWh of each half-hour: the part of the heat that boilers still give. Where no heat was
 * wanted nothing is kept hot either.
 */
export function fuelLeft(fuel: Float64Array, heat: Float64Array, load: HeatPumpLoad, backup: Backup): Float64Array {
  if (backup !== 'boiler') return new Float64Array(fuel.length);
  return fuel.map((kwh, i) => {
    const wanted = heat[i] as number;
    return wanted > 0 ? (kwh * (load.backupHeat[i] as number)) / wanted : 0;
  });
}

/** Heat of heat pump and electric heaters for a kWh of electricity over all half-hours; undefined of none. */
export function seasonalPerformance(load: HeatPumpLoad): number | undefined {
  const electricity = sum(load.electricity);
  if (electricity <= 0) return undefined;
  return (sum(load.heatPumpHeat) + sum(load.heaterElectricity)) / electricity;
}

export function sum(column: Float64Array): number {
  let total = 0;
  for (const each of column) total += each;
  return total;
}
