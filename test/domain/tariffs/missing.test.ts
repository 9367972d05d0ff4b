import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../domain/problems.ts';
import { costsOf } from '../../../domain/tariffs/costs.ts';
import { PriceSeries } from '../../../domain/tariffs/price-series.ts';
import { publishedCharges } from '../../../domain/tariffs/published.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import { supplyPointSchema, tariffSchema } from '../../../domain/tariffs/register.ts';
import { chargeFaults } from '../../../domain/tariffs/charges.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import { halfHourSeconds, startOfDay } from '../../../domain/time.ts';

/** What is missing is refused by name, all of it at once, and never taken for nought. */

const period = { from: startOfDay('2026-03-01'), to: startOfDay('2026-05-01') };
const load = {
  unit: 'kWh',
  from: period.from,
  use: certain(new Float64Array((period.to - period.from) / halfHourSeconds).fill(100)),
} as const;

const point = {
  id: 'north',
  utility: 'electricity',
  meter: 'e-main',
  mpan: '1012345678903',
  duos_tariff: [{ from: '2025-04-01', value: '74' }],
  source: 'made up',
};

const energy = { id: 'energy', name: 'Energy', kind: 'energy', unit: 'p/kWh', base: 'meter' };

function codesOf(tariff: object, more: object = {}, prices: PriceSeries[] = []): string[] {
  const offer = { id: 'offer', name: 'Offer', supplier: 'S', utility: 'electricity', contract: 'pass_through' };
  const dates = { valid_from: '2026-03-01', valid_to: '2026-04-30', source: 'made up' };
  try {
    costsOf({
      tariff: tariffSchema.parse({ ...offer, ...dates, charges: [{ ...energy, rates: [rate] }], ...tariff }),
      terms: termsOf(supplyPointSchema.parse({ ...point, ...more })),
      period,
      load,
      prices: new Map(prices.map((series) => [series.id, series])),
    });
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map(({ code, found }) => `${code}: ${found}`);
  }
}

const rate = { valid_from: '2026-01-01', value: 20 };

describe('what is missing', () => {
  test('a rate, on the first day that has none', () => {
    expect(codesOf({ charges: [{ ...energy, rates: [{ ...rate, valid_to: '2026-04-14' }] }] })).toEqual([
      'tariff.no-rate: 2026-04-15',
    ]);
  });

  test('published charges of April 2026, transmission residual, and what they are by, all at once', () => {
    expect(codesOf({ pass_through: ['duos', 'tnuos', 'ro', 'aahedc', 'bsuos', 'ccl'] })).toEqual([
      'tariff.not-published: duos on 2026-04-01',
      'tariff.not-published: tnuos on 2026-03-01',
      'tariff.not-published: ro on 2026-04-01',
      'tariff.not-published: aahedc on 2026-04-01',
      'tariff.no-term: none on 2026-03-01',
      'tariff.no-term: none on 2026-03-01',
      'tariff.no-term: none on 2026-03-01',
      'tariff.no-term: none on 2026-03-01',
      'tariff.no-term: none on 2026-03-01',
    ]);
  });

  test('losses of a basket whose kWh are counted at the national point', () => {
    const trades = [{ from: '2026-01-01', to: '2026-12-31', share: 1, price: 80, on: '2025-11-01', reference: 'A' }];
    const charges = [{ ...energy, unit: 'GBP/MWh', base: 'nbp', basket: { trades } }];
    expect(codesOf({ charges })).toEqual(['tariff.no-term: none on 2026-03-01', 'tariff.no-term: none on 2026-03-01']);
  });

  test('a half-hour of a price series', () => {
    const charges = [{ ...energy, unit: 'GBP/MWh', rates: [{ ...rate, value: { series: 'day-ahead' } }] }];
    const values = new Float64Array(load.use.best.length).fill(80);
    values[2] = Number.NaN;
    const series = new PriceSeries('day-ahead', 'GBP/MWh', period.from, values);
    expect(codesOf({ charges })).toEqual(['tariff.no-price: none at 2026-03-01T00:00:00Z']);
    expect(codesOf({ charges }, {}, [series])).toEqual(['tariff.no-price: none at 2026-03-01T01:00:00Z']);
  });

  test('reactive energy, where kVA or kvarh are charged: never power factor 1', () => {
    const more = { agreed_capacity_kva: [{ from: '2020-01-01', value: 300 }] };
    const march = { from: period.from, to: startOfDay('2026-04-01') };
    const terms = (change: object) => termsOf(supplyPointSchema.parse({ ...point, ...more, ...change }));
    const tariff = tariffSchema.parse({
      id: 'offer',
      name: 'Offer',
      supplier: 'S',
      utility: 'electricity',
      contract: 'pass_through',
      valid_from: '2026-03-01',
      valid_to: '2026-04-30',
      charges: [{ ...energy, rates: [rate] }],
      pass_through: ['duos'],
      source: 'made up',
    });
    const costs = (change: object) => costsOf({ tariff, terms: terms(change), period: march, load });
    expect(() => costs({})).toThrow(/charge exceeded-capacity.*no kvarh.*\n.*charge reactive.*tariff.no-reactive/);
    // 200 kW are 210.5 kVA at 0.95 and 250 kVA at 0.8: neither exceeds 300.
    const { lines, total } = costs({ power_factor: { least: 0.8, most: 0.95, source: 'a survey' } });
    const reactive = lines.find(({ charge }) => charge.id === 'reactive')?.quantity;
    // 1,486 half-hours of 100 kWh; tan(acos 0.8) = 0.75, of which 0.328684 is free.
    expect(reactive?.low.toFixed(3)).toBe('0.000');
    expect(reactive?.high.toFixed(2)).toBe((148_600 * (0.75 - Math.sqrt(1 / 0.9025 - 1))).toFixed(2));
    expect(total.low.lt(total.best) && total.best.lt(total.high)).toBe(true);
  });
});

test('what Meterhouse brings is whole', () => {
  expect(publishedCharges().length).toBeGreaterThan(5);
  const charges = publishedCharges().flatMap(({ rows }) => rows.flatMap((row) => row.charges));
  expect(charges.length).toBeGreaterThan(40);
  expect(charges.flatMap(chargeFaults)).toEqual([]);
});
