import { type Estate, listed } from '../../domain/estate/estate.ts';
import { supplyPointSchema, tariffSchema } from '../../domain/tariffs/register.ts';
import { addDays, addMonths, dateOf, type LocalDate, monthOf } from '../../domain/time.ts';

/**
 * What the surgery of the filled house is billed by, beside the supply points of the sample: electricity by bands and
 * capacity for more than a year, gas and water since last month. All of it is invented.
 */
export function withSupplies(estate: Estate, now: number): Estate {
  const lastMonth = addMonths(monthOf(dateOf(now)), -1);
  // Before the financial year before this one began.
  const yearsAgo = addMonths(lastMonth, -24);
  const lists = {
    ...estate.lists,
    tariffs: [...listed(estate, 'tariffs'), ...tariffsFrom(yearsAgo)],
    supply_points: [
      ...listed(estate, 'supply_points'),
      pointOf('power', 'fen-e-main', yearsAgo, addDays(dateOf(now), 20), {
        agreed_capacity_kva: [{ from: yearsAgo, value: 10 }],
        power_factor: { least: 0.9, most: 0.97, source },
      }),
      pointOf('gas', 'fen-g-main', lastMonth, addDays(dateOf(now), 200)),
      pointOf('water', 'fen-w-main', lastMonth, addDays(dateOf(now), 200), {
        vat: { percent: 0, because: 'water of a surgery' },
      }),
    ],
  };
  return { ...estate, lists };
}

const source = 'invented for the test';
const [supplier, valid_to] = ['Saltmarsh Energy (sample)', '2099-12-31'];

function tariffsFrom(valid_from: LocalDate) {
  const at = (value: unknown) => [{ valid_from, value }];
  const common = { supplier, contract: 'fixed', valid_from, valid_to, source };
  const byKwh = { unit: 'p/kWh', base: 'meter' };
  const windows = [
    { band: 'red', days: ['weekdays'], from: '16:00', to: '19:00' },
    { band: 'amber', days: ['weekdays'], from: '07:00', to: '16:00' },
  ];
  const times = { clock: 'local', bank_holidays: 'as_sunday', windows, otherwise: 'green' };
  const networks = at({ red: 9.1, amber: 1.2, green: 0.1 });
  const byCapacity = { kind: 'duos', unit: 'p/kVA/day' };
  const standing = { id: 'standing', name: 'Standing charge', kind: 'supplier', unit: 'p/day' };
  return [
    {
      ...common,
      id: 'surgery-power',
      name: 'Energy, networks by band and capacity',
      utility: 'electricity',
      rounding: 'total',
      charges: [
        { id: 'energy', name: 'Energy', kind: 'energy', ...byKwh, rates: at(17.3) },
        { id: 'networks', name: 'Networks', kind: 'duos', ...byKwh, times, rates: networks },
        { id: 'capacity', name: 'Capacity', ...byCapacity, of: 'agreed', rates: at(5) },
        { id: 'exceeded', name: 'Exceeded capacity', ...byCapacity, of: 'exceeded', rates: at(7) },
        { ...standing, rates: at(110) },
      ],
    },
    {
      ...common,
      id: 'surgery-gas',
      name: 'Gas, all in',
      utility: 'gas',
      charges: [{ id: 'unit', name: 'Unit rate', kind: 'energy', ...byKwh, rates: at(5.4) }],
    },
    {
      ...common,
      id: 'surgery-water',
      name: 'Water',
      utility: 'water',
      charges: [
        { id: 'supply', name: 'Supply', kind: 'water_supply', unit: 'GBP/m3', volume: 'delivered', rates: at(1.6) },
        { ...standing, rates: at(12) },
      ],
    },
  ].map((tariff) => tariffSchema.parse(tariff));
}

function pointOf(
  what: 'power' | 'gas' | 'water',
  meter: string,
  valid_from: LocalDate,
  notice_by: LocalDate,
  rest: object = {},
) {
  return supplyPointSchema.parse({
    id: `fen-${what}`,
    utility: what === 'power' ? 'electricity' : what,
    meter,
    contracts: [{ supplier, tariff: `surgery-${what}`, valid_from, valid_to, notice_by }],
    publish_costs: true,
    source,
    ...rest,
  });
}
