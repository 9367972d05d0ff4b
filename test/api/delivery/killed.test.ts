import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStateStore } from '../../../store/sqlite-state.ts';
import { leak } from '../../domain/alerts/an-alert.ts';
import { end, until } from '../../servers/process.ts';
import { type Receiver, startReceiver } from '../../servers/receiver.ts';

/** A process that tells, killed when the other side has it and nobody has written that down. */
let receiver: Receiver;
const folder = mkdtempSync(join(tmpdir(), 'meterhouse-killed-'));
const path = join(folder, 'state.sqlite');
const children: ChildProcess[] = [];
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  for (const child of children) await end(child, 'SIGKILL');
  await receiver.close();
  rmSync(folder, { recursive: true });
});
function tell(): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'deliver.child.ts'), path, receiver.url]);
  children.push(child);
  return child;
}

test('what was sent when its process was killed is sent again under the same key, and then no more', async () => {
  const now = Math.floor(Date.now() / 1000);
  const state = openStateStore(path, { clock: () => now, holder: 'test' });
  const opened = [{ event: 'opened' as const, at: now, seen: { ...leak, from: now - 7200, to: now - 1800 } }];
  state.recordLook({ sites: [], since: 0 }, () => ({ opened, known: [], gone: [] }));
  receiver.answers = ['nothing'];
  const first = tell();
  await until('the first attempt', () => receiver.posted.length === 1);
  await end(first, 'SIGKILL');
  expect(state.deliveries({ limit: 10 })).toMatchObject([{ state: 'waiting', attempts: 0 }]);
  for (let round = 0; round < 2; round++) {
    const next = tell();
    if (next.stdout) await once(next.stdout, 'data');
    await end(next, 'SIGKILL');
  }
  expect(receiver.posted).toHaveLength(2);
  const keys = receiver.posted.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toMatch(/^a-1\/1\/hook\//);
  expect(new Set(keys).size).toBe(1);
  expect(state.deliveries({ limit: 10 })).toMatchObject([{ state: 'sent', attempts: 1 }]);
  state.close();
});
