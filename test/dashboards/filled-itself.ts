import type { Estate } from '../../domain/estate/estate.ts';
import type { Deriver } from '../../ingest/derive.ts';
import type { Pipeline } from '../../ingest/pipeline.ts';
import { ShownHouse } from '../../ingest/shown-house.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import type { StateStore } from '../../store/state-store.ts';

interface Parts {
  readonly store: ReadingStore;
  readonly state: StateStore;
  readonly estate: Estate;
  readonly pipeline: Pipeline;
}

/** Minutes of Meterhouse itself, the last of them the present one: in the first is all that it did. */
const minutes = 10;
export const ourProcess = 'test';
/** What the process is said to have in memory, bytes. */
export const ourMemory = 123_000_000;

/** Begins to count before anything is taken; answers how to publish what was. */
export function countItself(
  { store, state, estate, pipeline }: Parts,
  now: number,
): (deriver: Deriver) => Promise<void> {
  let at = now - minutes * 60;
  let derives: Deriver | undefined;
  const shown = new ShownHouse({
    store,
    state,
    estate: () => estate,
    estateProblems: () => 0,
    process: ourProcess,
    spoolBytes: 1_000_000,
    pipeline: () => pipeline.counters,
    deriver: () => derives?.counters,
    memory: () => ourMemory,
    now: () => at,
    log: { warn: (...said: unknown[]) => expectNothing(said) },
  });
  return async (deriver) => {
    derives = deriver;
    for (; at < now; ) {
      at += 60;
      await shown.look();
    }
  };
}

function expectNothing(said: readonly unknown[]): never {
  throw new Error(`nothing was to be warned of: ${JSON.stringify(said)}`);
}
