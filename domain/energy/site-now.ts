import type { SiteCount } from './counted-meters.ts';
import { isHeard, type Meter } from '../estate/estate.ts';
import type { EpochSeconds } from '../time.ts';

/** What a site uses at one minute, by utility. */
export interface SiteNow {
  readonly site: string;
  readonly utility: string;
  /** UTC start of the minute. */
  readonly at: EpochSeconds;
  /** kW for energy, m³/h for water; undefined when a meter that belongs to it is not known. */
  readonly rate: number | undefined;
  /** The same for this half-hour of the week, from the four weeks before; undefined when they are not known. */
  readonly usual: number | undefined;
  readonly heardMeters: number;
  readonly silentMeters: number;
}

/** The same, with what it is made of. */
export interface SiteLoad extends SiteNow {
  /** Ids of the meters whose rate is not known, and for want of which the site's is not. */
  readonly unknownMeters: readonly string[];
  /** The oldest moment that `rate` stands for: of a slow meter, the end of its last half-hour. */
  readonly oldest: EpochSeconds | undefined;
}

/** What is known of one meter at this minute. */
export interface MeterNow {
  /** kW or m³/h. */
  readonly rate: number | undefined;
  /** The moment it stands for. */
  readonly rateAt: EpochSeconds | undefined;
  readonly usual: number | undefined;
  readonly heard: boolean;
}

interface Term {
  readonly meter: Meter;
  readonly times: 1 | -1;
}

/**
 * The use of one site now: what is bought, and what is made here by any technology, less what leaves. Unlike the
 * energy of a period, where the fuel of a CHP counts once as fuel, this is the load of each utility by itself.
 */
export function siteNow(count: SiteCount, meters: ReadonlyMap<string, MeterNow>, at: EpochSeconds): SiteLoad[] {
  const terms: Term[] = [...count.purchased];
  for (const { renewable, other, exports } of count.generation) {
    for (const meter of [...renewable, ...other]) terms.push({ meter, times: 1 });
    for (const { meter } of exports) terms.push({ meter, times: -1 });
  }
  const byUtility = Map.groupBy(terms, ({ meter }) => meter.utility);
  return Array.from(byUtility, ([utility, list]) => {
    const speaking = list.filter(({ meter }) => isHeard(meter));
    const heardMeters = speaking.filter(({ meter }) => meters.get(meter.id)?.heard).length;
    return {
      site: count.site,
      utility,
      at,
      rate: sum(list, (meter) => meters.get(meter.id)?.rate),
      usual: sum(list, (meter) => meters.get(meter.id)?.usual),
      heardMeters,
      silentMeters: speaking.length - heardMeters,
      unknownMeters: list.flatMap(({ meter: { id } }) => (meters.get(id)?.rate === undefined ? [id] : [])),
      oldest: oldestOf(list.flatMap(({ meter }) => meters.get(meter.id)?.rateAt ?? [])),
    };
  });
}

function oldestOf(stamps: readonly EpochSeconds[]): EpochSeconds | undefined {
  return stamps.length === 0 ? undefined : Math.min(...stamps);
}

/** All or nothing: a sum that lacks a meter would look like low use. */
function sum(terms: readonly Term[], valueOf: (meter: Meter) => number | undefined): number | undefined {
  let total = 0;
  for (const { meter, times } of terms) {
    const value = valueOf(meter);
    if (value === undefined) return undefined;
    total += times * value;
  }
  return total;
}
