import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { consumptionAnswerSchema } from '../../api/contract/consumption.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { until } from '../servers/process.ts';
import { answerOf, finished, run, scratch } from './running.ts';

const ground = scratch();
afterAll(() => ground.remove());

const estate = `
organisations:
  - { id: trust, name: Trust }
sites:
  - id: ward
    name: Ward
    organisation: trust
    type: acute_hospital
    gross_internal_area_m2: 1000
    meters:
      - { id: main, name: Main, utility: electricity, role: main, unit: kWh, mpan: '1012345678903' }
`;

test('a file is sent to the running house, imported, and its half-hours are there', async () => {
  const folder = join(ground.path, 'estate');
  mkdirSync(join(folder, 'formats'), { recursive: true });
  writeFileSync(join(folder, 'estate.yaml'), estate);
  writeFileSync(join(folder, 'formats', 'ours.yaml'), 'name: ours\nlike: edf-format-2\nstamped: end\nclock: utc\n');
  const data = join(ground.path, 'data');
  const flags = ['--config', ground.config, '--estate', folder, '--data', data, '--port', '0', '--broker-port', '0'];
  const house = run(['start', ...flags, '--no-simulate']);
  const [, api = ''] = await house.said(/(http:\S+)\/docs/);
  const file = join(ground.path, 'march.csv');
  const rows = Array.from({ length: 48 }, (_, k) => {
    const end = new Date(Date.UTC(2026, 1, 3, 0, 30 * (k + 1)));
    const month = ['Jan', 'Feb'][end.getUTCMonth()];
    const time = end.toISOString().slice(11, 19);
    return `1012345678903,${end.getUTCDate()} ${month} 2026 ${time},2.5,${k === 7 ? 'Estimated' : 'Actual'}`;
  });
  writeFileSync(file, `MPR,ReadDatetime,kWh,ReadType\n${rows.join('\n')}\n`);
  const command = ['import', file, '--config', ground.config, '--api', api];

  // Named, ours would ask for what the estate's own format says.
  const asked = await finished([...command, '--format', 'edf-format-2']);
  expect([asked.exit, asked.output]).toEqual([
    exitCodes.refused.code,
    expect.stringContaining('--stamped start or end'),
  ]);
  const first = await finished(command);
  expect(first.output).toContain(
    'march.csv: 48 rows of format ours: 48 values inserted, 0 changed, 0 unchanged, 0 refused.',
  );
  expect(first.exit).toBe(0);
  expect((await finished(command)).output).toContain('0 values inserted, 0 changed, 48 unchanged, 0 refused.');
  writeFileSync(file, `MPR,ReadDatetime,kWh,ReadType\n2099999999386,3 Feb 2026 10:00:00,1,Actual\n`);
  const refused = await finished(command);
  expect([refused.exit, refused.output]).toEqual([
    exitCodes.refused.code,
    expect.stringMatching(/line 2: no meter of the register has this MPAN.*2099999999386/),
  ]);
  expect(readdirSync(join(data, 'uploads'))).toEqual([]);

  const url = `${api}/v1/consumption?by=meter&meter=main&bucket=day&from=2026-02-03&to=2026-02-04`;
  const figures = async () => consumptionAnswerSchema.parse(await answerOf(url)).figures;
  await until('the day to be summed', async () => (await figures())[0]?.energy_kwh === 120, 20_000);
  expect((await figures())[0]?.measured_share).toBeCloseTo(47 / 48, 6);
  expect(await house.ended('SIGINT')).toBe(0);
});
