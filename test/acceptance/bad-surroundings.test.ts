import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { readinessAnswerSchema } from '../../api/contract/health.ts';
import { startInflux } from '../servers/influx.ts';
import { describeWith } from '../servers/locate.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { freePort, until } from '../servers/process.ts';
import { addressIn, type Ground, layGround, runProduct, serviceOf, type Settings, settingsBetween } from './house.ts';
import { toldSeconds, untilBooked } from './told.ts';

/** What goes wrong around the house: each is said in a sentence with its code, and nothing good is lost with it. */
const fixtures = join(import.meta.dirname, '../store/fixtures');
const meter = 'sal-e-main';
let closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function ground(estate?: string): Ground {
  const laid = layGround(estate);
  closers.unshift(() => laid.remove());
  return laid;
}

async function servers(users?: Readonly<Record<string, string>>) {
  const broker = await startMosquitto(users ? { users } : { persistent: 'each-second' });
  closers.unshift(() => broker.stop());
  const influx = await startInflux();
  closers.unshift(() => influx.stop());
  const settings: Settings = settingsBetween(broker, influx);
  return { broker, influx, settings };
}

/** Publishes register readings of one meter, a minute apart, and answers their seconds. */
async function sayMany(client: MqttClient, from: number, count: number): Promise<number[]> {
  const seconds = Array.from({ length: count }, (_, i) => from + i * 60);
  for (let i = 0; i < count; i += 500) {
    const said = seconds.slice(i, i + 500).map((at, k) => {
      const reading = `{"quantity":"energy","kind":"register","value":${1_000 + i + k},"unit":"kWh"}`;
      const payload = `{"v":1,"at":${at},"meter":"${meter}","readings":[${reading}]}`;
      return client.publishAsync(`meterhouse/${meter}`, payload, { qos: 1 });
    });
    await Promise.all(said);
  }
  return seconds;
}

describeWith(['mosquitto', 'mosquitto_passwd', 'influxd'], 'with real servers', () => {
  test.each([
    ['a wrong password', { METERHOUSE_BROKER_USER: 'ingest', METERHOUSE_BROKER_PASSWORD: 'wrong-secret' }],
    ['no password', {}],
  ])('a broker that refuses the login (%s) ends the start with exit code 5', async (_, login) => {
    const { settings } = await servers({ ingest: 'right-secret' });
    const { code, output } = await runProduct(['ingest'], ground(), { ...settings, ...login });
    expect(output).toContain('[broker.refused-login]');
    expect(output).toContain('To mend it:');
    expect(output).not.toContain('wrong-secret');
    expect(output).not.toContain('admin-secret');
    expect(code).toBe(5);
  });

  test('a database that refuses the login is said by the log, /readyz and the doctor; messages wait in the spool', async () => {
    const { broker, settings } = await servers();
    const here = ground();
    const wrong = { ...settings, METERHOUSE_STORE_TOKEN: 'wrong-secret' };
    const ingest = serviceOf('ingest', here, () => wrong);
    const api = serviceOf('api', here, () => wrong);
    closers.unshift(
      () => ingest.stop(),
      () => api.stop(),
    );
    await Promise.all([ingest.start(), api.start()]);
    const client = await mqtt.connectAsync(broker.url, { protocolVersion: 5 });
    closers.unshift(() => client.endAsync(true));
    const began = Math.floor(Date.now() / 1000);
    const sent = await sayMany(client, began - 90_000, 50);
    await until('the log to say so', () => ingest.output().includes('store.refused-login'));
    const ready = await fetch(`${addressIn(api)}/readyz`);
    expect(ready.status).toBe(503);
    expect(JSON.stringify(await ready.json())).toContain('store.refused-login');
    const doctor = await runProduct(['doctor', '--parts'], here, wrong);
    expect(doctor.output).toContain('[store.refused-login]');
    expect(doctor.code).toBe(6);
    expect(`${ingest.output()}${api.output()}${doctor.output}`).not.toContain('wrong-secret');
    // With the right password what waited is there.
    expect([await ingest.stop(), await api.stop()]).toEqual([0, 0]);
    const mended = serviceOf('ingest', here, () => settings);
    const api2 = serviceOf('api', here, () => settings);
    closers.unshift(
      () => mended.stop(),
      () => api2.stop(),
    );
    await Promise.all([mended.start(), api2.start()]);
    const told = await untilBooked(addressIn(api2), here, began, sent.length, () => mended.output());
    expect(told.get(meter)).toMatchObject({ readings_stored: 50, readings_repeated: 0 });
  });

  test.each(diskLimits())(
    'a disk that is full ($is): nothing is acknowledged that is not safe',
    async (disk) => {
      const { broker, influx, settings } = await servers();
      const here = ground();
      const began = Math.floor(Date.now() / 1000);
      const ingest = serviceOf('ingest', here, () => settings, [], disk.within(here));
      closers.unshift(() => ingest.stop());
      await ingest.start();
      const api = serviceOf('api', here, () => settings, [], disk.beside(ingest.pid()));
      closers.unshift(() => api.stop());
      const client = await mqtt.connectAsync(broker.url, { protocolVersion: 5 });
      closers.unshift(() => client.endAsync(true));
      const before = await sayMany(client, began - 7_050_000, 200);
      await influx.crash();
      // Without the database everything must be kept here, and here there is no room for all of it.
      const meanwhile: number[] = [];
      const isFull = (): boolean => ingest.output().includes('a batch could not be booked');
      for (let from = began - 7_000_000; !isFull() && meanwhile.length < 30_000; from += 60_000) {
        meanwhile.push(...(await sayMany(client, from, 1_000)));
      }
      await until('the disk to be full', isFull);
      expect(ingest.output()).toContain(`[${disk.code}]`);
      expect(ingest.isRunning()).toBe(true);
      disk.widen(ingest.pid(), here);
      await influx.restart();
      const after = await sayMany(client, began - 100_000, 200);
      await api.start();
      const address = addressIn(api);
      const sent = [...before, ...meanwhile, ...after];
      const told = await untilBooked(address, disk.seen(here), began, sent.length, () => ingest.output());
      expect(told.get(meter)).toMatchObject({
        messages_received: sent.length,
        readings_stored: sent.length,
        readings_repeated: 0,
        readings_revised: 0,
        readings_refused: 0,
      });
      expect(meanwhile.length).toBeGreaterThan(0);
      const found = await toldSeconds(address, meter, { from: began - 7_100_000, to: began });
      expect(found.get('register')?.length).toBe(sent.length);
      expect(new Set(found.get('register'))).toEqual(new Set(sent));
    },
    120_000,
  );

  test('an estate folder that breaks while the house runs: the last good one stays, and /readyz says so', async () => {
    const { settings } = await servers();
    const here = ground();
    const api = serviceOf('api', here, () => settings);
    closers.unshift(() => api.stop());
    await api.start();
    const file = join(here.estate, 'others.yaml');
    const good = readFileSync(file, 'utf8');
    const estateCheck = async (): Promise<boolean | undefined> => {
      const answer = await fetch(`${addressIn(api)}/readyz`);
      const { ready, checks } = readinessAnswerSchema.parse(await answer.json());
      expect(ready).toBe(true);
      return checks.find(({ name }) => name === 'estate')?.good;
    };
    expect(await estateCheck()).toBe(true);
    appendFileSync(file, '\n  - id: [what is this\n');
    await until('/readyz to speak of the folder', async () => (await estateCheck()) === false);
    await until('the log to say so', () => api.output().includes('estate.yaml'));
    const meters = await fetch(`${addressIn(api)}/v1/meters`);
    expect(meters.status).toBe(200);
    writeFileSync(file, good);
    await until('/readyz to be content again', async () => (await estateCheck()) === true);
  });
});

test('an estate folder with ten mistakes: ten problems in one run, and exit code 4', async () => {
  const { code, output } = await runProduct(['check'], ground(join(fixtures, 'ten-mistakes')));
  const said = output.split('\n').filter((line) => /\[estate\.[a-z-]+\]$/.test(line));
  // Doubts are said beside the problems and stop nothing.
  const problems = said.filter((line) => !line.includes('[estate.doubt]'));
  expect(problems).toHaveLength(10);
  expect(problems.filter((line) => !line.includes('To mend it:'))).toEqual([]);
  expect(problems.filter((line) => !/\.yaml/.test(line))).toEqual([]);
  expect(output).toContain('10 problems');
  expect(code).toBe(4);
});

test('no service starts on an estate folder with mistakes', async () => {
  const { code, output } = await runProduct(['start', '--no-simulate'], ground(join(fixtures, 'ten-mistakes')), {
    METERHOUSE_BROKER_PORT: '0',
    METERHOUSE_API_PORT: '0',
  });
  expect(output.match(/\[estate\.[a-z-]+\]/g)?.length).toBeGreaterThanOrEqual(10);
  expect(code).toBe(4);
});

test('a configuration with several mistakes: all of them at once, no secret shown, and exit code 3', async () => {
  const { code, output } = await runProduct(['ingest'], ground(), {
    METERHOUSE_BROKER_KIND: 'mqtt',
    METERHOUSE_STORE_KIND: 'influxdb',
    METERHOUSE_STORE_TOKEN: 'secret-word',
    METERHOUSE_STORE_URL: 'influx:8086',
    METERHOUSE_API_PORT: 'eighty',
    METERHOUSE_BROKER_URI: 'mqtt://127.0.0.1:1',
  });
  expect(output.match(/\[config\.invalid\]/g)).toHaveLength(4);
  expect(output).not.toContain('secret-word');
  expect(code).toBe(3);
});

test('the embedded store is refused to a service of its own with a sentence', async () => {
  const settings = { METERHOUSE_BROKER_KIND: 'mqtt', METERHOUSE_BROKER_URL: 'mqtt://127.0.0.1:1' } as const;
  const { code, output } = await runProduct(['ingest'], ground(), settings);
  expect(output).toContain('[store.embedded-only]');
  expect(code).toBe(6);
});

test('a port that is taken is said with its number', async () => {
  const first = ground();
  const settings = { METERHOUSE_BROKER_PORT: String(await freePort()), METERHOUSE_API_PORT: '0' };
  const house = serviceOf('start', first, () => settings, ['--no-simulate']);
  closers.unshift(() => house.stop());
  await house.start();
  const { code, output } = await runProduct(['start', '--no-simulate'], ground(), settings);
  expect(output).toContain(settings.METERHOUSE_BROKER_PORT);
  expect(output).toMatch(/\[[a-z.-]+\]/);
  expect(output).not.toMatch(/^\s+at /m);
  expect(code).toBe(5);
  // And the data folder of a running house is its own.
  const again = await runProduct(['start', '--no-simulate'], first, { ...settings, METERHOUSE_BROKER_PORT: '0' });
  expect(again.output).toContain('[store.in-use]');
  expect(again.code).toBe(6);
});

test.each([
  ['state.sqlite', '[store.damaged]'],
  ['readings.duckdb', '[store.'],
])('a damaged %s is said, and left as it is', async (name, code) => {
  const here = ground();
  const settings = { METERHOUSE_BROKER_PORT: '0', METERHOUSE_API_PORT: '0' } as const;
  const house = serviceOf('start', here, () => settings, ['--no-simulate']);
  closers.unshift(() => house.stop());
  await house.start();
  expect(await house.stop()).toBe(0);
  for (const rest of [`${name}-wal`, `${name}-shm`, `${name}.wal`]) rmSync(join(here.data, rest), { force: true });
  writeFileSync(join(here.data, name), 'this is no database '.repeat(1_000));
  const answer = await runProduct(['start', '--no-simulate'], here, settings);
  expect(answer.output).toContain(code);
  expect(answer.output).not.toMatch(/^\s+at /m);
  expect(answer.code).toBe(6);
  expect(readFileSync(join(here.data, name), 'utf8').slice(0, 20)).toBe('this is no database ');
});

interface DiskLimit {
  readonly is: string;
  /** What is said when there is no room. */
  readonly code: string;
  /** The words before the product's command that put it on a small disk. */
  within(here: Ground): string[];
  /** Makes room while it runs. */
  widen(pid: number, here: Ground): void;
  /** The words before the command of another process that uses the same disk. */
  beside(pid: number): string[];
  /** The ground, where this process sees the same disk. */
  seen(here: Ground): Ground | undefined;
}

/** Ways to run out of room: a bound on the size of files anywhere, a small disk where this user may mount one. */
function diskLimits(): DiskLimit[] {
  const bounded: DiskLimit = {
    is: 'no file may grow beyond 512 kB',
    code: 'store.unwritable',
    // The signal that would end the process is left unheard, so that writing fails instead.
    within: () => ['sh', '-c', 'trap "" XFSZ; ulimit -S -f 1000; exec "$@"', 'sh'],
    widen: (pid) => execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited']),
    beside: () => [],
    seen: (here) => here,
  };
  const mount = 'mkdir -p "$0" && mount -t tmpfs -o size=1500k tmpfs "$0"';
  // In a world of its own, which ends with the process: nothing is left mounted.
  const apart = ['unshare', '--mount', 'sh', '-c'];
  const small: DiskLimit = {
    is: 'a disk of 1.5 MB',
    code: 'store.full',
    within: ({ data }) => [...apart, `${mount} && exec "$@"`, data],
    widen: (pid, { data }) => {
      execFileSync('nsenter', ['-t', String(pid), '-m', 'mount', '-o', 'remount,size=64m', data]);
    },
    beside: (pid) => ['nsenter', '-t', String(pid), '-m', `--wd=/`],
    seen: () => undefined,
  };
  const trial = join(tmpdir(), `meterhouse-trial-${process.pid}`);
  const mayMount = spawnSync('unshare', [...apart.slice(1), mount, trial]).status === 0;
  rmSync(trial, { recursive: true, force: true });
  return mayMount ? [bounded, small] : [bounded];
}
