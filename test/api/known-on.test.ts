import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FigureVersions, keepFactorSets } from '../../store/register-versions.ts';
import { type LateHouse, lateHouse, lateRegister } from './late-house.ts';
import { bearer, type Rig, startRig } from './rig.ts';

/**
 * What was known when: the first days of April 2026 as they were heard, one late reading, one changed area and one
 * changed multiplier later. What each day held is reckoned here by hand.
 */
const at = (text: string): number => Date.parse(text) / 1000;
/** From noon on it is silent; London is an hour ahead, so that a day's first hour, 23:00 UTC, is silent too. */
const fromNoon = (hour: number): boolean => hour >= 12;
let rig: Rig;
let house: LateHouse;
let key: Record<string, string>;

beforeAll(async () => {
  let made: LateHouse | undefined;
  const registers = {
    of: (versions: FigureVersions) => made?.registers.of(versions),
    at: (instant: number) => made?.registers.at(instant),
  };
  rig = await startRig({ estate: () => house.estate(), registers });
  rig.at(at('2026-04-04T12:00:00Z'));
  house = lateHouse(rig.store, rig.state, () => now);
  made = house;
  key = bearer(rig.key({}));
});
afterAll(() => rig.close());

let now = at('2026-04-04T12:00:00Z');
function goTo(text: string): void {
  now = at(text);
  rig.at(now);
}

async function ask(path: string, knownOn?: string) {
  const url = `${path}${knownOn === undefined ? '' : `&known_on=${knownOn}`}`;
  const answer = await rig.app.inject({ url, headers: key });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
}
async function figures(path: string, knownOn?: string): Promise<Record<string, unknown>[]> {
  const { status, body } = await ask(path, knownOn);
  expect([status, body['detail']]).toEqual([200, undefined]);
  expect(body['known_on']).toBe(knownOn ?? null);
  return body['figures'] as Record<string, unknown>[];
}
const april = 'from=2026-04-01&to=2026-04-04';
const intensity = (knownOn?: string) =>
  figures(`/v1/intensity?${april}&bucket=whole&site=hospital`, knownOn).then(([row]) => row);

test('a late reading changes the figure of now and not that of then', async () => {
  const dates = ['2026-04-01', '2026-04-02', '2026-04-03'];
  await house.hear('hospital-e', dates, 1, fromNoon);
  await house.hear('hospital-g', dates, 2);
  await house.derive();
  // 3 days of 48 half-hours of gas, and the mornings of electricity.
  const then = 3 * 48 * 2 + 3 * 24;
  expect(await intensity()).toMatchObject({ energy_kwh: then, status: 'partial' });
  goTo('2026-04-06T12:00:00Z');
  await house.derive();
  await house.hear('hospital-e', ['2026-04-02'], 1);
  await house.derive();
  expect(await intensity()).toMatchObject({ energy_kwh: then + 24 });
  goTo('2026-04-08T12:00:00Z');
  expect(await intensity()).toMatchObject({ energy_kwh: then + 24 });
  expect(await intensity('2026-04-06')).toMatchObject({ energy_kwh: then + 24 });
  expect(await intensity('2026-04-05')).toMatchObject({ energy_kwh: then });
  const days = await figures(`/v1/consumption?by=meter&meter=hospital-e&${april}`, '2026-04-05');
  expect(days.map(({ energy_kwh }) => energy_kwh)).toEqual([24, 24, 24]);
  const present = await figures(`/v1/consumption?by=meter&meter=hospital-e&${april}`);
  expect(present.map(({ energy_kwh }) => energy_kwh)).toEqual([24, 48, 24]);
  expect(present[1]).toMatchObject({ measured_share: 1 });
  expect(days[1]).toMatchObject({ measured_time_share: 24 / 48 });
});

test('an area is that of the register of then', async () => {
  const before = await intensity();
  house.register(lateRegister({ area: 500 }));
  await house.derive();
  expect(await intensity()).toMatchObject({
    gross_internal_area_m2: 500,
    intensity_kwh_per_m2: Number(before?.['intensity_kwh_per_m2']) * 2,
  });
  expect((await ask(`/v1/intensity?${april}`)).body['register_version']).toBe(2);
  goTo('2026-04-09T12:00:00Z');
  expect(await intensity('2026-04-07')).toEqual(before);
  expect((await ask(`/v1/intensity?${april}`, '2026-04-07')).body['register_version']).toBe(1);
});

test('a multiplier that is mended restates the energy of now alone, with the register as its cause', async () => {
  const before = await intensity();
  goTo('2026-04-10T12:00:00Z');
  house.register(lateRegister({ area: 500, multiplier: 2 }));
  await house.derive();
  await house.derive();
  expect(await intensity()).toMatchObject({ energy_kwh: Number(before?.['energy_kwh']) + 24 + 48 + 24 });
  expect(await intensity('2026-04-09')).toEqual(before);
  const april2 = { from: at('2026-03-31T23:00:00Z'), to: at('2026-04-03T23:00:00Z') };
  const kept = rig.state.daysBefore(['hospital-e'], april2, at('2026-04-05T00:00:00Z'));
  expect(kept.map(({ causes, days, unknown }) => [causes, days.map(({ energy }) => energy), unknown.length])).toEqual([
    [['readings'], [24], 0],
    [['register'], [24, 48, 24], 0],
  ]);
});

test('of days that came into the house later nothing was known before', async () => {
  goTo('2026-04-12T12:00:00Z');
  await house.derive();
  const dates = ['2026-03-01', '2026-03-02'];
  await house.hear('practice-e', dates, 1);
  await house.derive();
  const march = 'from=2026-03-01&to=2026-03-03&bucket=whole&site=practice';
  const [present] = await figures(`/v1/carbon?${march}`);
  expect(present).toMatchObject({ energy_kwh: 96 });
  const [then] = await figures(`/v1/carbon?${march}`, '2026-04-11');
  expect(then).toMatchObject({ energy_kwh: null, emissions_kgco2e: null, status: 'partial' });
});

test('factors are those of then', async () => {
  keepFactorSets(rig.state);
  goTo('2026-04-13T12:00:00Z');
  const carbon = async (knownOn?: string) => {
    const [row] = await figures(`/v1/carbon?${april}&bucket=whole&site=hospital&split=utility`, knownOn).then((list) =>
      list.filter(({ utility }) => utility === 'gas'),
    );
    return row;
  };
  const [then, present] = [await carbon('2026-04-11'), await carbon()];
  expect(then?.['energy_kwh']).toBe(288);
  expect(present?.['energy_kwh']).toBe(288);
  expect(Number(then?.['emissions_kgco2e'])).toBeCloseTo(Number(present?.['emissions_kgco2e']) * 1.1, 9);
  expect(await carbon('2026-04-12')).toEqual(present);
});

test('a date ahead, one before anything was kept, and half-hours are refused', async () => {
  const refused = async (path: string, knownOn: string) => {
    const { status, body } = await ask(path, knownOn);
    return [status, body['code']];
  };
  expect(await refused(`/v1/intensity?${april}`, '2026-04-14')).toEqual([400, 'request.invalid']);
  expect(await refused(`/v1/intensity?${april}`, '2026-01-02')).toEqual([404, 'request.not-kept']);
  expect(await refused(`/v1/consumption?${april}&bucket=half_hour`, '2026-04-11')).toEqual([400, 'request.invalid']);
  expect((await ask(`/v1/intensity?${april}`, '2026-04-13')).status).toBe(200);
});
