import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readingsAnswerSchema } from '../../api/contract/readings.ts';
import { toIso } from '../../domain/time.ts';
import { startInflux } from '../servers/influx.ts';
import { describeWith } from '../servers/locate.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { until } from '../servers/process.ts';
import { answerOf, finished, root, run, scratch } from './running.ts';

const ground = scratch();
afterAll(() => ground.remove());
const estate = ['--config', ground.config, '--estate', join(root, 'estates/sample')];
const now = (): number => Math.floor(Date.now() / 1000);

/** Settings of the two services, as docker compose gives them. */
const settingsOf = (broker: string, store: string, data: string): Readonly<Record<string, string>> => ({
  METERHOUSE_BROKER_KIND: 'mqtt',
  METERHOUSE_BROKER_URL: broker,
  METERHOUSE_STORE_KIND: 'influxdb',
  METERHOUSE_STORE_URL: store,
  METERHOUSE_STORE_USER: 'admin',
  METERHOUSE_STORE_TOKEN: 'admin-secret',
  METERHOUSE_API_PORT: '0',
  METERHOUSE_DATA: join(ground.path, data),
});

async function values(api: string, meter: string): Promise<number[]> {
  const query = new URLSearchParams({ meter, from: toIso(now() - 300), to: toIso(now() + 60) });
  const { readings } = readingsAnswerSchema.parse(await answerOf(`${api}/v1/readings?${query.toString()}`));
  return readings.map(({ value }) => value);
}

describeWith(['mosquitto', 'influxd'], 'ingest, api and simulate as three processes', () => {
  test('ingest begins while broker and database are down, and all that is spoken later arrives', async () => {
    const broker = await startMosquitto();
    const influx = await startInflux();
    await Promise.all([broker.crash(), influx.crash()]);
    const env = settingsOf(broker.url, influx.url, 'three');
    const ingest = run(['ingest', ...estate], { env });
    const api = run(['api', ...estate], { env });
    await ingest.said(/broker\.unreachable/);
    await ingest.said(/the database is not ready/);
    const [, address = ''] = await api.said(/"address":"(http:[^"]+)"/);
    const doctor = await finished(['doctor', '--parts', ...estate], { env });
    expect(doctor.exit).toBe(5);
    expect(doctor.output).toMatch(/broker: .*does not answer.*\nstore: .*does not answer/);

    await Promise.all([broker.restart(), influx.restart()]);
    await ingest.said(/ingest is ready/);
    const simulate = run(['simulate', ...estate, '--interval', '2s', '--truth', join(ground.path, 'truth')], { env });
    await until('readings of three dialects', async () => {
      const lists = await Promise.all(
        ['qui-e-main', 'qui-g-main', 'qui-w-main'].map((meter) => values(address, meter)),
      );
      return lists.every(({ length }) => length >= 2);
    });
    expect((await finished(['doctor', '--parts', '--quiet', ...estate], { env })).exit).toBe(0);

    expect(await simulate.ended('SIGTERM')).toBe(0);
    expect(simulate.output()).toMatch(/The truth of \d+ messages is in .*truth\./);
    expect(readdirSync(join(ground.path, 'truth')).length).toBeGreaterThan(1);
    expect(await ingest.ended('SIGTERM')).toBe(0);
    expect(await api.ended('SIGTERM')).toBe(0);
    for (const service of [ingest, api]) expect(service.output()).toMatch(/"msg":"stopping"/);
    await Promise.all([broker.stop(), influx.stop()]);
  });

  test('ingest can be stopped while the broker was never reached', async () => {
    const broker = await startMosquitto();
    await broker.crash();
    const influx = await startInflux();
    const ingest = run(['ingest', ...estate], { env: settingsOf(broker.url, influx.url, 'waiting') });
    await ingest.said(/broker\.unreachable/);
    expect(await ingest.ended('SIGTERM')).toBe(0);
    await Promise.all([broker.stop(), influx.stop()]);
  });
});

describeWith(['mosquitto', 'mosquitto_passwd'], 'a broker that refuses the login', () => {
  test.each([
    ['start', []],
    ['ingest', []],
    ['doctor', ['--parts']],
  ] as const)('%s says so and ends with 5', async (command, more) => {
    const broker = await startMosquitto({ users: { meterhouse: 'right' } });
    const store = command === 'start' ? { METERHOUSE_STORE_KIND: 'duckdb' } : {};
    const env = {
      ...settingsOf(broker.url, 'http://127.0.0.1:9', `refused-${command}`),
      METERHOUSE_BROKER_USER: 'meterhouse',
      METERHOUSE_BROKER_PASSWORD: 'very-wrong',
      ...store,
    };
    const simulated = command === 'start' ? ['--no-simulate'] : [];
    const { exit, output } = await finished([command, ...estate, ...more, ...simulated], { env });
    await broker.stop();
    expect(output).toMatch(/the MQTT broker refuses the login.*To mend it: check user name, password file and ACL/);
    expect(output).not.toContain('very-wrong');
    expect(output).not.toMatch(/^ {4}at /m);
    expect(exit).toBe(5);
  });
});
