import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TypingHouse, typingHouse } from './measured-hospital.ts';

/** The commands of the plan that are about measures, against the real API. */
let house: TypingHouse;
beforeAll(async () => {
  house = await typingHouse();
});
afterAll(() => house.close());

async function asked(...words: readonly string[]): Promise<readonly [exit: string, output: string]> {
  const { exit, output } = await house.type('plan', ...words);
  return [exit, output];
}

/** Does what the process that derives would do with the next job. */
async function workDone(result: unknown): Promise<unknown> {
  for (;;) {
    const job = house.rig.state.claimJob(['measure']);
    if (job) {
      house.rig.state.endJob(job.id, 'done', result);
      return job.request;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
}

test('lists measures in their order, with what they cost and what comes too early', async () => {
  const [exit, said] = await asked('measures', '--site', 'hospital');
  expect(exit).toBe('ok');
  expect(said.match(/^hospital-\w+/gm)).toEqual(['hospital-led', 'hospital-roof', 'hospital-pump']);
  expect(said).toContain('hospital-led  step 1  installed  The Hospital: LED lighting of the tower');
  expect(said).toMatch(
    /works 2025-06-01 to 2025-06-14; £12,000; [\d.]+ tCO2e a year; pays back in 5\.0 years; −?£[\d,]+ a tonne/,
  );
  expect(said).toContain('comes before what should come first: hospital-roof');
  expect(said).toContain('no payback: it saves no more in a year than keeping it costs');
  expect(said).toMatch(/3 measures on 2026-01-15\.$/);
  const [, curve] = await asked('measures', '--sort', 'cost_per_tonne', '--format', 'csv');
  expect(curve).toMatch(/^measure,name,site,.*\r?\nhospital-pump,/);
});

test('shows one with its history and what should come before it', async () => {
  const [, said] = await asked('show', 'hospital-pump');
  expect(said).toContain('expected of electricity: −120,000 kWh a year');
  expect(said).toContain('a grant: £100,000, secured');
  expect(said).toContain('Out of order: Heat pump (step 3) is to be finished on 2027-08-31');
  expect(said).toContain('2025-05-01  approved: the board of May');
  expect(said).toMatch(/\n {2}worth −£[\d,]+ today over \d+ years \(net present value\)\n/);
  expect(said).toContain('source: ');
  expect(said).toContain('Not known: it saves no more in a year than keeping it costs');
  const [, roof] = await asked('show', 'hospital-roof');
  expect(roof).toContain('Look at this: no meter is named that will show it');
  expect((await asked('show', 'hospital-pmup'))[1]).toContain('request.unknown-id');
});

test('adds one from a file, and says how far one has come', async () => {
  const file = join(house.path, 'windows.yaml');
  const entry = 'id: centre-windows, name: Windows, kind: glazing, site: centre, source: a survey';
  writeFileSync(file, `measures:\n  - { ${entry}, status: [{ from: "2026-01-10", is: proposed }] }\n`);
  const why = ['--reason', 'the survey of January'];
  const [[, said], request] = await Promise.all([asked('add', file, ...why), workDone({ act: 1 })]);
  expect(said).toMatch(/The measure is in the register\.$/);
  expect(request).toMatchObject({ list: 'measures', entry: { id: 'centre-windows' }, reason: 'the survey of January' });
  const words = ['status', 'hospital-roof', '--is', 'installing', '--works-from', '2026-01-12', ...why];
  const [[, moved], change] = await Promise.all([asked(...words), workDone({ act: 2 })]);
  expect(moved).toMatch(/hospital-roof is installing\.$/);
  expect(change).toMatchObject({ entry: { is: 'installing', works: { from: '2026-01-12' }, from: '2026-01-15' } });
});

test('says what a file or a word lacks', async () => {
  const file = join(house.path, 'none.yaml');
  writeFileSync(file, 'measures: []\n');
  expect((await asked('add', file, '--reason', 'none'))[1]).toContain('one measure');
  writeFileSync(file, 'a: [\n');
  expect((await asked('add', file, '--reason', 'none'))[1]).toContain('YAML or JSON');
  expect((await asked('status', 'hospital-roof', '--reason', 'none'))[1]).toContain('--is');
  expect((await asked('status'))[0]).toBe('usage');
});

test('says what was saved, or why nobody knows, and saves it as a table', async () => {
  const [exit, said] = await asked('savings', '--site', 'hospital');
  expect(exit).toBe('ok');
  expect(said).toMatch(/^The Hospital, hospital-lights: hospital-led {2}(disqualified|unverifiable)\n {4}no number: /);
  const out = join(house.path, 'savings.csv');
  expect((await asked('savings', '--out', out))[0]).toBe('ok');
  expect(readFileSync(out, 'utf8')).toMatch(/^kind,site,site_name,meter,/);
});

test('says the plan of a site on its terminal, and saves the page that is ready to print', async () => {
  const [exit, said] = await asked('page', '--site', 'hospital');
  expect(exit).toBe('ok');
  expect(said).toMatch(/^The Hospital\n {2}What was emitted in the twelve months to 31 December 2025 is not known\./);
  expect(said).toContain('step 1  Making every kWh count: done (measures: 1 installed, 0 begun, 0 planned)');
  expect(said).toMatch(/1 plan\. --out plan\.html is ready to print, plan\.xlsx has every figure\.$/);
  const out = join(house.path, 'plan.html');
  expect((await asked('page', '--organisation', 'north', '--out', out))[1]).toMatch(/plan\.html: [\d,]+ bytes\.$/);
  expect(readFileSync(out, 'utf8')).toContain('<h1>North Trust</h1>');
  const [, rows] = await asked('trajectory', '--organisation', 'north', '--format', 'csv');
  expect(rows.split('\r\n').length).toBeGreaterThan(20);
  expect(rows).toMatch(/^organisation,organisation_name,target,baseline,year,/);
});

test('says the way to a target year by year, and what is missing at its milestones', async () => {
  const [exit, said] = await asked('trajectory', '--organisation', 'north');
  expect(exit).toBe('ok');
  expect(said).toMatch(/^North Trust: /);
  expect(said).toMatch(/\n {2}\d{4} {2}(emitted|unchanged) /);
  expect(said).toMatch(/\n {2}In \d{4} at most [\d,.]+: /);
});

test('says of a place without buildings or meters that it has none', async () => {
  expect((await asked('standing', '--by', 'building', '--site', 'practice'))[1]).toMatch(
    /^No buildings in the register/,
  );
});
