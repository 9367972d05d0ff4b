import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDelivery } from '../../../api/delivery/deliver.ts';
import type { Channel } from '../../../api/delivery/channels.ts';
import { pauseAfter } from '../../../domain/alerts/resend.ts';
import { limits } from '../../../domain/limits.ts';
import { leak } from '../../domain/alerts/an-alert.ts';
import { type MailServer, smtpError, startMailServer } from '../../servers/mail-server.ts';
import { type Receiver, startReceiver } from '../../servers/receiver.ts';
import { raise as raiseIn } from '../../store/raise-alerts.ts';
import { openTellingHouse, type TellingHouse } from './house.ts';

/** From the log of alerts to a mail server and a receiver, over a real state file; the clock is the test's. */
let mail: MailServer;
let receiver: Receiver;
let house: TellingHouse;
let mailbox: Channel;
let hook: Channel;
beforeAll(async () => {
  mail = await startMailServer();
  receiver = await startReceiver();
  mailbox = { kind: 'email', host: '127.0.0.1', port: mail.port, tls: 'none', from: 'mh@trust.example' };
  hook = { kind: 'webhook', url: `${receiver.url}/secret-path` };
});
afterAll(async () => {
  await mail.close();
  await receiver.close();
});
beforeEach(() => {
  (mail.mails as unknown[]).length = 0;
  mail.answers = [];
  receiver.posted.length = 0;
  receiver.answers = [];
});
afterEach(() => house.close());

const nights = { quiet_hours: { from: '22:00', to: '07:00' } };
const team = (more: object = {}): object => ({ id: 'team', channel: 'mail', to: ['ada@trust.example'], ...more });
const open = (...routes: readonly object[]): TellingHouse => {
  house = openTellingHouse(routes, { mail: mailbox, hook });
  return house;
};
const subjects = (): string[] => mail.mails.map(({ headers }) => headers.get('subject') ?? '');
const states = (): string[] => house.outbox().map(({ notice, state }) => `${notice} ${state}`);
const ended = { event: 'ended', why: 'the meter shows it over' } as const;

describe('an alert', () => {
  test('is told once, and its end to those who were told, in one thread', async () => {
    const { raise, happens, look } = open(team({ to: ['ada@trust.example', 'ben@trust.example'] }));
    const id = raise();
    await look();
    await look();
    await house.restart();
    await look();
    expect(mail.mails.map(({ to }) => to[0])).toEqual(['ada@trust.example', 'ben@trust.example']);
    expect(mail.mails[0]?.source).toContain(`https://meterhouse.example/north/alerts/${id}`);
    happens(id, { event: 'acknowledged', who: 'Ada' });
    happens(id, ended);
    await look();
    expect(mail.mails).toHaveLength(4);
    const [first, , last] = mail.mails;
    expect(last?.headers.get('in-reply-to')).toBe(first?.headers.get('message-id'));
    expect(last?.headers.get('subject')).toBe(`Re: ${first?.headers.get('subject')}`);
    expect(last?.source).toContain('It is over: the meter shows it over.');
    expect(house.outbox().map(({ key }) => key)).toEqual([
      'a-1/1/mail/ada@trust.example',
      'a-1/1/mail/ben@trust.example',
      'a-1/3/mail/ada@trust.example',
      'a-1/3/mail/ben@trust.example',
    ]);
    expect(new Set(states())).toEqual(new Set(['opened sent', 'ended sent']));
  });

  test('on two routes to one recipient is told once, by the sooner', async () => {
    const { raise, look, at } = open(team(nights), team({ id: 'others' }));
    at('2026-03-17T23:30:00Z');
    raise();
    await look();
    expect(house.outbox()).toMatchObject([{ route: 'others', state: 'sent' }]);
  });

  test('of the night is told in the morning; what is over by then stands in the digest', async () => {
    const { raise, happens, look, at } = open(team(nights));
    at('2026-03-17T23:30:00Z');
    const over = raise();
    const on = raise({ subject: 'main-water', meters: ['main-water'] });
    await look();
    expect(states()).toEqual(['opened held', 'opened held']);
    happens(over, ended);
    at('2026-03-18T06:59:00Z');
    await look();
    expect(mail.mails).toHaveLength(0);
    at('2026-03-18T07:00:00Z');
    await look();
    expect(states()).toEqual(['opened digest', 'opened sent']);
    expect(mail.mails[0]?.source).toContain(`/north/alerts/${on}`);
  });

  test('of severity 1 is told at night, beyond the most of a day, and while it is put away', async () => {
    const { raise, happens, look, at } = open(team({ ...nights, most_a_day: 1 }));
    at('2026-03-17T23:30:00Z');
    const id = raise();
    happens(id, { event: 'shelved', who: 'Ada', until: 2e9, why: 'known' });
    await look();
    happens(id, { event: 'worsened', severity: 1 });
    raise({ severity: 1 });
    raise({ severity: 1 });
    await look();
    expect(subjects()).toHaveLength(3);
    expect(subjects().every((subject) => subject.includes('[severity 1]'))).toBe(true);
  });
});

describe('what cannot be told', () => {
  test('yet is tried again after a pause, as the same mail, and what follows it waits', async () => {
    const { raise, happens, look, at } = open(team());
    mail.answers = [smtpError(451, 'try again later'), smtpError(451, 'try again later')];
    const id = raise();
    await look();
    happens(id, ended);
    await look();
    expect(house.outbox()).toMatchObject([
      { notice: 'opened', state: 'waiting', attempts: 1, said: expect.stringContaining('451') },
      { notice: 'ended', state: 'waiting', attempts: 0 },
    ]);
    const pause = (house.outbox()[0]?.due ?? 0) - Date.parse('2026-03-17T10:30:00Z') / 1000;
    expect(pause).toBe(pauseAfter(1, 0.5));
    at('2026-03-17T10:30:30Z');
    await look();
    expect(house.outbox()[0]).toMatchObject({ state: 'waiting', attempts: 2 });
    at('2026-03-17T10:40:00Z');
    await look();
    await look();
    expect(states()).toEqual(['opened sent', 'ended sent']);
    expect(subjects()[1]).toMatch(/^Re: /);
  });

  test('for good is undelivered, shown with what was said, and others are told', async () => {
    const { raise, look } = open(team({ to: ['gone@trust.example', 'ben@trust.example'] }));
    mail.answers = [smtpError(550, 'no such person')];
    raise();
    await look();
    expect(house.outbox()).toMatchObject([
      { state: 'undelivered', said: expect.stringContaining('550 no such person') },
      { state: 'sent' },
    ]);
    expect(house.log()).toContain('somebody could not be told');
  });

  test('for a day is undelivered', async () => {
    const { raise, look, at } = open({ id: 'team', channel: 'hook' });
    raise();
    let now = Date.parse('2026-03-17T10:30:00Z') / 1000;
    const began = now;
    for (let i = 0; i < 100 && house.outbox()[0]?.state !== 'undelivered'; i++) {
      receiver.answers = [{ status: 500 }];
      await look();
      now = house.outbox()[0]?.due ?? now;
      at(new Date(now * 1000).toISOString());
    }
    expect(house.outbox()).toMatchObject([{ state: 'undelivered', attempts: limits.deliveryAttempts }]);
    expect((now - began) / 3600).toBeGreaterThan(20);
    expect((now - began) / 3600).toBeLessThan(40);
  });

  test('because there is no channel is said once and listed by a later one; because one is mistyped it is undelivered', async () => {
    const { raise, look, at } = open(team(), { id: 'other', channel: 'hok' });
    await house.restart({});
    raise();
    await look();
    await look();
    expect(house.outbox()).toMatchObject([{ state: 'digest', because: 'no-channel' }, { state: 'digest' }]);
    expect(house.log().match(/nobody is told of alerts/g)).toHaveLength(1);
    expect(house.log()).not.toContain('"level":50');
    await house.restart();
    raise();
    await look();
    expect(house.outbox().slice(2)).toMatchObject([
      { route: 'team', state: 'sent' },
      { route: 'other', state: 'undelivered', because: 'no-channel' },
    ]);
    expect(house.log()).toContain('route other names the channel hok');
    at('2026-03-23T08:00:00Z');
    await look();
    expect(mail.mails[1]?.source).toContain('a-1: ');
  });

  test('too soon is left alone for as long as was asked, by everything on that channel', async () => {
    const { raise, look, at } = open({ id: 'team', channel: 'hook' });
    receiver.answers = [{ status: 429, headers: { 'retry-after': '600' } }];
    raise();
    raise({ subject: 'main-water', meters: ['main-water'] });
    await look();
    at('2026-03-17T10:39:00Z');
    await look();
    expect(receiver.posted).toHaveLength(1);
    at('2026-03-17T10:40:30Z');
    await look();
    expect(receiver.posted).toHaveLength(3);
    expect(states()).toEqual(['opened sent', 'opened sent']);
    expect(house.log()).not.toContain('secret-path');
  });
});

describe('what cannot wait', () => {
  test('goes before all else that waits for its channel', async () => {
    const { raise, look } = open(team());
    raise({ severity: 3 });
    raise({ severity: 2, subject: 'main-water', meters: ['main-water'] });
    raise({ severity: 1, kind: 'burst', family: 'water' });
    await look();
    expect(subjects().map((subject) => subject.slice(0, 12))).toEqual(['[severity 1]', '[severity 3]', '[severity 2]']);
  });

  test('is not hidden by however much waits for a channel that rests', async () => {
    const { raise, look, state } = open(team());
    const subject = raise();
    await look();
    receiver.answers = [{ status: 429, headers: { 'retry-after': '600' } }];
    const now = Date.parse('2026-03-17T10:30:00Z') / 1000;
    const nobody = { because: null, escalates: null, ended: null, site: 'north', route: 'old', channel: 'hook' };
    const waits = { about: 'alert', subject, sequence: 1, notice: 'opened', state: 'waiting' } as const;
    state.planDeliveries(undefined, ({ add }) => {
      for (let i = 0; i <= limits.deliveryLook; i++) {
        add({ key: `old-${i}`, ...waits, ...nobody, recipient: `${i}`, made: now, told: now, due: now - 60 });
      }
    });
    await look();
    raise({ severity: 1 });
    await look();
    expect(receiver.posted).toHaveLength(1);
    expect(mail.mails).toHaveLength(2);
  });
});

describe('who tells', () => {
  test('is one process of two, and the other when the first has ended', async () => {
    const { raise, look, state } = open(team());
    await look();
    const clock = (): number => Date.parse('2026-03-17T10:30:10Z');
    const parts = { state, estate: () => ({}) as never, channels: new Map(), clock, chance: () => 0, holder: 'other' };
    const log = { error: () => undefined, info: () => undefined } as never;
    raise();
    const other = startDelivery({ ...parts, log, estate: () => ({ lists: {} }) as never });
    await other.look();
    expect(house.outbox()).toHaveLength(0);
    await other.close();
    await look();
    expect(states()).toEqual(['opened sent']);
  });
});

describe('an alert that nobody takes up', () => {
  const routes = [
    team({ escalate: { after_hours: 2, to: 'duty' } }),
    { id: 'duty', channel: 'hook', escalations_only: true, digest: 'none' },
  ];
  test('is told to the next route, once', async () => {
    const { raise, look, at } = open(...routes);
    raise();
    await look();
    at('2026-03-17T12:29:00Z');
    await look();
    expect(receiver.posted).toHaveLength(0);
    at('2026-03-17T12:30:00Z');
    await look();
    await look();
    expect(receiver.posted).toHaveLength(1);
    expect(receiver.posted[0]?.body).toMatchObject({
      alerts: [{ annotations: { description: expect.stringContaining('Nobody has taken it up') } }],
    });
    expect(states()).toEqual(['opened sent', 'escalated sent']);
  });

  test('is not told where somebody did, and its end is told where it was', async () => {
    const { raise, happens, look, at } = open(...routes);
    const taken = raise();
    await look();
    happens(taken, { event: 'acknowledged', who: 'Ada' });
    at('2026-03-17T13:00:00Z');
    await look();
    const left = raise({ subject: 'main-water', meters: ['main-water'] });
    await look();
    at('2026-03-17T16:00:00Z');
    await look();
    happens(left, ended);
    await look();
    expect(receiver.posted.map(({ body }) => body)).toMatchObject([
      { status: 'firing', groupLabels: { alert: left } },
      { status: 'resolved', groupLabels: { alert: left } },
    ]);
  });
});

describe('the digest', () => {
  test('lists once a week what was small, beyond the most of a day, or over before it was seen', async () => {
    const { raise, happens, look, at, state } = open(team({ most_a_day: 1 }));
    await look();
    raise();
    raise({ severity: 'digest', worth: { ...leak.worth, gbpPerWeek: 12 } });
    const third = raise({ worth: { ...leak.worth, gbpPerWeek: 150 } });
    raiseIn(state, 1_773_700_000, { ...leak, open: false }, 'passed');
    await look();
    expect(states()).toEqual(['opened sent', 'opened digest', 'opened digest', 'passed digest']);
    happens(third, { event: 'acknowledged', who: 'Ada' });
    at('2026-03-23T07:59:00Z');
    await look();
    expect(mail.mails).toHaveLength(1);
    at('2026-03-23T08:00:00Z');
    await look();
    await look();
    expect(mail.mails).toHaveLength(2);
    expect(subjects()[1]).toBe('A small estate: what else there was until 2026-03-23 08:00');
    const text = mail.mails[1]?.source.replaceAll(/=\r\n/g, '') ?? '';
    const order = ['a-4', 'a-3', 'a-2'].map((id) => text.indexOf(`- ${id}: `));
    expect(order.every((place) => place > 0)).toBe(true);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(text).toContain('the route had told as much that day as it may');
    // What is told after it was due waits for the next one, and a week of nothing is not told.
    at('2026-03-30T09:00:00Z');
    await look();
    expect(mail.mails).toHaveLength(2);
    expect(states().slice(1)).toEqual(['opened listed', 'opened listed', 'passed listed', 'digest sent']);
  });

  test('is sent again as it was: what it lists was put down with it', async () => {
    const { raise, look, at } = open(team({ digest: { on: 'daily', at: '08:00' } }));
    await look();
    raise({ severity: 'digest' });
    await look();
    mail.answers = [smtpError(451, 'later')];
    at('2026-03-18T08:00:00Z');
    await look();
    raise({ severity: 'digest', subject: 'main-water', meters: ['main-water'] });
    at('2026-03-18T08:05:00Z');
    await look();
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]?.source).toContain('a-1: ');
    expect(mail.mails[0]?.source).not.toContain('a-2: ');
    at('2026-03-19T08:00:00Z');
    await look();
    expect(mail.mails[1]?.source).toContain('a-2: ');
  });
});

describe('data issues', () => {
  const window = { from: 1_773_700_000, to: 1_773_800_000 };
  const found = [{ from: 1_773_740_000, to: 1_773_743_000, holds: true, says: 'nothing was heard for 3 h' }];
  const report = (meter: string, kind: 'silent' | 'stuck'): void =>
    house.state.reportIssues([{ meter, kind, by: 'derivation', window, found }]);

  test('are told of a silent main at once, of others in the digest, and never to facilities', async () => {
    const { look, at } = open(team(), team({ id: 'data', audience: 'data', to: ['meters@trust.example'] }));
    await look();
    report('main-water', 'silent');
    report('ward-water', 'silent');
    report('main-water', 'stuck');
    await look();
    expect(mail.mails.map(({ to }) => to)).toEqual([['meters@trust.example']]);
    expect(subjects()).toEqual(['[meter data] North Hospital: Main water: nothing was heard of it']);
    expect(states()).toEqual(['issue sent', 'issue digest', 'issue digest']);
    at('2026-03-23T08:00:00Z');
    await look();
    expect(mail.mails.map(({ to }) => to[0])).toEqual(['meters@trust.example', 'meters@trust.example']);
    expect(mail.mails[1]?.source).toContain('Meters whose data are in doubt');
  });
});
