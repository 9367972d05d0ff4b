import { limits } from '../domain/limits.ts';
import { type LocalDate, type Period, startOfDay } from '../domain/time.ts';
import { closedDaysKey } from '../store/kept-history.ts';
import type { StateStore, Touched } from '../store/state-store.ts';

/**
 * How far somebody follows what was derived: the log, and the days that were summed up. It is remembered under a name
 * once everything that follows from it is done; whoever ends before that reads the same again.
 */
export class Followed {
  readonly #state: Pick<StateStore, 'derivedSince' | 'recall' | 'remember'>;
  readonly #name: string;
  #sequence: number | undefined;
  #closed: LocalDate | undefined;

  constructor(state: Pick<StateStore, 'derivedSince' | 'recall' | 'remember'>, name: string) {
    this.#state = state;
    this.#name = name;
  }

  /** What was derived since the last call. */
  *derived(): Generator<Touched> {
    let sequence = this.#sequence ?? Number(this.#state.recall(`${this.#name}-followed`) ?? 0);
    for (;;) {
      const found = this.#state.derivedSince(sequence, limits.streamChanges);
      yield* found.list;
      ({ sequence } = found);
      this.#sequence = sequence;
      if (found.list.length < limits.streamChanges) return;
    }
  }

  /** From the day that was the last one to the one that is now; undefined where it is the same. */
  closed(): Period | undefined {
    const closed = this.#state.recall(closedDaysKey);
    const known = this.#closed ?? this.#state.recall(`${this.#name}-closed`);
    this.#closed = closed;
    if (closed === undefined || closed === known) return undefined;
    const since = known === undefined || known > closed ? closed : known;
    return { from: startOfDay(since), to: startOfDay(closed) + 1 };
  }

  /** All that was read was done. */
  remember(): void {
    if (this.#sequence !== undefined) this.#state.remember(`${this.#name}-followed`, String(this.#sequence));
    if (this.#closed !== undefined) this.#state.remember(`${this.#name}-closed`, this.#closed);
  }
}
