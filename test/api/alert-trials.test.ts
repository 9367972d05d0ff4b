import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { alertTrialAnswerSchema, alertTrialAskedSchema, triedAlertSchema } from '../../api/contract/alert-trials.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { halfHourSeconds, wallClock } from '../../domain/time.ts';
import { chanceAt, seedOf } from '../../simulators/chance.ts';
import { until } from '../servers/process.ts';
import { testEstate } from './estate.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';
import { halfHour } from './sample-days.ts';

/**
 * Rules tried on half a year of a practice: 20 kW by day and 4 kW at night, 3 kW more for ten days of November, and
 * 0.4 kW more for ten days of December, which is below what is asked for.
 */
let rig: Rig;
let operator: string;
const start = noon - 150 * 86_400;
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 1000;
const seed = seedOf(3, 'practice');
const practice = testEstate().meters.get('practice-main');
if (!practice) throw new Error('the estate has changed');
const rows = Array.from({ length: (noon - start) / halfHourSeconds }, (_, i) => {
  const from = start + i * halfHourSeconds;
  const isNight = wallClock(from).minuteOfDay < 360;
  const within = (first: string, end: string): boolean => from >= at(first) && from < at(end);
  const more = within('2025-11-10', '2025-11-20') ? 1.5 : within('2025-12-08', '2025-12-18') ? 0.2 : 0;
  const energy = (isNight ? 2 : 10) * (1 + 0.02 * (chanceAt(seed, i) - 0.5)) + more;
  return halfHour(practice, from, 'measured', energy);
});
beforeAll(async () => {
  rig = await startRig();
  operator = rig.key({ name: 'Ada', role: 'operate' });
  await rig.store.writeHalfHours(rows);
});
afterAll(() => rig.close());

type Answer = z.output<typeof alertTrialAnswerSchema>;
const period = { from: '2025-11-01', to: '2026-01-15' };

async function ask(payload: object, key = operator) {
  return await rig.app.inject({ method: 'POST', url: '/v1/alert-trials', payload, headers: bearer(key) });
}
async function get(id: string, query = '', key = operator) {
  return await rig.app.inject({ url: `/v1/alert-trials/${id}${query}`, headers: bearer(key) });
}
/** Asks, and waits for what comes of it. */
async function tried(payload: object): Promise<Answer> {
  const { trial } = alertTrialAskedSchema.parse((await ask({ ...period, sites: ['practice'], ...payload })).json());
  const answer = async (): Promise<Answer> => alertTrialAnswerSchema.parse((await get(trial.id)).json());
  await until('the trial to be over', async () => ['done', 'failed'].includes((await answer()).trial.state));
  return await answer();
}
describe('a trial of a rule', () => {
  test('says what it raises beside what the rule that holds does: when, how severe, at what price', async () => {
    const answer = await tried({
      rules: [{ kind: 'night_base', parameters: { excess_kw: 0.2, rises_by: 0.05 } }],
    });
    expect(answer.trial).toMatchObject({ state: 'done', progress: 1, kinds: ['night_base'], rules: ['trial'] });
    expect(answer.problems).toEqual([]);
    const [november, december] = answer.alerts;
    expect(answer.alerts.map(({ outcome }) => outcome)).toEqual(['same', 'new']);
    expect(november).toMatchObject({
      site_name: 'Practice',
      subject: 'practice-main',
      ongoing: false,
      excess_m3: null,
    });
    expect(Math.abs((november?.excess_kwh ?? 0) / 720 - 1)).toBeLessThan(0.05);
    expect(november?.raised).toBe(november?.raised_now);
    // It began on the 8th, and three nights on end say so.
    expect(december).toMatchObject({ from: '2025-12-08T00:00:00Z', raised_now: null, severity_now: null });
    expect(december?.raised?.slice(0, 10)).toBe('2025-12-10');
    expect(december?.seen_by).toEqual(['night_base']);
    expect(answer.together).toMatchObject({ new: 1, gone: 0, same: 1 });
    expect(answer.together.per_site_and_month).toBeCloseTo(2 / 2.5, 1);
    const lines = (await get(answer.trial.id, '?format=csv')).body.trimEnd().split('\r\n');
    expect(lines[0]).toBe(Object.keys(triedAlertSchema.shape).join(','));
    expect(lines).toHaveLength(3);
    // To others it is as if it were not there.
    const other = rig.key({ name: 'Bob', role: 'operate' });
    expect((await get(answer.trial.id, '', other)).statusCode).toBe(404);
  });

  test('that is switched off says what is raised no more, and what another kind raises all the same', async () => {
    const kinds = ['night_base', 'step', 'never_below', 'always_above', 'left_on', 'out_of_hours'];
    const off = await tried({ rules: kinds.map((kind) => ({ kind, enabled: false })) });
    expect(off.alerts.map(({ outcome, raised, severity }) => [outcome, raised, severity])).toEqual([
      ['gone', null, null],
    ]);
    const one = await tried({ meters: ['practice-main'], rules: [{ kind: 'night_base', enabled: false }] });
    expect(one.alerts.map(({ outcome }) => outcome)).not.toContain('gone');
    expect(one.alerts[0]?.seen_by).not.toContain('night_base');
  });

  test('of a rule that Meterhouse brings, by its id, changes what is said of it and nothing else', async () => {
    const { trial, alerts } = await tried({ rules: [{ id: 'hospital-peaks' }] });
    expect(trial.kinds).toEqual(['always_above']);
    expect(alerts.filter(({ outcome }) => outcome !== 'same')).toEqual([]);
  });
});

describe('what cannot be tried is refused', () => {
  const refused = async (payload: object, key = operator) => {
    const { status, problems } = problemSchema.parse((await ask({ ...period, ...payload }, key)).json());
    return [status, ...problems.map(({ code, where, found }) => `${code} ${where}: ${found ?? ''}`)];
  };

  test('with all that is wrong of its rules', async () => {
    const rules = [
      { kind: 'night_flow', parameters: { nigths: 3, rises_by: 1_000 } },
      { id: 'nobody-knows' },
      { id: 'hospital-peaks', kind: 'burst' },
      { kind: 'step', sites: ['nowhere'], meters: ['none'] },
    ];
    expect(await refused({ rules })).toEqual([
      400,
      'request.invalid body rules 0 parameters nigths: nigths',
      'request.invalid body rules 0 parameters rises_by: 1000',
      'request.invalid body rules 1 kind: nobody-knows',
      'request.invalid body rules 2 kind: burst',
      'request.unknown-id body rules 3 sites: nowhere',
      'request.unknown-id body rules 3 meters: none',
    ]);
  });

  test('at places that are not there or not seen, and ahead of now', async () => {
    const rules = [{ kind: 'step' }];
    expect(await refused({ rules, sites: ['nowhere'], meters: ['hospital-waters'] })).toEqual([
      404,
      'request.unknown-id body sites: nowhere',
      'request.unknown-id body meters: hospital-waters',
    ]);
    const limited = rig.key({ role: 'operate', sites: ['centre'] });
    expect(await refused({ rules, sites: ['hospital'] }, limited)).toEqual([
      404,
      'request.unknown-id body sites: hospital',
    ]);
    expect(await refused({ rules, from: '2026-02-01', to: '2026-03-01' })).toEqual([
      400,
      'request.invalid body from: 2026-02-01',
    ]);
  });

  test('at sites and meters that do not meet: nothing looked at is not nothing found', async () => {
    const place = { sites: ['centre'], meters: ['practice-main'] };
    expect(await refused({ rules: [{ kind: 'step' }], ...place })).toEqual([
      400,
      'request.invalid body meters: practice-main',
    ]);
  });

  test('by who may only read, and over more than a year', async () => {
    expect((await ask({ ...period, rules: [{ kind: 'burst' }] }, rig.key({ role: 'read' }))).statusCode).toBe(403);
    const [status, problem] = await refused({ rules: [{ kind: 'step' }], from: '2024-01-01' });
    expect([status, problem]).toEqual([400, 'request.range-too-long body to: 745 days']);
  });
});

test('a rule of the register that names sites of others too is tried, and what still runs when the API stops given up', async () => {
  const written = testEstate();
  const sites = ['centre', 'practice'];
  const rule = { id: 'both', kind: 'step', sites, parameters: {} } as const;
  const estate = { ...written, lists: { ...written.lists, alert_rules: [rule] } };
  const stopping = await startRig({ estate: () => estate });
  const payload = { ...period, rules: [{ id: 'both', parameters: { days: 4 } }] };
  const headers = bearer(stopping.key({ role: 'operate', sites: ['centre'] }));
  const url = '/v1/alert-trials';
  const answers = await Promise.all([1, 2].map(() => stopping.app.inject({ method: 'POST', url, payload, headers })));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202]);
  await stopping.close();
  expect(stopping.log()).not.toContain('an alert trial failed');
});
