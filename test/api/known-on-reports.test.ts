import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reading } from '../../domain/readings/reading.ts';
import { addMonths, boundariesOf, dateOf, halfHoursOf, startOfDay } from '../../domain/time.ts';
import { type FigureVersions } from '../../store/register-versions.ts';
import { type LateHouse, lateHouse, lateRegister } from './late-house.ts';
import { bearer, type Rig, startRig } from './rig.ts';

/**
 * A year of a hospital, what each figure of it said on 6 April 2026, and what came later: a late reading, temperatures
 * that were missing, a larger area, certificates that were retired, another baseline. As known on that day every figure
 * is what it was.
 */
const at = (text: string): number => Date.parse(text) / 1000;
/** The midnight that 6 April ends with, in London. */
const then = '2026-04-06T23:00:00Z';
const knownOn = '2026-04-06';
/** The afternoon of this day was silent, and comes late. */
const lateDay = '2026-03-10';
const months = Array.from({ length: 12 }, (_, i) => addMonths('2025-04-01', i));
const coldest = addMonths('2025-04-01', 9);

/** °C of a month: a winter, and a summer above every base. */
function degreesIn(month: string): number {
  return 12 - 10 * Math.cos((2 * Math.PI * (Number(month.slice(5, 7)) - 1)) / 12);
}

function register({ area = 1000, retired = '', emissions = 90_000 } = {}): string {
  return lateRegister({
    area,
    ofHospital:
      '\n    weather: { temperature: roof, method: half_hourly, base_degc: 15.5, standard: { first_year: 2025, last_year: 2025 } }',
    more: `observed:
  - { id: roof, name: Roof, quantity: temperature, unit: degC, source: a sensor, stands_for_half_hours: 48 }
  - { id: grid, name: Grid, quantity: carbon_intensity, unit: gCO2/kWh, source: invented }
certificates:
  - { id: wind, organisation: north, station: A wind farm, technology: onshore_wind, output_year: 2025-26, mwh: 10,
      market: GB, acquired: unbundled, state: allocated, ${retired} source: the broker }
generation_profiles:
  - { id: even, name: Even, technologies: [onshore_wind], shape: flat, source: an assumption }
baselines:
  - { id: north-base, organisation: north, name: North, from: "2024-04-01", to: "2025-03-31", boundary: scope_1_2,
      factor_year: majority, factor_sets: ["2024"], frozen_on: "2025-09-01", source: a plan,
      sites: [{ site: hospital, emissions_kgco2e: ${emissions} }] }
`,
  });
}

const year = 'from=2025-04-01&to=2026-04-01';
/** What is asked. */
const routes = {
  comparisons: `/v1/intensity/comparisons?${year}`,
  signature: `/v1/weather/signature?${year}&site=hospital`,
  cusum: `/v1/weather/cusum?${year}&site=hospital&baseline_from=2025-04-01&baseline_to=2026-04-01`,
  degreeDays: `/v1/weather/degree-days?${year}&site=hospital&standard=none`,
  matching: '/v1/matching?from=2026-02-01&to=2026-03-01&bucket=whole&site=hospital&certificates=retired',
  gridCarbon: '/v1/grid-carbon?from=2026-02-01&to=2026-03-01&bucket=whole&site=hospital',
  quarterly: '/v1/reports/quarterly?quarter=2025-26-q4',
  eric: '/v1/reports/eric?year=2025-26&layout=2023-24&organisation=north',
  targets: '/v1/reports/targets?organisation=north',
} as const;
type Route = keyof typeof routes;

let rig: Rig;
let house: LateHouse;
let key: Record<string, string>;
const before = new Map<string, Record<string, unknown>>();

let now = at('2026-01-02T00:00:00Z');
function goTo(text: string): void {
  now = at(text);
  rig.at(now);
}

async function ask(path: string, date?: string): Promise<Record<string, unknown>> {
  const answer = await rig.app.inject({ url: `${path}${date ? `&known_on=${date}` : ''}`, headers: key });
  const { known_on: said, ...body } = answer.json<Record<string, unknown>>();
  expect([path, answer.statusCode, said, body['detail']]).toEqual([path, 200, date ?? null, undefined]);
  return body;
}

function temperatures(of: readonly string[], degrees: (month: string) => number): Reading[] {
  return of.flatMap((month) =>
    boundariesOf({ from: startOfDay(month), to: startOfDay(addMonths(month, 1)) }, 'day')
      .slice(0, -1)
      .map((day): Reading => {
        const series = { meter: 'roof', quantity: 'temperature', kind: 'instant' } as const;
        return { ...series, at: day, value: degrees(month), period: 0, received: now };
      }),
  );
}

function grams(from: string, to: string): Reading[] {
  const series = { meter: 'grid', quantity: 'carbon_intensity', kind: 'interval' } as const;
  return halfHoursOf({ from: startOfDay(from), to: startOfDay(to) }).map((start) => {
    return { ...series, at: start, value: 100, period: 1800, received: now };
  });
}

beforeAll(async () => {
  let made: LateHouse | undefined;
  const registers = {
    of: (versions: FigureVersions) => made?.registers.of(versions),
    at: (instant: number) => made?.registers.at(instant),
  };
  rig = await startRig({ estate: () => house.estate(), registers });
  goTo('2026-04-04T12:00:00Z');
  house = lateHouse(rig.store, rig.state, () => now);
  made = house;
  key = bearer(rig.key({ role: 'operate' }));
  house.register(register());
  for (const month of months) {
    const dates = boundariesOf({ from: startOfDay(month), to: startOfDay(addMonths(month, 1)) }, 'day').map(dateOf);
    dates.pop();
    const ordinary = dates.filter((date) => date !== lateDay);
    await house.hear('hospital-g', dates, 1 + Math.max(0, 15.5 - degreesIn(month)) / 8);
    await house.hear('hospital-e', ordinary, 1);
    await house.hear('practice-e', dates, 0.5);
  }
  await house.hear('hospital-e', [lateDay], 1, (hour) => hour >= 12);
  await rig.store.write(
    temperatures(
      months.filter((month) => month !== coldest),
      degreesIn,
    ),
  );
  await rig.store.write(grams('2026-02-02', '2026-03-01'));
  await house.derive();
  goTo('2026-04-05T12:00:00Z');
  await house.derive();
  goTo(then);
  for (const [name, path] of Object.entries(routes)) before.set(name, await ask(path));
  goTo('2026-04-08T12:00:00Z');
  await house.hear('hospital-e', [lateDay], 1);
  await rig.store.write(temperatures([coldest], degreesIn));
  await rig.store.write(grams('2026-02-01', '2026-02-02'));
  const retired = 'retired: { for: north, on: "2026-04-08", evidence: the statement },';
  house.register(register({ area: 500, retired, emissions: 120_000 }));
  await house.derive();
  await rig.app.inject({
    method: 'POST',
    url: '/v1/reports/quarterly/sent',
    headers: key,
    payload: { organisation: 'north', quarter: '2025-26-q4', reading: 'energy', answer: 'no', reason: 'return 4' },
  });
  goTo('2026-04-10T12:00:00Z');
  await house.derive();
}, 60_000);
afterAll(() => rig.close());

describe('as known on a date, what changed since', () => {
  const whole = (Object.keys(routes) as Route[]).filter((name) => name !== 'eric');

  test('is asked of every route but one', () => expect(whole).toHaveLength(8));

  test.each(whole)('%s is what it was then, and another figure now', async (name) => {
    expect(await ask(routes[name], knownOn)).toEqual(before.get(name));
    expect(await ask(routes[name])).not.toEqual(before.get(name));
  });

  test('an ERIC row is what it was, but for the half-hours of the day that changed, which are not kept', async () => {
    const [past, present] = [await ask(routes.eric, knownOn), await ask(routes.eric)];
    expect({ ...past, notes: [] }).toEqual({ ...before.get('eric'), notes: [] });
    expect(present['sites']).not.toEqual(past['sites']);
    const partial = ({ notes }: Record<string, unknown> = {}) =>
      (notes as { why: string; detail: string | null }[]).flatMap(({ detail }) =>
        detail?.includes('half-hours') ? [detail] : [],
      );
    // The hour more of the day in October is silent too.
    const all = 365 * 48;
    expect(partial(before.get('eric'))).toEqual([`of ${all - 24 - 2} of ${all} half-hours`]);
    expect(partial(past)).toEqual([`of ${all - 48 - 2} of ${all} half-hours`]);
    expect(partial(present)).toEqual([`of ${all - 2} of ${all} half-hours`]);
  });
});

test('half-hours of the day that changed are not compared, and those of the days beside it are as they were', async () => {
  const path = `/v1/matching?from=2026-03-09&to=2026-03-12&bucket=day&site=hospital`;
  const days = (await ask(path, knownOn))['figures'] as Record<string, unknown>[];
  expect(days.map((day) => [day['compared_half_hours'], day['use_kwh'], day['status']])).toEqual([
    [48, 48, 'complete'],
    [0, null, 'partial'],
    [48, 48, 'complete'],
  ]);
});
