/**
 * Sums of meters over buckets, in columns: a year of a region is a million numbers, and an object for each row of them
 * cost more to make and to clear away than all that is worked out from them.
 */

/** The columns that add up, in the order in which stores ask for them. */
export const sumColumns = [
  'energy',
  'volume',
  'measuredEnergy',
  'measuredVolume',
  'measuredHalfHours',
  'estimatedHalfHours',
  'missingHalfHours',
] as const;
export type SumColumn = (typeof sumColumns)[number];

/** What adds up of a meter in a stretch of time: kWh, m³ (0 where the utility has none) and half-hours. */
export type Amounts = Readonly<Record<SumColumn, number>>;

/** Sums of doubles in another order differ by this much; what people measure does not. kWh or m³. */
export const sameAmount = 1e-6;

/** Whether two say the same. */
export function isSameAmounts(one: Amounts, other: Amounts): boolean {
  return sumColumns.every((column) => Math.abs(one[column] - other[column]) <= sameAmount);
}

/** Sums of one meter over one bucket. `bucket` is the index into the boundaries. */
export interface MeterSum extends Amounts {
  readonly meter: string;
  readonly bucket: number;
  /** Where it has been worked out with the gaps at hand (`day-figures.ts`), by energy or else volume; 0 to 1. */
  readonly measuredShare?: number | undefined;
}

/** What a meter measures in a half-hour on average. */
export interface Rate {
  readonly energy: number;
  readonly volume: number;
}

export class BucketSums implements Iterable<MeterSum>, Readonly<Record<SumColumn, Float64Array>> {
  readonly meters: readonly string[];
  readonly buckets: number;
  readonly energy: Float64Array;
  readonly volume: Float64Array;
  readonly measuredEnergy: Float64Array;
  readonly measuredVolume: Float64Array;
  readonly measuredHalfHours: Float64Array;
  readonly estimatedHalfHours: Float64Array;
  readonly missingHalfHours: Float64Array;
  /** 0 where it has not been worked out. */
  readonly measuredShare: Float64Array;
  readonly #said: Uint8Array;
  readonly #columns: readonly Float64Array[];
  readonly #rows: ReadonlyMap<string, number>;
  readonly #rates: (Rate | null | undefined)[] = [];

  /** Room for these meters, in buckets that nothing is known of yet. */
  constructor(meters: Iterable<string>, buckets: number) {
    this.meters = [...new Set(meters)];
    this.buckets = buckets;
    this.#rows = new Map(this.meters.map((meter, row) => [meter, row]));
    const cells = this.meters.length * buckets;
    this.#said = new Uint8Array(cells);
    this.energy = new Float64Array(cells);
    this.volume = new Float64Array(cells);
    this.measuredEnergy = new Float64Array(cells);
    this.measuredVolume = new Float64Array(cells);
    this.measuredHalfHours = new Float64Array(cells);
    this.estimatedHalfHours = new Float64Array(cells);
    this.missingHalfHours = new Float64Array(cells);
    this.measuredShare = new Float64Array(cells);
    this.#columns = sumColumns.map((column) => this[column]);
  }

  /** Sums of rows as objects. */
  static of(list: readonly MeterSum[], buckets: number): BucketSums {
    const sums = new BucketSums(
      list.map(({ meter }) => meter),
      buckets,
    );
    for (const sum of list) {
      const cell = sums.open(sum.meter, sum.bucket);
      if (cell === undefined) continue;
      for (const column of sumColumns) sums[column][cell] = sum[column];
      sums.measuredShare[cell] = sum.measuredShare ?? 0;
    }
    return sums;
  }

  /** The same sums, to be changed. */
  copy(): BucketSums {
    const copy = new BucketSums(this.meters, this.buckets);
    for (const [i, column] of copy.#columns.entries()) column.set(this.#columns[i] ?? []);
    copy.measuredShare.set(this.measuredShare);
    copy.#said.set(this.#said);
    return copy;
  }

  /** The cell of a meter in a bucket, in every column, to be written; undefined for a meter that was not asked for. */
  open(meter: string, bucket: number): number | undefined {
    const row = this.#rows.get(meter);
    if (row === undefined || !(bucket >= 0 && bucket < this.buckets)) return undefined;
    const cell = row * this.buckets + bucket;
    this.#said[cell] = 1;
    return cell;
  }

  /** Adds what others say of a meter: its buckets from `first` on, each to the one that `into` has for it. */
  addFrom(others: BucketSums, meter: string, first: number, into: readonly number[]): void {
    const [from, to] = [others.#rows.get(meter), this.#rows.get(meter)];
    if (from === undefined || to === undefined) return;
    for (let i = 0; i < into.length; i++) {
      const theirs = from * others.buckets + first + i;
      if (others.#said[theirs] !== 1) continue;
      const mine = to * this.buckets + (into[i] as number);
      this.#said[mine] = 1;
      for (let column = 0; column < sumColumns.length; column++) {
        const [sums, more] = [this.#columns[column] as Float64Array, others.#columns[column] as Float64Array];
        sums[mine] = (sums[mine] as number) + (more[theirs] as number);
      }
    }
  }

  /** The cell of a meter in a bucket; undefined where nothing is known. */
  cellOf(meter: string, bucket: number): number | undefined {
    const row = this.#rows.get(meter);
    if (row === undefined || !(bucket >= 0 && bucket < this.buckets)) return undefined;
    const cell = row * this.buckets + bucket;
    return this.#said[cell] === 1 ? cell : undefined;
  }

  /** What a meter measures in a half-hour on average over all buckets; undefined when it never measured. */
  rateOf(meter: string): Rate | undefined {
    const row = this.#rows.get(meter);
    if (row === undefined) return undefined;
    this.#rates[row] ??= this.#averageOf(row) ?? null;
    return this.#rates[row] ?? undefined;
  }

  #averageOf(row: number): Rate | undefined {
    let [energy, volume, halfHours] = [0, 0, 0];
    for (let cell = row * this.buckets; cell < (row + 1) * this.buckets; cell++) {
      energy += this.measuredEnergy[cell] ?? 0;
      volume += this.measuredVolume[cell] ?? 0;
      halfHours += this.measuredHalfHours[cell] ?? 0;
    }
    return halfHours > 0 ? { energy: energy / halfHours, volume: volume / halfHours } : undefined;
  }

  /** One sum as an object; undefined where nothing is known. */
  at(meter: string, bucket: number): MeterSum | undefined {
    const cell = this.cellOf(meter, bucket);
    if (cell === undefined) return undefined;
    const value = (column: SumColumn): number => this[column][cell] ?? 0;
    return {
      meter,
      bucket,
      energy: value('energy'),
      volume: value('volume'),
      measuredEnergy: value('measuredEnergy'),
      measuredVolume: value('measuredVolume'),
      measuredHalfHours: value('measuredHalfHours'),
      estimatedHalfHours: value('estimatedHalfHours'),
      missingHalfHours: value('missingHalfHours'),
    };
  }

  /** What is known, in order of time. */
  *[Symbol.iterator](): Iterator<MeterSum> {
    for (let bucket = 0; bucket < this.buckets; bucket++) {
      for (const meter of this.meters) {
        const sum = this.at(meter, bucket);
        if (sum) yield sum;
      }
    }
  }
}
