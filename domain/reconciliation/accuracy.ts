import type { Estate, Meter } from '../estate/estate.ts';
import { countMeaningOn } from '../half-hours/meter-conversion.ts';
import type { LocalDate } from '../time.ts';

/**
 * How far a sum of meters may be from the truth. A class of accuracy bounds the error of a meter's count and says no
 * more, so that every error within it is as likely (a rectangular distribution): its standard uncertainty is the bound
 * over √3 (JCGM 100:2008, "GUM", 4.3.7). The same meter errs the same way all the time, so over a period it is taken of
 * its whole amount. A register shows whole steps: each end of a run of half-hours is known to a step, a standard
 * uncertainty of step/√12 (GUM F.2.2.1), at two ends. Different meters err independently: squares add (GUM 5.1.2). The
 * bound is twice the combined standard uncertainty, about 95 % (GUM 6.2, coverage factor 2).
 */

export const coverageFactor = 2;

export interface Accuracy {
  /** As a fraction: 0.01 for a meter within 1 %. */
  readonly fraction: number;
  readonly from: 'meter' | 'site';
}

/** How accurate a meter is: by itself, or by what its site says of such meters. Nothing else is assumed. */
export function accuracyOf(estate: Estate, meter: Meter): Accuracy | undefined {
  if (meter.accuracy !== undefined) return { fraction: meter.accuracy, from: 'meter' };
  const usual = estate.sites.get(meter.site)?.usual_accuracy?.[meter.utility];
  return usual === undefined ? undefined : { fraction: usual, from: 'site' };
}

/** The smallest step of a meter's register in kWh or m³; 0 where the register's step is not said. */
export function resolutionOf(meter: Meter, by: 'energy' | 'volume', date: LocalDate): number {
  return (meter.register?.step ?? 0) * (countMeaningOn(meter, date)[by] ?? 0);
}

/** What one meter has in a sum. */
export interface UncertainAmount {
  /** How often the meter is in the sum; negative where it is taken away. */
  readonly times: number;
  readonly amount: number;
  readonly accuracy: number;
  readonly resolution: number;
}

/** The bound of a sum over so many separate runs of half-hours. */
export function boundOf(amounts: Iterable<UncertainAmount>, runs: number): number {
  let variance = 0;
  for (const { times, amount, accuracy, resolution } of amounts) {
    variance += (times * accuracy * amount) ** 2 / 3 + (runs * (times * resolution) ** 2) / 6;
  }
  return coverageFactor * Math.sqrt(variance);
}
