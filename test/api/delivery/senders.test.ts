import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../../api/delivery/channels.ts';
import type { Outcome } from '../../../api/delivery/outcome.ts';
import { type Parcel, send } from '../../../api/delivery/sender.ts';
import { letterOf, testLetter } from '../../../domain/alerts/letter.ts';
import { anAlert, leak, messageFor, monday } from '../../domain/alerts/an-alert.ts';
import { describeWith } from '../../servers/locate.ts';
import { type MailServer, smtpError, startMailServer } from '../../servers/mail-server.ts';
import { type Mosquitto, startMosquitto } from '../../servers/mosquitto.ts';
import { freePort, until } from '../../servers/process.ts';
import { type Receiver, startReceiver } from '../../servers/receiver.ts';

/** Each channel against a real server of its kind: what arrives, and what is made of refusals and silence. */

const alert = anAlert();
const message = messageFor(alert);
const letter = letterOf({
  notice: 'opened',
  event: { event: 'opened', at: monday, seen: leak },
  alert,
  message,
  firstTitle: message.title,
  link: 'https://meterhouse.example/v1/alerts/a-1',
});
const parcel: Parcel = {
  key: 'a-1/1/duty/ada@trust.example',
  recipient: 'ada@trust.example',
  letter,
  about: { kind: 'alert', notice: 'opened', alert, message, link: letter.link },
};
const clock = (): number => Date.parse('2026-03-17T10:30:00Z');
const sent = (channel: Channel, one = parcel, timeoutMs = 5_000): Promise<Outcome> =>
  send('duty', channel, one, { clock, timeoutMs });
const certificate = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../ingest/certificates', name), 'utf8');
const ca = certificate('authority.crt');

/** A server that takes connections and says nothing, or a little now and then. */
async function startSilent(drip?: string): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const timer = drip === undefined ? undefined : setInterval(() => socket.write(drip), 50);
    socket.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('mail', () => {
  let server: MailServer;
  let channel: Extract<Channel, { kind: 'email' }>;
  beforeAll(async () => {
    server = await startMailServer();
    channel = {
      kind: 'email',
      host: '127.0.0.1',
      port: server.port,
      tls: 'none',
      from: 'Meterhouse <mh@trust.example>',
    };
  });
  afterAll(() => server.close());

  test('arrives in two forms, with what puts it together with its others', async () => {
    expect(await sent(channel)).toMatchObject({ outcome: 'delivered' });
    const later = { ...parcel, key: 'a-1/2/duty/ada@trust.example', firstKey: parcel.key };
    expect(await sent(channel, later)).toMatchObject({ outcome: 'delivered' });
    const [first, second] = server.mails.slice(-2);
    expect(first).toMatchObject({ from: 'mh@trust.example', to: ['ada@trust.example'] });
    expect(first?.headers.get('from')).toBe('Meterhouse <mh@trust.example>');
    expect(first?.headers.get('subject')).toMatch(/\[severity 2\] North Hospital/);
    expect(first?.headers.get('content-type')).toMatch(/^multipart\/alternative/);
    expect(first?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(first?.headers.get('date')).toBe('Tue, 17 Mar 2026 10:30:00 +0000');
    expect(first?.source).toMatch(
      /Content-Type: text\/plain; charset=utf-8[\s\S]*Content-Type: text\/html; charset=utf-8/,
    );
    const id = first?.headers.get('message-id');
    expect(second?.headers.get('in-reply-to')).toBe(id);
    expect(second?.headers.get('references')).toBe(id);
    expect(second?.headers.get('subject')).toMatch(/^Re: /);
  });

  test('cannot be given headers by a name of the register', async () => {
    const evil = { ...parcel, letter: { ...letter, subject: 'North\r\nBcc: everybody@trust.example\r\n\r\nx' } };
    await sent(channel, evil);
    const mail = server.mails.at(-1);
    expect(mail?.headers.has('bcc')).toBe(false);
    expect(mail?.to).toEqual(['ada@trust.example']);
  });

  test.each([
    [421, 'again'],
    [452, 'again'],
    [550, 'refused'],
    [554, 'refused'],
  ] as const)('that is answered %i is to be %s', async (code, outcome) => {
    server.answers = [smtpError(code, 'no')];
    expect(await sent(channel)).toMatchObject({ outcome, said: expect.stringContaining(String(code)) });
  });

  test('is tried again where nobody is there, or says nothing, or only a little', async () => {
    const port = await freePort();
    expect(await sent({ ...channel, port })).toEqual({ outcome: 'again', said: 'it cannot be reached (ECONNREFUSED)' });
    for (const drip of [undefined, '220-wait\r\n']) {
      const silent = await startSilent(drip);
      const began = performance.now();
      expect(await sent({ ...channel, port: silent.port }, parcel, 400)).toMatchObject({ outcome: 'again' });
      expect(performance.now() - began).toBeLessThan(3_000);
      await silent.close();
    }
  });

  test('of a route without a recipient is refused, and says what is missing', async () => {
    const said = 'the route names nobody for this channel (to)';
    expect(await sent(channel, { ...parcel, recipient: '' })).toEqual({ outcome: 'refused', said });
  });
});

describe('mail over TLS', () => {
  const login = { user: 'mh', password: 'a secret word' };
  let server: MailServer;
  const open = (tls: 'starttls' | 'tls'): Channel => {
    const { port } = server;
    return { kind: 'email', host: 'localhost', port, tls, from: 'mh@trust.example', ca, ...login };
  };
  const start = (secure: boolean): Promise<MailServer> =>
    startMailServer({
      secure,
      disabledCommands: [],
      key: certificate('broker.key'),
      cert: certificate('broker.crt'),
      onAuth({ username, password }, _session, done) {
        if (username === login.user && password === login.password) return done(null, { user: username });
        // As unkind servers do, it says what it was told.
        return done(smtpError(535, `no such password: ${password}`));
      },
    });

  test.each([
    ['starttls', false],
    ['tls', true],
  ] as const)('goes by %s with a password, and by nothing less', async (tls, secure) => {
    server = await start(secure);
    const channel = open(tls);
    expect(await sent(channel)).toMatchObject({ outcome: 'delivered' });
    expect(server.mails.at(-1)).toMatchObject({ secure: true, user: 'mh' });
    // A wrong password is mended in the configuration, so that it is no refusal of the mail.
    const wrong = await sent({ ...channel, password: 'another secret' } as Channel);
    expect(wrong).toMatchObject({ outcome: 'again', said: expect.stringContaining('535') });
    expect(wrong.said).not.toContain('secret');
    // A certificate that nobody vouches for.
    const said = 'its certificate is not trusted';
    expect(await sent({ ...channel, ca: undefined })).toEqual({ outcome: 'again', said });
    expect(server.mails).toHaveLength(1);
    await server.close();
  });

  test('is not sent where the server offers none', async () => {
    server = await startMailServer();
    const { user: _user, password: _password, ...channel } = { ...open('starttls'), ...login };
    expect(await sent(channel as Channel)).toEqual({
      outcome: 'again',
      said: 'it does not offer TLS',
    });
    expect(server.mails).toHaveLength(0);
    await server.close();
  });
});

describe('a receiver of HTTP', () => {
  let receiver: Receiver;
  let teams: Channel;
  let webhook: Channel;
  beforeAll(async () => {
    receiver = await startReceiver();
    teams = { kind: 'teams', url: `${receiver.url}/workflows/very-secret?sig=signature` };
    webhook = { kind: 'webhook', url: `${receiver.url}/hook-secret`, bearer: 'bearer-secret' };
  });
  beforeEach(() => {
    receiver.posted.length = 0;
    receiver.answers = [];
  });
  afterAll(() => receiver.close());

  test('of Teams gets a card, and says 202', async () => {
    receiver.answers = [{ status: 202 }];
    expect(await sent(teams)).toEqual({ outcome: 'delivered', said: 'it answered 202' });
    expect(receiver.posted).toMatchObject([
      {
        path: '/workflows/very-secret?sig=signature',
        headers: { 'content-type': 'application/json' },
        body: { type: 'message', attachments: [{ content: { type: 'AdaptiveCard' } }] },
      },
    ]);
  });

  test('of a webhook gets the form of Alertmanager, the key and the bearer', async () => {
    expect(await sent(webhook)).toMatchObject({ outcome: 'delivered' });
    expect(receiver.posted).toMatchObject([
      {
        headers: { authorization: 'Bearer bearer-secret', 'idempotency-key': parcel.key },
        body: { version: '4', receiver: 'duty', status: 'firing', alerts: [{ labels: { alert: 'a-1' } }] },
      },
    ]);
    const digest = { ...parcel, about: { kind: 'digest' as const, alerts: [{ alert, message }], issues: [] } };
    await sent(webhook, digest);
    expect(receiver.posted.at(-1)?.body).toMatchObject({ alerts: [{ labels: { alert: 'a-1' } }] });
    const empty = { ...parcel, about: { kind: 'digest' as const, alerts: [], issues: [] } };
    expect(await sent(webhook, empty)).toEqual({ outcome: 'delivered', said: 'nothing in it for a webhook' });
    const test = { ...parcel, letter: testLetter('duty', 'The Trust', monday), about: { kind: 'test' as const } };
    await sent(webhook, test);
    expect(receiver.posted.at(-1)?.body).toMatchObject({ alerts: [{ labels: { alertname: 'test' } }] });
    expect(receiver.posted).toHaveLength(3);
  });

  test.each([
    [{ status: 400 }, { outcome: 'refused', said: 'it answered 400' }],
    [{ status: 404 }, { outcome: 'refused', said: 'it answered 404' }],
    [{ status: 401 }, { outcome: 'again', said: 'it answered 401' }],
    [{ status: 500 }, { outcome: 'again', said: 'it answered 500' }],
    [
      { status: 429, headers: { 'retry-after': '90' } },
      { outcome: 'again', afterSeconds: 90 },
    ],
    [
      { status: 503, headers: { 'retry-after': 'Tue, 17 Mar 2026 10:32:00 GMT' } },
      { outcome: 'again', afterSeconds: 120 },
    ],
    [
      { status: 429, headers: { 'retry-after': 'soon' } },
      { outcome: 'again', afterSeconds: undefined },
    ],
  ] as const)('that answers %j is told as %j', async (answer, outcome) => {
    receiver.answers = [answer];
    expect(await sent(webhook)).toMatchObject(outcome);
  });

  test('that redirects is not followed', async () => {
    receiver.answers = [{ status: 307, headers: { location: `${receiver.url}/elsewhere` } }];
    expect(await sent(webhook)).toMatchObject({ outcome: 'refused', said: expect.stringContaining('redirect') });
    expect(receiver.posted.map(({ path }) => path)).toEqual(['/hook-secret']);
  });

  test('that takes too long, or is not there, is asked again', async () => {
    receiver.answers = ['nothing'];
    const late = { outcome: 'again', said: 'it took too long to answer' };
    expect(await sent(webhook, parcel, 300)).toEqual(late);
    const port = await freePort();
    const gone: Channel = { kind: 'webhook', url: `http://127.0.0.1:${port}/hook-secret` };
    expect(await sent(gone)).toEqual({ outcome: 'again', said: 'it cannot be reached (ECONNREFUSED)' });
  });
});

describeWith(['mosquitto'], 'a broker', () => {
  let broker: Mosquitto;
  let listener: MqttClient;
  const heard: { topic: string; payload: unknown; retain: boolean; qos: number }[] = [];
  const channel = (): Channel => ({
    kind: 'mqtt',
    url: broker.url,
    topic: 'estate/alerts',
    user: 'meterhouse',
    password: 'broker-secret',
  });
  beforeAll(async () => {
    broker = await startMosquitto({ users: { meterhouse: 'broker-secret' } });
    const login = { username: 'meterhouse', password: 'broker-secret' };
    listener = await connectAsync(broker.url, { ...login, protocolVersion: 5 });
    listener.on('message', (topic, payload, { retain, qos }) =>
      heard.push({ topic, payload: JSON.parse(payload.toString()), retain, qos }),
    );
    await listener.subscribeAsync('estate/#', { qos: 1 });
  });
  afterAll(async () => {
    await listener.endAsync(true);
    await broker.stop();
  });

  test('has it below the topic of its site, with QoS 1 and not retained', async () => {
    expect(await sent(channel())).toEqual({ outcome: 'delivered', said: 'the broker has it' });
    const digest = { ...parcel, about: { kind: 'digest' as const, alerts: [], issues: [] } };
    expect(await sent(channel(), digest)).toMatchObject({ outcome: 'delivered' });
    await until('two messages', () => heard.length === 2);
    expect(heard).toMatchObject([
      { topic: 'estate/alerts/north/a-1', qos: 1, retain: false, payload: { alert: 'a-1', notice: 'opened' } },
      { topic: 'estate/alerts/digest', payload: { notice: 'digest' } },
    ]);
  });

  test('that refuses, or is not there, is asked again, and no password is said', async () => {
    const refused = await sent({ ...channel(), password: 'wrong-secret' } as Channel);
    expect(refused).toMatchObject({ outcome: 'again', said: expect.stringMatching(/13[45]/) });
    expect(refused.said).not.toContain('secret');
    const port = await freePort();
    expect(await sent({ ...channel(), url: `mqtt://127.0.0.1:${port}` } as Channel)).toMatchObject({
      outcome: 'again',
    });
    const silent = await startSilent();
    expect(await sent({ ...channel(), url: `mqtt://127.0.0.1:${silent.port}` } as Channel, parcel, 300)).toMatchObject({
      outcome: 'again',
    });
    await silent.close();
  });
});
