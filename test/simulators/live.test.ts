import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dialectOf } from '../../simulators/dialects/all.ts';
import type { MeterMessage } from '../../simulators/dialects/dialect.ts';
import { historyOf } from '../../simulators/history.ts';
import { publishAll, startLive } from '../../simulators/live.ts';
import { modelOf } from '../../simulators/model.ts';
import { publisherOf } from '../../simulators/publisher.ts';
import { countArrivals, truthKeeper } from '../../simulators/truth.ts';
import { startCuttableLink } from '../servers/cuttable-link.ts';
import { describeWith } from '../servers/locate.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { sampleEstate } from './sample-estate.ts';

const estate = sampleEstate();
const start = Date.parse('2025-08-01T00:00:00Z') / 1000;
const model = modelOf({ estate, seed: 5, start });
/** Meters that stamp what they say, of those that are there in that summer. */
const withClock = [...estate.meters.values()].filter(
  (meter) => meter.valid_from === undefined && dialectOf(meter)?.stamped,
).length;
/** Series outside: the weather and the grid. */
const outside = estate.observed?.size ?? 0;

/** Sparkplug nodes say first that they are born, in a message of its own. */
const births = [...estate.meters.values()].filter((meter) => meter.decoder === 'sparkplug-b').length;

/** A publisher that takes everything, or nothing. */
function paper(room = Number.POSITIVE_INFINITY) {
  const messages: MeterMessage[] = [];
  return {
    messages,
    connected: () => true,
    offer: (message: MeterMessage) => messages.length < room && messages.push(message) > 0,
  };
}

test('most meters have a clock, and some have none', () => {
  expect(withClock).toBeGreaterThan(40);
  expect(withClock).toBeLessThan(59);
});

describe('live meters', () => {
  test('each speaks every ten seconds of simulated time, register and rate, at any speed', async () => {
    const publisher = paper();
    const from = start + 7 * 86_400;
    const live = startLive({
      model,
      publisher,
      clock: () => performance.now(),
      speed: 6_000,
      from,
      to: from + 600,
      chatter: false,
    });
    await live.ended;
    const main = publisher.messages.filter((one) => one.meter === 'osi-e-main');
    expect(main).toHaveLength(60);
    const stamps = main.map((one) => one.stamp ?? 0);
    expect(stamps.every((stamp, i) => i === 0 || stamp === (stamps[i - 1] ?? 0) + 10)).toBe(true);
    expect(main.every((one) => typeof one.rate === 'number' && typeof one.register === 'number')).toBe(true);
    // A device without a clock cannot be hurried.
    expect(publisher.messages.filter((one) => one.stamp === undefined && one.fate === 'decoded')).toEqual([]);
    expect(new Set(publisher.messages.map((one) => one.meter)).size).toBe(withClock + outside);
  });

  test('the power told is what the register then counts', async () => {
    const publisher = paper();
    const from = start + 7 * 86_400 + 43_200;
    const live = startLive({
      model,
      publisher,
      clock: () => performance.now(),
      speed: 20_000,
      from,
      to: from + 1_800,
      meters: ['osi-e-main'],
      every: 10,
    });
    await live.ended;
    const said = publisher.messages.filter((one) => one.register !== undefined);
    const counted = Number(said.at(-1)?.register) - Number(said[0]?.register);
    const summed = said.slice(0, -1).reduce((sum, one) => sum + (one.rate ?? 0) / 360, 0);
    expect(Math.abs(counted - summed)).toBeLessThan(0.03);
  });

  test('at the speed of life all fifty-nine speak, and what is outside, some without a stamp', async () => {
    const publisher = paper();
    let now = (start + 90_000) * 1000;
    const live = startLive({ model, publisher, clock: () => now, every: 10, chatter: false });
    now += 10_000;
    await expect
      .poll(() => new Set(publisher.messages.map((one) => one.meter)).size, { timeout: 5_000 })
      .toBe(59 + outside);
    live.stop();
    const unstamped = new Set(
      publisher.messages.filter((one) => one.stamp === undefined).map((one) => one.topic.split('/').at(-1)),
    );
    expect(unstamped.has('emdata:0')).toBe(true);
    expect(unstamped.has('chp-electricity')).toBe(true);
  });

  test('with a full outbox devices with a clock say it later, those without forget', async () => {
    const messages: MeterMessage[] = [];
    let open = false;
    let now = (start + 90_000) * 1000;
    const publisher = { connected: () => open, offer: (message: MeterMessage) => open && messages.push(message) > 0 };
    const meters = ['osi-e-main', 'bra-g-main'];
    const live = startLive({ model, publisher, clock: () => now, meters, chatter: false });
    for (let i = 0; i < 6; i++) {
      now += 10_000;
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    expect(messages).toEqual([]);
    open = true;
    now += 10_000;
    await expect.poll(() => messages.filter((one) => one.meter === 'osi-e-main').length, { timeout: 5_000 }).toBe(7);
    live.stop();
    expect(messages.filter((one) => one.meter === 'bra-g-main').length).toBeLessThan(3);
    expect(new Set(messages.map((one) => one.stamp)).size).toBeGreaterThan(6);
  });
});

describe('over the embedded kind of broker (MQTT 3.1.1)', () => {
  let broker: Aedes;
  let server: Server;
  let url = '';
  beforeAll(async () => {
    broker = await Aedes.createBroker();
    server = createServer(broker.handle);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    url = `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  afterAll(async () => {
    await new Promise<void>((done) => broker.close(() => done()));
    await new Promise<void>((done) => server.close(() => done()));
  });

  test('history is published, acknowledged and counted', async () => {
    const received: string[] = [];
    const listener = await mqtt.connectAsync(url, { protocolVersion: 4 });
    listener.on('message', (topic, payload) => received.push(`${topic} ${payload.toString('latin1')}`));
    await listener.subscribeAsync('#', { qos: 1 });
    const keeper = truthKeeper();
    const arrival = Date.parse('2025-09-01T12:00:00Z') / 1000;
    const publisher = publisherOf({
      url,
      connection: { protocolVersion: 4 },
      outbox: 300,
      onAcknowledged: countArrivals(keeper, () => arrival * 1000),
    });
    await publisher.open();
    const period = { from: start, to: start + 86_400 };
    const published = await publishAll(publisher, historyOf(model, period, { order: 'time' }));
    expect(published).toBe((withClock + outside) * 49 + births);
    expect(keeper.total()).toBe(published);
    expect(new Set(keeper.lines().map((line) => line.day))).toEqual(new Set(['2025-09-01']));
    expect(publisher.counts()).toMatchObject({ acknowledged: published, givenUp: 0, waiting: 0 });
    await publisher.close();
    await expect.poll(() => received.length).toBe(published);
    await listener.endAsync();
  });
});

describeWith(['mosquitto'], 'over a real Mosquitto (MQTT 5), the link cut again and again', () => {
  let broker: Mosquitto;
  beforeAll(async () => {
    broker = await startMosquitto();
  });
  afterAll(() => broker.stop());

  test('every message arrives, some perhaps twice', async () => {
    const link = await startCuttableLink(broker.port);
    const received = new Set<string>();
    const listener = await mqtt.connectAsync(broker.url, {
      protocolVersion: 5,
      properties: { receiveMaximum: 60_000 },
    });
    listener.on('message', (topic, payload) => received.add(`${topic} ${payload.toString('latin1')}`));
    await listener.subscribeAsync('#', { qos: 1 });
    const publisher = publisherOf({
      url: `mqtt://127.0.0.1:${link.port}`,
      connection: { protocolVersion: 5 },
      window: 50,
    });
    await publisher.open();
    const cuts = setInterval(() => link.cut(), 150);
    const period = { from: start, to: start + 3 * 86_400 };
    const batches = [...historyOf(model, period, { order: 'time', batch: 500 })];
    const wanted = new Set(
      batches
        .flat()
        .filter((one) => one.stamp !== undefined || one.fate !== 'decoded')
        .map((one) => `${one.topic} ${Buffer.from(one.payload).toString('latin1')}`),
    );
    const done = publishAll(publisher, batches);
    const enough = setTimeout(() => clearInterval(cuts), 2_500);
    await done;
    clearTimeout(enough);
    clearInterval(cuts);
    await expect.poll(() => received.size, { timeout: 10_000 }).toBe(wanted.size);
    expect(received).toEqual(wanted);
    expect(publisher.counts().givenUp).toBe(0);
    expect(link.count()).toBeGreaterThan(1);
    await publisher.close();
    await listener.endAsync();
    await link.stop();
  });
});
