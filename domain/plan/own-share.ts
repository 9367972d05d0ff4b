import type { Generation } from '../energy/counted-meters.ts';
import { lacks, type Sums } from '../energy/flow.ts';
import { type Estate, isValidOn, type Meter } from '../estate/estate.ts';
import { dateOf, type Period } from '../time.ts';
import { flowOfTerms, metersOfEras, ownElectricityEras, type TermEra } from './indicators/terms.ts';

/** Which share of the electricity that a site makes it uses itself: what leaves saves nothing that it would buy. */

export interface MadeAndExported {
  readonly made: readonly TermEra[];
  readonly exported: readonly TermEra[];
  /** Whether a meter counts what leaves, also where nothing is made yet. */
  readonly isExportCounted: boolean;
}

/**
 * What a site makes in a period, and what leaves. Of the stretches in which no meter counts what leaves nothing is
 * taken, where others have one.
 */
export function madeAndExported(estate: Estate, site: string, period: Period): MadeAndExported {
  const erasOf = (pick: (own: Generation) => readonly Meter[]) => ownElectricityEras(estate, site, period, pick);
  const exported = erasOf(({ exports }) => exports.map(({ meter }) => meter));
  // An engine's electricity leaves by the same meter.
  const made = erasOf(({ renewable, other, through }) => [...renewable, ...other, ...through]);
  const isExport = (meter: Meter): boolean =>
    meter.site === site &&
    meter.role === 'export' &&
    meter.utility === 'electricity' &&
    meter.measures === 'active' &&
    isValidOn(meter, dateOf(period.to));
  return {
    made: made.filter((_, i) => (exported[i]?.terms.length ?? 0) > 0),
    exported,
    isExportCounted: metersOfEras(exported).length > 0 || [...estate.meters.values()].some(isExport),
  };
}

/** 0 to 1: all of it where no meter counts what leaves; undefined where that or what is made is not known. */
export function ownShareOf(days: Sums, { made, exported, isExportCounted }: MadeAndExported): number | undefined {
  if (!isExportCounted) return 1;
  const [all, out] = [flowOfTerms(days, made), flowOfTerms(days, exported)];
  if (all.energy <= 0 || lacks(all, false) || lacks(out, false)) return undefined;
  return Math.min(1, Math.max(0, (all.energy - out.energy) / all.energy));
}
