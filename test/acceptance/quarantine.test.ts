import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actsAnswerSchema } from '../../api/contract/acts.ts';
import { readingsAnswerSchema } from '../../api/contract/readings.ts';
import { toIso } from '../../domain/time.ts';
import { freePort, until } from '../servers/process.ts';
import { addressIn, type Ground, layGround, runProduct, serviceOf, type Service, type Settings } from './house.ts';
import { ask, toldLedgers } from './told.ts';

/**
 * What an engineer does when a meter speaks that nobody registered: look at what came, mend the register, replay. By
 * commands of the product, against a running house.
 */
const began = Math.floor(Date.now() / 1000);
let ground: Ground;
let house: Service;
let settings: Settings;
let address: string;

beforeAll(async () => {
  ground = layGround();
  const [broker, api] = [await freePort(), await freePort()];
  settings = { METERHOUSE_BROKER_PORT: String(broker), METERHOUSE_API_PORT: String(api) };
  house = serviceOf('start', ground, () => settings, ['--no-simulate']);
  await house.start();
  address = addressIn(house);
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker}`);
  const say = (topic: string, payload: string | Buffer) => client.publishAsync(topic, payload, { qos: 1 });
  // 150: more than one turn of a replay.
  const stamped = (i: number) =>
    `{"v":1,"at":${began - 9_000 + i * 60},"meter":"new-main","readings":[{"quantity":"energy","kind":"register","value":${500 + i},"unit":"kWh"}]}`;
  for (let i = 0; i < 150; i++) await say('annexe/main', stamped(i));
  await say('annexe/main', Buffer.from([0xff, 0x00, 0x1b]));
  await say('annexe/other', '{"power":1}');
  await client.endAsync();
}, 60_000);

afterAll(async () => {
  await house.stop();
  ground.remove();
});

const quarantine = (...words: string[]) => runProduct(['quarantine', ...words], ground, settings);

test('it is listed with its reason, by topic, and one is shown whole', async () => {
  const { output, code } = await quarantine('list', '--topic', 'annexe/#', '--limit', '2');
  expect(code).toBe(0);
  expect(output).toMatch(/^1 {2}\S+Z {2}annexe\/main {2}message\.unregistered$/m);
  expect(output).toContain('"value":500');
  expect(output).toContain('There are more');
  expect(output).toContain('2 messages shown of 152 in the quarantine, 0.1 % full.');
  expect((await quarantine('list', '--topic', 'annexe/+/x')).output).toContain('0 messages shown of 152');
  expect((await quarantine('show', '1')).output).toContain('payload   1');
  const bytes = await quarantine('show', '151');
  expect(bytes.output).toContain('payload   3 bytes in hexadecimal');
  expect(bytes.output).toContain('\nff001b\n');
});

test('what cannot be asked is said, all at once', async () => {
  const { output, code } = await quarantine('replay', 'seventeen');
  expect([code, output.match(/To mend it/g)?.length]).toEqual([2, 2]);
  expect((await quarantine('show', '999')).output).toContain('[request.unknown-id]');
  expect((await quarantine('show', '999')).code).toBe(10);
  expect((await quarantine('reply')).code).toBe(2);
});

test('replayed before anything is mended it stays, and the ledger with it', async () => {
  const { output, code } = await quarantine('replay', '--all', '--reason', 'perhaps it works now');
  expect(output).toContain('0 messages replayed, 152 still not understood');
  expect(output).toContain('message.unregistered  152');
  expect(code).toBe(7);
  const told = await toldLedgers(address, began, began);
  expect(told.get('unregistered')).toMatchObject({ messages_received: 152, messages_quarantined: 152 });
});

test('with the meter in the register a replay books it: readings are there, and each message counts once', async () => {
  const file = join(ground.estate, 'others.yaml');
  const others = readFileSync(file, 'utf8');
  const near = /^( *)- id: (\S+)\n/m.exec(others.slice(others.indexOf('meters:')));
  expect(near).not.toBeNull();
  const pad = near?.[1] ?? '';
  const entry = ['- id: new-main', '  name: Annexe', '  role: main', '  utility: electricity', '  unit: kWh'];
  const more = ['  decoder: meterhouse', '  topic: annexe/main'];
  const lines = [...entry, ...more].map((line) => `${pad}${line}\n`).join('');
  writeFileSync(file, others.replace(near?.[0] ?? '', `${lines}${near?.[0]}`));
  await until('the register to be in use', () => house.output().includes('The changed estate folder is in use'));

  const one = await quarantine('replay', '1', '2', '9999', '--reason', 'the annexe is registered');
  expect(one.output).toContain('2 messages replayed, 0 still not understood, 1 not there or replayed before.');
  expect(one.code).toBe(0);
  const rest = await quarantine('replay', '--topic', 'annexe/#', '--reason', 'the annexe is registered');
  expect(rest.output).toContain('148 messages replayed, 2 still not understood.');
  expect(rest.output).toContain('message.unparsable  1');
  expect(rest.code).toBe(7);

  const told = await toldLedgers(address, began, began);
  expect(told.get('new-main')).toMatchObject({ messages_received: 150, messages_decoded: 150, readings_stored: 150 });
  expect(told.get('unregistered')).toMatchObject({ messages_received: 2, messages_quarantined: 2 });
  const period = { from: toIso(began - 10_000), to: toIso(began + 600), meter: 'new-main' };
  const { readings } = await ask(address, '/v1/readings', period, readingsAnswerSchema);
  expect(readings).toHaveLength(150);
  const left = await quarantine('list', '--not-replayed');
  expect(left.output).toContain('2 messages shown of 152');
});

test('who did it and why is kept', async () => {
  const { acts } = await ask(address, '/v1/acts', { kind: 'replay' }, actsAnswerSchema);
  expect(acts.map(({ who, reason }) => [who, reason])).toEqual([
    ['local', 'perhaps it works now'],
    ['local', 'the annexe is registered'],
    ['local', 'the annexe is registered'],
  ]);
  expect(acts[1]?.detail).toMatchObject({ ids: [1, 2, 9999] });
  expect(acts[2]?.detail).toMatchObject({ filter: { topic: 'annexe/#' } });
});
