import { limits } from '../domain/limits.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { StateStore } from '../store/state-store.ts';

/**
 * When messages were first received whose readings have no other time. Kept before they are written, so that one that
 * was written and not yet booked when the process was killed is the same reading when it comes again, and not a second
 * one some seconds later.
 */
export class Receipts {
  readonly #state: Pick<StateStore, 'remember' | 'recall'>;
  readonly #key: string;
  /** By fingerprint: what a killed process may have written. */
  readonly #left: Map<string, EpochSeconds>;

  constructor(state: Pick<StateStore, 'remember' | 'recall'>, source: string) {
    this.#state = state;
    this.#key = `receipts ${source}`;
    this.#left = new Map(JSON.parse(state.recall(this.#key) ?? '[]') as [string, EpochSeconds][]);
  }

  /** When a message that comes again was received first; undefined where that is not known or does not matter. */
  first(fingerprint: string): EpochSeconds | undefined {
    return this.#left.get(fingerprint);
  }

  /** Keeps those of a batch on disk. What an earlier process left stays beside them until it has come again. */
  keep(batch: readonly (readonly [fingerprint: string, received: EpochSeconds])[]): void {
    if (batch.length === 0) return;
    const all = new Map([...this.#left, ...batch]);
    // No more than this can have been on their way to a process when it was killed; the oldest never came again.
    const list = [...all].slice(-2 * limits.receiveMaximum);
    this.#state.remember(this.#key, JSON.stringify(list));
  }

  /** These are booked: from now on their fingerprints tell them. */
  booked(fingerprints: readonly string[]): void {
    if (this.#left.size === 0) return;
    for (const fingerprint of fingerprints) this.#left.delete(fingerprint);
  }
}
