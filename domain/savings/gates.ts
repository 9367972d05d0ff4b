import { type Criterion, notMet, sayNotMet } from '../criteria.ts';
import { leastOfYear, yearDays } from './daily.ts';

/**
 * What must be true before a baseline model is made and before a saving is told, each with where it comes from.
 * `disqualifies`: without it there is no number. `doubts`: the number is told, and so is what is not met.
 * `quoted`: the paper was not at hand when it was written down here.
 */
export const gates = {
  baseline_length: {
    effect: 'disqualifies',
    says: 'days of the baseline period',
    least: leastOfYear,
    most: yearDays,
    unit: 'days',
    source: 'OpenEEmeter, common/sufficiency_criteria.py (CalTRACK 2.2.1.1)',
    standing: 'confirmed',
  },
  days_known: {
    effect: 'disqualifies',
    says: 'share of the baseline days of which both use and temperature are known',
    least: 0.9,
    unit: '',
    source: 'OpenEEmeter, common/sufficiency_criteria.py (CalTRACK 2.2.1.2)',
    standing: 'confirmed',
  },
  use_known: {
    effect: 'disqualifies',
    says: 'share of the baseline days of which the use is known',
    least: 0.9,
    unit: '',
    source: 'OpenEEmeter, common/sufficiency_criteria.py (CalTRACK 2.2.1.2)',
    standing: 'confirmed',
  },
  temperature_known: {
    effect: 'disqualifies',
    says: 'share of the baseline days of which the temperature is known',
    least: 0.9,
    unit: '',
    source: 'OpenEEmeter, common/sufficiency_criteria.py (CalTRACK 2.2.1.2)',
    standing: 'confirmed',
  },
  months_known: {
    effect: 'disqualifies',
    says: 'share of the days of its least known month of which the temperature is known',
    least: 0.9,
    unit: '',
    source: 'OpenEEmeter, common/sufficiency_criteria.py',
    standing: 'confirmed',
  },
  use_not_negative: {
    effect: 'disqualifies',
    says: 'days on which a fuel or heat meter ran backwards',
    most: 0,
    unit: 'days',
    source: 'OpenEEmeter, common/sufficiency_criteria.py (CalTRACK 2.3.5)',
    standing: 'confirmed',
  },
  any_candidate: {
    effect: 'disqualifies',
    says: 'candidates that qualify',
    least: 1,
    unit: 'candidates',
    source: 'CalTRACK 2.0, 3.4.3 (in code: eemeter 3.1.0, caltrack/usage_per_day.py)',
    standing: 'confirmed',
  },
  cv_rmse: {
    effect: 'disqualifies',
    says: 'CV(RMSE) of the model',
    most: 1,
    unit: '',
    source: 'OpenEEmeter 4, daily model: settings cvrmse_threshold',
    standing: 'confirmed',
  },
  reporting_known: {
    effect: 'disqualifies',
    says: 'days after the works of which both use and temperature are known',
    least: 1,
    unit: 'days',
    source: 'arithmetic: of no day nothing can be said',
    standing: 'confirmed',
  },
  no_extremes: {
    effect: 'doubts',
    says: 'days above the median by more than three interquartile ranges',
    most: 0,
    unit: 'days',
    source: 'OpenEEmeter, common/sufficiency_criteria.py (CalTRACK 2.3.6)',
    standing: 'confirmed',
  },
  r_squared: {
    effect: 'doubts',
    says: 'R²',
    least: 0.75,
    unit: '',
    source: 'ASHRAE Guideline 14',
    standing: 'quoted',
  },
  cv_of_months: {
    effect: 'doubts',
    says: 'CV(RMSE) of months',
    most: 0.15,
    unit: '',
    source: 'ASHRAE Guideline 14',
    standing: 'quoted',
  },
  cv_of_days: {
    effect: 'doubts',
    says: 'CV(RMSE) of days',
    most: 0.3,
    unit: '',
    source: 'ASHRAE Guideline 14',
    standing: 'quoted',
  },
  reporting_year: {
    effect: 'doubts',
    says: 'days after the works that are known: nine tenths of a year',
    least: leastOfYear,
    unit: 'days',
    source: 'IPMVP, option C: all of a year; the nine tenths are those of the baseline',
    standing: 'quoted',
  },
  reporting_share: {
    effect: 'doubts',
    says: 'share of the days after the works that are known',
    least: 0.9,
    unit: '',
    source: 'as of the baseline (CalTRACK 2.2.1.2)',
    standing: 'confirmed',
  },
  weather_seen: {
    effect: 'doubts',
    says: 'share of the days after the works that were colder or warmer than any day of the baseline',
    most: 0.1,
    unit: '',
    source: 'arithmetic: beyond what was seen a line is drawn on; the tenth is as of days that may be missing',
    standing: 'confirmed',
  },
  saving_share: {
    effect: 'doubts',
    says: 'saving as a share of what was expected',
    least: 0.1,
    unit: '',
    source: 'IPMVP, option C',
    standing: 'quoted',
  },
  saving_certain: {
    effect: 'doubts',
    says: 'half the width of the 90 % interval as a share of the saving',
    most: 0.5,
    unit: '',
    source: 'ASHRAE Guideline 14: uncertainty below 50 % of the saving',
    standing: 'quoted',
  },
  event_not_known: {
    effect: 'doubts',
    says: 'days left out because of a non-routine event whose effect is not known',
    most: 0,
    unit: 'days',
    source: 'IPMVP: non-routine events are recorded and adjusted for',
    standing: 'quoted',
  },
} as const satisfies Record<string, GateRule>;

interface GateRule extends Criterion {
  readonly effect: 'disqualifies' | 'doubts';
}

export type GateName = keyof typeof gates;

/** A gate that is not passed, with the number that did not pass it. */
export interface Gate {
  readonly gate: GateName;
  readonly found: number;
}

/** The gates of `found` that are not passed. A number that is not known is not judged. */
export function notPassed(of: Partial<Record<GateName, number | undefined>>): Gate[] {
  return notMet<GateName>(gates, of).map(({ name, found }) => ({ gate: name, found }));
}

export function disqualifies({ gate }: Gate): boolean {
  return gates[gate].effect === 'disqualifies';
}

/** A gate that is not passed, as a sentence for a person. */
export function sayGate({ gate, found }: Gate): string {
  return sayNotMet(gates[gate], found);
}
