import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InfluxServer, startInflux } from '../servers/influx.ts';
import { type Mosquitto, startMosquitto } from '../servers/mosquitto.ts';
import { type BenchChild, startBenchChild } from './child.ts';
import type { BareChildOptions } from './bare-child.ts';
import type { HouseChildOptions } from './house-child.ts';
import type { PublisherChildOptions } from './publisher-child.ts';
import { writeMixedEstate } from './mixed-workload.ts';
import { writeEstate } from './workload.ts';

/** What takes messages: the floor, and the product with either store. */
export const subjects = ['bare', 'influxdb', 'duckdb'] as const;
export type Subject = (typeof subjects)[number];
export type ProductSubject = Exclude<Subject, 'bare'>;

/** What is published: Meterhouse JSON, or what meters of all kinds say. */
export type Workload = 'plain' | 'mixed';
/** How it is taken. */
export interface Taking {
  readonly workload: Workload;
  /** Whether the process that takes works out half-hours beside it. */
  readonly derive: boolean;
}

/** The real servers and a folder for the product's files; each subject has topics of its own below its name. */
export interface Rig {
  readonly broker: Mosquitto;
  readonly influx: InfluxServer;
  readonly folder: string;
  /** What every process of a product subject is told. */
  house(subject: ProductSubject, workload?: Workload): Pick<HouseChildOptions, 'estate' | 'data' | 'store'>;
  /** Starts a process that takes messages and says `settled` when there were so many. */
  take(subject: Subject, expect: number, how?: Taking): BenchChild;
  publish(
    subject: Subject,
    messages: number,
    more?: Pick<PublisherChildOptions, 'rate' | 'sampleEvery'> & { readonly workload?: Workload },
  ): BenchChild;
  /** The stamp of the next first message. */
  stamp(): number;
  stop(): Promise<void>;
}

export async function startRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-bench-'));
  const broker = await startMosquitto();
  const influx = await startInflux();
  // Every run's stamps come after those of the one before, as if all were heard live.
  let from = Math.floor(Date.now() / 1000) - 86_400;
  const nameOf = (subject: Subject, workload: Workload): string =>
    workload === 'plain' ? subject : `${subject}-mixed`;
  for (const subject of ['influxdb', 'duckdb'] as const) {
    writeEstate(join(folder, `${subject}-estate`), subject);
    writeMixedEstate(join(folder, `${subject}-mixed-estate`), `${subject}-mixed`);
  }
  const house: Rig['house'] = (subject, workload = 'plain') => {
    const name = nameOf(subject, workload);
    const { url } = influx;
    return {
      estate: join(folder, `${name}-estate`),
      data: join(folder, name),
      store:
        subject === 'duckdb'
          ? { kind: 'duckdb' }
          : { kind: 'influxdb', url, user: 'admin', token: 'admin-secret', database: `bench_${workload}` },
    };
  };
  return {
    broker,
    influx,
    folder,
    house,
    take(subject, expect, { workload, derive } = { workload: 'plain', derive: false }) {
      const { url } = broker;
      const prefix = nameOf(subject, workload);
      if (subject === 'bare') {
        return startBenchChild('bare-child.ts', { url, prefix, expect } satisfies BareChildOptions);
      }
      const ingest = { url, prefix, derive };
      const options: HouseChildOptions = { ...house(subject, workload), holder: `bench-${prefix}`, ingest, expect };
      return startBenchChild('house-child.ts', options);
    },
    stamp: () => from,
    publish(subject, messages, { workload = 'plain', ...more } = {}) {
      const prefix = nameOf(subject, workload);
      const options: PublisherChildOptions = { port: broker.port, prefix, messages, from, workload, ...more };
      from += 1_000;
      return startBenchChild('publisher-child.ts', options);
    },
    async stop() {
      await broker.stop();
      await influx.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
