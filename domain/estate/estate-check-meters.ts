import { isHeard, type MeterEntry, type Utility } from './estate.ts';
import type { Checked, EstatePath, EstateRule, PlacedMeter } from './estate-rules.ts';
import { ordinaryCorrection, ordinaryPressureMbar } from '../half-hours/gas.ts';
import { isMpan, isMprn } from './identifiers.ts';
import { type Quantity, quantityOf, type Unit, unitNames } from '../units.ts';

/** What a role needs and what it rules out. */
export function checkRoles(checked: Checked): void {
  for (const { meter, path } of checked.placed) {
    const { role, technology, utility } = meter;
    const say = (rule: EstateRule, key: string, detail: string, found: string, expected?: string) =>
      checked.report({ rule, path: [...path, key], detail, found, expected });
    if (role === 'generation' && technology === undefined) {
      say('generation-technology', 'role', 'a generation meter says what generates', 'no technology', 'technology');
    }
    if (role !== 'generation' && technology !== undefined) {
      const detail = 'only generation meters have a technology';
      say('generation-technology', 'technology', detail, `${technology} on a ${role} meter`);
    }
    if (meter.installed_kwp && technology !== 'solar') {
      const detail = 'only the meter of panels has their peak power';
      say('generation-technology', 'installed_kwp', detail, `installed_kwp on a ${technology ?? role} meter`);
    }
    if (role === 'export' && utility !== 'electricity') {
      say('export-electricity', 'role', 'only electricity is exported', `an export meter of ${utility}`);
    }
  }
}

const fuels: ReadonlySet<Utility> = new Set(['gas_oil', 'burning_oil', 'lpg', 'coal', 'biomass']);

/** What can be counted of each utility. Pulses are counted of all, and stand for one of these. */
const counted: Readonly<Record<Utility, readonly Quantity[]>> = {
  electricity: ['energy'],
  gas: ['volume', 'energy'],
  water: ['volume'],
  heat: ['energy'],
  steam: ['energy', 'mass'],
  cooling: ['energy'],
  gas_oil: ['volume', 'mass', 'energy'],
  burning_oil: ['volume', 'mass', 'energy'],
  lpg: ['volume', 'mass', 'energy'],
  coal: ['mass', 'energy'],
  biomass: ['mass', 'volume', 'energy'],
};

/** Units, multipliers and what turns a count into energy. */
export function checkQuantities(checked: Checked): void {
  for (const placed of checked.placed) {
    checkUnits(checked, placed);
    checkRating(checked, placed);
    checkGas(checked, placed);
    checkFuel(checked, placed);
  }
}

function quantitiesOf(meter: MeterEntry): readonly Quantity[] {
  return meter.measures === 'reactive' ? ['reactive_energy'] : counted[meter.utility];
}

/** The units the counts stand for: the face's own, or what its pulses are. */
function countedUnits(meter: MeterEntry): readonly Unit[] {
  if (meter.unit !== 'pulse') return [meter.unit];
  return meter.multiplier.flatMap(({ unit }) => (unit === undefined ? [] : [unit]));
}

function checkUnits(checked: Checked, { meter, path }: PlacedMeter): void {
  if (meter.measures === 'reactive' && meter.utility !== 'electricity') {
    const found = `measures: reactive on a ${meter.utility} meter`;
    const detail = 'only electricity has reactive energy';
    checked.report({ rule: 'reactive-electricity', path: [...path, 'measures'], found, detail });
    return;
  }
  const quantities = quantitiesOf(meter);
  const expected = unitNames.filter((unit) => quantities.includes(quantityOf(unit))).join(', ');
  const what = meter.measures === 'reactive' ? 'reactive electricity' : meter.utility;
  const fit = (unit: Unit, at: EstatePath, allowed: string) => {
    if (quantities.includes(quantityOf(unit))) return;
    const detail = `${unit} does not measure ${what}`;
    checked.report({ rule: 'unit-fits-utility', path: at, found: unit, expected: allowed, detail });
  };
  if (meter.unit !== 'pulse') fit(meter.unit, [...path, 'unit'], `${expected} or pulse`);
  for (const [i, { unit }] of meter.multiplier.entries()) {
    const at = [...path, 'multiplier', i, 'unit'];
    if (meter.unit !== 'pulse' && unit !== undefined) {
      const detail = `the register counts ${meter.unit}, and times that is ${meter.unit}`;
      checked.report({ rule: 'pulse-unit', path: at, found: unit, expected: 'no unit', detail });
    }
    if (meter.unit !== 'pulse') continue;
    if (unit === undefined) {
      const detail = 'a register of pulses says what a pulse is: multiplier: [{ from, times, unit }]';
      checked.report({ rule: 'pulse-unit', path: at, found: 'no unit', expected, detail });
    } else fit(unit, at, expected);
  }
}

/** Nothing but the rating tells a wrong rate from a large one. Tanks and sums have none; reactive has no real power. */
function checkRating({ report }: Checked, { meter, path }: PlacedMeter): void {
  if (meter.rating !== undefined || !isHeard(meter) || meter.measures === 'reactive') return;
  const expected = 'rating: { value, unit } of the breaker, transformer or pipe';
  report({ rule: 'rating-missing', path, found: 'no rating', expected, detail: 'a spike that lasts is taken for use' });
}

/** Above this a year the fixed factor gives way to a site's own (SI 1996/439 as billed; domain notes on gas). */
const largeAnnualQuantityKwh = 732_000;

function checkGas(checked: Checked, { meter, path }: PlacedMeter): void {
  const isGas = meter.utility === 'gas';
  const countsVolume = isGas && countedUnits(meter).some((unit) => quantityOf(unit) === 'volume');
  for (const key of ['volume_correction', 'calorific_value', 'annual_quantity_kwh'] as const) {
    if (meter[key] === undefined || countsVolume || (isGas && key === 'annual_quantity_kwh')) continue;
    const found = isGas ? 'a gas meter that counts energy' : `a ${meter.utility} meter`;
    const detail = 'only gas that is counted by volume is turned into energy so';
    checked.report({ rule: 'gas-only', path: [...path, key], found, detail });
  }
  // A sum has no face: what it adds is converted at its parts.
  if (!countsVolume || meter.role === 'virtual') return;
  if (meter.volume_correction === undefined) {
    checked.report({
      rule: 'gas-volume-correction',
      path,
      found: 'no volume_correction',
      expected: 'corrected, { metering_pressure_mbar } or { site_factor }',
      detail: 'nothing is assumed about the pressure of gas',
    });
  } else checkCorrection(checked, meter, [...path, 'volume_correction']);
  if (meter.calorific_value === undefined) {
    const detail = 'without it the volume is no energy';
    const expected = 'calorific_value: [{ from, value_mj_per_m3, source }]';
    checked.report({ rule: 'gas-calorific-value', path, found: 'no calorific_value', expected, detail });
  }
}

function checkCorrection(checked: Checked, meter: MeterEntry, path: EstatePath): void {
  const said = meter.volume_correction;
  if (said === undefined || said === 'corrected') return;
  const pressure = said.metering_pressure_mbar;
  const factor = 'site_factor' in said ? said.site_factor : undefined;
  if (
    pressure !== undefined &&
    pressure > ordinaryPressureMbar &&
    (factor ?? ordinaryCorrection) === ordinaryCorrection
  ) {
    const found = factor === undefined ? `${pressure} mbar` : `site_factor ${factor} at ${pressure} mbar`;
    const expected = 'the site_factor on the bill, or corrected';
    const detail = `the fixed factor ${ordinaryCorrection} holds up to ${ordinaryPressureMbar} mbar`;
    checked.report({ rule: 'gas-pressure', path, found, expected, detail });
  }
  const isFixed = factor === undefined || factor === ordinaryCorrection;
  if (isFixed && (meter.annual_quantity_kwh ?? 0) > largeAnnualQuantityKwh) {
    const found = `the fixed factor at ${meter.annual_quantity_kwh} kWh a year`;
    const detail = `above ${largeAnnualQuantityKwh} kWh a year a site has a factor of its own`;
    checked.report({ rule: 'gas-large', path, found, expected: 'the site_factor on the bill', detail });
  }
}

function checkFuel(checked: Checked, { meter, path }: PlacedMeter): void {
  const { utility } = meter;
  const say = (rule: EstateRule, at: EstatePath, detail: string, found: string) =>
    checked.report({ rule, path: at, detail, found });
  for (const key of ['deliveries', 'stock'] as const) {
    if (meter[key] === undefined || fuels.has(utility)) continue;
    say('fuel-only', [...path, key], 'only fuels are delivered and kept in stock', `${key} of ${utility}`);
  }
  const needsContent = fuels.has(utility) || utility === 'steam';
  const units = countedUnits(meter).filter((unit) => quantityOf(unit) !== 'energy');
  if (meter.energy_content === undefined) {
    if (!needsContent || units.length === 0 || meter.role === 'virtual') return;
    say('energy-content-missing', path, 'without energy_content its energy stays unknown', `${utility} in ${units[0]}`);
    return;
  }
  for (const [i, { per }] of meter.energy_content.entries()) {
    const at = [...path, 'energy_content', i, 'per'];
    if (!needsContent) say('energy-content-unit', at, 'only fuels and steam have an energy content', utility);
    else if (!units.some((unit) => quantityOf(unit) === quantityOf(per))) {
      say('energy-content-unit', at, `the meter counts ${countedUnits(meter).join(', ')}`, `kWh per ${per}`);
    }
  }
}

/** Supply point numbers: their check digits, and on which utility they stand. */
export function checkSupplyPoints(checked: Checked): void {
  for (const { meter, path } of checked.placed) {
    const say = (rule: EstateRule, key: string, found: string, detail: string) =>
      checked.report({ rule, path: [...path, key], found, detail });
    if (meter.mpan !== undefined) {
      const detail = 'its check digit does not follow from the twelve before it';
      if (!isMpan(meter.mpan)) say('mpan-digits', 'mpan', meter.mpan, detail);
      if (meter.utility !== 'electricity') {
        say('mpan-electricity', 'mpan', `an MPAN on ${meter.utility}`, 'an MPAN is an electricity supply point');
      }
    }
    if (meter.mprn !== undefined) {
      const detail = 'its last two digits do not follow from those before them';
      if (!isMprn(meter.mprn)) say('mprn-digits', 'mprn', meter.mprn, detail);
      if (meter.utility !== 'gas')
        say('mprn-gas', 'mprn', `an MPRN on ${meter.utility}`, 'an MPRN is a gas supply point');
    }
  }
}
