import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../servers/locate.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';

const folder = join(import.meta.dirname, '../../ingest/mosquitto');
/** The committed configuration without the paths and the port of the container. */
const lines = readFileSync(join(folder, 'mosquitto.conf'), 'utf8')
  .split('\n')
  .filter(
    (line) =>
      !/^(listener|allow_anonymous|password_file|acl_file|persistence|autosave|log_dest|max_inflight)/.test(line),
  );

describeWith(['mosquitto', 'mosquitto_passwd'], 'the broker of docker compose', () => {
  let broker: Mosquitto;
  const clients: MqttClient[] = [];
  const login = async (username: string): Promise<MqttClient> => {
    const client = await connectAsync(broker.url, { username, password: `${username}-word`, protocolVersion: 5 });
    clients.push(client);
    return client;
  };
  beforeAll(async () => {
    const users = Object.fromEntries(['ingest', 'simulator', 'broomhill'].map((name) => [name, `${name}-word`]));
    broker = await startMosquitto({ users, lines, accessFile: join(folder, 'access.acl'), persistent: true });
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await broker.stop();
  });

  test('lets ingest read everything, and a gateway write under its own name only', async () => {
    const ingest = await login('ingest');
    const gateway = await login('broomhill');
    const heard: string[] = [];
    ingest.on('message', (topic) => heard.push(topic));
    await ingest.subscribeAsync('#', { qos: 1 });
    await expect(gateway.publishAsync('elsewhere/meter', '1', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    await gateway.publishAsync('broomhill/meter', '1', { qos: 1 });
    await expect.poll(() => heard).toEqual(['broomhill/meter']);
  });

  test('lets nobody else read, and nobody in without a name', async () => {
    const gateway = await login('simulator');
    const heard: string[] = [];
    gateway.on('message', (topic) => heard.push(topic));
    await gateway.subscribeAsync('#', { qos: 1 });
    await gateway.publishAsync('any/meter', '1', { qos: 1 });
    await expect(connectAsync(broker.url, { reconnectPeriod: 0 })).rejects.toThrow(/Not authorized/);
    expect(heard).toEqual([]);
  });
});
