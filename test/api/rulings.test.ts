import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { issuesAnswerSchema } from '../../api/contract/data-issues.ts';
import { diagnosisAnswerSchema } from '../../api/contract/diagnosis.ts';
import { dayExplanationSchema, halfHourExplanationSchema } from '../../api/contract/explain.ts';
import { rulingsAnswerSchema } from '../../api/contract/rulings.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { batch } from './batch.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';

const meter = 'hospital-main';
const start = noon - 24 * 3600;
let rig: Rig;
let operator: string;
beforeAll(async () => {
  rig = await startRig();
  operator = rig.key({ role: 'operate', name: 'Facilities', sites: ['hospital'] });
  // 10 kWh each half-hour; a false zero at the tenth reading.
  const readings = Array.from({ length: 48 }, (_, i): Reading => {
    const at = start + i * 1800;
    return {
      meter,
      quantity: 'energy',
      kind: 'register',
      at,
      value: i === 10 ? 0 : 5000 + 10 * i,
      period: 0,
      received: at + 2,
    };
  });
  await rig.store.write(readings);
  await rig.store.writeHalfHours([
    {
      meter,
      site: 'hospital',
      utility: 'electricity',
      start: start + 9 * 1800,
      energy: 10,
      volume: undefined,
      quality: 'estimated',
      rule: 'false-zero',
      registerVersion: 7,
    },
  ]);
  const identity = `${meter}/energy/register/${start + 9 * 1800}`;
  const revised = { identity, at: start + 9 * 1800, before: 5080, after: 5090, replaced: noon - 60 };
  rig.state.commit(batch({ superseded: [revised] }));
});
afterAll(() => rig.close());

async function call<T extends z.ZodType>(method: 'GET' | 'POST', url: string, schema: T, payload?: object) {
  const answer = await rig.app.inject({ method, url, headers: bearer(operator), ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.body, read: () => schema.parse(answer.json()) };
}
const iso = (at: number): string => new Date(at * 1000).toISOString().replace('.000', '');
const post = (payload: object, id = meter) => call('POST', `/v1/meters/${id}/rulings`, rulingsAnswerSchema, payload);
const span = { from: iso(start), to: iso(start + 1800), reason: 'test of the input' };

describe('a person decides', () => {
  test('a ruling is an act with who and why, and touches its span', async () => {
    const answer = await post({ kind: 'void', ...span });
    expect(answer.status).toBe(201);
    const act = rig.state.acts({ limit: 9, meter }).at(-1);
    expect(act).toMatchObject({
      who: 'Facilities',
      kind: 'void-readings',
      at: noon,
      reason: 'test of the input',
      detail: { from: start, to: start + 1800 },
    });
    expect(rig.state.touched(9)).toMatchObject([{ meter, spans: [{ from: start, to: start + 1799 }] }]);
    const undo = `/v1/meters/${meter}/rulings/${act?.id}/undo`;
    expect((await call('POST', undo, rulingsAnswerSchema, { reason: 'it was not' })).status).toBe(201);
    // Once is enough.
    expect((await call('POST', undo, rulingsAnswerSchema, { reason: 'it was not' })).status).toBe(404);
    const { rulings } = (await call('GET', `/v1/meters/${meter}/rulings`, rulingsAnswerSchema)).read();
    expect(rulings).toMatchObject([{ id: act?.id, stands: false, who: 'Facilities' }]);
  });

  test.each([
    ['no reason', { kind: 'void', ...span, reason: ' ' }, 400],
    ['nothing between', { kind: 'void', ...span, to: span.from }, 400],
    ['more than a year', { kind: 'void', ...span, to: '2028-01-01' }, 400],
    ['another kind', { kind: 'forget', ...span }, 400],
    ['an estimate without amount', { kind: 'estimate', ...span }, 400],
    ['an estimate in a unit that it is not told in', { kind: 'estimate', ...span, amount: 5, unit: 'm3' }, 400],
    ['an estimate of reactive energy', { kind: 'estimate', ...span, amount: 5, unit: 'kvarh' }, 400],
    ['half a half-hour', { kind: 'estimate', ...span, to: iso(start + 900), amount: 5, unit: 'kWh' }, 400],
  ])('%s is refused, and leaves no trace', async (_, payload, status) => {
    const before = rig.state.acts({ limit: 99 }).length;
    expect((await post(payload)).status).toBe(status);
    expect(rig.state.acts({ limit: 99 })).toHaveLength(before);
  });

  test('a meter of another site is not there', async () => {
    expect((await post({ kind: 'void', ...span }, 'practice-main')).status).toBe(404);
  });

  test('an exchange is a job of the process that derives', async () => {
    const body = { at: iso(start), closing: 5000, opening: 0, reason: 'certification ran out' };
    const exchange = (more: object) =>
      call('POST', `/v1/meters/${meter}/exchanges`, rulingsAnswerSchema, { ...body, ...more });
    const doubted = await exchange({ at: iso(start + 9_000), closing: 4000 });
    expect([doubted.status, doubted.body]).toEqual([422, expect.stringContaining('at least 5040')]);
    expect(rig.state.jobs(1)).toEqual([]);
    expect((await exchange({})).status).toBe(202);
    expect(rig.state.jobs(1)).toMatchObject([
      { kind: 'exchange', request: { who: 'Facilities', reason: body.reason, exchange: { meter, closing: 5000 } } },
    ]);
  });

  test('an ignored issue says who and why, and leaves an act', async () => {
    const seen = { from: start, to: start + 60, says: 'stood still' };
    rig.state.reportIssues([
      { meter, kind: 'stuck', by: 'derivation', window: seen, found: [seen] },
      { meter: 'practice-main', kind: 'stuck', by: 'derivation', window: seen, found: [seen] },
    ]);
    const list = async (query: string) =>
      (await call('GET', `/v1/data-issues?${query}`, issuesAnswerSchema)).read().issues;
    const [issue] = await list('state=opened,ongoing,closed');
    expect(await list('')).toHaveLength(1);
    const ignore = `/v1/data-issues/${issue?.id}/ignore`;
    expect((await call('POST', ignore, issuesAnswerSchema, { reason: 'closed ward' })).status).toBe(200);
    expect(await list('state=ignored')).toMatchObject([
      { meter, site: 'hospital', ignored_by: 'Facilities', reason: 'closed ward', kind: 'stuck' },
    ]);
    expect(rig.state.acts({ limit: 99, kinds: ['ignore-issue'] })).toMatchObject([
      { who: 'Facilities', meter, reason: 'closed ward', detail: { issue: issue?.id, kind: 'stuck' } },
    ]);
    // Of another site: as if it were not there.
    const other = rig.state.issues({ meters: ['practice-main'], limit: 1 })[0]?.id;
    const refused = await call('POST', `/v1/data-issues/${other}/ignore`, issuesAnswerSchema, { reason: 'closed' });
    expect(refused.status).toBe(404);
  });
});

describe('explanations', () => {
  test('a half-hour shows its readings, rule, conversion, rulings and what was there before', async () => {
    await post({ kind: 'accept', ...span, from: iso(start + 10 * 1800), to: iso(start + 10 * 1800 + 1) });
    const url = `/v1/explain/half-hour?meter=${meter}&at=${iso(start + 9 * 1800 + 60)}`;
    const found = (await call('GET', url, halfHourExplanationSchema)).read();
    expect(found.half_hour).toMatchObject({
      energy_kwh: 10,
      quality: 'estimated',
      rule: 'false-zero',
      register_version: 7,
    });
    expect(found.readings.map(({ value, believed, rule }) => `${value} ${believed} ${rule ?? ''}`)).toEqual([
      '5060 true ',
      '5070 true ',
      '5080 true ',
      '5090 true ',
      '0 false false-zero',
      '5110 true ',
      '5120 true ',
    ]);
    expect(found.conversion).toMatchObject({ multiplier: 1, energy_kwh_per_count: 1, volume_m3_per_count: null });
    expect(found.superseded).toMatchObject([{ before: 5080, after: 5090, series: 'energy register' }]);
    expect(found.rulings).toEqual([]);
    const next = (
      await call('GET', url.replace(iso(start + 9 * 1800 + 60), iso(start + 10 * 1800)), halfHourExplanationSchema)
    ).read();
    expect(next.rulings).toMatchObject([{ who: 'Facilities', kind: 'accept-verdict', stands: true }]);
    expect(next.findings).toMatchObject([{ class: 'false-zero', confidence: 'sure', shown: [{ value: 0 }] }]);
  });

  test('a day has its half-hours, those without a row too', async () => {
    const url = `/v1/explain/day?meter=${meter}&date=2026-01-14`;
    const { half_hours, findings } = (await call('GET', url, dayExplanationSchema)).read();
    expect(half_hours).toHaveLength(48);
    expect(half_hours.filter(({ rule }) => rule === null)).toHaveLength(47);
    expect(findings.map((finding) => finding.class)).toEqual(['false-zero']);
    // It is noon: the half-hours of the afternoon are not missing.
    const today = (await call('GET', url.replace('14', '15'), dayExplanationSchema)).read();
    expect(today.half_hours).toHaveLength(24);
  });

  test('the doctor names the fault, with evidence and its own rating', async () => {
    const url = `/v1/meters/${meter}/diagnosis?from=2026-01-14&to=2026-01-16`;
    const { findings, unit } = (await call('GET', url, diagnosisAnswerSchema)).read();
    expect(unit).toBe('kWh');
    expect(findings).toMatchObject([
      {
        class: 'false-zero',
        rule: 'false-zero',
        before: { value: 5090 },
        after: { value: 5110 },
        disbelieved: 1,
      },
    ]);
    expect(findings[0]?.evidence.length).toBeGreaterThan(1);
    expect((await call('GET', url.replace('2026-01-16', '2026-06-01'), diagnosisAnswerSchema)).status).toBe(400);
  });
});
