import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../cli/main.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { noon, type Rig, startRig } from '../api/rig.ts';
import { scratch } from './running.ts';

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

async function typed(...words: readonly string[]): Promise<readonly [exit: string, output: string]> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const terminal = { say, warn: say, progress: say, input: () => Promise.resolve(Buffer.of()) };
  const exit = await runCommand([...words, '--api', url, '--config', ground.config], terminal);
  return [exit, lines.join('\n')];
}

test('the doctor names what is wrong with a meter, by its readings', async () => {
  const [exit, said] = await typed('doctor', meter, '--from', '2026-01-14', '--to', '2026-01-16');
  expect(exit).toBe('ok');
  expect(said).toMatch(/: false-zero \(sure\): /);
  expect(said).toContain('the half-hours say: false-zero');
});

test('the doctor asks the house that it is sent to', async () => {
  const [, said] = await typed('doctor', '--parts');
  expect(said).toContain(`store: is ready, says ${url}/readyz`);
});

test('a ruling is made, listed, explained and taken back', async () => {
  const span = ['--from', '2026-01-14T17:00Z', '--to', '2026-01-14T17:01Z'];
  const [exit, said] = await typed('ruling', 'void', meter, ...span, '--reason', 'a test of the input');
  expect(exit).toBe('ok');
  const id = /^Ruling (?<id>\d+): /.exec(said)?.groups?.['id'] ?? '';
  expect((await typed('ruling', 'list', meter))[1]).toContain('a test of the input');
  const [, half] = await typed('explain', meter, '2026-01-14T17:00');
  expect(half).toMatch(/ 0 kWh .*void/);
  expect(half).toContain('because: a test of the input');
  expect((await typed('explain', meter, '2026-01-14'))[0]).toBe('ok');
  expect((await typed('ruling', 'undo', meter, id, '--reason', 'it was the other ward'))[0]).toBe('ok');
  expect((await typed('ruling', 'undo', meter, id, '--reason', 'it was the other ward'))[0]).toBe('refused');
});

test('an issue is listed, ignored for a reason, and reopened', async () => {
  const [, listed] = await typed('issues');
  expect(listed).toContain('it stood still');
  const id = /^(?<id>\d+) /.exec(listed)?.groups?.['id'] ?? '';
  expect((await typed('issues', 'ignore', id, '--reason', 'the ward is closed'))[0]).toBe('ok');
  expect((await typed('issues'))[1]).toBe('0 issues.');
  expect((await typed('issues', '--state', 'ignored'))[1]).toContain('the ward is closed');
  expect((await typed('issues', 'reopen', id, '--reason', 'it is open again'))[0]).toBe('ok');
  expect((await typed('issues'))[1]).toContain('1 issue.');
});

test('an option that is missing is named, with where to look', async () => {
  const [exit, said] = await typed('explain', 'figure', 'carbon', '--to', '2026-01-15');
  expect([exit, said]).toEqual([
    'usage',
    expect.stringMatching(/^--from: .*`meterhouse COMMAND --help`.*command\.invalid/),
  ]);
});

test('a topic of nobody is listed, shown and ignored', async () => {
  expect((await typed('inbox', 'list'))[1]).toContain('radio/neighbour  no family understands it');
  expect((await typed('inbox', 'show', '1'))[1]).toContain('docs/mappings.md');
  expect((await typed('inbox', 'ignore', '1', '--reason', 'the neighbour'))[0]).toBe('ok');
  expect((await typed('inbox', 'list'))[1]).toContain('0 topics');
  expect((await typed('inbox', 'show', '77'))[0]).toBe('refused');
});
