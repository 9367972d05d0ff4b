import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cause } from '../../../domain/bills/causes.ts';
import { type BillCheck, billedPeriod, checkBills } from '../../../domain/bills/check.ts';
import { claimsOf } from '../../../domain/bills/claims.ts';
import type { BilledPoint } from '../../../domain/bills/reckoning.ts';
import type { CheckedRow } from '../../../domain/bills/rows.ts';
import { sumOfRows } from '../../../domain/bills/totals.ts';
import { measureOf } from '../../../domain/tariffs/charge-units.ts';
import { type Costs, costsOf } from '../../../domain/tariffs/costs.ts';
import { type Invoice, type InvoiceLine, invoiceSchema, type QuantityUnit } from '../../../domain/bills/invoices.ts';
import { Money, nothing } from '../../../domain/tariffs/money.ts';
import { certain, type Range } from '../../../domain/tariffs/range.ts';
import { supplyPointSchema, tariffSchema } from '../../../domain/tariffs/register.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import { dateOf, halfHourSeconds, startOfDay } from '../../../domain/time.ts';
import { seededColumn } from '../tariffs/seeded-column.ts';

/** October and November 2025: a change of clocks, a month's end, rates and capacity that change within a month. */
const period = { from: startOfDay('2025-10-01'), to: startOfDay('2025-12-01') };
const count = (period.to - period.from) / halfHourSeconds;
const open = (value: unknown) => [{ valid_from: '2025-01-01', value }];
const charge = (id: string, more: object) => ({ id, name: id, kind: 'energy', ...more });

const tariff = tariffSchema.parse({
  id: 'everything',
  name: 'Everything',
  supplier: 'S',
  utility: 'electricity',
  contract: 'pass_through',
  valid_from: '2025-01-01',
  valid_to: '2026-12-31',
  pass_through: ['duos', 'bsuos', 'ro', 'aahedc', 'ccl'],
  rounding: 'line',
  source: 'made up',
  charges: [
    charge('energy', {
      unit: 'p/kWh',
      base: 'meter',
      times: {
        clock: 'local',
        bank_holidays: 'as_sunday',
        windows: [{ band: 'night', from: '00:00', to: '07:00' }],
        otherwise: 'day',
      },
      rates: open({ day: 21.37, night: 14.2 }),
    }),
    charge('standing', { kind: 'supplier', unit: 'GBP/month', rates: open(84.5) }),
    charge('yearly', { kind: 'metering', unit: 'GBP/year', rates: open(690) }),
    charge('changed', {
      kind: 'data_collection',
      unit: 'p/day',
      rates: [
        { valid_from: '2025-01-01', valid_to: '2025-10-19', value: 41 },
        { valid_from: '2025-10-20', value: 47 },
      ],
    }),
    charge('demand', { kind: 'other', unit: 'GBP/kVA/month', of: 'maximum_demand', rates: open(1.1) }),
    charge('export', { kind: 'export', unit: 'p/kWh', base: 'meter', credit: true, rates: open(0.4) }),
    charge('fee', { kind: 'supplier', unit: '%', percent_of: { kinds: ['energy'] }, rates: open(2.5) }),
  ],
});

const terms = termsOf(
  supplyPointSchema.parse({
    id: 'point',
    utility: 'electricity',
    meter: 'e-main',
    mpan: '1012345678903',
    agreed_capacity_kva: [
      { from: '2020-01-01', value: 60 },
      { from: '2025-11-12', value: 90 },
    ],
    duos_tariff: [{ from: '2020-01-01', value: '73' }],
    line_losses: { rates: [{ valid_from: '2025-01-01', value: 1.103, source: 'made up' }] },
    transmission_losses: { rates: [{ valid_from: '2025-01-01', value: 1.01, source: 'made up' }] },
    source: 'made up',
  }),
);

const column = (seed: number, from: number, to: number) => seededColumn(seed, count, from, to);

function pointOf(seed: number, isRange = false): BilledPoint {
  const best = column(seed, 5, 60);
  const use = isRange
    ? { low: best.map((kwh) => kwh * 0.99), best, high: best.map((kwh) => kwh * 1.02) }
    : certain(best);
  const load = { unit: 'kWh' as const, from: period.from, use, reactive: certain(column(seed + 1, 0, 30)) };
  return { terms, contracts: [{ period, tariff }], load, problems: [] };
}

/** The quantity as the invoice of a supplier says it. */
const unitsOf: Partial<Record<ReturnType<typeof measureOf>, QuantityUnit>> = {
  energy: 'kWh',
  reactive: 'kvarh',
  percent: 'GBP',
};

function lineOf({ charge: of, band, period: when, quantity, rate, amount }: Costs['lines'][number]): InvoiceLine {
  const measure = measureOf(of.unit);
  const unit =
    measure === 'time'
      ? of.unit === 'p/day'
        ? 'days'
        : 'months'
      : measure === 'capacity'
        ? of.unit === 'p/kVA/day'
          ? 'kVA_days'
          : 'kVA_months'
        : unitsOf[measure];
  const factor = of.unit === 'GBP/year' ? 12 : 1;
  return {
    name: of.name,
    charge: of.id,
    component: of.kind,
    ...(band === undefined ? {} : { band }),
    from: dateOf(when.from),
    to: dateOf(when.to - 1),
    quantity: quantity.best.times(factor).toNumber(),
    quantity_unit: unit,
    rate,
    rate_unit: of.unit,
    amount_gbp: amount.best.toNumber(),
  };
}

/** The invoice that a supplier who reckons as we do would send. */
function invoiceOf(point: BilledPoint): Invoice {
  if (!point.load) throw new Error('no load');
  const costs = costsOf({ tariff, terms, period, load: point.load });
  // Suppliers print no line of nothing.
  const lines = costs.lines.filter(({ amount }) => !amount.best.isZero()).map(lineOf);
  return invoiceFrom(lines, lines);
}

function invoiceFrom(lines: readonly InvoiceLine[], taxed: readonly InvoiceLine[]): Invoice {
  const sum = (some: readonly InvoiceLine[]): Money => some.reduce((all, one) => all.plus(one.amount_gbp), nothing);
  const [net, taxable] = [sum(lines), sum(taxed)];
  const vat = taxable.times('0.2').toDecimalPlaces(2);
  return invoiceSchema.parse({
    supplier: 'S',
    number: '1',
    date: '2025-12-05',
    supply_point: 'point',
    from: '2025-10-01',
    to: '2025-11-30',
    lines,
    net_gbp: net.toNumber(),
    vat: [{ percent: 20, taxable_gbp: taxable.toNumber(), amount_gbp: vat.toNumber() }],
    total_gbp: net.plus(vat).toNumber(),
  });
}

const rowsOf = ({ bills }: BillCheck): CheckedRow[] => bills.flatMap(({ rows }) => rows);
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const ends = ['low', 'best', 'high'] as const;

test('an invoice made of our own lines has no variance and no claim', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const point = pointOf(seed);
      const check = checkBills([invoiceOf(point)], point);
      const rows = rowsOf(check);
      expect(rows.length).toBeGreaterThan(25);
      expect(rows.filter(({ state }) => state !== 'agrees').map(({ name, parts }) => [name, parts.best])).toEqual([]);
      expect(rows.map(({ variance }) => variance.best.toString()).filter((pounds) => pounds !== '0')).toEqual([]);
      expect(claimsOf(check)).toEqual([]);
    }),
    { numRuns: 4 },
  );
});

/** What a line's cause is when its quantity is another, by what it goes by. */
const quantityCauses: Record<string, Cause> = {
  energy: 'quantity',
  reactive: 'reactive',
  time: 'days',
  capacity: 'capacity',
  percent: 'follows',
};

describe('one line that is changed has exactly that variance and its cause', () => {
  const point = pointOf(4711);
  const right = invoiceOf(point);
  const places = fc.integer({ min: 0, max: right.lines.length - 1 });
  const changed = (place: number, change: (line: InvoiceLine) => Partial<InvoiceLine>) => {
    const lines = right.lines.map((line, i) => (i === place ? { ...line, ...change(line) } : line));
    const rows = rowsOf(checkBills([invoiceFrom(lines, lines)], point)).filter(({ what }) => what !== 'vat');
    const off = rows.filter(({ state }) => state !== 'agrees');
    const line = lines[place] as InvoiceLine;
    const difference = new Money(line.amount_gbp).minus(right.lines[place]?.amount_gbp ?? 0);
    const sum = off.reduce((all, { variance }) => all.plus(variance.best), nothing);
    return { off, line, difference, sum };
  };
  const causesIn = (rows: readonly CheckedRow[]): string[] => [
    ...new Set(rows.flatMap(({ parts }) => Object.keys(parts.best)).filter((cause) => cause !== 'rounding')),
  ];

  test('an amount that does not multiply', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 2, max: 90_000 }), (place, pence) => {
        const { off, difference, sum } = changed(place, ({ amount_gbp: amount }) => ({
          amount_gbp: new Money(amount).plus(new Money(pence).dividedBy(100)).toNumber(),
        }));
        expect(sum.toString()).toBe(difference.toString());
        expect(causesIn(off)).toEqual(['arithmetic']);
      }),
      { numRuns: 12 },
    );
  });

  test('a rate', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 3, max: 30 }), (place, tenths) => {
        const { off, line, difference, sum } = changed(place, ({ amount_gbp: amount, rate = 0 }) => {
          const factor = new Money(10 + tenths).dividedBy(10);
          const other = new Money(rate).times(factor);
          const value = new Money(amount).dividedBy(rate).times(other);
          return { rate: other.toNumber(), amount_gbp: value.toDecimalPlaces(2).toNumber() };
        });
        expect(sum.toString()).toBe(difference.toString());
        const causes = causesIn(off).filter((cause) => cause !== 'arithmetic');
        expect(causes).toEqual([line.component === 'ccl' ? 'levy' : causes[0]]);
        expect(['levy', 'rate', 'old_rate']).toContain(causes[0]);
      }),
      { numRuns: 12 },
    );
  });

  test('a quantity', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 131, max: 307 }), (place, percent) => {
        const { off, line, difference, sum } = changed(place, ({ amount_gbp: amount, quantity = 0 }) => ({
          quantity: new Money(quantity).times(percent).dividedBy(100).toNumber(),
          amount_gbp: new Money(amount).times(percent).dividedBy(100).toDecimalPlaces(2).toNumber(),
        }));
        expect(sum.toString()).toBe(difference.toString());
        const measure = line.rate_unit ? measureOf(line.rate_unit) : 'energy';
        const causes = causesIn(off).filter((cause) => cause !== 'arithmetic');
        // Of a charge by bands another quantity in one of them stands in the wrong band too.
        const isBanded = line.band !== undefined;
        expect(isBanded ? causes.slice(0, 1) : causes).toEqual([quantityCauses[measure]]);
      }),
      { numRuns: 12 },
    );
  });
});

test('causes add up to the variance, and claims to all of it but rounding, whatever is printed', () => {
  const change = fc.record({
    amount: fc.integer({ min: -50_000, max: 50_000 }),
    quantity: fc.integer({ min: 0, max: 200 }),
    rate: fc.integer({ min: 50, max: 150 }),
    drop: fc.integer({ min: 0, max: 9 }),
    reads: fc.constantFrom('A', 'E', undefined),
  });
  fc.assert(
    fc.property(seeds, fc.boolean(), fc.array(change, { minLength: 60, maxLength: 60 }), (seed, isRange, changes) => {
      const point = pointOf(seed, isRange);
      const right = invoiceOf(point);
      const lines = right.lines.flatMap((line, i): InvoiceLine[] => {
        const { amount, quantity, rate, drop, reads } = changes[i % changes.length] as (typeof changes)[number];
        if (drop === 0) return [];
        const other = {
          ...line,
          amount_gbp: drop < 5 ? line.amount_gbp : Math.round(100 * line.amount_gbp + amount) / 100,
          quantity: drop < 7 ? line.quantity : ((line.quantity ?? 0) * quantity) / 100,
          rate: drop === 3 || line.rate === undefined ? undefined : (line.rate * rate) / 100,
          rate_unit: drop === 3 ? undefined : line.rate_unit,
          reads,
        };
        return drop === 1 ? [other, other] : [other];
      });
      const check = checkBills([invoiceFrom(lines, right.lines), { ...right, number: '2', date: '2025-12-20' }], point);
      const rows = rowsOf(check);
      const sumOf = (parts: CheckedRow['parts'], end: keyof Range<Money>): string =>
        Object.values(parts[end])
          .reduce((sum, part) => sum.plus(part), nothing)
          .toString();
      for (const { parts, variance } of rows) {
        for (const end of ends) expect(sumOf(parts, end)).toBe(variance[end].toString());
      }
      const total = sumOfRows(rows);
      for (const end of ends) expect(sumOf(total.parts, end)).toBe(total.variance[end].toString());
      for (const { bill, rows: own } of check.bills) {
        expect(sumOfRows(own).billed.toString()).toBe(bill.total?.toString());
      }
      const claims = claimsOf(check, 0);
      const claimed = claims.reduce((sum, { amount, vat }) => sum.plus(amount.best).plus(vat.best), nothing);
      const left = total.variance.best.minus(claimed);
      // Rounding has a part of VAT that is in no claim.
      const rounding = rows.reduce((sum, { parts }) => sum.plus((parts.best.rounding ?? nothing).abs()), nothing);
      expect(left.abs().toNumber()).toBeLessThanOrEqual(rounding.times(1.2).plus('0.02').toNumber());
    }),
    { numRuns: 8 },
  );
});

test('days of a line before its invoice are among those that are needed', () => {
  const line = { name: 'Units', to: '2025-10-20', amount_gbp: 1 };
  const invoice = { supplier: 'S', number: '1', supply_point: 'p', date: '2025-12-01', lines: [line] };
  const parsed = invoiceSchema.parse({ ...invoice, from: '2025-11-01', to: '2025-11-30' });
  expect(billedPeriod([parsed])).toEqual({ from: startOfDay('2025-10-20'), to: startOfDay('2025-12-01') });
  expect(billedPeriod([])).toBeUndefined();
});
