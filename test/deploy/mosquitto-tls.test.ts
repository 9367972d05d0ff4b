import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { layStreamGround, ledgersOf } from '../acceptance/stream.ts';
import { runProduct, serviceOf, type Settings } from '../acceptance/house.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';
import { describeWith } from '../servers/locate.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { until } from '../servers/process.ts';

/** The committed TLS listener and access file, with a real Mosquitto, certificates and `meterhouse ingest`. */
const folder = join(import.meta.dirname, '../../ingest/mosquitto');
const certificates = join(import.meta.dirname, '../ingest/certificates');
const pem = (name: string): Buffer => readFileSync(join(certificates, name));
const lines = readFileSync(join(folder, 'tls.conf'), 'utf8')
  .replaceAll('/mosquitto/certificates', certificates)
  .split('\n')
  // The port is that of the test.
  .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('listener'));

describeWith(['mosquitto', 'influxd'], 'gateways with certificates', () => {
  let broker: Mosquitto;
  let influx: InfluxServer;
  const clients: MqttClient[] = [];
  const connect = async (name: string | undefined, more: IClientOptions = {}): Promise<MqttClient> => {
    const own = name === undefined ? {} : { cert: pem(`${name}.crt`), key: pem(`${name}.key`) };
    const given = { ca: pem('authority.crt'), ...own, protocolVersion: 5 as const, reconnectPeriod: 0, ...more };
    const client = await connectAsync(`mqtts://localhost:${broker.port}`, given);
    clients.push(client);
    return client;
  };
  beforeAll(async () => {
    broker = await startMosquitto({ lines, accessFile: join(folder, 'access.acl') });
    influx = await startInflux();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await broker.stop();
    await influx.stop();
  });

  test('the committed listener demands a certificate and takes its name', () => {
    expect(lines).toHaveLength(6);
    expect(lines.slice(-2)).toEqual(['require_certificate true', 'use_identity_as_username true']);
  });

  test('a gateway publishes under its own name, and under no other', async () => {
    const gateway = await connect('gateway');
    await gateway.publishAsync('gateway/meter', '1', { qos: 1 });
    for (const topic of ['elsewhere/meter', 'gateway2/meter', 'spBv1.0/x/NCMD/y']) {
      await expect(gateway.publishAsync(topic, '1', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    }
  });

  test('a user name that it says itself counts for nothing', async () => {
    const gateway = await connect('gateway', { username: 'simulator', password: 'anything' });
    await expect(gateway.publishAsync('elsewhere/meter', '1', { qos: 1 })).rejects.toMatchObject({ code: 135 });
  });

  test('a gateway hears nothing of others', async () => {
    const gateway = await connect('gateway');
    const heard: string[] = [];
    gateway.on('message', (topic) => heard.push(topic));
    await gateway.subscribeAsync('#', { qos: 1 });
    await gateway.publishAsync('gateway/meter', '2', { qos: 1 });
    expect(heard).toEqual([]);
  });

  test('nobody is let in without a certificate, with one of another authority, or without TLS', async () => {
    await expect(connect(undefined)).rejects.toThrow(/certificate required/i);
    const plain = connectAsync(broker.url, { reconnectPeriod: 0, connectTimeout: 2_000 });
    await expect(plain).rejects.toBeInstanceOf(Error);
    // A key that the certificate does not belong to is refused before anything is sent.
    await expect(connect('gateway', { key: pem('ingest.key') })).rejects.toThrow(/key values mismatch/i);
  });

  test('ingest shows its certificate, reads what gateways say, and books it', async () => {
    const ground = layStreamGround({ name: 'gateway', meters: 2 });
    const settings: Settings = {
      METERHOUSE_BROKER_KIND: 'mqtt',
      METERHOUSE_BROKER_URL: `mqtts://localhost:${broker.port}`,
      METERHOUSE_BROKER_TLS_CA: join(certificates, 'authority.crt'),
      METERHOUSE_BROKER_TLS_CERT: join(certificates, 'ingest.crt'),
      METERHOUSE_BROKER_TLS_KEY: join(certificates, 'ingest.key'),
      METERHOUSE_STORE_KIND: 'influxdb',
      METERHOUSE_STORE_URL: influx.url,
      METERHOUSE_STORE_USER: 'admin',
      METERHOUSE_STORE_TOKEN: 'admin-secret',
    };
    const ingest = serviceOf('ingest', ground, () => settings, ['--no-derive']);
    try {
      await ingest.start();
      const gateway = await connect('gateway');
      const at = Math.floor(Date.now() / 1000) - 60;
      const reading = '{"quantity":"energy","kind":"register","value":12.5,"unit":"kWh"}';
      const payload = `{"v":1,"at":${at},"meter":"gateway-1","readings":[${reading}]}`;
      await gateway.publishAsync('gateway/1', payload, { qos: 1 });
      await until('it to be booked', () => ledgersOf(ground).stored === 1);
      const { METERHOUSE_BROKER_TLS_CERT: _cert, METERHOUSE_BROKER_TLS_KEY: _key, ...bare } = settings;
      const refused = await runProduct(['ingest', '--no-derive'], layAside(ground), bare);
      expect(refused.output).toContain('[broker.refused-certificate]');
      expect(refused.code).toBe(5);
    } finally {
      await ingest.stop();
      ground.remove();
    }
  }, 60_000);
});

/** The same estate with other data: the first process holds its own. */
function layAside<T extends { readonly data: string }>(ground: T): T {
  return { ...ground, data: `${ground.data}-aside` };
}
