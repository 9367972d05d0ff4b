import type { BucketSums } from './bucket-sums.ts';
import type { MeasuredShare } from './figure.ts';
import { type EpochSeconds, halfHourSeconds } from '../time.ts';

/** What flows through meters in a bucket, and how well it is known. */

/** kWh and m³, how much of each is measured, and how much would be there were nothing missing. */
export interface Flow {
  readonly energy: number;
  readonly volume: number;
  readonly measuredEnergy: number;
  readonly measuredVolume: number;
  readonly expectedEnergy: number;
  readonly expectedVolume: number;
  readonly measuredHalfHours: number;
  /** Measured or estimated. */
  readonly knownHalfHours: number;
  readonly halfHours: number;
  /** True where a meter has said nothing at all, so that its missing use has no expectation. */
  readonly unweighted: boolean;
}

/**
 * A flow that others are added to. A class, because V8 makes an object literal that often lives for a while one of the
 * old, and thousands for each answer then wait for a whole collection.
 */
export class Total implements Flow {
  energy = 0;
  volume = 0;
  measuredEnergy = 0;
  measuredVolume = 0;
  expectedEnergy = 0;
  expectedVolume = 0;
  measuredHalfHours = 0;
  knownHalfHours = 0;
  halfHours = 0;
  unweighted = false;
}

/** Sums with the instants that their buckets lie between: bucket `i` between boundaries `i` and `i + 1`. */
export interface Sums {
  readonly boundaries: readonly EpochSeconds[];
  readonly cells: BucketSums;
}

/**
 * Makes a flow that of one meter in one bucket; answers whether anything is known of it. It is filled rather than made
 * anew: a year of days asks for many.
 */
export function readFlow(flow: Total, { boundaries, cells }: Sums, bucket: number, meter: string): boolean {
  const cell = cells.cellOf(meter, bucket);
  const isSaid = cell !== undefined;
  flow.halfHours = ((boundaries[bucket + 1] ?? 0) - (boundaries[bucket] ?? 0)) / halfHourSeconds;
  flow.energy = isSaid ? (cells.energy[cell] as number) : 0;
  flow.volume = isSaid ? (cells.volume[cell] as number) : 0;
  flow.measuredEnergy = isSaid ? (cells.measuredEnergy[cell] as number) : 0;
  flow.measuredVolume = isSaid ? (cells.measuredVolume[cell] as number) : 0;
  flow.measuredHalfHours = isSaid ? (cells.measuredHalfHours[cell] as number) : 0;
  const estimated = isSaid ? (cells.estimatedHalfHours[cell] as number) : 0;
  const share = isSaid ? (cells.measuredShare[cell] as number) : 0;
  const missing = Math.max(0, flow.halfHours - flow.measuredHalfHours - estimated);
  const rate = missing > 0 ? cells.rateOf(meter) : undefined;
  const more = { share, missing, measured: flow.measuredHalfHours };
  flow.expectedEnergy = expectedOf(flow.energy, flow.measuredEnergy, rate?.energy ?? 0, more);
  flow.expectedVolume = expectedOf(flow.volume, flow.measuredVolume, rate?.volume ?? 0, more);
  flow.knownHalfHours = flow.halfHours - missing;
  // A tank has no half-hours, yet what went out of it between two dips is known.
  flow.unweighted = missing > 0 && rate === undefined && flow.energy === 0 && flow.volume === 0;
  return isSaid;
}

/** Energy may hold the known total of a gap whose half-hours are missing: then nothing is expected on top of it. */
function expectedOf(
  all: number,
  part: number,
  average: number,
  { share, missing, measured }: { readonly share: number; readonly missing: number; readonly measured: number },
): number {
  if (share > 0) return part / share;
  return Math.max(all, part + missing * (measured > 0 ? part / measured : average));
}

/** Adds a flow to a total, taken `times`. Time is counted for what is added, not for what is taken off. */
export function addTo(total: Total, flow: Flow, times = 1): void {
  total.energy += times * flow.energy;
  total.volume += times * flow.volume;
  total.measuredEnergy += times * flow.measuredEnergy;
  total.measuredVolume += times * flow.measuredVolume;
  total.expectedEnergy += times * flow.expectedEnergy;
  total.expectedVolume += times * flow.expectedVolume;
  if (times > 0) {
    total.measuredHalfHours += flow.measuredHalfHours;
    total.knownHalfHours += flow.knownHalfHours;
    total.halfHours += flow.halfHours;
  }
  total.unweighted ||= flow.unweighted;
}

/**
 * Adds a share of 0 to 1 of a flow, whose time stays whole. Of what is measured counts only the share that is certain.
 */
export function addShare(total: Total, flow: Flow, share: number, certain: number): void {
  total.energy += flow.energy * share;
  total.volume += flow.volume * share;
  total.measuredEnergy += flow.measuredEnergy * share * certain;
  total.measuredVolume += flow.measuredVolume * share;
  total.expectedEnergy += flow.expectedEnergy * share;
  total.expectedVolume += flow.expectedVolume * share;
  total.measuredHalfHours += flow.measuredHalfHours * certain;
  total.knownHalfHours += flow.knownHalfHours;
  total.halfHours += flow.halfHours;
  total.unweighted ||= flow.unweighted;
}

/** No figure of use is below zero, whatever the meters that are taken off say. */
export function raiseToZero(total: Total): void {
  total.energy = Math.max(0, total.energy);
  total.volume = Math.max(0, total.volume);
  total.measuredEnergy = Math.max(0, total.measuredEnergy);
  total.measuredVolume = Math.max(0, total.measuredVolume);
  total.expectedEnergy = Math.max(0, total.expectedEnergy);
  total.expectedVolume = Math.max(0, total.expectedVolume);
}

/** Whether anything at all is known of a flow; else its 0 means nothing. */
export function isKnown(flow: Flow): boolean {
  return flow.knownHalfHours > 0 || flow.energy > 0 || flow.volume > 0;
}

/** Whether more passed than the figure holds: something is missing, and no known total of a gap covers it. */
export function lacks(total: Flow, water: boolean): boolean {
  const [amount, expected] = water ? [total.volume, total.expectedVolume] : [total.energy, total.expectedEnergy];
  const nothingSaid = total.knownHalfHours < total.halfHours && amount === 0;
  return total.unweighted || nothingSaid || expected - amount > 1e-9 * Math.max(1, expected);
}

/** The measured share of a flow by energy (or by volume, for water), and by time. */
export function measuredShareOf(flow: Flow, by: 'energy' | 'volume' = 'energy'): MeasuredShare {
  const measured = by === 'energy' ? flow.measuredEnergy : flow.measuredVolume;
  const expected = by === 'energy' ? flow.expectedEnergy : flow.expectedVolume;
  const byTime = shareOfTime(flow);
  // Where nothing was used, or a silent meter has no expectation, time is all there is to weigh by.
  const weighed = expected > 0 ? Math.min(1, measured / expected) : byTime;
  const byAmount = flow.unweighted && weighed !== undefined ? Math.min(weighed, byTime ?? 0) : weighed;
  return { byAmount, byTime: byTime === undefined ? undefined : Math.min(1, byTime) };
}

/** Measured half-hours over half-hours; undefined where there is no time. */
export function shareOfTime(flow: Flow): number | undefined {
  return flow.halfHours > 0 ? flow.measuredHalfHours / flow.halfHours : undefined;
}
