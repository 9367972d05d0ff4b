import type { EpochSeconds } from '../domain/time.ts';
import type { StateStore } from './state-store.ts';

/** How a series was last fetched: kept in the state, where the process that fetches and the API meet. */
export interface GridFetch {
  readonly at: EpochSeconds;
  /** Why nothing came, as a sentence; absent where it did. */
  readonly problem?: string | undefined;
}

const keyOf = (series: string): string => `grid-last-fetch/${series}`;

export function rememberFetch(state: Pick<StateStore, 'remember'>, series: string, fetch: GridFetch): void {
  state.remember(keyOf(series), JSON.stringify(fetch));
}

/** Undefined where it was never tried. */
export function lastFetch(state: Pick<StateStore, 'recall'>, series: string): GridFetch | undefined {
  const kept = state.recall(keyOf(series));
  return kept === undefined ? undefined : (JSON.parse(kept) as GridFetch);
}
