import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertState } from '../../../domain/alerts/life.ts';
import { alertStates } from '../../../domain/alerts/life.ts';
import { type AlertRoute, alertRouteSchema } from '../../../domain/alerts/route-register.ts';
import {
  type Asked,
  atClock,
  digestDue,
  type Notice,
  noticeOf,
  notices,
  soonest,
  type Verdict,
  verdictOf,
} from '../../../domain/alerts/routing.ts';
import { families } from '../../../domain/alerts/causes.ts';
import { severities } from '../../../domain/alerts/severity.ts';
import { startOfDay, wallClock } from '../../../domain/time.ts';
import { leak } from './an-alert.ts';

const route = (change: object = {}): AlertRoute => alertRouteSchema.parse({ id: 'r', channel: 'mail', ...change });
const at = (text: string): number => Date.parse(text) / 1000;
/** A Tuesday, 10:30 in London. */
const day = at('2026-03-17T10:30Z');
const night = at('2026-03-17T23:30Z');
const sleeps = { quiet_hours: { from: '22:00', to: '07:00' } };
const noticeNames = Object.keys(notices) as Notice[];

interface Case {
  readonly says: string;
  readonly notice?: Notice;
  readonly severity?: (typeof severities)[number];
  readonly state?: AlertState;
  readonly route?: object;
  readonly told?: true;
  readonly today?: number;
  readonly now?: number;
  readonly gives: string;
}

const cases: readonly Case[] = [
  { says: 'a new alert is told', gives: 'now' },
  { says: 'at another site', route: { sites: ['south'] }, gives: 'no: elsewhere' },
  { says: 'of another organisation', route: { organisations: ['others'] }, gives: 'no: elsewhere' },
  { says: 'of this organisation', route: { organisations: ['trust'] }, gives: 'now' },
  { says: 'of another family', route: { families: ['power'] }, gives: 'no: elsewhere' },
  { says: 'to those who run meters', route: { audience: 'data' }, gives: 'no: elsewhere' },
  { says: 'of a severity that is not theirs', route: { severities: [1, 3] }, gives: 'no: severity' },
  { says: 'on a route for escalations', route: { escalations_only: true }, gives: 'no: elsewhere' },
  { says: 'what is escalated to it', notice: 'escalated', route: { escalations_only: true }, gives: 'now' },
  { says: 'what is small', severity: 'digest', gives: 'digest: small' },
  { says: 'what is small, without a digest', severity: 'digest', route: { digest: 'none' }, gives: 'no: small' },
  { says: 'what passed before it was seen', notice: 'passed', state: 'passed', gives: 'digest: passed' },
  { says: 'at night', route: sleeps, now: night, gives: 'held until 07:00: quiet-hours' },
  { says: 'after midnight', route: sleeps, now: at('2026-03-18T03:00Z'), gives: 'held until 07:00: quiet-hours' },
  { says: 'when the night is over', route: sleeps, now: at('2026-03-18T07:00Z'), gives: 'now' },
  {
    says: 'over the night in which the clock is put forward',
    route: sleeps,
    now: at('2026-03-28T23:00Z'),
    gives: 'held until 07:00: quiet-hours',
  },
  {
    says: 'on a Saturday that is quiet, until Monday',
    route: { quiet_days: ['saturday', 'sunday'] },
    now: at('2026-03-21T09:00Z'),
    gives: 'held until 2026-03-23 00:00: quiet-hours',
  },
  {
    says: 'on Good Friday, until the Tuesday after Easter, when the night is over',
    route: { ...sleeps, quiet_days: ['saturday', 'sunday', 'bank_holidays'] },
    now: at('2026-04-03T09:00Z'),
    gives: 'held until 2026-04-07 07:00: quiet-hours',
  },
  { says: 'the last of the day', route: { most_a_day: 3 }, today: 2, gives: 'now' },
  { says: 'one more than the most of a day', route: { most_a_day: 3 }, today: 3, gives: 'digest: most-a-day' },
  { says: 'what is put away and matters more', notice: 'worsened', state: 'shelved', gives: 'digest: shelved' },
  { says: 'what ended while it waited', state: 'ended', gives: 'digest: over' },
  { says: 'what somebody says is mended, while it waited', state: 'watching', gives: 'digest: over' },
  { says: 'its end, to those who were told', notice: 'ended', state: 'ended', told: true, gives: 'now' },
  { says: 'its end, to others', notice: 'ended', state: 'ended', gives: 'no: never-told' },
  {
    says: 'its end, to those to whom it was escalated',
    notice: 'ended',
    state: 'ended',
    told: true,
    route: { escalations_only: true },
    gives: 'now',
  },
  { says: 'its end, once it is there again', notice: 'ended', state: 'open', told: true, gives: 'no: changed' },
  { says: 'that a saving is booked', notice: 'verified', state: 'closed', told: true, gives: 'now' },
  { says: 'that it is there again', notice: 'resumed', gives: 'now' },
  { says: 'a burst main at night', severity: 1, route: sleeps, now: night, gives: 'now' },
  { says: 'a burst main after the most of a day', severity: 1, route: { most_a_day: 1 }, today: 9, gives: 'now' },
  { says: 'a burst main that is put away', notice: 'worsened', severity: 1, state: 'shelved', gives: 'now' },
];

const asked = ({
  notice = 'opened',
  severity = 2,
  state = 'open',
  told,
  today = 0,
  now = day,
  ...one
}: Case): Asked => ({
  notice,
  alert: { severity, state, seen: leak },
  organisation: 'trust',
  route: route(one.route),
  wasTold: told ?? false,
  toldToday: today,
  now,
});

function said(verdict: Verdict, now: number): string {
  if (verdict.send === 'now') return 'now';
  if (verdict.send !== 'held') return `${verdict.send}: ${verdict.because}`;
  const { date, minuteOfDay } = wallClock(verdict.until);
  const time = new Date(minuteOfDay * 60_000).toISOString().slice(11, 16);
  const soon = verdict.until - now < 86_400;
  return `held until ${soon ? '' : `${date} `}${time}: ${verdict.because}`;
}

describe('who is told', () => {
  test.each(cases)('$says: $gives', (one) => {
    expect(said(verdictOf(asked(one)), one.now ?? day)).toBe(one.gives);
  });

  test('of an act nobody, and of what it says in a log everybody who was told', () => {
    expect(noticeOf({ event: 'acknowledged', at: day, who: 'Ada' })).toBeUndefined();
    expect(noticeOf({ event: 'commented', at: day, who: 'Ada', says: 'x' })).toBeUndefined();
    expect(noticeOf({ event: 'ended', at: day, why: 'x' })).toBe('ended');
  });

  test('by two routes that lead to one recipient: as the sooner of them says', () => {
    const verdicts: readonly Verdict[] = [
      { send: 'no', because: 'elsewhere' },
      { send: 'digest', because: 'small' },
      { send: 'held', until: 1, because: 'quiet-hours' },
      { send: 'now' },
    ];
    for (const [i, early] of verdicts.entries()) {
      for (const late of verdicts.slice(0, i + 1)) {
        expect(soonest({ verdict: late }, { verdict: early }).verdict).toEqual(early);
      }
    }
  });
});

const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const anyRoute = fc
  .record(
    {
      quiet_hours: fc.record({ from: clockTime, to: clockTime }).filter(({ from, to }) => from !== to),
      quiet_days: fc.uniqueArray(fc.constantFrom('monday', 'thursday', 'saturday', 'sunday', 'bank_holidays'), {
        minLength: 1,
      }),
      most_a_day: fc.integer({ min: 1, max: 5 }),
      families: fc.uniqueArray(fc.constantFrom(...families), { minLength: 1 }),
      severities: fc.uniqueArray(fc.constantFrom(1, 2, 3), { minLength: 1 }),
      digest: fc.constantFrom('none', { on: 'daily', at: '07:00' }),
      escalations_only: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((change) => route(change));
const anyAsked = fc.record({
  notice: fc.constantFrom(...noticeNames),
  alert: fc.record({
    severity: fc.constantFrom(...severities),
    state: fc.constantFrom(...(Object.keys(alertStates) as AlertState[])),
    seen: fc.constantFrom(...families).map((family) => ({ ...leak, family })),
  }),
  organisation: fc.constant('trust'),
  route: anyRoute,
  wasTold: fc.boolean(),
  toldToday: fc.integer({ min: 0, max: 10 }),
  now: fc.integer({ min: startOfDay('2026-01-01'), max: startOfDay('2027-12-31') }),
});

describe('whatever the route, the hour and what was told', () => {
  test('severity 1 is never held back: it is told now, or it is for somebody else', () => {
    fc.assert(
      fc.property(anyAsked, (one) => {
        const urgent = { ...one, alert: { ...one.alert, severity: 1 as const } };
        const verdict = verdictOf(urgent);
        const isTheirs =
          verdict.send === 'now' ||
          ['elsewhere', 'severity', 'never-told', 'passed', 'changed'].includes(verdict.because);
        expect({ verdict, isTheirs }).toMatchObject({ isTheirs: true });
        // What keeps it from a route is never the hour, the number of the day, a digest or shelving.
        const free = { ...route(), families: one.route.families, severities: one.route.severities };
        const { escalations_only } = one.route;
        const awake = verdictOf({ ...urgent, toldToday: 0, route: { ...free, escalations_only } });
        expect(verdict.send === 'now').toBe(awake.send === 'now');
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is held is held until an hour at which it is told or listed, and that is not long', () => {
    fc.assert(
      fc.property(anyAsked, (one) => {
        const verdict = verdictOf(one);
        if (verdict.send !== 'held') return;
        expect(verdict.until).toBeGreaterThan(one.now);
        expect(verdict.until - one.now).toBeLessThan(8 * 86_400);
        expect(verdictOf({ ...one, now: verdict.until }).send).not.toBe('held');
        // A minute earlier it would still have been held.
        expect(verdictOf({ ...one, now: Math.max(one.now, verdict.until - 60) }).send).toBe('held');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the digest', () => {
  const digest = { on: 'monday', at: '08:00' };
  test('of a Monday is due from eight by the clock in London, after the clock changed too', () => {
    expect(digestDue(route({ digest }), at('2026-03-30T06:59Z'))).toEqual({
      at: at('2026-03-23T08:00Z'),
      before: at('2026-03-16T08:00Z'),
    });
    expect(digestDue(route({ digest }), at('2026-03-30T07:00Z'))?.at).toBe(at('2026-03-30T07:00Z'));
  });

  test('of every day, and of none', () => {
    expect(digestDue(route({ digest: { on: 'daily', at: '07:30' } }), day)?.at).toBe(at('2026-03-17T07:30Z'));
    expect(digestDue(route({ digest: 'none' }), day)).toBeUndefined();
  });

  test('at an hour that the clock leaves out, or shows twice, is due once', () => {
    expect(atClock('2026-03-29', '01:30')).toBe(at('2026-03-29T01:30Z'));
    expect(atClock('2026-10-25', '01:30')).toBe(at('2026-10-25T00:30Z'));
    expect(atClock('2026-10-25', '07:00')).toBe(at('2026-10-25T07:00Z'));
  });
});
