import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MetricNumber } from '../../api/parts.ts';
import { csvField } from '../../api/table-answer.ts';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import { describeWith, findServer, serverEnvironment } from '../servers/locate.ts';
import { raise } from '../store/raise-alerts.ts';
import { firstSeen, leak } from './alert-samples.ts';
import { batch } from './batch.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';

const numbers: MetricNumber[] = [
  {
    name: 'meterhouse_messages_total',
    help: 'Messages by outcome.',
    type: 'counter',
    labels: { outcome: 'decoded' },
    value: 7,
  },
  {
    name: 'meterhouse_messages_total',
    help: 'Messages by outcome.',
    type: 'counter',
    labels: { outcome: 'ignored' },
    value: 2,
  },
  { name: 'meterhouse_queue_messages', help: 'Messages that wait.', type: 'gauge', value: 3 },
];

let rig: Rig;
let operator: Record<string, string>;
beforeAll(async () => {
  rig = await startRig({ numbers: () => numbers });
  operator = bearer(rig.key({ role: 'operate' }));
  raise(rig.state, firstSeen, leak);
  rig.state.commit(
    batch({ highWater: [{ series: 'centre-gas/volume/register', at: noon - 60, value: 1, received: noon }] }),
  );
});
afterAll(() => rig.close());
const metrics = async (): Promise<string> => (await rig.app.inject({ url: '/metrics', headers: operator })).body;

describe('/metrics', () => {
  test('counts requests by route, never by address or id', async () => {
    await rig.app.inject({ url: '/v1/sites/hospital', headers: operator });
    await rig.app.inject({ url: '/v1/sites/nowhere', headers: operator });
    await rig.app.inject('/some/secret/path');
    const text = await metrics();
    expect(text).toContain('meterhouse_http_requests_total{method="GET",route="/v1/sites/:site",status="2xx"} 1');
    expect(text).toContain('meterhouse_http_requests_total{method="GET",route="/v1/sites/:site",status="4xx"} 1');
    expect(text).toContain('route="unknown"');
    expect(text).not.toMatch(/hospital|nowhere|secret/);
  });

  test('tells of meters by utility, of the register and of ingest', async () => {
    const text = await metrics();
    expect(text).toContain('meterhouse_meters{utility="gas",heard="lately"} 1');
    expect(text).toContain('meterhouse_meters{utility="gas",heard="never"} 1');
    expect(text).toContain(`meterhouse_newest_reading_timestamp_seconds{utility="gas"} ${noon - 60}`);
    expect(text).toContain('meterhouse_alerts{severity="2",state="open"} 1');
    expect(text).toContain('meterhouse_alerts{severity="1",state="open"} 0');
    expect(text).toContain('meterhouse_estate_version 3');
    expect(text).toContain('meterhouse_messages_total{outcome="ignored"} 2');
    expect(text).toContain('meterhouse_queue_messages 3');
  });
});

describeWith(['promtool'], 'promtool', () => {
  test('finds nothing to say about the metrics', async () => {
    const input = await metrics();
    expect(input.length).toBeGreaterThan(1_000);
    const promtool = findServer('promtool') ?? '';
    const lint = spawnSync(promtool, ['check', 'metrics'], { input, env: serverEnvironment(), encoding: 'utf8' });
    expect(`${lint.stdout}${lint.stderr}`).toBe('');
    expect(lint.status).toBe(0);
  });
});

describe('health', () => {
  test('is told without a key', async () => {
    expect((await rig.app.inject('/healthz')).json()).toEqual({ alive: true });
    expect((await rig.app.inject('/readyz')).json()).toMatchObject({ ready: true });
  });

  test('a refused estate folder is told, while the last good one serves', async () => {
    rig.at(noon + 5);
    rig.estateProblems = [{ code: 'estate.schema', where: '/srv/estate/site.yaml', line: 3 }];
    const answer = await rig.app.inject('/readyz');
    rig.estateProblems = [];
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      ready: true,
      checks: [
        { good: true },
        { good: true },
        { name: 'estate', good: false, codes: ['estate.schema'] },
        { good: true },
      ],
    });
    expect(answer.body).not.toContain('/srv/estate');
  });

  test('messages that will soon leave the quarantine are told, while it takes on', async () => {
    const received = noon - limits.quarantineSeconds + limits.quarantineNoticeSeconds - 60;
    const old = { topic: 'a', payload: Uint8Array.of(1), received, qos: 1, retained: false, meter: 'unregistered' };
    const why = { code: 'message.unparsable', detail: 'not JSON', refusedReadings: 0 } as const;
    rig.state.commit(batch({ quarantined: [{ ...old, ...why }] }));
    rig.at(noon + 8);
    const answer = await rig.app.inject('/readyz');
    expect(answer.statusCode).toBe(200);
    expect(answer.json<{ checks: unknown[] }>().checks.at(-1)).toMatchObject({
      name: 'quarantine',
      good: false,
      codes: ['quarantine.expiring'],
    });
    const text = await metrics();
    expect(text).toContain('meterhouse_quarantine_messages 1\n');
    expect(text).toContain('meterhouse_quarantine_expiring_messages 1\n');
    expect(text).toContain('meterhouse_quarantine_full_ratio 0.000005\n');
    expect(text).toContain('meterhouse_quarantine_expired_total 0\n');
  });

  test('a store that takes no writes makes it 503, and another probe in the same second asks nothing', async () => {
    let asked = 0;
    const full = {
      ...rig.store,
      ready: async () => {
        asked++;
        throw new ProblemError([{ code: 'store.full', where: 'http://user:secret@influx:8086' }]);
      },
      close: async () => undefined,
    };
    const failing = await startRig({ store: full });
    const answers = await Promise.all([failing.app.inject('/readyz'), failing.app.inject('/readyz')]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 503]);
    expect(answers[0]?.json()).toMatchObject({
      ready: false,
      checks: [{ name: 'readings', codes: ['store.full'] }, {}, {}, {}],
    });
    expect(answers[0]?.body).not.toContain('secret');
    expect(asked).toBe(1);
    await failing.close();
  });
});

describe('a CSV field', () => {
  test.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+44', "'+44"],
    ['-cmd', "'-cmd"],
    ['@sum', "'@sum"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    [-1.5, '-1.5'],
    [0, '0'],
    [null, ''],
    [['cut', 'missing'], 'cut missing'],
  ])('%j is %j', (value, field) => {
    expect(csvField(value)).toBe(field);
  });

  test('never begins like a formula and reads back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const field = csvField(text);
        const plain = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
        expect(plain).not.toMatch(/^[=+\-@\t\r\n]/);
        expect(plain.replace(/^'(?=[=+\-@\t\r\n])/, '')).toBe(text.replace(/^'(?=[=+\-@\t\r\n])/, ''));
      }),
    );
  });
});
