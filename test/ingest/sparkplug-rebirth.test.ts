import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { createEmbeddedBroker } from '../../ingest/embedded-broker.ts';
import type { MessageSource } from '../../ingest/message-source.ts';
import { createMqttSession } from '../../ingest/mqtt-session.ts';
import { Pipeline } from '../../ingest/pipeline.ts';
import type { Dialect } from '../../simulators/dialects/dialect.ts';
import { sparkplugB } from '../../simulators/dialects/sparkplug-b.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { describeWith } from '../servers/locate.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { freePort, until } from '../servers/process.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeEstate, madeMeter } from './made-meter.ts';
import { meterClient, readableLog, seconds } from './source-world.ts';

/** A real edge node's way through a real broker: it is asked for its births when they are missing, and answers. */

const started: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of started.reverse()) await stop();
  started.length = 0;
});

const meter = madeMeter({
  id: 'sub-1',
  topic: 'spBv1.0/Estate/+/boiler-house/#',
  channel: 'sub-1/Import;sub-1/Power',
  decoder: 'sparkplug-b',
});
const began = seconds() - 3600;

/** An edge node on a connection of its own. Its clock goes a minute with every word. */
class EdgeNode {
  readonly client: MqttClient;
  readonly dialect: Dialect;
  /** Commands heard. */
  readonly heard: string[] = [];
  words = 0;

  constructor(client: MqttClient) {
    this.client = client;
    this.dialect = sparkplugB.begin?.(meter) ?? sparkplugB;
    client.on('message', (topic, payload) => {
      this.heard.push(`${topic} ${payload.includes('Node Control/Rebirth')}`);
      this.dialect.hear?.(payload);
    });
  }

  async say(): Promise<string[]> {
    const messages = this.next();
    for (const { topic, payload } of messages) await this.client.publishAsync(topic, Buffer.from(payload), { qos: 0 });
    return messages.map(({ topic }) => topic.split('/')[2] ?? '');
  }

  /** What it says next, as if nobody heard it. */
  next() {
    const at = began + 60 * this.words++;
    return this.dialect.messages(meter, { at, register: 1000 + this.words, rate: 5 }, false);
  }
}

async function edgeNode(port: number): Promise<EdgeNode> {
  const client = await meterClient(port);
  const node = new EdgeNode(client);
  await client.subscribeAsync(node.dialect.hears ?? '', { qos: 0 });
  started.push(() => client.endAsync());
  return node;
}

interface Consumer {
  readonly pipeline: Pipeline;
  stop(): Promise<void>;
}

async function consumer(source: MessageSource, books: TestBooks, state: StateStore): Promise<Consumer> {
  const publish: (ask: { topic: string; payload: Uint8Array }) => void = (ask) =>
    source.publish?.(ask.topic, ask.payload);
  const estate = madeEstate([meter]);
  const { log } = readableLog();
  const options = { source: source.name, store: books.store, state, estate, clock: () => Date.now(), log, publish };
  const pipeline = new Pipeline(options);
  pipeline.start();
  await source.open(pipeline);
  const stop = async (): Promise<void> => {
    await pipeline.close();
    await source.close();
  };
  started.push(stop);
  return { pipeline, stop };
}

function stateOf(books: TestBooks, name: string): StateStore {
  const state = openStateStore(join(books.folder, `${name}.sqlite`), { clock: seconds, holder: name });
  started.push(() => state.close());
  return state;
}

const stored = (count: number, { pipeline }: Consumer): Promise<void> =>
  until(`${count} readings`, () => pipeline.counters.readings.stored >= count);

async function books(): Promise<TestBooks> {
  const opened = await openBooks(seconds);
  started.push(() => opened.close());
  return opened;
}

/** The node is already alive; whoever comes without memory knows no number of it. Answers the commands it heard. */
async function heardAfterRestart(port: number, open: () => Promise<Consumer>): Promise<readonly string[]> {
  const node = await edgeNode(port);
  node.next();
  const there = await open();
  expect(await node.say()).toEqual(['DDATA']);
  await until('a rebirth is asked for', () => node.heard.length === 1);
  expect(there.pipeline.counters.messages).toMatchObject({ quarantined: 1, decoded: 0 });
  expect(await node.say()).toEqual(['NBIRTH', 'DBIRTH']);
  await stored(2, there);
  expect(await node.say()).toEqual(['DDATA']);
  await stored(4, there);
  return node.heard;
}

const onlyRebirth = ['spBv1.0/Estate/NCMD/boiler-house true'];

describeWith(['mosquitto'], 'Sparkplug through Mosquitto', () => {
  test('without memory a rebirth is asked for, once, and readings resume', async () => {
    const mosquitto = await startMosquitto();
    started.push(() => mosquitto.stop());
    const kept = await books();
    const state = stateOf(kept, 'one');
    const open = (): Promise<Consumer> => consumer(session(mosquitto.port, state), kept, state);
    expect(await heardAfterRestart(mosquitto.port, open)).toEqual(onlyRebirth);
  });

  test('with memory a restart goes on without one; a gap is asked about, and its readings kept', async () => {
    const mosquitto = await startMosquitto();
    started.push(() => mosquitto.stop());
    const kept = await books();
    const state = stateOf(kept, 'one');
    const node = await edgeNode(mosquitto.port);
    const first = await consumer(session(mosquitto.port, state), kept, state);
    await node.say();
    await node.say();
    await stored(4, first);
    await first.stop();
    const second = await consumer(session(mosquitto.port, state), kept, state);
    await node.say();
    await stored(2, second);
    expect(node.heard).toEqual([]);
    node.next();
    node.next();
    await node.say();
    await stored(4, second);
    await until('a rebirth is asked for', () => node.heard.length === 1);
    expect(await node.say()).toEqual(['NBIRTH', 'DBIRTH']);
    await stored(6, second);
    expect(second.pipeline.counters.messages).toMatchObject({ quarantined: 0 });
  });

  test('our own command does not come back to us as a message', async () => {
    const mosquitto = await startMosquitto();
    started.push(() => mosquitto.stop());
    const kept = await books();
    const state = stateOf(kept, 'one');
    const node = await edgeNode(mosquitto.port);
    const source = session(mosquitto.port, state);
    const there = await consumer(source, kept, state);
    source.publish?.('spBv1.0/Estate/NCMD/boiler-house', Buffer.from('x'));
    await until('it is heard', () => node.heard.length === 1);
    await node.say();
    await stored(2, there);
    expect(there.pipeline.counters.messages.received).toBe(2);
  });

  test('without a connection a question is dropped, and nothing waits for it', async () => {
    const kept = await books();
    const source = session(await freePort(), stateOf(kept, 'one'));
    const opening = source.open({ offer: () => undefined }).catch(() => 'refused');
    source.publish?.('spBv1.0/Estate/NCMD/boiler-house', Buffer.from('x'));
    await sleep(50);
    await source.close();
    expect(await opening).toBe('refused');
  });
});

test('the embedded broker passes the question on to the edge node', async () => {
  const kept = await books();
  const state = stateOf(kept, 'one');
  const { log } = readableLog();
  const source = createEmbeddedBroker({ host: '127.0.0.1', port: 0, now: seconds, log });
  const there = await consumer(source, kept, state);
  expect(await heardAfterRestart(source.port, () => Promise.resolve(there))).toEqual(onlyRebirth);
});

function session(port: number, state: StateStore): MessageSource {
  return createMqttSession({
    url: `mqtt://127.0.0.1:${port}`,
    clientId: 'ingest',
    topics: ['#'],
    now: seconds,
    memory: state,
    log: readableLog().log,
  });
}
