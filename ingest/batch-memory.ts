import { limits } from '../domain/limits.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Ask } from './decoder.ts';
import type { DecoderMemory } from './receive.ts';

/**
 * What decoders remember, as one batch sees it: changes hold at once for later messages of the batch, and for good
 * when the batch is committed. What was read is kept at hand, up to a bound.
 */
export class BatchMemory implements DecoderMemory {
  readonly #state: Pick<StateStore, 'memory'>;
  readonly #atHand = new Map<string, Uint8Array | undefined>();
  #bytesAtHand = 0;
  #changed = new Map<string, Uint8Array>();
  #asks: Ask[] = [];

  constructor(state: Pick<StateStore, 'memory'>) {
    this.#state = state;
  }

  get(key: string): Uint8Array | undefined {
    const changed = this.#changed.get(key);
    if (changed) return changed;
    if (!this.#atHand.has(key)) this.#keep(key, this.#state.memory(key));
    return this.#atHand.get(key);
  }

  set(key: string, value: Uint8Array): void {
    this.#changed.set(key, value);
  }

  ask(ask: Ask): void {
    if (this.#asks.length < limits.asksPerBatch) this.#asks.push(ask);
  }

  /** What the batch changed: it belongs to the batch's transaction. */
  get changed(): ReadonlyMap<string, Uint8Array> {
    return this.#changed;
  }

  /** The batch was committed. Answers what devices are to be asked for now that it is remembered. */
  keep(): readonly Ask[] {
    for (const [key, value] of this.#changed) this.#keep(key, value);
    const asks = this.#asks;
    this.discard();
    return asks;
  }

  /** The batch was not. */
  discard(): void {
    this.#changed = new Map();
    this.#asks = [];
  }

  #keep(key: string, value: Uint8Array | undefined): void {
    if (this.#bytesAtHand > limits.decoderMemoryBytes) {
      this.#atHand.clear();
      this.#bytesAtHand = 0;
    }
    // Names of topics that have no memory yet fill room as well.
    if (!this.#atHand.has(key)) this.#bytesAtHand += key.length;
    this.#bytesAtHand += (value?.length ?? 0) - (this.#atHand.get(key)?.length ?? 0);
    this.#atHand.set(key, value);
  }
}
