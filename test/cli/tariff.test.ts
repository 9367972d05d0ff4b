import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testEstate } from '../api/estate.ts';
import { readSpreadsheet } from '../api/read-spreadsheet.ts';
import { writeSample } from '../api/sample-days.ts';
import { measuredHospital, type TypingHouse } from './measured-hospital.ts';

/** `meterhouse tariff`, against the real API. */
let house: TypingHouse;
beforeAll(async () => {
  house = await measuredHospital();
});
afterAll(() => house.close());

const tariff = (...words: string[]) => house.type('tariff', ...words);

const day = ['--supply-point', 'hospital-power', '--from', '2026-01-02', '--to', '2026-01-03'];

test('costs are printed as CSV, by component', async () => {
  const { exit, output } = await tariff('costs', ...day, '--bucket', 'day', '--split', 'component');
  expect(exit).toBe('ok');
  const [header = '', ...rows] = output.split('\r\n');
  const at = (key: string): number => header.split(',').indexOf(key);
  // 480 kWh at 24 p, and 62 p a day.
  const costs = rows.map((row) => row.split(','));
  expect(costs.map((row) => [row[at('component')], row[at('cost_gbp')]])).toEqual([
    ['energy', '115.2'],
    ['supplier', '0.62'],
  ]);
});

test('and written as a spreadsheet, with the contracts and the rates on sheets of their own', async () => {
  const out = join(house.path, 'costs.xlsx');
  expect((await tariff('costs', ...day, '--out', out)).output).toMatch(/costs\.xlsx: [\d,]+ bytes\.$/);
  const sheets = readSpreadsheet(readFileSync(out)).map(({ name }) => name);
  expect(sheets).toEqual(['Costs', 'Contracts', 'Rates', 'Sources']);
});

test('supply points come with their notice dates', async () => {
  const { output } = await tariff('points', '--site', 'hospital');
  expect(output).toContain('hospital-power');
  expect(output).toContain('2026-02-28');
});

test('rates are printed with their source', async () => {
  const { exit, output } = await tariff('rates', '--tariff', 'north-fixed', '--on', '2026-01-15');
  expect(exit).toBe('ok');
  expect(output.split('\r\n')).toHaveLength(3);
  expect(output).toContain('p/kWh');
});

describe('a tender pack', () => {
  const words = ['tender', '--site', 'hospital', '--before', '2026-01'];

  test('is a folder: what to know first, the supply list, and half-hours in both layouts', async () => {
    // Nothing of 2025 is known, so the pack says that and holds no half-hours.
    const empty = join(house.path, 'empty');
    expect((await tariff(...words, '--out', empty)).output).toContain('2 files of 1 supply points');
    expect(readFileSync(join(empty, 'read-me.txt'), 'utf8')).toContain('no half-hour of the period is known');
    const out = join(house.path, 'pack');
    await writeSample(house.rig, testEstate(), { from: '2025-12-01', to: '2025-12-02', energy: () => 10 });
    expect((await tariff(...words, '--out', out)).exit).toBe('ok');
    expect(readdirSync(out).sort()).toEqual([
      'half-hours-hospital-power-long.csv',
      'half-hours-hospital-power-wide.csv',
      'read-me.txt',
      'supply-list.csv',
    ]);
    expect(readFileSync(join(out, 'half-hours-hospital-power-long.csv'), 'utf8').split('\r\n')).toHaveLength(17_522);
  });

  test('or a spreadsheet, and needs to be told where it goes', async () => {
    const out = join(house.path, 'pack.xlsx');
    expect((await tariff(...words, '--out', out)).exit).toBe('ok');
    expect(readSpreadsheet(readFileSync(out)).map(({ name }) => name)[0]).toBe('Read me');
    expect((await tariff(...words)).output).toContain('--out');
  });
});

test('a budget is printed by month, and says what it lacks', async () => {
  const budget = (...words: string[]) => house.type('budget', ...words);
  const { exit, output } = await budget('--supply-point', 'hospital-power', '--from', '2026-01', '--months', '1');
  // Two weeks of half-hours are no history to expect the rest of a month by.
  expect([exit, output.includes('tariff.no-history')]).not.toContain('ok');
  const past = await budget('--supply-point', 'hospital-power', '--from', '2025-12', '--months', '1');
  const [header = '', row = ''] = past.output.split('\r\n');
  expect(row.split(',')[header.split(',').indexOf('use_forecast_kwh')]).toBe('0');
  expect((await budget('2026')).exit).toBe('usage');
});

test('what is not known is a sentence that says what to add', async () => {
  const words = ['costs', '--supply-point', 'hospital-power', '--from', '2025-03-31', '--to', '2025-04-02'];
  const { exit, output } = await tariff(...words);
  expect(exit).not.toBe('ok');
  expect(output).toContain('supply point hospital-power');
  expect(output).toContain('add the contract to the supply point');
  expect((await tariff('cost')).exit).toBe('usage');
});

describe('compare', () => {
  const year = ['--supply-point', 'hospital-power', '--from', '2026-04-01', '--to', '2027-04-01'];
  const file = (name: string, text: string): string => {
    writeFileSync(join(house.path, name), text);
    return join(house.path, name);
  };
  const mail = `
tariffs:
  - id: by-mail
    name: An offer that came by mail
    supplier: B supplier
    utility: electricity
    contract: fixed
    valid_from: "2026-04-01"
    valid_to: "2027-03-31"
    offered_until: "2026-02-27T17:00:00Z"
    charges:
      - { id: energy, name: Energy, kind: energy, unit: p/kWh, base: meter, rates: [{ valid_from: "2026-04-01", value: 23 }] }
    source: of our making
`;

  test('says the ranking, why the next costs more, and what to do', async () => {
    const offers = ['--offer', 'north-fixed', '--offers-file', file('mail.yaml', mail)];
    const { exit, output } = await tariff('compare', ...offers, ...year);
    expect(exit).toBe('ok');
    // 175,200 kWh at 23 p with VAT; at 24 p and 62 p a day.
    expect(output).toContain('2 offers of electricity, 2026-04-01 to 2027-03-31, 1 supply point, 175,200 kWh');
    expect(output).toContain(' 1  by-mail: An offer that came by mail, B supplier\n    £48,355  23.00 p/kWh');
    expect(output).toMatch(
      / 2 {2}north-fixed: .*\n {4}£50,729 .* p\/kWh\n {4}£2,374 more than by-mail: £1,752 more for energy/,
    );
    expect(output).toContain('by-mail may be taken until 2026-02-27T17:00:00Z.');
    expect(output).toMatch(/Rests on: [\d,]+ half-hours of the load year are missing/);
  });

  test('asks any question from a file, and saves a table, a spreadsheet or a chart', async () => {
    const question = {
      offers: ['north-fixed'],
      supply_point: ['hospital-power'],
      from: '2026-04-01',
      to: '2028-04-01',
    };
    const asked = ['compare', '--request', file('question.yaml', JSON.stringify(question)), '--to', '2027-04-01'];
    const grown = ['--what-if', file('grown.yaml', '- { change: growth, percent: 10 }')];
    const load = (await tariff(...asked, ...grown, '--table', 'load')).output.split('\r\n');
    expect(load).toHaveLength(2);
    expect(load[1]).toContain('hospital-power,hospital,The Hospital,hospital-main,');
    const chart = join(house.path, 'chart.svg');
    expect((await tariff(...asked, '--out', chart)).exit).toBe('ok');
    expect(readFileSync(chart, 'utf8')).toMatch(/^<svg /);
    const book = join(house.path, 'compared.xlsx');
    await tariff(...asked, '--out', book);
    expect(readSpreadsheet(readFileSync(book)).map(({ name }) => name)).toContain('Components');
  });

  test('tells what cannot be read, and what is no number', async () => {
    const absent = await tariff('compare', '--offer', 'north-fixed', ...year, '--carry', join(house.path, 'no.yaml'));
    expect(absent.exit).not.toBe('ok');
    expect(absent.output).toContain('--carry');
    const word = await tariff('compare', '--offer', 'north-fixed', ...year, '--capacity', '400,five');
    expect(word.output).toContain('body agreed_capacities_kva 1');
  });
});
