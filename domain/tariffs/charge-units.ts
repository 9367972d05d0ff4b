import { Money } from './money.ts';

/**
 * What a charge is by, in one table: which quantity the rate multiplies, and how many pounds one of the rate is. A
 * year's charge is a twelfth a month, so that any twelve months hold it once.
 */
export const chargeUnits = {
  'p/kWh': { measure: 'energy', pounds: '0.01', quantity: 'kWh' },
  'GBP/kWh': { measure: 'energy', pounds: '1', quantity: 'kWh' },
  'GBP/MWh': { measure: 'energy', pounds: '0.001', quantity: 'kWh' },
  'p/m3': { measure: 'volume', pounds: '0.01', quantity: 'm³' },
  'GBP/m3': { measure: 'volume', pounds: '1', quantity: 'm³' },
  'p/day': { measure: 'time', per: 'day', pounds: '0.01', quantity: 'days' },
  'GBP/day': { measure: 'time', per: 'day', pounds: '1', quantity: 'days' },
  'GBP/month': { measure: 'time', per: 'month', pounds: '1', quantity: 'months' },
  'GBP/year': { measure: 'time', per: 'year', pounds: '1', quantity: 'years' },
  'p/kVA/day': { measure: 'capacity', per: 'day', pounds: '0.01', quantity: 'kVA·days' },
  'GBP/kVA/day': { measure: 'capacity', per: 'day', pounds: '1', quantity: 'kVA·days' },
  'p/kVA/month': { measure: 'capacity', per: 'month', pounds: '0.01', quantity: 'kVA·months' },
  'GBP/kVA/month': { measure: 'capacity', per: 'month', pounds: '1', quantity: 'kVA·months' },
  'GBP/kVA/year': { measure: 'capacity', per: 'year', pounds: '1', quantity: 'kVA·years' },
  // Transmission's locational charge: the mean kW of half-hours named after the winter, spread over the year.
  'GBP/kW/year': { measure: 'peak_demand', per: 'year', pounds: '1', quantity: 'kW·years' },
  // Gas transportation: kWh of the peak day that are booked.
  'p/peak-day kWh/day': { measure: 'peak_day', per: 'day', pounds: '0.01', quantity: 'kWh·days' },
  'p/kvarh': { measure: 'reactive', pounds: '0.01', quantity: 'kvarh' },
  'GBP/kvarh': { measure: 'reactive', pounds: '1', quantity: 'kvarh' },
  '%': { measure: 'percent', pounds: '0.01', quantity: '£' },
} as const satisfies Record<string, { measure: string; per?: string; pounds: string; quantity: string }>;

export type ChargeUnit = keyof typeof chargeUnits;
/** By which stretch of time a charge is. */
export type ChargeTime = 'day' | 'month' | 'year';
export type MeasureKind = (typeof chargeUnits)[ChargeUnit]['measure'];
export const chargeUnitNames = Object.keys(chargeUnits) as [ChargeUnit, ...ChargeUnit[]];

const pounds = new Map(chargeUnitNames.map((unit) => [unit, new Money(chargeUnits[unit].pounds)]));

/** A rate as pounds for one of its quantity, exactly. */
export function poundsOf(value: number, unit: ChargeUnit): Money {
  return new Money(value).times(pounds.get(unit) as Money);
}

export function measureOf(unit: ChargeUnit): MeasureKind {
  return chargeUnits[unit].measure;
}

/** The stretch of time that a charge is by; a day for those that have none. */
export function chargeTime(unit: ChargeUnit): ChargeTime {
  const entry = chargeUnits[unit];
  return 'per' in entry ? entry.per : 'day';
}
