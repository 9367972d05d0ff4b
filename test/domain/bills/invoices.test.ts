import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Parts } from '../../../domain/bills/causes.ts';
import { type BillCheck, checkBills } from '../../../domain/bills/check.ts';
import { claimsOf } from '../../../domain/bills/claims.ts';
import type { CheckedRow } from '../../../domain/bills/rows.ts';
import { sumOfRows } from '../../../domain/bills/totals.ts';
import { chargeFaults } from '../../../domain/tariffs/charges.ts';
import { invoiceSchema } from '../../../domain/bills/invoices.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import { supplyPointSchema, tariffSchema } from '../../../domain/tariffs/register.ts';
import { contractsIn } from '../../../domain/tariffs/supply-point-costs.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import { addDays, startOfDay } from '../../../domain/time.ts';
import { columnOf, columnSchema, rangeOf, said } from '../tariffs/hand-worked.ts';

/**
 * Every file of `invoices/` is one or more invoices that were checked by hand, with the working: half-hours, a
 * contract, what is printed, and the variance of each line by cause. Sums are in pounds, to a millionth.
 */

const folder = join(import.meta.dirname, 'invoices');
const files = readdirSync(folder).sort();

const record = z.record(z.string(), z.unknown());
const caseSchema = z.strictObject({
  title: z.string(),
  working: z.string().min(80),
  /** Whole months, since maximum demand and VAT are those of the month. */
  months: z.tuple([z.iso.date(), z.iso.date()]),
  load: columnSchema,
  supply_point: record.default({}),
  tariffs: z.array(record).min(1),
  invoices: z.array(record).min(1),
  rows: z.array(z.string()).min(1),
  claims: z.array(z.string()),
  unbilled: z.array(z.string()).default([]),
  /** Of the rows, each once; not looked at where absent. */
  remarks: z.array(z.string()).optional(),
  /** With VAT: what is billed less what is due. */
  variance: z.coerce.string(),
});

const contractDefaults = {
  name: 'Contract',
  supplier: 'S',
  utility: 'electricity',
  contract: 'fixed',
  valid_from: '2024-04-01',
  valid_to: '2027-03-31',
  rounding: 'line',
  source: 'the contract',
};

function checkOf(file: string) {
  const one = caseSchema.parse(parse(readFileSync(join(folder, file), 'utf8')));
  const [first, last] = one.months;
  const period = { from: startOfDay(first), to: startOfDay(addDays(last, 1)) };
  const tariffs = one.tariffs.map((each, i) =>
    tariffSchema.parse({ ...contractDefaults, id: `contract-${i}`, ...each }),
  );
  const utility = tariffs[0]?.utility;
  const contracts = tariffs.map(({ id, valid_from, valid_to }) => ({
    supplier: 'S',
    tariff: id,
    valid_from,
    valid_to,
  }));
  const defaults = { id: 'point', utility, meter: 'm', mpan: '1012345678903', source: 'made up', contracts };
  const point = supplyPointSchema.parse({ ...defaults, ...one.supply_point });
  expect([...tariffs.flatMap(({ charges }) => charges), ...point.charges].flatMap(chargeFaults)).toEqual([]);
  const { reactive } = one.load;
  const load = {
    unit: one.load.unit,
    from: period.from,
    use: rangeOf(one.load, period),
    reactive: reactive === undefined ? undefined : certain(columnOf(one.load, period, reactive)),
  };
  const invoices = one.invoices.map((each) => invoiceSchema.parse({ supplier: 'S', supply_point: 'point', ...each }));
  const check = checkBills(invoices, {
    terms: termsOf(point),
    contracts: contractsIn(point, tariffs, period),
    load,
    problems: [],
  });
  return { one, check };
}

function wordsOf(parts: Parts): string {
  return Object.entries(parts)
    .map(([cause, pounds]) => `${cause} ${pounds.toDecimalPlaces(6).toString()}`)
    .join(', ');
}

function saidRow({ bill, name, band, state, billed, recomputed, variance, parts }: CheckedRow): string {
  const what = [bill.invoice.number, name, band === undefined ? '' : `(${band})`]
    .filter((word) => word !== '')
    .join(' ');
  const ends = parts.low === parts.high ? [parts.best] : [parts.low, parts.best, parts.high];
  const why = ends.map((end) => `[${wordsOf(end)}]`).join(' ');
  return `${what}, ${state}: ${billed.toString()} - ${said(recomputed)} = ${said(variance)} ${why}`;
}

const rowsOf = ({ bills }: BillCheck): CheckedRow[] => bills.flatMap(({ rows }) => rows);

test('there are more than eight', () => expect(files.length).toBeGreaterThan(8));

test.each(files)('%s', (file) => {
  const { one, check } = checkOf(file);
  const rows = rowsOf(check);
  expect(rows.map(saidRow)).toEqual(one.rows);
  const claims = claimsOf(check).map(({ state, invoice, charge, names, cause, amount, vat, evidence }) => {
    expect(evidence.join('').length).toBeGreaterThan(10);
    return `${state} ${invoice} ${charge ?? names.join(' / ')} ${cause}: ${said(amount)} and VAT ${said(vat)}`;
  });
  expect(claims).toEqual(one.claims);
  expect(check.unbilled.map(({ from, to, amount }) => `${from} to ${to} ${amount ? said(amount) : '?'}`)).toEqual(
    one.unbilled,
  );
  const remarks = [...new Set(rows.flatMap((row) => row.remarks.map(({ says }) => says)))];
  expect(remarks).toEqual(one.remarks ?? remarks);
  const total = sumOfRows(rows);
  expect(said(total.variance)).toBe(one.variance);
  // What is billed is what the documents add up to.
  for (const { bill, rows: own } of check.bills) {
    const { billed } = sumOfRows(own);
    expect(billed.toString()).toBe((bill.total ?? billed).toString());
  }
});
