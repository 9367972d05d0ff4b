import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertRulesAnswerSchema, watchedMetersAnswerSchema } from '../../api/contract/alert-rules.ts';
import { alertAnswerSchema, alertsAnswerSchema, savingsAnswerSchema } from '../../api/contract/alerts.ts';
import { alarmLoadAnswerSchema } from '../../api/contract/deliveries.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import type { AlertEvent, Seen } from '../../domain/alerts/life.ts';
import { conclude, raise as raiseIn } from '../store/raise-alerts.ts';
import { firstSeen, leak } from './alert-samples.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';

const day = 86_400;
let rig: Rig;
let operator: string;
beforeAll(async () => {
  rig = await startRig();
  operator = rig.key({ name: 'Ada', role: 'operate' });
});
afterAll(() => rig.close());

/** Raises one alert at a place of its own, so that tests do not meet; answers its id. */
const raise = (more: Partial<Seen> = {}): string => raiseIn(rig.state, firstSeen, { ...leak, ...more });
async function get(url: string, key = operator) {
  return await rig.app.inject({ url, headers: bearer(key) });
}
async function post(id: string, payload: object, key = operator) {
  return await rig.app.inject({ method: 'POST', url: `/v1/alerts/${id}/acts`, payload, headers: bearer(key) });
}
const list = async (query: string, key = operator) =>
  alertsAnswerSchema.parse((await get(`/v1/alerts${query}`, key)).json());
const one = async (id: string) => alertAnswerSchema.parse((await get(`/v1/alerts/${id}`)).json());
const did = async (id: string, payload: object) => alertAnswerSchema.parse((await post(id, payload)).json());
const refused = async (id: string, payload: object, key = operator) => {
  const answer = await post(id, payload, key);
  const { status, problems } = problemSchema.parse(answer.json());
  return { status, codes: problems.map(({ code }) => code), found: problems.map(({ found }) => found) };
};

describe('an alert', () => {
  test('says what, where, since when, how sure, how unusual, what it costs and what to look at first', async () => {
    const { alert, message, evidence, chart, events, earlier, saving } = await one(raise());
    expect(alert).toMatchObject({
      version: 1,
      state: 'open',
      severity: '2',
      site_name: 'The Hospital',
      subject_name: 'Water',
      excess_m3: 36,
      excess_kwh: null,
      cost_gbp_per_week: 280,
      emissions_kgco2e: 5.4,
      ongoing: true,
      overdue: false,
    });
    expect(message).toMatchObject({
      title: 'The Hospital: water runs at night when nobody uses it (about £280 a week)',
      where: 'Water, The Hospital',
      since: 'since 2026-01-12 12:00, and still on',
      cost: '36 m³ so far: £120, 5.4 kgCO₂e; about £280 a week as it goes on',
      before: [],
    });
    expect(message.look_at.length).toBeGreaterThan(0);
    expect(evidence).toEqual({ unit: 'm3/h', measured: 0.8, expected: 0.3, excess: 0.5, detectors: 2, facts: {} });
    expect(chart).toMatchObject({ unit: 'm3/h', from: '2026-01-11T12:00:00Z' });
    expect([chart?.measured.length, chart?.measured[7]]).toEqual([96, null]);
    expect(events).toMatchObject([{ event: 'opened', who: null, says: 'it was raised' }]);
    expect([earlier, saving]).toEqual([[], null]);
  });

  test('with amounts that nobody knows says null and why', async () => {
    const worth = { ...leak.worth, gbp: null, gbpPerWeek: null, unknown: ['no-price'] } as const;
    const lost = { ...leak.worth, excess: 0, gbp: null, gbpPerWeek: null, unknown: ['no-use'] } as const;
    const { alert } = await one(raise({ worth }));
    expect(alert).toMatchObject({ cost_gbp: null, cost_gbp_per_week: null, unknown: ['no-price'] });
    expect((await one(raise({ worth: lost, kind: 'supply_lost' }))).alert).toMatchObject({ excess_m3: null });
  });

  test('that is not there, or at a site that the key may not see, is the same answer', async () => {
    const id = raise({ site: 'centre', meters: ['centre-main'], subject: 'centre-main' });
    const limited = rig.key({ role: 'operate', sites: ['hospital'] });
    for (const url of [`/v1/alerts/${id}`, `/v1/alerts/${id}/chart.svg`]) {
      const [hidden, absent] = [await get(url, limited), await get(url.replace(id, 'a-999'), limited)];
      expect([hidden.statusCode, absent.statusCode]).toEqual([404, 404]);
      expect(hidden.json<{ code: string }>().code).toBe(absent.json<{ code: string }>().code);
    }
    expect(await refused(id, { act: 'acknowledge' }, limited)).toMatchObject({ status: 404 });
    expect(rig.state.alert(id)?.state).toBe('open');
    expect((await list('', limited)).alerts.every(({ site }) => site === 'hospital')).toBe(true);
    expect((await get('/v1/alerts?site=centre', limited)).statusCode).toBe(404);
    expect((await get('/v1/alerts?meter=centre-main', limited)).statusCode).toBe(404);
  });

  test('is drawn, with a title for who cannot see it; without half-hours it says so', async () => {
    const answer = await get(`/v1/alerts/${raise()}/chart.svg`);
    expect(answer.headers['content-type']).toContain('image/svg+xml');
    expect(answer.body).toMatch(
      /^<svg[^>]* role="img"><title>Water runs at night when nobody uses it\. Water, The Hospital\./,
    );
    for (const word of ['Measured', 'Expected', 'm³/h', 'Mon 12 Jan']) expect(answer.body).toContain(`>${word}<`);
    const { chart: _none, ...evidence } = leak.evidence;
    const without = await get(`/v1/alerts/${raise({ evidence })}/chart.svg`);
    expect([without.statusCode, without.json<{ code: string }>().code]).toEqual([404, 'alert.no-chart']);
  });

  test('tells what was tried before: earlier ones here, and what was closed and did not hold', async () => {
    const meters = ['hospital-lights'];
    const place = { family: 'power', kind: 'left_on', subject: 'hospital-lights', meters } as const;
    const before = raise(place);
    await did(before, { act: 'close', as: 'mended', reason: 'a new time switch' });
    const verified: AlertEvent = { event: 'verified', at: noon - day, saving: undefined, why: 'gone on 7 days' };
    conclude(rig.state, before, verified);
    const id = raise(place);
    await did(id, { act: 'close', as: 'mended', reason: 'the switch again' });
    await did(id, { act: 'reopen', reason: 'it burns still' });
    const { message, earlier } = await one(id);
    expect(earlier.map(({ alert }) => alert)).toEqual([id, before]);
    expect(message.before).toEqual([
      '2026-01-15: Ada: closed as mended: the switch again; it did not hold',
      '2026-01-14: something was left on after hours: Ada: closed as mended: a new time switch; ' +
        'mended, without a saving: gone on 7 days',
    ]);
  });
});

describe('lists', () => {
  test('hold what is asked for, in pages, with what all of it costs a week', async () => {
    const site = { site: 'practice', subject: 'practice-main', meters: ['practice-main'] };
    const worth = { ...leak.worth, gbp: null, gbpPerWeek: null };
    const ids = [
      raise(site),
      raise({ ...site, family: 'power', kind: 'step', severity: 'digest', worth }),
      raise(site),
    ];
    const found = async (query: string) => (await list(`?site=practice${query}`)).alerts.map(({ id }) => id);
    expect(await found('')).toEqual(ids.toReversed());
    expect(await found('&family=power&kind=step&severity=digest&state=open,closed')).toEqual([ids[1]]);
    expect(await found('&severity=1')).toEqual([]);
    expect(await found('&since=2026-01-16')).toEqual([]);
    const first = await list('?organisation=south&meter=practice-main&limit=2');
    expect(first).toMatchObject({
      next_cursor: ids[1],
      together: { alerts: 3, cost_gbp_per_week: 560, without_price: 1, without_factor: 0 },
    });
    expect(await found(`&cursor=${first.next_cursor}`)).toEqual([ids[0]]);
  });

  test('show who has it and what is overdue', async () => {
    const id = raise();
    await did(id, { act: 'assign', owner: 'Estates desk', due: '2026-01-14' });
    expect((await list('?owner=Estates%20desk&overdue=true')).alerts).toMatchObject([
      { id, due: '2026-01-14', overdue: true },
    ]);
    await did(id, { act: 'assign', owner: 'Estates desk', due: '2026-01-15' });
    expect((await list('?owner=Estates%20desk&overdue=true')).alerts).toEqual([]);
  });
});

describe('acts', () => {
  test('make a life, each kept with who and when, and in the record of acts', async () => {
    const id = raise();
    await did(id, { act: 'acknowledge' });
    await did(id, { act: 'comment', says: 'the plumber comes on Monday' });
    await did(id, { act: 'shelve', until: '2026-01-19', reason: 'no parts before' });
    expect((await one(id)).alert).toMatchObject({ state: 'shelved', shelved_until: '2026-01-19T00:00:00Z' });
    await did(id, { act: 'unshelve' });
    const { alert, events } = await did(id, { act: 'close', as: 'mended', reason: 'a valve' });
    expect(alert).toMatchObject({ state: 'watching', closed_as: 'mended', version: 6 });
    expect(events.map(({ who, says }) => [who, says])).toEqual([
      [null, 'it was raised'],
      ['Ada', 'taken up'],
      ['Ada', 'the plumber comes on Monday'],
      ['Ada', 'put away until 2026-01-19 00:00: no parts before'],
      ['Ada', 'no longer put away'],
      ['Ada', 'closed as mended: a valve'],
    ]);
    const acts = rig.state.acts({ limit: 1_000 }).filter(({ detail }) => (detail as { alert?: string }).alert === id);
    expect(acts.map(({ kind, who, reason, meter }) => [kind, who, reason, meter])).toEqual([
      ['acknowledge-alert', 'Ada', '', 'hospital-water'],
      ['comment-alert', 'Ada', 'the plumber comes on Monday', 'hospital-water'],
      ['shelve-alert', 'Ada', 'no parts before', 'hospital-water'],
      ['unshelve-alert', 'Ada', '', 'hospital-water'],
      ['close-alert', 'Ada', 'a valve', 'hospital-water'],
    ]);
  });

  test('on what has changed since it was looked at are refused, and nothing is done', async () => {
    const id = raise();
    const { version } = (await one(id)).alert;
    await did(id, { act: 'acknowledge', version });
    expect(await refused(id, { act: 'close', as: 'none', reason: 'a test', version })).toEqual({
      status: 409,
      codes: ['alert.changed'],
      found: ['version 2'],
    });
    expect((await one(id)).alert).toMatchObject({ state: 'acknowledged', version: 2 });
  });

  test('that mean nothing are refused with every reason', async () => {
    const id = raise();
    expect(await refused(id, { act: 'reopen', reason: 'a test' })).toMatchObject({
      status: 409,
      codes: ['alert.not-now'],
    });
    expect(await refused(id, { act: 'shelve', until: '2026-06-01', reason: 'a test' })).toMatchObject({
      status: 422,
      codes: ['alert.shelved-too-long'],
    });
    const wrong = [
      {},
      { act: 'mend' },
      { act: 'close', as: 'mended' },
      { act: 'close', as: 'done', reason: 'a test' },
      { act: 'comment', says: ' ' },
      { act: 'assign' },
      { act: 'assign', owner: 'Bo', due: '2026-02-30' },
      { act: 'acknowledge', version: 0 },
      { act: 'acknowledge', reason: 'a test' },
    ];
    expect(wrong).toHaveLength(9);
    for (const payload of wrong) expect([payload, (await refused(id, payload)).status]).toEqual([payload, 400]);
    expect((await refused('a-01', { act: 'acknowledge' })).status).toBe(400);
    expect((await one(id)).alert.version).toBe(1);
  });
});

test('savings are what the meter shows, so far and a week, for who asks by site', async () => {
  const id = raise({ site: 'centre' });
  await did(id, { act: 'close', as: 'mended', reason: 'a valve' });
  const saving = { claim: `alert:${id}`, from: noon - 14 * day, until: noon + day, rate: 0.5, perWeek: 84 };
  const verified: AlertEvent = {
    event: 'verified',
    at: noon,
    saving: { ...saving, gbpPerWeek: 280, kgco2ePerWeek: null },
    why: 'gone on 7 days',
  };
  conclude(rig.state, id, verified);
  const savings = async (query: string) =>
    savingsAnswerSchema.parse((await get(`/v1/alerts/savings${query}`)).json()).savings;
  expect(await savings('?site=centre&running=true')).toMatchObject([
    {
      alert: id,
      claim: `alert:${id}`,
      saved_m3: 168,
      saved_kwh: null,
      saved_gbp: 560,
      saved_kgco2e: null,
      saved_m3_per_week: 84,
      closed_by: 'Ada',
      why: 'a valve',
    },
  ]);
  expect(await savings('?site=practice')).toEqual([]);
  expect((await one(id)).saving).toMatchObject({ saved_gbp: 560 });
  rig.at(noon + 2 * day);
  expect(await savings('?running=true')).toEqual([]);
  rig.at(noon);
});

test('what nobody takes up is stale, also where it last showed before the period that is asked for', async () => {
  const stale = async () =>
    alarmLoadAnswerSchema.parse((await get('/v1/alarm-load?from=2026-01-15T11:45:00Z&to=2026-01-16')).json()).stale;
  const before = await stale();
  const id = raise();
  expect(await stale()).toBe(before + 1);
  await did(id, { act: 'acknowledge' });
  expect(await stale()).toBe(before);
});

describe('what is looked for', () => {
  test('is told of each meter, with the rule that says each number, in pages of meters', async () => {
    const rules = async (query: string) => alertRulesAnswerSchema.parse((await get(`/v1/alert-rules${query}`)).json());
    const { rules: rows } = await rules('?meter=hospital-gas&kind=step,night_flow');
    const value = (name: string) => rows.find(({ parameter }) => parameter === name);
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['step']));
    expect(value('excess_kw')).toMatchObject({ value: 2, unit: 'kW', rule: 'fuels-step', enabled: true });
    expect(value('rises_by')).toMatchObject({ value: 0.12, rule: 'fuels-weather' });
    expect(value('days')).toMatchObject({ value: 3, rule: null, because: 'two days are an event, three are a change' });
    const first = await rules('?site=hospital&limit=2&kind=step');
    expect(new Set(first.rules.map(({ meter }) => meter))).toEqual(new Set(['hospital-chillers', 'hospital-gas']));
    const second = await rules(`?site=hospital&limit=2&kind=step&cursor=${first.next_cursor}`);
    expect(second.rules[0]?.meter).toBe('hospital-heat');
  });

  test('and how small a change would be found, null where it is not known', async () => {
    const size = { kind: 'step', unit: 'kW', rate: 0.5, hours: 72, perWeek: 84, gbpPerWeek: 21 } as const;
    const known = { meter: 'hospital-gas', learnedUntil: noon, knownUntil: noon };
    const water = { ...known, meter: 'hospital-water', learnedUntil: null };
    const unknown = { ...size, unit: 'm3/h', kind: 'burst', rate: null, perWeek: null, gbpPerWeek: null } as const;
    rig.state.keepWatched('hospital', [
      { ...known, sizes: [size] },
      { ...water, sizes: [unknown] },
    ]);
    const { meters } = watchedMetersAnswerSchema.parse(
      (
        await get('/v1/watched-meters?meter=hospital-gas,hospital-water,centre-gas', rig.key({ role: 'procurement' }))
      ).json(),
    );
    const nothing = { detectable_kw: null, detectable_m3_per_h: null, detectable_gbp_per_week: null };
    expect(meters).toMatchObject([
      { meter: 'centre-gas', kind: null, learned_until: null, ...nothing, unknown: 'not-learned' },
      {
        meter: 'hospital-gas',
        kind: 'step',
        learned_until: '2026-01-15T12:00:00Z',
        detectable_kw: 0.5,
        detectable_kwh_per_week: 84,
        detectable_gbp_per_week: 21,
        lasting_hours: 72,
        unknown: null,
      },
      { meter: 'hospital-water', kind: 'burst', learned_until: null, ...nothing, unknown: 'too-little-known' },
    ]);
  });

  test('but what shows a rate or agreed capacity only to who may see those', async () => {
    const gas = { kind: 'step', unit: 'kW', rate: 0.5, hours: 72, perWeek: 84, gbpPerWeek: 21 } as const;
    const known = { meter: 'practice-main', learnedUntil: noon, knownUntil: noon };
    const demand = { ...gas, unit: 'kVA', kind: 'peak_capacity', rate: 40, perWeek: null, gbpPerWeek: null } as const;
    rig.state.keepWatched('practice', [{ ...known, sizes: [gas, demand] }]);
    const seenBy = async (key: string) => {
      const answer = await get('/v1/watched-meters?meter=practice-main', key);
      return watchedMetersAnswerSchema
        .parse(answer.json())
        .meters.map((row) => [row.detectable_kw, row.detectable_kva, row.detectable_gbp_per_week, row.unknown]);
    };
    const whole = [
      [0.5, null, 21, null],
      [null, 40, null, null],
    ];
    const roles = ['read', 'operate', 'procurement', 'admin'] as const;
    const seen = await Promise.all(roles.map((role) => seenBy(rig.key({ role }))));
    const hidden = [
      [0.5, null, null, 'not-shown'],
      [null, null, null, 'not-shown'],
    ];
    expect(seen).toEqual([hidden, hidden, whole, whole]);
  });
});
