import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOfDay } from '../../domain/time.ts';
import { testEstate } from '../api/estate.ts';
import { writeSample } from '../api/sample-days.ts';
import { measuredHospital, type TypingHouse } from './measured-hospital.ts';

/** `meterhouse plan readiness` and `plan renewables`, against the real API: what they come to is tested there. */
let house: TypingHouse;
beforeAll(async () => {
  house = await measuredHospital();
  await writeSample(house.rig, testEstate(), { from: '2025-12-01', to: '2025-12-02', energy: () => 10 });
  const at = startOfDay('2025-12-01');
  await house.rig.store.write([
    { meter: 'roof', quantity: 'temperature', kind: 'instant', at, value: 5, period: 0, received: at },
  ]);
});
afterAll(() => house.close());

const plan = (...words: string[]) => house.type('plan', ...words);
const year = ['--site', 'hospital', '--load-year-from', '2025-01-01'];

test('readiness says the light, why, what would change it, and what it rests on', async () => {
  const { exit, output } = await plan('readiness', ...year, '--flow', '45', '--size-kw', '15');
  expect(exit).toBe('ok');
  expect(output).toContain('The Hospital: RED for a heat pump, by its half-hours of 2025-01-01 to 2025-12-31');
  // Of 20 kW of heat 15 are there, at 0.85 × (6.08 − 0.0941 × 40 + 0.000464 × 1,600) for one.
  expect(output).toContain('red: the heat pump is too small for the coldest hours, and nothing stands in for it');
  expect(output).toContain('found 43,800 kWh of heat in 8,760 hours; expected none');
  expect(output).toContain('would change it: backup: boiler or direct_electric');
  // Nobody pays for its gas in the register.
  expect(output).toContain('amber: what it costs to run, or what it replaces costs, is not known');
  expect(output).toContain('Heat: 175,200 kWh from hospital-heat, at most 20 kW; 0.2 % of the half-hours measured.');
  expect(output).toContain('2.60 kWh out of one; flow 45 °C all year.');
  expect(output).toContain('Rests on: flow: 45 °C all year, as asked.');
});

test('its question may come from a file, flags before it; tables and the chart are saved', async () => {
  const request = join(house.path, 'question.yaml');
  writeFileSync(
    request,
    'site: hospital\nload_year_from: "2025-01-01"\nheat_pump: { flow: 60, size_kw: 15, backup: boiler }\n',
  );
  const { output } = await plan('readiness', '--request', request, '--flow', '45');
  expect(output).toContain('flow 45 °C all year.');
  expect(output).toContain('of the heat 43,800 kWh from the boilers');
  const months = await plan('readiness', '--request', request, '--table', 'months');
  expect(months.output.split('\r\n')).toHaveLength(13);
  const out = join(house.path, 'day.svg');
  expect((await plan('readiness', '--request', request, '--out', out)).output).toMatch(/day\.svg: [\d,]+ bytes\.$/);
  expect(readFileSync(out, 'utf8')).toContain('with a heat pump on its coldest day');
});

test('renewables says what each size makes, saves and does to its certificates', async () => {
  const sizes = ['--kwp', '10,40', '--battery-kwh', '50', '--battery-kw', '20', '--kwh-per-kwp', '1000'];
  const { exit, output } = await plan('renewables', ...year, ...sizes, '--export-pence', '5');
  expect(exit).toBe('ok');
  expect(output).toContain('Panels at The Hospital, by its half-hours of 2025-01-01 to 2025-12-31: 175,200 kWh drawn');
  expect(output).toContain('10 kWp, 50 kWh: makes 10,000 kWh a year, 10,000 used on the site (100 %)');
  expect(output).toContain('£0 for what goes out');
  expect(output).toContain('Rests on: yield: Solar yield of Bath in 2015, by half-hour');
  const months = await plan('renewables', ...year, ...sizes, '--table', 'months');
  expect(months.output.split('\r\n')).toHaveLength(25);
});

test('a question without a site, and one that is no question, are told', async () => {
  expect((await plan('readiness')).output).toContain('--site');
  expect((await plan('readiness', '--request', join(house.path, 'nowhere.yaml'))).output).toContain('nowhere.yaml');
  const { output } = await plan('renewables', ...year, '--kwp', 'many');
  expect(output).toContain('body options 0 kwp');
});
