import { halfHourSeconds, type Period } from '../time.ts';
import type { ChargeUnit } from './charge-units.ts';

/** Half-hourly prices under a name, such as those of a day-ahead auction. NaN is a half-hour without a price. */
export class PriceSeries {
  readonly id: string;
  /** What the prices are in. */
  readonly unit: ChargeUnit;
  /** The first UTC half-hour. */
  readonly from: number;
  readonly values: Float64Array;
  /** Whether these are the prices of another year, by a choice to carry them forward. */
  readonly isCarried: boolean;

  constructor(id: string, unit: ChargeUnit, from: number, values: Float64Array, isCarried = false) {
    this.isCarried = isCarried;
    this.id = id;
    this.unit = unit;
    this.from = from;
    this.values = values;
  }

  /** The prices of a period, NaN beyond what the series has. */
  over(period: Period): Float64Array {
    const [first, end] = this.#within(period);
    if (first >= 0 && end <= this.values.length) return this.values.subarray(first, end);
    const column = new Float64Array(end - first).fill(Number.NaN);
    const inside = this.values.subarray(Math.max(0, first), Math.max(0, end));
    column.set(inside, Math.max(0, -first));
    return column;
  }

  #within({ from, to }: Period): [number, number] {
    return [(from - this.from) / halfHourSeconds, (to - this.from) / halfHourSeconds];
  }

  /** The first half-hour of a period without a price; undefined where there is none such. */
  firstHole(period: Period): number | undefined {
    const [first, end] = this.#within(period);
    for (let i = first; i < end; i++) {
      if (i < 0 || !Number.isFinite(this.values[i])) return this.from + i * halfHourSeconds;
    }
    return undefined;
  }
}
