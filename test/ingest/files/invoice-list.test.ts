import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProblemError } from '../../../domain/problems.ts';
import { invoiceSchema } from '../../../domain/bills/invoices.ts';
import { readInvoiceList } from '../../../ingest/files/invoice-list.ts';

const samples = join(import.meta.dirname, '../../../estates/sample/invoices');

/** Invoices as CSV, one line of them a row. */
const header =
  'supplier,number,date,supply_point,invoice_from,invoice_to,total_gbp,type,name,quantity,quantity_unit,days,rate,rate_unit,amount_gbp,reads';
const file = (...rows: string[]): string => `\uFEFF${[header, ...rows].join('\r\n')}\r\n`;

const problemsOf = (text: string): string[] => {
  try {
    return [`nothing wrong: ${readInvoiceList(text, 'march.csv').length}`];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map(({ code, line, found, expected }) => `${line} ${code} ${found}; ${expected}`);
  }
};

test('rows of one invoice are one invoice, whether they repeat its columns or not', () => {
  const text = file(
    '"Supply, Ltd",7,2026-04-04,bra-power,2026-03-01,2026-03-31,1296.00,,All units,10000,kWh,,10.5,p/kWh,1050.00,A',
    '"Supply, Ltd",7,,,,,,line,Capacity,100,kVA,31,1,p/kVA/day,30.00,',
    '"Supply, Ltd",7,2026-04-04,bra-power,2026-03-01,2026-03-31,1296.00,vat,VAT,1080.00,GBP,,20,%,216.00,',
    '"Supply, Ltd",8,2026-05-04,bra-power,2026-04-01,2026-04-30,,,All units,9000,kWh,,10.5,p/kWh,945.00,E',
  );
  const [first, second, ...others] = readInvoiceList(text, 'march.csv').map((one) => invoiceSchema.parse(one));
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    supplier: 'Supply, Ltd',
    number: '7',
    kind: 'invoice',
    from: '2026-03-01',
    to: '2026-03-31',
    total_gbp: 1296,
    lines: [
      { name: 'All units', quantity: 10_000, quantity_unit: 'kWh', rate: 10.5, amount_gbp: 1050, reads: 'A' },
      { name: 'Capacity', quantity: 100, quantity_unit: 'kVA', days: 31, amount_gbp: 30 },
    ],
    vat: [{ percent: 20, taxable_gbp: 1080, amount_gbp: 216 }],
  });
  expect(second).toMatchObject({ number: '8', lines: [{ reads: 'E' }], vat: [] });
});

test('everything that is wrong is told at once, with its line', () => {
  const text = file(
    'S,7,2026-04-04,bra-power,2026-03-01,2026-03-31,,,Units,"10,000",kWh,,10.5,p/kWh,1050.00,A',
    'S,7,2026-04-05,,,,,,Capacity,100,kVAh,31,1,p/kVA/day,30.00,',
    'S,7,,,,,,tax,VAT,1080.00,GBP,,20,%,216.00,',
    'S,7,,,,,,vat,VAT,1080.00,GBP,,20,%,,',
    'S,7,,',
    'S,8,,,2026-03-01,2026-02-28,,,Units,1,,,,,1,X',
  );
  expect(problemsOf(text)).toEqual([
    '2 import.bad-value quantity: 10,000; a number as 1234.56, without thousands',
    '3 bill.bad-row date: 2026-04-05; 2026-04-04, as in its first row',
    expect.stringContaining('3 bill.bad-row quantity_unit: kVAh; one of kWh, MWh'),
    '4 bill.bad-row type: tax; line or vat',
    '5 bill.bad-row amount_gbp: nothing; a number',
    '6 import.malformed-row 4 cells; 16 cells',
    '7 bill.bad-row reads: X; one of A, E, C',
  ]);
});

test('an invoice without a date, or whose days end before they begin, is told at its first row', () => {
  const text = file('S,8,,bra-power,2026-03-01,2026-02-28,,,Units,1,kWh,,,,1,A');
  expect(problemsOf(text)).toEqual(['2 bill.bad-row date: nothing; a text']);
  const turned = file('S,8,2026-04-04,,2026-03-01,2026-02-28,,,Units,1,,,,,1,A');
  expect(problemsOf(turned)).toEqual([
    '2 bill.bad-row quantity_unit: nothing; the unit of `quantity`',
    '2 bill.bad-row invoice_to: 2026-02-28; a date not before `from`',
    '2 bill.bad-row supply_point: nothing; supply_point, mpan, mprn or spid',
  ]);
});

test('a column that is not known is told with the one that is meant', () => {
  const text = file().replace('quantity_unit', 'quantity_units');
  expect(problemsOf(text)[0]).toContain('1 import.format-does-not-fit quantity_units; columns of supplier, number');
});

test.each([
  ['greenwend-spring-2026.csv', ['GW-4471', 'GW-4502']],
  ['saltmarsh-march-2026.csv', ['SE-88120']],
])('%s of the sample adds up', (name, numbers) => {
  const found = readInvoiceList(readFileSync(join(samples, name), 'utf8'), name);
  const invoices = found.map((one) => invoiceSchema.parse(one));
  expect(invoices.map(({ number }) => number)).toEqual(numbers);
  for (const { lines, vat, net_gbp: net = 0, total_gbp: total = 0 } of invoices) {
    expect(lines.reduce((sum, line) => sum + line.amount_gbp, 0)).toBeCloseTo(net, 6);
    expect(vat.reduce((sum, one) => sum + one.amount_gbp, net)).toBeCloseTo(total, 6);
  }
});
