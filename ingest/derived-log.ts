import { limits } from '../domain/limits.ts';
import type { StateStore, Touched } from '../store/state-store.ts';

/** Reads on in the log of what was derived; answers up to which row. */
export function readDerivedLog(
  state: Pick<StateStore, 'derivedSince'>,
  since: number,
  each: (span: Touched) => void,
): number {
  for (let sequence = since; ; ) {
    const found = state.derivedSince(sequence, limits.streamChanges);
    ({ sequence } = found);
    for (const span of found.list) each(span);
    if (found.list.length < limits.streamChanges) return sequence;
  }
}
