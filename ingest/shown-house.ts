import type { Logger } from 'pino';
import { type Estate, isHeard } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { quarantineShare } from '../domain/readings/quarantine-notices.ts';
import type { ShownPoint } from '../domain/series.ts';
import {
  type HouseCounts,
  type HouseLag,
  type HouseLevels,
  housePoint,
  type HouseState,
} from '../domain/shown/house-point.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import type { DeriverCounters } from './derive.ts';
import type { PipelineCounters } from './pipeline.ts';
import { writeShown } from './write-shown.ts';

export interface ShownHouseOptions {
  readonly store: Pick<ReadingStore, 'writeShown' | 'backlog'>;
  readonly state: Pick<StateStore, 'heardSince' | 'quarantineUse' | 'touchedMeters' | 'deliverySums'>;
  readonly estate: () => Estate;
  /** Problems of the estate folder on disk. */
  readonly estateProblems: () => number;
  /** Name of this process, the same after a restart. */
  readonly process: string;
  /** Bound of the spool. */
  readonly spoolBytes: number;
  readonly pipeline: () => PipelineCounters;
  /** Undefined where this process never derives. */
  readonly deriver: () => DeriverCounters | undefined;
  /** Resident memory of the process, bytes. */
  readonly memory: () => number;
  readonly now: () => EpochSeconds;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Publishes Meterhouse itself, a point a minute of this process. Points that cannot be written wait, so that what a
 * spool did while the database was away can be seen afterwards; a day of them at most.
 */
export class ShownHouse {
  readonly #options: ShownHouseOptions;
  #waiting: ShownPoint[] = [];
  #heardUntil = 0;
  #newest: EpochSeconds | undefined;
  #before: HouseCounts;
  #last: EpochSeconds;
  #writing: Promise<void> | undefined;

  constructor(options: ShownHouseOptions) {
    this.#options = options;
    this.#before = countsOf(options.pipeline(), options.deriver());
    this.#last = options.now();
    // The newest reading of before this start is known, and how late it came is of no interest any more.
    this.#hear();
  }

  /** Begins to look; answers how to end it. */
  start(): () => Promise<void> {
    const timer = setInterval(() => void this.look(), limits.houseLookMs);
    return async () => {
      clearInterval(timer);
      await this.#writing?.catch(() => undefined);
    };
  }

  /** One look, of which one a minute does something. Never rejects: what fails is said, and tried again. */
  async look(): Promise<void> {
    const { store, now, log } = this.#options;
    const at = now();
    if (!store.writeShown || Math.floor(at / 60) === Math.floor(this.#last / 60)) return;
    try {
      this.#take(at);
      // A database that does not answer keeps no minute from being taken.
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
      await this.#writing;
    } catch (error) {
      const says = 'numbers of Meterhouse itself could not be published; they wait';
      log.warn({ err: error, minutes: this.#waiting.length }, says);
    }
  }

  #take(now: EpochSeconds): void {
    const counts = countsOf(this.#options.pipeline(), this.#options.deriver());
    const since = { counts, before: this.#before, seconds: now - this.#last };
    const levels = { ...this.#levels(), ...this.#stateNow(now) };
    this.#waiting.push(housePoint(this.#options.process, now, since, levels, this.#hear()));
    [this.#before, this.#last] = [counts, now];
    if (this.#waiting.length > limits.housePoints) this.#waiting.shift();
  }

  async #write(): Promise<void> {
    const points = [...this.#waiting];
    await writeShown(this.#options.store, points);
    this.#waiting = this.#waiting.filter((point) => !points.includes(point));
  }

  #levels(): HouseLevels {
    const { store, spoolBytes, memory, estateProblems } = this.#options;
    const { queued, parked } = this.#options.pipeline();
    const { batches, bytes } = store.backlog();
    return {
      messages_waiting: queued,
      readings_waiting: parked,
      spool_batches: batches,
      spool_bytes: bytes,
      spool_share: bytes / spoolBytes,
      memory_bytes: memory(),
      derives: Number(this.#options.deriver()?.derives ?? false),
      estate_problems: estateProblems(),
    };
  }

  #stateNow(now: EpochSeconds): HouseState {
    const { state } = this.#options;
    const use = state.quarantineUse();
    const sums = state.deliverySums();
    const waiting = sums.filter((sum) => sum.state === 'waiting');
    const count = (list: typeof sums): number => list.reduce((sum, { deliveries }) => sum + deliveries, 0);
    return {
      quarantine_messages: use.rows,
      quarantine_share: quarantineShare(use),
      meters_to_derive: state.touchedMeters(),
      deliveries_waiting: count(waiting),
      deliveries_undelivered: count(sums.filter((sum) => sum.state === 'undelivered')),
      oldest_delivery_waits_s: Math.max(0, ...waiting.map(({ oldest }) => now - oldest)),
    };
  }

  /** Follows what meters said: by their own stamps, and how late it came. Forecasts and files are no meters. */
  #hear(): HouseLag {
    const { state } = this.#options;
    const { meters } = this.#options.estate();
    const lags: number[] = [];
    for (;;) {
      const { sequence, list } = state.heardSince(this.#heardUntil, limits.streamChanges);
      this.#heardUntil = sequence;
      for (const { series, at, received } of list) {
        const meter = meters.get(series.slice(0, series.indexOf('/')));
        if (!meter || !isHeard(meter)) continue;
        this.#newest = Math.max(at, this.#newest ?? 0);
        lags.push(received - at);
      }
      if (list.length < limits.streamChanges) return { newest: this.#newest, lags };
    }
  }
}

function countsOf(
  { messages, readings, batches }: PipelineCounters,
  derived: DeriverCounters | undefined,
): HouseCounts {
  return {
    messages_received: messages.received,
    messages_decoded: messages.decoded,
    messages_ignored: messages.ignored,
    messages_quarantined: messages.quarantined,
    messages_redelivered: messages.redelivered,
    readings_stored: readings.stored,
    readings_repeated: readings.repeated,
    readings_revised: readings.revised,
    readings_refused: readings.refused,
    batches_booked: batches.done,
    batches_failed: batches.failed,
    derived_half_hours: derived?.halfHours ?? 0,
    derivation_failures: derived?.failures ?? 0,
    jobs_failed: derived?.failedJobs ?? 0,
  };
}
