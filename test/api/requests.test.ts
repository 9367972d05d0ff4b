import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { limits } from '../../domain/limits.ts';
import { problems } from '../../domain/problems.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import { testEstate } from './estate.ts';
import { bearer, noon, type Rig, routesOf, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/** What comes in wrong: every mistake named at once, nothing of ours shown, never an internal error. */

let rig: Rig;
let admin: Record<string, string>;
beforeAll(async () => {
  rig = await startRig();
  admin = bearer(rig.key({ role: 'admin' }));
  await writeSample(rig, testEstate(), { from: '2026-01-10', to: '2026-01-16', until: noon });
});
afterAll(() => rig.close());

async function refused(url: string, status = 400): Promise<ReturnType<typeof problemSchema.parse>> {
  const answer = await rig.app.inject({ url, headers: admin });
  expect(answer.statusCode).toBe(status);
  return problemSchema.parse(answer.json());
}

const said = ({
  problems: list,
}: {
  problems: { where: string; found?: string | undefined; expected?: string | undefined }[];
}) => list.map(({ where, found, expected }) => `${where}: found ${found}; expected ${expected}`);

describe('every mistake of a request is told at once', () => {
  test('of a query', async () => {
    const url = '/v1/readings?meter=Not_An_Id&quantity=enrgy&from=yesterday&to=2026-13-01&limit=0&cursor=&quantty=1';
    expect(said(await refused(url))).toMatchInlineSnapshot(`
      [
        "query meter: found Not_An_Id; expected lower-case letters, digits and inner hyphens, at most 64",
        "query quantity: found enrgy; expected one of energy, volume, reactive_energy, mass, count, power, flow, temperature, carbon_intensity, share, price",
        "query from: found yesterday; expected a London date as 2026-04-01 or an instant as 2026-04-01T00:00:00Z, from 1990 to 2099",
        "query to: found 2026-13-01; expected a London date as 2026-04-01 or an instant as 2026-04-01T00:00:00Z, from 1990 to 2099",
        "query limit: found 0; expected at least 1",
        "query cursor: found ; expected at least 1 characters",
        "query quantty: found a key that is not known here; expected perhaps quantity; one of meter, quantity, kind, from, to, limit, cursor, format",
      ]
    `);
  });

  test('of a period', async () => {
    const answer = await refused('/v1/consumption?bucket=half_hour&from=2020-01-01&to=2026-01-01');
    expect(answer.code).toBe('request.range-too-long');
    expect(said(answer)).toMatchInlineSnapshot(`
      [
        "query to: found 2192 days; expected at most 366 days after \`from\`",
      ]
    `);
    expect(said(await refused('/v1/intensity?from=2026-01-02T03:04:05Z&to=2026-01-01'))).toMatchInlineSnapshot(`
      [
        "query to: found 2026-01-01; expected an instant after \`from\` (it does not belong to the period)",
      ]
    `);
    expect(
      said(await refused('/v1/intensity?from=2026-01-02T03:04:05Z&to=2026-01-03T00:00:00%2B01:00')),
    ).toMatchInlineSnapshot(`
        [
          "query from: found 2026-01-02T03:04:05Z; expected a London midnight, best as a date: 2026-04-01",
          "query to: found 2026-01-02T23:00:00Z; expected a London midnight, best as a date: 2026-04-01",
        ]
      `);
  });

  test('of ids that are not there', async () => {
    const answer = await refused('/v1/meters?site=hospitl,hospital&building=x&organisation=y', 404);
    expect(said(answer)).toMatchInlineSnapshot(`
      [
        "query organisation: found y; expected undefined",
        "query site: found hospitl; expected undefined",
        "query building: found x; expected undefined",
      ]
    `);
  });

  test('of a path and its query together', async () => {
    expect(said(await refused('/v1/sites/-/counted-meters?onn=1&on=2026-02-30'))).toMatchInlineSnapshot(`
      [
        "path site: found -; expected lower-case letters, digits and inner hyphens, at most 64",
        "query on: found 2026-02-30; expected a date as 2026-04-01",
        "query onn: found a key that is not known here; expected perhaps on; one of on",
      ]
    `);
  });

  test('of a query where there is none', async () => {
    expect(said(await refused('/healthz?verbose=1'))).toEqual([
      'query verbose: found a key that is not known here; expected no keys',
    ]);
  });

  test('of a body', async () => {
    const answer = await rig.app.inject({
      method: 'POST',
      url: '/v1/keys',
      headers: admin,
      payload: { nme: 'x', role: 'root', sites: ['A'] },
    });
    expect(answer.statusCode).toBe(400);
    expect(said(problemSchema.parse(answer.json()))).toMatchInlineSnapshot(`
      [
        "body name: found nothing; expected string",
        "body role: found root; expected one of read, operate, procurement, admin",
        "body sites 0: found A; expected lower-case letters, digits and inner hyphens, at most 64",
        "body nme: found a key that is not known here; expected perhaps name; one of name, role, organisations, sites",
      ]
    `);
  });
});

describe('bodies', () => {
  const post = async (payload: string, type: string) => {
    const headers = { ...admin, 'content-type': type };
    const answer = await rig.app.inject({ method: 'POST', url: '/v1/keys', headers, payload });
    return { status: answer.statusCode, code: problemSchema.parse(answer.json()).code };
  };
  test.each([
    ['{"name":', 'application/json', 400, 'request.invalid'],
    ['', 'application/json', 400, 'request.invalid'],
    ['null', 'application/json', 400, 'request.invalid'],
    ['[[[[]]]]', 'application/json', 400, 'request.invalid'],
    ['{"__proto__": {"x": 1}, "name": "a", "role": "read"}', 'application/json', 400, 'request.invalid'],
    ['name=x&role=admin', 'application/x-www-form-urlencoded', 415, 'request.media-type'],
    ['{"name": "x", "role": "admin"}', 'text/plain', 415, 'request.media-type'],
    [JSON.stringify({ name: 'x'.repeat(limits.requestBodyBytes) }), 'application/json', 413, 'request.too-large'],
  ])('%#: refused by name', async (payload, type, status, code) => {
    expect(await post(payload, type)).toEqual({ status, code });
  });
});

test('an unknown address is told without a key too', async () => {
  const answer = await rig.app.inject('/v1/site?secret=1');
  expect(answer.statusCode).toBe(404);
  expect(problemSchema.parse(answer.json())).toMatchObject({ code: 'request.unknown-path' });
  expect(answer.body).not.toContain('secret');
});

test('an address that cannot be decoded is refused', async () => {
  const answer = await rig.app.inject({ url: '/v1/sites/%ff', headers: admin });
  expect([400, 404]).toContain(answer.statusCode);
  expect(problemSchema.safeParse(answer.json()).success).toBe(true);
});

test('too many requests wait, and are told how long; probes of health do not count', async () => {
  const busy = await startRig();
  const key = bearer(busy.key({}));
  const status = async (url: string, headers = key): Promise<number> =>
    (await busy.app.inject({ url, headers })).statusCode;
  for (let i = 0; i < limits.requestsPerMinute; i++) await status('/v1/nowhere');
  const answer = await busy.app.inject({ url: '/v1/sites', headers: key });
  expect(answer.statusCode).toBe(429);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect(problemSchema.parse(answer.json()).code).toBe('request.too-many');
  expect(await status('/healthz')).toBe(200);
  expect(await status('/v1/sites', bearer(busy.key({})))).toBe(200);
  await busy.close();
});

describe('when the house itself fails', () => {
  const broken = (message: string): ReadingStore =>
    new Proxy({} as ReadingStore, {
      get: (_, name) => {
        if (name === 'close') return async () => undefined;
        if (name === 'backlog') return () => ({ batches: 0, bytes: 0 });
        return async () => {
          throw new Error(message);
        };
      },
    });

  test('the answer has the id of the request and nothing of the inside; the log has both', async () => {
    const failing = await startRig({ store: broken('the secret path /var/lib/x is gone') });
    const headers = bearer(failing.key({}));
    const answer = await failing.app.inject({ url: '/v1/consumption?from=2026-01-01&to=2026-01-02', headers });
    expect(answer.statusCode).toBe(500);
    const problem = problemSchema.parse(answer.json());
    expect(problem.code).toBe('internal');
    expect(answer.body).not.toMatch(/secret path|at .*\.ts|stack/);
    expect(failing.log()).toContain('the secret path /var/lib/x is gone');
    expect(failing.log()).toContain(problem.request_id);
    await failing.close();
  });
});

describe('whatever is asked', () => {
  const paths = () => routesOf(rig.app).filter(({ method, path }) => method === 'GET' && path !== '/v1/live');
  const word = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('hospital', 'north', 'hospital-main', 'electricity', 'main', 'month', 'site'),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom('2026-01-12', '2026-01-15', '2026-01-13T00:30:00Z', '1990-01-01', '2099-12-31'),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom('meter', 'end_use', 'building', 'half_hour', 'csv', 'rolling_year', 'whole', '7'),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', ',', '-1', 'NaN', '1e9', '__proto__', "'; drop table day_meter --", '%00'),
    },
  );
  const queryKey = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.constantFrom(
        'from',
        'to',
        'by',
        'bucket',
        'site',
        'meter',
        'limit',
        'cursor',
        'utility',
        'format',
        'split',
        'organisation',
        'building',
        'role',
        'type',
        'on',
        'code',
        'quantity',
        'kind',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  );

  test('is answered by name, and never with an internal error', async () => {
    const routes = paths();
    expect(routes.length).toBeGreaterThan(14);
    const open = await startRig({ access: { auth: 'off', host: '127.0.0.1' }, store: rig.store });
    let [good, bad] = [0, 0];
    let asked = 0;
    const request = fc.record({
      route: fc.nat(routes.length - 1),
      id: word,
      query: fc.array(fc.tuple(queryKey, word), { maxLength: 5 }),
      period: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ route, id, query, period }) => {
        const path = routes[route]?.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(id)) ?? '';
        const parameters = new URLSearchParams(query);
        if (period) parameters.set('from', '2026-01-12');
        if (period) parameters.set('to', '2026-01-14');
        // Each from another address, so that the limit of requests is not what answers.
        const remoteAddress = `10.0.${(asked >> 8) & 255}.${asked++ & 255}`;
        const answer = await open.app.inject({
          url: `${path}?${parameters.toString()}`,
          remoteAddress,
          headers: { host: 'localhost' },
        });
        if (answer.statusCode === 200) good++;
        else bad++;
        if (answer.statusCode === 200) return;
        const problem = problemSchema.parse(answer.json());
        // 422: a good question, of which the register or the half-hours lack something.
        expect([400, 404, 422]).toContain(answer.statusCode);
        expect(problem.status).toBe(answer.statusCode);
        expect(problem.problems.every(({ code }) => code in problems)).toBe(true);
      }),
      { numRuns: 600 },
    );
    // Neither side of the wall is untried.
    expect(good).toBeGreaterThan(20);
    expect(bad).toBeGreaterThan(100);
    await open.app.close();
  });

  test('a body is made into a key or refused', async () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          name: fc.oneof(fc.string(), fc.jsonValue()),
          role: fc.oneof(fc.constantFrom('read', 'admin'), fc.jsonValue()),
          sites: fc.oneof(fc.constant([]), fc.constant(['hospital']), fc.jsonValue()),
        },
        { requiredKeys: [] },
      ),
    );
    const open = await startRig({ access: { auth: 'off', host: '127.0.0.1' }, store: rig.store });
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const answer = await open.app.inject({
          method: 'POST',
          url: '/v1/keys',
          headers: { host: 'localhost', 'content-type': 'application/json' },
          payload: JSON.stringify(value),
          remoteAddress: `10.1.${(asked >> 8) & 255}.${asked++ & 255}`,
        });
        expect([201, 400, 404]).toContain(answer.statusCode);
      }),
      { numRuns: 200 },
    );
    await open.app.close();
  });
});
