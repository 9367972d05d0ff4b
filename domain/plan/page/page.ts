import type { CarbonFigure } from '../../carbon/carbon.ts';
import type { GroupComparison } from '../../energy/group-comparison.ts';
import type { QuarterAnswer } from '../../reports/quarterly.ts';
import type { EpochSeconds, LocalDate, Period } from '../../time.ts';
import type { SiteStanding, StepState } from '../indicators/figure.ts';
import type { MeasureSaving } from '../measure-saving.ts';
import type { MeasureStanding } from '../measure-standing.ts';
import type { Step } from '../steps.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';

/**
 * The plan of an organisation or a site as a board reads it: what others worked out, put together. Nothing is reckoned
 * here that is not a sum, a count or a choice of what to say first.
 */

export interface PlanPlace {
  readonly kind: 'organisation' | 'site';
  readonly id: string;
  readonly name: string;
}

export interface PlanParts {
  readonly place: PlanPlace;
  readonly now: EpochSeconds;
  /** Names of its sites, by their ids. */
  readonly sites: ReadonlyMap<string, string>;
  readonly year: YearOfUse;
  /** What is known of renewable electricity; of organisations alone, who buy it. */
  readonly renewable: RenewableElectricity | undefined;
  readonly standing: readonly SiteStanding[];
  /** Of organisations alone: targets are theirs. */
  readonly trajectories: readonly Trajectory[];
  readonly measures: readonly MeasureStanding[];
  readonly savings: readonly MeasureSaving[];
}

/** The last twelve whole months, and the same a year before. */
export interface YearOfUse {
  readonly period: Period;
  readonly comparison: GroupComparison;
  /** As the organisation reports its carbon. */
  readonly emissions: CarbonFigure;
}

/** Since when all electricity is to be bought or made renewable, and whether it is. */
export interface RenewableElectricity {
  /** The quarter that is answered for, its first London date and as it is called. */
  readonly first: LocalDate;
  readonly quarter: string;
  readonly answer: QuarterAnswer;
}

/** The action plan of Mid and South Essex ICS (Green Plan 2022), which follows the NHS Standard Contract. */
export const renewableSince = '2025-04-01';

export interface PlanPage extends PlanParts {
  /** What to say first, a sentence each. */
  readonly headline: readonly string[];
  /** All four, in order. */
  readonly steps: readonly StepSummary[];
  readonly decisions: readonly Decision[];
}

/** A step at all sites of a place together. */
export interface StepSummary {
  readonly step: Step;
  readonly state: StepState;
  /** How many sites are in each state. */
  readonly sites: Readonly<Record<StepState, number>>;
  readonly measures: { readonly planned: number; readonly installing: number; readonly installed: number };
  readonly because: readonly string[];
}

/** What somebody has to decide or to find out next, in the order in which it is told. */
export const decisionKinds = {
  contradicted: 'something is said to be done, and a meter says otherwise',
  more_needed: 'a target is missed even when all that is planned comes',
  not_saving: 'what was done does not save what was expected of it',
  late: 'it was to be finished by now',
  funding: 'money for what is planned is not secured',
  order: 'a later step is to come before an earlier one',
  approve: 'what is proposed is neither decided nor refused',
  unverifiable: 'it is installed, and no meter can show what it saved',
  no_measures: 'a step has no measures at a site',
} as const;
export type DecisionKind = keyof typeof decisionKinds;
export const decisionKindNames = Object.keys(decisionKinds) as [DecisionKind, ...DecisionKind[]];

export interface Decision {
  readonly kind: DecisionKind;
  readonly says: string;
  readonly site?: string | undefined;
  readonly measure?: string | undefined;
  readonly step?: Step | undefined;
  /** £ of capital that it is about. */
  readonly gbp?: number | undefined;
  /** kgCO2e a year that it is about. */
  readonly kgco2e?: number | undefined;
  readonly by?: LocalDate | undefined;
}
