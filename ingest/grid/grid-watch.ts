import type { Logger } from 'pino';
import { type Estate, isValidOn } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { ObservedSeries } from '../../domain/observed/register.ts';
import { ProblemError, sayProblem } from '../../domain/problems.ts';
import { columnsOf, type ReadingColumns } from '../../domain/readings/reading-columns.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { dateOf, type EpochSeconds, halfHourOf, halfHourSeconds } from '../../domain/time.ts';
import { rememberFetch } from '../../store/grid-fetches.ts';
import type { StateStore } from '../../store/state-store.ts';
import { fetchIntensity, intensityAddress } from './fetch-intensity.ts';

export interface GridWatchOptions {
  /** Base address of the service. */
  readonly url: string;
  readonly estate: () => Estate;
  readonly state: Pick<StateStore, 'remember' | 'recall'>;
  /** Books readings between two batches of the live stream. */
  readonly book: (columns: ReadingColumns) => Promise<unknown>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/**
 * Fetches the carbon intensity of the grids that the register names a region of, once in each half-hour: what came
 * since the last time, and the last 48 hours again, since an actual comes late and a forecast changes. What a
 * half-hour said before and says again is not booked again.
 */
export class GridWatch {
  readonly #options: GridWatchOptions;
  readonly #stop = new AbortController();
  /** What each half-hour of a series said last, by `series kind start`; as old as what is fetched again. */
  readonly #said = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: GridWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#looking = this.look().finally(() => {
      if (!this.#stop.signal.aborted) this.#timer = setTimeout(() => this.start(), limits.gridLookMs);
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Fetches what is due. Never rejects: a grid that does not answer is said, and asked again at the next look. */
  async look(): Promise<void> {
    const { estate, clock, log, state } = this.#options;
    const now = Math.floor(clock() / 1000);
    for (const series of estate().observed?.values() ?? []) {
      if (series.region === undefined || !isValidOn(series, dateOf(now))) continue;
      try {
        await this.#fetch(series, now);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const said = error instanceof ProblemError ? error.problems.map(sayProblem) : undefined;
        for (const problem of said ?? []) log.warn(problem);
        if (!said) log.error({ err: error, series: series.id }, 'the intensity of a grid could not be booked');
        const problem =
          said?.join(' ') ?? 'what came could not be booked; the log of the process that fetches has more';
        rememberFetch(state, series.id, { at: now, problem });
      }
    }
  }

  async #fetch(series: ObservedSeries, now: EpochSeconds): Promise<void> {
    const { url, state, book, log } = this.#options;
    const key = `grid-fetched/${series.id}`;
    const current = halfHourOf(now);
    const before = Number(state.recall(key) ?? 0);
    if (before === current) return;
    const again = Math.min(before === 0 ? current : before, current) - limits.gridAgainSeconds;
    // The service gives no more at once; what is older comes from a file.
    const from = Math.max(again, current - limits.gridDaysAtOnce * 86_400);
    const period = { from, to: current + halfHourSeconds };
    const found = await fetchIntensity(intensityAddress(url, series.region, period), this.#stop.signal);
    const fresh: Reading[] = [];
    const seen = { meter: series.id, quantity: series.quantity, period: halfHourSeconds, received: now };
    for (const { start: at, forecast, actual } of found) {
      if (at < from || at >= period.to) continue;
      // An actual of a half-hour that is not over would be none.
      const isOver = at + halfHourSeconds <= now;
      for (const [kind, value] of [
        ['interval', isOver ? actual : undefined],
        ['estimate', forecast],
      ] as const) {
        if (value === undefined || this.#said.get(`${series.id} ${kind} ${at}`) === value) continue;
        fresh.push({ ...seen, kind, at, value });
      }
    }
    if (fresh.length > 0) await book(columnsOf(fresh));
    this.#remember(fresh, from);
    state.remember(key, String(current));
    rememberFetch(state, series.id, { at: now });
    if (fresh.length > 0)
      log.info({ series: series.id, readings: fresh.length }, 'the intensity of a grid was fetched');
  }

  /** After they were booked. */
  #remember(fresh: readonly Reading[], from: EpochSeconds): void {
    for (const { meter, kind, at, value } of fresh) this.#said.set(`${meter} ${kind} ${at}`, value);
    for (const key of this.#said.keys()) if (Number(key.split(' ')[2]) < from) this.#said.delete(key);
  }
}
