import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveEvents } from '../../api/contract/live.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { limits } from '../../domain/limits.ts';
import { until } from '../servers/process.ts';
import { raise } from '../store/raise-alerts.ts';
import { firstSeen, leak } from './alert-samples.ts';
import { batch } from './batch.ts';
import { testEstate } from './estate.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';

/** The live stream over a real socket. */

let rig: Rig;
let address: string;
beforeAll(async () => {
  rig = await startRig();
  address = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => rig.close());

interface Told {
  readonly event: string;
  readonly data: Record<string, unknown>;
}
interface Stream {
  readonly told: Told[];
  lastId: string;
  ended: boolean;
  readonly status: number;
  readonly type: string;
  close(): void;
}

async function listen(
  query = '',
  more: { key?: string; cookie?: string; lastId?: string; at?: string } = {},
): Promise<Stream> {
  const stop = new AbortController();
  const who = more.cookie === undefined ? bearer(more.key ?? rig.key({})) : { cookie: more.cookie };
  const headers = { ...who, ...(more.lastId ? { 'last-event-id': more.lastId } : {}) };
  const answer = await fetch(`${more.at ?? address}/v1/live${query}`, { headers, signal: stop.signal });
  const stream: Stream = {
    told: [],
    lastId: '',
    ended: false,
    status: answer.status,
    type: answer.headers.get('content-type') ?? '',
    close: () => stop.abort(),
  };
  void follow(answer, stream);
  return stream;
}

/** Reads events as the HTML standard says: fields by line, an event at each empty line. */
async function follow(answer: Response, stream: Stream): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block, stream);
    }
  } catch {
    // Aborted by the test.
  }
  stream.ended = true;
}

function take(block: string, stream: Stream): void {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.replace(/^\w*: ?/, '')]),
  );
  stream.lastId = fields.get('id') ?? stream.lastId;
  const data = fields.get('data');
  const event = fields.get('event');
  if (data !== undefined && event !== undefined) stream.told.push({ event, data: JSON.parse(data) });
}

const hear = (meter: string, at: number, value: number): void =>
  rig.state.commit(
    batch({ highWater: [{ series: `${meter}/energy/register`, at: noon + at, value, received: noon + at }] }),
  );
const derive = (meter: string): void => rig.state.recordDerived([{ meter, from: noon - 1800, to: noon }]);
const values = (stream: Stream): unknown[] =>
  stream.told
    .filter(({ event }) => event === 'reading')
    .map(({ data }) => `${String(data['meter'])} ${String(data['value'])}`);

describe('/v1/live', () => {
  test('begins with the newest reading of every series, then tells what changes, in the form promised', async () => {
    hear('centre-main', 0, 1);
    derive('centre-main');
    const stream = await listen();
    expect(stream).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' });
    await until('the first reading', () => stream.told.length === 1);
    hear('centre-main', 60, 2);
    hear('nobody-knows', 60, 9);
    derive('centre-main');
    await until('the change', () => stream.told.length === 3);
    for (const { event, data } of stream.told) {
      expect(liveEvents[event as keyof typeof liveEvents].safeParse(data).error?.issues ?? []).toEqual([]);
    }
    expect(values(stream)).toEqual(['centre-main 1', 'centre-main 2']);
    expect(stream.told[2]).toEqual({
      event: 'half-hours',
      data: {
        meter: 'centre-main',
        site: 'centre',
        utility: 'electricity',
        from: '2026-01-15T11:30:00Z',
        to: '2026-01-15T12:00:00Z',
      },
    });
    stream.close();
  });

  test('goes on where a broken stream was', async () => {
    const first = await listen();
    hear('centre-gas', 0, 5);
    await until('a reading of the gas meter', () => values(first).includes('centre-gas 5'));
    first.close();
    hear('centre-gas', 60, 6);
    derive('centre-gas');
    const second = await listen('', { lastId: first.lastId });
    await until('what was missed', () => second.told.length === 2);
    expect(values(second)).toEqual(['centre-gas 6']);
    expect(second.told[1]?.event).toBe('half-hours');
    second.close();
  });

  test('tells a key what it may see, and a filter what it wants', async () => {
    const whole = await listen();
    const ours = await listen('', { key: rig.key({ sites: ['practice'] }) });
    const wanted = await listen('?site=centre');
    hear('practice-main', 0, 7);
    hear('centre-main', 120, 8);
    await until('both', () => values(whole).includes('practice-main 7') && values(whole).includes('centre-main 8'));
    await until('one each', () => values(ours).length > 0 && values(wanted).includes('centre-main 8'));
    expect(new Set(ours.told.map(({ data }) => data['site']))).toEqual(new Set(['practice']));
    expect(new Set(wanted.told.map(({ data }) => data['site']))).toEqual(new Set(['centre']));
    for (const stream of [whole, ours, wanted]) stream.close();
  });

  test('tells what happens to alerts, from when somebody listens on, to who may see their site', async () => {
    raise(rig.state, firstSeen, leak);
    const whole = await listen();
    const ours = await listen('', { key: rig.key({ sites: ['practice'] }) });
    const of = (stream: Stream) => stream.told.filter(({ event }) => event === 'alert').map(({ data }) => data);
    rig.state.addAlertEvent('a-1', { event: 'commented', at: noon, who: 'Ada', says: 'line\nbreak' }, 1);
    raise(rig.state, firstSeen, { ...leak, site: 'practice' });
    await until('both', () => of(whole).length === 2 && of(ours).length === 1);
    expect(of(whole)[0]).toMatchObject({ alert: 'a-1', event: 'commented', who: 'Ada', says: 'line\nbreak' });
    expect(liveEvents.alert.parse(of(ours)[0])).toMatchObject({ alert: 'a-2', site: 'practice', event: 'opened' });
    ours.close();
    rig.state.addAlertEvent('a-2', { event: 'acknowledged', at: noon, who: 'Bo' }, 1);
    const again = await listen('', { lastId: ours.lastId });
    await until('what was missed', () => of(again).length === 1);
    expect(of(again)[0]).toMatchObject({ alert: 'a-2', event: 'acknowledged', state: 'acknowledged' });
    for (const stream of [whole, again]) stream.close();
  });

  test('a filter by site tells nothing more of alerts once the site belongs to others', async () => {
    let estate = testEstate();
    const moving = await startRig({ estate: () => estate });
    const url = await moving.app.listen({ host: '127.0.0.1', port: 0 });
    const key = moving.key({ organisations: ['south'] });
    const stream = await listen('?site=practice', { key, at: url });
    const whole = await listen('', { key: moving.key({}), at: url });
    const of = ({ told }: Stream) => told.filter(({ event }) => event === 'alert').map(({ data }) => data['alert']);
    raise(moving.state, firstSeen, { ...leak, site: 'practice' });
    await until('the alert of our site', () => of(stream).length === 1);
    const practice = estate.sites.get('practice');
    if (!practice) throw new Error('the estate has changed');
    estate = { ...estate, sites: new Map([...estate.sites, ['practice', { ...practice, organisation: 'north' }]]) };
    raise(moving.state, firstSeen, { ...leak, site: 'practice' });
    await until('the alert that others see', () => of(whole).length === 2);
    // One look writes to both.
    await new Promise((done) => setTimeout(done, 100));
    expect(of(stream)).toEqual(['a-1']);
    for (const one of [stream, whole]) one.close();
    await moving.close();
  });

  test('ends when the key is revoked', async () => {
    const key = rig.key({});
    const stream = await listen('', { key });
    await until('the first readings', () => stream.told.length > 0);
    rig.state.revokeKey(key.split('_')[1] ?? '', noon);
    await until('the end', () => stream.ended);
    expect((await fetch(`${address}/v1/live`, { headers: bearer(key) })).status).toBe(401);
  });

  test('ends for a browser when it signs out, and when its session is over', async () => {
    const key = rig.key({});
    const signIn = async (): Promise<string> => {
      const answer = await rig.app.inject({ method: 'POST', url: '/v1/sessions', payload: { key } });
      return String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
    };
    const first = await signIn();
    const second = await signIn();
    const leaving = await listen('', { cookie: first });
    const staying = await listen('', { cookie: second });
    await until('the first readings', () => leaving.told.length > 0 && staying.told.length > 0);
    const headers = { cookie: first, 'sec-fetch-site': 'same-origin' };
    const out = await rig.app.inject({ method: 'DELETE', url: '/v1/sessions', headers });
    expect(out.json()).toEqual({ signed_out: true });
    await until('the end', () => leaving.ended);
    expect(staying.ended).toBe(false);
    rig.at(noon + limits.signedInIdleSeconds);
    await until('the end of the other', () => staying.ended);
    rig.at(noon);
  });

  test('is refused like any other route', async () => {
    const without = await fetch(`${address}/v1/live`);
    expect(without.status).toBe(401);
    const wrong = await fetch(`${address}/v1/live?sit=centre`, { headers: bearer(rig.key({})) });
    expect(problemSchema.parse(await wrong.json()).problems[0]?.expected).toContain('perhaps site');
  });

  test('looks at nothing while nobody listens, and keeps a bounded number of listeners', async () => {
    let looks = 0;
    const quiet = await startRig();
    const real = quiet.state.heardSince.bind(quiet.state);
    Object.assign(quiet.state, { heardSince: (sequence: number, limit: number) => (looks++, real(sequence, limit)) });
    const url = await quiet.app.listen({ host: '127.0.0.1', port: 0 });
    const keys = [bearer(quiet.key({})), bearer(quiet.key({}))];
    await new Promise((done) => setTimeout(done, limits.streamPauseMs + 200));
    expect(looks).toBe(0);
    const stop = new AbortController();
    const open = (i: number) => fetch(`${url}/v1/live`, { headers: keys[i % 2] ?? {}, signal: stop.signal });
    const answers = await Promise.all(Array.from({ length: limits.streamListeners }, (_, i) => open(i)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const before = looks;
    await new Promise((done) => setTimeout(done, 2 * limits.streamPauseMs + 200));
    // All listeners are at the same place: one look a second serves them.
    expect(looks - before).toBeLessThanOrEqual(3);
    const refused = await open(0);
    expect(refused.status).toBe(503);
    expect(problemSchema.parse(await refused.json()).code).toBe('request.too-many-listeners');
    stop.abort();
    await quiet.close();
  });
});
