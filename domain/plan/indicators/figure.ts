import type { MeasuredShare, Warning } from '../../energy/figure.ts';
import type { Period } from '../../time.ts';
import type { Step } from '../steps.ts';
import type { IndicatorName, Need } from './table.ts';

/** What an indicator says of a site or a building in a period. */
export interface IndicatorFigure {
  readonly indicator: IndicatorName;
  readonly site: string;
  /** Undefined of the whole site. */
  readonly building: string | undefined;
  /** In the unit of the indicator. Undefined where it cannot be known, as `missing` or `says` tell; never 0 instead. */
  readonly value: number | undefined;
  /** Least and most: a 90 % interval of what is fitted, both ends of what is stated as a range. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Undefined where nothing is counted. */
  readonly measuredShare: MeasuredShare | undefined;
  readonly period: Period;
  /** Ids of the meters that it is made of. */
  readonly meters: readonly string[];
  /** Which meters or register entries would make it known, or better known. */
  readonly missing: readonly Need[];
  readonly warnings: readonly Warning[];
  /** One sentence for a person: what it is here, or why it cannot be said. */
  readonly says: string;
}

/** How far a step has come at a site, by its measures and its meters. */
export const stepStates = {
  no_measures: 'nobody has written down what is to be done',
  planned: 'something is to be done, and nothing of it has begun',
  under_way: 'something is being done or was done, and not all of it',
  done: 'all that was to be done is done, and no meter says otherwise',
  contradicted: 'something is said to be done, and a meter says otherwise',
} as const;
export type StepState = keyof typeof stepStates;
export const stepStateNames = Object.keys(stepStates) as [StepState, ...StepState[]];

/** How many measures of a step have come how far; those withdrawn are in none but their own. */
export interface MeasureCounts {
  readonly planned: number;
  readonly installing: number;
  readonly installed: number;
  readonly withdrawn: number;
}

export interface StepStanding {
  readonly step: Step;
  readonly state: StepState;
  /** Sentences. */
  readonly because: readonly string[];
  readonly measures: MeasureCounts;
}

/** Where a site (or a building of it) stands. */
export interface SiteStanding {
  readonly site: string;
  readonly building: string | undefined;
  readonly period: Period;
  /** The first step that is not done; undefined where all four are. */
  readonly standsAt: Step | undefined;
  /** All four, in order. */
  readonly steps: readonly StepStanding[];
  /** All of `indicators` (of a building those of buildings), in the order of the table. */
  readonly indicators: readonly IndicatorFigure[];
}
