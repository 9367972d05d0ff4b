import { areaOn } from './area.ts';
import { accountingOf } from '../carbon/accounting.ts';
import { emissionsOf, shareReturnedOn } from '../carbon/carbon.ts';
import type { Estate, Utility } from '../estate/estate.ts';
import type { MeterSum } from './bucket-sums.ts';
import { isKnown, measuredShareOf } from './flow.ts';
import { addParts, energyParts, indexSums } from './site-energy.ts';
import { dateOf, type EpochSeconds } from '../time.ts';

/**
 * The days of a site by utility, from the day figures of its meters: the same sums whether they are published as a
 * series or asked of the API.
 */

/** One site's London day of one utility: counted meters only, so that nothing is in it twice. */
export interface SiteDay {
  readonly site: string;
  readonly utility: Utility;
  /** UTC instant of local midnight. */
  readonly day: EpochSeconds;
  /** kWh bought and made of sun, wind and water for own use; 0 for water. */
  readonly energy: number;
  /** m³, where the meters count volume. */
  readonly volume: number;
  /** From 0 to 1, by energy; by volume for water. */
  readonly measuredShare: number;
  /**
   * kgCO2e, location-based, as the estate reports (`reporting:` of the register); undefined when a factor is missing
   * or nothing is known. What lies outside its boundary has 0.
   */
  readonly emissionsLocation: number | undefined;
  /** Gross internal area valid that day, m²; undefined when the site is not open or its area not known. */
  readonly area: number | undefined;
}

/**
 * The days of some sites. `boundaries` are local midnights in order (the last may be now, for a day that is not over),
 * and `sums` those of the meters that `metersNeeded` names. A utility without a counted meter has no day.
 */
export function siteDays(
  estate: Estate,
  sites: Iterable<string>,
  boundaries: readonly EpochSeconds[],
  list: readonly MeterSum[],
): SiteDay[] {
  const accounting = accountingOf(estate);
  const whole = energyParts(estate, sites, indexSums(boundaries, list));
  const groups = Map.groupBy(whole, (part) => `${part.site}/${part.utility}/${part.bucket}`).values();
  return [...groups].flatMap((parts): SiteDay[] => {
    const [first] = parts;
    if (!first) return [];
    const { site: id, utility, bucket } = first;
    const day = boundaries[bucket] ?? 0;
    const date = dateOf(day);
    const site = estate.sites.get(id);
    const total = addParts(parts);
    const { energy, volume } = addParts(parts.filter((part) => part.source === 'purchased'));
    const bought = { utility, energy, volume, returned: shareReturnedOn(estate, id, date) };
    return [
      {
        site: id,
        utility,
        day,
        energy: total.energy,
        volume: total.volume,
        measuredShare: measuredShareOf(total, utility === 'water' ? 'volume' : 'energy').byAmount ?? 0,
        emissionsLocation: isKnown(total) ? emissionsOf(bought, date, accounting) : undefined,
        area: site && areaOn(site.gross_internal_area_m2, date, site),
      },
    ];
  });
}
