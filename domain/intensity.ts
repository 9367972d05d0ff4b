import { dayWeightedArea, type WeightedArea } from './area.ts';
import { countedMeters, type ExcludedMeter, type SiteCount } from './counted-meters.ts';
import type { Estate, Site, Utility } from './estate.ts';
import { distinctWarnings, type Figure, type MeasuredShare, type Warning } from './figure.ts';
import {
  addParts,
  buildingParts,
  type EnergyPart,
  energyParts,
  figureChanges,
  isKnown,
  measuredShareOf,
  type Source,
  type Sums,
} from './site-energy.ts';
import { dateOf, type Period } from './time.ts';

/**
 * Energy per m² of gross internal area: what was bought and the own renewable energy used, each kWh once, over the
 * day-weighted area that was valid.
 */

export const placeKinds = ['site', 'building', 'organisation', 'estate'] as const;
export type PlaceKind = (typeof placeKinds)[number];

export interface FuelEnergy {
  readonly utility: Utility;
  readonly source: Source;
  /** kWh; undefined where nothing is known. */
  readonly energy: number | undefined;
  /** kWh/m²; undefined where the area is. */
  readonly intensity: number | undefined;
  readonly measuredShare: MeasuredShare;
}

/** A meter that counts, and as what. `times` is -1 where it feeds on to a place with a figure of its own. */
export interface IncludedMeter {
  readonly meter: string;
  readonly as: Source | 'export';
  readonly times: 1 | -1;
}

export interface IntensityFigure extends Figure {
  readonly place: { readonly kind: PlaceKind; readonly id: string; readonly name: string };
  readonly period: Period;
  /** kWh in the period. */
  readonly energy: number | undefined;
  readonly area: WeightedArea;
  readonly byFuel: readonly FuelEnergy[];
  readonly included: readonly IncludedMeter[];
  readonly excluded: readonly ExcludedMeter[];
}

export interface IntensityRequest {
  readonly estate: Estate;
  /** The sites asked for; an organisation's or the estate's figure is of these. */
  readonly sites: readonly string[];
  readonly period: Period;
}

/** What one figure is made of. */
interface Basis {
  readonly place: IntensityFigure['place'];
  readonly parts: readonly EnergyPart[];
  readonly area: WeightedArea;
  readonly included: readonly IncludedMeter[];
  readonly excluded: readonly ExcludedMeter[];
  readonly warnings: readonly Warning[];
}

function figureOf({ estate, period }: IntensityRequest, basis: Basis): IntensityFigure {
  const { place, included, excluded, area } = basis;
  const parts = basis.parts.filter((part) => part.utility !== 'water');
  const per = (energy: number | undefined): number | undefined =>
    energy !== undefined && area.area ? energy / area.area : undefined;
  const groups = Map.groupBy(parts, (part) => `${part.source} ${part.utility}`).values();
  const byFuel = [...groups].flatMap((group): FuelEnergy[] => {
    const [first] = group;
    if (!first) return [];
    const total = addParts(group);
    const { utility, source } = first;
    const energy = isKnown(total) ? total.energy : undefined;
    return [{ utility, source, energy, intensity: per(energy), measuredShare: measuredShareOf(total) }];
  });
  const total = addParts(parts);
  // No counted meter, or one that says nothing, is not the same as no use.
  const energy = isKnown(total) ? total.energy : undefined;
  const none: Warning[] = parts.length === 0 ? [{ code: 'no-meter', about: place.id }] : [];
  return {
    place,
    period,
    value: per(energy),
    unit: 'kWh',
    per: 'm2',
    energy,
    area,
    byFuel,
    included,
    excluded,
    measuredShare: measuredShareOf(total),
    versions: { register: estate.version, factorSets: [] },
    warnings: distinctWarnings([...none, ...basis.warnings, ...total.warnings]),
  };
}

function areaWarnings(about: string, area: WeightedArea): Warning[] {
  const list: Warning[] = [];
  const days = (count: number): string =>
    `${Math.round(count * 100) / 100} of ${Math.round(area.days * 100) / 100} days`;
  if (area.openDays < area.days) list.push({ code: 'not-open', about, detail: `open on ${days(area.openDays)}` });
  if (area.unknownDays > 0 || area.area === undefined) {
    list.push({ code: 'area-unknown', about, detail: `unknown on ${days(area.unknownDays)}` });
  }
  return list;
}

/** What counts at a site in each stretch of the period in which the same meters count. */
type Eras = readonly SiteCount[];

type Explained = Pick<Basis, 'included' | 'excluded'>;

// A pure function's memory: most periods lie in one era, and a year of months asks for the same one twelve times.
const explainedEras = new WeakMap<SiteCount, Explained>();

/** The meters that count or do not, over a whole period: each entry once. */
function explained(eras: Eras): Explained {
  const [only, ...others] = eras;
  if (only === undefined || others.length > 0) return explain(eras);
  const known = explainedEras.get(only) ?? explain(eras);
  explainedEras.set(only, known);
  return known;
}

function explain(eras: Eras): Explained {
  const included = new Map<string, IncludedMeter>();
  const excluded = new Map<string, ExcludedMeter>();
  const include = (meter: string, as: IncludedMeter['as'], times: 1 | -1): void => {
    included.set(`${meter} ${as} ${times}`, { meter, as, times });
  };
  for (const count of eras) {
    for (const { meter, times } of count.purchased) include(meter.id, 'purchased', times);
    for (const { renewable, exports } of count.generation) {
      for (const meter of renewable) include(meter.id, 'own_renewable', 1);
      if (renewable.length > 0) for (const { meter } of exports) include(meter.id, 'export', -1);
    }
    for (const entry of count.excluded) excluded.set(`${entry.meter} ${entry.why}`, entry);
  }
  return { included: [...included.values()], excluded: [...excluded.values()] };
}

function siteBasis(period: Period, site: Site, eras: Eras, parts: readonly EnergyPart[]): Basis {
  const { included, excluded } = explained(eras);
  const area = dayWeightedArea(site.gross_internal_area_m2, period, site);
  const unsaid = excluded.filter((entry) => entry.why === 'technology-unknown');
  const warnings = [
    ...areaWarnings(site.id, area),
    ...unsaid.map((entry): Warning => ({ code: 'technology-unknown', about: entry.meter })),
  ];
  const place = { kind: 'site', id: site.id, name: site.name } as const;
  return { place, parts, area, included, excluded, warnings };
}

/** The buildings of a site: only the part of the site's energy that passes meters which say they serve the building. */
function buildingBases(request: IntensityRequest, site: Site, eras: Eras, parts: readonly EnergyPart[]): Basis[] {
  const { estate, period } = request;
  return site.buildings.map((building) => {
    const { id, name, gross_internal_area_m2: list = [] } = building;
    const area = dayWeightedArea(list, period, site);
    const included = new Map<string, IncludedMeter>();
    for (const count of eras) {
      for (const { meter, times } of count.buildings.get(id) ?? []) {
        included.set(`${meter.id} ${times}`, { meter: meter.id, as: 'purchased', times });
      }
      for (const meter of count.generation.flatMap((one) => one.renewable)) {
        if (meter.building === id) included.set(meter.id, { meter: meter.id, as: 'own_renewable', times: 1 });
      }
    }
    const heated = eras.some((count) =>
      count.excluded.some((entry) => {
        const meter = estate.meters.get(entry.meter);
        const heat = meter?.utility === 'heat' || meter?.utility === 'steam';
        return heat && meter.building === id && !included.has(`${meter.id} 1`);
      }),
    );
    const warnings: Warning[] = [
      ...areaWarnings(id, area),
      ...(heated ? [{ code: 'heat-from-own-plant', about: id } as const] : []),
    ];
    const own = parts.filter((part) => part.building === id);
    const place = { kind: 'building', id, name } as const;
    return { place, parts: own, area, included: [...included.values()], excluded: [], warnings };
  });
}

/** Several sites as one: energies and areas add up. One whose area is never known leaves the whole without a value. */
function together(place: Basis['place'], sites: readonly Basis[]): Basis {
  const areas = sites.map((site) => site.area);
  // A site that was closed throughout has no area to add.
  const open = areas.filter((area) => area.openDays > 0);
  const unknown = open.some((area) => area.area === undefined) || open.length === 0;
  const area: WeightedArea = {
    area: unknown ? undefined : open.reduce((sum, one) => sum + (one.area ?? 0), 0),
    days: Math.max(0, ...areas.map((one) => one.days)),
    openDays: Math.max(0, ...areas.map((one) => one.openDays)),
    unknownDays: Math.max(0, ...areas.map((one) => one.unknownDays)),
  };
  return {
    place,
    parts: sites.flatMap((site) => site.parts),
    area,
    included: sites.flatMap((site) => site.included),
    excluded: sites.flatMap((site) => site.excluded),
    warnings: sites.flatMap((site) => site.warnings),
  };
}

export interface Intensities {
  readonly sites: readonly IntensityFigure[];
  readonly buildings: readonly (IntensityFigure & { readonly site: string })[];
  readonly organisations: readonly IntensityFigure[];
  readonly estate: IntensityFigure;
}

/**
 * The intensity of some sites, their buildings, their organisations and all of them together, for one period.
 * Boundaries of the sums hold the changes of `figureChanges`; meters are those of `metersNeeded`.
 */
export function intensitiesOf(request: IntensityRequest & { readonly sums: Sums }): Intensities {
  const { estate, sites, period, sums } = request;
  const parts = energyParts(estate, sites, sums, period);
  return intensitiesOfParts({ ...request, parts, inBuildings: buildingParts(estate, sites, sums, period) });
}

/** `intensitiesOf` from parts of the period, where those of some sites come from finer sums than those of others. */
export function intensitiesOfParts(
  request: IntensityRequest & { readonly parts: readonly EnergyPart[]; readonly inBuildings: readonly EnergyPart[] },
): Intensities {
  const { estate, period } = request;
  const counts = [period.from, ...figureChanges(estate, period)].map((at) => countedMeters(estate, dateOf(at)));
  const parts = Map.groupBy(request.parts, (part) => part.site);
  const within = Map.groupBy(request.inBuildings, (part) => part.site);
  const bases = request.sites.flatMap((id) => {
    const site = estate.sites.get(id);
    if (!site) return [];
    const eras = counts.flatMap((count) => count.get(id) ?? []);
    return [{ site, eras, basis: siteBasis(period, site, eras, parts.get(id) ?? []) }];
  });
  const everything = bases.map((one) => one.basis);
  // Worked out when looked at: who asks for sites does not pay for their buildings.
  return {
    get sites() {
      return everything.map((basis) => figureOf(request, basis));
    },
    get buildings() {
      return bases.flatMap(({ site, eras }) =>
        buildingBases(request, site, eras, within.get(site.id) ?? []).map((basis) => ({
          ...figureOf(request, basis),
          site: site.id,
        })),
      );
    },
    get organisations() {
      return [...Map.groupBy(bases, ({ site }) => site.organisation)].map(([id, list]) => {
        const members = list.map((one) => one.basis);
        const place = { kind: 'organisation', id, name: estate.organisations.get(id)?.name ?? id } as const;
        return figureOf(request, together(place, members));
      });
    },
    get estate() {
      return figureOf(request, together({ kind: 'estate', id: 'estate', name: estate.name }, everything));
    },
  };
}
