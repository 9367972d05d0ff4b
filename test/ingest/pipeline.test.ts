import pino from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Meter } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { Deriver } from '../../ingest/derive.ts';
import { Pipeline } from '../../ingest/pipeline.ts';
import { readObserved } from '../../store/observed.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import type { LedgerLine, StateStore } from '../../store/state-store.ts';
import { delivery, openBooks, refusing, StoreWithSpool, type TestBooks } from './books.ts';
import { madeEstate, madeMeter, madeSeries } from './made-meter.ts';

const start = 1_795_456_800;
const log = pino({ level: 'silent' });
let books: TestBooks;
beforeAll(async () => {
  books = await openBooks(() => start);
});
afterAll(() => books.close());

const open: Pipeline[] = [];
function pipelineOf(
  meters: readonly (Partial<Meter> & { readonly id: string })[],
  store: ReadingStore = books.store,
  state: StateStore = books.state,
) {
  const estate = madeEstate(
    meters.map((meter) => madeMeter({ topic: `t/${meter.id}`, decoder: 'meterhouse', ...meter })),
  );
  const pipeline = new Pipeline({ source: 's', store, state, estate, clock: () => start * 1000, log });
  pipeline.start();
  open.push(pipeline);
  return pipeline;
}
afterAll(async () => {
  for (const pipeline of open) await pipeline.close();
});

function said(meter: string, value: number | null, at = start - 60, more = {}) {
  const readings = [{ quantity: 'energy', kind: 'register', value, unit: 'kWh' }];
  const payload = Buffer.from(JSON.stringify({ v: 1, at, readings }));
  return delivery({ topic: `t/${meter}`, payload, received: start, ...more });
}

async function offer(pipeline: Pipeline, list: readonly ReturnType<typeof delivery>[]) {
  for (const each of list) void pipeline.offer(each);
  return Promise.all(list.map((each) => each.ended));
}

function lineOf(meter: string): LedgerLine | undefined {
  return books.state.ledger({ from: '2026-11-23', to: '2026-11-23' }, [meter])[0];
}
function termsOf(meter: string) {
  const line = lineOf(meter);
  return { ...line?.messages, ...line?.readings, readings: line?.readings.decoded, messages: line?.messages.decoded };
}

test('a message becomes a reading, a line of both ledgers, a mark and a span to derive', async () => {
  const pipeline = pipelineOf([{ id: 'first' }]);
  expect(await offer(pipeline, [said('first', 5)])).toEqual(['acknowledged']);
  expect(await books.store.seriesOf('first')).toEqual([{ meter: 'first', quantity: 'energy', kind: 'register' }]);
  expect(lineOf('first')).toEqual({
    day: '2026-11-23',
    meter: 'first',
    messages: { received: 1, decoded: 1, ignored: 0, quarantined: 0, qos0: 0 },
    readings: { decoded: 1, stored: 1, repeated: 0, revised: 0, refused: 0, parked: 0 },
  });
  expect(books.state.highWater(['first/energy/register']).get('first/energy/register')?.value).toBe(5);
  const touched = books.state.touched(1_000).find(({ meter }) => meter === 'first');
  expect(touched?.spans.map(({ from, to }) => [from, to])).toEqual([[start - 60, start - 60]]);
});

test('repeated and revised, within a batch and behind the mark; the old value is kept', async () => {
  const pipeline = pipelineOf([{ id: 'again' }]);
  await offer(pipeline, [said('again', 5), said('again', 5), said('again', 6), said('again', 7, start)]);
  await offer(pipeline, [said('again', 6), said('again', 5), said('again', 5), said('again', 1, start - 600)]);
  expect(termsOf('again')).toMatchObject({ messages: 8, readings: 8, stored: 3, repeated: 3, revised: 2 });
  expect(
    books.state.superseded('again', { from: 0, to: start + 1 }).map(({ before, after }) => [before, after]),
  ).toEqual([
    [5, 6],
    [6, 5],
  ]);
  const identity = { meter: 'again', quantity: 'energy', kind: 'register', at: start - 60 } as const;
  expect([...(await books.store.find([identity])).values()]).toEqual([5]);
});

test('what cannot be understood is quarantined with its reason, acknowledged and counted', async () => {
  const pipeline = pipelineOf([{ id: 'odd' }]);
  const before =
    books.state.ledger({ from: '2026-11-23', to: '2026-11-23' }, ['unregistered'])[0]?.messages.received ?? 0;
  const list = [
    delivery({ topic: 't/odd', payload: Buffer.from('{"connected"}'), received: start }),
    delivery({ topic: 'nobody', payload: Buffer.from('1'), received: start, qos: 0 }),
    said('odd', null),
    said('odd', 3, start + 3600),
  ];
  expect(new Set(await offer(pipeline, list))).toEqual(new Set(['acknowledged']));
  expect(termsOf('odd')).toMatchObject({ received: 3, decoded: 2, quarantined: 1, readings: 2, refused: 2, stored: 0 });
  const line = books.state.ledger({ from: '2026-11-23', to: '2026-11-23' }, ['unregistered'])[0];
  expect([(line?.messages.received ?? 0) - before, line?.messages.qos0]).toEqual([1, 1]);
  const rows = books.state
    .quarantine({ after: 0, limit: 100 })
    .filter((row) => ['odd', 'unregistered'].includes(row.meter));
  expect(rows.map(({ code, refusedReadings }) => [code, refusedReadings])).toEqual([
    ['message.unparsable', 0],
    ['message.unregistered', 0],
    ['reading.not-a-number', 1],
    ['reading.future', 1],
  ]);
});

test('a redelivered message that was booked is acknowledged and not counted', async () => {
  const first = pipelineOf([{ id: 'twice' }]);
  await offer(first, [said('twice', 5, start, { fingerprint: 'f1' })]);
  const second = pipelineOf([{ id: 'twice' }]);
  const list = [
    said('twice', 5, start, { fingerprint: 'f1', duplicate: true }),
    said('twice', 6, start + 1, { fingerprint: 'f2', duplicate: true }),
    said('twice', 6, start + 1, { fingerprint: 'f2', duplicate: true }),
    // The same packet id and bytes without the flag is a new message.
    said('twice', 5, start, { fingerprint: 'f1' }),
  ];
  expect(new Set(await offer(second, list))).toEqual(new Set(['acknowledged']));
  expect(termsOf('twice')).toMatchObject({ messages: 3, stored: 2, repeated: 1 });
  expect(second.counters.messages.redelivered).toBe(2);
});

test('a line that the store refuses is quarantined, and does not move the mark', async () => {
  const pipeline = pipelineOf(
    [{ id: 'bad-line' }],
    refusing(books.store, (reading) => reading.value === 13),
  );
  await offer(pipeline, [said('bad-line', 5, start - 10), said('bad-line', 13, start), said('bad-line', 13, start)]);
  expect(termsOf('bad-line')).toMatchObject({ messages: 3, stored: 1, refused: 2, repeated: 0 });
  expect(books.state.highWater(['bad-line/energy/register']).get('bad-line/energy/register')?.at).toBe(start - 10);
  const rows = books.state.quarantine({ after: 0, limit: 1_000, code: 'reading.refused-by-store' });
  expect(rows.map(({ meter, detail }) => [meter, detail])).toEqual([
    ['bad-line', 'refused by the test'],
    ['bad-line', 'refused by the test'],
  ]);
});

/** Books of which one call fails while `broken.is`. */
function brokenAt<T extends object>(books: T, method: keyof T, broken: { is: boolean }): T {
  return new Proxy(books, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key === method && broken.is) {
        return () => {
          throw new Error('disk full');
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test('when the store takes nothing, a message is not acknowledged, and is tried again', async () => {
  const broken = { is: true };
  const pipeline = pipelineOf([{ id: 'full' }], brokenAt(books.store, 'write', broken));
  const held = said('full', 5);
  void pipeline.offer(held);
  await vi.waitFor(() => expect(pipeline.counters.batches.failed).toBe(1));
  expect(pipeline.counters).toMatchObject({ pausedMs: limits.retryFirstMs, queued: 1 });
  expect(lineOf('full')).toBeUndefined();
  broken.is = false;
  expect(await held.ended).toBe('acknowledged');
  expect(termsOf('full')).toMatchObject({ messages: 1, stored: 1 });
  await vi.waitFor(() => expect(pipeline.counters.pausedMs).toBe(0));
  expect(pipeline.counters).toMatchObject({ messages: { released: 0 }, batches: { failed: 1 } });
});

test('what was written and not committed is booked before what came after it', async () => {
  const broken = { is: true };
  const pipeline = pipelineOf([{ id: 'order' }], books.store, brokenAt(books.state, 'commit', broken));
  const first = [said('order', 5, start - 120), said('order', 6, start - 60)];
  for (const each of first) void pipeline.offer(each);
  await vi.waitFor(() => expect(pipeline.counters.batches.failed).toBe(1));
  const after = said('order', 7, start);
  void pipeline.offer(after);
  broken.is = false;
  const ends = await Promise.all([...first, after].map((each) => each.ended));
  expect(ends).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
  expect(termsOf('order')).toMatchObject({ stored: 3, repeated: 0, revised: 0 });
});

test('a message without a stamp that was written before a kill is the same reading when it comes again', async () => {
  const killed = pipelineOf([{ id: 'bare' }], books.store, brokenAt(books.state, 'commit', { is: true }));
  const payload = Buffer.from('{"v":1,"readings":[{"quantity":"energy","kind":"register","value":5,"unit":"kWh"}]}');
  const sent = { topic: 't/bare', payload, received: start, fingerprint: 'bare/1' };
  void killed.offer(delivery(sent));
  await vi.waitFor(() => expect(killed.counters.batches.failed).toBe(1));
  await killed.close();
  const series = { meter: 'bare', quantity: 'energy', kind: 'register' } as const;
  const kept = async (): Promise<number[]> =>
    (await books.store.readings(series, { from: 0, to: start + 3_600 }, 10)).map(({ at }) => at);
  expect(await kept()).toEqual([start]);
  const next = pipelineOf([{ id: 'bare' }]);
  // Another one that was not there before takes its own time.
  const other = delivery({ ...sent, received: start + 40, fingerprint: 'bare/2', duplicate: true });
  await offer(next, [delivery({ ...sent, received: start + 30, duplicate: true }), other]);
  expect(await kept()).toEqual([start, start + 40]);
  expect(termsOf('bare')).toMatchObject({ received: 2, stored: 2, repeated: 0, revised: 0 });
});

test('what cannot be booked is given back at the end', async () => {
  const pipeline = pipelineOf([{ id: 'end' }], books.store, brokenAt(books.state, 'commit', { is: true }));
  const held = said('end', 5);
  void pipeline.offer(held);
  await vi.waitFor(() => expect(pipeline.counters.batches.failed).toBe(1));
  await pipeline.close();
  expect(await held.ended).toBe('released');
});

test('late readings wait for a store that is away; new ones go to its spool', async () => {
  const outage = new StoreWithSpool(books.store);
  const pipeline = pipelineOf([{ id: 'away' }], outage.store);
  await offer(pipeline, [said('away', 5, start - 120)]);
  outage.isDown = true;
  await offer(pipeline, [said('away', 6, start - 60), said('away', 5, start - 120), said('away', 4, start - 180)]);
  await offer(pipeline, [said('away', 6, start - 60), said('away', 9, start - 180)]);
  expect(termsOf('away')).toMatchObject({ messages: 6, stored: 2, parked: 4, readings: 6 });
  expect(books.state.touched(1_000).find(({ meter }) => meter === 'away')?.spans).toHaveLength(1);
  await outage.comeBack();
  while (pipeline.counters.parked > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(termsOf('away')).toMatchObject({ stored: 3, repeated: 2, revised: 1, parked: 0, readings: 6 });
  const spans = books.state.touched(1_000).find(({ meter }) => meter === 'away')?.spans ?? [];
  expect([Math.min(...spans.map(({ from }) => from)), Math.max(...spans.map(({ to }) => to))]).toEqual([
    start - 180,
    start - 60,
  ]);
});

test('what came while a batch was written is read by the register of its own batch', async () => {
  const writing = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  const store: ReadingStore = {
    ...books.store,
    async write(readings) {
      writing.resolve();
      await going.promise;
      return await books.store.write(readings);
    },
  };
  const pipeline = pipelineOf([{ id: 'early' }], store);
  const first = said('early', 1, start - 120);
  void pipeline.offer(first);
  await writing.promise;
  // Read as it comes, in the unit of that moment; booked when the register says another one.
  const second = said('early', 2, start - 60);
  void pipeline.offer(second);
  pipeline.setEstate(madeEstate([madeMeter({ id: 'early', topic: 't/early', decoder: 'meterhouse', unit: 'Wh' })]));
  going.resolve();
  expect(await Promise.all([first.ended, second.ended])).toEqual(['acknowledged', 'acknowledged']);
  const name = { meter: 'early', quantity: 'energy', kind: 'register' } as const;
  const readings = await books.store.readings(name, { from: start - 600, to: start }, 10);
  expect(readings.map(({ value }) => value)).toEqual([1, 2_000]);
});

test('a queue that is full asks the source to wait, until there is room', async () => {
  const pipeline = pipelineOf([{ id: 'room' }]);
  const list = Array.from({ length: limits.queueMessages }, (_, i) => said('room', i, start - 10_000 + i, { qos: 0 }));
  const answers = list.map((each) => pipeline.offer(each));
  expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
  await answers.at(-1);
  expect(pipeline.counters.queued).toBeLessThan(limits.queueMessages / 2);
  await Promise.all(list.map((each) => each.ended));
  expect(termsOf('room')).toMatchObject({ messages: limits.queueMessages, qos0: limits.queueMessages });
});

test('a mended register takes quarantined messages back: their place in the ledger moves', async () => {
  const pipeline = pipelineOf([{ id: 'mended', unit: 'm3', utility: 'water' }]);
  await offer(pipeline, [
    delivery({ topic: 't/later', payload: said('later', 5).payload, received: start }),
    said('mended', 6),
    said('mended', 7, start, { retained: true }),
    delivery({ topic: 't/mended', payload: Buffer.from('rubbish'), received: start }),
  ]);
  const unregistered = termsOf('unregistered').quarantined ?? 0;
  expect(termsOf('mended')).toMatchObject({ received: 4 - 1, decoded: 2, quarantined: 1, refused: 2 });
  const rows = books.state
    .quarantine({ after: 0, limit: 100_000 })
    .filter((row) => row.topic === 't/later' || row.topic === 't/mended');
  expect(rows.map((row) => row.code)).toEqual([
    'message.unregistered',
    'reading.wrong-unit',
    'reading.wrong-unit',
    'message.unparsable',
  ]);
  const ids = rows.map((row) => row.id);
  expect(await pipeline.replay([ids[0] ?? 0])).toMatchObject({ still: [{ code: 'message.unregistered' }] });
  pipeline.setEstate(
    madeEstate(
      ['mended', 'later'].map((id) => madeMeter({ id, topic: `t/${id}`, decoder: 'meterhouse' })),
      2,
    ),
  );
  const answer = await pipeline.replay([...ids, 999_999]);
  expect(answer).toEqual({
    replayed: ids.slice(0, 3),
    still: [{ id: ids[3], code: 'message.unparsable', detail: 'not JSON: "rubbish"' }],
    absent: [999_999],
  });
  expect(await pipeline.replay(ids)).toMatchObject({ replayed: [], absent: ids.slice(0, 3) });
  expect((termsOf('unregistered').quarantined ?? 0) - unregistered).toBe(-1);
  expect(termsOf('later')).toMatchObject({ received: 1, decoded: 1, stored: 1 });
  expect(termsOf('mended')).toMatchObject({ received: 3, decoded: 2, quarantined: 1, stored: 2, refused: 0 });
});

test('closing books what is queued', async () => {
  const pipeline = pipelineOf([{ id: 'closing' }]);
  const list = [said('closing', 1), said('closing', 2, start)];
  for (const each of list) void pipeline.offer(each);
  await pipeline.close();
  expect(await Promise.all(list.map((each) => each.ended))).toEqual(['acknowledged', 'acknowledged']);
  const late = said('closing', 3, start + 5);
  void pipeline.offer(late);
  expect(await late.ended).toBe('released');
});

test('a series outside is booked like a meter, and nothing is derived from it', async () => {
  const series = madeSeries({ id: 'roof', topic: 'weather/roof', decoder: 'meterhouse' });
  const estate = madeEstate([madeMeter({ id: 'other', topic: 't/other', decoder: 'meterhouse' })], 1, [series]);
  const { store, state } = books;
  const pipeline = new Pipeline({ source: 'w', store, state, estate, clock: () => start * 1000, log });
  pipeline.start();
  open.push(pipeline);
  expect(pipeline.filters.toSorted()).toEqual(['t/other', 'weather/roof']);
  const heard = (at: number, value: number) =>
    delivery({
      topic: 'weather/roof',
      received: start,
      payload: Buffer.from(
        `{"v":1,"readings":[{"quantity":"temperature","kind":"instant","value":${value},"unit":"degC","at":${at}}]}`,
      ),
    });
  await offer(pipeline, [heard(start - 1800, 4), heard(start - 900, 5), heard(start - 900, 5), heard(start, 9)]);
  expect(termsOf('roof')).toMatchObject({ messages: 4, stored: 3, repeated: 1 });
  const { values } = await readObserved(store, series, { from: start - 1800, to: start + 1800 });
  expect([...values]).toEqual([4.5, 9]);
  const deriver = new Deriver({ store, state, estate, clock: () => start * 1000, log, holder: 'w' });
  await deriver.look();
  expect(await store.halfHours(['roof'], { from: 0, to: start + 86_400 })).toEqual([]);
  expect(state.touched(1_000).filter(({ meter }) => meter === 'roof')).toEqual([]);
});
