import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { ShownPoint } from '../../domain/series.ts';
import { daySeconds, startOfDay } from '../../domain/time.ts';
import type { PlanPart } from '../../ingest/points-of-plan.ts';
import { ShownPlan } from '../../ingest/shown-plan.ts';
import { closedDaysKey } from '../../store/kept-history.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import type { StateStore } from '../../store/state-store.ts';
import { estateOf } from '../domain/small-estate.ts';

const north = { id: 'north', meters: [{ id: 'n-e' }] };
const south = { id: 'south', organisation: 'other', meters: [{ id: 's-e' }] };
const both = estateOf([north, south]);

let folder: string;
let state: StateStore;
let now = 0;
let parts: string[];
let fails: string | undefined;
/** What stands in the series: a point is written over itself. */
let standing: Map<string, ShownPoint>;
/** The day on which the works of the south began. */
let works = '2026-02-01';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-plan-'));
  state = openStateStore(join(folder, 'state.db'), { clock: () => now, holder: 'test' });
  now = startOfDay('2026-03-20') + 36_000;
  state.remember(closedDaysKey, '2026-03-19');
  [parts, standing, fails, works] = [[], new Map(), undefined, '2026-02-01'];
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true });
});

function pointsOf(_stores: unknown, estate: Estate, { kind, of }: PlanPart): Promise<ShownPoint[]> {
  parts.push(`${kind} ${of}`);
  if (fails === `${kind} ${of}`) return Promise.reject(new Error('down'));
  if (kind === 'standing' && estate.sites.has(of)) {
    const fields = { ...counts, state: 1, stands_at: 1, because: '' };
    const tags = { site: of, kind: 'site', place: of, step: '1' };
    return Promise.resolve([{ series: 'plan_step', tags, fields, at: startOfDay('2026-03-01') }]);
  }
  if (kind !== 'measures' || !estate.sites.has('south')) return Promise.resolve([]);
  const fields = { listed: 1, title: 'South: LED lighting', says: 'works begin', meters: ' s-e ' };
  const tags = { of: 'led', site: 'south', event: 'works_begin' };
  return Promise.resolve([{ series: 'plan_event', tags, fields, at: startOfDay(works) }]);
}
const counts = { planned_measures: 1, installing_measures: 0, installed_measures: 0, withdrawn_measures: 0 };

function begun(): ShownPlan {
  const writeShown = (points: readonly ShownPoint[]): Promise<void> => {
    for (const one of points) standing.set(`${one.series} ${Object.values(one.tags).join(' ')} ${one.at}`, one);
    return Promise.resolve();
  };
  return new ShownPlan({ writeShown } as unknown as ReadingStore, state, pointsOf);
}

/** Looks until all is done; answers the parts that were worked out. */
async function looks(shown: ShownPlan, estate: Estate = both, seconds: number = limits.planPauseSeconds) {
  parts = [];
  now += seconds;
  do await shown.look(estate, now);
  while (!shown.isDone);
  return parts;
}
const events = (): [string, number, string][] =>
  [...standing.values()].flatMap((one) =>
    one.series === 'plan_event' ? [[one.tags.of, one.fields.listed, one.fields.title]] : [],
  );

const all = [
  'measures all',
  'standing north',
  'standing south',
  'savings north',
  'savings south',
  'trajectory mse',
  'trajectory other',
];

test('all of it is published once, one part in a look, and again when a day is closed', async () => {
  const shown = begun();
  await shown.look(both, now);
  expect(parts).toEqual(['measures all']);
  await looks(shown);
  expect(await looks(shown)).toEqual([]);
  state.remember(closedDaysKey, '2026-03-20');
  expect(await looks(shown, both, daySeconds)).toEqual(all);
  expect(events()).toEqual([['led', 1, 'South: LED lighting']]);
  // Whoever begins anew knows what was done.
  expect(await looks(begun())).toEqual([]);
});

test('what was derived of days that are over follows after a while, for its site alone', async () => {
  const shown = begun();
  expect(await looks(shown)).toEqual(all);
  const today = startOfDay('2026-03-20');
  state.recordDerived([{ meter: 'n-e', from: today, to: now }]);
  expect(await looks(shown)).toEqual([]);
  state.recordDerived([{ meter: 's-e', from: today - daySeconds, to: now }]);
  expect(await looks(shown, both, 60)).toEqual([]);
  expect(await looks(shown)).toEqual(['standing south', 'savings south', 'trajectory other']);
});

test('what has another day in the register, or left it, is written over', async () => {
  const shown = begun();
  await looks(shown);
  works = '2026-02-09';
  await looks(shown, estateOf([{ ...north, name: 'North' }, south]), 60);
  expect(events()).toEqual([
    ['led', 0, ''],
    ['led', 1, 'South: LED lighting'],
  ]);
  // Even where nobody saw the register change.
  const alone = await looks(begun(), estateOf([north]), 60);
  expect(alone).toContain('measures all');
  expect(events().map(([, listed]) => listed)).toEqual([0, 0]);
});

test('what fails is said, keeps nothing else waiting, and is tried again after the pause', async () => {
  const shown = begun();
  fails = 'standing north';
  await shown.look(both, now);
  await expect(shown.look(both, now)).rejects.toThrow('down');
  expect(await looks(shown, both, 1)).toEqual(all.slice(2));
  expect(await looks(shown, both, 60)).toEqual([]);
  // Whoever begins anew knows that not all was done.
  expect(await looks(begun(), both, 60).catch(String)).toContain('down');
  fails = undefined;
  expect(await looks(shown)).toEqual(['standing north']);
  expect(standing.size).toBe(3);
});
