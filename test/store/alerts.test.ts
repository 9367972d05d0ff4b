import * as fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AlertEvent, alertOf, type Seen } from '../../domain/alerts/life.ts';
import { type AlertAct, eventOfAct } from '../../domain/alerts/life-acts.ts';
import { type Merged, mergeSeen } from '../../domain/alerts/life-merge.ts';
import type { Worth } from '../../domain/alerts/worth.ts';
import { ProblemError } from '../../domain/problems.ts';
import { openStateStore, type StateOptions } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';

const day = 86_400;
const monday = Date.parse('2026-03-16T00:00:00Z') / 1000;
let folder: string;
let state: StateStore;
const opened: StateStore[] = [];

function open(bounds: StateOptions['bounds'] = {}): StateStore {
  const one = openStateStore(join(folder, 'state.db'), { clock: () => monday, holder: 'test', bounds });
  opened.push(one);
  return one;
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-alerts-'));
  state = open();
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  rmSync(folder, { recursive: true });
});

const worth: Worth = {
  excess: 96,
  excessPerWeek: 672,
  gbp: 24,
  gbpPerWeek: 168,
  kgco2e: 19.2,
  kgco2ePerWeek: null,
  unknown: ['no-factor'],
};
const leak: Seen = {
  site: 'north',
  family: 'water',
  kind: 'night_flow',
  subject: 'ward-water',
  meters: ['ward-water', 'main-water'],
  from: monday,
  to: monday + day,
  open: true,
  severity: 3,
  worth,
  rate: 0.4,
  evidence: {
    unit: 'm3',
    measured: 0.7,
    expected: 0.3,
    score: null,
    known: 1,
    detectors: 1,
    facts: { least_m3_per_h: 0.1 },
    chart: { from: monday, measured: [0.7, null, 0.1 + 0.2], expected: [0.3, 0.3, null] },
  },
};
const nothing: Merged = { opened: [], known: [], gone: [] };
const everything = { sites: ['north', 'south'], since: 0 };
const opening = (seen: Seen, at = monday + day): AlertEvent => ({ event: 'opened', at, seen });

/** A look that sees these and no others. */
function look(seen: readonly Seen[], now = monday + day, on = state): readonly string[] {
  const window = { from: monday - 60 * day };
  const request = { sites: ['north', 'south'], since: window.from };
  return on.recordLook(request, (alerts) => mergeSeen({ alerts, seen, now, window, knownUntil: () => now }));
}
const ids = (page: Parameters<StateStore['alertSums']>[0] & { before?: string; limit?: number }): string[] =>
  state.alerts({ limit: 10, ...page }).map(({ id }) => id);

describe('what a look found', () => {
  test('is read back as it was, by another process and after a restart', () => {
    expect(look([leak])).toEqual(['a-1']);
    const whole = alertOf('a-1', [opening(leak)], leak);
    expect(state.alert('a-1')).toEqual(whole);
    expect(open().alert('a-1')).toEqual(whole);
    state.close();
    expect(open().alerts({ limit: 10 })).toEqual([whole]);
  });

  test('is raised once, whichever process looks again and however often', () => {
    const other = open();
    look([leak]);
    expect(look([{ ...leak, to: monday + 2 * day }], monday + 2 * day, other)).toEqual([]);
    expect(state.alert('a-1')).toMatchObject({ state: 'open', seen: { to: monday + 2 * day } });
    expect(state.alertEvents({ limit: 10 })).toHaveLength(1);
    expect(look([{ ...leak, subject: 'boiler', meters: ['boiler'], family: 'heat' }], monday + 3 * day, other)).toEqual(
      ['a-2'],
    );
    expect(state.alert('a-1')?.state).toBe('ended');
  });

  test('is written as a whole or not at all', () => {
    const broken = { ...nothing, opened: [opening(leak)], gone: [{ id: 'a-7', events: [] }] };
    expect(() => state.recordLook(everything, () => broken)).toThrow(/there is no alert a-7/);
    expect([state.alerts({ limit: 10 }), state.alertEvents({ limit: 10 }), state.lastAlertEvent()]).toEqual([
      [],
      [],
      0,
    ]);
  });

  test('of one alert may be two things: that it is seen again, and a verdict on it', () => {
    look([leak]);
    const again = { ...leak, to: monday + 3 * day };
    const worse: AlertEvent = { event: 'worsened', at: monday + 2 * day, severity: 1 };
    const over: AlertEvent = { event: 'ended', at: monday + 3 * day, why: 'over' };
    state.recordLook(everything, () => ({
      ...nothing,
      known: [{ id: 'a-1', seen: again, events: [worse] }],
      gone: [{ id: 'a-1', events: [over] }],
    }));
    expect(state.alert('a-1')).toEqual(alertOf('a-1', [opening(leak), worse, over], again));
    expect(ids({ severities: [1], states: ['ended'] })).toEqual(['a-1']);
  });

  test('with a number that is none is refused: JSON would make null of it', () => {
    const broken = [
      { ...leak, rate: Number.NaN },
      { ...leak, worth: { ...worth, excess: Number.POSITIVE_INFINITY } },
      { ...leak, evidence: { ...leak.evidence, facts: { least_m3_per_h: Number.NaN } } },
    ];
    expect(broken).toHaveLength(3);
    for (const seen of broken) expect(() => look([seen])).toThrow(/\[internal\]/);
    expect(state.alerts({ limit: 10 })).toEqual([]);
  });

  test('merges alerts that are live, however old, and those that were seen since, of the sites asked', () => {
    const late: Seen = { ...leak, open: false };
    const heat: Seen = { ...late, family: 'heat', meters: ['boiler'], subject: 'boiler', to: monday + 5 * day };
    const events = [opening(leak), { event: 'passed', at: monday + 9 * day, seen: late }] as const;
    state.recordLook(everything, () => ({
      ...nothing,
      opened: [...events, opening(heat), opening({ ...leak, site: 'south' })],
    }));
    state.recordLook(everything, () => ({
      ...nothing,
      gone: [{ id: 'a-3', events: [{ event: 'ended', at: monday + 6 * day, why: 'over' }] }],
    }));
    const merged = (sites: string[], since: number): string[] => state.alertsToMerge(sites, since).map(({ id }) => id);
    expect(merged(['north'], monday + 9 * day)).toEqual(['a-1']);
    expect(merged(['north'], monday + 5 * day)).toEqual(['a-1', 'a-3']);
    expect(merged(['north', 'south'], monday)).toEqual(['a-1', 'a-2', 'a-3', 'a-4']);
    expect(merged([], 0)).toEqual([]);
  });

  test('that flaps is no longer told after its bound, but is still seen, and a person can close it', () => {
    const small = open({ alertEvents: 3, alertEventsWithActs: 4 });
    const [over, again] = [{ ...leak, open: false }, leak];
    for (const [n, seen] of [leak, over, again, over, again, over].entries())
      look([seen], monday + (1 + n / 48) * day, small);
    expect(state.alert('a-1')?.events.map(({ event }) => event)).toEqual(['opened', 'ended', 'resumed']);
    expect(state.alert('a-1')).toMatchObject({ state: 'open', seen: { open: false } });
    const closed: AlertEvent = { event: 'closed', at: monday + 2 * day, who: 'Ada', as: 'none', why: 'a sensor' };
    expect(small.addAlertEvent('a-1', closed, 3)?.state).toBe('closed');
    const comment: AlertEvent = { event: 'commented', at: monday + 2 * day, who: 'Ada', says: 'more' };
    expect(() => small.addAlertEvent('a-1', comment, 4)).toThrow(/alert a-1.*at most 4 events.*\[request\.too-many\]/);
  });
});

describe('what a person does', () => {
  const acknowledged: AlertEvent = { event: 'acknowledged', at: monday + 2 * day, who: 'Ada' };

  test('is added once, where nothing came in between, with the act beside it', () => {
    look([leak]);
    const act = { at: monday, who: 'Ada', kind: 'replay', meter: 'ward-water', reason: '', detail: {} } as const;
    expect(state.addAlertEvent('a-1', acknowledged, 1, act)).toMatchObject({ state: 'acknowledged' });
    expect(open().addAlertEvent('a-1', acknowledged, 1, act)).toBeUndefined();
    expect(state.addAlertEvent('a-9', acknowledged, 0, act)).toBeUndefined();
    expect(state.alert('a-1')?.events).toEqual([opening(leak), acknowledged]);
    expect(state.acts({ limit: 10 })).toHaveLength(1);
  });

  test('meanwhile is what the next look merges with', () => {
    look([leak]);
    const alert = state.alert('a-1');
    if (!alert) throw new Error('no alert');
    state.addAlertEvent('a-1', eventOfAct(alert, { act: 'close', as: 'usual', why: 'a pool' }, 'Ada', monday + day), 1);
    look([{ ...leak, open: false }]);
    expect(state.alert('a-1')).toMatchObject({ state: 'closed', seen: { open: false }, closed: { as: 'usual' } });
  });
});

describe('events', () => {
  test('are one log over all alerts, in the order in which they were added', () => {
    look([leak, { ...leak, site: 'south' }]);
    const event: AlertEvent = { event: 'commented', at: monday, who: 'Ada', says: `it's "wet" £ \u202e` };
    state.addAlertEvent('a-1', event, 1);
    const log = state.alertEvents({ limit: 10 });
    expect(log.map(({ sequence, id }) => [sequence, id])).toEqual([
      [1, 'a-1'],
      [2, 'a-2'],
      [3, 'a-1'],
    ]);
    expect(log[2]?.event).toEqual(event);
    expect(state.alertEvents({ after: 1, limit: 1 })).toEqual([log[1]]);
    expect(state.alertEvents({ id: 'a-1', limit: 10 })).toEqual([log[0], log[2]]);
    expect([state.lastAlertEvent(), state.alertEvents({ after: 3, limit: 10 })]).toEqual([3, []]);
  });

  test('cannot be changed, nor deleted, by whoever has the file open', () => {
    look([leak]);
    const db = new DatabaseSync(join(folder, 'state.db'));
    try {
      expect(() => db.exec('update alert_event set at = 0')).toThrow(/an event of an alert is never changed/);
      expect(() => db.exec('delete from alert_event')).toThrow(/an event of an alert is never deleted/);
    } finally {
      db.close();
    }
  });
});

describe('lists', () => {
  beforeEach(() => {
    const cheap = { ...worth, gbpPerWeek: 10 };
    look([
      leak,
      { ...leak, site: 'south', family: 'heat', kind: 'step', severity: 1, worth: { ...worth, gbpPerWeek: null } },
      { ...leak, family: 'power', kind: 'step', subject: 'ward', meters: ['ward'], severity: 'digest', worth: cheap },
    ]);
    const due: AlertEvent = { event: 'assigned', at: monday, who: 'Ada', owner: 'Bo', due: '2026-03-20' };
    state.addAlertEvent('a-1', due, 1);
  });

  test('are limited by what is asked, the newest first', () => {
    expect(ids({})).toEqual(['a-3', 'a-2', 'a-1']);
    expect(ids({ limit: 1, before: 'a-3' })).toEqual(['a-2']);
    expect(ids({ sites: ['south'] })).toEqual(['a-2']);
    expect(ids({ sites: [] })).toEqual([]);
    expect(ids({ families: ['heat', 'power'] })).toEqual(['a-3', 'a-2']);
    expect(ids({ kinds: ['night_flow'] })).toEqual(['a-1']);
    expect(ids({ severities: [1, 'digest'] })).toEqual(['a-3', 'a-2']);
    expect(ids({ meter: 'main-water' })).toEqual(['a-2', 'a-1']);
    expect(ids({ states: ['closed', 'ended'] })).toEqual([]);
    expect(ids({ since: monday + day })).toHaveLength(3);
    expect(ids({ since: monday + day + 1 })).toEqual([]);
    expect(ids({ owner: 'Bo', dueBefore: '2026-03-21' })).toEqual(['a-1']);
    expect(ids({ dueBefore: '2026-03-20' })).toEqual([]);
    expect([ids({ saves: true }), ids({ saves: false })]).toEqual([[], ['a-3', 'a-2', 'a-1']]);
    const saving = { claim: 'alert:a-2', from: monday, until: monday + 365 * day, rate: 1, perWeek: 168 };
    const verified: AlertEvent = {
      event: 'verified',
      at: monday,
      saving: { ...saving, gbpPerWeek: null, kgco2ePerWeek: 3 },
      why: 'gone',
    };
    state.recordLook(everything, () => ({ ...nothing, gone: [{ id: 'a-2', events: [verified] }] }));
    expect(ids({ saves: true, states: ['closed'] })).toEqual(['a-2']);
  });

  test('add up what is known, and count what is not', () => {
    const sums = { alerts: 3, gbpPerWeek: 178, withoutPrice: 1, kgco2ePerWeek: 0, withoutFactor: 3 };
    expect(state.alertSums({})).toEqual(sums);
    expect(state.alertSums({ sites: ['south'] })).toMatchObject({ alerts: 1, gbpPerWeek: 0, withoutPrice: 1 });
  });

  test('know no alert by another name', () => {
    const names = ['1', 'a-01', 'a-0', 'a-1 ', 'A-1', 'a-99', 'a-1e0', '', '__proto__'];
    expect(names.map((id) => state.alert(id))).toEqual(names.map(() => undefined));
  });
});

test('what the watch knows of a site takes the place of what it knew, and unknown stays unknown', () => {
  const size = { kind: 'step', unit: 'kW', hours: 72, rate: 0.5, perWeek: 84, gbpPerWeek: null } as const;
  const known = { meter: 'ward', learnedUntil: monday, knownUntil: null, sizes: [size, { ...size, rate: null }] };
  state.keepWatched('north', [known, { ...known, meter: 'boiler' }]);
  state.keepWatched('south', [{ ...known, meter: 'chiller' }]);
  state.keepWatched('north', [known]);
  expect(state.watched(['north', 'south'])).toEqual([
    { ...known, site: 'north' },
    { ...known, meter: 'chiller', site: 'south' },
  ]);
  const broken = { ...known, sizes: [{ ...size, rate: Number.NaN }] };
  expect(() => state.keepWatched('north', [broken])).toThrow(/\[internal\]/);
  expect(state.watched(['north'])).toHaveLength(1);
});

test('whatever looks and people do, in whatever order and process, what is listed is what the events leave behind', () => {
  const step = fc.oneof(
    fc.record({
      look: fc.subarray([leak, { ...leak, open: false }, { ...leak, site: 'south', severity: 1 as const }]),
    }),
    fc.record({
      act: fc.constantFrom<AlertAct>(
        { act: 'acknowledge' },
        { act: 'assign', owner: 'Bo', due: '2026-03-20' },
        { act: 'shelve', until: monday + 40 * day, why: 'no parts' },
        { act: 'unshelve' },
        { act: 'close', as: 'mended', why: 'a valve' },
        { act: 'close', as: 'usual', why: 'a pool' },
        { act: 'reopen', why: 'it drips' },
      ),
      on: fc.nat(2),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (doings) => {
      const path = join(folder, `state-${paths++}.db`);
      const both = [0, 1].map(() => openStateStore(path, { clock: () => monday, holder: 'test' }));
      const [one, other] = both as [StateStore, StateStore];
      try {
        for (const [n, doing] of doings.entries()) doIt(n % 2 === 0 ? one : other, doing, monday + (n + 2) * day);
        const log = one.alertEvents({ limit: 1_000 });
        for (const alert of other.alerts({ limit: 100 })) {
          const events = log.filter(({ id }) => id === alert.id).map(({ event }) => event);
          expect(alert).toEqual(alertOf(alert.id, events, alert.seen));
          const same = { states: [alert.state], severities: [alert.severity], owner: alert.owner };
          expect(one.alerts({ ...same, limit: 100 }).map(({ id }) => id)).toContain(alert.id);
        }
      } finally {
        for (const each of both) each.close();
      }
    }),
    { numRuns: 25 },
  );
});

let paths = 0;

/** Looks, or does what a person would, where it is possible. */
function doIt(on: StateStore, doing: { look: Seen[] } | { act: AlertAct; on: number }, now: number): void {
  if ('look' in doing) {
    look(doing.look, now, on);
    return;
  }
  const alert = on.alerts({ limit: 10 })[doing.on];
  if (!alert) return;
  try {
    expect(on.addAlertEvent(alert.id, eventOfAct(alert, doing.act, 'Ada', now), alert.events.length)).toBeDefined();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}
