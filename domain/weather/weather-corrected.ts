import { fitCriteria } from './fit-criteria.ts';
import type { Signature } from './signature.ts';

/**
 * Use as it would have been in the weather of a standard year: what follows the weather is scaled by degree days, the
 * baseload is left alone: (weather-related ÷ actual degree days) × standard degree days + baseload (the procedure that
 * Vesma publishes beside his standard year).
 */

export interface CorrectionRequest {
  readonly signature: Signature;
  /** Of the period that is corrected. */
  readonly days: number;
  /** kWh. */
  readonly actual: number;
  /** °C·day of the same method and base; see `checkSameBasis`. */
  readonly degreeDays: number;
  readonly standardDegreeDays: number;
}

/** Why nothing, or not everything, was corrected. */
export const correctionNotes = {
  'no-relation': 'use does not follow the weather, so there is nothing to correct',
  'below-baseload': 'less was used than the baseload alone, so there is nothing to correct',
  'too-warm': 'there were too few degree days to scale by',
  'not-described': 'the register does not say by which weather the site is judged',
  'no-standard': 'the register names no standard year, or its years are not known',
  'weather-unknown': 'the temperatures of too many days are not known',
  'use-unknown': 'too little of what was used is known',
  'fit-doubtful': 'the fit is not as good as it should be; the energy signature says why',
  'standard-quoted': 'the table of the standard year, or the method it was made by, was not seen in print',
} as const;
export type CorrectionNote = keyof typeof correctionNotes;

export interface Correction {
  /** kWh; undefined where it cannot be known. */
  readonly corrected: number | undefined;
  readonly note?: CorrectionNote;
}

export function correctForWeather(request: CorrectionRequest): Correction {
  const { signature, days, actual, degreeDays, standardDegreeDays } = request;
  const { relation, line } = signature;
  if (relation === 'none' || !line) return { corrected: actual, note: 'no-relation' };
  const baseload = line.baseload * days;
  const weatherRelated = actual - baseload;
  if (weatherRelated <= 0) return { corrected: actual, note: 'below-baseload' };
  // Of next to no degree days the quotient is noise, and the standard ones would multiply it.
  if (degreeDays < fitCriteria['heating-degree-days'].least) return { corrected: undefined, note: 'too-warm' };
  return { corrected: (weatherRelated / degreeDays) * standardDegreeDays + baseload };
}
