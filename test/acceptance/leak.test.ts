import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { type alertActBodySchema, alertAnswerSchema, alertsAnswerSchema } from '../../api/contract/alerts.ts';
import { limits } from '../../domain/limits.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, startOfDay, toIso } from '../../domain/time.ts';
import { estateOptions } from '../../ingest/known-decoders.ts';
import { historyOf } from '../../simulators/history.ts';
import { publishAll } from '../../simulators/live.ts';
import { type Model, modelOf } from '../../simulators/model.ts';
import { type Publisher, publisherOf } from '../../simulators/publisher.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { startInflux } from '../servers/influx.ts';
import { describeWith } from '../servers/locate.ts';
import { type Arrived, type MailServer, startMailServer } from '../servers/mail-server.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import { until } from '../servers/process.ts';
import {
  addressIn,
  type Ground,
  layGround,
  outstanding,
  type Service,
  serviceOf,
  settingsBetween,
  type SteppedClock,
  steppedClock,
} from './house.ts';
import { ledgersOf } from './stream.ts';
import { ask } from './told.ts';

/**
 * A leak, from the pipe to the person and back: simulated → Mosquitto → `meterhouse ingest` → InfluxDB → `meterhouse
 * api`, which watches → an email in a real SMTP server → acknowledged through the API → mended in the simulator →
 * closed → verified by the meter, with the saving booked. Weeks go by in minutes: the processes' clock is stepped along
 * with the messages.
 */
const leak = { kind: 'leak', meter: 'qui-w-main', flow: 0.2 } as const;
/** Pounds a m³: water, and sewerage of 95 % of it (surgery/estate.yaml). */
const price = 2 + 0.95 * 2.5;
const monday = startOfDay('2026-03-16');
const history = { from: monday - 98 * daySeconds, to: monday };
const step = 12 * 3600;
const surgery = join(import.meta.dirname, 'surgery');

const channels = (port: number): string => `channels:
  mail: { kind: email, host: 127.0.0.1, port: ${port}, tls: none, from: Meterhouse <meterhouse@practices.example> }
`;

type Act = z.input<typeof alertActBodySchema>;

describeWith(['mosquitto', 'influxd'], 'a leak, from the pipe to the person and back', () => {
  const closers: (() => Promise<unknown> | void)[] = [];
  let ground: Ground;
  let clock: SteppedClock;
  let mail: MailServer;
  let api: Service;
  let model: Model;
  let publisher: Publisher;
  /** Until when meters have spoken. */
  let now = history.from;

  beforeAll(async () => {
    ground = layGround(surgery);
    closers.unshift(() => ground.remove());
    const [broker, influx, server] = await Promise.all([startMosquitto(), startInflux(), startMailServer()]);
    mail = server;
    closers.unshift(
      () => broker.stop(),
      () => influx.stop(),
      () => server.close(),
    );
    writeFileSync(join(ground.folder, 'channels.yaml'), channels(server.port));
    const settings = {
      ...settingsBetween(broker, influx),
      METERHOUSE_DELIVERY_CHANNELS: join(ground.folder, 'channels.yaml'),
    };
    clock = steppedClock(ground);
    setClock(monday);
    const ingest = serviceOf('ingest', ground, () => settings, [], clock.within);
    api = serviceOf('api', ground, () => settings, [], clock.within);
    closers.unshift(
      () => ingest.stop(),
      () => api.stop(),
    );
    await Promise.all([ingest.start(), api.start()]);
    publisher = publisherOf({ url: broker.url, connection: { protocolVersion: 5 } });
    closers.unshift(() => publisher.close());
    await publisher.open();
    const reading = readEstateFolder(surgery, estateOptions);
    if (reading.problems !== undefined) throw new Error('the surgery is not sound');
    model = modelOf({ estate: reading.estate, seed: 7, start: history.from });
    await liveUntil(monday);
  }, 600_000);

  afterAll(async () => {
    for (const close of closers) await close();
  }, 60_000);

  const setClock = (at: EpochSeconds): void => clock.step(at * 1000 - Date.now());

  /**
   * The meters speak until an instant, the clocks follow, and the watch has looked at what was said: it looks at a
   * half-hour some minutes after it is over.
   */
  async function liveUntil(at: EpochSeconds): Promise<void> {
    setClock(at + 1);
    // Until the processes have looked at their clock again: what is said is not to be of their future.
    await sleep(250);
    await publishAll(publisher, historyOf(model, { from: now, to: at }));
    now = at;
    const derived = (): boolean =>
      ledgersOf(ground).received >= publisher.counts().acknowledged && outstanding(ground).touched === 0;
    await until(`what was said until ${toIso(at)} to be worked out`, derived, 120_000);
    expect(ledgersOf(ground)).toMatchObject({ quarantined: 0, refused: 0 });
    setClock(at + limits.watchSettleSeconds + 60);
    const looked = async (): Promise<boolean> => {
      // Five questions a second: fifty are more than one caller may ask, and who is refused never learns of the look.
      await sleep(200);
      return (await metric('meterhouse_watch_looked_until_seconds')) >= at;
    };
    await until(`the watch to look at what was used until ${toIso(at)}`, looked, 120_000);
  }

  async function liveWhile(goesOn: () => Promise<boolean>, atMost: number, by = step): Promise<void> {
    for (const end = now + atMost; now < end && (await goesOn()); ) await liveUntil(now + by);
  }

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${addressIn(api)}/metrics`)).text();
    return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
  }

  async function alerts() {
    return (await ask(addressIn(api), '/v1/alerts', {}, alertsAnswerSchema)).alerts;
  }

  async function theAlert() {
    const [only, another] = await alerts();
    expect(another).toBeUndefined();
    return await ask(addressIn(api), `/v1/alerts/${only?.id}`, {}, alertAnswerSchema);
  }

  async function act(body: Act): Promise<void> {
    const { alert } = await theAlert();
    const answer = await fetch(`${addressIn(api)}/v1/alerts/${alert.id}/acts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, version: alert.version }),
    });
    if (answer.status !== 200) throw new Error(`${body.act} was answered ${answer.status}: ${await answer.text()}`);
  }

  async function mailsAfter(count: number): Promise<readonly Arrived[]> {
    await until(`mail number ${count + 1} to come`, () => mail.mails.length > count, 120_000);
    return mail.mails.slice(count);
  }

  test('nobody is told of fourteen quiet weeks', async () => {
    expect(await alerts()).toEqual([]);
    expect(mail.mails).toEqual([]);
  });

  test('the leak is told once, to the person whose site it is, with its litres and what it costs', async () => {
    const began = monday + step;
    await liveUntil(began);
    model.change([{ ...leak, from: began, to: undefined }], began);
    await liveWhile(async () => (await alerts()).length === 0, 4 * daySeconds);
    const { alert, message } = await theAlert();
    expect(alert).toMatchObject({
      state: 'open',
      family: 'water',
      subject: leak.meter,
      severity: expect.stringMatching(/[23]/),
    });
    expect(Math.abs(Date.parse(alert.from) / 1000 - began)).toBeLessThanOrEqual(daySeconds);
    const [letter] = await mailsAfter(0);
    expect(letter?.to).toEqual(['facilities@practices.example']);
    expect(letter?.headers.get('subject')).toContain('Quillby Surgery');
    expect(letter?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(letter?.source).toContain('text/plain');
    expect(letter?.source).toContain('text/html');
    expect(message.look_at.length).toBeGreaterThan(0);
  });

  test('it is not told again when the watch was killed and the leak goes on', async () => {
    // After a day and more it is known what a week of it costs; where that is worse than was told, it is said once.
    await liveUntil(now + step);
    await liveUntil(now + step);
    const told = (await theAlert()).events.map(({ event }) => event);
    expect(told.filter((event) => event === 'opened')).toHaveLength(1);
    expect(told.filter((event) => event === 'worsened').length).toBeLessThanOrEqual(1);
    await mailsAfter(told.length - 1);
    await api.kill();
    await api.start();
    await liveUntil(now + step);
    await liveUntil(now + step);
    const { alert } = await theAlert();
    expect(alert.state).toBe('open');
    expect(alert.cost_gbp_per_week).toBeGreaterThan(0.8 * leak.flow * 168 * price);
    expect(alert.cost_gbp_per_week).toBeLessThan(1.2 * leak.flow * 168 * price);
    expect((await theAlert()).events).toHaveLength(told.length);
    expect(mail.mails).toHaveLength(told.length);
  });

  test('somebody takes it up, mends it and closes it; then the meter has the word', async () => {
    await act({ act: 'acknowledge' });
    model.change([], now);
    await liveUntil(now + halfHourSeconds);
    await act({ act: 'close', as: 'mended', reason: 'the ball valve of the cistern was passing' });
    expect((await theAlert()).alert.state).toBe('watching');
    const closed = now;
    await liveWhile(async () => (await theAlert()).alert.state === 'watching', 12 * daySeconds, daySeconds);
    const { alert, saving, events } = await theAlert();
    expect(alert.state).toBe('closed');
    expect(now - closed).toBeGreaterThanOrEqual(7 * daySeconds);
    // Never more than it truly was, and most of it.
    const truth = leak.flow * 168;
    expect(saving?.saved_m3_per_week).toBeGreaterThan(0.75 * truth);
    expect(saving?.saved_m3_per_week).toBeLessThan(1.03 * truth);
    expect(saving?.saved_gbp_per_week).toBeCloseTo((saving?.saved_m3_per_week ?? 0) * price, 0);
    const life = events.map(({ event }) => event).filter((event) => event !== 'worsened');
    expect(life).toEqual(['opened', 'acknowledged', 'closed', 'verified']);
  });

  test('who was told that it began is told that it is over, in the same thread', async () => {
    const { events } = await theAlert();
    const notices = events.filter(({ event }) => event !== 'acknowledged').length;
    await mailsAfter(notices - 1);
    expect(mail.mails).toHaveLength(notices);
    const [first] = mail.mails;
    const last = mail.mails.at(-1);
    const id = first?.headers.get('message-id');
    expect(id).toBeDefined();
    expect(last?.headers.get('references')).toContain(id);
    expect(last?.to).toEqual(first?.to);
  });
});
