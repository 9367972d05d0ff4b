import { type Reading, type ReadingKind, type ReadingQuantity, readingKinds, readingQuantities } from './reading.ts';

/** Readings as columns: what one thread hands to another without copying. */
export interface ReadingColumns {
  readonly meters: readonly string[];
  /** Index into `meters`. */
  readonly meter: Uint16Array<ArrayBuffer>;
  /** Index of the quantity times the number of kinds, plus that of the kind. */
  readonly series: Uint8Array<ArrayBuffer>;
  readonly at: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  readonly period: Int32Array<ArrayBuffer>;
  readonly received: Float64Array<ArrayBuffer>;
}

export function columnsOf(readings: readonly Reading[]): ReadingColumns {
  const size = readings.length;
  const meters = new Map<string, number>();
  const columns = {
    meter: new Uint16Array(size),
    series: new Uint8Array(size),
    at: new Float64Array(size),
    value: new Float64Array(size),
    period: new Int32Array(size),
    received: new Float64Array(size),
  };
  for (const [i, reading] of readings.entries()) {
    const meter = meters.get(reading.meter) ?? meters.size;
    if (meter === meters.size) meters.set(reading.meter, meter);
    columns.meter[i] = meter;
    columns.series[i] =
      readingQuantities.indexOf(reading.quantity) * readingKinds.length + readingKinds.indexOf(reading.kind);
    columns.at[i] = reading.at;
    columns.value[i] = reading.value;
    columns.period[i] = reading.period;
    columns.received[i] = reading.received;
  }
  return { meters: [...meters.keys()], ...columns };
}

/** The buffers to hand over. */
export function buffersOf({ meter, series, at, value, period, received }: ReadingColumns): ArrayBuffer[] {
  return [meter, series, at, value, period, received].map((column) => column.buffer);
}

/** What a number of the column `series` stands for. */
export function seriesOfCode(code: number): { readonly quantity: ReadingQuantity; readonly kind: ReadingKind } {
  return {
    quantity: readingQuantities[Math.floor(code / readingKinds.length)] as ReadingQuantity,
    kind: readingKinds[code % readingKinds.length] as ReadingKind,
  };
}

/** One row as a reading. */
export function readingAt({ meters, meter, series, at, value, period, received }: ReadingColumns, i: number): Reading {
  return {
    meter: meters[meter[i] ?? 0] as string,
    ...seriesOfCode(series[i] ?? 0),
    at: at[i] as number,
    value: value[i] as number,
    period: period[i] as number,
    received: received[i] as number,
  };
}

export function* readingsOf(columns: ReadingColumns): Generator<Reading> {
  for (let i = 0; i < columns.at.length; i++) yield readingAt(columns, i);
}

/** The rows as readings, so many at a time: as objects they are ten times as large. */
export function* partsOf(columns: ReadingColumns, size: number): Generator<Reading[]> {
  for (let from = 0; from < columns.at.length; from += size) {
    const count = Math.min(size, columns.at.length - from);
    yield Array.from({ length: count }, (_, i) => readingAt(columns, from + i));
  }
}
