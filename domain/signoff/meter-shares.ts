import { countedMeters, type SiteCount } from '../energy/counted-meters.ts';
import { addTo, readFlow, type Sums, Total } from '../energy/flow.ts';
import type { EnergyPart, Source } from '../energy/site-energy.ts';
import type { Estate, Meter, Utility } from '../estate/estate.ts';
import { dateOf, type Period } from '../time.ts';
import { type FigureAsked, isReported } from './figure-asked.ts';

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
type Wanted = Pick<FigureAsked, 'figure' | 'place' | 'utility'>;

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

  constructor(site: string, { place }: Wanted, bucket: number, utility: Utility, source: Source) {
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

function countedIn(count: SiteCount, wanted: Wanted): Counted[] {
  const { figure, place, utility } = wanted;
  const { generation } = count;
  const isBuilding = place.kind === 'building';
  const list: Counted[] = boughtIn(count, wanted).map(({ meter, times }) => ({ meter, as: 'purchased', times }));
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

function boughtIn(
  { purchased, reported, buildings }: SiteCount,
  wanted: Wanted,
): readonly Pick<Counted, 'meter' | 'times'>[] {
  const { place } = wanted;
  if (place.kind === 'building') return buildings.get(place.id) ?? [];
  if (!isReported(wanted)) return purchased;
  return [...reported.values()].flat().filter(({ organisation }) => organisation === place.id);
}
