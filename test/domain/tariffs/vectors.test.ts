import { describe, expect, test } from 'vitest';
import { bandedOf } from '../../../domain/tariffs/calendar.ts';
import { costsOf } from '../../../domain/tariffs/costs.ts';
import { apparentPower, type Load } from '../../../domain/tariffs/load.ts';
import { Money } from '../../../domain/tariffs/money.ts';
import { publishedOn } from '../../../domain/tariffs/published.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import { tariffSchema } from '../../../domain/tariffs/register.ts';
import { residualBandOf } from '../../../domain/tariffs/residual-bands.ts';
import { supplyPointSchema } from '../../../domain/tariffs/register.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import { bandNames, bandsOf, type TimeBands, timeBandsSchema } from '../../../domain/tariffs/time-bands.ts';
import { halfHourSeconds, startOfDay } from '../../../domain/time.ts';

/**
 * Bills and rules worked out independently, from the charges that Eastern Power Networks publishes for 2025/26 and the
 * levies of that year.
 */

const january = { from: startOfDay('2026-01-01'), to: startOfDay('2026-02-01') };
const halfHours = (january.to - january.from) / halfHourSeconds;

const match = publishedOn('duos', { utility: 'electricity', distributor: '10', duosTariff: '74' }, '2026-01-01');
const eastern = match?.row.charges.find(({ id }) => id === 'unit-rates')?.times as TimeBands;

/**
 * January 2026: 12,000 kWh red, 38,000 amber, 50,000 green, kvarh four tenths of the kWh in every half-hour, and one
 * half-hour (the third of the month, a green one) of 320 kVA.
 */
function januaryLoad(): Load {
  const { names, of } = bandedOf(eastern, january);
  const wanted: Record<string, number> = { red: 12_000, amber: 38_000, green: 50_000 };
  const peak = 160 / Math.sqrt(1 + 0.4 ** 2);
  const use = new Float64Array(halfHours);
  for (const [index, name] of names.entries()) {
    const isPeak = (i: number) => i === 2 && name === 'green';
    const places = Array.from(of.keys()).filter((i) => of[i] === index);
    const rest = (wanted[name] as number) - (name === 'green' ? peak : 0);
    const each = rest / places.filter((i) => !isPeak(i)).length;
    for (const i of places) use[i] = isPeak(i) ? peak : each;
  }
  return { unit: 'kWh', from: january.from, use: certain(use), reactive: certain(use.map((kwh) => kwh * 0.4)) };
}

const terms = termsOf(
  supplyPointSchema.parse({
    id: 'vector-t1',
    utility: 'electricity',
    meter: 'e-main',
    mpan: '1012345678903',
    agreed_capacity_kva: [{ from: '2020-01-01', value: 300 }],
    duos_tariff: [{ from: '2025-04-01', value: '74' }],
    line_losses: { rates: [{ valid_from: '2025-04-01', value: 1.103, source: 'vector T1' }] },
    transmission_losses: { rates: [{ valid_from: '2025-04-01', value: 1, source: 'vector T1' }] },
    source: 'vector T1',
  }),
);

const offer = (rounding: 'none' | 'line' | 'total') =>
  tariffSchema.parse({
    id: 'vector-t1',
    name: 'Energy at 8.5 p, the rest passed on',
    supplier: 'S',
    utility: 'electricity',
    contract: 'pass_through',
    valid_from: '2025-04-01',
    valid_to: '2026-03-31',
    pass_through: ['duos', 'ccl', 'ro', 'bsuos'],
    charges: [
      {
        id: 'energy',
        name: 'Energy',
        kind: 'energy',
        unit: 'p/kWh',
        base: 'meter',
        rates: [{ valid_from: '2025-04-01', valid_to: '2026-03-31', value: 8.5 }],
      },
    ],
    rounding,
    source: 'vector T1',
  });

const costs = (rounding: 'none' | 'line' | 'total') =>
  costsOf({ tariff: offer(rounding), terms, period: january, load: januaryLoad() });

/** Lines as `charge band` and a figure of so many places. */
const printed = (rounding: 'none' | 'line' | 'total') =>
  Object.fromEntries(
    costs(rounding).lines.map(({ charge, band, amount }) => [
      band ? `${charge.id} ${band}` : charge.id,
      amount.best.toDecimalPlaces(6).toString(),
    ]),
  );

describe('T1: a month of LV Site Specific Band 4', () => {
  test('component by component, unrounded, each printed figure rounded once', () => {
    expect(printed('none')).toEqual({
      energy: '8500',
      'unit-rates red': '1020.84',
      'unit-rates amber': '347.32',
      'unit-rates green': '72.5',
      fixed: '12.8247',
      capacity: '689.13',
      'exceeded-capacity': '45.942',
      reactive: '26.600829',
      'ccl-electricity': '775',
      ro: '3306.058',
      bsuos: '1730.607',
    });
    const { lines, subtotal, vat, total } = costs('none');
    const duos = lines.filter(({ charge }) => charge.kind === 'duos').map(({ amount }) => amount.best);
    expect(Money.sum(...duos).toFixed(2)).toBe('2215.16');
    expect(lines.find(({ charge }) => charge.id === 'reactive')?.quantity.best.toFixed(4)).toBe('7131.5895');
    expect(subtotal.best.toFixed(2)).toBe('16526.82');
    expect(vat.map(({ amount, percent }) => `${percent} ${amount.best.toFixed(2)}`)).toEqual(['20 3305.36']);
    expect(total.best.toFixed(2)).toBe('19832.19');
    expect(total.low).toBe(total.high);
  });

  test('rounded on each line', () => {
    expect(printed('line')).toEqual({
      energy: '8500',
      'unit-rates red': '1020.84',
      'unit-rates amber': '347.32',
      'unit-rates green': '72.5',
      fixed: '12.82',
      capacity: '689.13',
      'exceeded-capacity': '45.94',
      reactive: '26.6',
      'ccl-electricity': '775',
      ro: '3306.06',
      bsuos: '1730.61',
    });
    const { subtotal, vat, total } = costs('line');
    expect(subtotal.best.toString()).toBe('16526.82');
    expect(vat[0]?.amount.best.toString()).toBe('3305.36');
    expect(total.best.toString()).toBe('19832.18');
  });

  test('rounded on the sum, the VAT and the total', () => {
    const { subtotal, vat, total } = costs('total');
    expect([subtotal, vat[0]?.amount, total].map((amount) => amount?.best.toString())).toEqual([
      '16526.82',
      '3305.36',
      '19832.18',
    ]);
  });
});

describe('T2: 10,000 kWh and 5,000 kvarh', () => {
  test.each([
    [{ power_factor: 0.95 }, '1713.1589'],
    [{ share_of_kwh: '1/3' }, '1666.6667'],
  ])('%j leaves %s kvarh to pay for', (free, kvarh) => {
    const use = new Float64Array(halfHours).fill(10_000 / halfHours);
    const charge = { id: 'reactive', name: 'Reactive', kind: 'duos', unit: 'GBP/kvarh', free };
    const tariff = tariffSchema.parse({
      ...offer('none'),
      pass_through: [],
      charges: [{ ...charge, rates: [{ valid_from: '2025-04-01', value: 1 }] }],
    });
    const load = {
      unit: 'kWh',
      from: january.from,
      use: certain(use),
      reactive: certain(use.map((kwh) => kwh / 2)),
    } as const;
    const { lines } = costsOf({ tariff, terms, period: january, load });
    expect(lines.map(({ amount }) => amount.best.toFixed(4))).toEqual([kvarh]);
  });
});

test('T3: a half-hour of 150 kWh and 60 kvarh is 323.1099 kVA', () => {
  expect(apparentPower(150, 60).toFixed(4)).toBe('323.1099');
});

/** The band of one half-hour. */
function bandAt(times: TimeBands, at: string): string | undefined {
  const from = Date.parse(at) / 1000;
  return bandNames(times)[bandsOf(times, { from, to: from + halfHourSeconds })[0] as number];
}

test.each([
  ['2026-07-01T15:00Z', 'red', '16:00 in summer'],
  ['2026-01-07T15:30Z', 'amber', '15:30 in winter'],
  ['2026-01-10T17:00Z', 'green', 'a Saturday'],
  ['2026-07-05T16:00Z', 'green', 'a Sunday'],
  ['2026-04-03T15:00Z', 'red', 'Good Friday, which counts as a Friday'],
])('T4: %s is %s (%s)', (at, band) => {
  expect(bandAt(eastern, at)).toBe(band);
});

test.each([
  ['LV', 80, 1],
  ['LV', 231, 3],
  ['LV', 231.1, 4],
  ['HV', 1800, 3],
  ['HV', 1800.5, 4],
  ['LV_no_capacity', 3571, 1],
  ['LV_no_capacity', 25_279.5, 4],
] as const)('T5: %s of %d is in residual band %d', (voltage, size, band) => {
  expect(residualBandOf(voltage, size, '2026-01-01').band).toBe(band);
});

test('T5: thresholds of another year are not used', () => {
  expect(() => residualBandOf('LV', 231, '2026-04-01')).toThrow(/tariff.not-published/);
});

test('several red windows in a day are one band: London has 11:00 to 14:00 and 16:00 to 19:00', () => {
  const london = timeBandsSchema.parse({
    clock: 'local',
    bank_holidays: 'as_weekday',
    windows: [
      { band: 'red', days: ['weekdays'], from: '11:00', to: '14:00' },
      { band: 'red', days: ['weekdays'], from: '16:00', to: '19:00' },
    ],
    otherwise: 'amber_or_green',
  });
  const at = ['10:30', '11:00', '13:30', '14:00', '16:00', '18:30', '19:00'].map((time) => `2026-01-07T${time}Z`);
  expect(at.map((instant) => bandAt(london, instant) === 'red')).toEqual([false, true, true, false, true, true, false]);
});
