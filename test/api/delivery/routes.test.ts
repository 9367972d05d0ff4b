import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelsAnswerSchema, deliveriesAnswerSchema } from '../../../api/contract/deliveries.ts';
import { problemSchema } from '../../../api/contract/vocabulary.ts';
import type { Channel } from '../../../api/delivery/channels.ts';
import { alertRouteSchema } from '../../../domain/alerts/route-register.ts';
import type { NewDelivery } from '../../../store/deliveries.ts';
import { type MailServer, smtpError, startMailServer } from '../../servers/mail-server.ts';
import { aDelivery } from '../../store/a-delivery.ts';
import { testEstate } from '../estate.ts';
import { bearer, noon, type Rig, startRig } from '../rig.ts';

let rig: Rig;
let mail: MailServer;
let operator: string;
const planned = (more: Partial<NewDelivery>): NewDelivery =>
  aDelivery(noon, {
    key: 'a-1/1/mail/ada@trust.example',
    channel: 'mail',
    recipient: 'ada@trust.example',
    state: 'waiting',
    due: noon + 60,
    ended: null,
    ...more,
  });
beforeAll(async () => {
  mail = await startMailServer();
  const channels = new Map<string, Channel>([
    [
      'mail',
      {
        kind: 'email',
        host: '127.0.0.1',
        port: mail.port,
        tls: 'none',
        from: 'mh@trust.example',
        user: undefined,
        password: undefined,
      },
    ],
    ['team', { kind: 'teams', url: 'https://flow.example/very-secret?sig=hush-hush' }],
  ]);
  const estate = testEstate();
  const routes = [
    { id: 'team', channel: 'mail', to: ['ada@trust.example', 'ben@trust.example'] },
    { id: 'lost', channel: 'mial' },
  ];
  const lists = { ...estate.lists, alert_routes: routes.map((route) => alertRouteSchema.parse(route)) };
  rig = await startRig({ channels, estate: () => Object.assign(estate, { lists }) });
  operator = rig.key({ role: 'operate' });
  rig.state.planDeliveries(undefined, ({ add }) => {
    add(planned({}));
    add(planned({ key: 'a-2/2', subject: 'a-2', site: 'practice', state: 'undelivered', ended: noon }));
    add(planned({ key: 'issue/3', about: 'issue', subject: '3', state: 'held', because: 'quiet-hours', told: null }));
    add(planned({ key: 'digest', about: 'digest', subject: String(noon), site: null, state: 'sent', ended: noon }));
  });
});
afterAll(async () => {
  await rig.close();
  await mail.close();
});
const get = async (url: string, key = operator) => await rig.app.inject({ url, headers: bearer(key) });
const tryOut = async (channel: string, payload: object) =>
  await rig.app.inject({ method: 'POST', url: `/v1/channels/${channel}/test`, payload, headers: bearer(operator) });

describe('deliveries', () => {
  const list = async (query: string, key = operator) =>
    deliveriesAnswerSchema.parse((await get(`/v1/deliveries${query}`, key)).json()).deliveries;

  test('are listed with what became of them and why, the newest first', async () => {
    expect(await list('')).toMatchObject([
      { about: 'digest', site: null, state: 'sent', alert: null, due: null },
      { about: 'issue', issue: 3, state: 'held', because: 'quiet-hours', due: '2026-01-15T12:01:00Z', told: null },
      { alert: 'a-2', state: 'undelivered', due: null, ended: '2026-01-15T12:00:00Z' },
      { alert: 'a-1', state: 'waiting', attempts: 0, due: '2026-01-15T12:01:00Z', told: '2026-01-15T12:00:00Z' },
    ]);
    expect(await list('?state=undelivered,waiting&alert=a-1')).toMatchObject([{ alert: 'a-1' }]);
    expect(await list('?site=practice')).toMatchObject([{ alert: 'a-2' }]);
    const first = deliveriesAnswerSchema.parse((await get('/v1/deliveries?limit=3')).json());
    expect(await list(`?limit=3&cursor=${first.next_cursor}`)).toMatchObject([{ alert: 'a-1' }]);
  });

  test('are seen by a key of some sites where they are of these', async () => {
    const key = rig.key({ role: 'operate', sites: ['practice'] });
    expect(await list('', key)).toMatchObject([{ alert: 'a-2' }]);
  });
});

describe('channels', () => {
  test('are shown without what is secret, with what waits in them and what is wrong with routes', async () => {
    const answer = await get('/v1/channels');
    expect(channelsAnswerSchema.parse(answer.json())).toMatchObject({
      channels: [
        { name: 'mail', kind: 'email', routes: ['team'], waiting: 1, held: 1, undelivered: 1 },
        { name: 'team', kind: 'teams', host: 'flow.example', routes: [], last_sent: null },
      ],
      warnings: ['route lost names the channel mial, which the file of channels has not'],
    });
    expect(answer.body).not.toMatch(/secret|hush/);
  });

  test('are tried with a mail to somebody whom a route names, and to nobody else', async () => {
    const sent = await tryOut('mail', {});
    expect(sent.json()).toMatchObject({ channel: 'mail', recipient: 'ada@trust.example' });
    expect((await tryOut('mail', { to: 'ben@trust.example' })).statusCode).toBe(200);
    expect(mail.mails.map(({ to }) => to[0])).toEqual(['ada@trust.example', 'ben@trust.example']);
    expect(mail.mails[0]?.headers.get('subject')).toMatch(/^\[test\] /);
    const refused = await tryOut('mail', { to: 'everybody@world.example' });
    expect(refused.statusCode).toBe(400);
    expect(mail.mails).toHaveLength(2);
  });

  test('say what the other side answered when a test fails', async () => {
    mail.answers = [smtpError(550, 'no relaying here')];
    const failed = await tryOut('mail', {});
    expect(failed.statusCode).toBe(502);
    expect(problemSchema.parse(failed.json())).toMatchObject({ code: 'channel.failed' });
    expect(failed.body).toContain('550 no relaying here');
    expect((await tryOut('pigeon', {})).statusCode).toBe(404);
  });

  test('are numbers for Prometheus, by names of the configuration alone', async () => {
    const { body } = await get('/metrics', rig.key({ role: 'admin' }));
    expect(body).toContain('meterhouse_deliveries{channel="mail",state="undelivered"} 1');
    expect(body).toContain('meterhouse_delivery_oldest_waiting_seconds 0');
  });
});
