import { printRounded } from '../energy/figure.ts';
import { convert } from '../units.ts';

/**
 * How many REGOs are issued for output: one for each MWh of gross renewable output, to the nearest whole one, a half
 * rounded up (Ofgem, Guidance for generators). What is submitted by the month is rounded by the month.
 */

/** The certificates for output submitted at once, kWh. */
export function certificatesFor(energy: number): number {
  return Math.max(0, Number(printRounded(convert(energy, 'kWh', 'MWh'), 0)));
}

/** The certificates for the months of a disclosure period, kWh each, as they are submitted. */
export function certificatesOfYear(months: readonly number[], submitted: 'month' | 'year'): number {
  if (submitted === 'year') return certificatesFor(months.reduce((sum, month) => sum + month, 0));
  return months.reduce((sum, month) => sum + certificatesFor(month), 0);
}
