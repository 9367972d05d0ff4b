import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStateStore } from '../../../store/sqlite-state.ts';
import { leak } from '../../domain/alerts/an-alert.ts';
import { end, startChild, until } from '../../servers/process.ts';
import { type Receiver, startReceiver } from '../../servers/receiver.ts';
import { raise } from '../../store/raise-alerts.ts';

/** A process that tells, killed when the other side has it and nobody has written that down. */
let receiver: Receiver;
const folder = mkdtempSync(join(tmpdir(), 'meterhouse-killed-'));
const path = join(folder, 'state.sqlite');
const children: ReturnType<typeof startChild>[] = [];
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  for (const { child } of children) await end(child, 'SIGKILL');
  await receiver.close();
  rmSync(folder, { recursive: true });
});
function tell(): ReturnType<typeof startChild> {
  const started = startChild(process.execPath, [join(import.meta.dirname, 'deliver.child.ts'), path, receiver.url]);
  children.push(started);
  return started;
}

test('what was sent when its process was killed is sent again under the same key, and then no more', async () => {
  const now = Math.floor(Date.now() / 1000);
  const state = openStateStore(path, { clock: () => now, holder: 'test' });
  raise(state, now, { ...leak, from: now - 7200, to: now - 1800 });
  receiver.answers = ['nothing'];
  const { child: first } = tell();
  await until('the first attempt', () => receiver.posted.length === 1);
  await end(first, 'SIGKILL');
  expect(state.deliveries({ limit: 10 })).toMatchObject([{ state: 'waiting', attempts: 0 }]);
  for (let round = 0; round < 2; round++) {
    const { child, output } = tell();
    await until('it to have looked', () => output().includes('looked'));
    await end(child, 'SIGKILL');
  }
  expect(receiver.posted).toHaveLength(2);
  const keys = receiver.posted.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toMatch(/^a-1\/1\/hook\//);
  expect(new Set(keys).size).toBe(1);
  expect(state.deliveries({ limit: 10 })).toMatchObject([{ state: 'sent', attempts: 1 }]);
  state.close();
});
