import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { addDays, dateOf, datesIn, type EpochSeconds, type Period } from '../domain/time.ts';
import { closedDaysKey } from '../store/kept-history.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import { bookWhole } from './book-columns.ts';
import type { Books } from './booking.ts';
import { daysOfSites } from './derive-days.ts';
import { type DerivationBooks, deriveMeters } from './derivation-round.ts';
import { isAnyRemembered, lifeOf, rememberDescriptions } from './estate-changes.ts';
import type { HistoryOrder, MadeMeter } from './history-worker.ts';
import { SeriesMarks } from './series-marks.ts';
import { shownDaysKey } from './shown-books.ts';

export interface HistoryOptions {
  readonly store: ReadingStore;
  readonly state: StateStore;
  readonly estate: Estate;
  /** Meters whose history is made, in this order. */
  readonly meters: readonly string[];
  readonly period: Period;
  /** Module (URL) that exports `messagesOf(request, meter)`; see `HistoryMaker`. It runs in a thread of its own. */
  readonly module: string;
  /** Handed to the maker; must survive being copied to another thread. */
  readonly request: unknown;
  /** Names this history: called again with the same name, it goes on where it was interrupted. */
  readonly name: string;
  readonly onProgress?: (progress: HistoryProgress) => void;
  /** Stops after the meter in hand. */
  readonly signal?: AbortSignal;
}

export interface HistoryProgress {
  readonly meters: number;
  readonly ofMeters: number;
  readonly messages: number;
  readonly readings: number;
  readonly halfHours: number;
}
export interface HistoryResult extends HistoryProgress {
  /** False when it was stopped; called again it goes on. */
  readonly complete: boolean;
}

const source = (name: string) => `history ${name}`;

/** Whether a history of this name was made to its end. */
export function isHistoryMade(state: Pick<StateStore, 'recall'>, name: string): boolean {
  return state.recall(source(name)) === 'made';
}

/**
 * Makes a past: messages as meters would have sent them, through decoders, ledgers, store and derivation as if they had
 * arrived. Each meter is one batch and commits with its own fingerprint, so that an interruption at any instant leaves
 * whole meters, counted once; called again it makes the others. Rejects when the store cannot be written or the maker
 * fails.
 */
export async function makeHistory(options: HistoryOptions): Promise<HistoryResult> {
  const { store, state, estate, name, signal } = options;
  const made = state.fingerprints(source(name));
  const todo = isHistoryMade(state, name) ? [] : options.meters.filter((meter) => !made.has(meter));
  const progress = { meters: options.meters.length - todo.length, ofMeters: options.meters.length };
  const counts = { messages: 0, readings: 0, halfHours: 0 };
  const books: Books = { store, state, marks: new SeriesMarks(state) };
  for await (const one of madeMeters(options, todo)) {
    await book(books, name, one);
    const { length } = one.columns.at;
    counts.messages += one.messages;
    counts.readings += length;
    counts.halfHours += await deriveOne(options, one);
    progress.meters++;
    options.onProgress?.({ ...progress, ...counts });
    if (signal?.aborted) break;
  }
  const complete = progress.meters === progress.ofMeters;
  if (complete && !isHistoryMade(state, name)) {
    await touchTanks(options);
    counts.halfHours += await deriveRest({ store, state, estate }, options.period.to);
    await sumSites(options);
    // A later stretch says nothing of what was derived before it.
    if (!isAnyRemembered(state)) rememberDescriptions(state, estate);
    state.remember(closedDaysKey, addDays(dateOf(options.period.to), -1));
    // The books of these days are as new as what is made of them.
    state.remember(shownDaysKey, dateOf(options.period.from));
    state.remember(source(name), 'made');
  }
  return { ...progress, ...counts, complete };
}

/** Meters from the other thread, which is always one ahead. */
async function* madeMeters(options: HistoryOptions, todo: readonly string[]): AsyncGenerator<MadeMeter> {
  if (todo.length === 0) return;
  const { estate, module, request } = options;
  const workerData: HistoryOrder = { estate, module, request };
  const worker = new Worker(new URL('./history-worker.ts', import.meta.url), { workerData });
  try {
    const queue = [...todo];
    const order = () => {
      const next = queue.shift();
      if (next !== undefined) worker.postMessage(next, []);
    };
    order();
    let answer = once(worker, 'message');
    for (let left = todo.length; left > 0; left--) {
      const [made] = (await answer) as [MadeMeter];
      if (left > 1) {
        answer = once(worker, 'message');
        // Awaited in the next turn; until then a failure of the thread must not count as unheard.
        answer.catch(() => undefined);
        order();
      }
      yield made;
    }
  } finally {
    await worker.terminate();
  }
}

async function book(books: Books, name: string, { meter, columns, tallies, quarantined }: MadeMeter): Promise<void> {
  await bookWhole(books, columns, { tallies, quarantined, fingerprints: { source: source(name), list: [meter] } });
}

/** The half-hours and days of one meter; its site's days come last, when all its meters are there. */
async function deriveOne(options: HistoryOptions, { meter: id }: MadeMeter): Promise<number> {
  const { store, state, estate, period } = options;
  const meter = estate.meters.get(id);
  if (!meter) return 0;
  const mine = state.touched(limits.derivationLook).find((each) => each.meter === id);
  if (!mine) return 0;
  const wanted = [{ meter, spans: mine.spans }];
  const { failed, halfHours } = await deriveMeters({ store, state, estate }, wanted, period.to, 'later');
  // What failed stays touched: it is tried again at the end, and said then.
  if (failed.length === 0) state.settleTouched(mine.spans.map((span) => span.id));
  return halfHours;
}

/** Fuel counted by deliveries and dips stands in the register of the estate: no message of it is ever made. */
async function touchTanks({ store, state, estate }: HistoryOptions): Promise<void> {
  for (const meter of estate.meters.values()) {
    const life = meter.stock && (await lifeOf(store, estate, meter));
    if (life) state.touch([{ meter: meter.id, ...life }]);
  }
}

/** Tanks, meters computed from others, and what an interruption left. */
async function deriveRest(books: DerivationBooks, now: EpochSeconds): Promise<number> {
  let count = 0;
  for (;;) {
    const waiting = books.state.touched(limits.derivationMeters);
    if (waiting.length === 0) return count;
    for (const { meter: id, spans } of waiting) {
      const meter = books.estate.meters.get(id);
      if (meter) {
        const { failed, halfHours } = await deriveMeters(books, [{ meter, spans }], now, 'later');
        if (failed[0]) throw failed[0].error;
        count += halfHours;
      }
      books.state.settleTouched(spans.map((span) => span.id));
    }
  }
}

async function sumSites({ store, estate, period }: HistoryOptions): Promise<void> {
  const dates = datesIn(period);
  for (const site of estate.sites.keys()) await store.writeDays([], await daysOfSites(store, estate, [site], dates));
}
