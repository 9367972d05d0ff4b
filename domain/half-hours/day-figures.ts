import type { Gap, HalfHour } from './half-hours.ts';
import type { EpochSeconds, Period } from '../time.ts';
import { halfHourOf, halfHourSeconds } from '../time.ts';

/** Sums of known half-hours; gaps are not in them. An amount is undefined where the meter has no such quantity. */
export interface HalfHourSum {
  readonly energy: number | undefined;
  readonly volume: number | undefined;
  readonly measuredEnergy: number;
  readonly measuredVolume: number;
  readonly measuredHalfHours: number;
  readonly estimatedHalfHours: number;
}

/** What a meter used in a period and how well that is known. */
export interface PeriodFigure extends HalfHourSum {
  /** Half-hours that should be there and are not. */
  readonly missingHalfHours: number;
  /** Half-hours among the missing ones whose total is known and is in the amounts. */
  readonly gapHalfHours: number;
  /**
   * 0 to 1: measured energy over energy that passed. What is missing counts by its expected use: the total of its gap
   * where that is known, else the mean of the known half-hours of the period. By volume where the meter has no energy.
   */
  readonly measuredShare: number;
  /** 0 to 1: measured half-hours over half-hours expected. */
  readonly measuredShareOfTime: number;
}

/** The half-hours of a period that could have been read: within the meter's validity and over by `now`. */
export function expectedSpan(period: Period, valid: Period, now: EpochSeconds): Period {
  const from = Math.max(period.from, valid.from);
  return { from, to: Math.max(from, Math.min(period.to, valid.to, halfHourOf(now))) };
}

/** Sums the half-hours that start in a period. */
export function sumOfHalfHours(halfHours: readonly HalfHour[], period: Period): HalfHourSum {
  let energy: number | undefined;
  let volume: number | undefined;
  let measuredEnergy = 0;
  let measuredVolume = 0;
  let measuredHalfHours = 0;
  let estimatedHalfHours = 0;
  for (const row of halfHours) {
    if (row.start < period.from || row.start >= period.to || row.quality === 'missing') continue;
    if (row.energy !== undefined) energy = (energy ?? 0) + row.energy;
    if (row.volume !== undefined) volume = (volume ?? 0) + row.volume;
    if (row.quality === 'measured') {
      measuredEnergy += row.energy ?? 0;
      measuredVolume += row.volume ?? 0;
      measuredHalfHours++;
    } else estimatedHalfHours++;
  }
  return { energy, volume, measuredEnergy, measuredVolume, measuredHalfHours, estimatedHalfHours };
}

/** The part of a gap's totals that falls in a period: all of it when the period holds the whole gap, else by time. */
export function shareOfGap(gap: Gap, period: Period): { halfHours: number; energy?: number; volume?: number } {
  const seconds = Math.min(gap.to, period.to) - Math.max(gap.from, period.from);
  if (seconds <= 0) return { halfHours: 0 };
  const share = seconds / (gap.to - gap.from);
  return {
    halfHours: seconds / halfHourSeconds,
    ...(gap.energy !== undefined && { energy: gap.energy * share }),
    ...(gap.volume !== undefined && { volume: gap.volume * share }),
  };
}

/**
 * The figure of a period from the sums of its half-hours and the gaps that touch it. `expected` is `expectedSpan` of
 * the period. The order of neither list matters.
 */
export function figureOf(sum: HalfHourSum, gaps: readonly Gap[], period: Period, expected: Period): PeriodFigure {
  const parts = gaps.map((gap) => shareOfGap(gap, period)).filter((part) => part.halfHours > 0);
  const gapEnergy = totalOf(parts.map((part) => part.energy));
  const gapVolume = totalOf(parts.map((part) => part.volume));
  const energy = plusKnown(sum.energy, gapEnergy);
  const volume = plusKnown(sum.volume, gapVolume);
  const { measuredHalfHours, estimatedHalfHours } = sum;
  const known = measuredHalfHours + estimatedHalfHours;
  const expectedHalfHours = Math.max(known, (expected.to - expected.from) / halfHourSeconds);
  const missingHalfHours = expectedHalfHours - known;
  const byEnergy = energy !== undefined;
  const weighed = parts.filter((part) => (byEnergy ? part.energy : part.volume) !== undefined);
  const inGaps = weighed.reduce((total, part) => total + part.halfHours, 0);
  const gapHalfHours = Math.min(missingHalfHours, inGaps);
  const measured = byEnergy ? sum.measuredEnergy : sum.measuredVolume;
  const mean = known === 0 ? 0 : ((byEnergy ? sum.energy : sum.volume) ?? 0) / known;
  const passed = ((byEnergy ? energy : volume) ?? 0) + mean * (missingHalfHours - gapHalfHours);
  const measuredShareOfTime = expectedHalfHours === 0 ? 0 : measuredHalfHours / expectedHalfHours;
  return {
    ...sum,
    energy,
    volume,
    missingHalfHours,
    gapHalfHours,
    // Where nothing passed every half-hour weighs the same.
    measuredShare: passed > 0 ? Math.min(1, Math.max(0, measured / passed)) : measuredShareOfTime,
    measuredShareOfTime,
  };
}

/** The figure of a period straight from half-hours. */
export function figureOfHalfHours(
  halfHours: readonly HalfHour[],
  gaps: readonly Gap[],
  period: Period,
  expected: Period,
): PeriodFigure {
  return figureOf(sumOfHalfHours(halfHours, period), gaps, period, expected);
}

/**
 * Day figures added up hold their share of the gaps already; this takes it out again, so that `figureOf` can weigh it.
 */
export function withoutGaps(days: HalfHourSum, gaps: readonly Gap[], period: Period): HalfHourSum {
  const parts = gaps.map((gap) => shareOfGap(gap, period));
  const less = (whole: number | undefined, part: number | undefined): number | undefined =>
    whole === undefined || part === undefined ? whole : whole - part;
  return {
    ...days,
    energy: less(days.energy, totalOf(parts.map((part) => part.energy))),
    volume: less(days.volume, totalOf(parts.map((part) => part.volume))),
  };
}

function totalOf(list: readonly (number | undefined)[]): number | undefined {
  return list.reduce<number | undefined>(plusKnown, undefined);
}

function plusKnown(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : a + b;
}
