import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Reading, ReadingKind, ReadingQuantity } from '../../domain/readings/reading.ts';
import type { RefusedReading } from '../reading-store.ts';
import type { Databases } from './databases.ts';
import type { Spool } from './spool.ts';

export interface DrainOptions {
  readonly spool: Spool;
  readonly databases: Databases;
  readonly log: Logger;
  readonly onRefused: (refused: readonly RefusedReading[]) => Promise<void> | void;
}

/** Sends what waits in the spool, oldest first, one batch after the other, pausing longer as long as it fails. */
export class Drain {
  readonly #options: DrainOptions;
  readonly #closing = new AbortController();
  readonly #listeners: (() => void)[] = [];
  #running: Promise<void> | undefined;
  /** The problem that was said last, so that a day of outage is one line of the log. */
  #said: string | undefined;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  get empty(): boolean {
    return this.#options.spool.empty;
  }

  get backlog(): { readonly batches: number; readonly bytes: number } {
    return this.#options.spool.backlog;
  }

  onDrained(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when the readings are synced in the spool. */
  async append(readings: readonly Reading[]): Promise<void> {
    const parts: Promise<void>[] = [];
    for (let start = 0; start < readings.length; start += limits.influxLinesPerRequest) {
      const part = readings.slice(start, start + limits.influxLinesPerRequest);
      parts.push(this.#options.spool.append(encodeReadings(part)));
    }
    await Promise.all(parts);
    this.wake();
  }

  /** Begins to drain, unless it does already. */
  wake(): void {
    if (this.#closing.signal.aborted || this.#options.spool.empty) return;
    this.#running ??= this.#run();
  }

  /** Says a problem once, until it is another or over. */
  say(problem: ProblemError): void {
    const code = problem.problems[0]?.code;
    if (code === this.#said) return;
    this.#said = code;
    this.#options.log.warn({ problems: problem.problems }, 'readings wait in the spool');
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#options.spool.close();
  }

  async #run(): Promise<void> {
    let pause: number = limits.retryFirstMs;
    while (!this.#closing.signal.aborted && !this.#options.spool.empty) {
      try {
        await this.#sendOldest();
        pause = limits.retryFirstMs;
      } catch (error) {
        if (error instanceof ProblemError) this.say(error);
        else this.#options.log.error({ err: error }, 'draining the spool failed');
        await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined);
        pause = Math.min(pause * 2, limits.retryLongestMs);
      }
    }
    this.#running = undefined;
    if (!this.#options.spool.empty) return;
    if (this.#said !== undefined) this.#options.log.info('the spool is drained');
    this.#said = undefined;
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#options.log.error({ err: error }, 'what was to follow the drained spool failed');
      }
    }
  }

  async #sendOldest(): Promise<void> {
    const { spool, databases, onRefused } = this.#options;
    const payload = await spool.peek();
    // A batch is being appended and not yet there.
    if (payload === undefined) return await sleep(1);
    const refused = await databases.sendReadings(decodeReadings(payload));
    if (refused.length > 0) await onRefused(refused);
    await spool.drop();
  }
}

type ReadingRow = [string, ReadingQuantity, ReadingKind, number, number, number, number];

function encodeReadings(readings: readonly Reading[]): Buffer {
  const rows = readings.map((r): ReadingRow => [r.meter, r.quantity, r.kind, r.at, r.value, r.period, r.received]);
  return Buffer.from(JSON.stringify(rows));
}

/** The check sum of the record has vouched for the form. */
function decodeReadings(payload: Buffer): Reading[] {
  const rows = JSON.parse(payload.toString()) as ReadingRow[];
  return rows.map(([meter, quantity, kind, at, value, period, received]) => ({
    meter,
    quantity,
    kind,
    at,
    value,
    period,
    received,
  }));
}
