import { dayWeightedArea, type DatedValue, type Validity } from './area.ts';
import type { Purchase, SiteCount } from './counted-meters.ts';
import type { Utility } from '../estate/estate.ts';
import type { EpochSeconds, Period } from '../time.ts';

/**
 * How much of a place's area has a meter through which a fuel is bought. A group's kWh per m² is over the area of all
 * its sites, so those that no meter counts make it smaller than it is: this share, beside it, says by how much at most.
 * It cannot tell a site without gas from one whose gas is not metered; the register knows meters and not pipes.
 */

/** What counts at a site in each stretch of the period in which the same meters count. */
export type Eras = readonly { readonly from: EpochSeconds; readonly count: SiteCount }[];

export function allEras(eras: Eras): SiteCount[] {
  return eras.map(({ count }) => count);
}

/** m² × days with a meter, and in all. */
interface AreaDays {
  readonly metered: number;
  readonly all: number;
}

type Wanted = Utility | 'energy';

/** The share of the area, 0 to 1, with a meter of a utility, or of any but water; undefined where there is no area. */
export interface MeteredArea {
  (of: Wanted): number | undefined;
  readonly areaDays: (of: Wanted) => AreaDays;
}

export interface MeteredRequest {
  readonly list: readonly DatedValue[];
  readonly open: Validity;
  readonly period: Period;
  readonly eras: Eras;
  readonly bought: (count: SiteCount) => readonly Purchase[];
}

/** The metered area of one site or building, worked out when it is asked for. */
export function meteredArea({ list, open, period, eras, bought }: MeteredRequest): MeteredArea {
  return shareOf((of) => {
    let [metered, all] = [0, 0];
    for (const [i, { from, count }] of eras.entries()) {
      const era = { from, to: eras[i + 1]?.from ?? period.to };
      const { area = 0, days, unknownDays } = dayWeightedArea(list, era, open);
      const areaDays = area * (days - unknownDays);
      all += areaDays;
      if (bought(count).some(({ meter, times }) => times === 1 && isOf(meter.utility, of))) metered += areaDays;
    }
    return { metered, all };
  });
}

function isOf(utility: Utility, of: Wanted): boolean {
  return of === 'energy' ? utility !== 'water' : utility === of;
}

/** The metered area of several places as one. */
export function meteredTogether(places: readonly MeteredArea[]): MeteredArea {
  return shareOf((of) => {
    let [metered, all] = [0, 0];
    for (const place of places) {
      const one = place.areaDays(of);
      metered += one.metered;
      all += one.all;
    }
    return { metered, all };
  });
}

function shareOf(areaDays: MeteredArea['areaDays']): MeteredArea {
  const share = (of: Wanted): number | undefined => {
    const { metered, all } = areaDays(of);
    return all > 0 ? metered / all : undefined;
  };
  return Object.assign(share, { areaDays });
}
