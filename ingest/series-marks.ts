import type { Reading, SeriesName } from '../domain/readings/reading.ts';
import { seriesKey } from '../domain/readings/reading.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { HighWater, StateStore } from '../store/state-store.ts';

/** One series and its high-water mark: the newest reading that was booked. */
export interface Mark {
  readonly key: string;
  readonly series: SeriesName;
  /** Undefined until it has been asked for. */
  newest: { readonly at: EpochSeconds; readonly value: number; readonly received: EpochSeconds } | 'none' | undefined;
}

/**
 * The high-water marks of all series heard, remembered between batches. A reading later than its mark is new without
 * asking the store. They are raised only after the commit that says so. One process books a series at a time: a mark
 * raised by another process is not seen here.
 */
export class SeriesMarks {
  readonly #byMeter = new Map<string, Mark[]>();
  readonly #unasked: Mark[] = [];
  readonly #state: Pick<StateStore, 'highWater'>;

  constructor(state: Pick<StateStore, 'highWater'>) {
    this.#state = state;
  }

  /** The mark of a reading's series; `load` must follow before it is read. */
  of(reading: Reading): Mark {
    let marks = this.#byMeter.get(reading.meter);
    if (!marks) {
      marks = [];
      this.#byMeter.set(reading.meter, marks);
    }
    for (const mark of marks) {
      if (mark.series.kind === reading.kind && mark.series.quantity === reading.quantity) return mark;
    }
    const { meter, quantity, kind } = reading;
    const series = { meter, quantity, kind };
    const mark: Mark = { key: seriesKey(series), series, newest: undefined };
    marks.push(mark);
    this.#unasked.push(mark);
    return mark;
  }

  /** Asks for the marks not yet known. */
  load(): void {
    if (this.#unasked.length === 0) return;
    const known = this.#state.highWater(this.#unasked.map((mark) => mark.key));
    for (const mark of this.#unasked) mark.newest = known.get(mark.key) ?? 'none';
    this.#unasked.length = 0;
  }

  /** After the commit. */
  raise(mark: Mark, newest: HighWater): void {
    mark.newest = newest;
  }
}

/** The instant up to which a series was booked. */
export function markedUntil(mark: Mark): EpochSeconds {
  return typeof mark.newest === 'object' ? mark.newest.at : Number.NEGATIVE_INFINITY;
}
