import { describe, expect, test } from 'vitest';
import { alertmanagerAlert, alertmanagerIssue, alertmanagerMessage } from '../../../api/delivery/webhook-form.ts';
import { emailOf } from '../../../api/delivery/email-form.ts';
import { mqttAlert, topicOf } from '../../../api/delivery/mqtt-form.ts';
import { teamsMessageOf } from '../../../api/delivery/teams-card.ts';
import { families } from '../../../domain/alerts/causes.ts';
import { alertKindNames } from '../../../domain/alerts/kinds.ts';
import { type Letter, letterOf } from '../../../domain/alerts/letter.ts';
import type { Alert, AlertEvent } from '../../../domain/alerts/life.ts';
import { type Notice, notices } from '../../../domain/alerts/routing.ts';
import { limits } from '../../../domain/limits.ts';
import { anAlert, leak, messageFor, monday } from '../../domain/alerts/an-alert.ts';

const link = 'https://meterhouse.example/v1/alerts/a-1';
const at = monday + 2 * 86_400;
const saving = {
  claim: 'a-1',
  from: monday,
  until: monday + 365 * 86_400,
  rate: 0.4,
  perWeek: 67,
  gbpPerWeek: 168,
  kgco2ePerWeek: 20,
};
/** An event of each notice. */
const events: Readonly<Record<Notice, AlertEvent>> = {
  opened: { event: 'opened', at, seen: leak },
  passed: { event: 'passed', at, seen: leak },
  worsened: { event: 'worsened', at, severity: 1 },
  ended: { event: 'ended', at, why: 'the meter shows it over' },
  resumed: { event: 'resumed', at, why: 'it is there again' },
  reopened: { event: 'reopened', at, why: 'the meter still shows most of it' },
  unshelved: { event: 'unshelved', at },
  closed: { event: 'closed', at, who: 'Ada', as: 'mended', why: 'a new ball valve' },
  verified: { event: 'verified', at, saving, why: '7 days show it gone' },
  escalated: { event: 'opened', at, seen: leak },
};
const noticeNames = Object.keys(notices) as Notice[];

function letter(notice: Notice = 'opened', alert: Alert = anAlert(), clinical = false): Letter {
  const message = messageFor(alert, clinical);
  const event = events[notice];
  return letterOf({ notice, event, alert, message, firstTitle: message.title, link });
}
const mailOf = (one: Letter, key = 'a-1/1/mail/ada', firstKey?: string) =>
  emailOf({ letter: one, from: 'Meterhouse <meterhouse@trust.example>', to: 'ada@trust.example', key, firstKey });

describe('a mail', () => {
  const mail = mailOf(letter());

  test('says in text what the alert says, with its chart in signs', () => {
    expect(mail.subject).toBe(
      '[severity 2] North Hospital: water runs at night when nobody uses it (about £168 a week)',
    );
    expect(mail.text).toBe(`New. It is for today.

What: Water runs at night when nobody uses it.
Where: Water of the wards, North Hospital; Main water too
When: since 2026-03-16 00:00, and still on
How sure: likely: seen in one way
How unusual: 0.7 m³/h where 0.3 m³/h is usual at that time, 5 times its usual ups and downs away
What it costs: 96 m³ so far: £24, 19.2 kgCO₂e; about £168 a week as it goes on

What to look at first:
- cisterns and their overflows
- cooling towers and their make-up
- the meters further down, at night

What was done about earlier ones here:
- 2026-02-04: a cistern was mended

2026-03-14 00:00 to 2026-03-16 00:00, up to 0.7 m³/h
measured ··▄▄▄▄▄▄▄▄▄▄▄▄▄▄████████████████
usual    ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄

https://meterhouse.example/v1/alerts/a-1

Alert a-1. Who takes it up says so: meterhouse alerts acknowledge a-1
`);
  });

  test('says the same in HTML, in which nothing is fetched and nothing that people wrote is markup', () => {
    for (const words of ['New. It is for today.', 'cisterns and their overflows', 'a cistern was mended']) {
      expect(mail.html).toContain(words);
    }
    expect(mail.html).not.toMatch(/<(img|script|link|iframe)|src=|url\(/i);
    const evil = { ...letter(), news: '<script>x</script> & "so" on', link: 'https://x/?a=1&b="2"' };
    const { html } = mailOf(evil);
    expect(html).toContain('&lt;script&gt;x&lt;/script&gt; &amp; &quot;so&quot; on');
    expect(html).toContain('href="https://x/?a=1&amp;b=&quot;2&quot;"');
  });

  test('of one alert is put with its others, and sent again is the same one', () => {
    const later = mailOf(letter('ended'), 'a-1/5/mail/ada', 'a-1/1/mail/ada');
    expect(later).toMatchObject({
      subject: `Re: ${mail.subject}`,
      inReplyTo: mail.messageId,
      references: mail.messageId,
    });
    expect(mailOf(letter())).toEqual(mail);
    expect(mail.inReplyTo).toBeUndefined();
    expect(mail.messageId).toMatch(/^<[0-9a-f]{32}@trust\.example>$/);
    expect(later.messageId).not.toBe(mail.messageId);
    expect(mail.headers).toMatchObject({ 'Auto-Submitted': 'auto-generated' });
  });

  test('is urgent where severity is 1', () => {
    expect(mailOf(letter('opened', anAlert({ severity: 1 })))).toMatchObject({
      priority: 'high',
      subject: expect.stringMatching(/^\[severity 1\] /),
    });
    expect(mail.priority).toBe('normal');
  });

  test.each([
    ['opened', 'New. It is for today.'],
    ['worsened', 'It matters more than was told.'],
    ['ended', 'It is over: the meter shows it over.'],
    [
      'closed',
      'Ada says that it is mended. The meter is watched for it, and you are told what it shows: a new ball valve.',
    ],
    [
      'verified',
      'The meter shows that it is mended (7 days show it gone). Saved: about £168 a week, counted until 2027-03-16.',
    ],
    ['escalated', 'Nobody has taken it up since 2026-03-18 00:00. It is for today.'],
  ] as const)('of what is %s begins with: %s', (notice, begins) => {
    expect(mailOf(letter(notice)).text.startsWith(begins)).toBe(true);
  });

  test('of what was over when it was found says so, and asks nobody to run', () => {
    const over = anAlert({ severity: 1, open: false });
    const [event = events.opened] = over.events;
    const message = messageFor(over);
    const { news } = letterOf({ notice: 'opened', event, alert: over, message, firstTitle: message.title });
    expect(news).toBe('It is over already: it ended at 2026-03-17 00:00, before it was seen.');
  });
});

describe('a card for Teams', () => {
  test('is the message that a Workflow takes', () => {
    const message = teamsMessageOf(letter('opened', anAlert({ severity: 1 })));
    expect(message).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            type: 'AdaptiveCard',
            version: '1.4',
            body: expect.arrayContaining([expect.objectContaining({ type: 'FactSet' })]),
            actions: [{ type: 'Action.OpenUrl', title: 'Open', url: link }],
          },
        },
      ],
    });
    expect(JSON.stringify(message)).toContain('"color":"attention"');
  });

  test('stays below what Teams takes, however long what it tells is', () => {
    const long = 'größer als alles andere '.repeat(400);
    const lines = Array.from({ length: 300 }, (_, i) => `${i} ${long.slice(0, 300)}`);
    const facts = Array.from({ length: 20 }, () => ({ name: 'Where', value: long }));
    const huge: Letter = { ...letter(), news: long, facts, lists: [{ heading: 'All', lines }] };
    const text = JSON.stringify(teamsMessageOf(huge));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.teamsMessageBytes);
    expect(text).toMatch(/and \d+ more/);
    // What fits is left whole.
    expect(JSON.stringify(teamsMessageOf(letter()))).toContain('measured ··▄');
  });

  test('makes no link of what a person wrote', () => {
    const card = JSON.stringify(teamsMessageOf({ ...letter(), news: '[click](https://evil.example)' }));
    expect(card).toContain('[click] (https://evil.example)');
  });
});

describe('a message in the form of Alertmanager', () => {
  const told = (alert: Alert) =>
    alertmanagerMessage('duty', [alertmanagerAlert(alert, messageFor(alert), 'New.', link)], {
      group: { alert: alert.id },
      link,
    });

  test('has the fields of version 4, and the zero time while it fires', () => {
    const message = told(anAlert());
    expect(message).toMatchObject({
      version: '4',
      groupKey: '{}:{alert="a-1"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'duty',
      groupLabels: { alert: 'a-1' },
      externalURL: link,
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'night_flow', severity: '2', site: 'north', meter: 'ward-water' },
          startsAt: '2026-03-16T00:00:00Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: link,
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
      ],
    });
    expect(message.commonLabels).toEqual(message.alerts[0]?.labels);
  });

  test('is resolved when it is over, under the same fingerprint; not while the meter is watched', () => {
    const over = told(anAlert({ open: false }, events.ended));
    expect(over).toMatchObject({ status: 'resolved', alerts: [{ endsAt: '2026-03-17T00:00:00Z' }] });
    expect(over.alerts[0]?.fingerprint).toBe(told(anAlert()).alerts[0]?.fingerprint);
    expect(told(anAlert({}, events.closed)).status).toBe('firing');
    expect(told(anAlert({}, events.closed, events.verified)).status).toBe('resolved');
  });

  test('of several has in common what all of them have', () => {
    const other = anAlert({ subject: 'tap' });
    const alerts = [anAlert(), other].map((one) => alertmanagerAlert(one, messageFor(one), 'New.'));
    const { commonLabels } = alertmanagerMessage('duty', alerts, { group: { digest: '2026-03-16' } });
    expect(commonLabels).toMatchObject({ site: 'north' });
    expect(commonLabels).not.toHaveProperty('meter');
  });

  test('tells data issues of an audience of their own', () => {
    const issue = {
      id: 7,
      meter: 'ward-water',
      kind: 'silent',
      state: 'opened',
      from: monday,
      to: at,
      opened: at,
      says: 'nothing for 3 h',
      ignored: undefined,
    } as const;
    expect(alertmanagerIssue(issue, 'north', 'silent')).toMatchObject({
      status: 'firing',
      labels: { severity: 'data' },
    });
    expect(alertmanagerIssue({ ...issue, state: 'closed' }, 'north', 'silent').status).toBe('resolved');
  });
});

describe('a message on a topic', () => {
  test('is data, with units last and null for what is not known', () => {
    const alert = anAlert({ worth: { ...leak.worth, gbp: null, gbpPerWeek: null, unknown: ['no-price'] } });
    const message = messageFor(alert);
    const told = JSON.parse(mqttAlert(alert, { notice: 'opened', key: 'k', message, news: 'New.' }, link)) as unknown;
    expect(told).toMatchObject({
      key: 'k',
      alert: 'a-1',
      notice: 'opened',
      state: 'open',
      severity: 2,
      site: 'north',
      from: '2026-03-16T00:00:00Z',
      to: null,
      cost_gbp_per_week: null,
      emissions_kgco2e_per_week: 134.4,
    });
    expect(topicOf('estate/alerts', 'north', 'a-1')).toBe('estate/alerts/north/a-1');
  });
});

/** Words by which somebody is asked to put something off. */
const asksToSwitchOff = /switch|turn (it |them )?off|shut|put (one|it|off)|isolate|stop the|power down|disconnect/i;

describe('of what is clinical', () => {
  test('no form of any notice of any kind asks anybody to switch anything off, and each says whom to ask', () => {
    expect(alertKindNames.length * families.length * noticeNames.length).toBeGreaterThan(1_000);
    for (const kind of alertKindNames) {
      for (const family of families) {
        for (const notice of noticeNames) {
          const alert = anAlert({ kind, family, severity: 1 });
          const one = letter(notice, alert, true);
          const message = messageFor(alert, true);
          const { text, html, subject } = mailOf(one);
          const forms = [
            text,
            html,
            subject,
            JSON.stringify(teamsMessageOf(one)),
            JSON.stringify(alertmanagerAlert(alert, message, one.news)),
            mqttAlert(alert, { notice, key: '', message, news: one.news }),
          ];
          for (const form of forms)
            expect({ kind, notice, form: asksToSwitchOff.exec(form)?.[0] }).toEqual({ kind, notice });
          for (const form of forms.filter((_, i) => i !== 2)) expect(form).toContain('clinical lead');
        }
      }
    }
  });

  test('and the words that are looked for are found where it is not clinical', () => {
    expect(mailOf(letter('opened', anAlert({ kind: 'left_on', family: 'power' }))).text).toMatch(asksToSwitchOff);
  });
});
