import { type EpochSeconds, halfHourSeconds, type Period } from '../time.ts';
import { type Range } from './range.ts';

/**
 * What a supply point used, half-hour by half-hour without a hole: what is missing stands as a range. Where all is
 * measured, the three columns are one.
 */
export interface Load {
  readonly unit: 'kWh' | 'm3';
  /** The first UTC half-hour. */
  readonly from: number;
  readonly use: Range<Float64Array>;
  /** kvarh of each half-hour, the greater of import and export; absent where none are counted. */
  readonly reactive?: Range<Float64Array> | undefined;
  /** kWh of half-hours outside it that a charge names, by their starts: those of a winter's peaks. */
  readonly named?: ReadonlyMap<EpochSeconds, number> | undefined;
  /** The load year that it was laid out of: what a charge names of that year is looked for there. */
  readonly year?: Load | undefined;
}

/** The period a load covers. */
export function periodOf({ from, use }: Load): Period {
  return { from, to: from + use.best.length * halfHourSeconds };
}

/** kvarh that count: the greater of what is drawn and what is given back, half-hour by half-hour. */
export function greaterReactive(drawn: Float64Array, given: Float64Array): Float64Array {
  return drawn.map((kvarh, i) => Math.max(kvarh, given[i] ?? 0));
}

/** kVA of a half-hour: kW is twice the kWh, and kvar twice the kvarh. */
export function apparentPower(kwh: number, kvarh: number): number {
  return 2 * Math.sqrt(kwh * kwh + kvarh * kvarh);
}

/** kvarh for a kWh at a power factor. */
export function reactiveRatio(powerFactor: number): number {
  return Math.sqrt(1 / (powerFactor * powerFactor) - 1);
}
