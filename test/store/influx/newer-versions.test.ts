/**
 * What only InfluxDB 2.x and 3.x do. It is tried against a stand-in (`stub-influx.ts`), not against those servers,
 * which no package brings; what is the same on 1.x is tried against a real one in the other files of this folder.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { until } from '../../servers/process.ts';
import { always, noon, reading, register } from '../contract/samples.ts';
import { openInflux } from './open-influx.ts';
import { type Answer, startStub } from './stub-influx.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-stub-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const taken: Answer = { status: 204 };
const holds = (lines: readonly string[], word: string): boolean => lines.some((line) => line.includes(word));
const batch = Array.from({ length: 40 }, (_, i) => reading(i === 17 || i === 31 ? `bad-${i}` : 'fine', noon + i, i));

const wholeRefusals: [string, string, Answer][] = [
  [
    '2.x: a line that cannot be parsed, 400',
    'v2.9.1',
    { status: 400, body: { code: 'invalid', message: "unable to parse 'reading,…': invalid number" } },
  ],
  [
    '2.x: a field type conflict, 422',
    'v2.9.1',
    {
      status: 422,
      body: {
        code: 'unprocessable entity',
        message:
          'failure writing points to database: partial write: field type conflict: input field "value" dropped=1',
      },
    },
  ],
  [
    '3.x: a line refused, 400 with the lines',
    '3.11.2',
    {
      status: 400,
      body: {
        error: 'parsing failed for write_lp endpoint',
        data: { original_line: 'reading,…', line_number: 18, error_message: 'invalid column type for column value' },
      },
    },
  ],
];
test.each(wholeRefusals)('%s: the batch is halved until the lines are found', async (_, version, answer) => {
  const stub = await startStub(version, (lines) => (holds(lines, 'meter=bad-') ? answer : taken));
  const { store } = await openInflux({ url: stub.url, database: 'stub' });
  const { refused } = await store.write(batch);
  expect(refused.map((one) => one.reading.meter)).toEqual(['bad-17', 'bad-31']);
  expect(refused[0]?.reason).toMatch(/unable to parse|field type conflict|invalid column type/);
  expect(stub.kept.length).toBe(38);
  // Two bad lines of forty are found in some twenty requests.
  expect(stub.asked.filter((one) => one.path.startsWith('/write')).length).toBeLessThan(25);
  await store.close();
  await stub.stop();
});

test('the token is the password, the precision is always said, and nothing is made', async () => {
  const stub = await startStub('v2.9.1', () => taken);
  const { store, logged } = await openInflux({ url: stub.url, database: 'stub', user: 'any', password: 'the-token' });
  await store.ready();
  await store.write([reading('token', noon, 1)]);
  expect(await store.readings(register('token'), always, 1)).toEqual([]);
  const basic = `Basic ${Buffer.from('any:the-token').toString('base64')}`;
  expect(new Set(stub.asked.map((one) => one.authorization))).toEqual(new Set([basic]));
  const writes = stub.asked.filter((one) => one.path.startsWith('/write'));
  expect(new Set(writes.map((one) => one.path))).toEqual(new Set(['/write?db=stub_readings&precision=s']));
  expect(
    holds(
      stub.asked.map((one) => one.body),
      'CREATE',
    ),
  ).toBe(false);
  expect(logged()).toContain('cannot be seen from here');
  await store.close();
  await stub.stop();
});

test('a bucket that is not there is said, and what is written waits for it', async () => {
  const stub = await startStub('v2.9.1', () => taken);
  stub.databases.clear();
  const { store, logged } = await openInflux({ url: stub.url, database: 'stub', spoolFolder: join(folder, 'bucket') });
  await expect(store.ready()).rejects.toThrow(/store\.no-database/);
  expect((await store.write([reading('bucket', noon, 1)])).spooled).toBe(true);
  expect(logged()).toContain('store.no-database');
  for (const name of ['stub_readings', 'stub_figures']) stub.databases.add(name);
  await until('the spool to be drained', () => store.backlog().batches === 0);
  expect(stub.kept.some((line) => line.includes('meter=bucket'))).toBe(true);
  await store.close();
  await stub.stop();
});

const waits: [string, Answer, string][] = [
  ['an overloaded server, 503', { status: 503, body: { message: 'queue full' } }, 'store.unreachable'],
  ['a limited rate, 429', { status: 429, headers: { 'retry-after': '1' } }, 'store.unreachable'],
  ['a token taken back, 401', { status: 401, body: { code: 'unauthorized', message: 'no' } }, 'store.refused-login'],
  ['a token that may only read, 403', { status: 403, body: { message: 'insufficient' } }, 'store.refused-login'],
  ['a bucket deleted, 404', { status: 404, body: { message: 'bucket "x" not found' } }, 'store.no-database'],
  ['a proxy that says 400 of itself', { status: 400, body: { message: 'Bad Request' } }, 'store.failed'],
  ['an answer of a proxy, 200', { status: 200, body: {} }, 'store.failed'],
];
test.each(waits)('%s: nothing is given up, it waits and is sent later', async (name, answer, code) => {
  let away = true;
  const stub = await startStub('v2.9.1', () => (away ? answer : taken));
  const spoolFolder = join(folder, name.replaceAll(/\W/g, '-'));
  const { store, logged } = await openInflux({ url: stub.url, database: 'stub', spoolFolder });
  expect(await store.write(batch)).toEqual({ refused: [], spooled: true });
  await until('the problem to be said', () => logged().includes(code));
  expect(store.backlog().batches).toBe(1);
  away = false;
  await until('the spool to be drained', () => store.backlog().batches === 0);
  expect(stub.kept.length).toBe(batch.length);
  await store.close();
  await stub.stop();
});

test('a server that never answers is given up in time', async () => {
  const stub = await startStub('v2.9.1', () => taken);
  const { store } = await openInflux({ url: stub.url, database: 'stub', timeoutMs: 300 });
  await store.ready();
  await stub.stop();
  // A listener that takes connections and says nothing.
  const mute = createTcpServer(() => undefined);
  await new Promise<void>((done) => mute.listen(Number(new URL(stub.url).port), '127.0.0.1', done));
  await expect(store.write([reading('mute', noon, 1)])).rejects.toThrow(/store\.unreachable/);
  await expect(store.readings(register('mute'), always, 1)).rejects.toThrow(/store\.unreachable/);
  await store.close();
  mute.close();
});

test('an answer that was cut short is not taken for whole', async () => {
  const stub = await startStub('v2.9.1', () => taken);
  const { store } = await openInflux({ url: stub.url, database: 'stub' });
  await store.ready();
  await stub.stop();
  const series = [{ name: 'reading', columns: ['time', 'value', 'period_s', 'received_s'], values: [[noon, 1, 0, 1]] }];
  const results = [{ statement_id: 0, series: [{ ...series[0], partial: true }] }];
  const cut = createHttpServer((_, response) => response.end(JSON.stringify({ results })));
  await new Promise<void>((done) => cut.listen(Number(new URL(stub.url).port), '127.0.0.1', done));
  await expect(store.readings(register('cut'), always, 10)).rejects.toThrow(/max-row-limit/);
  await store.close();
  cut.closeAllConnections();
  cut.close();
});
