import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import type { z } from 'zod';
import { alertsAnswerSchema } from '../../api/contract/alerts.ts';
import { inboxAnswerSchema } from '../../api/contract/inbox.ts';
import { daySeconds, type EpochSeconds, halfHourOf, halfHourSeconds, toIso } from '../../domain/time.ts';
import { root, run, type Running } from '../cli/running.ts';
import { until } from '../servers/process.ts';

/** One house of the sample estate as `meterhouse start` runs it, with something to see and to do on every page. */
export interface SampleHouse {
  /** `http://127.0.0.1:port` of the API and the console. */
  readonly address: string;
  /** `mqtt://127.0.0.1:port`. */
  readonly broker: string;
  /** Its own copy of the sample estate, which acts may change. */
  readonly estate: string;
  /** What the API answers, as its contract says; throws what it refuses. */
  ask<S extends z.ZodType>(path: string, schema: S, query?: Readonly<Record<string, string>>): Promise<z.output<S>>;
  /** Does something by the API, as the console would; answers what it says. */
  act(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Publishes a message as a device would. */
  publish(topic: string, payload: string): Promise<void>;
  output(): string;
  stop(): Promise<void>;
}

/** Long enough that what was saved by the measures of last autumn is told against the year before them. */
const months = 27;

/**
 * What is wrong on the estate, from so many days ago, so that each reader has something to act on: wasted water, plant
 * left on, a leak that is over, a meter that counts a third, one that is silent, messages that cannot be read.
 */
function planBefore(now: EpochSeconds): readonly object[] {
  const at = (days: number): string =>
    toIso(halfHourOf(now) - Math.round((days * daySeconds) / halfHourSeconds) * halfHourSeconds);
  return [
    { kind: 'leak', meter: 'qui-w-main', from: at(6), flow: 0.2 },
    { kind: 'added-load', meter: 'bra-e-main', from: at(9), power: 25 },
    { kind: 'left-on', meter: 'fen-e-main', from: at(5), power: 6 },
    { kind: 'leak', meter: 'tid-w-main', from: at(16), to: at(8), flow: 0.3 },
    { kind: 'swapped-ct', meter: 'bra-e-wards', from: at(30), to: at(-300) },
    { kind: 'dropout', meter: 'pel-e-lighting', from: at(2), to: at(-300) },
    { kind: 'spike', meter: 'lar-e-main', from: at(12) },
    { kind: 'malformed', meter: 'lar-g-main', from: at(4), to: at(3.5) },
  ];
}

/** Meters of the plan that an alert is to be open about. */
const toldOf = ['qui-w-main', 'bra-e-main', 'fen-e-main'];

/** What no meter of the register says: for the inbox. */
const strangers = [
  { topic: 'pellgate/boiler-house/oil', payload: '{"total_kwh": 48211.7, "power_kw": 12.4}' },
  { topic: 'harrowmede/kitchen/water', payload: '1184.2' },
];

/**
 * A folder in which a house is kept from one run to the next, so that who works on a page need not wait for two years
 * of history each time: `KEPT_HOUSE=/tmp/my-house`. Nothing that a test does comes into it.
 */
const keptFolder = process.env['KEPT_HOUSE'];

/** Starts the house and waits until its alerts are raised and its strangers are in the inbox. */
export async function startSampleHouse(): Promise<SampleHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-sample-'));
  layGround(folder);
  const within = (name: string): string => join(folder, name);
  const folders = ['--config', within('empty.yaml'), '--estate', within('estate'), '--data', within('data')];
  const life = ['--simulate', '--faults', within('plan.json'), '--months', String(months)];
  const house = run(['start', ...folders, ...life, '--port', '0', '--broker-port', '0'], {
    env: { METERHOUSE_SIMULATOR_INTERVAL: '5s' },
  });
  try {
    const sample = await opened(house, folder);
    await settle(sample);
    return sample;
  } catch (error) {
    await house.ended('SIGINT');
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function layGround(folder: string): void {
  if (keptFolder !== undefined && existsSync(keptFolder)) {
    cpSync(keptFolder, folder, { recursive: true });
    return;
  }
  writeFileSync(join(folder, 'empty.yaml'), '');
  cpSync(join(root, 'estates/sample'), join(folder, 'estate'), { recursive: true });
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(planBefore(Math.floor(Date.now() / 1000)), undefined, 1));
}

async function opened(house: Running, folder: string): Promise<SampleHouse> {
  // Two years of history on a machine that does much else.
  const address = (await house.said(/API docs +(http:\S+)\/docs/, 900_000))[1] ?? '';
  const broker = /broker +(mqtt:\S+?)[;\s]/.exec(house.output())?.[1] ?? '';
  const asked = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${address}${path}`, { method, ...sent });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${said}`);
    return said === '' ? undefined : JSON.parse(said);
  };
  return {
    address,
    broker,
    estate: join(folder, 'estate'),
    async ask(path, schema, query = {}) {
      return schema.parse(await asked('GET', `${path}?${new URLSearchParams(query).toString()}`));
    },
    act: asked,
    async publish(topic, payload) {
      const device = await connectAsync(broker);
      await device.publishAsync(topic, payload, { qos: 1 });
      await device.endAsync();
    },
    output: () => house.output(),
    async stop() {
      await house.ended('SIGINT');
      if (keptFolder !== undefined && !existsSync(keptFolder)) {
        mkdirSync(keptFolder, { recursive: true });
        cpSync(folder, keptFolder, { recursive: true });
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the plan brings about is seen by the house in its own time. */
async function settle(house: SampleHouse): Promise<void> {
  for (const { topic, payload } of strangers) await house.publish(topic, payload);
  const isTold = async (): Promise<boolean> => {
    // Asked a few hundred times a minute, it would be what the pages may ask too.
    await sleep(1_000);
    const { alerts } = await house.ask('/v1/alerts', alertsAnswerSchema);
    const open = new Set(alerts.flatMap(({ state, subject }) => (state === 'open' ? [subject] : [])));
    const { entries } = await house.ask('/v1/inbox', inboxAnswerSchema);
    return entries.length >= strangers.length && toldOf.every((meter) => open.has(meter));
  };
  await until('alerts to be raised and strangers to be in the inbox', isTold, 300_000);
}
