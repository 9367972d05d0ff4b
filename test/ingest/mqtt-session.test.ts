import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { MessageSource } from '../../ingest/message-source.ts';
import { createMqttSession, type MqttSessionOptions } from '../../ingest/mqtt-session.ts';
import { type CuttableLink, startCuttableLink } from '../servers/cuttable-link.ts';
import { describeWith } from '../servers/locate.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { freePort, until } from '../servers/process.ts';
import { contract } from './message-source.contract.ts';
import { acknowledging, Collector, memoryInProcess, meterClient, readableLog, seconds } from './source-world.ts';

const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of started.reverse()) await stop();
  started.length = 0;
});

type Given = Partial<MqttSessionOptions> & { port: number };
function session({ port, ...given }: Given): MessageSource {
  const source = createMqttSession({
    url: `mqtt://127.0.0.1:${port}`,
    clientId: 'ingest',
    topics: ['#'],
    now: seconds,
    memory: memoryInProcess(),
    log: readableLog().log,
    ...given,
  });
  started.push(() => source.close());
  return source;
}

async function broker(options?: Parameters<typeof startMosquitto>[0]): Promise<Mosquitto> {
  const one = await startMosquitto(options);
  started.push(() => one.stop());
  return one;
}

async function link(port: number): Promise<CuttableLink> {
  const one = await startCuttableLink(port);
  started.push(() => one.stop());
  return one;
}

async function publish(port: number, texts: readonly (string | Buffer)[], topic = 'site/meter'): Promise<void> {
  const meter = await meterClient(port);
  await Promise.all(texts.map((text) => meter.publishAsync(topic, text, { qos: 1 })));
  await meter.endAsync();
}

/** How many different packet ids the broker has heard our answer to; it must tell all it does (`log_type debug`). */
function answersHeardBy(mosquitto: Mosquitto): () => number {
  const heard = new Set<string>();
  return () => {
    for (const [, id = ''] of mosquitto.output().matchAll(/Received PUBACK from ingest \(Mid: (\d+),/g)) heard.add(id);
    return heard.size;
  };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));

describeWith(['mosquitto'], 'an MQTT session', () => {
  contract('mqtt', async () => {
    const mosquitto = await startMosquitto();
    const memory = memoryInProcess();
    return {
      port: mosquitto.port,
      source: () => session({ port: mosquitto.port, memory }),
      stop: () => mosquitto.stop(),
    };
  });

  test('500 messages queued before it connects are all handed over', async () => {
    const { port } = await broker();
    const memory = memoryInProcess();
    const first = session({ port, memory });
    await first.open(acknowledging());
    await first.close();
    await publish(port, numbers(500));
    const consumer = acknowledging();
    await session({ port, memory }).open(consumer);
    await consumer.reaches(500);
    expect(consumer.payloads).toEqual(numbers(500));
  });

  test('a late acknowledgement never answers another message that was given the same id', async () => {
    const mosquitto = await broker();
    const { port } = mosquitto;
    const memory = memoryInProcess();
    const consumer = new Collector();
    const source = session({ port, memory });
    await source.open(consumer);
    await publish(port, ['of the old session']);
    await consumer.reaches(1);
    // Without persistence the broker forgets the session, and gives the first message of the next one the same id.
    await mosquitto.crash();
    await mosquitto.restart();
    await until('the session to be back', () => source.connected());
    await publish(port, ['of the new session']);
    await consumer.reaches(2);
    consumer.taken[0]?.acknowledge();
    await sleep(200);
    await source.close();
    const next = acknowledging();
    await session({ port, memory }).open(next);
    await next.reaches(1);
    expect(next.payloads).toEqual(['of the new session']);
    expect(next.taken[0]?.duplicate).toBe(true);
    expect(next.taken[0]?.fingerprint).toBe(consumer.taken[1]?.fingerprint);
    expect(consumer.taken[1]?.fingerprint).not.toBe(consumer.taken[0]?.fingerprint);
  });

  test('a cut connection offers nothing twice, and the answers reach the next connection', async () => {
    const mosquitto = await broker({ lines: ['log_type debug'] });
    const { port } = mosquitto;
    const answered = answersHeardBy(mosquitto);
    const wire = await link(port);
    const memory = memoryInProcess();
    const consumer = new Collector();
    const source = session({ port: wire.port, memory });
    await source.open(consumer);
    await publish(port, numbers(100));
    await consumer.reaches(100);
    for (const cuts of [2, 3, 4]) {
      wire.cut();
      await until('the cut to be seen', () => !source.connected());
      for (const delivery of consumer.taken.slice((cuts - 2) * 20, (cuts - 1) * 20)) delivery.acknowledge();
      await until('the next connection', () => wire.count() >= cuts && source.connected());
      // Cut before the broker has heard them, they would rightly be sent and offered again: see the next test.
      await until('the broker to hear the answers', () => answered() === (cuts - 1) * 20);
    }
    expect(consumer.taken).toHaveLength(100);
    for (const delivery of consumer.taken) delivery.acknowledge();
    await until('the broker to hear all answers', () => answered() === 100);
    await source.close();
    const next = acknowledging();
    await session({ port, memory }).open(next);
    await publish(port, ['fresh']);
    await next.reaches(1);
    expect(consumer.taken).toHaveLength(100);
    expect(next.payloads).toEqual(['fresh']);
  });

  test('answers lost with their connection: the messages come again as known repeats', async () => {
    const { port } = await broker();
    const wire = await link(port);
    const consumer = new Collector();
    const source = session({ port: wire.port });
    await source.open(consumer);
    await publish(port, numbers(20));
    await consumer.reaches(20);
    const first = consumer.taken.slice();
    consumer.answer = (delivery) => delivery.acknowledge();
    wire.hold();
    for (const delivery of first) delivery.acknowledge();
    await sleep(50);
    wire.cut();
    await consumer.reaches(40);
    const again = consumer.taken.slice(20);
    expect(again.map(({ duplicate }) => duplicate)).toEqual(first.map(() => true));
    expect(again.map(({ fingerprint }) => fingerprint)).toEqual(first.map(({ fingerprint }) => fingerprint));
  });

  test('releases on one connection cost one reconnect, and more of them come ever slower', async () => {
    const { port } = await broker();
    const wire = await link(port);
    const consumer = new Collector();
    const source = session({ port: wire.port });
    await source.open(consumer);
    await publish(port, numbers(100));
    await consumer.reaches(100);
    for (const delivery of consumer.taken) delivery.release();
    await consumer.reaches(200);
    expect(wire.count()).toBe(2);
    consumer.answer = (delivery) => delivery.release();
    for (const delivery of consumer.taken) delivery.release();
    await sleep(4_000);
    // 0.25 s, 0.5 s, 1 s and 2 s before each drop, and as much again before each return.
    expect(wire.count()).toBeLessThanOrEqual(5);
    consumer.answer = (delivery) => delivery.acknowledge();
    await until('all of them, safe', () => new Set(consumer.payloads.slice(-100)).size === 100 && source.connected());
  });

  test('what only we have left of a lost session is offered again when released', async () => {
    const mosquitto = await broker();
    const consumer = new Collector();
    const source = session({ port: mosquitto.port });
    await source.open(consumer);
    await publish(mosquitto.port, ['only here']);
    await consumer.reaches(1);
    await mosquitto.crash();
    await mosquitto.restart();
    await until('the session to be back', () => source.connected());
    consumer.taken[0]?.release();
    await consumer.reaches(2);
    expect(consumer.payloads).toEqual(['only here', 'only here']);
    consumer.taken[1]?.acknowledge();
    await sleep(limits.orphanPauseMs + 200);
    expect(consumer.taken).toHaveLength(2);
  });

  test('a state file that cannot be written ends the opening', async () => {
    const { port } = await broker();
    const memory = {
      recall: () => undefined,
      remember: () => {
        throw new ProblemError([{ code: 'store.full', where: 'state' }]);
      },
    };
    await expect(session({ port, memory }).open(acknowledging())).rejects.toMatchObject({
      problems: [{ code: 'store.full' }],
    });
  });

  test('a broker killed and restarted with persistence loses nothing', async () => {
    const mosquitto = await broker({ persistent: true });
    const { port } = mosquitto;
    const memory = memoryInProcess();
    const consumer = new Collector();
    const source = session({ port, memory });
    await source.open(consumer);
    await publish(port, numbers(200));
    await consumer.reaches(200);
    // It writes its file once a second.
    await sleep(1_500);
    await mosquitto.crash();
    for (const delivery of consumer.taken.slice(0, 100)) delivery.acknowledge();
    await mosquitto.restart();
    await until('the session to be back', () => source.connected());
    await sleep(300);
    expect(new Set(consumer.payloads)).toEqual(new Set(numbers(200)));
    for (const delivery of consumer.taken) delivery.acknowledge();
    await sleep(200);
    await source.close();
    const next = acknowledging();
    await session({ port, memory }).open(next);
    await sleep(300);
    expect(next.payloads).toEqual([]);
  });

  test('a session that the broker has lost is said aloud', async () => {
    const mosquitto = await broker();
    const { log, lines } = readableLog();
    const source = session({ port: mosquitto.port, log });
    const consumer = acknowledging();
    await source.open(consumer);
    await mosquitto.crash();
    await mosquitto.restart();
    await until('the session to be back', () => source.connected());
    expect(lines.some(({ level, msg }) => level === 50 && msg.includes('no longer has our session'))).toBe(true);
    await publish(mosquitto.port, ['after']);
    await consumer.reaches(1);
  });

  test('a refused login ends the first opening with a sentence', async () => {
    const { port } = await broker({ users: { gateway: 'right' } });
    const refused = session({ port, username: 'gateway', password: 'wrong' }).open(acknowledging());
    await expect(refused).rejects.toMatchObject({ problems: [{ code: 'broker.refused-login' }] });
    await expect(refused).rejects.not.toThrow(/wrong/);
    await session({ port, username: 'gateway', password: 'right' }).open(acknowledging());
  });

  test.each([
    ['a login refused', 0x87],
    ['a server unavailable', 0x88],
    ['a server busy', 0x89],
  ])('after the first opening %s is waited out', async (_, code) => {
    const { port } = await broker();
    const wire = await link(port);
    const source = session({ port: wire.port });
    const consumer = acknowledging();
    await source.open(consumer);
    wire.refuse(code);
    wire.cut();
    await until('two refusals', () => wire.count() >= 3);
    expect(source.connected()).toBe(false);
    wire.refuse(undefined);
    await until('the session to be back', () => source.connected());
    await publish(port, ['after']);
    await consumer.reaches(1);
  });

  test('a broker that is busy or not there yet is waited for', async () => {
    const port = await freePort();
    const { log, lines } = readableLog();
    const opened = session({ port, log }).open(acknowledging());
    await until('a complaint', () => lines.some(({ code }) => code === 'broker.unreachable'));
    const mosquitto = await broker();
    const wire = await link(mosquitto.port);
    wire.refuse(0x89);
    const busy = session({ port: wire.port, clientId: 'other' });
    const later = busy.open(acknowledging());
    await until('two refusals', () => wire.count() >= 2);
    wire.refuse(undefined);
    await later;
    expect(busy.connected()).toBe(true);
    await started.shift()?.();
    await expect(opened).rejects.toThrow(/closed before/);
  });

  test('a broker of MQTT 3.1.1 only is refused with a sentence', async () => {
    const mosquitto = await broker();
    const wire = await link(mosquitto.port);
    wire.refuse(1);
    await expect(session({ port: wire.port }).open(acknowledging())).rejects.toMatchObject({
      problems: [{ code: 'broker.refused-session' }],
    });
  });

  test('unsettled messages stay within twice the receive maximum, and all arrive', async () => {
    const { port } = await broker();
    const memory = memoryInProcess();
    const first = session({ port, memory });
    await first.open(acknowledging());
    await first.close();
    await publish(port, numbers(12_000));
    const consumer = new Collector();
    const source = session({ port, memory });
    await source.open(consumer);
    await consumer.reaches(limits.receiveMaximum);
    await sleep(300);
    expect(consumer.taken.length).toBeLessThanOrEqual(2 * limits.receiveMaximum);
    consumer.answer = (delivery) => delivery.acknowledge();
    for (const delivery of consumer.taken.slice()) delivery.acknowledge();
    await consumer.reaches(12_000);
    expect(consumer.payloads).toEqual(numbers(12_000));
  });

  test('large payloads are bounded by their bytes', async () => {
    const { port } = await broker();
    const consumer = new Collector();
    const source = session({ port });
    await source.open(consumer);
    const size = limits.payloadBytes;
    const room = Math.ceil(limits.unsettledBytes / size);
    await publish(
      port,
      Array.from({ length: room + 40 }, () => Buffer.alloc(size, 'p')),
    );
    await consumer.reaches(room);
    await sleep(500);
    expect(consumer.taken).toHaveLength(room);
    expect(source.connected()).toBe(true);
    consumer.answer = (delivery) => delivery.acknowledge();
    for (const delivery of consumer.taken.slice()) delivery.acknowledge();
    await consumer.reaches(room + 40);
    expect(consumer.taken).toHaveLength(room + 40);
  });

  test.each([0, 1] as const)('a consumer slower than the keepalive keeps the connection, at QoS %i', async (qos) => {
    const { port } = await broker();
    const wire = await link(port);
    const consumer = new Collector();
    let go = (): void => undefined;
    consumer.answer = () => (qos === 0 && consumer.taken.length === 1 ? new Promise((done) => (go = done)) : undefined);
    const source = session({ port: wire.port, keepaliveSeconds: 2 });
    await source.open(consumer);
    const meter = await meterClient(port);
    for (const text of numbers(50)) await meter.publishAsync('site/meter', text, { qos });
    await meter.endAsync();
    await consumer.reaches(qos === 0 ? 1 : 50);
    await sleep(4_500);
    expect(source.connected()).toBe(true);
    expect(wire.count()).toBe(1);
    go();
    await consumer.reaches(50);
    expect(consumer.payloads).toEqual(numbers(50));
  });

  test('a topic removed from the configuration is unsubscribed', async () => {
    const { port } = await broker();
    const memory = memoryInProcess();
    const before = session({ port, memory, topics: ['kept/#', 'gone/#', 'gone/too'] });
    await before.open(acknowledging());
    await before.close();
    const consumer = acknowledging();
    const source = session({ port, memory, topics: ['kept/#'] });
    await source.open(consumer);
    await publish(port, ['1'], 'gone/meter');
    await publish(port, ['2'], 'kept/meter');
    await consumer.reaches(1);
    expect(consumer.payloads).toEqual(['2']);
    expect([...memory.kept.values()].map((text) => JSON.parse(text).topics)).toEqual([['kept/#']]);
  });

  test('a session that we do not know of is said aloud', async () => {
    const { port } = await broker();
    const before = session({ port });
    await before.open(acknowledging());
    await before.close();
    const { log, lines } = readableLog();
    await session({ port, log }).open(acknowledging());
    expect(lines.some(({ level, msg }) => level === 40 && msg.includes('may hold other subscriptions'))).toBe(true);
  });

  test.each([
    ['refuses', 0x87],
    ['grants at QoS 0 only', 0],
  ])('a topic that the broker %s ends the first opening with a sentence', async (_, code) => {
    const { port } = await broker();
    const wire = await link(port);
    wire.grant(code);
    const opened = session({ port: wire.port, topics: ['allowed/#', 'secret/#'] }).open(acknowledging());
    await expect(opened).rejects.toMatchObject({
      problems: [{ code: 'broker.refused-subscription', found: `code ${code}`, detail: 'secret/#' }],
    });
  });

  test('a topic refused later is said aloud, and the others go on', async () => {
    const { port } = await broker();
    const wire = await link(port);
    const { log, lines } = readableLog();
    const source = session({ port: wire.port, topics: ['allowed/#', 'secret/#'], log });
    const consumer = acknowledging();
    await source.open(consumer);
    wire.grant(0x87);
    wire.cut();
    await until('the complaint', () => lines.some(({ code }) => code === 'broker.refused-subscription'));
    await publish(port, ['1'], 'allowed/meter');
    await consumer.reaches(1);
    expect(source.connected()).toBe(true);
  });

  test('two clients with one id: said aloud, and no storm of reconnects', async () => {
    const { port } = await broker();
    const wire = await link(port);
    const { log, lines } = readableLog();
    await session({ port: wire.port, log }).open(acknowledging());
    await session({ port }).open(acknowledging());
    await until('the complaint', () => lines.some(({ code }) => code === 'broker.session-taken-over'));
    await sleep(3_000);
    expect(wire.count()).toBeLessThanOrEqual(limits.unsteadyConnections);
  });

  test('a broker that says the session was taken over is left alone for a while', async () => {
    const { port } = await broker();
    const wire = await link(port);
    const { log, lines } = readableLog();
    await session({ port: wire.port, log }).open(acknowledging());
    wire.say([0xe0, 2, 0x8e, 0]);
    await until('the complaint', () => lines.some(({ code }) => code === 'broker.session-taken-over'));
    wire.cut();
    await sleep(2_000);
    expect(wire.count()).toBe(1);
  });

  test('a retained message comes once, marked, and not again after a restart', async () => {
    const { port } = await broker();
    const meter = await meterClient(port);
    await meter.publishAsync('site/meter', 'old', { qos: 1, retain: true });
    await meter.endAsync();
    const memory = memoryInProcess();
    const consumer = acknowledging();
    const source = session({ port, memory });
    await source.open(consumer);
    await consumer.reaches(1);
    expect(consumer.taken[0]?.retained).toBe(true);
    await source.close();
    const next = acknowledging();
    await session({ port, memory }).open(next);
    await sleep(300);
    expect(next.payloads).toEqual([]);
  });

  test('a packet over the limit is not sent to us, and the next one is', async () => {
    const { port } = await broker();
    const wire = await link(port);
    const consumer = acknowledging();
    await session({ port: wire.port }).open(consumer);
    await publish(port, [Buffer.alloc(limits.packetBytes), 'small']);
    await consumer.reaches(1);
    expect(consumer.payloads).toEqual(['small']);
    expect(wire.count()).toBe(1);
  });

  test('members of a shared subscription divide the messages', async () => {
    const { port } = await broker();
    const topics = ['$share/ingest/site/#'];
    const members = [acknowledging(), acknowledging()];
    for (const [at, member] of members.entries())
      await session({ port, clientId: `ingest-${at}`, topics }).open(member);
    await publish(port, numbers(200));
    await until('all of them', () => members.reduce((sum, { taken }) => sum + taken.length, 0) >= 200);
    expect(members.flatMap(({ payloads }) => payloads).toSorted()).toEqual(numbers(200).toSorted());
    expect(Math.min(...members.map(({ taken }) => taken.length))).toBeGreaterThan(0);
  });

  test('QoS 2 is lowered to 1; what an older session still has at QoS 2 is kept until it is safe', async () => {
    const { port } = await broker();
    const url = `mqtt://127.0.0.1:${port}`;
    const properties = { sessionExpiryInterval: 3_600 };
    const older = await connectAsync(url, { protocolVersion: 5, clientId: 'ingest', clean: false, properties });
    await older.subscribeAsync('#', { qos: 2 });
    await older.endAsync();
    const meter = await meterClient(port);
    for (const text of ['a', 'b', 'c']) await meter.publishAsync('site/meter', text, { qos: 2 });
    const memory = memoryInProcess();
    const consumer = new Collector();
    const source = session({ port, memory });
    await source.open(consumer);
    await consumer.reaches(3);
    expect(consumer.taken.map(({ qos }) => qos)).toEqual([2, 2, 2]);
    consumer.taken[1]?.acknowledge();
    await sleep(200);
    await source.close();
    const next = acknowledging();
    const again = session({ port, memory });
    await again.open(next);
    await next.reaches(2);
    expect(next.payloads).toEqual(['a', 'c']);
    await meter.publishAsync('site/meter', 'd', { qos: 2 });
    await next.reaches(3);
    expect(next.taken[2]?.qos).toBe(1);
    await sleep(200);
    await again.close();
    const last = acknowledging();
    await session({ port, memory }).open(last);
    await sleep(300);
    expect(last.payloads).toEqual([]);
    await meter.endAsync();
  });
});

const certificate = (name: string): string => join(import.meta.dirname, 'certificates', name);
const pem = (name: string): string => readFileSync(certificate(name), 'utf8');

describeWith(['mosquitto'], 'an MQTT session over TLS', () => {
  const lines = [
    `cafile ${certificate('authority.crt')}`,
    `certfile ${certificate('broker.crt')}`,
    `keyfile ${certificate('broker.key')}`,
    'require_certificate true',
  ];
  const ca = pem('authority.crt');

  test('shows its certificate and knows the broker', async () => {
    const { port } = await broker({ lines });
    const tls = { ca, cert: pem('gateway.crt'), key: pem('gateway.key') };
    const source = session({ port, url: `mqtts://localhost:${port}`, tls });
    await source.open(acknowledging());
    expect(source.connected()).toBe(true);
  });

  test.each([
    ['a broker of an unknown authority', { cert: pem('gateway.crt'), key: pem('gateway.key') }],
    ['a broker that wants a certificate', { ca }],
  ])('says at once what is wrong with %s', async (_, tls) => {
    const { port } = await broker({ lines });
    const opened = session({ port, url: `mqtts://localhost:${port}`, tls }).open(acknowledging());
    await expect(opened).rejects.toMatchObject({ problems: [{ code: 'broker.refused-certificate' }] });
  });
});
