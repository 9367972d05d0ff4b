import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testEstate } from '../api/estate.ts';
import { readSpreadsheet } from '../api/read-spreadsheet.ts';
import { noon, type Rig, startRig } from '../api/rig.ts';
import { writeSample } from '../api/sample-days.ts';
import { scratch } from './running.ts';
import { typed } from './typed.ts';

/** `meterhouse tariff`, against the real API. */
const ground = scratch();
let rig: Rig;
let url: string;
beforeAll(async () => {
  rig = await startRig({ access: { auth: 'off', host: '127.0.0.1' } });
  await writeSample(rig, testEstate(), { from: '2026-01-01', to: '2026-01-16', until: noon, energy: () => 10 });
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await rig.close();
  ground.remove();
});

const tariff = (...words: string[]): ReturnType<typeof typed> =>
  typed(['tariff', ...words, '--api', url, '--config', ground.config]);

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
  const out = join(ground.path, 'costs.xlsx');
  expect((await tariff('costs', ...day, '--out', out)).output).toMatch(/costs\.xlsx: [\d,]+ bytes\.$/);
  const sheets = readSpreadsheet(readFileSync(out)).map(({ name }) => name);
  expect(sheets).toEqual(['Costs', 'Contracts', 'Rates', 'Sources']);
});

test('supply points come with their notice dates', async () => {
  const { output } = await tariff('points', '--site', 'hospital');
  expect(output).toContain('hospital-power');
  expect(output).toContain('2026-02-28');
});

test('what is not known is a sentence that says what to add', async () => {
  const words = ['costs', '--supply-point', 'hospital-power', '--from', '2025-03-31', '--to', '2025-04-02'];
  const { exit, output } = await tariff(...words);
  expect(exit).not.toBe('ok');
  expect(output).toContain('supply point hospital-power');
  expect(output).toContain('add the contract to the supply point');
  expect((await tariff('cost')).exit).toBe('usage');
});
