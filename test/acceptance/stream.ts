import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFileName } from '../../cli/files.ts';
import { end, startChild, until } from '../servers/process.ts';
import type { InfluxServer } from '../servers/influx.ts';
import type { MessageOf } from '../servers/publisher.ts';
import type { Ground } from './house.ts';

/**
 * Many plain messages, each one reading of its own, so that what is lost or doubled shows in plain counts. The meters
 * with every fault of their own are those of `life.ts`.
 */
export interface StreamOptions {
  /** First level of the topics, and client id of the publisher. */
  readonly name: string;
  readonly meters: number;
  readonly messages: number;
  /** Epoch seconds of each meter's first reading. */
  readonly from: number;
  /** Seconds from one reading of a meter to the next; 1 when absent. */
  readonly step?: number;
  /** Messages a second; as fast as they are acknowledged when absent. */
  readonly rate?: number;
}

const meterOf = (name: string, n: number): string => `${name}-${n}`;

export function messageOfStream({ name, meters, from, step: seconds = 1 }: StreamOptions): MessageOf {
  return (n) => {
    const meter = meterOf(name, n % meters);
    const step = Math.floor(n / meters);
    const reading = { quantity: 'energy', kind: 'register', value: 1_000 + step / 100, unit: 'kWh' };
    const payload = JSON.stringify({ v: 1, at: from + step * seconds, meter, readings: [reading] });
    return { topic: `${name}/${n % meters}`, payload: Buffer.from(payload) };
  };
}

/** A ground with an estate of the meters of a stream, and nothing else. */
export function layStreamGround({ name, meters }: Pick<StreamOptions, 'name' | 'meters'>): Ground {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-stream-'));
  mkdirSync(join(folder, 'estate'));
  const entries = Array.from({ length: meters }, (_, n) => ({
    id: meterOf(name, n),
    name: `Meter ${n}`,
    utility: 'electricity',
    role: 'main',
    unit: 'kWh',
    rating: { value: 400, unit: 'kVA' },
    decoder: 'meterhouse',
    topic: `${name}/${n}`,
  }));
  const site = {
    id: 'stream',
    name: 'Stream',
    organisation: 'streams',
    type: 'community_hospital',
    gross_internal_area_m2: 1_000,
    meters: entries,
  };
  // JSON is YAML.
  const estate = { estate: 'Stream', organisations: [{ id: 'streams', name: 'Streams' }], sites: [site] };
  writeFileSync(join(folder, 'estate/estate.yaml'), JSON.stringify(estate));
  return {
    folder,
    data: join(folder, 'data'),
    estate: join(folder, 'estate'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Stream {
  /** Messages that the broker has acknowledged. */
  acknowledged(): number;
  /** Messages sent once more since their acknowledgement did not come. */
  sentAgain(): number;
  /** Resolves when this share of the messages is acknowledged. */
  reached(share: number, withinMs?: number): Promise<void>;
  /** Resolves when all are. */
  done(withinMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export function startStream(port: number, options: StreamOptions): Stream {
  const child = join(import.meta.dirname, 'stream.child.ts');
  const running = startChild(process.execPath, [child, JSON.stringify({ ...options, port })]);
  const last = (): { acknowledged: number; sent_again: number; done?: boolean } => {
    const line = running.output().trimEnd().split('\n').at(-1) ?? '';
    return line.startsWith('{') && line.endsWith('}') ? JSON.parse(line) : { acknowledged: 0, sent_again: 0 };
  };
  const reached = (share: number, withinMs = 120_000): Promise<void> =>
    until(
      `${share} of the stream ${options.name}`,
      () => {
        if (running.child.exitCode !== null && !last().done) throw new Error(running.output());
        return last().acknowledged >= share * options.messages;
      },
      withinMs,
    );
  return {
    acknowledged: () => last().acknowledged,
    sentAgain: () => last().sent_again,
    reached,
    done: (withinMs) => reached(1, withinMs),
    stop: () => end(running.child, 'SIGKILL'),
  };
}

/** What became of a stream. */
export interface Account {
  /** Readings that the database has, each identity once. */
  readonly points: number;
  /** Both ledgers, all days and meters together, in the terms of the state file. */
  readonly received: number;
  readonly decoded: number;
  readonly ignored: number;
  readonly quarantined: number;
  readonly stored: number;
  readonly repeated: number;
  readonly revised: number;
  readonly refused: number;
  readonly parked: number;
}

/**
 * Both ledgers as they are now, over whatever days the clocks of processes said. Read beside the product, without a
 * lock: asked often, a state store opened for each look would keep the writers waiting.
 */
export function ledgersOf(ground: Ground): Omit<Account, 'points'> {
  const db = new DatabaseSync(join(ground.data, stateFileName), { readOnly: true, timeout: 5_000 });
  try {
    const terms = ['decoded', 'ignored', 'quarantined', 'stored', 'repeated', 'revised', 'refused', 'parked'] as const;
    const sums = terms.map((term) => `coalesce(sum(${term}), 0) as ${term}`).join(', ');
    const row = db.prepare(`select ${sums} from ledger`).get() as Record<(typeof terms)[number], number>;
    return { received: row.decoded + row.ignored + row.quarantined, ...row };
  } finally {
    db.close();
  }
}

/** How many readings of a stream's meters the database has. */
export async function pointsIn(influx: InfluxServer, database: string): Promise<number> {
  const answer = (await influx.ask('SELECT count(value) FROM reading', `${database}_readings`)) as {
    results?: { series?: { values: [string, number][] }[] }[];
  };
  return answer.results?.[0]?.series?.[0]?.values[0]?.[1] ?? 0;
}

/** Waits until the database has so many readings and none waits to be looked up; then tells everything. */
export async function accountOf(
  ground: Ground,
  influx: InfluxServer,
  database: string,
  readings: number,
  said: () => string,
  withinMs = 90_000,
): Promise<Account> {
  for (const late = Date.now() + withinMs; ; await sleep(100)) {
    const points = await pointsIn(influx, database).catch(() => 0);
    const ledgers = ledgersOf(ground);
    if (points >= readings && ledgers.parked === 0 && ledgers.stored >= readings) return { points, ...ledgers };
    if (Date.now() > late) {
      throw new Error(`${points} of ${readings} readings are there; ${JSON.stringify(ledgers)}\n${said()}`);
    }
  }
}

/** The account of a stream of which nothing was lost and nothing doubled; `again`: messages that came once more. */
export function exactly(messages: number, again = 0): Account {
  return {
    points: messages,
    received: messages + again,
    decoded: messages + again,
    ignored: 0,
    quarantined: 0,
    stored: messages,
    repeated: again,
    revised: 0,
    refused: 0,
    parked: 0,
  };
}
