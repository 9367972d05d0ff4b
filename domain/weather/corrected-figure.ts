import type { IntensityFigure } from '../energy/place-intensity.ts';
import type { Utility } from '../estate/estate.ts';
import type { Signature } from './signature.ts';
import { type CorrectionNote, correctForWeather } from './weather-corrected.ts';

/** A note on a figure, with the utility it is about where it is about one. */
export interface FigureNote {
  readonly note: CorrectionNote;
  readonly utility?: Utility;
}

/** The energy of a place as it would have been in the weather of a standard year. */
export interface CorrectedFigure {
  /** kWh; undefined where it cannot be known, and the notes say why. */
  readonly energy: number | undefined;
  readonly notes: readonly FigureNote[];
}

export interface FigureCorrection {
  readonly figure: IntensityFigure;
  /** The signatures of the utilities that heat the place. */
  readonly signatures: ReadonlyMap<Utility, Signature>;
  readonly days: number;
  /** °C·day of the figure's period, and of the same days in the standard year. */
  readonly degreeDays: number | undefined;
  readonly standardDegreeDays: number;
}

/** Corrects what heats a place, each utility by its own signature; everything else stays as it was used. */
export function correctFigure(request: FigureCorrection): CorrectedFigure {
  const { figure, signatures, days, degreeDays, standardDegreeDays } = request;
  if (degreeDays === undefined) return { energy: undefined, notes: [{ note: 'weather-unknown' }] };
  if (figure.energy === undefined) return { energy: undefined, notes: [{ note: 'use-unknown' }] };
  const notes: FigureNote[] = [];
  let energy: number | undefined = figure.energy;
  for (const { utility, source, energy: actual } of figure.byFuel) {
    const signature = source === 'purchased' ? signatures.get(utility) : undefined;
    if (!signature) continue;
    if (actual === undefined) {
      notes.push({ note: 'use-unknown', utility });
      energy = undefined;
      continue;
    }
    const { corrected, note } = correctForWeather({ signature, days, actual, degreeDays, standardDegreeDays });
    if (note) notes.push({ note, utility });
    if (signature.relation === 'heating' && signature.doubts.length > 0) notes.push({ note: 'fit-doubtful', utility });
    energy = energy === undefined || corrected === undefined ? undefined : energy + corrected - actual;
  }
  return { energy, notes };
}
