import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stateFileName } from '../../cli/files.ts';
import { end, startChild, until } from '../servers/process.ts';

const root = resolve(import.meta.dirname, '../..');

/** A data folder and an estate folder of its own, in a temporary place. */
export interface Ground {
  readonly folder: string;
  readonly data: string;
  readonly estate: string;
  remove(): void;
}

/** Lays a ground with a copy of an estate folder. */
export function layGround(estate = join(root, 'estates/sample')): Ground {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-acceptance-'));
  cpSync(estate, join(folder, 'estate'), { recursive: true });
  return {
    folder,
    data: join(folder, 'data'),
    estate: join(folder, 'estate'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type Settings = Readonly<Record<`METERHOUSE_${string}`, string>>;

/** Settings of `ingest` and `api` between a broker and an InfluxDB that run beside them (`test/servers`). */
export function settingsBetween(broker: { readonly url: string }, influx: { readonly url: string }): Settings {
  return {
    METERHOUSE_BROKER_KIND: 'mqtt',
    METERHOUSE_BROKER_URL: broker.url,
    METERHOUSE_STORE_KIND: 'influxdb',
    METERHOUSE_STORE_URL: influx.url,
    METERHOUSE_STORE_USER: 'admin',
    METERHOUSE_STORE_TOKEN: 'admin-secret',
    METERHOUSE_API_PORT: '0',
  };
}

/** A command of the product in a process of its own, which can be killed and started again on the same ground. */
export interface Service {
  /** Starts it and waits until it says that it is ready. */
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGTERM, as a person or a service manager would; answers the exit code. */
  stop(): Promise<number | null>;
  /** Waits until it ends by itself; answers the exit code. */
  ended(): Promise<number | null>;
  isRunning(): boolean;
  pid(): number;
  /** What the process of now said, both streams: the end of it, and what it had said when it was ready. */
  output(): string;
  greeting(): string;
  /** How often it was killed. */
  kills(): number;
}

/** How long a process may take to begin or to end: seconds, and minutes where twenty others want the same two cores. */
const patienceMs = 180_000;

/** What a service says when it is ready. */
const readyWords = {
  ingest: '"ingest is ready"',
  api: '"the API is ready"',
  start: 'Ready after',
} as const;

/**
 * `node meterhouse.js <command> …` on a ground. It sees no configuration but what is given here. `within` is a command
 * that runs another one (`nice`).
 */
export function serviceOf(
  command: keyof typeof readyWords,
  ground: Ground,
  settings: () => Settings,
  words: readonly string[] = [],
  within: readonly string[] = [],
): Service {
  let running: { readonly child: ChildProcess; readonly output: () => string } | undefined;
  let kills = 0;
  let greeting = '';
  const isRunning = (): boolean =>
    running !== undefined && running.child.exitCode === null && running.child.signalCode === null;
  return {
    async start() {
      running = startProduct([command, ...words], ground, settings(), within);
      const { child, output } = running;
      const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
      // Of what it says only the end is kept, and it may say much in one breath.
      greeting = '';
      child.stdout?.on('data', () => {
        if (greeting === '' && output().includes(readyWords[command])) greeting = output();
      });
      try {
        await until(`${command} to be ready`, () => gone() || greeting !== '', patienceMs);
      } catch (error) {
        throw new Error(`${command} did not get ready:\n${output()}`, { cause: error });
      }
      if (gone()) throw new Error(`${command} ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
    },
    async kill() {
      if (!running || !isRunning()) throw new Error(`${command} does not run:\n${running?.output()}`);
      kills++;
      await end(running.child, 'SIGKILL');
    },
    async stop() {
      if (!running) return null;
      await end(running.child, 'SIGTERM');
      return running.child.exitCode;
    },
    async ended() {
      const { child } = running ?? {};
      if (!child) return null;
      await until(`${command} to end by itself`, () => child.exitCode !== null || child.signalCode !== null);
      return child.exitCode;
    },
    isRunning,
    pid: () => running?.child.pid ?? -1,
    output: () => running?.output() ?? '',
    greeting: () => greeting,
    kills: () => kills,
  };
}

/** A clock for processes on a ground, which runs on from the machine's and can be stepped while they run. */
export interface SteppedClock {
  /** What a command that goes by it runs `within`. */
  readonly within: readonly string[];
  /** Sets it by so much before or behind the machine's; processes look at it again within a quarter of a second. */
  readonly step: (milliseconds: number) => void;
}

export function steppedClock(ground: Ground): SteppedClock {
  const file = join(ground.folder, 'clock');
  const step = (milliseconds: number): void => writeFileSync(file, String(milliseconds));
  step(0);
  const preload = join(import.meta.dirname, 'stepped-clock.child.ts');
  return { within: ['env', `NODE_OPTIONS=--import=${preload}`, `STEPPED_CLOCK=${file}`], step };
}

/** Starts the product's command line, with the ground's folders and these settings as its whole environment. */
export function startProduct(
  words: readonly string[],
  ground: Ground,
  settings: Settings,
  within: readonly string[] = [],
): { child: ChildProcess; output: () => string } {
  const around = Object.entries(process.env).filter(([name]) => !name.startsWith('METERHOUSE_'));
  const folders = { METERHOUSE_DATA: ground.data, METERHOUSE_ESTATE: ground.estate };
  const [program = '', ...rest] = [...within, process.execPath, join(root, 'meterhouse.js'), ...words];
  return startChild(program, rest, {
    cwd: ground.folder,
    env: { ...Object.fromEntries(around), ...folders, ...settings },
  });
}

/** Runs a command of the product to its end. */
export async function runProduct(
  words: readonly string[],
  ground: Ground,
  settings: Settings = {},
): Promise<{ code: number | null; output: string }> {
  const { child, output } = startProduct(words, ground, settings);
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await until(`meterhouse ${words.join(' ')} to end`, isGone, patienceMs);
  return { code: child.exitCode, output: output() };
}

/** The address of the API that a running service printed. */
export function addressIn(service: Service): string {
  const [, ofService, ofStart] = /"address":"(http:[^"]+)"|figures +(http:\/\/[^/]+)/.exec(service.greeting()) ?? [];
  const address = ofService ?? ofStart;
  if (address === undefined) throw new Error(`no address of an API in:\n${service.greeting()}`);
  return address;
}

/** What is still to be done, as the state file tells it: spans to derive and readings to look up. */
export function outstanding(ground: Ground): { touched: number; parked: number } {
  const db = new DatabaseSync(join(ground.data, stateFileName), { readOnly: true, timeout: 5_000 });
  try {
    const count = (table: 'touched' | 'parked'): number =>
      Number(db.prepare(`select count(*) as n from ${table}`).get()?.['n']);
    return { touched: count('touched'), parked: count('parked') };
  } finally {
    db.close();
  }
}
