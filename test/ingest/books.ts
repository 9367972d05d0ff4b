import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../domain/problems.ts';
import { identityKey, type Reading } from '../../domain/readings/reading.ts';
import type { Delivery } from '../../ingest/message-source.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';

export interface TestBooks {
  readonly store: ReadingStore;
  readonly state: StateStore;
  readonly folder: string;
  close(): Promise<void>;
}

/** Real books in a folder of their own. `clock` is epoch seconds. */
export async function openBooks(clock: () => number): Promise<TestBooks> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-books-'));
  const store = await openDuckDbStore({ path: join(folder, 'readings.duckdb') });
  const state = openStateStore(join(folder, 'state.sqlite'), { clock, holder: 'test' });
  return {
    store,
    state,
    folder,
    async close() {
      await store.close();
      state.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What stands for the end of a process: after it nothing is done any more. */
export class Killed extends Error {}

/**
 * Books that die at a chosen call: the fuse counts calls down, each once before and once after its work is done. With
 * `Infinity` they live.
 */
export function withFuse<T extends object>(books: T, fuse: { left: number }): T {
  const burn = () => {
    if (fuse.left <= 0) throw new Killed('killed');
    fuse.left--;
  };
  return new Proxy(books, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'onDrained' || key === 'backlog') return value;
      return (...args: unknown[]) => {
        burn();
        const answer: unknown = Reflect.apply(value, target, args);
        if (answer instanceof Promise) {
          return answer.then((result: unknown) => {
            burn();
            return result;
          });
        }
        burn();
        return answer;
      };
    },
  });
}

/**
 * A store with an outage: what is written meanwhile waits, as in the spool of the adapter for InfluxDB, and look-ups
 * fail.
 */
export class StoreWithSpool {
  readonly store: ReadingStore;
  isDown = false;
  readonly #inner: ReadingStore;
  #spool: (readonly Reading[])[] = [];
  #listeners: (() => void)[] = [];

  constructor(inner: ReadingStore) {
    this.#inner = inner;
    const answers: Partial<ReadingStore> = {
      write: async (readings) => {
        if (!this.isDown) return inner.write(readings);
        this.#spool.push(readings);
        return { refused: [], spooled: true };
      },
      find: async (identities) => {
        if (this.isDown) throw new ProblemError([{ code: 'store.unreachable', where: 'test' }]);
        return inner.find(identities);
      },
      backlog: () => ({ batches: this.#spool.length, bytes: this.#spool.length }),
      onDrained: (listener) => this.#listeners.push(listener),
    };
    this.store = new Proxy(inner, {
      get: (target, key) => {
        const own: unknown = Reflect.get(answers, key);
        if (own) return own;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  async comeBack(): Promise<void> {
    this.isDown = false;
    for (const batch of this.#spool) await this.#inner.write(batch);
    this.#spool = [];
    for (const listener of this.#listeners) listener();
  }

  /** Listeners of a process that is gone. */
  forgetListeners(): void {
    this.#listeners = [];
  }
}

export type Ending = 'acknowledged' | 'released';

/** A delivery that remembers how it ended. */
export function delivery(
  message: Partial<Delivery> & Pick<Delivery, 'topic' | 'payload' | 'received'>,
): Delivery & { readonly ended: Promise<Ending> } {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  return {
    qos: 1,
    retained: false,
    fingerprint: undefined,
    duplicate: false,
    ...message,
    ended: promise,
    acknowledge: () => resolve('acknowledged'),
    release: () => resolve('released'),
  };
}

/** A store's write that refuses some readings. */
export function refusing(store: ReadingStore, isRefused: (reading: Reading) => boolean): ReadingStore {
  return new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key === 'write') {
        return async (readings: readonly Reading[]) => {
          const refused = readings.filter((reading) => isRefused(reading));
          const gone = new Set(refused.map((reading) => identityKey(reading)));
          const result = await store.write(readings.filter((reading) => !gone.has(identityKey(reading))));
          return { ...result, refused: refused.map((reading) => ({ reading, reason: 'refused by the test' })) };
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
