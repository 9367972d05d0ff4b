import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSpreadsheet } from '../api/read-spreadsheet.ts';
import { measuredHospital, type TypingHouse } from './measured-hospital.ts';

/** `meterhouse bill`, against the real API: 480 kWh a day at 24 p, and 62 p a day. */
const january = `supplier,number,date,supply_point,invoice_from,invoice_to,total_gbp,type,name,quantity,quantity_unit,rate,rate_unit,amount_gbp,reads
A supplier,1,2026-01-14,hospital-power,2026-01-02,2026-01-11,1479.60,line,Energy,4900,kWh,25,p/kWh,1225.00,E
A supplier,1,,,,,,line,Standing charge,10,days,62,p/day,6.20,
A supplier,1,,,,,,line,Exit fee,,,,,1.80,
A supplier,1,,,,,,vat,VAT,1233.00,GBP,20,%,246.60,
`;

let house: TypingHouse;
let csv: string;
beforeAll(async () => {
  house = await measuredHospital();
  csv = written('january.csv', january);
});
afterAll(() => house.close());

const bill = (...words: string[]) => house.type('bill', ...words);

function written(name: string, text: string): string {
  const file = join(house.path, name);
  writeFileSync(file, text);
  return file;
}

test('what agrees, what differs and what to claim is said to a person', async () => {
  const { exit, output } = await bill('check', csv);
  expect(exit).toBe('ok');
  // 4,900 kWh at a penny too much, and 100 kWh at 24 p too many.
  const says = [
    'A supplier, invoice 1: hospital-power, 2026-01-02 to 2026-01-11',
    '  billed £1,479.60 with VAT, recomputed £1,389.84, 100.0 % measured',
    '  1 line of 3 agree; £89.76 too much in all',
    '  differs      Energy: billed £1,225.00, due £1,152.00; rate £49.00, estimated £24.00',
    'Claims worth making, from £10.00 without VAT:',
    '  1. £49.00 and VAT £9.80: invoice 1, Energy (energy)',
    '  2. £24.00 and VAT £4.80: invoice 1, Energy (energy)',
    'Billed too much, but less than is worth a query:',
    'Net, with VAT: £89.76 too much; claims of £87.60 at least, £87.60 most likely.',
  ];
  for (const one of says) expect(output).toContain(one);
  expect(output).toContain('the supplier marks the read as estimated');
});

test('claims are saved as a spreadsheet, and JSON is a file as good', async () => {
  const out = join(house.path, 'claims.xlsx');
  const json = written(
    'january.json',
    JSON.stringify({
      supplier: 'A supplier',
      number: '2',
      date: '2026-01-14',
      supply_point: 'hospital-power',
      from: '2026-01-12',
      to: '2026-01-12',
      lines: [{ name: 'Standing charge', amount_gbp: 100.62 }],
    }),
  );
  const words = ['check', csv, json, '--table', 'claims', '--claim-from', '50', '--out', out];
  expect((await bill(...words)).output).toMatch(/claims\.xlsx: [\d,]+ bytes\.$/);
  const [first, ...others] = readSpreadsheet(readFileSync(out));
  expect(first?.name).toBe('Claims');
  const states = first?.rows.slice(1).map(([state]) => state?.value);
  expect(states).toEqual(['claim', 'small', 'small', 'small', 'for_supplier']);
  expect(others.map(({ name }) => name)).toEqual(expect.arrayContaining(['Invoices', 'Lines', 'Sources']));
});

test('what cannot be read is told with its lines, and words that are none with the usage', async () => {
  const wrong = written('wrong.csv', readFileSync(csv, 'utf8').replace('4900', '4,900'));
  const { exit, output } = await bill('check', wrong);
  expect(exit).not.toBe('ok');
  expect(output).toContain('wrong.csv');
  expect(output).toContain('16 cells; expected 15 cells');
  expect((await bill('check')).exit).toBe('usage');
  expect((await bill('check', csv, '--table', 'rows')).output).toContain('lines, claims, invoices');
});
