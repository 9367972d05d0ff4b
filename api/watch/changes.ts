import { limits } from '../../domain/limits.ts';
import type { EpochSeconds, Period } from '../../domain/time.ts';
import type { StateStore } from '../../store/state-store.ts';

/** What was derived since the watch last looked: from and to, by meter. */
export class Changes {
  readonly #state: Pick<StateStore, 'derivedSince'>;
  #sequence: number;
  readonly #spans = new Map<string, Period>();

  /** Begins with what is derived from now on. */
  constructor(state: Pick<StateStore, 'derivedSince'>) {
    this.#state = state;
    this.#sequence = state.derivedSince(Number.MAX_SAFE_INTEGER, 1).sequence;
  }

  /**
   * Takes up the log, and answers what is new in it; undefined where a part of it was dropped before it was read, so
   * that anything may have changed.
   */
  follow(): ReadonlyMap<string, Period> | undefined {
    let isWhole = true;
    const added = new Map<string, Period>();
    for (let page = 0; page < limits.watchLogPages; page++) {
      const { sequence, list } = this.#state.derivedSince(this.#sequence, limits.watchLogRows);
      if (sequence - this.#sequence > list.length) isWhole = false;
      for (const { meter, from, to } of list) {
        add(added, meter, { from, to });
        add(this.#spans, meter, { from, to });
      }
      this.#sequence = sequence;
      if (list.length < limits.watchLogRows) break;
    }
    return isWhole ? added : undefined;
  }

  /** All that was not looked at yet. */
  get spans(): ReadonlyMap<string, Period> {
    return this.#spans;
  }

  /** Lets go of what was looked at; what is not over yet at `until` stays. */
  done(until: EpochSeconds): void {
    for (const [meter, { to }] of this.#spans) {
      if (to <= until) this.#spans.delete(meter);
      else this.#spans.set(meter, { from: until, to });
    }
  }
}

function add(spans: Map<string, Period>, meter: string, { from, to }: Period): void {
  const known = spans.get(meter);
  spans.set(meter, known ? { from: Math.min(known.from, from), to: Math.max(known.to, to) } : { from, to });
}
