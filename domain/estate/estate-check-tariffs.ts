import { type Charge, chargeFaults, overlaps, pricesOf } from '../tariffs/charges.ts';
import { kindFault, utilityFaults } from '../tariffs/charges-by-commodity.ts';
import type { TariffUtility } from '../tariffs/published.ts';
import { statedBandDoubts } from '../tariffs/residual-bands.ts';
import { timeBandFaults } from '../tariffs/time-bands.ts';
import { type LossFactor } from '../tariffs/register.ts';
import { checkValidity } from './estate-check-dates.ts';
import { checkReference } from './estate-check-names.ts';
import type { Checked, EstatePath } from './estate-rules.ts';
import { isMpan, isMprn } from './identifiers.ts';
import { listed, type RegisterLists } from './estate.ts';

type SupplyPoint = RegisterLists['supply_points'][number];

/**
 * Tariffs, published charges and supply points: every charge is whole by itself, what is passed on is published once
 * for a date, and a supply point names a meter and tariffs of its own utility.
 */
export function checkTariffs(checked: Checked): void {
  for (const [i, tariff] of listed(checked, 'tariffs').entries()) {
    const path: EstatePath = ['tariffs', i];
    checkValidity(checked, tariff, path);
    checkCharges(checked, tariff, [...path, 'charges']);
    for (const [j, kind] of tariff.pass_through.entries()) {
      const fault = kindFault(kind, tariff.utility);
      if (fault) checked.report({ rule: 'charge-utility', path: [...path, 'pass_through', j], ...fault });
    }
  }
  checkPublished(checked);
  checkPoints(checked);
}

/** Charges that are billed together: each is whole, has its own id, and names others and series that there are. */
function checkCharges(
  checked: Checked,
  { charges, utility }: { readonly charges: readonly Charge[]; readonly utility: TariffUtility },
  path: EstatePath,
): void {
  const ids = new Set(charges.map(({ id }) => id));
  const prices = new Set(
    listed(checked, 'observed')
      .filter(({ quantity }) => quantity === 'price')
      .map(({ id }) => id),
  );
  for (const [i, charge] of charges.entries()) {
    for (const { at, ...fault } of chargeFaults(charge)) {
      checked.report({ rule: 'charge-whole', path: [...path, i, ...at], ...fault });
    }
    for (const { at, ...fault } of utilityFaults(charge, utility)) {
      checked.report({ rule: 'charge-utility', path: [...path, i, ...at], ...fault });
    }
    if (charges.findIndex(({ id }) => id === charge.id) < i) {
      const detail = 'a charge above it has this id already';
      checked.report({ rule: 'charge-once', path: [...path, i, 'id'], found: charge.id, detail });
    }
    for (const [j, id] of (charge.percent_of?.charges ?? []).entries()) {
      checkReference(checked, 'charge-percent-of', 'charge', id, ids, [...path, i, 'percent_of', 'charges', j]);
    }
    for (const { series, at } of pricesOf(charge)) {
      checkReference(checked, 'charge-series-exists', 'series of prices', series, prices, [...path, i, ...at]);
    }
  }
}

function checkPublished(checked: Checked): void {
  const sets = listed(checked, 'published_charges');
  for (const [i, set] of sets.entries()) {
    const path: EstatePath = ['published_charges', i];
    checkValidity(checked, set, path);
    const { utility } = set;
    const fault = kindFault(set.kind, utility);
    if (fault) checked.report({ rule: 'charge-utility', path: [...path, 'kind'], ...fault });
    for (const [j, { charges }] of set.rows.entries()) {
      checkCharges(checked, { charges, utility }, [...path, 'rows', j, 'charges']);
    }
    const other = sets
      .slice(0, i)
      .find(
        (one) =>
          one.kind === set.kind &&
          one.utility === set.utility &&
          one.distributor === set.distributor &&
          overlaps(one, set),
      );
    if (!other) continue;
    const detail = `${other.id} has the same charges on some of its days`;
    checked.report({ rule: 'one-value-a-day', path: [...path, 'valid_from'], found: set.valid_from, detail });
  }
}

/** Keys of a supply point that hold from a date on. */
const dated = [
  'agreed_capacity_kva',
  'peak_day_kwh',
  'duos_tariff',
  'residual_band',
  'share_returned_to_sewer',
] as const;

function checkPoints(checked: Checked): void {
  for (const [i, point] of listed(checked, 'supply_points').entries()) {
    const path: EstatePath = ['supply_points', i];
    checkPointMeters(checked, point, path);
    checkNumbers(checked, point, path);
    checkContracts(checked, point, path);
    checkCharges(checked, point, [...path, 'charges']);
    checkResidualBands(checked, point, path);
    for (const key of ['line_losses', 'transmission_losses'] as const) {
      const factor = point[key];
      if (factor) checkLosses(checked, factor, [...path, key]);
    }
    for (const key of dated) {
      const dates: readonly string[] = (point[key] ?? []).map(({ from }) => from);
      for (const [j, date] of dates.entries()) {
        if (dates.indexOf(date) === j) continue;
        const detail = 'this date has an entry already';
        checked.report({ rule: 'dated-once', path: [...path, key, j, 'from'], found: date, detail });
      }
    }
    const factor = point.power_factor;
    if (factor && factor.least > factor.most) {
      const detail = 'the power factor lies between the two';
      const found = `${factor.least} to ${factor.most}`;
      checked.report({ rule: 'supply-point-power-factor', path: [...path, 'power_factor'], found, detail });
    }
  }
}

/** A band may be stated for reasons of its own, so one that the thresholds contradict is a doubt. */
function checkResidualBands(checked: Checked, point: SupplyPoint, path: EstatePath): void {
  if (checked.isFaulty(path, ['agreed_capacity_kva', 'voltage', 'estimated_annual_kwh'])) return;
  for (const { entry, ...doubt } of statedBandDoubts(point)) {
    checked.report({ rule: 'supply-point-band', path: [...path, 'residual_band', entry, 'value'], ...doubt });
  }
}

function checkPointMeters(checked: Checked, point: SupplyPoint, path: EstatePath): void {
  const ids = new Set(checked.meters.keys());
  const meters = [
    { id: point.meter, at: ['meter'], measures: 'active' },
    ...(point.reactive_meters ?? []).map((id, i) => ({ id, at: ['reactive_meters', i], measures: 'reactive' })),
  ];
  for (const { id, at, measures } of meters) {
    checkReference(checked, 'supply-point-meter-exists', 'meter', id, ids, [...path, ...at]);
    const placed = checked.meters.get(id);
    if (!placed || checked.isFaulty(placed.path, ['utility', 'measures'])) continue;
    const { meter } = placed;
    if (meter.utility === point.utility && meter.measures === measures) continue;
    const expected = `a meter of ${point.utility} that measures ${measures} energy`;
    const found = `${id}, ${meter.measures} of ${meter.utility}`;
    const detail = 'the supply point is billed by what this meter counts';
    checked.report({ rule: 'supply-point-meter-fits', path: [...path, ...at], found, expected, detail });
  }
}

function checkNumbers(checked: Checked, { mpan, mprn }: SupplyPoint, path: EstatePath): void {
  if (mpan !== undefined && !isMpan(mpan)) {
    const detail = 'its check digit does not follow from the twelve before it';
    checked.report({ rule: 'mpan-digits', path: [...path, 'mpan'], found: mpan, detail });
  }
  if (mprn !== undefined && !isMprn(mprn)) {
    const detail = 'its last two digits do not follow from those before them';
    checked.report({ rule: 'mprn-digits', path: [...path, 'mprn'], found: mprn, detail });
  }
}

/** One contract a day, by a tariff of the point's utility; notice is given before the end. */
function checkContracts(checked: Checked, { contracts, utility, meter }: SupplyPoint, path: EstatePath): void {
  const tariffs = listed(checked, 'tariffs');
  const ids = new Set(tariffs.map(({ id }) => id));
  for (const [i, contract] of contracts.entries()) {
    const at = [...path, 'contracts', i];
    checkValidity(checked, contract, at);
    if (contract.tariff !== undefined) {
      checkReference(checked, 'supply-point-tariff-exists', 'tariff', contract.tariff, ids, [...at, 'tariff']);
      const tariff = tariffs.find(({ id }) => id === contract.tariff);
      if (tariff && tariff.utility !== utility) {
        const detail = `the supply point is of ${utility}`;
        const found = `${tariff.id} of ${tariff.utility}`;
        checked.report({ rule: 'supply-point-contract', path: [...at, 'tariff'], found, detail });
      }
      if (tariff) checkTariffHolds(checked, contract, tariff, at);
      if (tariff) checkDirection(checked, meter, tariff, at);
    }
    const end = contract.valid_to;
    if (contract.notice_by !== undefined && end !== undefined && contract.notice_by > end) {
      const detail = `the contract ends on ${end}`;
      checked.report({ rule: 'supply-point-contract', path: [...at, 'notice_by'], found: contract.notice_by, detail });
    }
    const other = contracts.slice(0, i).find((one) => overlaps(one, contract));
    if (!other) continue;
    const detail = `the contract from ${other.valid_from} holds on some of its days too`;
    checked.report({ rule: 'one-value-a-day', path: [...at, 'valid_from'], found: contract.valid_from, detail });
  }
}

/** What is exported is paid for: by a tariff of export, on a meter that counts what goes out, and only there. */
function checkDirection(
  checked: Checked,
  meter: string,
  tariff: RegisterLists['tariffs'][number],
  path: EstatePath,
): void {
  const placed = checked.meters.get(meter);
  if (!placed || checked.isFaulty(placed.path, ['role'])) return;
  const { role } = placed.meter;
  const goesOut = role === 'export' || role === 'generation';
  if (goesOut === (tariff.contract === 'export')) return;
  const found = `${tariff.id}, ${tariff.contract}`;
  const expected = goesOut ? 'a tariff with contract: export' : 'a tariff of what is taken in';
  const detail = `meter ${meter} has the role ${role}`;
  checked.report({ rule: 'supply-point-contract', path: [...path, 'tariff'], found, expected, detail });
}

/** Days of a contract that its tariff says nothing of cannot be costed; prices may well be written down later. */
function checkTariffHolds(
  checked: Checked,
  { valid_from: from, valid_to: to }: SupplyPoint['contracts'][number],
  tariff: RegisterLists['tariffs'][number],
  path: EstatePath,
): void {
  const isWithin = tariff.valid_from <= from && (to ?? from) <= tariff.valid_to;
  if (isWithin) return;
  const found = `${tariff.id}, ${tariff.valid_from} to ${tariff.valid_to}`;
  const expected = to === undefined ? `a tariff of ${from} and after` : `a tariff of ${from} to ${to}`;
  const detail = 'days of the contract on which its tariff does not hold have no cost';
  checked.report({ rule: 'supply-point-tariff-holds', path: [...path, 'tariff'], found, expected, detail });
}

/** Loss factors hold one at a time and say one for each band of their times. */
function checkLosses(checked: Checked, { times, rates }: LossFactor, path: EstatePath): void {
  for (const { window, detail } of times ? timeBandFaults(times) : []) {
    const at = window === undefined ? ['times'] : ['times', 'windows', window];
    checked.report({ rule: 'charge-whole', path: [...path, ...at], detail });
  }
  // A loss factor is a charge that multiplies kWh instead of money.
  const as = { id: 'losses', name: 'Losses', kind: 'other', unit: 'p/kWh', base: 'meter', credit: false } as const;
  for (const { at, ...fault } of chargeFaults({ ...as, times, rates })) {
    if (at[0] === 'rates') checked.report({ rule: 'charge-whole', path: [...path, ...at], ...fault });
  }
}
