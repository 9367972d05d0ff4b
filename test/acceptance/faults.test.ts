import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type InfluxServer, startInflux } from '../servers/influx.ts';
import { startCuttableLink } from '../servers/cuttable-link.ts';
import { describeWith } from '../servers/locate.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { freePort, until } from '../servers/process.ts';
import { startSlowDatabase } from '../servers/slow-database.ts';
import { type Ground, runProduct, type Service, serviceOf, type Settings, steppedClock } from './house.ts';
import { accountOf, exactly, layStreamGround, ledgersOf, pointsIn, startStream, type Stream } from './stream.ts';

/**
 * Each fault of docs/faults-survived.md that is not tried elsewhere, alone, while messages flow: real Mosquitto, real
 * InfluxDB, `meterhouse ingest` as a process. Afterwards nothing is lost, nothing doubled, and every term of both
 * ledgers is what was sent. `mosquitto-influx.test.ts` has them together, with meters that have faults of their own.
 */
let broker: Mosquitto;
let influx: InfluxServer;
let closers: (() => Promise<unknown> | void)[] = [];
const now = (): number => Math.floor(Date.now() / 1000);

interface Scene {
  readonly ground: Ground;
  readonly database: string;
  readonly settings: Settings;
  ingest(more?: Settings, within?: readonly string[]): Service;
  stream(messages: number, rate: number | undefined, through?: number): Stream;
}

/** A ground, a database and topics of its own; `more` changes the settings. */
function scene(name: string, more: Settings = {}): Scene {
  const shape = { name, meters: 20, from: now() - 3 * 86_400 };
  const ground = layStreamGround(shape);
  closers.unshift(() => ground.remove());
  const settings: Settings = {
    METERHOUSE_BROKER_KIND: 'mqtt',
    METERHOUSE_BROKER_URL: broker.url,
    METERHOUSE_BROKER_CLIENT_ID: `ingest-${name}`,
    METERHOUSE_BROKER_TOPICS: `${name}/#`,
    METERHOUSE_STORE_KIND: 'influxdb',
    METERHOUSE_STORE_URL: influx.url,
    METERHOUSE_STORE_USER: 'admin',
    METERHOUSE_STORE_TOKEN: 'admin-secret',
    METERHOUSE_STORE_DATABASE: name,
    ...more,
  };
  return {
    ground,
    database: name,
    settings,
    ingest(others = {}, within = []) {
      const service = serviceOf('ingest', ground, () => ({ ...settings, ...others }), ['--no-derive'], within);
      closers.unshift(() => service.stop());
      return service;
    },
    stream(messages, rate, through = broker.port) {
      const stream = startStream(through, { ...shape, messages, ...(rate === undefined ? {} : { rate }) });
      closers.unshift(() => stream.stop());
      return stream;
    },
  };
}

describeWith(['mosquitto', 'influxd'], 'while messages flow', () => {
  beforeAll(async () => {
    broker = await startMosquitto();
    influx = await startInflux();
  }, 60_000);
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  }, 60_000);
  afterAll(async () => {
    await broker.stop();
    await influx.stop();
  });

  test('ingest killed -9 ten times: nothing lost, nothing doubled', async () => {
    const { ground, database, ...here } = scene('killed');
    const ingest = here.ingest();
    await ingest.start();
    const stream = here.stream(8_000, 500);
    for (let kill = 1; kill <= 10; kill++) {
      await stream.reached(kill / 11);
      await ingest.kill();
      await ingest.start();
    }
    await stream.done();
    const account = await accountOf(ground, influx, database, 8_000, () => ingest.output());
    expect(account).toEqual(exactly(8_000));
    expect(ingest.kills()).toBe(10);
  }, 600_000);

  test('Mosquitto killed -9 while messages flow, as docker compose configures it: ingest has all it acknowledged', async () => {
    const committed = readFileSync(join(import.meta.dirname, '../../ingest/mosquitto/mosquitto.conf'), 'utf8');
    expect(committed).toContain('\nautosave_on_changes false\nautosave_interval 1\n');
    const own = await startMosquitto({ persistent: 'each-second' });
    closers.unshift(() => own.stop());
    const here = scene('broker', { METERHOUSE_BROKER_URL: own.url });
    const ingest = here.ingest();
    await ingest.start();
    // Until the session is in the broker's file.
    await new Promise((done) => setTimeout(done, 2_500));
    const stream = here.stream(6_000, 900, own.port);
    for (const share of [0.2, 0.45, 0.7]) {
      await stream.reached(share);
      await own.restart('SIGKILL');
    }
    await stream.done();
    const account = await accountOf(here.ground, influx, here.database, 6_000, () => ingest.output());
    const again = account.received - 6_000;
    expect(account).toEqual(exactly(6_000, again));
    // Of the publisher, and of the broker from a file that is a second or two old.
    expect(again).toBeLessThanOrEqual(stream.sentAgain() + 3 * 2_000);
  }, 600_000);

  test.each([
    ['slow', (one) => one.delay(1_200), (one) => one.delay(0)],
    [
      'full',
      (one) => one.refuse({ status: 500, words: 'engine: error writing WAL entry: no space left on device' }),
      (one) => one.refuse(undefined),
    ],
    ['taking writes without saying so', (one) => one.swallow(true), (one) => one.swallow(false)],
  ] as [string, (one: SlowOne) => void, (one: SlowOne) => void][])(
    'a store that is %s: nothing lost, nothing doubled',
    async (name, worsen, mend) => {
      const database = await startSlowDatabase(influx.port);
      closers.unshift(() => database.stop());
      const here = scene(`store-${name.slice(0, 4)}`, { METERHOUSE_STORE_URL: database.url });
      const ingest = here.ingest();
      await ingest.start();
      const stream = here.stream(6_000, 1_500);
      await stream.reached(0.1);
      worsen(database);
      const before = database.writes();
      await stream.reached(0.8);
      await until('it to be felt', () => database.writes() > before);
      mend(database);
      await stream.done();
      const account = await accountOf(here.ground, influx, here.database, 6_000, () => ingest.output());
      expect(account).toEqual(exactly(6_000));
    },
    600_000,
  );

  test('the network cut on every side: nothing lost, what was sent twice is known as a repeat', async () => {
    const links = await Promise.all([broker.port, influx.port, broker.port].map(startCuttableLink));
    const [toBroker, toStore, ofPublisher] = links;
    if (!toBroker || !toStore || !ofPublisher) throw new Error('three links');
    for (const link of links) closers.unshift(() => link.stop());
    const here = scene('cut', {
      METERHOUSE_BROKER_URL: `mqtt://127.0.0.1:${toBroker.port}`,
      METERHOUSE_STORE_URL: `http://127.0.0.1:${toStore.port}`,
    });
    const ingest = here.ingest();
    await ingest.start();
    const stream = here.stream(12_000, 1_500, ofPublisher.port);
    const cuts = [toBroker, toStore, ofPublisher, toStore, toBroker, toStore, ofPublisher, toStore, toBroker];
    for (const [i, link] of cuts.entries()) {
      await stream.reached((i + 1) / 10);
      link.cut();
    }
    await stream.done();
    const account = await accountOf(here.ground, influx, here.database, 12_000, () => ingest.output());
    const again = account.received - 12_000;
    expect(account).toEqual(exactly(12_000, again));
    expect(again).toBeLessThanOrEqual(stream.sentAgain());
    expect(toBroker.count()).toBeGreaterThanOrEqual(4);
  }, 600_000);

  test('the spool at its bound: what it cannot take waits at the broker, and nothing is lost', async () => {
    const here = scene('bound', { METERHOUSE_STORE_SPOOL_BYTES: '400000' });
    const ingest = here.ingest();
    await ingest.start();
    await influx.crash();
    const stream = here.stream(15_000, undefined);
    await stream.done();
    await until('the spool to be full', () => ingest.output().includes('[store.full]'), 60_000);
    const held = ledgersOf(here.ground).received;
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(15_000);
    await influx.restart();
    const account = await accountOf(here.ground, influx, here.database, 15_000, () => ingest.output());
    expect(account).toEqual(exactly(15_000));
  }, 600_000);

  test('three processes share a subscription and one is killed: its share waits for it, and nothing is lost', async () => {
    const here = scene('shared', { METERHOUSE_BROKER_TOPICS: '$share/meterhouse/shared/#' });
    const members = [1, 2, 3].map((n) => here.ingest({ METERHOUSE_BROKER_CLIENT_ID: `ingest-shared-${n}` }));
    await Promise.all(members.map((member) => member.start()));
    const stream = here.stream(6_000, 1_000);
    await stream.reached(0.3);
    await members[1]?.kill();
    await stream.done();
    // Two thirds of all are theirs; the dead member's third, from the kill on some 1,400, is nobody else's.
    await until('the others to book theirs', () => ledgersOf(here.ground).received >= 4_000, 60_000);
    await new Promise((done) => setTimeout(done, 1_500));
    expect(ledgersOf(here.ground).received).toBeLessThan(5_500);
    await members[1]?.start();
    const account = await accountOf(here.ground, influx, here.database, 6_000, () => members[1]?.output() ?? '');
    expect(account).toEqual(exactly(6_000));
  }, 600_000);

  test('a second process of the same name on the same data is refused, and the first goes on', async () => {
    const here = scene('twice');
    const ingest = here.ingest();
    await ingest.start();
    const stream = here.stream(3_000, 600);
    await stream.reached(0.2);
    const second = await runProduct(['ingest', '--no-derive'], here.ground, here.settings);
    expect(second.output).toContain('[store.spool-in-use]');
    expect(second.code).toBe(6);
    await stream.done();
    expect(await accountOf(here.ground, influx, here.database, 3_000, () => ingest.output())).toEqual(exactly(3_000));
  }, 600_000);

  test('the clock stepped forward and back: nothing lost, and what looked like the future can be taken back', async () => {
    const here = scene('clock', { METERHOUSE_API_PORT: String(await freePort()) });
    const clock = steppedClock(here.ground);
    const ingest = here.ingest({}, clock.within);
    await ingest.start();
    const stream = here.stream(6_000, 800);
    for (const [share, seconds] of [
      [0.2, 86_400],
      [0.4, -2 * 86_400],
      [0.6, -3 * 3_600],
      [0.8, 0],
    ] as const) {
      await stream.reached(share);
      clock.step(seconds * 1_000);
      if (share !== 0.4) continue;
      await ingest.kill();
      await ingest.start();
    }
    await stream.done();
    const account = await accountOf(here.ground, influx, here.database, 6_000, () => ingest.output());
    expect(account).toEqual(exactly(6_000));

    // As when a machine wakes up and its clock is not yet set: what is said now is stamped in our future.
    clock.step(-7_200_000);
    await new Promise((done) => setTimeout(done, 100));
    const early = startStream(broker.port, { name: 'clock', meters: 20, from: now() - 60, messages: 200 });
    closers.unshift(() => early.stop());
    await until('them to be refused', () => ledgersOf(here.ground).refused === 200, 60_000);
    clock.step(0);
    await ingest.stop();
    const deriving = serviceOf('ingest', here.ground, () => here.settings);
    const api = serviceOf('api', here.ground, () => here.settings);
    closers.unshift(
      () => deriving.stop(),
      () => api.stop(),
    );
    await Promise.all([deriving.start(), api.start()]);
    const replay = ['quarantine', 'replay', '--code', 'reading.future', '--reason', 'our clock was two hours behind'];
    const plain = await runProduct(replay, here.ground, here.settings);
    expect(plain.output).toContain('0 messages replayed, 200 still not understood');
    const mended = await runProduct([...replay, '--clock-was-behind'], here.ground, here.settings);
    expect(mended.output).toContain('200 messages replayed, 0 still not understood');
    expect(await accountOf(here.ground, influx, here.database, 6_200, () => deriving.output())).toEqual(exactly(6_200));
  }, 600_000);

  test('the store away for a day: all of it waits in the spool, and comes while live messages go on', async () => {
    const day = Number(process.env['METERHOUSE_DAY_MESSAGES'] ?? 60_000);
    const live = 6_000;
    // At least 1,000 a second, however busy the machine.
    const patience = 120_000 + day;
    const here = scene('day');
    const ingest = here.ingest();
    await ingest.start();
    await influx.crash();
    const away = here.stream(day, undefined);
    await away.done(patience);
    await until('it to be booked', () => ledgersOf(here.ground).received >= day, patience);
    const began = performance.now();
    await influx.restart();
    const more = startStream(broker.port, { name: 'day', meters: 20, from: now() - 86_400, messages: live, rate: 900 });
    closers.unshift(() => more.stop());
    let rate = 0;
    await until(
      'the day to be there',
      async () => {
        const points = await pointsIn(influx, here.database).catch(() => 0);
        if (points < day) return false;
        rate = Math.round(points / ((performance.now() - began) / 1_000));
        return true;
      },
      patience,
    );
    await more.done();
    const account = await accountOf(here.ground, influx, here.database, day + live, () => ingest.output());
    process.stdout.write(`${day} readings drained at ${rate} a second, from the start of the database on\n`);
    expect(account).toEqual(exactly(day + live));
    // Of a whole day of a large site; a machine that runs the whole suite beside it says nothing of speed.
    expect(rate).toBeGreaterThanOrEqual(day >= 1_000_000 ? 4_000 : 0);
  }, 3_600_000);
});

type SlowOne = Awaited<ReturnType<typeof startSlowDatabase>>;
