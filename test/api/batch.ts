import type { BatchCommit } from '../../store/state-store.ts';

/** A batch of which a test needs to say only what it is about. */
export function batch(change: Partial<BatchCommit>): BatchCommit {
  return {
    tallies: [],
    quarantined: [],
    touched: [],
    held: false,
    highWater: [],
    parked: [],
    unparked: [],
    settled: [],
    superseded: [],
    replayed: [],
    fingerprints: undefined,
    memory: new Map(),
    ...change,
  };
}
