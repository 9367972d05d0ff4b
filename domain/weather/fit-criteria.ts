import { type Criterion, notMet, sayNotMet } from '../criteria.ts';

/**
 * What must be true before use is said to follow the weather, and what a good fit is, each with where it comes from.
 * `refuses`: without it there is no relation. `doubts`: the relation is told, and so is what is not met.
 * `quoted`: the paper was not at hand when it was written down here.
 */
export const fitCriteria = {
  'points-apart': {
    effect: 'refuses',
    says: 'points of unlike weather',
    least: 3,
    unit: 'points',
    source: 'arithmetic: a line through two points has no error',
    standing: 'confirmed',
  },
  'heating-days': {
    effect: 'refuses',
    says: 'days on which it was colder than the base',
    least: 10,
    unit: 'days',
    source: 'CalTRACK 2.0, 3.4.3.3 (in code: eemeter 3.1.0, caltrack/usage_per_day.py)',
    standing: 'confirmed',
  },
  'heating-degree-days': {
    effect: 'refuses',
    says: 'degree days in all, 20 in °F',
    least: 20 / 1.8,
    unit: '°C·day',
    source: 'CalTRACK 2.0, 3.4.3.3 (in code: eemeter 3.1.0, caltrack/usage_per_day.py)',
    standing: 'confirmed',
  },
  'not-negative': {
    effect: 'refuses',
    says: 'the lower of baseload and slope: neither can be negative',
    least: 0,
    unit: 'kWh/day or kWh per degree day',
    source: 'CalTRACK 2.0, 3.4.3.3 (in code: eemeter 3.1.0, caltrack/usage_per_day.py)',
    standing: 'confirmed',
  },
  'better-than-mean': {
    effect: 'refuses',
    says: 'adjusted R² above that of the mean alone, which is 0',
    least: 0,
    unit: '',
    source: 'CalTRACK 2.0, 3.4.3.3: the candidate of the highest adjusted R² is taken',
    standing: 'confirmed',
  },
  'slope-certain': {
    effect: 'refuses',
    says: 'the slope in its own standard errors: chance alone makes slopes of less',
    least: 2,
    unit: 'standard errors',
    source: 'IPMVP, uncertainty: a t-statistic above 2',
    standing: 'quoted',
  },
  'r-squared': {
    effect: 'doubts',
    says: 'R²',
    least: 0.75,
    unit: '',
    source: 'ASHRAE Guideline 14',
    standing: 'quoted',
  },
  'cv-of-months': {
    effect: 'doubts',
    says: 'CV(RMSE) of months',
    most: 0.15,
    unit: '',
    source: 'ASHRAE Guideline 14',
    standing: 'quoted',
  },
  'cv-of-days': {
    effect: 'doubts',
    says: 'CV(RMSE) of days',
    most: 0.3,
    unit: '',
    source: 'ASHRAE Guideline 14',
    standing: 'quoted',
  },
  'days-covered': {
    effect: 'doubts',
    says: 'days that the points cover: nine tenths of a year',
    least: 329,
    unit: 'days',
    source: 'OpenEEmeter, common/sufficiency_criteria.py',
    standing: 'confirmed',
  },
  'points-kept': {
    effect: 'doubts',
    says: 'share of the points asked for that are whole',
    least: 0.9,
    unit: '',
    source: 'OpenEEmeter, common/sufficiency_criteria.py',
    standing: 'confirmed',
  },
  'no-extremes': {
    effect: 'doubts',
    says: 'points above the median by more than three interquartile ranges',
    most: 0,
    unit: 'points',
    source: 'OpenEEmeter, common/sufficiency_criteria.py',
    standing: 'confirmed',
  },
  'use-not-negative': {
    effect: 'refuses',
    says: 'the least use of a point: heating fuel does not flow back',
    least: 0,
    unit: 'kWh/day',
    source: 'OpenEEmeter, common/sufficiency_criteria.py',
    standing: 'confirmed',
  },
} as const satisfies Record<string, FitCriterion>;

interface FitCriterion extends Criterion {
  readonly effect: 'refuses' | 'doubts';
}

export type FitCriterionName = keyof typeof fitCriteria;

/** A criterion that is not met, with the number that did not meet it. */
export interface Unmet {
  readonly criterion: FitCriterionName;
  readonly found: number;
}

/** The criteria of `found` that are not met. A number that is not known is not judged. */
export function unmetOf(of: Partial<Record<FitCriterionName, number | undefined>>): Unmet[] {
  return notMet<FitCriterionName>(fitCriteria, of).map(({ name, found }) => ({ criterion: name, found }));
}

/** A criterion that is not met, as a sentence for a person. */
export function sayUnmet({ criterion, found }: Unmet): string {
  return sayNotMet(fitCriteria[criterion], found);
}
