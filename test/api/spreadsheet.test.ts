import { expect, test } from 'vitest';
import { headingOf, sheetsOf, writeSpreadsheet } from '../../api/spreadsheet.ts';
import type { TableAnswer } from '../../api/table-answer.ts';
import { limits } from '../../domain/limits.ts';
import { readSpreadsheet } from './read-spreadsheet.ts';

const table: TableAnswer = {
  head: {
    period: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    register_version: 3,
    boundary: null,
    factors: [{ set: '2025', factor_kgco2e_per_kwh: 0.177 }],
  },
  name: 'figures',
  rows: [
    row('=1+1', 1234.5, ['meter-silent a']),
    row('+44 <&> "é"', 0, ['meter-silent a', 'no-such b']),
    row('-5', null, []),
    row('@SUM(A1)\u0001\ud800', Number.NaN, []),
  ],
  tail: { reasons: [{ site: 'a', why: 'nobody knows' }], nothing: [] },
  columns: ['place', 'local_date', 'energy_kwh', 'measured_share', 'warnings', 'whole'],
  file: 'made',
};
function row(place: string, energy: number | null, warnings: readonly string[]) {
  return { place, local_date: '2026-03-29', energy_kwh: energy, measured_share: 0.5, warnings, whole: true };
}

test('every cell comes back with its type, units stand in the headings, and nothing is a formula', async () => {
  const sheets = readSpreadsheet(await writeSpreadsheet(sheetsOf(table)));
  expect(sheets.map(({ name }) => name)).toEqual(['Figures', 'Factors', 'Reasons', 'Sources', 'Warnings']);
  const cells = sheets.map(({ rows }) => rows.map((row) => Array.from(row, (cell) => cell?.value)));
  const [heading, ...rows] = cells[0] ?? [];
  expect(heading).toEqual(['Place', 'Local date', 'Energy (kWh)', 'Measured share (%)', 'Warnings', 'Whole']);
  expect(rows).toEqual([
    ['=1+1', '2026-03-29', 1234.5, 0.5, 'meter-silent a', true],
    ['+44 <&> "é"', '2026-03-29', 0, 0.5, 'meter-silent a; no-such b', true],
    // What is not known is an empty cell, and never 0.
    ['-5', '2026-03-29', undefined, 0.5, undefined, true],
    ['@SUM(A1)', '2026-03-29', undefined, 0.5, undefined, true],
  ]);
  expect(sheets[0]?.rows[1]?.map(({ type, format }) => [type, format])).toEqual([
    ['text', undefined],
    ['date', 'yyyy-mm-dd'],
    ['number', '#,##0.00'],
    ['number', '0.0%'],
    ['text', undefined],
    ['boolean', undefined],
  ]);
  expect(sheets[0]?.rows.slice(1).every((row) => row[0]?.type === 'text')).toBe(true);
  expect(cells.slice(1)).toEqual([
    [
      ['Set', 'Factor (kgCO₂e/kWh)'],
      ['2025', 0.177],
    ],
    [
      ['Site', 'Why'],
      ['a', 'nobody knows'],
    ],
    [
      ['What', 'Value'],
      ['Report', 'made'],
      ['Period from', '2026-01-01T00:00:00Z'],
      ['Period to', '2026-02-01T00:00:00Z'],
      ['Register version', 3],
      ['Boundary'],
    ],
    [
      ['Warning', 'Means', 'About', 'Rows'],
      ['meter-silent', 'a counted meter has no half-hours in a part of the period', 'a', 2],
      ['no-such', undefined, 'b', 1],
    ],
  ]);
});

test.each([
  ['energy_kwh', 'Energy (kWh)'],
  ['gross_internal_area_m2', 'Gross internal area (m²)'],
  ['intensity_kwh_per_m2', 'Intensity (kWh/m²)'],
  ['scope_1_kgco2e', 'Scope 1 (kgCO₂e)'],
  ['measured_time_share', 'Measured time share (%)'],
  ['share', 'Share (%)'],
  ['place_name', 'Place name'],
  ['Gas consumed (kWh)', 'Gas consumed (kWh)'],
])('%s is headed %s', (key, heading) => expect(headingOf(key)).toBe(heading));

test('a text that is too long for a cell is cut, and a name that is too long for a sheet', () => {
  const long = 'x'.repeat(40_000);
  const [sheet] = sheetsOf({ ...table, name: long, rows: [row(long, 1, [])] });
  expect(sheet?.name).toHaveLength(31);
  expect(String(sheet?.rows[0]?.[0])).toHaveLength(32_767);
});

test('a spreadsheet that would be too large is refused before it is made, though its rows never end', () => {
  function* endless() {
    for (;;) yield row('a', 1, []);
  }
  expect(() => sheetsOf({ ...table, rows: endless() })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ code: 'request.range-too-long' })] }) as Error,
  );
  expect(limits.spreadsheetCells).toBeLessThan(1_048_576);
});
