import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  electricityFacts,
  type EricFacts,
  type EricValue,
  ericRow,
  type OnSitePlant,
} from '../../../domain/reports/eric.ts';
import { collectionYear, ericFacts, ericLayouts, ericReasons, layoutFor } from '../../../domain/reports/eric-layout.ts';
import { electricityOf, readEricCell, readEricTable } from './eric-reader.ts';
import { toIso } from '../../../domain/time.ts';

/** A site of which everything is known, each fact 1000 times its place in the list. */
const some = Object.fromEntries(
  ericFacts.map((fact, i): [string, EricValue] => [fact, { value: /name|code/.test(fact) ? fact : i * 1000 }]),
) as EricFacts;
const nothing = Object.fromEntries(
  ericFacts.map((fact): [string, EricValue] => [fact, { why: 'silent' }]),
) as EricFacts;

/** The published table of a year; of the older ones its first lines. */
const tableOf = (year: string): string => readFileSync(join(import.meta.dirname, `eric/ERIC-${year}.csv`), 'utf8');
/** Layouts whose columns part electricity by its sources. */
const parted = ericLayouts().flatMap(({ electricity, ...layout }) => (electricity ? [{ ...layout, electricity }] : []));

describe('layouts', () => {
  test('are those of the years whose headers were found', () => {
    expect(ericLayouts().map(({ year, fields }) => [year, fields.length])).toEqual([
      ['2014-15', 26],
      ['2015-16', 24],
      ['2016-17', 28],
      ['2023-24', 39],
    ]);
    expect(layoutFor('2016-17').year).toBe('2016-17');
    expect(layoutFor('2022-23').year).toBe('2016-17');
    expect(layoutFor('2025-26').year).toBe('2023-24');
    expect(layoutFor('2014-15').year).toBe('2014-15');
    expect(layoutFor('2012-13').year).toBe('2014-15');
  });

  test.each(['2014-15', '2015-16', '2016-17'])('%s has the headers of the published table, in their order', (year) => {
    const [headers = ''] = tableOf(year).split(/\r?\n/);
    expect(layoutFor(year).fields.map(({ header }) => header)).toEqual(headers.split(','));
  });

  test('of two years a trust tells of more renewable electricity than its plant could make: it was bought', () => {
    for (const year of ['2014-15', '2015-16']) {
      const [first] = readEricTable(tableOf(year));
      expect(first?.get('Electricity consumed - renewable (kWh)')).toBeGreaterThan(3e6);
      const renewable = layoutFor(year).fields.find(({ header }) => header.startsWith('Electricity consumed - ren'));
      expect(renewable?.facts).toContain('bought_green');
    }
  });

  test('a collection year is from April to March', () => {
    const { from, to } = collectionYear('2023-24');
    expect([toIso(from), toIso(to)]).toEqual(['2023-03-31T23:00:00Z', '2024-03-31T23:00:00Z']);
  });

  test('two years part electricity by its sources', () => {
    expect(parted.map(({ year }) => year)).toEqual(['2016-17', '2023-24']);
  });

  test.each(ericLayouts())('$year: no fact is in two columns of electricity consumed', ({ fields }) => {
    const facts = fields
      .filter(({ header }) => header.startsWith('Electricity consumed'))
      .flatMap((one) => one.facts ?? []);
    expect(new Set(facts).size).toBe(facts.length);
  });

  test.each(parted)('$year: no fact of electricity used is in two columns', ({ fields, electricity }) => {
    const headers = [...electricity.plus, ...electricity.minus];
    const facts = fields.filter(({ header }) => headers.includes(header)).flatMap((field) => field.facts ?? []);
    expect(facts.length).toBeGreaterThan(5);
    expect(new Set(facts).size).toBe(facts.length);
  });
});

describe('a row', () => {
  test.each(ericLayouts())(
    '$year: what is known stands in its column, and the rest is empty with a reason',
    (layout) => {
      const row = ericRow(layout, some);
      expect(Object.keys(row.cells)).toEqual(layout.fields.map(({ header }) => header));
      const empty = Object.entries(row.cells).flatMap(([header, cell]) => (cell === null ? [header] : []));
      expect(row.notes.map(({ header }) => header)).toEqual(empty);
      const gas = layout.fields.find(({ facts }) => facts?.includes('gas'))?.header ?? '';
      expect(gas).toMatch(/^Gas consumed/);
      expect(row.cells[gas]).toBe(ericFacts.indexOf('gas') * 1000);
    },
  );

  test('a megawatt is a thousand kilowatts', () => {
    const cell = ericRow(layoutFor('2016-17'), some).cells['Maximum electrical load (MW)'];
    expect(cell).toBe(ericFacts.indexOf('maximum_demand'));
  });

  test('what is not known is empty, never 0, and every empty cell says why', () => {
    const row = ericRow(layoutFor('2023-24'), nothing);
    expect(Object.values(row.cells).every((cell) => cell === null)).toBe(true);
    expect(new Set(row.notes.map(({ header }) => header)).size).toBe(39);
    expect(row.notes.every(({ why, says }) => says === ericReasons[why])).toBe(true);
  });

  test('a part of a year is in its cell, and said to be a part', () => {
    const facts: EricFacts = { ...some, gas: { value: 5, why: 'partial', detail: '300 of 365 days' } };
    const row = ericRow(layoutFor('2023-24'), facts);
    expect(row.cells['Gas consumed (kWh)']).toBe(5);
    expect(row.notes).toContainEqual({
      header: 'Gas consumed (kWh)',
      why: 'partial',
      says: ericReasons.partial,
      detail: '300 of 365 days',
    });
  });
});

describe('sources of electricity', () => {
  const site = { bought: 1_000, green: 400, plants: [], exported: 0, renewableUsed: 0 };
  const solar: OnSitePlant = { technology: 'solar', ownedBy: 'organisation', made: 500 };

  test('without a contract of supply nobody knows what is green', () => {
    const facts = electricityFacts({ ...site, green: undefined });
    expect(facts.bought_green).toEqual({ why: 'no-supply', detail: '1000 kWh bought in all' });
    expect(facts.bought_other).toEqual({ why: 'no-supply', detail: '1000 kWh bought in all' });
  });

  test('solar of an unknown owner is in neither column', () => {
    const facts = electricityFacts({ ...site, plants: [{ ...solar, ownedBy: undefined }], renewableUsed: 450 });
    expect(facts.own_solar_used).toEqual({ why: 'owner-unknown', detail: '450 kWh in all' });
    expect(facts.third_party_solar_used).toEqual({ why: 'owner-unknown', detail: '450 kWh in all' });
    expect(facts.own_other_used).toEqual({ value: 0, why: 'no-meter' });
  });

  test('a meter that says nothing is not 0', () => {
    const facts = electricityFacts({ ...site, bought: undefined, plants: [{ ...solar, made: undefined }] });
    expect(facts.bought_green).toEqual({ why: 'silent' });
    expect(facts.own_solar_made).toEqual({ why: 'silent' });
  });

  test('export comes off solar as it was worked out, and what is left of it off CHP', () => {
    const chp: OnSitePlant = { technology: 'chp', ownedBy: 'organisation', made: 2_000 };
    const facts = electricityFacts({ ...site, plants: [solar, chp], exported: 300, renewableUsed: 400 });
    expect(facts).toMatchObject({
      own_solar_used: { value: 400 },
      own_solar_made: { value: 500 },
      chp_used: { value: 1_800 },
      chp_made: { value: 2_000 },
    });
    expect(facts.exported.value).toBeCloseTo(300, 9);
  });

  const kWh = fc.double({ min: 0, max: 1e8, noNaN: true });
  const plant = fc.record({
    technology: fc.constantFrom('solar', 'wind', 'hydro', 'chp', 'standby_diesel', 'battery_discharge'),
    ownedBy: fc.constantFrom('organisation', 'third_party'),
    made: kWh,
  } as const);
  test.each(parted)('$year: they exclude one another and sum to what the site used', (layout) => {
    fc.assert(
      fc.property(
        kWh,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(plant, { maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        kWh,
        (bought, green, plants, share, exported) => {
          const made = (names: readonly string[]): number =>
            plants.reduce((sum, one) => sum + (names.includes(one.technology) ? one.made : 0), 0);
          const renewable = made(['solar', 'wind', 'hydro']);
          const burnt = made(['chp', 'standby_diesel']);
          const away = Math.min(exported, renewable + burnt);
          const renewableUsed = renewable - Math.min(renewable, away) * share;
          const used = bought + renewable + burnt - away;
          // More cannot have come off CHP than it made.
          fc.pre(away - (renewable - renewableUsed) <= burnt);
          const facts = electricityFacts({ bought, green: bought * green, plants, exported: away, renewableUsed });
          const { cells } = ericRow(layout, { ...some, ...facts });
          const sum = (headers: readonly string[]): number =>
            headers.reduce((total, header) => total + Number(cells[header]), 0);
          const { plus, minus } = layout.electricity;
          expect(plus.every((header) => Number(cells[header]) >= -1e-6)).toBe(true);
          expect(Math.abs(sum(plus) - sum(minus) - used)).toBeLessThan(1e-6 * (1 + used));
        },
      ),
    );
  });
});

describe('the published table of 2016-17', () => {
  const rows = readEricTable(tableOf('2016-17'));
  test('is read whole: 236 trusts', () => expect(rows).toHaveLength(236));

  test('electricity is the sum of its sources: 3,756,422,480 kWh, 139.5 kWh/m²', () => {
    const sum = (of: (row: (typeof rows)[number]) => number | undefined): number =>
      rows.reduce((total, row) => total + (of(row) ?? 0), 0);
    const electricity = sum((row) => electricityOf(layoutFor('2016-17'), row));
    const area = sum((row) => Number(row.get('Gross internal floor area (m²)')));
    expect(electricity).toBe(3_756_422_480);
    expect(electricity / area).toBeCloseTo(139.528, 3);
  });

  test('the headline alone would miss a trust that buys all of it on a green tariff', () => {
    const surrey = rows.find((row) => row.get('Organisation Code') === 'RA2');
    expect(surrey?.get('Electricity consumed (kWh)')).toBe(0);
    expect(surrey && electricityOf(layoutFor('2016-17'), surrey)).toBe(13_412_609);
  });
});

test.each([
  ['1,234,567', 1_234_567],
  [' 12,345.5 ', 12_345.5],
  ['£1,200', 1_200],
  ['0', 0],
  ['-3', -3],
  ['', undefined],
  ['Not Applicable', 'not applicable'],
  ['not applicable', 'not applicable'],
  ['R1A', 'R1A'],
  ['12,34', '12,34'],
])('%j is read as %s', (text, cell) => expect(readEricCell(text)).toBe(cell));

test('a quoted field keeps its commas, and a row of nothing is none', () => {
  const [row, ...others] = readEricTable('\uFEFFTrust Name,Gas consumed (kWh)\r\n"Ada, ""and"" sons","1,000"\r\n,\r\n');
  expect([...(row ?? [])]).toEqual([
    ['Trust Name', 'Ada, "and" sons'],
    ['Gas consumed (kWh)', 1000],
  ]);
  expect(others).toEqual([]);
  const layout = layoutFor('2023-24');
  const green = 'Electricity - green electricity consumed (kWh)';
  const other = 'Electricity - other consumed (kWh)';
  const [site] = readEricTable(`${green},${other},Electrical energy consumption (KWh)\r\n"1,000",Not Applicable,\r\n`);
  expect(site && electricityOf(layout, site)).toBe(1000);
  const [unsaid] = readEricTable(`${green},${other}\r\nNot Applicable,\r\n`);
  expect(unsaid && electricityOf(layout, unsaid)).toBeUndefined();
});
