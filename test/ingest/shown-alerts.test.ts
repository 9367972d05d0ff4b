import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AlertEvent, Seen } from '../../domain/alerts/life.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { ShownPoint } from '../../domain/series.ts';
import { supplyPointSchema } from '../../domain/tariffs/register.ts';
import { dateOf, daySeconds } from '../../domain/time.ts';
import { ShownAlerts } from '../../ingest/shown-alerts.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { leftOn, monday } from '../domain/alerts/an-alert.ts';
import { estateOf } from '../domain/small-estate.ts';
import { aDelivery } from '../store/a-delivery.ts';
import { happen, raise } from '../store/raise-alerts.ts';

const at = (days: number): number => monday + days * daySeconds;
const sites = [
  { id: 'north', meters: [{ id: 'ward', name: 'Ward panel' }] },
  { id: 'south', meters: [{ id: 'hall' }] },
];
const point = (publish_costs: boolean) =>
  supplyPointSchema.parse({
    id: 'ward-power',
    utility: 'electricity',
    meter: 'ward',
    contracts: [],
    publish_costs,
    source: 'of our making',
  });
const estateWith = (publish: boolean): Estate => ({ ...estateOf(sites), lists: { supply_points: [point(publish)] } });
const estate = estateWith(true);
const seenAt = (site: string, subject: string, worth: Partial<Seen['worth']> = {}): Seen => ({
  ...leftOn,
  site,
  subject,
  meters: [subject],
  worth: { ...leftOn.worth, ...worth },
});

let folder: string;
let state: StateStore;
let now = 0;
let written: ShownPoint[];
/** What stands in the series: a point is written over itself. */
let standing: Map<string, ShownPoint>;
let isDown = false;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-shown-'));
  state = openStateStore(join(folder, 'state.db'), { clock: () => now, holder: 'test' });
  now = at(2) + 36_000;
  [written, standing, isDown] = [[], new Map(), false];
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true });
});

function begun(): ShownAlerts {
  const writeShown = (points: readonly ShownPoint[]): Promise<void> => {
    if (isDown) return Promise.reject(new Error('down'));
    written.push(...points);
    for (const one of points) standing.set(`${one.series} ${Object.values(one.tags).join(' ')} ${one.at}`, one);
    return Promise.resolve();
  };
  return new ShownAlerts({ writeShown }, state);
}

async function looks(shown: ShownAlerts, register: Estate = estate, seconds = 1): Promise<ShownPoint[]> {
  written = [];
  now += seconds;
  do await shown.look(register, now);
  while (!shown.isDone);
  return written;
}

const open = (seen: Seen, opened = at(1)): string => raise(state, opened, seen);
function seeAgain(id: string, seen: Seen): void {
  state.recordLook({ sites: [seen.site], since: 0 }, () => ({
    opened: [],
    known: [{ id, seen, events: [] }],
    gone: [],
  }));
}
const counts = (points: readonly ShownPoint[]): Record<string, number> =>
  Object.fromEntries(
    Map.groupBy(points, ({ series }) => series)
      .entries()
      .map(([name, list]) => [name, list.length]),
  );
const fieldsOf = (series: ShownPoint['series'], ...tags: string[]): (Record<string, unknown> & { date: string })[] =>
  [...standing.values()]
    .filter((one) => one.series === series && tags.every((tag) => Object.values<string>(one.tags).includes(tag)))
    .map((one) => ({ ...one.fields, date: dateOf(one.at) }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));

const mended: AlertEvent[] = [
  { event: 'closed', at: at(4), who: 'Ada', as: 'mended', why: 'a timer' },
  {
    event: 'verified',
    at: at(12),
    saving: {
      claim: 'alert:a-1',
      from: at(4),
      until: at(369),
      rate: 4,
      perWeek: 672,
      gbpPerWeek: 168,
      kgco2ePerWeek: 7,
    },
    why: 'the meter shows it gone on 7 days',
  },
];

test('all alerts are published once, then what happens at once, and nothing else', async () => {
  open(seenAt('north', 'ward'));
  const shown = begun();
  await looks(shown);
  expect(fieldsOf('alert', 'a-1')).toMatchObject([{ live: 1, place: 'Ward panel', weekly_cost_gbp: 168 }]);
  expect(fieldsOf('day_alert', 'north').map(({ date, live }) => [date, live])).toEqual([
    ['2026-03-17', 1],
    ['2026-03-18', 1],
  ]);
  expect(await looks(shown)).toEqual([]);
  open(seenAt('south', 'hall'), now);
  happen(state, 'a-1', { event: 'assigned', at: now, who: 'Ada', owner: 'Bea' });
  expect(counts(await looks(shown))).toEqual({ alert_event: 2, alert: 2, day_alert: 2 });
  expect(fieldsOf('alert', 'a-1')).toMatchObject([{ owner: 'Bea' }]);
  expect(fieldsOf('day_alert', 'south')).toMatchObject([{ date: '2026-03-18', live: 1, raised: 1 }]);
});

test('what changes without an event follows after a while, and a new day has its points', async () => {
  const id = open(seenAt('north', 'ward'));
  const shown = begun();
  await looks(shown);
  seeAgain(id, seenAt('north', 'ward', { gbpPerWeek: 210 }));
  expect(await looks(shown)).toEqual([]);
  await looks(shown, estate, limits.figuresPauseSeconds);
  expect(fieldsOf('alert', id)).toMatchObject([{ weekly_cost_gbp: 210 }]);
  expect(fieldsOf('day_alert', 'north').map((one) => one['weekly_cost_gbp'])).toEqual([210, 210]);
  await looks(shown, estate, daySeconds);
  expect(fieldsOf('day_alert', 'north').map(({ date }) => date)).toEqual(['2026-03-17', '2026-03-18', '2026-03-19']);
});

test('savings grow by the day, and after days without a process none is missing', async () => {
  now = at(13);
  const id = open(seenAt('north', 'ward'));
  happen(state, id, ...mended);
  await looks(begun());
  const saved = (): unknown[] => fieldsOf('day_saving').map((one) => [one.date, one['saved_gbp']]);
  expect(saved().length).toBe(10);
  expect(saved()[0]).toEqual(['2026-03-20', 24]);
  now = at(16) + 43_200;
  await looks(begun());
  expect(saved().slice(-4)).toEqual([
    // The clocks go forward, so that the afternoon of the last day is an hour later.
    ['2026-03-29', expect.closeTo(23, 9)],
    ['2026-03-30', 24],
    ['2026-03-31', 24],
    ['2026-04-01', expect.closeTo(13, 2)],
  ]);
  expect(saved().length).toBe(13);
});

test('what a saving came to at its end is written by the first look after it, and then no more', async () => {
  now = at(368) + 43_200;
  const id = open(seenAt('north', 'ward'));
  happen(state, id, ...mended);
  await looks(begun());
  const total = (): unknown => fieldsOf('alert', id)[0]?.['saved_gbp'];
  expect(total()).toBeCloseTo(24 * 364.5, 2);
  now = at(371) + 43_200;
  const shown = begun();
  await looks(shown);
  expect(total()).toBeCloseTo(24 * 365, 6);
  expect(counts(await looks(shown, estate, limits.figuresPauseSeconds))).toEqual({});
  expect(counts(await looks(begun()))).toEqual({});
});

test('a restart reads all alerts and writes those alone that run', async () => {
  const over = open(seenAt('north', 'ward'));
  happen(state, over, { event: 'closed', at: at(2), who: 'Ada', as: 'none', why: 'a test' });
  open(seenAt('south', 'hall'));
  await looks(begun());
  expect(counts(await looks(begun()))).toEqual({ alert: 1, day_alert: 1 });
});

test('pounds go when a supply point says no more that they may be seen, and names follow the register', async () => {
  const id = open(seenAt('north', 'ward'));
  happen(state, id, ...mended);
  now = at(13);
  const shown = begun();
  await looks(shown);
  expect([...standing.values()].filter((one) => JSON.stringify(one).includes('168')).length).toBeGreaterThan(2);
  await looks(shown, estateWith(false));
  expect(fieldsOf('alert', id)).toMatchObject([
    { weekly_cost_known: 0, weekly_saving_known: 0, because: expect.stringContaining('publish_costs') as string },
  ]);
  expect([...standing.values()].filter((one) => JSON.stringify(one).includes('168'))).toEqual([]);
  expect(fieldsOf('day_saving').filter((one) => one['saved_gbp_known'] !== 0)).toEqual([]);
  expect(await looks(shown, { ...estateWith(false) })).toEqual([]);
});

test('what could not be written is written later', async () => {
  const shown = begun();
  await looks(shown);
  open(seenAt('north', 'ward'));
  state.keepWatched('north', [{ meter: 'ward', learnedUntil: at(2), knownUntil: at(2), sizes: [] }]);
  isDown = true;
  await expect(shown.look(estate, now)).rejects.toThrow('down');
  isDown = false;
  expect(counts(await looks(shown))).toEqual({ alert_event: 2, alert: 1, detectable_size: 1, day_alert: 2 });
});

test('how small a change each meter could tell is written where it changes, and each day', async () => {
  const size = { kind: 'step', unit: 'kW', hours: 72, rate: 2.5, perWeek: 420, gbpPerWeek: 100 } as const;
  const others = [
    { ...size, kind: 'night_base', rate: null, gbpPerWeek: null },
    { ...size, kind: 'always_above', hours: 2, rate: 4 },
    { ...size, kind: 'power_factor', unit: 'kvar', rate: 1 },
  ] as const;
  const sizes = [...others, size];
  state.keepWatched('north', [{ meter: 'ward', learnedUntil: at(2), knownUntil: at(2), sizes }]);
  state.keepWatched('south', [{ meter: 'hall', learnedUntil: null, knownUntil: null, sizes: [] }]);
  const shown = begun();
  await looks(shown);
  expect(fieldsOf('detectable_size', 'ward')).toMatchObject([
    {
      date: '2026-03-18',
      detectable_kw: 2.5,
      power_known: 1,
      flow_known: 0,
      lasting_h: 72,
      kind: 'step',
    },
  ]);
  expect(fieldsOf('detectable_size', 'hall')).toMatchObject([{ power_known: 0, learned_known: 0, kind: '' }]);
  expect(await looks(shown, estate, limits.figuresPauseSeconds)).toEqual([]);
  expect(counts(await looks(shown, estate, daySeconds))).toEqual({ detectable_size: 2 });
});

test('what people are told is written by channel and day, without an address', async () => {
  const notice = aDelivery(at(1), { subject: open(seenAt('north', 'ward')), site: 'north', channel: 'mail' });
  state.planDeliveries(undefined, (outbox) => {
    for (let i = 0; i < 11; i++) outbox.add({ ...notice, key: `a${i}`, recipient: 'bea@example.org', told: at(2) + i });
    outbox.add({ ...notice, key: 'b', recipient: 'cy@example.org', told: at(2) + 900 });
    // Held over night.
    outbox.add({ ...notice, key: 'c', recipient: 'cy@example.org', told: null, state: 'held', ended: null });
  });
  await looks(begun());
  expect(fieldsOf('day_alarm_load')).toEqual([
    {
      date: '2026-03-18',
      recipients: 2,
      notices: 12,
      notices_of_one: 11,
      at_once: 0,
      most_in_ten_minutes: 11,
      floods: 1,
    },
  ]);
  expect(JSON.stringify(written)).not.toContain('example.org');
});

test('more alerts than are read at once are all read', async () => {
  const all = Array.from(
    { length: limits.alertsPerLook + 3 },
    (_, i) => ({ event: 'opened', at: at(1) + i, seen: seenAt('north', 'ward') }) as const,
  );
  state.recordLook({ sites: ['north'], since: 0 }, () => ({ opened: all, known: [], gone: [] }));
  const points = await looks(begun());
  expect(counts(points)['alert_event']).toBe(2 * (limits.alertsPerLook + 3));
  expect(fieldsOf('day_alert').map((one) => one['live'])).toEqual([limits.alertsPerLook + 3, limits.alertsPerLook + 3]);
});

test('a store that no dashboard reads is asked nothing', async () => {
  open(seenAt('north', 'ward'));
  await new ShownAlerts({ writeShown: undefined }, state).look(estate, now);
  expect(state.recall('alerts-followed')).toBeUndefined();
});
