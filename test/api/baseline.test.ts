import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baselineAskedSchema, targetsAnswerSchema } from '../../api/contract/reports.ts';
import { runCommand } from '../../cli/main.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { type BaselineRequest, recordBaseline } from '../../ingest/record-baseline.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { lateRegister } from './late-house.ts';
import { type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/**
 * A year is frozen by a command, stands in a real estate folder, and stays what it was while the meters and the
 * register change. What it holds is added up here from the half-hours, with the factors of 2025 as published.
 */
const options = { decoders: [] };
const now = Date.parse('2026-07-05T12:00:00Z') / 1000;
const folder = mkdtempSync(join(tmpdir(), 'meterhouse-baseline-'));
const estateFolder = join(folder, 'estate');
let rig: Rig;
let url: string;
let estate: Estate;
let version = 0;
let jobs: NodeJS.Timeout;

/** Writes the register and takes it up. The practice is of north where it says so. */
function register(change: (text: string) => string = (text) => text): void {
  writeFileSync(join(estateFolder, 'estate.yaml'), change(lateRegister()));
  takeUp();
}
function takeUp(): void {
  const reading = readEstateFolder(estateFolder, { ...options, version: ++version });
  if (!('estate' in reading)) throw new Error(JSON.stringify(reading.problems));
  estate = reading.estate;
}

/** What the process that derives does with the jobs of this test. */
function work(): void {
  const job = rig.state.claimJob(['baseline']);
  if (!job) return;
  try {
    const done = recordBaseline(job.request as BaselineRequest, estateFolder, options, rig.state, now);
    takeUp();
    rig.state.endJob(job.id, 'done', done);
  } catch (error) {
    rig.state.endJob(job.id, 'failed', { detail: String(error) });
  }
}

beforeAll(async () => {
  mkdirSync(estateFolder);
  writeFileSync(join(folder, 'empty.yaml'), '');
  register();
  rig = await startRig({ estate: () => estate, access: { auth: 'off', host: '127.0.0.1' } });
  rig.at(now);
  await writeSample(rig, estate, { from: '2025-04-01', to: '2026-04-01' });
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
  jobs = setInterval(work, 20);
});
afterAll(async () => {
  clearInterval(jobs);
  await rig.close();
  rmSync(folder, { recursive: true });
});

async function command(...words: string[]): Promise<{ exit: string; output: string }> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const terminal = { say, warn: say, progress: () => undefined, input: () => Promise.resolve(Buffer.of()) };
  const config = join(folder, 'empty.yaml');
  const exit = await runCommand(['report', 'baseline', ...words, '--api', url, '--config', config], terminal);
  return { exit, output: lines.join('\n') };
}
const used = (meter: string): number =>
  halfHoursOf({ from: startOfDay('2025-04-01'), to: startOfDay('2026-04-01') })
    .map((start) => sampleEnergy(meter, start))
    .reduce((sum, energy) => sum + energy, 0);
const hospital = () => used('hospital-e') * 0.177 + used('hospital-g') * 0.18296;
const practice = () => used('practice-e') * 0.177;

async function baselines(organisation: string) {
  const answer = await rig.app.inject({ url: `/v1/reports/targets?organisation=${organisation}` });
  return targetsAnswerSchema.parse(answer.json());
}

describe('a year that is frozen', () => {
  const words = ['--organisation', 'north', '--year', '2025-26', '--reason', 'Green Plan 2026, section 3'];
  const majority = (text: string) => `${text}reporting: { factor_year: majority }\n`;

  test('stands in the register with its factor set, measured share and register version, by whom and why', async () => {
    register(majority);
    const by = version;
    const { exit, output } = await command(...words, '--name', 'The year of the plan');
    const sum = Math.round(hospital()).toLocaleString('en-GB');
    expect([exit, output]).toEqual([
      'ok',
      `north-2025-26: ${sum} kgCO2e at 1 sites, 100.0 % measured, factors of 2025. It stands in the register.`,
    ]);
    const written = readFileSync(join(estateFolder, 'amendments.yaml'), 'utf8');
    expect(written).toContain('id: north-2025-26');
    const [baseline] = estate.lists?.baselines ?? [];
    expect(baseline).toMatchObject({
      name: 'The year of the plan',
      from: '2025-04-01',
      to: '2026-03-31',
      boundary: 'scope_1_2',
      factor_year: 'majority',
      factor_sets: ['2025'],
      frozen_on: '2026-07-05',
      register_version: by,
      measured_share: 1,
    });
    expect(baseline?.sites).toEqual([{ site: 'hospital', emissions_kgco2e: expect.closeTo(hospital(), 3) as number }]);
    const acts = rig.state.acts({ limit: 9, kinds: ['freeze-baseline'] });
    expect(acts).toMatchObject([
      { who: 'local', reason: 'Green Plan 2026, section 3', detail: { baseline: { id: 'north-2025-26' } } },
    ]);
    const { baselines: list } = await baselines('north');
    expect(list).toMatchObject([{ restated_kgco2e: null, register_version: by, measured_share: 1 }]);
  });

  test('is what it was when a reading comes late, and frozen twice under one id it is refused', async () => {
    const [before] = (await baselines('north')).baselines;
    const more = (meter: string, start: number): number => sampleEnergy(meter, start) + 1;
    await writeSample(rig, estate, { from: '2025-06-01', to: '2025-06-02', energy: more });
    expect((await baselines('north')).baselines).toEqual([before]);
    const again = await command(...words);
    expect(again.exit).not.toBe('ok');
    expect(again.output).toContain('north-2025-26');
    expect(estate.lists?.baselines).toHaveLength(1);
    await writeSample(rig, estate, { from: '2025-06-01', to: '2025-06-02' });
  });

  test('when a site joins, a restated one stands beside it; when it leaves again, it takes its emissions with it', async () => {
    await command('--organisation', 'south', '--year', '2025-26', '--reason', 'the same for South');
    const joined = (text: string) => majority(text).replace('organisation: south\n', 'organisation: north\n');
    register(joined);
    const north = await baselines('north');
    expect(north.changed_sites).toMatchObject([{ site: 'practice', change: 'joined' }]);
    expect(north.baselines[0]?.frozen_kgco2e).toBeCloseTo(hospital(), 3);
    expect(north.baselines[0]?.restated_kgco2e).toBeCloseTo(hospital() + practice(), 3);
    const south = await baselines('south');
    expect(south.changed_sites).toMatchObject([{ site: 'practice', change: 'left' }]);
    expect(south.baselines[0]?.frozen_kgco2e).toBeCloseTo(practice(), 3);
    expect(south.baselines[0]?.restated_kgco2e).toBeCloseTo(0, 6);
    // The same year, told by the same factors, saved nothing and no grid got greener.
    const [year] = north.figures.filter(({ kind, local_date: date }) => kind === 'year' && date === '2025-04-01');
    expect(year?.change_in_use_kgco2e).toBeCloseTo(0, 3);
    expect(year?.change_of_factors_kgco2e).toBeCloseTo(0, 3);
    register(majority);
    expect((await baselines('north')).baselines).toMatchObject([{ restated_kgco2e: null }]);
  });

  test.each([
    [['--organisation', 'north', '--year', '2026-27'], 'sign-off.not-over'],
    [['--organisation', 'north', '--year', '2025'], '2025-26'],
    [['--organisation', 'north', '--year', '2019-20'], 'the emissions of a site in the year are not known'],
    [['--organisation', 'nobody', '--year', '2025-26'], 'nobody'],
  ])('%j is refused', async (named, said) => {
    const { exit, output } = await command(...named, '--reason', 'a test');
    expect(exit).not.toBe('ok');
    expect(output).toContain(said);
  });

  test('what stands against it is named, and a named person accepts it', async () => {
    const holes = (meter: string, start: number) =>
      meter === 'practice-e' && start >= startOfDay('2026-02-01') && start < startOfDay('2026-02-08')
        ? ('missing' as const)
        : ('measured' as const);
    await writeSample(rig, estate, { from: '2026-02-01', to: '2026-02-08', quality: holes });
    const own = ['--organisation', 'south', '--year', '2025-26', '--id', 'south-again', '--reason', 'once more'];
    const refused = await command(...own);
    expect(refused.exit).not.toBe('ok');
    expect(refused.output).toContain('partial missing');
    const accepted = ['--accept', 'partial missing=the meter was exchanged', '--accepted-by', 'Ada Byron'];
    expect((await command(...own, ...accepted)).exit).toBe('ok');
    const frozen = estate.lists?.baselines?.find(({ id }) => id === 'south-again');
    expect(frozen?.measured_share).toBeCloseTo(1 - 7 / 365, 2);
    expect(rig.state.acts({ limit: 9, kinds: ['freeze-baseline'] }).at(-1)?.detail).toMatchObject({
      accepted: [{ doubt: 'partial missing', by: 'Ada Byron', reason: 'the meter was exchanged' }],
    });
  });
});

test('a job that is done twice, as after a crash, is there once', () => {
  const { baseline } = baselineAskedSchema.pick({ baseline: true }).parse({ baseline: estate.lists?.baselines?.[0] });
  const [act] = rig.state.acts({ limit: 1, kinds: ['freeze-baseline'] });
  const request = { baseline, accepted: [], reason: 'again', who: 'local' };
  const before = readFileSync(join(estateFolder, 'amendments.yaml'), 'utf8');
  expect(recordBaseline(request, estateFolder, options, rig.state, now)).toEqual({ act: act?.id });
  expect(readFileSync(join(estateFolder, 'amendments.yaml'), 'utf8')).toBe(before);
});
