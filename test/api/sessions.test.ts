import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerAnswerSchema } from '../../api/contract/sessions.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { limits } from '../../domain/limits.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';

/** Browsers sign in with a key and carry a cookie. */

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

let addresses = 0;
/** Each from an address of its own, as the limit is by address. */
const signIn = (key: string, house = rig, remoteAddress = `10.0.${addresses >> 8}.${addresses++ & 255}`) =>
  house.app.inject({ method: 'POST', url: '/v1/sessions', payload: { key }, remoteAddress });
async function cookieOf(key: string, house = rig): Promise<string> {
  return String((await signIn(key, house)).headers['set-cookie']).split(';', 1)[0] ?? '';
}
const status = async (headers: Record<string, string>, url = '/v1/sites', method: 'GET' | 'DELETE' = 'GET') =>
  (await rig.app.inject({ method, url, headers })).statusCode;

describe('signing in', () => {
  test('with a key gives a cookie that no script reads and no other site sends, and says who is there', async () => {
    const key = rig.key({ name: 'Night desk', role: 'operate', sites: ['hospital'] });
    const answer = await signIn(key);
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['set-cookie']).toMatch(
      /^meterhouse=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    expect(callerAnswerSchema.parse(answer.json())).toEqual({
      name: 'Night desk',
      role: 'operate',
      reaches: ['read', 'operate'],
      organisations: [],
      sites: ['hospital'],
      auth: 'keys',
      session: { ends: '2026-01-22T12:00:00Z' },
      version: '0.0.0-test',
    });
    const cookie = await cookieOf(key);
    const sites = await rig.app.inject({ url: '/v1/sites', headers: { cookie } });
    expect(sites.json()).toMatchObject({ sites: [{ id: 'hospital' }] });
    expect(await status({ cookie }, '/v1/jobs')).toBe(200);
    expect(await status({ cookie }, '/v1/keys')).toBe(403);
  });

  test('over TLS gives a cookie that only goes by TLS, and takes no other', async () => {
    const house = await startRig({ access: { auth: 'keys', host: '0.0.0.0', tls: true }, store: rig.store });
    const key = house.key({});
    const cookie = await cookieOf(key, house);
    expect((await signIn(key, house)).headers['set-cookie']).toMatch(/^__Host-meterhouse=.*; Path=\/.*; Secure$/);
    const ask = async (text: string) =>
      (await house.app.inject({ url: '/v1/caller', headers: { cookie: text } })).statusCode;
    expect(await ask(`theme=dark; ${cookie}; x=1`)).toBe(200);
    expect(await ask(cookie.replace('__Host-', ''))).toBe(401);
    await house.app.close();
  });

  test('with anything that is not a valid key has one answer', async () => {
    const revoked = rig.key({});
    rig.state.revokeKey(revoked.split('_')[1] ?? '', noon);
    const good = rig.key({});
    const wrong = ['x', revoked, `${good}x`, good.toUpperCase(), `mh_${'0'.repeat(12)}_${'a'.repeat(43)}`, ' '];
    const answers = await Promise.all(wrong.map((key) => signIn(key)));
    const plain = (text: string): string => text.replace(/"request_id":"\w+"/, '');
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${plain(body)}`)).size).toBe(1);
    expect(problemSchema.parse(answers[0]?.json())).toMatchObject({ code: 'request.unauthenticated', status: 401 });
    expect(answers.every(({ headers }) => headers['set-cookie'] === undefined)).toBe(true);
  });

  test('is slow for who tries many, from one address alone', async () => {
    const key = rig.key({});
    const many = Array.from({ length: limits.signInsPerMinute }, () => signIn('mh_wrong', rig, '192.0.2.1'));
    expect((await Promise.all(many)).every(({ statusCode }) => statusCode === 401)).toBe(true);
    const late = await signIn(key, rig, '192.0.2.1');
    expect(late.statusCode).toBe(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect((await signIn(key, rig, '192.0.2.2')).statusCode).toBe(201);
  });

  test('is never in the log, neither the key nor the cookie', async () => {
    const key = rig.key({});
    const cookie = await cookieOf(key);
    await status({ cookie }, `/v1/sites?x=${cookie}`);
    expect(rig.log()).toContain('a browser signed in');
    expect(rig.log()).not.toContain(key.slice(16));
    expect(rig.log()).not.toContain(cookie.slice('meterhouse='.length));
  });
});

describe('a session', () => {
  test('ends after a working day without use, and after a week however much it is used', async () => {
    const cookie = await cookieOf(rig.key({}));
    rig.at(noon + limits.signedInIdleSeconds);
    expect(await status({ cookie })).toBe(401);
    rig.at(noon);
    for (let at = 0; at < limits.signedInSeconds; at += limits.signedInIdleSeconds - 600) {
      rig.at(noon + at);
      expect(await status({ cookie })).toBe(200);
    }
    rig.at(noon + limits.signedInSeconds);
    expect(await status({ cookie })).toBe(401);
    rig.at(noon);
  });

  test('writes its use down now and then, not at every request', async () => {
    let written = 0;
    const real = rig.state.useSession.bind(rig.state);
    Object.assign(rig.state, { useSession: (hash: string, now: number) => (written++, real(hash, now)) });
    const cookie = await cookieOf(rig.key({}));
    for (const after of [0, 10, 299, 300, 301, 500]) {
      rig.at(noon + after);
      await status({ cookie });
    }
    expect(written).toBe(1);
    rig.at(noon);
  });

  test('is over at once when its key is revoked', async () => {
    const key = rig.key({});
    const cookie = await cookieOf(key);
    expect(await status({ cookie })).toBe(200);
    const admin = bearer(rig.key({ role: 'admin' }));
    expect(await status(admin, `/v1/keys/${key.split('_')[1]}`, 'DELETE')).toBe(200);
    expect(await status({ cookie })).toBe(401);
  });

  test('is over when its browser signs out, and the cookie taken away; another of the same key stays', async () => {
    const key = rig.key({});
    const [cookie, other] = [await cookieOf(key), await cookieOf(key)];
    const out = (headers: Record<string, string>) =>
      rig.app.inject({
        method: 'DELETE',
        url: '/v1/sessions',
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
      });
    const first = await out({ cookie });
    expect(first.json()).toEqual({ signed_out: true });
    expect(first.headers['set-cookie']).toBe('meterhouse=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict');
    expect(await status({ cookie })).toBe(401);
    expect(await status({ cookie: other })).toBe(200);
    expect((await out({ cookie })).json()).toEqual({ signed_out: false });
    expect((await out({})).json()).toEqual({ signed_out: false });
  });

  test('stands back where a key is sent, and not where a proxy sends its own password', async () => {
    const cookie = await cookieOf(rig.key({ role: 'admin' }));
    expect(await status({ cookie, ...bearer(rig.key({ role: 'read' })) }, '/v1/keys')).toBe(403);
    expect(await status({ cookie, ...bearer('mh_wrong') })).toBe(401);
    expect(await status({ cookie, authorization: 'Basic eDp5' }, '/v1/keys')).toBe(200);
  });

  test.each(['meterhouse=', 'meterhouse=x', `meterhouse=${'a'.repeat(43)}`, 'meterhouse', ';;;', 'a'.repeat(9_000)])(
    'is not %j',
    async (cookie) => {
      expect(await status({ cookie })).toBe(401);
    },
  );
});

describe('a change by cookie', () => {
  const house = { host: 'house.example:8080' };
  const change = async (headers: Record<string, string>) => {
    const cookie = await cookieOf(rig.key({ role: 'admin' }));
    const payload = { name: 'made', role: 'read' };
    const answer = await rig.app.inject({
      method: 'POST',
      url: '/v1/keys',
      headers: { cookie, ...house, ...headers },
      payload,
    });
    return answer.statusCode === 201 ? 'done' : problemSchema.parse(answer.json()).code;
  };
  test.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    // Over plain HTTP to another machine browsers say nothing but where the page is from.
    [{ origin: 'http://house.example:8080' }],
    // A proxy before the house may give it another name.
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://energy.example' }],
  ])('is taken from the console: %j', async (headers: Record<string, string>) => {
    expect(await change(headers)).toBe('done');
  });
  test.each([
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://house.example:8080' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'http://house.example' }],
    [{ origin: 'http://house.example:8080.evil.example' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: '' }],
    [{}],
  ])('is refused from elsewhere: %j', async (headers: Record<string, string>) => {
    expect(await change(headers)).toBe('request.cross-site');
  });
  test('by key is as it was', async () => {
    const headers = { ...bearer(rig.key({ role: 'admin' })), 'sec-fetch-site': 'cross-site' };
    const payload = { name: 'made', role: 'read' };
    const answer = await rig.app.inject({ method: 'POST', url: '/v1/keys', headers, payload });
    expect(answer.statusCode).toBe(201);
  });
});

describe('/v1/caller', () => {
  test('says of a key what it is', async () => {
    const headers = bearer(rig.key({ name: 'Buyer', role: 'procurement', organisations: ['north'] }));
    const answer = await rig.app.inject({ url: '/v1/caller', headers });
    expect(answer.json()).toMatchObject({
      name: 'Buyer',
      reaches: ['read', 'procurement'],
      organisations: ['north'],
      session: null,
    });
  });

  test('says where nothing is asked', async () => {
    const open = await startRig({ access: { auth: 'off', host: '127.0.0.1' }, store: rig.store });
    const answer = await open.app.inject({ url: '/v1/caller', headers: { host: 'localhost:8080' } });
    expect(callerAnswerSchema.parse(answer.json())).toMatchObject({
      name: 'local',
      role: 'admin',
      auth: 'off',
      session: null,
    });
    await open.app.close();
  });
});
