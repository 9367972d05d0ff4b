import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reading } from '../../domain/readings/reading.ts';
import { noon, type Rig, startRig } from '../api/rig.ts';
import { scratch } from './running.ts';
import { typed } from './typed.ts';

/** The commands by which a person sees and answers what is wrong with data, against the real API. */
const ground = scratch();
const meter = 'hospital-main';
const start = noon - 86_400;
let rig: Rig;
let url: string;
beforeAll(async () => {
  rig = await startRig({ access: { auth: 'off', host: '127.0.0.1' } });
  const readings = Array.from({ length: 48 }, (_, i): Reading => {
    const at = start + i * 1800;
    const value = i === 10 ? 0 : 5000 + 10 * i;
    return { meter, quantity: 'energy', kind: 'register', at, value, period: 0, received: at + 2 };
  });
  await rig.store.write(readings);
  const seen = { from: start, to: start + 60, says: 'it stood still' };
  rig.state.reportIssues([{ meter, kind: 'stuck', by: 'derivation', window: seen, found: [seen] }]);
  const heard = { first: noon - 60, last: noon, messages: 2, payload: Buffer.from('11') };
  rig.state.noteInbox([{ topic: 'radio/neighbour', ...heard, proposals: [] }]);
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await rig.close();
  ground.remove();
});

async function asked(...words: readonly string[]): Promise<readonly [exit: string, output: string]> {
  const { exit, output } = await typed([...words, '--api', url, '--config', ground.config]);
  return [exit, output];
}

test('the doctor names what is wrong with a meter, by its readings', async () => {
  const [exit, said] = await asked('doctor', meter, '--from', '2026-01-14', '--to', '2026-01-16');
  expect(exit).toBe('ok');
  expect(said).toMatch(/: false-zero \(sure\): /);
  expect(said).toContain('the half-hours say: false-zero');
});

test('the doctor asks the house that it is sent to', async () => {
  const [, said] = await asked('doctor', '--parts');
  expect(said).toContain(`store: is ready, says ${url}/readyz`);
});

test('a ruling is made, listed, explained and taken back', async () => {
  const span = ['--from', '2026-01-14T17:00Z', '--to', '2026-01-14T17:01Z'];
  const [exit, said] = await asked('ruling', 'void', meter, ...span, '--reason', 'a test of the input');
  expect(exit).toBe('ok');
  const id = /^Ruling (?<id>\d+): /.exec(said)?.groups?.['id'] ?? '';
  expect((await asked('ruling', 'list', meter))[1]).toContain('a test of the input');
  const [, half] = await asked('explain', meter, '2026-01-14T17:00');
  expect(half).toMatch(/ 0 kWh .*void/);
  expect(half).toContain('because: a test of the input');
  expect((await asked('explain', meter, '2026-01-14'))[0]).toBe('ok');
  expect((await asked('ruling', 'undo', meter, id, '--reason', 'it was the other ward'))[0]).toBe('ok');
  expect((await asked('ruling', 'undo', meter, id, '--reason', 'it was the other ward'))[0]).toBe('refused');
});

test('an issue is listed, ignored for a reason, and reopened', async () => {
  const [, listed] = await asked('issues');
  expect(listed).toContain('it stood still');
  const id = /^(?<id>\d+) /.exec(listed)?.groups?.['id'] ?? '';
  expect((await asked('issues', 'ignore', id, '--reason', 'the ward is closed'))[0]).toBe('ok');
  expect((await asked('issues'))[1]).toBe('0 issues.');
  expect((await asked('issues', '--state', 'ignored'))[1]).toContain('the ward is closed');
  expect((await asked('issues', 'reopen', id, '--reason', 'it is open again'))[0]).toBe('ok');
  expect((await asked('issues'))[1]).toContain('1 issue.');
});

test('an option that is missing is named, with where to look', async () => {
  const [exit, said] = await asked('explain', 'figure', 'carbon', '--to', '2026-01-15');
  expect([exit, said]).toEqual([
    'usage',
    expect.stringMatching(/^--from: .*`meterhouse COMMAND --help`.*command\.invalid/),
  ]);
});

test('a topic of nobody is listed, shown and ignored', async () => {
  expect((await asked('inbox', 'list'))[1]).toContain('radio/neighbour  no family understands it');
  expect((await asked('inbox', 'show', '1'))[1]).toContain('docs/mappings.md');
  expect((await asked('inbox', 'ignore', '1', '--reason', 'the neighbour'))[0]).toBe('ok');
  expect((await asked('inbox', 'list'))[1]).toContain('0 topics');
  expect((await asked('inbox', 'show', '77'))[0]).toBe('refused');
});
