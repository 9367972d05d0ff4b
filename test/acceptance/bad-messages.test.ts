import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { quarantineAnswerSchema } from '../../api/contract/quarantine.ts';
import { type InfluxServer, startInflux } from '../servers/influx.ts';
import { describeWith } from '../servers/locate.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { addressIn, type Ground, layGround, type Service, serviceOf, settingsBetween } from './house.ts';
import { ask, type Terms, toldSeconds, untilBooked } from './told.ts';

/**
 * What no meter should say, said to the running services between good messages: each is refused with a reason and a way
 * to mend it, and nothing good is lost with it.
 */
const meter = 'sal-e-main';
const topic = `meterhouse/${meter}`;
const began = Math.floor(Date.now() / 1000);
const json = (reading: string, at: number | string = began): string =>
  `{"v":1,"at":${JSON.stringify(at)},"meter":"${meter}","readings":[${reading}]}`;
const register = (value: string, unit = 'kWh', quantity = 'energy'): string =>
  `{"quantity":"${quantity}","kind":"register","value":${value},"unit":"${unit}"}`;

interface BadMessage {
  readonly is: string;
  readonly topic?: string;
  readonly payload: string | Buffer;
  readonly code: string;
  /** A message that was understood, with readings that were not kept. */
  readonly refused?: number;
}

const deep = 60;
const badMessages: readonly BadMessage[] = [
  { is: 'an empty payload', payload: '', code: 'message.empty' },
  { is: 'a payload over the limit', payload: Buffer.alloc(1_048_577, 0x20), code: 'message.too-large' },
  { is: 'bytes that are no text', payload: Buffer.from([0xff, 0xfe, 0, 1, 0x80, 0xc3]), code: 'message.unparsable' },
  { is: 'text that is no JSON', payload: 'Comm Fail', code: 'message.unparsable' },
  { is: 'JSON cut off', payload: json(register('1')).slice(0, -7), code: 'message.unparsable' },
  { is: 'arrays 100,000 deep', payload: '['.repeat(100_000), code: 'message.unparsable' },
  { is: 'closed objects 500 deep', payload: `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, code: 'message.unparsable' },
  { is: 'NaN for a number', payload: json(register('NaN')), code: 'message.unparsable' },
  { is: 'a string for a number', payload: json(register('"12.5"')), code: 'reading.not-a-number', refused: 1 },
  { is: 'a number beyond all bounds', payload: json(register('1e999')), code: 'reading.not-a-number', refused: 1 },
  { is: 'null for a number', payload: json(register('null')), code: 'reading.not-a-number', refused: 1 },
  { is: 'a version that does not exist', payload: '{"v":2,"readings":[]}', code: 'message.unparsable' },
  {
    is: 'a unit of something else',
    payload: json(register('7', 'm3', 'volume')),
    code: 'reading.wrong-unit',
    refused: 1,
  },
  { is: 'a unit that does not exist', payload: json(register('7', 'kWhh')), code: 'reading.wrong-unit', refused: 1 },
  { is: 'a number that says unknown', payload: json(register('4294967295')), code: 'reading.sentinel', refused: 1 },
  { is: 'a clock a day ahead', payload: json(register('5'), began + 86_400), code: 'reading.future', refused: 1 },
  {
    is: 'a clock that jumped to 2099',
    payload: json(register('5'), 4_070_908_800),
    code: 'reading.future',
    refused: 1,
  },
  { is: 'a clock that was never set', payload: json(register('5'), 86_400 * 365), code: 'reading.too-old', refused: 1 },
  {
    is: 'another meter under this topic',
    payload: json(register('5')).replace(meter, 'sal-e-mian'),
    code: 'message.unregistered',
  },
  { is: 'a topic nobody listens to', topic: 'meterhouse/sal-e-mian', payload: '1', code: 'message.unregistered' },
  {
    is: `a topic of ${deep} levels`,
    topic: Array.from({ length: deep }, (_, i) => `l${i}`).join('/'),
    payload: '1',
    code: 'message.unregistered',
  },
  { is: 'a topic as long as topics can be', topic: 't'.repeat(60_000), payload: '1', code: 'message.unregistered' },
];
/** A line of this week will be refused: some other program has written text into our field. */
const foreignWeek = began - 300 * 86_400;

describeWith(['mosquitto', 'influxd'], 'messages that nobody should send', () => {
  const closers: (() => Promise<unknown> | void)[] = [];
  const good: number[] = [];
  let ground: Ground;
  let broker: Mosquitto;
  let influx: InfluxServer;
  let ingest: Service;
  let api: Service;
  let client: MqttClient;
  let told: ReadonlyMap<string, Terms>;
  let address = '';
  let quarantine: z.output<typeof quarantineAnswerSchema>['messages'];

  beforeAll(async () => {
    ground = layGround();
    closers.unshift(() => ground.remove());
    broker = await startMosquitto();
    closers.unshift(() => broker.stop());
    influx = await startInflux({ databases: ['meterhouse_readings'] });
    closers.unshift(() => influx.stop());
    await influx.ask('ALTER RETENTION POLICY autogen ON meterhouse_readings DURATION INF SHARD DURATION 7d');
    const authorization = `Basic ${Buffer.from('admin:admin-secret').toString('base64')}`;
    const foreign = await fetch(`${influx.url}/write?db=meterhouse_readings&precision=s`, {
      method: 'POST',
      headers: { authorization },
      body: `reading,meter=foreign value="text" ${foreignWeek}`,
    });
    if (foreign.status !== 204) throw new Error(`the foreign line was not taken: ${foreign.status}`);
    const settings = settingsBetween(broker, influx);
    ingest = serviceOf('ingest', ground, () => settings);
    api = serviceOf('api', ground, () => settings);
    closers.unshift(
      () => ingest.stop(),
      () => api.stop(),
    );
    await Promise.all([ingest.start(), api.start()]);
    client = await mqtt.connectAsync(broker.url, { protocolVersion: 5 });
    closers.unshift(() => client.endAsync(true));
    await sayAll();
    address = addressIn(api);
    // With the refused and the retained one, and without the one that is too large for the connection.
    const sent = good.length + badMessages.length + 2;
    told = await untilBooked(address, ground, began, sent, () => ingest.output());
    quarantine = (await ask(address, '/v1/quarantine', { limit: '1000' }, quarantineAnswerSchema)).messages;
  }, 600_000);

  afterAll(async () => {
    for (const close of closers) await close();
  }, 60_000);

  /** A good message after each bad one, so that both are in one batch more often than not. */
  async function sayAll(): Promise<void> {
    const say = (to: string, payload: string | Buffer): Promise<unknown> =>
      client.publishAsync(to, payload, { qos: 1 });
    const sayGood = (): Promise<unknown> => {
      const at = began - 7_200 + 60 * good.length;
      good.push(at);
      return say(topic, json(register(String(1_000 + good.length)), at));
    };
    const all = badMessages.flatMap((bad) => [say(bad.topic ?? topic, bad.payload), sayGood()]);
    // One that no connection of ours takes at all: the broker keeps it to itself.
    all.push(say(topic, Buffer.alloc(3_000_000, 0x20)), sayGood());
    // A message with a good reading and a bad one; one whose reading the database refuses; one that clears what the
    // broker retains, which to those who are there looks like any empty one.
    all.push(say(topic, json(`${register('2001', 'kWh')},${register('7', 'm3', 'volume')}`, began - 30)), sayGood());
    all.push(say(topic, json(register('900'), foreignWeek + 60)), sayGood());
    all.push(client.publishAsync(topic, '', { qos: 1, retain: true }), sayGood());
    await Promise.all(all);
    good.push(began - 30);
  }

  test.each(badMessages)('$is: kept with its reason ($code)', (bad) => {
    // Of a payload over the limit its beginning is kept.
    const length = bad.payload.length > 1_048_576 ? 65_536 : bad.payload.length;
    const found = quarantine.filter(
      (row) => row.topic === (bad.topic ?? topic) && row.code === bad.code && row.payload_bytes === length,
    );
    expect(found.length).toBeGreaterThan(0);
    const [row] = found;
    expect(row?.refused_readings).toBe(bad.refused ?? 0);
    expect(row?.detail.length).toBeGreaterThan(5);
    expect(row?.detail.length).toBeLessThan(500);
    expect(row?.mend.length).toBeGreaterThan(10);
  });

  test('a reading that the database refuses is kept with the words of the database', () => {
    const rows = quarantine.filter(({ code }) => code === 'reading.refused-by-store');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.detail).toMatch(/field type conflict/);
    expect(rows[0]?.payload_text).toContain('900');
  });

  test('no good reading is lost', async () => {
    const found = await toldSeconds(address, meter, { from: foreignWeek - 86_400, to: began + 86_400 * 2 });
    expect(found.get('register')?.sort((a, b) => a - b)).toEqual([...good].sort((a, b) => a - b));
  });

  test('both ledgers add up', () => {
    const refused = badMessages.filter((bad) => bad.refused !== undefined).length;
    const unregistered = badMessages.filter((bad) => bad.topic !== undefined).length;
    expect(told.get('unregistered')).toMatchObject({
      messages_received: unregistered,
      messages_quarantined: unregistered,
    });
    expect(told.get(meter)).toMatchObject({
      // `good` counts the good reading of the mixed message too.
      messages_decoded: good.length + refused + 1,
      messages_ignored: 0,
      messages_quarantined: badMessages.length - refused - unregistered + 1,
      readings_stored: good.length,
      readings_refused: refused + 2,
      readings_repeated: 0,
    });
    expect([...told.keys()].sort()).toEqual([meter, 'unregistered'].sort());
  });

  test('the house runs on', async () => {
    expect(ingest.isRunning()).toBe(true);
    const ready = await fetch(`${address}/readyz`);
    expect(ready.status).toBe(200);
    const healthy = z.object({ ready: z.literal(true) });
    expect(healthy.safeParse(await ready.json()).success).toBe(true);
  });
});
