import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import type { MessageSource } from '../../ingest/message-source.ts';
import { killedFourTimes } from './killed-consumer.ts';
import type { ChildOptions } from './source-child.ts';
import { acknowledging, Collector, meterClient, seconds, type World } from './source-world.ts';

const deep = Array.from({ length: 60 }, (_, level) => `l${level}`).join('/');
const shapes: readonly (readonly [string, string, Buffer])[] = [
  ['an empty payload', 'site/meter', Buffer.alloc(0)],
  ['every byte there is', 'site/meter', Buffer.from(Array.from({ length: 256 }, (_, at) => at))],
  ['a payload at the limit', 'site/meter', Buffer.alloc(limits.payloadBytes, 'p')],
  ['a payload just over the limit', 'site/meter', Buffer.alloc(limits.payloadBytes + 100, 'p')],
  ['a topic of 60 levels', deep, Buffer.from('1')],
  ['a topic in Welsh', 'safle/tŷ-boeler/mesurydd gwres', Buffer.from('1')],
];

interface Bench {
  port(): number;
  open(consumer: Collector): Promise<MessageSource>;
}

/** What every source of messages must do, whoever sends them. */
export function contract(kind: ChildOptions['kind'], start: () => Promise<World>): void {
  describe('the contract of a message source', () => {
    let world: World;
    let opened: MessageSource[];
    const bench: Bench = {
      port: () => world.port,
      async open(consumer) {
        const source = world.source();
        opened.push(source);
        await source.open(consumer);
        return source;
      },
    };
    beforeEach(async () => {
      opened = [];
      world = await start();
    });
    afterEach(async () => {
      for (const source of opened) await source.close();
      await world.stop();
    });

    handsOver(bench);
    settles(bench);
    keepsOrder(bench);

    test('24,000 messages and four kill -9: none lost, and each repeat is known as one', async () => {
      const { booked, wrong, output } = await killedFourTimes(kind, bench.port(), 24_000);
      expect({ booked, wrong: wrong.slice(0, 5), output: booked === 24_000 ? '' : output }).toEqual({
        booked: 24_000,
        wrong: [],
        output: '',
      });
    }, 120_000);
  });
}

/** Messages arrive as they were sent. */
function handsOver(bench: Bench): void {
  test.each(shapes)('hands over %s whole', async (_, topic, payload) => {
    const consumer = acknowledging();
    const source = await bench.open(consumer);
    expect(source.connected()).toBe(true);
    const meter = await meterClient(bench.port());
    const before = seconds();
    for (const qos of [0, 1, 2] as const) await meter.publishAsync(topic, payload, { qos });
    await consumer.reaches(3);
    await meter.endAsync();
    for (const delivery of consumer.taken) {
      expect(delivery.topic).toBe(topic);
      expect(Buffer.from(delivery.payload).equals(payload)).toBe(true);
      expect(delivery.retained).toBe(false);
      expect(delivery.duplicate).toBe(false);
      expect(delivery.received).toBeGreaterThanOrEqual(before);
      expect(delivery.received).toBeLessThanOrEqual(seconds());
    }
  });

  test('a live message that asks to be retained is not a retained message', async () => {
    const consumer = acknowledging();
    await bench.open(consumer);
    const meter = await meterClient(bench.port());
    await meter.publishAsync('site/meter', 'kept', { qos: 1, retain: true });
    await consumer.reaches(1);
    expect(consumer.taken[0]?.retained).toBe(false);
    await meter.endAsync();
  });
}

/** What becomes of a message is what the consumer says. */
function settles(bench: Bench): void {
  test('what was not acknowledged comes again, and nothing else', async () => {
    const first = new Collector();
    const source = await bench.open(first);
    const meter = await meterClient(bench.port());
    const published = ['a', 'b', 'c'].map((text) => meter.publishAsync('site/meter', text, { qos: 1 }));
    await first.reaches(3);
    first.taken[1]?.acknowledge();
    await source.close();
    const second = acknowledging();
    await bench.open(second);
    await second.reaches(2);
    await Promise.all(published);
    await sleep(200);
    expect(second.payloads).toEqual(['a', 'c']);
    await meter.endAsync();
  });

  test('what is released comes again until it is acknowledged', async () => {
    const consumer = new Collector();
    consumer.answer = (delivery) => (consumer.taken.length < 3 ? delivery.release() : delivery.acknowledge());
    await bench.open(consumer);
    const meter = await meterClient(bench.port());
    const published = meter.publishAsync('site/meter', 'again', { qos: 1 });
    await consumer.reaches(3);
    await published;
    await sleep(300);
    expect(consumer.payloads).toEqual(['again', 'again', 'again']);
    await meter.endAsync();
  });

  test('a delivery is settled once: what is called later does nothing', async () => {
    const consumer = new Collector();
    await bench.open(consumer);
    const meter = await meterClient(bench.port());
    const published = meter.publishAsync('site/meter', 'once', { qos: 1 });
    await consumer.reaches(1);
    consumer.taken[0]?.acknowledge();
    consumer.taken[0]?.release();
    consumer.taken[0]?.acknowledge();
    await published;
    await sleep(600);
    expect(consumer.taken).toHaveLength(1);
    await meter.endAsync();
  });

  test('nothing is offered after close, and late answers do no harm', async () => {
    const consumer = new Collector();
    const source = await bench.open(consumer);
    const meter = await meterClient(bench.port(), { reconnectPeriod: 0 });
    const sending = setInterval(() => meter.publish('site/meter', 'x', { qos: 1 }, () => undefined), 1);
    await consumer.reaches(20);
    await source.close();
    const count = consumer.taken.length;
    await sleep(200);
    clearInterval(sending);
    expect(consumer.taken).toHaveLength(count);
    expect(source.connected()).toBe(false);
    for (const delivery of consumer.taken) delivery.acknowledge();
    await source.close();
    await meter.endAsync(true);
  });
}

/** Order, and waiting. */
function keepsOrder(bench: Bench): void {
  test('messages of one topic keep their order', async () => {
    const consumer = acknowledging();
    await bench.open(consumer);
    const meter = await meterClient(bench.port());
    const numbers = Array.from({ length: 2_000 }, (_, n) => n);
    await Promise.all(numbers.map((n) => meter.publishAsync(`site/${n % 5}`, String(n), { qos: 1 })));
    await consumer.reaches(2_000);
    for (const topic of [0, 1, 2, 3, 4]) {
      const got = consumer.taken.filter((one) => one.topic === `site/${topic}`).map((one) => Number(one.payload));
      expect(got).toEqual(numbers.filter((n) => n % 5 === topic));
    }
    await meter.endAsync();
  });

  test('QoS 0 waits while the consumer is full', async () => {
    const consumer = new Collector();
    let go = (): void => undefined;
    consumer.answer = () => (consumer.taken.length === 1 ? new Promise((done) => (go = done)) : undefined);
    await bench.open(consumer);
    const meter = await meterClient(bench.port());
    for (let n = 0; n < 20; n++) await meter.publishAsync('site/meter', String(n), { qos: 0 });
    await consumer.reaches(1);
    await sleep(300);
    expect(consumer.taken).toHaveLength(1);
    go();
    await consumer.reaches(20);
    expect(consumer.payloads).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
    await meter.endAsync();
  });
}
