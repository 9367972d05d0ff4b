import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, expect, test } from 'vitest';
import { secretNames, secretsCommand } from '../../cli/commands/secrets.ts';
import { isPassword, parsePasswordFile } from '../../ingest/password-file.ts';
import { describeWith } from '../servers/locate.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { invoke } from './invoke.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('makes every secret once, says none of them, and keeps those that are there', async () => {
  const first = await invoke(secretsCommand, { folder });
  expect(first.exit).toBe('ok');
  const before = secretNames.map(read);
  expect(new Set(before).size).toBe(8);
  for (const secret of before) expect(first.said).not.toContain(secret);
  expect(statSync(folder).mode & 0o077).toBe(0);
  await invoke(secretsCommand, { folder });
  expect(secretNames.map(read)).toEqual(before);
  const { users, badLines } = parsePasswordFile(read('mosquitto_passwords'));
  expect(badLines).toEqual([]);
  expect(await isPassword(read('mqtt_ingest'), users.get('ingest') ?? '')).toBe(true);
  expect(await isPassword(`${read('mqtt_ingest')}x`, users.get('ingest') ?? '')).toBe(false);
});

describeWith(['mosquitto'], 'the password file', () => {
  test('is one that Mosquitto understands', async () => {
    const passwords = join(folder, 'mosquitto_passwords');
    const broker = await startMosquitto({ passwordFile: passwords });
    const client = await connectAsync(broker.url, { username: 'simulator', password: read('mqtt_simulator') });
    await client.endAsync();
    const wrong = connectAsync(broker.url, { username: 'simulator', password: 'wrong', reconnectPeriod: 0 });
    await expect(wrong).rejects.toThrow(/Not authorized/);
    await broker.stop();
  });
});
