import type { Estate } from '../../domain/estate/estate.ts';
import { listed } from '../../domain/estate/estate.ts';
import { supplyPointSchema, tariffSchema } from '../../domain/tariffs/register.ts';
import { addDays, addMonths, dateOf, monthOf } from '../../domain/time.ts';

/**
 * What the surgery of the filled house is billed by, beside the supply points of the sample: electricity for more than a
 * year with bands and capacity, gas and water since last month. All of it is invented.
 */
export function withSupplies(estate: Estate, now: number): Estate {
  const lastMonth = addMonths(monthOf(dateOf(now)), -1);
  const yearAgo = addMonths(lastMonth, -12);
  const source = 'invented for the test';
  const always = (value: unknown) => [{ valid_from: yearAgo, value }];
  const common = {
    supplier: 'Saltmarsh Energy (sample)',
    contract: 'fixed',
    valid_from: yearAgo,
    valid_to: '2099-12-31',
    source,
  };
  const red = { clock: 'local', bank_holidays: 'as_sunday', otherwise: 'green' };
  const windows = [
    { band: 'red', days: ['weekdays'], from: '16:00', to: '19:00' },
    { band: 'amber', days: ['weekdays'], from: '07:00', to: '16:00' },
  ];
  const tariffs = [
    {
      ...common,
      id: 'surgery-power',
      name: 'Energy, networks by band and capacity',
      utility: 'electricity',
      rounding: 'total',
      charges: [
        { id: 'energy', name: 'Energy', kind: 'energy', unit: 'p/kWh', base: 'meter', rates: always(17.3) },
        {
          id: 'networks',
          name: 'Networks',
          kind: 'duos',
          unit: 'p/kWh',
          base: 'meter',
          times: { ...red, windows },
          rates: always({ red: 9.1, amber: 1.2, green: 0.1 }),
        },
        { id: 'capacity', name: 'Capacity', kind: 'duos', unit: 'p/kVA/day', of: 'agreed', rates: always(5) },
        {
          id: 'exceeded',
          name: 'Exceeded capacity',
          kind: 'duos',
          unit: 'p/kVA/day',
          of: 'exceeded',
          rates: always(7),
        },
        { id: 'standing', name: 'Standing charge', kind: 'supplier', unit: 'p/day', rates: always(110) },
      ],
    },
    {
      ...common,
      id: 'surgery-gas',
      name: 'Gas, all in',
      utility: 'gas',
      charges: [{ id: 'unit', name: 'Unit rate', kind: 'energy', unit: 'p/kWh', base: 'meter', rates: always(5.4) }],
    },
    {
      ...common,
      id: 'surgery-water',
      name: 'Water',
      utility: 'water',
      charges: [
        { id: 'supply', name: 'Supply', kind: 'water_supply', unit: 'GBP/m3', volume: 'delivered', rates: always(1.6) },
        { id: 'standing', name: 'Standing charge', kind: 'supplier', unit: 'p/day', rates: always(12) },
      ],
    },
  ].map((tariff) => tariffSchema.parse(tariff));
  const points = (['power', 'gas', 'water'] as const).map((what) =>
    supplyPointSchema.parse({
      id: `fen-${what}`,
      utility: what === 'power' ? 'electricity' : what,
      meter: { power: 'fen-e-main', gas: 'fen-g-main', water: 'fen-w-main' }[what],
      contracts: [
        {
          supplier: common.supplier,
          tariff: `surgery-${what}`,
          valid_from: what === 'power' ? yearAgo : lastMonth,
          valid_to: '2099-12-31',
          notice_by: addDays(dateOf(now), what === 'power' ? 20 : 200),
        },
      ],
      ...(what === 'water' ? { vat: { percent: 0, because: 'water of a surgery' } } : {}),
      ...(what === 'power'
        ? {
            agreed_capacity_kva: [{ from: yearAgo, value: 10 }],
            power_factor: { least: 0.9, most: 0.97, source },
          }
        : {}),
      publish_costs: true,
      source,
    }),
  );
  const lists = {
    ...estate.lists,
    tariffs: [...listed(estate, 'tariffs'), ...tariffs],
    supply_points: [...listed(estate, 'supply_points'), ...points],
  };
  return { ...estate, lists };
}
