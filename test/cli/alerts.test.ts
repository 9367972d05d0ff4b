import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstSeen, leak } from '../api/alert-samples.ts';
import { raiseAll } from '../store/raise-alerts.ts';
import { type TypingHouse, typingHouse } from './measured-hospital.ts';

/** The commands of the desk against the real API. */
let house: TypingHouse;
beforeAll(async () => {
  house = await typingHouse();
  const cheap = { ...leak, severity: 3, worth: { ...leak.worth, gbpPerWeek: 30 } } as const;
  const unpriced = { ...cheap, site: 'practice', worth: { ...leak.worth, gbpPerWeek: null } };
  raiseAll(house.rig.state, firstSeen, [cheap, leak, unpriced]);
});
afterAll(() => house.close());

async function asked(...words: readonly string[]): Promise<readonly [exit: string, output: string]> {
  const { exit, output } = await house.type('alerts', ...words);
  return [exit, output];
}

test('lists what matters most and costs most first, and what it comes to', async () => {
  const [exit, said] = await asked();
  expect(exit).toBe('ok');
  expect(said.match(/^a-\d/gm)).toEqual(['a-2', 'a-1', 'a-3']);
  expect(said).toContain('a-2  severity 2  open  The Hospital, Water');
  expect(said).toContain('water runs at night when nobody uses it, since 2026-01-12 12:00, about £280 a week');
  expect(said).toMatch(/3 alerts, together about £310 a week; of 1 no price is known\.$/);
  expect((await asked('list', '--state', 'closed'))[1]).toBe('0 alerts, together about £0 a week.');
  expect((await asked('--site', 'practice', '--format', 'csv'))[1]).toMatch(/^id,version,state,.*\r?\na-3,1,open,/);
});

test('shows an alert as it is sent, with its life, and saves its chart', async () => {
  await asked('comment', 'a-2', '--says', 'the plumber comes on Monday');
  const [, said] = await asked('show', 'a-2');
  expect(said).toContain('The Hospital: water runs at night when nobody uses it (about £280 a week)');
  expect(said).toMatch(/How sure: sure: seen in 2 ways\n.*How unusual: 0\.8 m³\/h where 0\.3 m³\/h is usual/);
  expect(said).toMatch(/What to look at first:\n {4}- \w/);
  expect(said).toContain('2026-01-15 12:00  local: the plumber comes on Monday');
  const chart = join(house.path, 'a.svg');
  expect((await asked('show', 'a-2', '--out', chart))[0]).toBe('ok');
  expect(readFileSync(chart, 'utf8')).toMatch(/^<svg/);
  expect(JSON.parse((await asked('show', 'a-2', '--format', 'json'))[1])).toMatchObject({ alert: { id: 'a-2' } });
});

test('takes an alert through its life', async () => {
  expect((await asked('acknowledge', 'a-1'))[1]).toBe('Alert a-1 is acknowledged.');
  await asked('assign', 'a-1', '--owner', 'M. Okafor', '--due', '2026-01-14');
  expect((await asked('--overdue'))[1]).toMatch(/^a-1 .*\n.*; M\. Okafor has it, due 2026-01-14 \(overdue\)\n1 alert/);
  const why = ['--reason', 'parts come late'];
  expect((await asked('shelve', 'a-1', '--until', '2026-01-20', ...why))[1]).toContain(
    'shelved until 2026-01-20 00:00',
  );
  expect((await asked('unshelve', 'a-1'))[1]).toBe('Alert a-1 is open.');
  expect((await asked('close', 'a-1', '--as', 'mended', ...why))[1]).toMatch(/is watching: the meter is watched/);
  expect((await asked('reopen', 'a-1', ...why))[1]).toBe('Alert a-1 is open.');
});

test('does nothing to an alert that has changed since it was shown', async () => {
  const version = /^a-3 {2}version (\d+) /m.exec((await asked('show', 'a-3'))[1])?.[1] ?? '';
  expect((await asked('comment', 'a-3', '--says', 'looked at', '--version', version))[0]).toBe('ok');
  expect(await asked('acknowledge', 'a-3', '--version', version)).toEqual([
    'refused',
    expect.stringContaining('[alert.changed]'),
  ]);
  expect(await asked('acknowledge', 'a-3', '--version', 'two')).toEqual([
    'usage',
    expect.stringContaining('--version'),
  ]);
});

test('says what was not understood, and what the house refuses', async () => {
  expect(await asked('close', 'a-3')).toEqual(['usage', expect.stringContaining('--as')]);
  expect(await asked('close', 'a-3', '--as', 'done', '--reason', 'a test')).toEqual([
    'refused',
    expect.stringContaining('expected one of mended, usual, none'),
  ]);
  expect(await asked('unshelve', 'a-3')).toEqual(['refused', expect.stringContaining('[alert.not-now]')]);
  expect(await asked('show', 'a-99')).toEqual(['refused', expect.stringContaining('[request.unknown-id]')]);
  for (const words of [['show'], ['mend', 'a-3'], ['list', 'a-3'], ['show', 'a-1', 'a-2'], ['constructor']]) {
    const [exit, said] = await asked(...words);
    expect([exit, said.startsWith('meterhouse alerts list | show ALERT | ')]).toEqual(['usage', true]);
  }
});

test('gives rules, watched meters and savings as tables', async () => {
  expect((await asked('rules', '--meter', 'hospital-gas', '--kind', 'step'))[1]).toContain('fuels-weather');
  expect((await asked('watched', '--meter', 'hospital-gas'))[1]).toMatch(/^site,.*\r?\nhospital,/);
  expect((await asked('savings'))[1]).toMatch(/^alert,claim,/);
});

test('tries a rule on history: a kind with other numbers, a rule by its id, a file of rules', async () => {
  const period = ['--from', '2026-01-01', '--to', '2026-01-15', '--site', 'practice'];
  const [exit, said] = await asked('try', '--rule', 'night_base', '--set', 'rises_by=0.1,nights=2', ...period);
  // A slow machine says how far it is before that.
  expect([exit, said.split('\n').at(-1)]).toEqual([
    'ok',
    '0 new, 0 gone, 0 changed, 0 the same; 0.0 a site and month with this rule.',
  ]);
  const file = join(house.path, 'rules.yaml');
  writeFileSync(file, 'alert_rules: [{ id: late, kind: left_on, parameters: { hours: 6 } }]');
  const [, csv] = await asked('try', '--rule', file, '--format', 'csv', ...period);
  expect(csv).toMatch(/^outcome,site,site_name,/m);
  expect(await asked('try', '--rule', 'hospital-peaks', '--set', 'excess_kw=many', ...period)).toEqual([
    'usage',
    expect.stringContaining('NAME=NUMBER'),
  ]);
  expect(await asked('try', '--rule', 'nobody-knows', ...period)).toEqual([
    'refused',
    expect.stringContaining('the id of a rule there is, or a kind'),
  ]);
});

test('reads a list to its end: what matters most may be the oldest', async () => {
  const { chart: _none, ...evidence } = leak.evidence;
  const small = { ...leak, site: 'centre', severity: 3, evidence } as const;
  const many = Array.from({ length: 1_000 }, () => small);
  const [oldest] = raiseAll(house.rig.state, firstSeen, [{ ...small, severity: 1 }, ...many]);
  const [, said] = await asked('--site', 'centre');
  expect(said.match(/^a-\d+ /gm)).toHaveLength(1_001);
  expect(said.startsWith(`${oldest}  severity 1`)).toBe(true);
  expect(said).not.toContain('more');
  const file = join(house.path, 'alerts.csv');
  expect((await asked('--site', 'centre', '--out', file))[0]).toBe('ok');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n');
  expect(lines).toHaveLength(1_002);
  expect([lines[0]?.slice(0, 10), lines.at(-1)?.split(',')[0]]).toEqual(['id,version', oldest]);
  expect(lines.filter((line) => line.startsWith('id,'))).toHaveLength(1);
  // Two pages are no longer one JSON.
  expect((await asked('--site', 'centre', '--format', 'json', '--out', join(house.path, 'a.json')))[1]).toMatch(
    /bytes\.\nThere is more than this: narrow the filter/,
  );
});
