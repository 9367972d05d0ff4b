import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkAccess, createKey, findKey, hashKey, isLoopback, type KeyRole } from '../../api/auth.ts';
import { bearer, type Rig, routesOf, startRig } from './rig.ts';

/** Who reaches what: each row of the table is asked, by each role. */
interface Door {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly roles: readonly KeyRole[] | 'open';
  /** A key limited to a site is refused, although its role would do. */
  readonly unlimited?: true;
}

const range = 'from=2026-01-01&to=2026-01-02';
const everyone: readonly KeyRole[] = ['read', 'operate', 'procurement', 'admin'];
const doors: readonly Door[] = [
  { path: '/healthz', roles: 'open' },
  { path: '/readyz', roles: 'open' },
  { path: '/openapi.json', roles: 'open' },
  { path: '/docs', roles: 'open' },
  { path: '/v1/organisations', roles: everyone },
  { path: '/v1/sites', roles: everyone },
  { path: '/v1/sites/hospital', roles: everyone },
  { path: '/v1/now', roles: everyone },
  { path: '/v1/meters', roles: everyone },
  { path: '/v1/meters/hospital-main', roles: everyone },
  { path: `/v1/readings?meter=hospital-main&${range}`, roles: everyone },
  { path: `/v1/consumption?${range}`, roles: everyone },
  { path: `/v1/intensity?${range}`, roles: everyone },
  { path: `/v1/intensity/comparisons?${range}`, roles: everyone },
  { path: '/v1/plan/standing?site=practice', roles: everyone },
  { path: `/v1/carbon?${range}`, roles: everyone },
  { path: `/v1/weather/degree-days?${range}`, roles: everyone },
  { path: `/v1/weather/signature?${range}`, roles: everyone },
  { path: `/v1/weather/cusum?${range}&baseline_from=2025-01-01&baseline_to=2026-01-01`, roles: everyone },
  { path: `/v1/matching?${range}`, roles: everyone },
  { path: `/v1/grid-carbon?${range}`, roles: everyone },
  { path: '/v1/observed', roles: everyone },
  { path: `/v1/observed/roof/values?${range}`, roles: everyone },
  { path: '/v1/carbon/change?from=2025-11-01&to=2026-01-01', roles: everyone },
  { path: '/v1/sites/hospital/counted-meters', roles: everyone },
  { path: '/v1/supply-points', roles: ['procurement', 'admin'] },
  { path: `/v1/costs?${range}`, roles: ['procurement', 'admin'] },
  { path: '/v1/budget', roles: ['procurement', 'admin'] },
  { path: '/v1/tariffs', roles: ['procurement', 'admin'] },
  { path: '/v1/tender-pack', roles: ['procurement', 'admin'] },
  { path: '/v1/tender-pack/half-hours?supply_point=hospital-power', roles: ['procurement', 'admin'] },
  { method: 'POST', path: '/v1/tariff-comparisons', roles: ['procurement', 'admin'] },
  { method: 'POST', path: '/v1/readiness-studies', roles: everyone },
  { method: 'POST', path: '/v1/renewable-options', roles: everyone },
  { method: 'POST', path: '/v1/bill-checks', roles: ['procurement', 'admin'] },
  { path: '/v1/supplies', roles: everyone },
  { path: '/v1/plan/savings', roles: everyone },
  { path: '/v1/baseline-models?meter=hospital-gas&from=2025-01-01&to=2026-01-01', roles: everyone },
  { path: '/v1/measures', roles: everyone },
  { path: '/v1/measures/hospital-led', roles: everyone },
  { method: 'POST', path: '/v1/measures', roles: ['operate', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/measures/hospital-led/status', roles: ['operate', 'admin'], unlimited: true },
  { path: '/v1/certificates', roles: everyone },
  { path: '/v1/cover', roles: everyone },
  { method: 'POST', path: '/v1/certificates', roles: ['procurement', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/certificates/wind-may/retire', roles: ['procurement', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/certificates/wind-may/withdraw', roles: ['procurement', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/certificates/wind-may/allocate', roles: ['procurement', 'admin'], unlimited: true },
  { path: `/v1/data-quality?${range}`, roles: everyone },
  { path: `/v1/data-quality/ledgers?${range}`, roles: everyone },
  { path: `/v1/reconciliation?${range}`, roles: everyone },
  { path: '/v1/reports/quarterly?quarter=2025-26-q4', roles: everyone },
  { method: 'POST', path: '/v1/reports/quarterly/sent', roles: ['operate', 'admin'] },
  { path: '/v1/reports/eric?year=2025-26', roles: everyone },
  { path: '/v1/reports/targets', roles: everyone },
  { path: '/v1/plan', roles: everyone },
  { path: '/v1/plan/trajectory', roles: everyone },
  { method: 'POST', path: '/v1/reports/baselines', roles: ['operate', 'admin'] },
  { path: '/v1/inbox', roles: ['operate', 'admin'], unlimited: true },
  { path: '/v1/inbox/1', roles: ['operate', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/inbox/1/accept', roles: ['operate', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/inbox/1/ignore', roles: ['operate', 'admin'], unlimited: true },
  { path: '/v1/alerts', roles: everyone },
  { path: '/v1/alert-rules', roles: everyone },
  { path: '/v1/deliveries', roles: ['operate', 'admin'] },
  { path: '/v1/channels', roles: ['operate', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/channels/mail/test', roles: ['operate', 'admin'], unlimited: true },
  { path: `/v1/alarm-load?${range}`, roles: ['operate', 'admin'], unlimited: true },
  { path: '/v1/watched-meters', roles: everyone },
  { path: '/v1/alerts/savings', roles: everyone },
  { path: '/v1/alerts/a-1', roles: everyone },
  { path: '/v1/alerts/a-1/chart.svg', roles: everyone },
  { method: 'POST', path: '/v1/alerts/a-1/acts', roles: ['operate', 'admin'] },
  { method: 'POST', path: '/v1/alert-trials', roles: ['operate', 'admin'] },
  { path: '/v1/alert-trials/t-1', roles: ['operate', 'admin'] },
  { path: '/v1/data-issues', roles: everyone },
  { method: 'POST', path: '/v1/data-issues/1/ignore', roles: ['operate', 'admin'] },
  { method: 'POST', path: '/v1/data-issues/1/reopen', roles: ['operate', 'admin'] },
  { path: `/v1/meters/hospital-main/diagnosis?${range}`, roles: everyone },
  { path: '/v1/explain/half-hour?meter=hospital-main&at=2026-01-01', roles: everyone },
  { path: '/v1/explain/day?meter=hospital-main&date=2026-01-01', roles: everyone },
  { path: `/v1/explain/figure?figure=carbon&${range}`, roles: everyone },
  { path: '/v1/sign-offs', roles: everyone },
  { method: 'POST', path: '/v1/sign-offs', roles: ['operate', 'admin'] },
  { path: '/v1/sign-offs/1', roles: everyone },
  { path: '/v1/sign-offs/1/difference', roles: everyone },
  { path: '/v1/meters/hospital-main/rulings', roles: everyone },
  { method: 'POST', path: '/v1/meters/hospital-main/rulings', roles: ['operate', 'admin'] },
  { method: 'POST', path: '/v1/meters/hospital-main/rulings/1/undo', roles: ['operate', 'admin'] },
  { method: 'POST', path: '/v1/meters/hospital-main/exchanges', roles: ['operate', 'admin'] },
  { path: '/v1/quarantine', roles: ['operate', 'admin'], unlimited: true },
  { path: '/v1/quarantine/1', roles: ['operate', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/quarantine/replay', roles: ['operate', 'admin'], unlimited: true },
  { method: 'POST', path: '/v1/meters/hospital-main/reads', roles: ['operate', 'admin'] },
  { method: 'POST', path: '/v1/meters/hospital-main/invoices', roles: ['operate', 'admin'] },
  { path: `/v1/meters/hospital-main/sources?${range}`, roles: everyone },
  { method: 'POST', path: '/v1/imports?file=a.csv', roles: ['operate', 'admin'], unlimited: true },
  { path: '/v1/purges/readings?before=2019-04-01', roles: ['admin'], unlimited: true },
  { method: 'POST', path: '/v1/purges/readings', roles: ['admin'], unlimited: true },
  { path: '/v1/jobs', roles: ['operate', 'admin'] },
  { path: '/v1/jobs/1', roles: ['operate', 'admin'] },
  { path: '/v1/acts', roles: ['operate', 'admin'] },
  { path: '/metrics', roles: ['operate', 'admin'], unlimited: true },
  { path: '/v1/keys', roles: ['admin'], unlimited: true },
  { method: 'POST', path: '/v1/keys', roles: ['admin'], unlimited: true },
  { method: 'DELETE', path: '/v1/keys/000000000000', roles: ['admin'], unlimited: true },
  { method: 'POST', path: '/v1/sessions', roles: 'open' },
  { method: 'DELETE', path: '/v1/sessions', roles: 'open' },
  { path: '/v1/caller', roles: everyone },
];
const matrix = doors.flatMap((door) => everyone.map((role) => ({ ...door, method: door.method ?? 'GET', role })));

describe('access', () => {
  let rig: Rig;
  const keys = new Map<string, string>();
  beforeAll(async () => {
    rig = await startRig();
    for (const role of everyone) {
      keys.set(role, rig.key({ role }));
      keys.set(`${role} of hospital`, rig.key({ role, sites: ['hospital'] }));
    }
  });
  afterAll(() => rig.close());
  const ask = (door: { method: string; path: string }, key?: string) =>
    rig.app.inject({
      method: door.method as 'GET',
      url: door.path,
      headers: key === undefined ? {} : bearer(key),
      ...(door.method === 'POST' ? { payload: {} } : {}),
    });
  const passed = (status: number): boolean => ![401, 403].includes(status);

  test('the table has every route that the server has', () => {
    expect(matrix).toHaveLength(doors.length * 4);
    const pathOf = (path: string): string => path.split('?', 1)[0] ?? '';
    const asked = new Set(doors.map((door) => `${door.method ?? 'GET'} ${pathOf(door.path)}`));
    const routes = routesOf(rig.app);
    expect(routes.length).toBeGreaterThan(10);
    const absent = routes.filter(({ method, path }) => {
      const form = new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '[a-z0-9-]+')}$`);
      return ![...asked].some((door) => form.test(door));
    });
    // A stream does not end, so its refusals alone are asked, in `live.test.ts`.
    expect(absent.map(({ path }) => path)).toEqual(['/v1/live']);
  });

  test.each(matrix)('$method $path as $role', async ({ role, roles, unlimited, ...door }) => {
    const may = roles === 'open' || roles.includes(role);
    expect(passed((await ask(door, keys.get(role))).statusCode)).toBe(may);
    expect(passed((await ask(door, keys.get(`${role} of hospital`))).statusCode)).toBe(may && !unlimited);
    expect(passed((await ask(door)).statusCode)).toBe(roles === 'open');
  });

  test('an answer of 401 says how to log in', async () => {
    const answer = await ask({ method: 'GET', path: '/v1/sites' });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="meterhouse"');
    expect(answer.json()).toMatchObject({ code: 'request.unauthenticated', status: 401 });
  });

  const outside = [
    '/v1/sites/practice',
    '/v1/meters/practice-main',
    '/v1/sites/centre',
    '/v1/now?site=practice',
    `/v1/readings?meter=practice-main&${range}`,
    '/v1/meters?site=practice',
    '/v1/meters?organisation=south',
    '/v1/sites?organisation=south',
    '/v1/live?site=practice',
    '/v1/sites/practice/counted-meters',
    `/v1/consumption?site=practice&${range}`,
    `/v1/consumption?by=meter&meter=practice-main&${range}`,
    `/v1/intensity?organisation=south&${range}`,
    `/v1/carbon?site=centre&${range}`,
    `/v1/matching?site=practice&${range}`,
    `/v1/grid-carbon?organisation=south&${range}`,
    `/v1/data-quality?meter=centre-gas&${range}`,
    '/v1/data-issues?meter=practice-main',
    '/v1/alerts?meter=practice-main',
    '/v1/alerts/savings?site=practice',
    '/v1/alert-rules?meter=practice-main',
    '/v1/watched-meters?site=practice',
    `/v1/meters/practice-main/diagnosis?${range}`,
    '/v1/explain/day?meter=practice-main&date=2026-01-01',
    '/v1/meters/practice-main/rulings',
    `/v1/data-quality/ledgers?site=practice&${range}`,
    `/v1/reconciliation?site=practice&${range}`,
  ];
  test.each(outside)('%s is the same answer to a key of another site as an id that does not exist', async (path) => {
    const key = keys.get('read of hospital') ?? '';
    const hidden = await ask({ method: 'GET', path }, key);
    const absent = await ask(
      { method: 'GET', path: path.replace(/practice-main|centre-gas|practice|centre|south/, 'nowhere') },
      key,
    );
    expect(hidden.statusCode).toBe(404);
    expect(absent.statusCode).toBe(404);
    const plain = (text: string): string =>
      text.replaceAll(/practice-main|centre-gas|practice|centre|south|nowhere/g, '…').replace(/"request_id":"\w+"/, '');
    expect(plain(hidden.body)).toBe(plain(absent.body));
  });

  test('lists hold what the key may see, and nothing else', async () => {
    const key = rig.key({ organisations: ['south'], sites: ['centre'] });
    const list = async (path: string): Promise<unknown> => (await ask({ method: 'GET', path }, key)).json();
    expect(await list('/v1/sites')).toMatchObject({ sites: [{ id: 'centre' }, { id: 'practice' }] });
    expect(await list('/v1/organisations')).toMatchObject({
      organisations: [
        { id: 'north', sites: ['centre'] },
        { id: 'south', sites: ['practice'] },
      ],
    });
    const { meters } = (await list('/v1/meters')) as { meters: { id: string }[] };
    expect(meters.map(({ id }) => id)).toEqual(['centre-gas', 'centre-main', 'practice-main']);
  });

  test('a revoked key opens nothing any more', async () => {
    const key = rig.key({ role: 'admin' });
    const id = key.split('_')[1] ?? '';
    expect((await ask({ method: 'GET', path: '/v1/sites' }, key)).statusCode).toBe(200);
    const revoked = await ask({ method: 'DELETE', path: `/v1/keys/${id}` }, keys.get('admin'));
    expect(revoked.json()).toMatchObject({ id, revoked: '2026-01-15T12:00:00Z' });
    expect((await ask({ method: 'GET', path: '/v1/sites' }, key)).statusCode).toBe(401);
  });

  test('a key that an administrator makes works, shows its secret once, and is kept as a hash', async () => {
    const made = await rig.app.inject({
      method: 'POST',
      url: '/v1/keys',
      headers: bearer(keys.get('admin') ?? ''),
      payload: { name: 'Wall display', role: 'read', sites: ['centre'] },
    });
    expect(made.statusCode).toBe(201);
    const { secret, id } = made.json<{ secret: string; id: string }>();
    expect(secret).toMatch(/^mh_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    expect((await ask({ method: 'GET', path: '/v1/sites/centre' }, secret)).statusCode).toBe(200);
    const list = await ask({ method: 'GET', path: '/v1/keys' }, keys.get('admin'));
    expect(list.body).toContain(id);
    expect(list.body).not.toContain(secret.slice(16));
    expect(rig.state.keyByHash(hashKey(secret))).toMatchObject({ id, name: 'Wall display' });
  });

  test('a key for a site that does not exist is refused', async () => {
    const made = await rig.app.inject({
      method: 'POST',
      url: '/v1/keys',
      headers: bearer(keys.get('admin') ?? ''),
      payload: { name: 'x', role: 'read', sites: ['nowhere'], organisations: ['neither'] },
    });
    expect(made.statusCode).toBe(404);
    expect(made.json()).toMatchObject({ problems: [{ found: 'neither' }, { found: 'nowhere' }] });
  });

  test('no secret is ever in the log or in an answer, wherever it is put', async () => {
    const key = rig.key({ role: 'admin' });
    const secret = key.slice(16);
    const answers = [
      await ask({ method: 'GET', path: '/v1/sites' }, key),
      await ask({ method: 'GET', path: `/v1/sites?key=${key}` }, key),
      await ask({ method: 'GET', path: `/v1/sites?${key}=1` }, key),
      await ask({ method: 'GET', path: `/v1/sites?organisation=${key}` }, key),
      await ask({ method: 'GET', path: `/v1/sites/${key}` }, key),
      await ask({ method: 'GET', path: `/v1/sites` }, `${key}x`),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400, 400, 400, 400, 401]);
    for (const { body } of answers) expect(body).not.toContain(secret);
    expect(rig.log().length).toBeGreaterThan(200);
    expect(rig.log()).not.toContain(secret);
  });
});

describe('keys', () => {
  const state = { kept: new Map<string, unknown>() };
  test.each([
    ['', undefined],
    ['mh_', undefined],
    [`mh_${'0'.repeat(12)}_${'a'.repeat(43)}`, undefined],
    ['x'.repeat(100_000), undefined],
  ])('%# is no key', (text, none) => {
    const store = { keyByHash: () => undefined } as unknown as Parameters<typeof findKey>[0];
    expect(findKey(store, text)).toBe(none);
    expect(state.kept.size).toBe(0);
  });

  test('carry 32 random bytes and the id in front of them', () => {
    const added: string[] = [];
    const store = { addKey: (_: unknown, hash: string) => added.push(hash) } as unknown as Parameters<
      typeof createKey
    >[0];
    const wish = { name: 'a', role: 'read', organisations: [], sites: [] } as const;
    const { key, secret } = createKey(store, wish, (count) => new Uint8Array(count).fill(7), 5);
    expect(key).toEqual({ ...wish, id: '070707070707', created: 5, revoked: undefined });
    expect(Buffer.from(secret.slice('mh_070707070707_'.length), 'base64url')).toEqual(Buffer.alloc(32, 7));
    expect(added).toEqual([hashKey(secret)]);
  });
});

describe('without keys', () => {
  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('%s is this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(() => checkAccess({ auth: 'off', host })).not.toThrow();
  });
  test.each(['0.0.0.0', '::', '10.0.0.1', '192.168.1.2', 'meterhouse', '127.0.0.1.example.com', ''])(
    '%j is refused at the start',
    (host) => {
      expect(() => checkAccess({ auth: 'off', host })).toThrow(/config\.open-without-keys/);
      expect(() => checkAccess({ auth: 'keys', host })).not.toThrow();
    },
  );

  test('a page of the internet whose name points here is refused, this machine is not', async () => {
    const rig = await startRig({ access: { auth: 'off', host: '127.0.0.1' } });
    const status = async (host: string): Promise<number> =>
      (await rig.app.inject({ url: '/v1/sites', headers: { host } })).statusCode;
    expect(await status('localhost:8080')).toBe(200);
    expect(await status('127.0.0.1:8080')).toBe(200);
    expect(await status('[::1]:8080')).toBe(200);
    expect(await status('evil.example:8080')).toBe(401);
    await rig.close();
  });
});
