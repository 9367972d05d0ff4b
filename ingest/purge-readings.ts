import type { Estate } from '../domain/estate/estate.ts';
import { type EpochSeconds, toIso } from '../domain/time.ts';
import { assertUnsigned } from '../store/purge-guard.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';

/** What is asked for: readings before an instant go for good. */
export interface PurgeRequest {
  readonly before: EpochSeconds;
  readonly reason: string;
  readonly who: string;
}

export interface PurgeParts {
  readonly store: Pick<ReadingStore, 'seriesOf' | 'countReadings' | 'removeReadings'>;
  readonly state: Pick<StateStore, 'signOffsBefore' | 'recordAct'>;
  readonly estate: Estate;
  readonly now: EpochSeconds;
  readonly progress: (part: number) => void;
}

/**
 * Removes readings of all meters of the register; half-hours and days stay. Killed on the way, what
 * is gone is gone, and doing it again removes the rest. Rejects with `purge.signed`, and removes nothing, where a
 * signed figure rests on them.
 */
export async function purgeReadings(
  { before, reason, who }: PurgeRequest,
  { store, state, estate, now, progress }: PurgeParts,
): Promise<{ readonly before: string; readonly readings: number; readonly act: number }> {
  assertUnsigned(state, before, now);
  const meters = [...estate.meters.keys()];
  let readings = 0;
  for (const [i, meter] of meters.entries()) {
    const names = await store.seriesOf(meter);
    const count = await store.countReadings(names, before);
    // Somebody may have signed meanwhile.
    assertUnsigned(state, before, now);
    if (count > 0) await store.removeReadings(names, before);
    readings += count;
    progress((i + 1) / meters.length);
  }
  const detail = { before: toIso(before), readings };
  const act = state.recordAct({ at: now, who, kind: 'purge-readings', meter: undefined, reason, detail });
  return { before: toIso(before), readings, act };
}
