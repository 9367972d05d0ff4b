import { type ReadingQuantity, readingQuantities } from '../domain/readings/reading.ts';
import { quantityOf, type Unit } from '../domain/units.ts';

/** A unit as a device writes it: `times` of `unit` are one of what it counts in. */
export interface WrittenUnit {
  readonly unit: Unit;
  readonly times: number;
  readonly quantity: ReadingQuantity;
}

/** What is read from a meter in a unit; undefined for a unit of something else, such as money. */
export function readQuantity(unit: Unit): ReadingQuantity | undefined {
  return readingQuantities.find((quantity) => quantity === quantityOf(unit));
}

/** `times` of a unit, where a meter is read in it. */
export function timesOf(unit: Unit, times = 1): WrittenUnit | undefined {
  const quantity = readQuantity(unit);
  return quantity && times > 0 && Number.isFinite(times) ? { unit, times, quantity } : undefined;
}

/** Spellings without blanks, dots, hyphens and case. */
const spellings: Readonly<Partial<Record<Unit, string>>> = {
  kWh: 'kwh kilowatthour kilowatthours',
  Wh: 'wh watthour watthours',
  Wmin: 'wmin wattminute wattminutes',
  MWh: 'mwh megawatthour megawatthours',
  kJ: 'kj kilojoule kilojoules',
  MJ: 'mj megajoule megajoules',
  GJ: 'gj gigajoule gigajoules',
  m3: 'm3 cubicmeter cubicmeters cubicmetre cubicmetres',
  l: 'l ltr liter liters litre litres',
  hcf: 'hcf ccf',
  ft3: 'ft3 cubicfoot cubicfeet',
  kW: 'kw kilowatt kilowatts',
  W: 'w watt watts',
  MW: 'mw megawatt megawatts',
  'm3/h': 'm3/h m3h cubicmetersperhour cubicmetresperhour',
  'l/h': 'l/h lph litersperhour litresperhour',
  'l/min': 'l/min lpm litersperminute litresperminute',
  'l/s': 'l/s lps literspersecond litrespersecond',
  kvarh: 'kvarh kilovoltamperehoursreactive',
  varh: 'varh voltamperehoursreactive',
  kg: 'kg kilogram kilograms',
  t: 't tonne tonnes',
  degC: '°c degc c celsius degreescelsius',
  pulse: 'pulse pulses imp impulse impulses',
};
const bySpelling: ReadonlyMap<string, Unit> = new Map(
  Object.entries(spellings).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit as Unit])),
);

/** libmbus writes what one count is: `Energy (10 Wh)`, `Volume (m m^3)`, `Volume (1e-2 m^3)`. */
const bracketed = /^[A-Za-z][A-Za-z ]*\(([^()]+)\)$/;
const counted = /^(m|my|k|1?e[+-]?\d|\d{1,6}(?:\.\d{1,6})?(?:e[+-]?\d)?) +(\S.*)$/;
const prefixes: Readonly<Record<string, number>> = { m: 0.001, my: 0.000_001, k: 1000 };

/** The unit that a text names; undefined for a text that names none that a meter counts or shows. */
export function writtenUnit(text: unknown): WrittenUnit | undefined {
  if (typeof text !== 'string' || text.length > 60) return undefined;
  const inner = bracketed.exec(text.trim())?.[1] ?? text.trim().replace(/^MeasureUnit\./, '');
  const [, count, rest] = counted.exec(inner) ?? [];
  const name = (rest ?? inner).replaceAll('³', '3').replaceAll(/[\s.·*^_-]/g, '');
  // Thousandths of a watt, not millions of them: no meter counts in those.
  const unit = /^mWh?$/.test(name) ? undefined : bySpelling.get(name.toLowerCase());
  if (unit === undefined) return undefined;
  const times = count === undefined ? 1 : (prefixes[count] ?? Number(count.replace(/^e/, '1e')));
  return timesOf(unit, times);
}

const byDlms: ReadonlyMap<number, Unit> = new Map([
  [9, 'degC'],
  [13, 'm3'],
  [14, 'm3'],
  [15, 'm3/h'],
  [16, 'm3/h'],
  [19, 'l'],
  [20, 'kg'],
  [27, 'W'],
  [30, 'Wh'],
  [32, 'varh'],
]);

/** The unit of a DLMS/COSEM unit code (IEC 62056-6-2, table of `unit` of scaler_unit): 27 is W, 30 is Wh, 13 is m³. */
export function dlmsUnit(code: unknown): WrittenUnit | undefined {
  return coded(byDlms, code);
}

const byBacnet: ReadonlyMap<number, Unit> = new Map([
  [17, 'kJ'],
  [18, 'Wh'],
  [19, 'kWh'],
  [47, 'W'],
  [48, 'kW'],
  [49, 'MW'],
  [62, 'degC'],
  [79, 'ft3'],
  [80, 'm3'],
  [82, 'l'],
  [87, 'l/s'],
  [88, 'l/min'],
  [126, 'MJ'],
  [135, 'm3/h'],
  [136, 'l/h'],
  [146, 'MWh'],
  [203, 'varh'],
  [204, 'kvarh'],
]);

/** The unit of a BACnet engineering-units number (ASHRAE 135, BACnetEngineeringUnits): 19 is kWh, 48 is kW. */
export function bacnetUnit(code: unknown): WrittenUnit | undefined {
  return coded(byBacnet, code);
}

function coded(units: ReadonlyMap<number, Unit>, code: unknown): WrittenUnit | undefined {
  const unit = typeof code === 'number' ? units.get(code) : undefined;
  return unit && timesOf(unit);
}
