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
  /** How often it is taken: -1 where it is taken off, a share where several report it. */
  readonly times: number;
  /** What it counted, in the buckets of the sums, as parts like those of a site. */
  readonly parts: readonly EnergyPart[];
  readonly total: Total;
}

/** What a figure reckons with, whatever its unit. */
export interface SharesWanted extends Pick<FigureAsked, 'figure' | 'place' | 'utility'> {
  readonly counts: (utility: Utility) => boolean;
}

interface Counted {
  readonly meter: Meter;
  readonly as: MeterShare['as'];
  readonly times: number;
}

/** A flow with its place, as `EnergyPart` wants it. */
class MeterPart extends Total implements EnergyPart {
  readonly site: string;
  readonly building: string | undefined;
  readonly reporter: string;
  readonly bucket: number;
  readonly utility: Utility;
  readonly source: Source;
  readonly warnings = [];

  constructor(site: string, { place }: SharesWanted, bucket: number, utility: Utility, source: Source) {
    super();
    this.site = site;
    this.building = place.kind === 'building' ? place.id : undefined;
    this.reporter = place.kind === 'organisation' ? place.id : '';
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
  wanted: SharesWanted,
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
        const source = as === 'purchased' ? 'purchased' : 'own_renewable';
        const part = new MeterPart(site, wanted, bucket, meter.utility, source);
        readFlow(flow, sums, bucket, meter.id);
        addTo(part, flow);
        addTo(share.total, flow);
        share.parts.push(part);
      }
    }
  }
  return [...shares.values()];
}

function countedIn(count: SiteCount, wanted: SharesWanted): Counted[] {
  const { figure, place, utility, counts } = wanted;
  const { generation } = count;
  const isBuilding = place.kind === 'building';
  const list: Counted[] = boughtIn(count, wanted).map(({ meter, times }) => ({ meter, as: 'purchased', times }));
  // Own renewable energy has no emissions.
  if (figure !== 'carbon') {
    for (const { renewable, reporters, exports } of generation) {
      const isOwn = (meter: Meter, i: number): boolean =>
        isBuilding ? meter.building === place.id : place.kind !== 'organisation' || reporters[i] === place.id;
      const own = renewable.filter(isOwn);
      for (const meter of own) list.push({ meter, as: 'own_renewable', times: 1 });
      // What leaves is shared by all that is made: of a part of what is made it takes only a part.
      if (own.length === 0 || own.length < renewable.length) continue;
      for (const { meter } of exports) list.push({ meter, as: 'export', times: -1 });
    }
  }
  return list.filter(({ meter }) => (utility === undefined || meter.utility === utility) && counts(meter.utility));
}

function boughtIn(
  { purchased, reported, buildings }: SiteCount,
  wanted: SharesWanted,
): readonly Pick<Counted, 'meter' | 'times'>[] {
  const { place } = wanted;
  if (place.kind === 'building') return buildings.get(place.id) ?? [];
  if (place.kind !== 'organisation') return purchased;
  return [...reported.values()].flat().filter(({ organisation }) => organisation === place.id);
}
