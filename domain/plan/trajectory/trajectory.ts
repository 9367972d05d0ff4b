import type { Utility } from '../../estate/vocabulary.ts';
import type { ProgressPoint } from '../../reports/progress.ts';
import type { Baseline, Target } from '../../reports/register.ts';
import type { BandPoint } from '../../reports/targets.ts';
import type { LocalDate, Period } from '../../time.ts';
import type { Confidence } from '../register.ts';

/**
 * The way of an organisation to a target: what it emitted, where the lines of the target are, what it would emit with
 * the use of the last twelve months and the measures that are planned, and what is still missing then. All in kgCO2e of
 * the target's boundary. What a greener grid would do is a row of its own and never added to what was done.
 */
export interface Trajectory {
  readonly organisation: string;
  readonly target: Target;
  readonly baseline: Baseline;
  /** The emissions that the lines begin at. */
  readonly from: number;
  /** Why the target has no lines. */
  readonly notDrawn: string | undefined;
  /** The last twelve whole months, which the years to come are drawn from; undefined where they are not known. */
  readonly now: ProgressPoint | undefined;
  /** Why no year to come is drawn. */
  readonly why: string | undefined;
  /** Every year from the baseline to the last milestone, in order. */
  readonly points: readonly TrajectoryPoint[];
  readonly milestones: readonly MilestoneGap[];
  /** What each measure takes off, those that were left out with why. */
  readonly measures: readonly MeasureEffect[];
  /** What the years to come rest on, a sentence each. */
  readonly assumptions: readonly string[];
}

/** One reporting year. */
export interface TrajectoryPoint {
  readonly year: number;
  readonly period: Period;
  /** Where it is over, or has begun. */
  readonly actual: ProgressPoint | undefined;
  readonly lines: BandPoint | undefined;
  /** Where it is not over. */
  readonly ahead: Forecast | undefined;
}

/** What a year to come would emit, kgCO2e. */
export interface Forecast {
  /** With the use of the last twelve months at the newest factors. */
  readonly unchanged: number;
  /** What the grid of the register's projection takes off that; 0 where there is none. Above 0 it takes off. */
  readonly grid: number;
  /**
   * What is left when measures come too, on the grid of the projection where there is one: those that are committed;
   * with them those that are probable; with both those that are possible.
   */
  readonly planned: Readonly<Record<Confidence, number>>;
}

/** How far the plan is from a milestone in one of the years that it is due in. */
export interface MilestoneGap {
  readonly year: number;
  readonly says: string | undefined;
  /** What may be emitted then. */
  readonly level: number;
  /** What is emitted above it when these measures come; below 0 where it is met with room to spare. */
  readonly gap: Readonly<Record<Confidence, number>> | undefined;
  /** Why the gap is not known. */
  readonly why: string | undefined;
  readonly money: GapMoney;
}

/** The milestones of years that are not over: what was cannot be decided any more. */
export function milestonesAhead({ points, milestones }: Pick<Trajectory, 'points' | 'milestones'>): MilestoneGap[] {
  const ahead = new Set(points.flatMap((point) => (point.ahead ? [point.year] : [])));
  return milestones.filter(({ year }) => ahead.has(year));
}

/** £, without VAT. What is not known is undefined, and `why` says it. */
export interface GapMoney {
  /** Capital of the measures that are to be installed by then, and how much of it nobody has secured. */
  readonly planned: number | undefined;
  readonly unsecured: number | undefined;
  /**
   * What it would cost to close the gap that all measures leave, at the capital that the planned ones cost for each
   * tonne a year that they take off: indicative, since what is cheap is done first.
   */
  readonly rest: number | undefined;
  readonly perTonneAYear: number | undefined;
  /** Measures that are to be over by then whose cost is not known, and so not in it. */
  readonly unpriced: readonly string[];
  readonly why: readonly string[];
}

/** What a measure takes off the emissions of a whole year, at the newest factors. */
export interface MeasureEffect {
  readonly measure: string;
  readonly site: string;
  readonly confidence: Confidence;
  /** The first London date on which it saves; undefined where nobody has said. */
  readonly saves: LocalDate | undefined;
  /** kgCO2e a year; undefined where it cannot be had. */
  readonly emissions: number | undefined;
  /** Of which utilities less is taken off than was expected, since more cannot be saved than is used. */
  readonly capped: readonly Utility[];
  /** Why it is not in the years to come. */
  readonly leftOut: string | undefined;
}
