import { z } from 'zod';

/**
 * Every unit Meterhouse understands, in one table. Types, labels, JSON suffixes and axis labels follow from it.
 * `size` is how many base units one of this unit is; the base unit of a quantity is the one whose size is 1.
 * `suffix` is the last word of a name outside the program (`energy_kwh`).
 */
export const units = {
  kWh: { quantity: 'energy', size: 1, label: 'kWh', suffix: 'kwh' },
  Wh: { quantity: 'energy', size: 0.001, label: 'Wh', suffix: 'wh' },
  // Shelly's first generation counts the minutes of a watt.
  Wmin: { quantity: 'energy', size: 1 / 60_000, label: 'W·min', suffix: 'wmin' },
  MWh: { quantity: 'energy', size: 1000, label: 'MWh', suffix: 'mwh' },
  kJ: { quantity: 'energy', size: 1 / 3600, label: 'kJ', suffix: 'kj' },
  MJ: { quantity: 'energy', size: 1 / 3.6, label: 'MJ', suffix: 'mj' },
  GJ: { quantity: 'energy', size: 1000 / 3.6, label: 'GJ', suffix: 'gj' },
  m3: { quantity: 'volume', size: 1, label: 'm³', suffix: 'm3' },
  l: { quantity: 'volume', size: 0.001, label: 'l', suffix: 'l' },
  // GB gas billing multiplies by 2.83, not by the exact 2.8316846592 (suppliers' published worked bills).
  hcf: { quantity: 'volume', size: 2.83, label: '100 ft³', suffix: 'hcf' },
  ft3: { quantity: 'volume', size: 0.0283, label: 'ft³', suffix: 'ft3' },
  kW: { quantity: 'power', size: 1, label: 'kW', suffix: 'kw' },
  W: { quantity: 'power', size: 0.001, label: 'W', suffix: 'w' },
  MW: { quantity: 'power', size: 1000, label: 'MW', suffix: 'mw' },
  'm3/h': { quantity: 'flow', size: 1, label: 'm³/h', suffix: 'm3_per_h' },
  'l/h': { quantity: 'flow', size: 0.001, label: 'l/h', suffix: 'l_per_h' },
  'l/min': { quantity: 'flow', size: 0.06, label: 'l/min', suffix: 'l_per_min' },
  'l/s': { quantity: 'flow', size: 3.6, label: 'l/s', suffix: 'l_per_s' },
  kvarh: { quantity: 'reactive_energy', size: 1, label: 'kvarh', suffix: 'kvarh' },
  varh: { quantity: 'reactive_energy', size: 0.001, label: 'varh', suffix: 'varh' },
  kvar: { quantity: 'reactive_power', size: 1, label: 'kvar', suffix: 'kvar' },
  kVA: { quantity: 'apparent_power', size: 1, label: 'kVA', suffix: 'kva' },
  kg: { quantity: 'mass', size: 1, label: 'kg', suffix: 'kg' },
  t: { quantity: 'mass', size: 1000, label: 't', suffix: 't' },
  degC: { quantity: 'temperature', size: 1, label: '°C', suffix: 'degc' },
  // CO2 alone, as grid operators say it; never one of the CO2e of an annual account.
  'gCO2/kWh': { quantity: 'carbon_intensity', size: 1, label: 'gCO₂/kWh', suffix: 'gco2_per_kwh' },
  kgCO2: { quantity: 'carbon_dioxide', size: 1, label: 'kgCO₂', suffix: 'kgco2' },
  '%': { quantity: 'share', size: 1, label: '%', suffix: 'percent' },
  pulse: { quantity: 'count', size: 1, label: 'pulses', suffix: 'pulses' },
  m2: { quantity: 'area', size: 1, label: 'm²', suffix: 'm2' },
  kgCO2e: { quantity: 'emissions', size: 1, label: 'kgCO₂e', suffix: 'kgco2e' },
  tCO2e: { quantity: 'emissions', size: 1000, label: 'tCO₂e', suffix: 'tco2e' },
  'GBP/MWh': { quantity: 'price', size: 1, label: '£/MWh', suffix: 'gbp_per_mwh' },
  'p/kWh': { quantity: 'price', size: 10, label: 'p/kWh', suffix: 'p_per_kwh' },
  GBP: { quantity: 'money', size: 1, label: '£', suffix: 'gbp' },
} as const satisfies Record<string, { quantity: string; size: number; label: string; suffix: string }>;

export type Unit = keyof typeof units;
export type Quantity = (typeof units)[Unit]['quantity'];
/** The units of one quantity: `UnitOf<'energy'>` is `'kWh' | 'Wh' | …`. */
export type UnitOf<Q extends Quantity> = { [U in Unit]: (typeof units)[U]['quantity'] extends Q ? U : never }[Unit];

export const unitNames = Object.keys(units) as [Unit, ...Unit[]];
export const unitSchema = z.enum(unitNames);

/** The quantity a unit measures. */
export function quantityOf(unit: Unit): Quantity {
  return units[unit].quantity;
}

/** The unit that a quantity is kept in (the one of size 1). */
export function baseUnitOf(quantity: Quantity): Unit {
  return baseUnits.get(quantity) as Unit;
}

const baseUnits = new Map<Quantity, Unit>(
  unitNames.filter((unit) => units[unit].size === 1).map((unit) => [units[unit].quantity, unit]),
);

/**
 * The same amount in another unit of the same quantity. `convert(1, 'kWh', 'm3')` does not compile.
 * Multiplying by the exact reciprocal size keeps Wh → kWh free of a stray last digit.
 */
export function convert<From extends Unit>(
  value: number,
  from: From,
  to: UnitOf<(typeof units)[From]['quantity']>,
): number {
  return rescale(value, from, to);
}

/**
 * `convert` for units known only at run time; throws when the two measure different quantities (a caller's mistake).
 */
export function rescale(value: number, from: Unit, to: Unit): number {
  if (from === to) return value;
  if (units[from].quantity !== units[to].quantity) {
    throw new TypeError(`${from} measures ${units[from].quantity}, ${to} measures ${units[to].quantity}`);
  }
  const a = units[from].size;
  const b = units[to].size;
  if (a < b && Number.isInteger(b / a)) return value / (b / a);
  return value * (a / b);
}

/** The outside name of a quantity: `outsideName('energy', 'kWh')` is `energy_kwh`. */
export function outsideName(name: string, unit: Unit, per?: Unit): string {
  return per ? `${name}_${units[unit].suffix}_per_${units[per].suffix}` : `${name}_${units[unit].suffix}`;
}

/** An axis or column label: `kWh/m²`. */
export function unitLabel(unit: Unit, per?: Unit): string {
  return per ? `${units[unit].label}/${units[per].label}` : units[unit].label;
}
