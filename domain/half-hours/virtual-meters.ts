import type { Gap, HalfHour, Quality } from './half-hours.ts';
import type { EpochSeconds, Period } from '../time.ts';
import { halfHourOf, halfHourSeconds } from '../time.ts';

/** One term of a formula: a meter's half-hours and gaps around the window, and how many times they are taken. */
export interface Part {
  readonly times: number;
  readonly halfHours: readonly HalfHour[];
  readonly gaps: readonly Gap[];
}

const worse: readonly Quality[] = ['missing', 'estimated', 'measured'];

/**
 * The half-hours and gaps of a virtual meter. A half-hour is as good as the worst of its parts, and missing when one is
 * missing. A row of missing half-hours has a known total when every part knows its own: each missing half-hour of a
 * part lies in a gap of that part that the row holds whole. What comes out below zero is shown as it is, under a
 * rule of its own: a main less its sub-meters shows its error, it is not hidden.
 */
export function combineMeters(
  meter: string,
  parts: readonly Part[],
  window: Period,
): { readonly halfHours: HalfHour[]; readonly gaps: Gap[] } {
  const byStart = parts.map((part) => new Map(part.halfHours.map((row) => [row.start, row])));
  const halfHours: HalfHour[] = [];
  const gaps: Gap[] = [];
  let missingFrom: EpochSeconds | undefined;
  const endRow = (to: EpochSeconds): void => {
    if (missingFrom !== undefined) gaps.push(...knownTotal(meter, parts, byStart, { from: missingFrom, to }));
    missingFrom = undefined;
  };
  const first = halfHourOf(window.from + halfHourSeconds - 1);
  let start = first;
  for (; start < window.to; start += halfHourSeconds) {
    const row = combined(meter, parts, byStart, start);
    halfHours.push(row);
    if (row.quality === 'missing') missingFrom ??= start;
    else endRow(start);
  }
  endRow(start);
  return { halfHours, gaps };
}

type RowsByStart = readonly ReadonlyMap<EpochSeconds, HalfHour>[];

function combined(meter: string, parts: readonly Part[], byStart: RowsByStart, start: EpochSeconds): HalfHour {
  let quality: Quality = 'measured';
  let energy: number | undefined = 0;
  let volume: number | undefined = 0;
  const size = { energy: 0, volume: 0 };
  for (const [i, part] of parts.entries()) {
    const row = byStart[i]?.get(start);
    const found = row?.quality ?? 'missing';
    if (worse.indexOf(found) < worse.indexOf(quality)) quality = found;
    energy = plusTimes(energy, row?.energy, part.times);
    volume = plusTimes(volume, row?.volume, part.times);
    size.energy += Math.abs((row?.energy ?? 0) * part.times);
    size.volume += Math.abs((row?.volume ?? 0) * part.times);
  }
  if (quality === 'missing') return { meter, start, energy: undefined, volume: undefined, quality, rule: 'virtual' };
  energy = withoutRounding(energy, size.energy);
  volume = withoutRounding(volume, size.volume);
  const rule = (energy ?? 0) < 0 || (volume ?? 0) < 0 ? 'virtual-negative' : 'virtual';
  return { meter, start, energy, volume, quality, rule };
}

/** What is left of a difference of equal amounts in the last binary digit is nothing, and is not below zero. */
function withoutRounding(amount: number | undefined, size: number): number | undefined {
  return amount !== undefined && Math.abs(amount) <= 1e-12 * size ? 0 : amount;
}

function plusTimes(sum: number | undefined, amount: number | undefined, times: number): number | undefined {
  return sum === undefined || amount === undefined ? undefined : sum + amount * times;
}

/** The total of a row of missing half-hours, or nothing. */
function knownTotal(meter: string, parts: readonly Part[], byStart: RowsByStart, row: Period): Gap[] {
  let energy: number | undefined = 0;
  let volume: number | undefined = 0;
  for (const [i, part] of parts.entries()) {
    const whole = part.gaps.filter((gap) => gap.from >= row.from && gap.to <= row.to);
    let inGaps = 0;
    for (const gap of whole) {
      energy = plusTimes(energy, gap.energy, part.times);
      volume = plusTimes(volume, gap.volume, part.times);
      inGaps += (gap.to - gap.from) / halfHourSeconds;
    }
    let missing = 0;
    for (let start = row.from; start < row.to; start += halfHourSeconds) {
      const known = byStart[i]?.get(start);
      if (known === undefined || known.quality === 'missing') missing++;
      else {
        energy = plusTimes(energy, known.energy, part.times);
        volume = plusTimes(volume, known.volume, part.times);
      }
    }
    if (missing !== inGaps) return [];
  }
  return energy === undefined && volume === undefined ? [] : [{ meter, ...row, energy, volume }];
}
