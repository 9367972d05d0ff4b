import { describe, expect, test } from 'vitest';
import {
  type Alert,
  type AlertEvent,
  alertOf,
  alertStates,
  isAbnormal,
  isLive,
  type Saving,
  type Seen,
} from '../../../domain/alerts/life.ts';
import { type AlertAct, eventOfAct } from '../../../domain/alerts/life-acts.ts';
import { mergeSeen } from '../../../domain/alerts/life-merge.ts';
import { savedBy, verify } from '../../../domain/alerts/verification.ts';
import { ProblemError } from '../../../domain/problems.ts';
import { daySeconds } from '../../../domain/time.ts';
import { leak as larger, monday } from './an-alert.ts';

const at = (days: number): number => monday + days * daySeconds;
/** Of a tenth of the water, for the same pounds. */
const worth = { ...larger.worth, excess: 9.6, excessPerWeek: 67.2 };
const leak: Seen = { ...larger, severity: 3, worth };
const opened: AlertEvent = { event: 'opened', at: at(1), seen: leak };
const alert = (...events: AlertEvent[]): Alert => alertOf('a-1', [opened, ...events]);
const act = (one: Alert, what: AlertAct, day = 2): Alert =>
  alertOf(one.id, [...one.events, eventOfAct(one, what, 'Ada', at(day))], one.seen);
const closedAs = (as: 'mended' | 'usual' | 'none', day = 2): Alert =>
  act(alert(), { act: 'close', as, why: 'a valve' }, day);

function merge(alerts: readonly Alert[], seen: readonly Seen[], day = 2, knownUntil = at(day)) {
  return mergeSeen({ alerts, seen, now: at(day), window: { from: at(-60) }, knownUntil: () => knownUntil });
}
const eventsIn = ({ opened: fresh, known, gone }: ReturnType<typeof merge>): string[] => [
  ...fresh.map(({ event }) => event),
  ...[...known, ...gone].flatMap(({ events }) => events.map(({ event }) => event)),
];

describe('what is seen', () => {
  test('stays put away over a pause, until its date', () => {
    const shelved = act(alert(), { act: 'shelve', until: at(9), why: 'the pump comes next week' });
    const paused: AlertEvent[] = [
      { event: 'ended', at: at(3), why: 'over' },
      { event: 'resumed', at: at(4), why: 'again' },
    ];
    expect(alertOf('a-1', [...shelved.events, ...paused])).toMatchObject({ state: 'shelved', shelvedUntil: at(9) });
    const later = paused.map((event) => ({ ...event, at: event.at + 6 * daySeconds }));
    expect(alertOf('a-1', [...shelved.events, ...later])).toMatchObject({ state: 'open', shelvedUntil: undefined });
  });

  test('opens an alert once, however often it is seen', () => {
    expect(eventsIn(merge([], [leak]))).toEqual(['opened']);
    const again = merge([alert()], [{ ...leak, to: at(2) }]);
    expect(eventsIn(again)).toEqual([]);
    expect(again.known[0]?.seen.to).toBe(at(2));
  });

  test('goes on in the alert that began when it did, where two go on at a meter', () => {
    const later = { ...leak, from: at(30), to: at(31) };
    const earlier = { ...leak, to: at(31) };
    const alerts = [alertOf('a-2', [{ event: 'opened', at: at(31), seen: later }]), alertOf('a-1', [opened], earlier)];
    const seen = [
      { ...leak, to: at(32) },
      { ...later, to: at(32) },
    ];
    const { known, opened: fresh } = merge(alerts, seen, 32);
    expect(fresh).toEqual([]);
    expect(known.map(({ id, seen: { from } }) => [id, from])).toEqual([
      ['a-1', at(0)],
      ['a-2', at(30)],
    ]);
  });

  test('by late data, after it was over, has passed; what ended this morning is opened', () => {
    expect(eventsIn(merge([], [{ ...leak, open: false }], 5))).toEqual(['passed']);
    expect(eventsIn(merge([], [{ ...leak, open: false }], 1.5))).toEqual(['opened']);
    for (const kind of ['burst', 'supply_lost', 'peak_capacity'] as const) {
      expect(eventsIn(merge([], [{ ...leak, kind, open: false }], 1 + 2 / 24))).toEqual(['opened']);
      expect(eventsIn(merge([], [{ ...leak, kind, open: false }], 1 + 2.5 / 24))).toEqual(['passed']);
      expect(eventsIn(merge([], [{ ...leak, kind }], 1.5))).toEqual(['opened']);
    }
    expect(alertOf('p', [{ event: 'passed', at: at(5), seen: leak }]).state).toBe('passed');
  });

  test('is over when the meter shows it over, and there again soon after is the same', () => {
    const over = merge([alert()], [{ ...leak, open: false }]);
    expect(eventsIn(over)).toEqual(['ended']);
    const ended = alert({ event: 'ended', at: at(2), why: 'over' });
    expect(ended.state).toBe('ended');
    expect(eventsIn(merge([ended], [{ ...leak, open: false }]))).toEqual([]);
    const back = { ...leak, from: at(4), to: at(5) };
    expect(eventsIn(merge([ended], [back], 5))).toEqual(['resumed']);
    expect(eventsIn(merge([ended], [{ ...back, from: at(12), to: at(13) }], 13))).toEqual(['opened']);
  });

  test('and is not seen any more is over, but not for want of data', () => {
    expect(eventsIn(merge([alert()], [], 3))).toEqual(['ended']);
    expect(eventsIn(merge([alert()], [], 3, at(1)))).toEqual([]);
  });

  test('tells again when it matters more, and not when it matters less', () => {
    expect(eventsIn(merge([alert()], [{ ...leak, severity: 2 }]))).toEqual(['worsened']);
    expect(alert({ event: 'worsened', at: at(2), severity: 2 }).severity).toBe(2);
    expect(eventsIn(merge([alert()], [{ ...leak, severity: 'digest' }]))).toEqual([]);
  });

  test('elsewhere, or of another family, is another alert', () => {
    for (const other of [{ site: 'south' }, { family: 'power' }, { meters: ['kitchen-water'] }] as const) {
      expect(eventsIn(merge([alert()], [leak, { ...leak, ...other }]))).toEqual(['opened']);
    }
  });

  test('below the meter it was told of is the same alert', () => {
    const deeper = { ...leak, subject: 'tap', meters: ['tap', 'ward-water'] };
    expect(eventsIn(merge([alert()], [deeper]))).toEqual([]);
  });

  test('after somebody mended it is a new one; what is usual, or was none, is not told again while it goes on', () => {
    const on = { ...leak, to: at(20) };
    const verified = alertOf('a-1', [
      ...closedAs('mended').events,
      { event: 'verified', at: at(10), saving: undefined, why: 'gone' },
    ]);
    expect(eventsIn(merge([verified], [{ ...on, from: at(18) }], 20))).toEqual(['opened']);
    expect(eventsIn(merge([closedAs('usual')], [on], 20))).toEqual([]);
    expect(eventsIn(merge([closedAs('none')], [on], 20))).toEqual([]);
  });

  test('puts one back from the shelf when its time is over, not before', () => {
    const shelved = act(alert(), { act: 'shelve', until: at(6), why: 'waiting for a part' });
    expect(eventsIn(merge([shelved], [{ ...leak, to: at(4) }], 4))).toEqual([]);
    expect(eventsIn(merge([shelved], [{ ...leak, to: at(7) }], 7))).toEqual(['unshelved']);
    expect(eventsIn(merge([shelved], [{ ...leak, open: false }], 4))).toEqual(['ended']);
  });

  test('before an alert, as late data shows, is another one, and the alert stays what it was', () => {
    const ended = alert({ event: 'ended', at: at(2), why: 'over' });
    const earlier = { ...leak, from: at(-4), to: at(-3), open: false };
    const merged = merge([ended], [earlier, { ...leak, open: false }]);
    expect(eventsIn(merged)).toEqual(['passed']);
    expect(merged.known[0]?.seen.from).toBe(at(0));
    // Of two that it may be, it is the one that it was at the same time as.
    const later = alertOf('a-2', [{ ...opened, seen: { ...leak, from: at(2), to: at(3) } }]);
    const both = merge([alert(), later], [{ ...leak, from: at(2.2), to: at(4) }], 4);
    expect(both.known.map(({ id }) => id)).toEqual(['a-2']);
  });

  test('twice, as after a restart, changes nothing the second time', () => {
    const first = merge([], [leak]);
    const alerts = first.opened.map((event, i) => alertOf(`a-${i}`, [event]));
    expect(eventsIn(merge(alerts, [leak]))).toEqual([]);
  });
});

describe('what people do', () => {
  test('leads through the states', () => {
    const taken = act(alert(), { act: 'acknowledge' });
    expect(taken.state).toBe('acknowledged');
    const assigned = act(taken, { act: 'assign', owner: 'Bo', due: '2026-03-20' });
    expect([assigned.state, assigned.owner, assigned.due]).toEqual(['acknowledged', 'Bo', '2026-03-20']);
    expect(act(assigned, { act: 'comment', says: 'looked at it' }).state).toBe('acknowledged');
    const given = act(alert(), { act: 'assign', owner: 'Bo' });
    expect([given.state, given.owner]).toEqual(['acknowledged', 'Bo']);
    const shelved = act(assigned, { act: 'shelve', until: at(9), why: 'a part' });
    expect([shelved.state, shelved.shelvedUntil]).toEqual(['shelved', at(9)]);
    expect(act(shelved, { act: 'assign', owner: 'Cy' }).state).toBe('shelved');
    expect(act(closedAs('mended'), { act: 'assign', owner: 'Cy' }).state).toBe('watching');
    expect(act(shelved, { act: 'unshelve' }).state).toBe('open');
    expect([closedAs('mended').state, closedAs('usual').state, closedAs('none').state]).toEqual([
      'watching',
      'closed',
      'closed',
    ]);
    expect(act(closedAs('none'), { act: 'reopen', why: 'it is one' }, 3).state).toBe('open');
    expect(Object.keys(alertStates)).toHaveLength(7);
  });

  test('is refused with its reason where it means nothing', () => {
    const ended = alert({ event: 'ended', at: at(2), why: 'over' });
    const refused = (one: Alert, what: AlertAct): string | undefined => {
      try {
        eventOfAct(one, what, 'Ada', at(3));
      } catch (error) {
        return error instanceof ProblemError ? error.problems[0]?.code : 'another';
      }
      return undefined;
    };
    expect(refused(ended, { act: 'acknowledge' })).toBe('alert.not-now');
    expect(refused(ended, { act: 'close', as: 'mended', why: 'x' })).toBe('alert.not-now');
    expect(refused(ended, { act: 'close', as: 'none', why: 'x' })).toBeUndefined();
    expect(refused(alert(), { act: 'unshelve' })).toBe('alert.not-now');
    expect(refused(alert(), { act: 'shelve', until: at(2), why: 'x' })).toBe('alert.shelved-too-long');
    expect(refused(alert(), { act: 'shelve', until: at(400), why: 'x' })).toBe('alert.shelved-too-long');
  });

  test('says whether the meter is to learn it', () => {
    expect([alert(), closedAs('mended'), closedAs('none')].map(isAbnormal)).toEqual([true, true, true]);
    expect(isAbnormal(closedAs('usual'))).toBe(false);
    expect([alert(), closedAs('mended'), closedAs('none')].map(isLive)).toEqual([true, true, false]);
  });
});

describe('what was mended', () => {
  const watched = closedAs('mended');
  const days = (...rates: number[]) => rates.map((rate, k) => ({ from: at(3 + k), rate }));
  const verdict = (rates: readonly number[], day = 20): AlertEvent | undefined =>
    verify(watched, days(...rates), at(day));

  test('is verified by seven days that show it gone, and books what is used no more for a year', () => {
    const event = verdict([0.3, 0.04, 0, 0.04, 0.04, 0, 0.04, 0.04, 0.04]);
    expect(event?.event).toBe('verified');
    const saving = event?.event === 'verified' ? event.saving : undefined;
    // 0.2 / 7 m³/h are left of 0.4.
    const rate = 0.4 - 0.2 / 7;
    expect(saving).toMatchObject({ claim: 'alert:a-1', from: at(2), until: at(367) });
    expect(saving?.rate).toBeCloseTo(rate, 10);
    expect(saving?.perWeek).toBeCloseTo(168 * rate, 8);
    expect(saving?.gbpPerWeek).toBeCloseTo((168 * rate) / 0.4, 8);
    if (!saving) throw new Error('no saving');
    expect(savedBy(saving, 10, at(16))).toBeCloseTo(20, 10);
    expect(savedBy(saving, 10, at(2_000))).toBeCloseTo((10 * 365) / 7, 10);
    expect(savedBy(saving, 10, at(0))).toBe(0);
  });

  test('saves nothing any more from when it is opened again', () => {
    const verified = verdict([0, 0, 0, 0, 0, 0, 0]);
    if (!verified) throw new Error('no verdict');
    const closed = alertOf(watched.id, [...watched.events, verified]);
    const again = act(closed, { act: 'reopen', why: 'it drips' }, 23);
    expect([closed.saving?.until, again.saving?.until]).toEqual([at(367), at(23)]);
    // Three weeks from the second day on.
    expect(savedBy(again.saving as Saving, 10, at(100))).toBeCloseTo(30, 10);
  });

  test('never saves more than was measured', () => {
    const event = verdict([-1, -1, -1, -1, -1, -1, -1]);
    expect(event?.event === 'verified' && event.saving?.rate).toBe(0.4);
  });

  test('is opened again when three days show it there', () => {
    expect(verdict([0.02, 0.4, 0.38, 0.41])).toMatchObject({ event: 'reopened' });
  });

  test('waits where days say neither, or nothing, and is opened again after four weeks', () => {
    const unsure = Array.from({ length: 10 }, () => 0.18);
    expect(verdict(unsure)).toBeUndefined();
    expect(verdict([Number.NaN, Number.NaN, 0.02, 0.02])).toBeUndefined();
    expect(verdict(unsure, 31)).toMatchObject({ event: 'reopened' });
  });

  test('is not judged by the days before it was closed, nor where nobody closed it', () => {
    const before = Array.from({ length: 9 }, (_, k) => ({ from: at(k - 9), rate: 0 }));
    expect(verify(watched, before, at(4))).toBeUndefined();
    expect(verify(alert(), days(0, 0, 0, 0, 0, 0, 0, 0), at(20))).toBeUndefined();
  });
});
