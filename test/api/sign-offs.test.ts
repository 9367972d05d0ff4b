import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { differenceAnswerSchema, signOffAnswerSchema, signOffMadeSchema } from '../../api/contract/sign-offs.ts';
import { type FigureVersions, keepFactorSets } from '../../store/register-versions.ts';
import { type LateHouse, lateHouse, lateRegister } from './late-house.ts';
import { bearer, type Rig, startRig } from './rig.ts';

/** Signed figures, and what becomes of them: each difference is reckoned here by hand, cause by cause. */

const at = (text: string): number => Date.parse(text) / 1000;
let rig: Rig;
let house: LateHouse;
let key: Record<string, string>;
let now = at('2026-04-04T12:00:00Z');
function goTo(text: string): void {
  now = at(text);
  rig.at(now);
}

beforeAll(async () => {
  let made: LateHouse | undefined;
  const registers = {
    of: (versions: FigureVersions) => made?.registers.of(versions),
    at: (instant: number) => made?.registers.at(instant),
  };
  rig = await startRig({ estate: () => house.estate(), registers });
  rig.at(now);
  house = lateHouse(rig.store, rig.state, () => now);
  made = house;
  key = bearer(rig.key({ role: 'operate', name: 'Ada' }));
  const dates = ['2026-04-01', '2026-04-02', '2026-04-03'];
  for (const meter of ['hospital-e', 'practice-e']) await house.hear(meter, dates, 1);
  await house.hear('hospital-g', dates, 2);
  await house.derive();
});
afterAll(() => rig.close());

const april = { from: '2026-04-01', to: '2026-04-04' };
async function post(body: object) {
  const answer = await rig.app.inject({ method: 'POST', url: '/v1/sign-offs', headers: key, payload: body });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
}
type Problems = { readonly code: string; readonly found: string }[];

/** Signs a figure, whatever stands against it. */
async function sign(body: object): Promise<z.output<typeof signOffMadeSchema>['sign_off']> {
  const wish = { ...april, reason: 'the April return', ...body };
  const first = await post(wish);
  const doubts = (first.body['problems'] ?? []) as Problems;
  const accept = doubts.map(({ found: doubt }) => ({ doubt, by: 'Ada Byron', reason: 'seen in the bulletin' }));
  const { status, body: said } = accept.length > 0 ? await post({ ...wish, accept }) : first;
  if (status !== 201) throw new Error(JSON.stringify(said));
  return signOffMadeSchema.parse(said).sign_off;
}
async function difference(id: number): Promise<z.output<typeof differenceAnswerSchema>> {
  const answer = await rig.app.inject({ url: `/v1/sign-offs/${id}/difference`, headers: key });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return differenceAnswerSchema.parse(answer.json());
}
const millionths = (value: number | null): number => Math.round((value ?? Number.NaN) * 1e6);
/** The parts by cause, once they were seen to add up exactly. */
function addedUp({ difference: whole, parts }: z.output<typeof differenceAnswerSchema>): [string, number][] {
  expect(parts.reduce((sum, { value }) => sum + millionths(value), 0)).toBe(millionths(whole));
  return parts.map(({ causes, value }) => [causes.join('+'), value ?? Number.NaN]);
}

describe('signing', () => {
  test('is refused while something stands against the figure that nobody has accepted', async () => {
    const wish = { ...april, figure: 'carbon', site: 'hospital', reason: 'the April return' };
    const refused = await post(wish);
    expect(refused.status).toBe(409);
    const problems = refused.body['problems'] as Problems;
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ code }) => code === 'sign-off.doubt')).toBe(true);
    const accept = problems.map(({ found }) => ({ doubt: found, by: 'Ada Byron', reason: 'seen in the bulletin' }));
    expect((await post({ ...wish, accept: accept.slice(1) })).status).toBe(409);
    const needless = [...accept, { doubt: 'area-unknown moon', by: 'Ada Byron', reason: 'why not' }];
    expect(await post({ ...wish, accept: needless })).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect((await post({ ...wish, accept })).status).toBe(201);
    expect(rig.state.signOffs({ limit: 9 })).toHaveLength(1);
  });

  test('is refused of a period that is not over, and with a key that sees a part or only reads', async () => {
    const wish = { figure: 'energy', from: '2026-04-01', to: '2026-04-05', reason: 'too soon' };
    expect(await post(wish)).toMatchObject({ status: 409, body: { code: 'sign-off.not-over' } });
    const as = async (wished: Parameters<Rig['key']>[0], body: object) => {
      const headers = bearer(rig.key(wished));
      const payload = { ...april, figure: 'energy', reason: 'as told', ...body };
      return (await rig.app.inject({ method: 'POST', url: '/v1/sign-offs', headers, payload })).statusCode;
    };
    expect(await as({ role: 'read' }, {})).toBe(403);
    expect(await as({ role: 'operate', sites: ['hospital'] }, {})).toBe(403);
    expect(await as({ role: 'operate', sites: ['hospital'] }, { site: 'practice' })).toBe(404);
    expect(await as({ role: 'operate', sites: ['hospital'] }, { site: 'hospital' })).toBe(201);
  });

  test('keeps value, inputs, chain and act, with a digest of them all', async () => {
    const signed = await sign({ figure: 'energy' });
    expect(signed).toMatchObject({ who: 'Ada', value: 576, unit: 'kWh', register_version: 1, factors_version: 1 });
    const answer = await rig.app.inject({ url: `/v1/sign-offs/${signed.id}`, headers: key });
    const { intact, chain } = signOffAnswerSchema.parse(answer.json());
    expect(intact).toBe(true);
    expect(chain).toMatchObject({
      value: 576,
      sites: [
        { site: 'hospital', value: 432 },
        { site: 'practice', value: 144 },
      ],
    });
    expect(rig.state.signedInputs(signed.id)?.days).toHaveLength(9);
    expect(rig.state.acts({ kinds: ['sign-off'], limit: 99 }).at(-1)).toMatchObject({
      id: signed.act,
      who: 'Ada',
      reason: 'the April return',
      detail: { sign_off: signed.id, digest: signed.digest },
    });
    expect((await difference(signed.id)).parts).toEqual([]);
  });

  test('shows a key only what it sees all of', async () => {
    const headers = bearer(rig.key({ sites: ['practice'] }));
    const list = await rig.app.inject({ url: '/v1/sign-offs', headers });
    expect(list.json()).toEqual({ sign_offs: [], next_cursor: null });
    expect((await rig.app.inject({ url: '/v1/sign-offs/1', headers })).statusCode).toBe(404);
  });
});

describe('what lies between a signed figure and now', () => {
  test('is told by cause, and the parts add up exactly', async () => {
    const energy = await sign({ figure: 'energy' });
    const intensity = await sign({ figure: 'intensity', site: 'hospital' });
    const carbon = await sign({ figure: 'carbon', site: 'hospital' });
    goTo('2026-04-06T12:00:00Z');
    await house.derive();

    // Late: the second of April used twice as much.
    await house.hear('hospital-e', ['2026-04-02'], 2);
    await house.derive();
    expect(addedUp(await difference(energy.id))).toEqual([['readings', 48]]);
    expect((await difference(energy.id)).parts[0]).toMatchObject({
      meter: 'hospital-e',
      days: [{ date: '2026-04-02', before_kwh: 48, after_kwh: 96 }],
      changed_days: 1,
    });

    // A person voids the last half-hour of gas of the third: 2 kWh are left out.
    const detail = { from: at('2026-04-03T22:30:00Z'), to: at('2026-04-03T23:00:00Z') };
    const span = { meter: 'hospital-g', from: detail.from, to: detail.to - 1 };
    const act = { at: now, who: 'Ada', kind: 'void-readings', meter: 'hospital-g', reason: 'a test', detail } as const;
    rig.state.recordAct(act, [span]);
    await house.derive();
    expect(addedUp(await difference(energy.id))).toEqual([
      ['readings', 48],
      ['ruling', -2],
    ]);

    // The register: a multiplier of 3 for all of electricity, and half the area.
    goTo('2026-04-08T12:00:00Z');
    house.register(lateRegister({ area: 500, multiplier: 3 }));
    await house.derive();
    await house.derive();
    expect(addedUp(await difference(energy.id))).toEqual([
      ['readings', 48],
      ['ruling', -2],
      ['register', 2 * (48 + 96 + 48)],
    ]);
    const byArea = await difference(intensity.id);
    const energyNow = 432 + 48 - 2 + 384;
    expect(byArea.now).toBeCloseTo(energyNow / 500, 9);
    expect(addedUp(byArea)).toEqual([
      ['readings', 0.048],
      ['ruling', -0.002],
      ['register', 0.384],
      ['area', energyNow / 1000],
    ]);
    expect(byArea.parts.at(-1)?.what).toEqual(['hospital: 1000 m² is now 500 m², weighted by the days of the period']);

    // Factors: what was signed had a tenth more for gas. The API has reckoned with those of now from the first.
    const byFactor = await difference(carbon.id);
    expect(addedUp(byFactor).map(([cause]) => cause)).toContain('readings');

    // Another meter at the practice: what it counts was nobody's before.
    goTo('2026-04-10T12:00:00Z');
    const more = '      - { id: practice-g, name: Gas, utility: gas, role: main, unit: kWh }\n';
    house.register(lateRegister({ area: 500, multiplier: 3, more }));
    await house.hear('practice-g', ['2026-04-01'], 0.5);
    await house.derive();
    const joined = await difference(energy.id);
    expect(addedUp(joined).at(-1)).toEqual(['counting', 24]);
    expect(joined.parts.at(-1)?.what).toContain('meter practice-g joined the register');
  });

  test('a factor that changed is told with what it was and is', async () => {
    const carbon = await sign({ figure: 'carbon', site: 'hospital', utility: 'gas' });
    expect(carbon.factors_version).toBe(1);
    keepFactorSets(rig.state);
    const { parts, difference: whole } = await difference(carbon.id);
    // Signed by the present factors under the number of the former: the way goes there and back.
    expect(parts.map(({ causes }) => causes)).toEqual([['method'], ['factors']]);
    expect(whole).toBe(0);
    const gas = 286 * 0.18;
    expect(Math.abs(parts[1]?.value ?? 0)).toBeGreaterThan(0.05 * gas);
    expect(parts[1]?.what[0]).toMatch(/^combustion of gas: 0\.2\d+ \(.*\) is now 0\.18\d* \(/);
  });

  test('nothing that is signed can be changed or taken away', () => {
    expect(rig.state.signOffs({ limit: 99 }).length).toBeGreaterThan(3);
    const texts = Object.keys(rig.state).filter((name) => /sign/i.test(name));
    expect(texts.sort()).toEqual(['sign', 'signOff', 'signOffs', 'signOffsBefore', 'signedInputs']);
  });
});
