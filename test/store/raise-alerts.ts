import type { AlertEvent, Seen } from '../../domain/alerts/life.ts';
import type { Merged } from '../../domain/alerts/life-merge.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { StateStore } from '../../store/state-store.ts';

/** What a look records that sees an alert for the first time; answers its id. */
export function raise(state: StateStore, at: EpochSeconds, seen: Seen, event: 'opened' | 'passed' = 'opened'): string {
  const [id = ''] = look(state, { opened: [{ event, at, seen }] });
  return id;
}

/** The same of several in one look. */
export function raiseAll(state: StateStore, at: EpochSeconds, all: readonly Seen[]): readonly string[] {
  return look(state, { opened: all.map((seen) => ({ event: 'opened', at, seen })) });
}

/** What a look records that sees an alert no more. */
export function conclude(state: StateStore, id: string, ...events: readonly AlertEvent[]): void {
  look(state, { gone: [{ id, events }] });
}

/** What people do with an alert. */
export function happen(state: StateStore, id: string, ...events: readonly AlertEvent[]): void {
  for (const event of events) state.addAlertEvent(id, event, state.alert(id)?.events.length ?? 0);
}

function look(state: StateStore, merged: Partial<Merged>): readonly string[] {
  return state.recordLook({ sites: [], since: 0 }, () => ({ opened: [], known: [], gone: [], ...merged }));
}
