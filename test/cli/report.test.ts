import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testEstate } from '../api/estate.ts';
import { readSpreadsheet } from '../api/read-spreadsheet.ts';
import { noon, type Rig, startRig } from '../api/rig.ts';
import { writeSample } from '../api/sample-days.ts';
import { scratch } from './running.ts';
import { typed } from './typed.ts';

/** `meterhouse report`, against the real API. */
const ground = scratch();
let rig: Rig;
let url: string;
beforeAll(async () => {
  rig = await startRig({ access: { auth: 'off', host: '127.0.0.1' } });
  await writeSample(rig, testEstate(), { from: '2026-01-01', to: '2026-01-16', until: noon });
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await rig.close();
  ground.remove();
});

const report = (...words: string[]): ReturnType<typeof typed> =>
  typed(['report', ...words, '--api', url, '--config', ground.config]);

describe('a report', () => {
  test.each([
    [['quarterly', '2025-26-q4'], 'Answers'],
    [['eric', '2025-26'], 'Sites'],
    [['targets'], 'Figures'],
    [['intensity', '--from', '2026-01-01', '--to', '2026-02-01'], 'Figures'],
    [['carbon', '--from', '2026-01-01', '--to', '2026-02-01', '--by', 'organisation', '--bucket', 'whole'], 'Figures'],
    [['comparisons', '--from', '2025-01-01', '--to', '2026-01-01', '--type', 'gp_practice'], 'Figures'],
    [['change', '--from', '2025-12-01', '--to', '2026-01-01', '--against', '2025-11-01'], 'Figures'],
    [['matching', '--from', '2026-01-05', '--to', '2026-01-06', '--certificates', 'allocated'], 'Figures'],
    [['cover', '2025-26', '--by', 'site'], 'Figures'],
    [['degree-days', '--from', '2026-01-01', '--to', '2026-01-10', '--bucket', 'day'], 'Degree days'],
    [['grid-carbon', '--from', '2026-01-05', '--to', '2026-01-06'], 'Figures'],
    [['signature', '--from', '2025-01-01', '--to', '2026-01-01'], 'Signatures'],
  ])('%j is written as a spreadsheet when the file is called one', async (words, sheet) => {
    const out = join(ground.path, `${words[0]}.xlsx`);
    const { exit, output } = await report(...words, '--out', out);
    expect([exit, output]).toEqual(['ok', expect.stringMatching(/\.xlsx: [\d,]+ bytes\.$/)]);
    const sheets = readSpreadsheet(readFileSync(out));
    expect(sheets[0]?.name).toBe(sheet);
    expect(sheets.map(({ name }) => name)).toContain('Sources');
  });

  test('of carbon is within the boundary and with the factors that are asked for', async () => {
    const words = ['carbon', '--from', '2025-04-01', '--to', '2026-01-01', '--format', 'json'];
    const how = ['--boundary', 'nhs_carbon_footprint', '--factor-year', 'majority', '--year-starts', '7'];
    const { output } = await report(...words, ...how);
    expect(JSON.parse(output)).toMatchObject({
      boundary: 'nhs_carbon_footprint',
      factor_year_method: 'majority',
      year_starts: 7,
    });
  });

  test('is printed as CSV without a file, or as JSON where that is asked', async () => {
    const csv = await report('eric', '2025-26', '--type', 'acute_hospital');
    expect(csv.output).toMatch(/^site,organisation,site_type,Trust Code,/);
    const json = await report('targets', '--organisation', 'north', '--format', 'json');
    expect(JSON.parse(json.output)).toMatchObject({ baselines: [{ baseline: 'north-2019-20' }] });
  });

  test.each([
    [['quarterly'], 'meterhouse report quarterly QUARTER'],
    [['targets', '2025-26'], 'meterhouse report quarterly QUARTER'],
    [['toString'], 'meterhouse report quarterly QUARTER'],
    [['targets', '--format', 'xlsx'], '--out FILE with it'],
    [['targets', '--format', 'ods'], 'one of json, csv, xlsx'],
    [['targets', '--site', 'hospital'], 'a flag that this report does not take'],
    [['targets', '--known-on', '2030-01-01'], 'today or a date before it'],
    [['cusum', '--from', '2025-01-01', '--to', '2026-01-01'], 'baseline_from'],
    [['quarterly', '2026'], 'a quarter as 2026-27-q1'],
    [['sent', '2025-26-q4', '--organisation', 'north'], '--reading'],
  ])('%j is refused, and says what is wanted', async (words, said) => {
    const { exit, output } = await report(...words);
    expect(exit).not.toBe('ok');
    expect(output).toContain(said);
  });

  test('a file that cannot be written is a sentence', async () => {
    const out = join(ground.path, 'nowhere', 'targets.csv');
    const { exit, output } = await report('targets', '--out', out);
    expect(exit).not.toBe('ok');
    expect(output).toContain('--out');
    expect(existsSync(out)).toBe(false);
  });

  test('what was sent is recorded, with what was computed then', async () => {
    const words = ['sent', '2026-q1', '--organisation', 'south', '--reading', 'energy', '--answer', 'yes'];
    const { output } = await report(...words, '--sent-on', '2026-01-14', '--reason', 'return 7');
    expect(output).toBe('south, 2025-26-q4, energy: yes, sent on 2026-01-14 (computed was no).');
    expect((await report('quarterly', '2026-q1', '--organisation', 'south')).output).toContain(
      ',yes,2026-01-14,local,',
    );
  });
});
