import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { actsAnswerSchema } from '../../api/contract/acts.ts';
import { consumptionAnswerSchema } from '../../api/contract/consumption.ts';
import { sourcesAnswerSchema } from '../../api/contract/entries.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { until } from '../servers/process.ts';
import { answerOf, run, scratch } from './running.ts';
import { typed } from './typed.ts';

const ground = scratch();
afterAll(() => ground.remove());

/** As `typed`, with the code that a shell gets. */
async function answered(words: readonly string[]): Promise<{ exit: number; output: string }> {
  const said = await typed(words);
  return { exit: exitCodes[said.exit].code, output: said.output };
}

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
      - id: main
        name: Main
        utility: electricity
        role: main
        unit: kWh
        rating: { value: 50, unit: kW }
        mpan: '1012345678903'
        precedence: [{ from: '2026-01-01', order: [main, bill] }]
      - { id: bill, name: Bill, utility: electricity, role: main, unit: kWh, source_of: main }
`;

test('a file is sent to the running house, imported, and its half-hours are there; so are reads and invoices', {
  timeout: 180_000,
}, async () => {
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
  const asked = await answered([...command, '--format', 'edf-format-2']);
  expect([asked.exit, asked.output]).toEqual([
    exitCodes.refused.code,
    expect.stringContaining('--stamped start or end'),
  ]);
  const first = await answered(command);
  expect(first.output).toContain(
    'march.csv: 48 rows of format ours: 48 values inserted, 0 changed, 0 unchanged, 0 refused.',
  );
  expect(first.exit).toBe(0);
  expect((await answered(command)).output).toContain('0 values inserted, 0 changed, 48 unchanged, 0 refused.');
  writeFileSync(file, `MPR,ReadDatetime,kWh,ReadType\n2099999999386,3 Feb 2026 10:00:00,1,Actual\n`);
  const refused = await answered(command);
  expect([refused.exit, refused.output]).toEqual([
    exitCodes.refused.code,
    expect.stringMatching(/line 2: no meter of the register has this MPAN.*2099999999386/),
  ]);
  expect(readdirSync(join(data, 'uploads'))).toEqual([]);

  const url = `${api}/v1/consumption?by=meter&meter=main&bucket=day&from=2026-02-03&to=2026-02-04`;
  const figures = async () => consumptionAnswerSchema.parse(await answerOf(url)).figures;
  await until('the day to be summed', async () => (await figures())[0]?.energy_kwh === 120, 20_000);
  expect((await figures())[0]?.measured_share).toBeCloseTo(47 / 48, 6);

  const ask = ['--config', ground.config, '--api', api, '--reason', 'the monthly round'];
  const bill = await answered([
    'invoice',
    'bill',
    '--from',
    '2026-02-03',
    '--to',
    '2026-02-04',
    '--amount',
    '300',
    ...ask,
  ]);
  expect([bill.exit, bill.output]).toEqual([0, expect.stringContaining('bill: it is entered.')]);
  // 300 kWh of two days, of which one is measured: the other had the rest.
  const both = url.replace('to=2026-02-04', 'to=2026-02-05');
  const energies = async () => consumptionAnswerSchema.parse(await answerOf(both)).figures.map((row) => row.energy_kwh);
  await until('what is left of the bill', async () => (await energies())[1] === 180, 20_000);
  const sources = sourcesAnswerSchema.parse(
    await answerOf(`${api}/v1/meters/main/sources?from=2026-02-03&to=2026-02-04`),
  );
  expect(sources.days).toMatchObject([
    {
      energy_kwh: 120,
      sources: [
        { source: 'main', energy_kwh: 120, difference_energy_kwh: 0, half_hours_known: 48 },
        { source: 'bill', energy_kwh: 150, difference_energy_kwh: 30, half_hours_known: 0 },
      ],
    },
  ]);

  expect((await answered(['read', 'main', '1000', '--at', '2026-02-10T09:00:00Z', ...ask])).exit).toBe(0);
  const late = ['read', 'main', '9000', '--at', '2026-02-10T10:00:00Z', ...ask];
  const doubted = await answered(late);
  expect([doubted.exit, doubted.output]).toEqual([
    exitCodes.refused.code,
    expect.stringMatching(/its rating lets no more pass\); found 8000 in between; expected at most \d+/),
  ]);
  expect((await answered([...late, '--anyway'])).output).toContain('main: it is entered.');
  const { acts } = actsAnswerSchema.parse(await answerOf(`${api}/v1/acts?meter=main&kind=manual-read`));
  expect(acts.map(({ reason }) => reason)).toEqual(['the monthly round', 'the monthly round']);
  expect(await house.ended('SIGINT')).toBe(0);
});
