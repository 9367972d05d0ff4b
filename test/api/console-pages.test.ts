import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consolePlaces } from '../../api/contract/console-places.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { pages } from '../../dashboards/console/pages.ts';
import { type Rig, routesOf, startRig } from './rig.ts';

/** How the API serves the console: here a small one of three files. */

const page = `<!doctype html><title>Meterhouse</title>${'<p>words</p>'.repeat(50)}`;
let rig: Rig;
beforeAll(async () => {
  rig = await startRig({
    console: new Map([
      ['index.html', { type: 'text/html; charset=utf-8', body: Buffer.from(page) }],
      ['assets/console.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('let a=1;'.repeat(100)) }],
      ['mark.svg', { type: 'image/svg+xml', body: Buffer.from('<svg/>') }],
    ]),
  });
});
afterAll(() => rig.close());
const get = (url: string, headers: Record<string, string> = {}) => rig.app.inject({ url, headers });

test('every address of the console is its page, without a key and whatever the page keeps in it', async () => {
  expect(consolePlaces).toHaveLength(9);
  const within = consolePlaces.flatMap((place) => [
    `/${place}`,
    `/${place}/`,
    `/${place}/a-1/b?site=x&from=2026-01-01`,
  ]);
  for (const url of ['/', '/?site=x', ...within]) {
    const answer = await get(url);
    expect([url, answer.statusCode, answer.body === page]).toEqual([url, 200, true]);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  }
});

test('files come by name, with their type', async () => {
  const script = await get('/assets/console.js');
  expect(script).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' } });
  expect((await get('/mark.svg')).headers['content-type']).toBe('image/svg+xml');
  expect((await get('/assets/other.js')).statusCode).toBe(404);
  expect((await get('/assets/..%2fmark.svg')).statusCode).toBe(404);
});

test('nothing of elsewhere runs, loads or frames, and browsers ask again whether it is the newest', async () => {
  for (const url of ['/', '/alerts/a-1', '/assets/console.js']) {
    const { headers } = await get(url);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      vary: 'accept-encoding',
    });
  }
});

test('what a browser has is not sent again', async () => {
  const tag = String((await get('/')).headers.etag);
  expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
  for (const known of [tag, `"x", ${tag}`, tag.slice(2), '*']) {
    const answer = await get('/sites/x', { 'if-none-match': known });
    expect(answer).toMatchObject({ statusCode: 304, body: '' });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  }
  expect((await get('/', { 'if-none-match': '"x"' })).statusCode).toBe(200);
});

test.each([
  ['gzip', true],
  ['gzip, deflate, br', true],
  ['br;q=1.0, gzip;q=0.8', true],
  ['*', true],
  ['gzip;q=0', false],
  ['gzip;q=0.0, br', false],
  ['br', false],
  ['', false],
])('packed for who takes it: %j', async (accepts, isPacked) => {
  const answer = await get('/', { 'accept-encoding': accepts });
  expect(answer.headers['content-encoding']).toBe(isPacked ? 'gzip' : undefined);
  expect(String(isPacked ? gunzipSync(answer.rawPayload) : answer.rawPayload)).toBe(page);
});

test('what packing makes larger is sent as it is', async () => {
  const answer = await get('/mark.svg', { 'accept-encoding': 'gzip' });
  expect(answer).toMatchObject({ statusCode: 200, body: '<svg/>' });
  expect(answer.headers['content-encoding']).toBeUndefined();
});

describe('an address that nobody knows', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  test('is the console for a person, which says so', async () => {
    const answer = await get('/nowhere', { ...browser, 'if-none-match': '*' });
    expect(answer).toMatchObject({ statusCode: 404, body: page });
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
  });
  test.each([
    ['/nowhere', { accept: 'application/json' }],
    ['/v1/nowhere', browser],
    ['/v1', browser],
  ])('%s stays a problem as data', async (url, headers) => {
    const answer = await get(url, headers);
    expect(answer.statusCode).toBe(404);
    expect(problemSchema.parse(answer.json()).code).toBe('request.unknown-path');
    expect(answer.headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });
});

test('pages are not in the OpenAPI document', () => {
  const paths = routesOf(rig.app).map(({ path }) => path);
  expect(paths.length).toBeGreaterThan(25);
  expect(paths.filter((path) => !/^\/(v1\/|healthz|readyz|metrics)/.test(path))).toEqual([]);
});

test('without a console the bare address leads to the pages of the API, and there are no others', async () => {
  const bare = await startRig({ store: rig.store });
  expect(await bare.app.inject('/')).toMatchObject({ statusCode: 302, headers: { location: '/docs' } });
  const answer = await bare.app.inject({ url: '/alerts', headers: { accept: 'text/html' } });
  expect(problemSchema.parse(answer.json()).code).toBe('request.unknown-path');
  await bare.app.close();
});

test('every page of the console is at an address that the API answers with it', () => {
  const paths = Object.values<{ readonly path: string }>(pages).map(({ path }) => path);
  expect(paths.length).toBeGreaterThan(0);
  const firstWords = paths.filter((path) => path !== '/' && path !== '/*').map((path) => path.split('/')[1]);
  expect(firstWords.filter((word) => !consolePlaces.some((place) => place === word))).toEqual([]);
});
