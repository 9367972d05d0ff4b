import { countedMeters, type SiteCount } from '../energy/counted-meters.ts';
import { addTo, readFlow, type Sums, Total } from '../energy/flow.ts';
import type { EnergyPart, Source } from '../energy/site-energy.ts';
import type { Estate, Meter, Utility } from '../estate/estate.ts';
import { dateOf, type Period } from '../time.ts';
import type { FigureAsked } from './figure-asked.ts';

/**
 * The meters that a figure was added up from, each with what it counted: the step of the chain between a site and the
 * days of its meters.
 */

export interface MeterShare {
  readonly site: string;
  readonly meter: Meter;
  /** As what it counts: what was bought, what was made and used here, or what of it left. */
  readonly as: Source | 'export';
  /** -1 where it is taken off. */
  readonly times: 1 | -1;
  /** What it counted, in the buckets of the sums, as parts like those of a site. */
  readonly parts: readonly EnergyPart[];
  readonly total: Total;
}

/** What a figure reckons with, whatever its unit. */
type Wanted = Pick<FigureAsked, 'figure' | 'place' | 'utility'>;

interface Counted {
  readonly meter: Meter;
  readonly as: MeterShare['as'];
  readonly times: 1 | -1;
}

/** A flow with its place, as `EnergyPart` wants it. */
class MeterPart extends Total implements EnergyPart {
  readonly site: string;
  readonly building: string | undefined;
  readonly bucket: number;
  readonly utility: Utility;
  readonly source: Source;
  readonly warnings = [];

  constructor(site: string, building: string | undefined, bucket: number, utility: Utility, source: Source) {
    super();
    this.site = site;
    this.building = building;
    this.bucket = bucket;
    this.utility = utility;
    this.source = source;
  }
}

/** The meters that count, and what each counted in the buckets that lie in the period. */
export function meterShares(
  estate: Estate,
  sites: readonly string[],
  sums: Sums,
  period: Period,
  wanted: Wanted,
): MeterShare[] {
  const { boundaries } = sums;
  const shares = new Map<string, MeterShare & { readonly parts: EnergyPart[] }>();
  const flow = new Total();
  for (const [bucket, start] of boundaries.slice(0, -1).entries()) {
    if (start < period.from || (boundaries[bucket + 1] ?? start) > period.to) continue;
    const counts = countedMeters(estate, dateOf(start));
    for (const site of sites) {
      const count = counts.get(site);
      for (const { meter, as, times } of count ? countedIn(count, wanted) : []) {
        const key = `${meter.id} ${as} ${times}`;
        const share = shares.get(key) ?? { site, meter, as, times, parts: [], total: new Total() };
        shares.set(key, share);
        const building = wanted.place.kind === 'building' ? wanted.place.id : undefined;
        const source = as === 'purchased' ? 'purchased' : 'own_renewable';
        const part = new MeterPart(site, building, bucket, meter.utility, source);
        readFlow(flow, sums, bucket, meter.id);
        addTo(part, flow);
        addTo(share.total, flow);
        share.parts.push(part);
      }
    }
  }
  return [...shares.values()];
}

function countedIn({ purchased, buildings, generation }: SiteCount, { figure, place, utility }: Wanted): Counted[] {
  const isBuilding = place.kind === 'building';
  const bought = isBuilding ? (buildings.get(place.id) ?? []) : purchased;
  const list: Counted[] = bought.map(({ meter, times }) => ({ meter, as: 'purchased', times }));
  // Own renewable energy has no emissions.
  if (figure !== 'carbon') {
    for (const { renewable, exports } of generation) {
      const own = renewable.filter((meter) => !isBuilding || meter.building === place.id);
      for (const meter of own) list.push({ meter, as: 'own_renewable', times: 1 });
      if (own.length === 0 || isBuilding) continue;
      for (const { meter } of exports) list.push({ meter, as: 'export', times: -1 });
    }
  }
  return list.filter(
    ({ meter }) =>
      (utility === undefined || meter.utility === utility) && (figure === 'carbon' || meter.utility !== 'water'),
  );
}
