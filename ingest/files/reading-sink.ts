import {
  type ReadingKind,
  type ReadingQuantity,
  readingKinds,
  readingQuantities,
} from '../../domain/readings/reading.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { ReadingColumns } from '../../domain/readings/reading-columns.ts';

/** What the readings of one row share. */
export interface SeriesOfRow {
  readonly meter: string;
  readonly quantity: ReadingQuantity;
}

/** Gathers readings as columns: a year of a thousand meters is twenty million of them, too many to be objects. */
export class ReadingSink {
  readonly #received: EpochSeconds;
  #columns: ReturnType<typeof emptyColumns>;
  #meters = new Map<string, number>();
  #length = 0;

  /** `size`: how many fit, a row beyond it included. */
  constructor(size: number, received: EpochSeconds) {
    this.#received = received;
    this.#columns = emptyColumns(size);
  }

  get length(): number {
    return this.#length;
  }

  push({ meter, quantity }: SeriesOfRow, kind: ReadingKind, at: EpochSeconds, value: number, period: number): void {
    const i = this.#length++;
    const columns = this.#columns;
    let index = this.#meters.get(meter);
    if (index === undefined) {
      index = this.#meters.size;
      this.#meters.set(meter, index);
    }
    columns.meter[i] = index;
    columns.series[i] = readingQuantities.indexOf(quantity) * readingKinds.length + readingKinds.indexOf(kind);
    columns.at[i] = at;
    columns.value[i] = value;
    columns.period[i] = period;
  }

  /** What was gathered; the sink begins anew. */
  take(): ReadingColumns {
    const { meter, series, at, value, period } = this.#columns;
    const size = this.#length;
    const columns = {
      meters: [...this.#meters.keys()],
      meter: meter.slice(0, size),
      series: series.slice(0, size),
      at: at.slice(0, size),
      value: value.slice(0, size),
      period: period.slice(0, size),
      received: new Float64Array(size).fill(this.#received),
    };
    this.#meters = new Map();
    this.#length = 0;
    return columns;
  }
}

function emptyColumns(size: number) {
  return {
    meter: new Uint16Array(size),
    series: new Uint8Array(size),
    at: new Float64Array(size),
    value: new Float64Array(size),
    period: new Int32Array(size),
  };
}
