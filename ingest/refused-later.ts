import { identityKey } from '../domain/readings/reading.ts';
import type { RefusedReading } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import { confined, evidenceOf } from './count-message.ts';
import { TallySheet } from './tally-sheet.ts';

const source = 'refused while draining';

/**
 * Books readings that the database refused when the spool was drained: they were counted as stored when the spool took
 * them. Their term moves to refused and they go to quarantine, once, however often the spool tells of them after a
 * kill.
 */
export function bookRefusedLater(
  state: Pick<StateStore, 'commit' | 'fingerprints'>,
  refused: readonly RefusedReading[],
): void {
  const known = state.fingerprints(source);
  const fresh = refused.filter(({ reading }) => !known.has(markOf(reading)));
  if (fresh.length === 0) return;
  const sheet = new TallySheet();
  for (const { reading } of fresh) {
    sheet.add(reading.received, reading.meter, 'stored', -1);
    sheet.add(reading.received, reading.meter, 'refused');
  }
  state.commit({
    tallies: sheet.changes(),
    quarantined: fresh.map(({ reading, reason }) => {
      const refusal = { meter: reading.meter, code: 'reading.refused-by-store', detail: reason, count: 1 } as const;
      return confined(evidenceOf(reading), refusal);
    }),
    touched: [],
    held: false,
    highWater: [],
    parked: [],
    unparked: [],
    settled: [],
    superseded: [],
    replayed: [],
    fingerprints: { source, list: fresh.map(({ reading }) => markOf(reading)) },
    memory: new Map(),
  });
}

/** The reading, and the moment it came: the same one sent again is another refusal. */
function markOf(reading: RefusedReading['reading']): string {
  return `${identityKey(reading)}/${reading.received}`;
}
