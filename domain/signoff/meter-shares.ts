import { countedMeters, type SiteCount } from '../energy/counted-meters.ts';
import { addTo, readFlow, type Sums, Total } from '../energy/flow.ts';
import { supplyPointOf } from '../certificates/supply-points.ts';
import type { PointFlow } from '../energy/point-flows.ts';
import type { EnergyPart, Source } from '../energy/site-energy.ts';
import type { Estate, Meter, Utility } from '../estate/estate.ts';
import { dateOf, type Period } from '../time.ts';
import { type FigureAsked, figureKinds } from './figure-asked.ts';

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
  /** By whom it is reported, where the figure asks for that; undefined: it is not told apart. */
  readonly reporter: string | undefined;
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
  readonly reporter?: string | undefined;
  /** The meter of what is made that it counts, or takes off from; undefined where there are several. */
  readonly made?: string | undefined;
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
  points: readonly PointFlow[] | undefined;
  readonly generation: EnergyPart['generation'];

  constructor(site: string, { place }: SharesWanted, bucket: number, { meter, as, reporter, made }: Counted) {
    super();
    this.site = site;
    this.building = place.kind === 'building' ? place.id : undefined;
    this.reporter = reporter ?? (place.kind === 'organisation' ? place.id : '');
    this.bucket = bucket;
    this.utility = meter.utility;
    this.source = as === 'purchased' ? 'purchased' : 'own_renewable';
    this.generation = made === undefined ? undefined : { meter: made, made: 0 };
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
    const date = dateOf(start);
    const counts = countedMeters(estate, date);
    for (const site of sites) {
      const count = counts.get(site);
      for (const counted of count ? countedIn(count, wanted) : []) {
        const { meter, as, times, reporter } = counted;
        const key = `${meter.id} ${as} ${times} ${reporter}`;
        const share = shares.get(key) ?? { site, meter, as, times, reporter, parts: [], total: new Total() };
        shares.set(key, share);
        const part = new MeterPart(site, wanted, bucket, counted);
        readFlow(flow, sums, bucket, meter.id);
        addTo(part, flow);
        if (as === 'purchased' && meter.utility === 'electricity' && figureKinds[wanted.figure].market) {
          part.points = [{ ...supplyPointOf(estate, meter, date), energy: part.energy }];
        }
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
  const list: Counted[] = boughtIn(count, wanted).map((one) => ({ ...one, as: 'purchased' }));
  if (figureKinds[figure].own) {
    for (const { renewable, reporters, exports } of generation) {
      const isOwn = (meter: Meter, i: number): boolean =>
        isBuilding ? meter.building === place.id : place.kind !== 'organisation' || reporters[i] === place.id;
      const reporterOf = (meter: Meter): string | undefined =>
        figureKinds[figure].market ? reporters[renewable.indexOf(meter)] : undefined;
      const own = renewable.filter(isOwn);
      for (const meter of own) {
        list.push({ meter, as: 'own_renewable', times: 1, reporter: reporterOf(meter), made: meter.id });
      }
      // What leaves is shared by all that is made: of a part of what is made it takes only a part.
      if (own.length === 0 || own.length < renewable.length) continue;
      const [only, ...others] = own;
      for (const { meter, of } of exports) {
        list.push({ meter, as: 'export', times: -1, made: of ?? (others.length === 0 ? only?.id : undefined) });
      }
    }
  }
  return list.filter(({ meter }) => (utility === undefined || meter.utility === utility) && counts(meter.utility));
}

function boughtIn(
  { purchased, reported, buildings }: SiteCount,
  { figure, place }: SharesWanted,
): readonly Pick<Counted, 'meter' | 'times' | 'reporter'>[] {
  if (place.kind === 'building') return buildings.get(place.id) ?? [];
  // Certificates are of an organisation: what a meter counts is covered by those of whom it is reported by.
  const { market } = figureKinds[figure];
  if (place.kind !== 'organisation' && !market) return purchased.map(({ meter, times }) => ({ meter, times }));
  return [...reported.values()]
    .flat()
    .filter(({ organisation }) => place.kind !== 'organisation' || organisation === place.id)
    .map(({ meter, times, organisation }) => ({ meter, times, reporter: market ? organisation : undefined }));
}
