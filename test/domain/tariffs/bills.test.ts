import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { carryForwardSchema } from '../../../domain/tariffs/carry-forward.ts';
import { utilityFaults } from '../../../domain/tariffs/charges-by-commodity.ts';
import { chargeFaults } from '../../../domain/tariffs/charges.ts';
import { costsOf } from '../../../domain/tariffs/costs.ts';
import type { Load } from '../../../domain/tariffs/load.ts';
import { PriceSeries } from '../../../domain/tariffs/price-series.ts';
import { publishedChargesSchema } from '../../../domain/tariffs/published.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import { supplyPointSchema, tariffSchema } from '../../../domain/tariffs/register.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import { addDays, startOfDay } from '../../../domain/time.ts';
import { columnOf, columnSchema, rangeOf, said } from './hand-worked.ts';

/**
 * Every file of `bills/` is a bill that was worked out by hand, with its working: a load, a tariff, and the lines that
 * follow from them. Quantities and amounts are written to a millionth, a range as `least..most likely..most`.
 */

const folder = join(import.meta.dirname, 'bills');
const files = readdirSync(folder).sort();

const billSchema = z.strictObject({
  title: z.string(),
  working: z.string().min(80),
  period: z.tuple([z.iso.date(), z.iso.date()]),
  load: columnSchema,
  supply_point: z.record(z.string(), z.unknown()).default({}),
  prices: z.record(z.string(), columnSchema).default({}),
  /** Of the register. */
  published: z.array(z.record(z.string(), z.unknown())).default([]),
  carry: carryForwardSchema.optional(),
  tariff: z.record(z.string(), z.unknown()),
  lines: z.array(z.string()).min(1),
  subtotal: z.coerce.string(),
  vat: z.string(),
  total: z.coerce.string(),
});

const publisher = {
  publisher: 'nobody',
  source: 'made up',
  standing: 'quoted',
  utility: 'electricity',
  valid_from: '2025-04-01',
  valid_to: '2026-03-31',
};

function billOf(file: string) {
  const bill = billSchema.parse(parse(readFileSync(join(folder, file), 'utf8')));
  const [first, last] = bill.period;
  const period = { from: startOfDay(first), to: startOfDay(addDays(last, 1)) };
  const utility = bill.tariff['utility'] ?? 'electricity';
  const defaults = { id: 'bill', name: bill.title, supplier: 'S', utility, contract: 'fixed', source: 'made up' };
  const dates = { valid_from: '2025-01-01', valid_to: '2027-12-31' };
  const tariff = tariffSchema.parse({ ...defaults, ...dates, ...bill.tariff });
  const point = { id: 'point', utility, meter: 'm', mpan: '1012345678903', source: 'made up', ...bill.supply_point };
  const entry = supplyPointSchema.parse(point);
  const published = bill.published.map((set) => publishedChargesSchema.parse({ ...publisher, ...set }));
  const passed = published.flatMap(({ rows }) => rows.flatMap((row) => row.charges));
  const charges = [...tariff.charges, ...entry.charges, ...passed];
  expect(charges.flatMap(chargeFaults)).toEqual([]);
  expect(charges.flatMap((charge) => utilityFaults(charge, tariff.utility))).toEqual([]);
  const reactive = bill.load.reactive;
  const load: Load = {
    unit: bill.load.unit,
    from: period.from,
    use: rangeOf(bill.load, period),
    reactive: reactive === undefined ? undefined : certain(columnOf(bill.load, period, reactive)),
  };
  const prices = Object.entries(bill.prices).map(
    ([id, column]) => new PriceSeries(id, 'GBP/MWh', period.from, rangeOf(column, period).best),
  );
  const byName = new Map(prices.map((series) => [series.id, series]));
  const request = { tariff, terms: termsOf(entry), published, period, load, prices: byName, carry: bill.carry };
  return { bill, costs: costsOf(request) };
}

test('there are more than ten', () => expect(files.length).toBeGreaterThan(10));

test.each(files)('%s', (file) => {
  const { bill, costs } = billOf(file);
  const lines = costs.lines.map(({ charge, band, reference, period, quantity, rate, amount }) => {
    const from = new Date((period.from + 7200) * 1000).toISOString().slice(0, 10);
    const name = [charge.id, band, reference, from].filter((word) => word !== undefined).join(' ');
    return `${name} ${said(quantity)} × ${rate ?? 'prices'} = ${said(amount)}`;
  });
  expect(lines).toEqual(bill.lines);
  expect(said(costs.subtotal)).toBe(bill.subtotal);
  expect(costs.vat.map(({ percent, amount }) => `${percent} % ${said(amount)}`)).toEqual([bill.vat]);
  expect(said(costs.total)).toBe(bill.total);
});
