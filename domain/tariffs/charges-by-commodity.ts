import type { MeasureKind } from './charge-units.ts';
import { measureOf } from './charge-units.ts';
import type { Charge, ChargeFault, ChargeKind } from './charges.ts';
import { tariffUtilities, type TariffUtility } from './published.ts';

/**
 * Which charges there are of which utility. A levy of another one would be billed by whatever the supply point counts:
 * m³ of a gas charge, say, would be taken for its kWh.
 */

const all = tariffUtilities;

const ofKind: Readonly<Record<ChargeKind, readonly TariffUtility[]>> = {
  energy: ['electricity', 'gas', 'heat'],
  duos: ['electricity'],
  tnuos: ['electricity'],
  bsuos: ['electricity'],
  ro: ['electricity'],
  cfd: ['electricity'],
  fit: ['electricity'],
  cm: ['electricity'],
  aahedc: ['electricity'],
  rab: ['electricity'],
  green_gas_levy: ['gas'],
  transportation: ['gas'],
  water_supply: ['water'],
  sewerage: ['water'],
  metering: all,
  data_collection: all,
  supplier: all,
  rego: ['electricity', 'gas'],
  export: ['electricity'],
  // Heat and water are no taxable commodities of the levy.
  ccl: ['electricity', 'gas'],
  other: all,
};

const ofMeasure: Readonly<Record<MeasureKind, readonly TariffUtility[]>> = {
  energy: ['electricity', 'gas', 'heat'],
  volume: ['water'],
  time: all,
  capacity: ['electricity'],
  peak_demand: ['electricity'],
  peak_day: ['gas'],
  reactive: ['electricity'],
  percent: all,
};

/** What is wrong with a kind of charge for a utility; undefined where it has such charges. */
export function kindFault(kind: ChargeKind, utility: TariffUtility): Omit<ChargeFault, 'at'> | undefined {
  const of = ofKind[kind];
  return of.includes(utility) ? undefined : { detail: `${utility} has no such charge`, ...saying(kind, of) };
}

/** What of a charge is not of its utility, at the place below it: kind, unit, or losses where no grid has any. */
export function utilityFaults({ kind, unit, base }: Charge, utility: TariffUtility): ChargeFault[] {
  const faults: ChargeFault[] = [];
  const ofTheKind = kindFault(kind, utility);
  if (ofTheKind) faults.push({ at: ['kind'], ...ofTheKind });
  const of = ofMeasure[measureOf(unit)];
  if (!of.includes(utility)) {
    faults.push({ at: ['unit'], detail: `nothing of ${utility} is counted in it`, ...saying(unit, of) });
  } else if (base !== undefined && base !== 'meter' && utility !== 'electricity') {
    faults.push({ at: ['base'], detail: `${utility} has no losses of a grid`, found: base, expected: 'meter' });
  }
  return faults;
}

function saying(found: string, of: readonly TariffUtility[]): { readonly found: string; readonly expected: string } {
  return { found, expected: `a tariff of ${of.join(', ')}` };
}
