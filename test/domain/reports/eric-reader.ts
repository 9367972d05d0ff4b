import type { EricLayout } from '../../../domain/reports/eric-layout.ts';

/**
 * Reads published tables of the ERIC collection. Their traps: thousands with commas, "Not Applicable" where a number
 * would stand, pounds with a sign, and a headline of electricity that most sites leave empty, so that it is summed from
 * its sources.
 */

/** A cell: a number, a text (`notApplicable` is neither 0 nor unknown), or nothing. */
export type EricCell = number | string | undefined;

export const notApplicable = 'not applicable';

export function readEricCell(text: string): EricCell {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '-') return undefined;
  if (/^(not applicable|n\/a)$/i.test(trimmed)) return notApplicable;
  const number = trimmed.replace(/^£/, '');
  return /^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(number) ? Number(number.replaceAll(',', '')) : trimmed;
}

/** A table by its headers, each row with the cells that it has. */
export function readEricTable(csv: string): ReadonlyMap<string, EricCell>[] {
  const [headers = [], ...rows] = splitCsv(csv.replace(/^\uFEFF/, ''));
  return rows
    .filter((row) => row.some((cell) => cell.trim() !== ''))
    .map((row) => new Map(headers.map((header, i) => [header.trim(), readEricCell(row[i] ?? '')])));
}

/** The electricity of a row: its sources added up. Undefined when none of them is a number. */
export function electricityOf(layout: EricLayout, row: ReadonlyMap<string, EricCell>): number | undefined {
  const numbers = (headers: readonly string[]): number[] =>
    headers.map((header) => row.get(header)).filter((cell) => typeof cell === 'number');
  if (!layout.electricity) return undefined;
  const plus = numbers(layout.electricity.plus);
  if (plus.length === 0) return undefined;
  const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
  return sum(plus) - sum(numbers(layout.electricity.minus));
}

/** Fields of RFC 4180, quoted ones with commas and line breaks inside. */
function splitCsv(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end = ''] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',' && end !== '') rows.push([]);
  }
  return rows;
}
