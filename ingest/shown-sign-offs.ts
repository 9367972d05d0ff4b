import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { signOffPoint } from '../domain/shown/mark-points.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';

/** The last sign-off that was published. */
const followedKey = 'sign-offs-followed';

/** Publishes what people signed as marks on dashboards, each once: a sign-off stays as it is for ever. */
export class ShownSignOffs {
  readonly #store: Pick<ReadingStore, 'writeShown'>;
  readonly #state: Pick<StateStore, 'signOffs' | 'remember' | 'recall'>;
  #after: number;

  constructor(store: Pick<ReadingStore, 'writeShown'>, state: Pick<StateStore, 'signOffs' | 'remember' | 'recall'>) {
    this.#store = store;
    this.#state = state;
    this.#after = Number(state.recall(followedKey) ?? 0);
  }

  /** One look: a page of those since. Rejects as the store and the state do. */
  async look(estate: Estate): Promise<void> {
    if (!this.#store.writeShown) return;
    const signed = this.#state.signOffs({ after: this.#after, limit: limits.signOffsPerLook });
    const last = signed.at(-1);
    if (!last) return;
    await this.#store.writeShown(signed.map((one) => signOffPoint(estate, one)));
    this.#after = last.id;
    this.#state.remember(followedKey, String(last.id));
  }
}
