import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import { createEmbeddedBroker, type EmbeddedBroker, type EmbeddedBrokerOptions } from '../../ingest/embedded-broker.ts';
import { hashPassword } from '../../ingest/password-file.ts';
import { freePort, until } from '../servers/process.ts';
import { connectPacket, publishPacket } from '../servers/publisher.ts';
import { contract } from './message-source.contract.ts';
import { acknowledging, Collector, meterClient, readableLog, seconds } from './source-world.ts';

const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of started.reverse()) await stop();
  started.length = 0;
});

function broker(given: Partial<EmbeddedBrokerOptions> = {}): EmbeddedBroker {
  const source = createEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    now: seconds,
    log: readableLog().log,
    ...given,
  });
  started.push(() => source.close());
  return source;
}

async function meter(port: number, options: Parameters<typeof meterClient>[1] = {}): Promise<MqttClient> {
  const client = await meterClient(port, options);
  started.push(() => client.endAsync(true));
  return client;
}

/** A connection that says exactly what a test wants, and keeps what it hears. */
async function rawClient(
  port: number,
  first: Buffer,
): Promise<{ socket: Socket; heard: () => Buffer; ended: () => boolean }> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  started.push(async () => void socket.destroy());
  let heard = Buffer.alloc(0);
  let ended = false;
  socket.on('data', (chunk: Buffer) => (heard = Buffer.concat([heard, chunk])));
  socket.on('error', () => undefined);
  socket.on('close', () => (ended = true));
  await new Promise<void>((done) => socket.once('connect', () => done()));
  socket.write(first);
  return { socket, heard: () => heard, ended: () => ended };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));
const puback = (id: number): Buffer => Buffer.from([0x40, 2, id >> 8, id & 255]);

describe('the embedded broker', () => {
  contract('embedded', async () => {
    const port = await freePort();
    return { port, source: () => broker({ port }), stop: async () => undefined };
  });

  test.each([1, 2] as const)(
    'a publisher at QoS %i hears that its message is safe when it is, and not before',
    async (qos) => {
      const consumer = new Collector();
      const source = broker();
      await source.open(consumer);
      const client = await meter(source.port);
      let answered = false;
      const published = client.publishAsync('site/meter', '1', { qos }).then(() => (answered = true));
      await consumer.reaches(1);
      await sleep(200);
      expect(answered).toBe(false);
      consumer.taken[0]?.acknowledge();
      await published;
      expect(answered).toBe(true);
    },
  );

  test('a publisher that comes back while its message is in hand is answered, and heard once', async () => {
    const consumer = new Collector();
    const source = broker();
    await source.open(consumer);
    const hello = connectPacket({ clientId: 'gateway' });
    const first = await rawClient(source.port, Buffer.concat([hello, publishPacket('a', Buffer.from('1'), 7, false)]));
    await consumer.reaches(1);
    first.socket.destroy();
    const second = await rawClient(source.port, Buffer.concat([hello, publishPacket('a', Buffer.from('1'), 7, true)]));
    await sleep(200);
    expect(consumer.taken).toHaveLength(1);
    consumer.taken[0]?.acknowledge();
    await until('the acknowledgement', () => second.heard().includes(puback(7)));
  });

  test('the same id with other bytes is another message, and a late answer does not acknowledge it', async () => {
    const consumer = new Collector();
    const source = broker();
    await source.open(consumer);
    const hello = connectPacket({ clientId: 'gateway' });
    const first = await rawClient(source.port, Buffer.concat([hello, publishPacket('a', Buffer.from('1'), 7, false)]));
    await consumer.reaches(1);
    first.socket.destroy();
    const second = await rawClient(source.port, Buffer.concat([hello, publishPacket('a', Buffer.from('2'), 7, true)]));
    await consumer.reaches(2);
    consumer.taken[0]?.acknowledge();
    await sleep(200);
    expect(second.heard().includes(puback(7))).toBe(false);
    expect(consumer.taken[1]?.fingerprint).not.toBe(consumer.taken[0]?.fingerprint);
    consumer.taken[1]?.acknowledge();
    await until('the acknowledgement', () => second.heard().includes(puback(7)));
  });

  test.each([
    ['before a CONNECT', Buffer.alloc(0)],
    ['after a CONNECT', connectPacket({ clientId: 'flood' })],
  ])('200 MB announced %s is refused at once, in bounded memory', async (_, hello) => {
    const consumer = acknowledging();
    const { log, lines } = readableLog();
    const source = broker({ log });
    await source.open(consumer);
    const before = process.memoryUsage().rss;
    // A PUBLISH of 200 MB: the length in four bytes of seven bits.
    const size = 200_000_000;
    const head = [0x32, ...[0, 7, 14, 21].map((shift) => ((size >> shift) & 127) | (shift < 21 ? 128 : 0))];
    const client = await rawClient(source.port, Buffer.concat([hello, Buffer.from(head)]));
    const flood = setInterval(() => client.socket.write(Buffer.alloc(1_000_000)), 1);
    await until('the end of the connection', () => client.ended());
    clearInterval(flood);
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
    expect(lines.some(({ msg }) => msg.includes('over the limit'))).toBe(true);
    expect(consumer.taken).toHaveLength(0);
    const next = await meter(source.port);
    await next.publishAsync('site/meter', 'still here', { qos: 1 });
    expect(consumer.payloads).toEqual(['still here']);
  });

  test('a length that is none ends the connection', async () => {
    const source = broker();
    await source.open(acknowledging());
    const client = await rawClient(source.port, Buffer.from([0x10, 255, 255, 255, 255, 1]));
    await until('the end of the connection', () => client.ended());
    expect(client.heard()).toHaveLength(0);
  });

  test('many small packets in one write are each seen, whatever the cut', async () => {
    const consumer = acknowledging();
    const source = broker();
    await source.open(consumer);
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    const packets = numbers.map((n) => publishPacket('a', Buffer.from(String(n).repeat(1 + (n % 90))), n + 1, false));
    const bytes = Buffer.concat([connectPacket({ clientId: 'cut' }), ...packets]);
    const client = await rawClient(source.port, bytes.subarray(0, 1));
    for (let at = 1; at < bytes.length; at += 777) {
      client.socket.write(bytes.subarray(at, at + 777));
      await sleep(1);
    }
    await consumer.reaches(300);
    expect(consumer.payloads).toEqual(numbers.map((n) => String(n).repeat(1 + (n % 90))));
  });

  test('more than the bound waits in the network, and none is lost', async () => {
    const clients = 4 + (2 * limits.receiveMaximum) / 1_000;
    const consumer = new Collector();
    const source = broker();
    await source.open(consumer);
    const senders = await Promise.all(
      numbers(clients).map(async (name) => await rawClient(source.port, connectPacket({ clientId: name }))),
    );
    await until('every CONNACK', () => senders.every(({ heard }) => heard().length === 4));
    const packets = numbers(1_000).map((text, n) => publishPacket('a', Buffer.from(text), n + 1, false));
    for (const { socket } of senders) socket.write(Buffer.concat(packets));
    await consumer.reaches(2 * limits.receiveMaximum);
    await sleep(300);
    // One chunk of a socket is taken whole.
    expect(consumer.taken.length).toBeLessThanOrEqual(2 * limits.receiveMaximum + 1_000);
    consumer.answer = (delivery) => delivery.acknowledge();
    for (const delivery of consumer.taken.slice()) delivery.acknowledge();
    await until('every PUBACK', () => senders.every(({ heard }) => heard().length === 4 + 4 * 1_000));
    expect(consumer.taken).toHaveLength(clients * 1_000);
  });

  test('a hold longer than the keepalive sends the publisher away, and it is heard again', async () => {
    const consumer = new Collector();
    const { log, lines } = readableLog();
    const source = broker({ log });
    await source.open(consumer);
    const client = await meter(source.port, { keepalive: 2 });
    const published = client.publishAsync('site/meter', 'held', { qos: 1 });
    await consumer.reaches(1);
    await until('the end of the hold', () => lines.some(({ msg }) => msg.includes('sent away')));
    await consumer.reaches(2);
    consumer.answer = (delivery) => delivery.acknowledge();
    for (const delivery of consumer.taken) delivery.acknowledge();
    await published;
    expect(new Set(consumer.payloads)).toEqual(new Set(['held']));
  });

  test('a publisher without a keepalive is sent away after a minute', async () => {
    const consumer = new Collector();
    let later = 0;
    const source = broker({ now: () => seconds() + later });
    await source.open(consumer);
    const client = await meter(source.port, { keepalive: 0 });
    const published = client.publishAsync('site/meter', 'held', { qos: 1 });
    await consumer.reaches(1);
    later = limits.holdSeconds - 5;
    await sleep(600);
    expect(consumer.taken).toHaveLength(1);
    consumer.answer = (delivery) => delivery.acknowledge();
    later = limits.holdSeconds + 5;
    await consumer.reaches(2);
    await published;
    expect(consumer.payloads).toEqual(['held', 'held']);
  });

  test.each([1, 0] as const)(
    'a last will at QoS %i is taken like any message, and offered again when released',
    async (qos) => {
      const consumer = new Collector();
      consumer.answer = (delivery) => (consumer.taken.length === 1 ? delivery.release() : delivery.acknowledge());
      const source = broker();
      await source.open(consumer);
      const will = { topic: 'site/gateway/status', payload: Buffer.from('offline'), qos, retain: true };
      const client = await meter(source.port, { will, reconnectPeriod: 0 });
      client.stream.destroy();
      await consumer.reaches(qos === 0 ? 1 : 2);
      expect(consumer.taken.at(-1)).toMatchObject({
        topic: 'site/gateway/status',
        qos,
        retained: false,
        duplicate: false,
      });
      expect(consumer.payloads.every((text) => text === 'offline')).toBe(true);
      expect(consumer.taken[0]?.fingerprint).toBeUndefined();
    },
  );

  test('a client that says goodbye has no last will, and none is offered at the end', async () => {
    const consumer = acknowledging();
    const source = broker();
    await source.open(consumer);
    const will = { topic: 'site/gateway/status', payload: Buffer.from('offline'), qos: 1 as const, retain: false };
    const polite = await meter(source.port, { will });
    await polite.endAsync();
    await meter(source.port, { will, reconnectPeriod: 0 });
    await source.close();
    await sleep(200);
    expect(consumer.taken).toEqual([]);
  });

  test('other clients may subscribe, with wildcards, to what is published and safe', async () => {
    const consumer = new Collector();
    const source = broker();
    await source.open(consumer);
    const tool = await meter(source.port);
    const seen: string[] = [];
    tool.on('message', (topic, payload) => void seen.push(`${topic} ${payload.toString()}`));
    const granted = await tool.subscribeAsync(['site/+/power', 'site/#'], { qos: 1 });
    expect(granted.map(({ qos }) => qos)).toEqual([1, 1]);
    const client = await meter(source.port);
    const published = client.publishAsync('site/meter/power', '33', { qos: 1 });
    await consumer.reaches(1);
    await sleep(100);
    expect(seen).toEqual([]);
    consumer.taken[0]?.acknowledge();
    await published;
    await until('the tool to see it', () => seen.length > 0);
    expect(new Set(seen)).toEqual(new Set(['site/meter/power 33']));
  });

  test('a subscriber that reads nothing holds publishers up for a moment, and is dropped', async () => {
    const consumer = acknowledging();
    const source = broker();
    await source.open(consumer);
    const subscribe = Buffer.from([0x82, 6, 0, 1, 0, 1, 0x23, 0]);
    const frozen = await rawClient(source.port, Buffer.concat([connectPacket({ clientId: 'frozen' }), subscribe]));
    await until('the SUBACK', () => frozen.heard().length >= 9);
    frozen.socket.pause();
    const client = await meter(source.port);
    const began = performance.now();
    for (let n = 0; n < 300; n++) await client.publishAsync('site/meter', Buffer.alloc(100_000), { qos: 1 });
    expect(performance.now() - began).toBeLessThan(2 * limits.drainMs);
    expect(consumer.taken).toHaveLength(300);
  });

  test('a shared subscription is refused rather than granted and never served', async () => {
    const source = broker();
    await source.open(acknowledging());
    const tool = await meter(source.port);
    await expect(tool.subscribeAsync('$share/group/site/#', { qos: 1 })).rejects.toThrow(/Subscribe error/);
  });

  test('nothing is retained and no session is kept: a tool that comes later or comes back starts afresh', async () => {
    const consumer = acknowledging();
    const source = broker();
    await source.open(consumer);
    const away = await meterClient(source.port, { clientId: 'tool', clean: false });
    await away.subscribeAsync('site/#', { qos: 1 });
    await away.endAsync();
    const client = await meter(source.port);
    await client.publishAsync('site/meter', 'kept?', { qos: 1, retain: true });
    const seen: string[] = [];
    const back = await connectAsync(`mqtt://127.0.0.1:${source.port}`, {
      clientId: 'tool',
      clean: false,
      manualConnect: false,
    });
    started.push(() => back.endAsync(true));
    back.on('message', (topic) => void seen.push(topic));
    await back.subscribeAsync('site/#', { qos: 1 });
    await sleep(300);
    expect(seen).toEqual([]);
  });

  test('topics of the broker itself cannot be published to', async () => {
    const consumer = acknowledging();
    const source = broker();
    await source.open(consumer);
    const client = await rawClient(
      source.port,
      Buffer.concat([connectPacket({ clientId: 'x' }), publishPacket('$SYS/x', Buffer.from('1'), 1, false)]),
    );
    await until('the end of the connection', () => client.ended());
    expect(consumer.taken).toEqual([]);
  });

  test('a port in use is a problem with a sentence', async () => {
    const source = broker();
    await source.open(acknowledging());
    await expect(broker({ port: source.port }).open(acknowledging())).rejects.toMatchObject({
      problems: [{ code: 'broker.cannot-listen' }],
    });
  });
});

describe('the logins of the embedded broker', () => {
  const salt = Buffer.from('twelve bytes');
  const inFile = (text: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'meterhouse-logins-'));
    started.push(async () => rmSync(folder, { recursive: true }));
    const path = join(folder, 'passwords');
    writeFileSync(path, text);
    return path;
  };

  test.each(['0.0.0.0', '::', '192.0.2.1', 'meterhouse.example'])(
    '%s is not opened without a password file',
    async (host) => {
      await expect(broker({ host }).open(acknowledging())).rejects.toMatchObject({
        problems: [{ code: 'broker.needs-passwords' }],
      });
    },
  );

  test.each(['127.0.0.1', '::1', 'localhost'])('%s needs none', async (host) => {
    const source = broker({ host });
    await source.open(acknowledging());
    expect(source.connected()).toBe(true);
  });

  test('all addresses are opened with one, and it is asked for', async () => {
    const passwordFile = inFile(`# gateways\ngateway:${hashPassword('right', salt)}\n`);
    const source = broker({ host: '0.0.0.0', passwordFile });
    const consumer = acknowledging();
    await source.open(consumer);
    for (const login of [{ username: 'gateway', password: 'wrong' }, { username: 'nobody', password: 'right' }, {}]) {
      const url = `mqtt://127.0.0.1:${source.port}`;
      await expect(connectAsync(url, { ...login, reconnectPeriod: 0 })).rejects.toThrow(/Bad username or password/);
    }
    for (const payload of ['first', 'again']) {
      const client = await meterClient(source.port, { username: 'gateway', password: 'right' });
      await client.publishAsync('site/meter', payload, { qos: 1 });
      await client.endAsync();
    }
    expect(consumer.payloads).toEqual(['first', 'again']);
  });

  test('what Mosquitto’s own tool wrote is understood', async () => {
    // Written by `mosquitto_passwd -b` of Mosquitto 2.0.11 for the password `right`.
    const line =
      'gateway:$7$101$B+PnqAwPRVPRdcQ/$1bx0+iRhinqAA2y+EqEi/BA7+CkD/cHL4WConDb1lPqhNr4OLKg3bw3RsGv8w9FHdLXfk6aD/JHDT7IVfGVAGw==';
    const source = broker({ passwordFile: inFile(`${line}\n`) });
    await source.open(acknowledging());
    const client = await meterClient(source.port, { username: 'gateway', password: 'right' });
    expect(client.connected).toBe(true);
    await client.endAsync();
  });

  test('every line that cannot be used is named', async () => {
    const passwordFile = inFile(`gateway:plain\n\nother:$6$salt$hash\nthird:${hashPassword('x', salt)}\n`);
    await expect(broker({ passwordFile }).open(acknowledging())).rejects.toMatchObject({
      problems: [{ line: 1 }, { line: 3 }],
    });
  });

  test('a file that names nobody, or is not there, is a problem', async () => {
    for (const passwordFile of [inFile('# nobody yet\n'), '/nowhere/passwords']) {
      await expect(broker({ passwordFile }).open(acknowledging())).rejects.toMatchObject({
        problems: [{ code: 'broker.password-file' }],
      });
    }
  });
});
