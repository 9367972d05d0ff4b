import { dayWeightedArea, type WeightedArea } from './area.ts';
import { countedMeters, type ExcludedMeter, type SiteCount } from './counted-meters.ts';
import type { Estate, Site, Utility } from '../estate/estate.ts';
import { distinctWarnings, type Figure, type MeasuredShare, type Versions, type Warning } from './figure.ts';
import { type Flow, isKnown, measuredShareOf, type Sums } from './flow.ts';
import { addParts, buildingParts, type EnergyPart, energyParts, figureChanges, type Source } from './site-energy.ts';
import { dateOf, type Period } from '../time.ts';

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
  /** The parts of this fuel added up. */
  readonly total: ReturnType<typeof addParts>;
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
  /** What the energy was read from, with how well it is known. */
  readonly total: Flow;
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

/**
 * A figure; what only some ask for is worked out when looked at. A class, because every literal with a getter has a
 * shape of its own, which the collector leaves alone for long, and everything that the getter sees with it.
 */
class PlaceIntensity implements IntensityFigure {
  readonly place: IntensityFigure['place'];
  readonly period: Period;
  readonly value: number | undefined;
  readonly unit = 'kWh';
  readonly per = 'm2';
  readonly energy: number | undefined;
  readonly total: Flow;
  readonly area: WeightedArea;
  readonly included: readonly IncludedMeter[];
  readonly excluded: readonly ExcludedMeter[];
  readonly measuredShare: MeasuredShare;
  readonly versions: Versions;
  readonly warnings: readonly Warning[];
  readonly #parts: readonly EnergyPart[];

  constructor({ estate, period }: IntensityRequest, basis: Basis) {
    this.#parts = basis.parts.filter((part) => part.utility !== 'water');
    const total = addParts(this.#parts);
    const none: Warning[] = this.#parts.length === 0 ? [{ code: 'no-meter', about: basis.place.id }] : [];
    this.place = basis.place;
    this.period = period;
    // No counted meter, or one that says nothing, is not the same as no use.
    this.energy = isKnown(total) ? total.energy : undefined;
    this.total = total;
    this.area = basis.area;
    this.value = perArea(this.energy, basis.area);
    this.included = basis.included;
    this.excluded = basis.excluded;
    this.measuredShare = measuredShareOf(total);
    this.versions = { register: estate.version, factorSets: [] };
    this.warnings = distinctWarnings([...none, ...basis.warnings, ...total.warnings]);
  }

  get byFuel(): readonly FuelEnergy[] {
    return fuelsOf(this.#parts, this.area);
  }
}

function perArea(energy: number | undefined, { area }: WeightedArea): number | undefined {
  return energy !== undefined && area ? energy / area : undefined;
}

function fuelsOf(parts: readonly EnergyPart[], area: WeightedArea): readonly FuelEnergy[] {
  const groups = Map.groupBy(parts, (part) => `${part.source} ${part.utility}`).values();
  return [...groups].flatMap((group): FuelEnergy[] => {
    const [first] = group;
    if (!first) return [];
    const total = addParts(group);
    const { utility, source } = first;
    const energy = isKnown(total) ? total.energy : undefined;
    return [
      { utility, source, energy, intensity: perArea(energy, area), measuredShare: measuredShareOf(total), total },
    ];
  });
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
function together(place: Basis['place'], list: readonly SiteBasis[]): Basis {
  const sites = list.map(({ basis }) => basis);
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

/**
 * The intensity of some sites, their buildings, their organisations and all of them together, for one period.
 * Boundaries of the sums hold the changes of `figureChanges`; meters are those of `metersNeeded`.
 */
export function intensitiesOf(request: IntensityRequest & { readonly sums: Sums }): Intensities {
  const { estate, sites, period, sums } = request;
  const parts = energyParts(estate, sites, sums, { period });
  return intensitiesOfParts({ ...request, parts, inBuildings: buildingParts(estate, sites, sums, { period }) });
}

/** `intensitiesOf` from parts of the period, where those of some sites come from finer sums than those of others. */
export function intensitiesOfParts(
  request: IntensityRequest & { readonly parts: readonly EnergyPart[]; readonly inBuildings: readonly EnergyPart[] },
): Intensities {
  const { estate, period } = request;
  const counts = [period.from, ...figureChanges(estate, period)].map((at) => countedMeters(estate, dateOf(at)));
  const parts = Map.groupBy(request.parts, (part) => part.site);
  const within = Map.groupBy(request.inBuildings, (part) => part.site);
  const bases = request.sites.flatMap((id): SiteBasis[] => {
    const site = estate.sites.get(id);
    if (!site) return [];
    const eras = counts.flatMap((count) => count.get(id) ?? []);
    const basis = siteBasis(period, site, eras, parts.get(id) ?? []);
    return [{ site, eras, basis, inBuildings: within.get(id) ?? [] }];
  });
  return new Intensities(request, bases);
}

interface SiteBasis {
  readonly site: Site;
  readonly eras: Eras;
  readonly basis: Basis;
  readonly inBuildings: readonly EnergyPart[];
}

/** Figures of the same period, worked out when looked at: who asks for sites does not pay for their buildings. */
export class Intensities {
  readonly #request: IntensityRequest;
  readonly #bases: readonly SiteBasis[];

  constructor(request: IntensityRequest, bases: readonly SiteBasis[]) {
    this.#request = request;
    this.#bases = bases;
  }

  get sites(): IntensityFigure[] {
    return this.#bases.map(({ basis }) => new PlaceIntensity(this.#request, basis));
  }

  get buildings(): (IntensityFigure & { readonly site: string })[] {
    return this.#bases.flatMap(({ site, eras, inBuildings }) =>
      buildingBases(this.#request, site, eras, inBuildings).map((basis) =>
        Object.assign(new PlaceIntensity(this.#request, basis), { site: site.id }),
      ),
    );
  }

  get organisations(): IntensityFigure[] {
    const { organisations } = this.#request.estate;
    return [...Map.groupBy(this.#bases, ({ site }) => site.organisation)].map(([id, list]) => {
      const place = { kind: 'organisation', id, name: organisations.get(id)?.name ?? id } as const;
      return new PlaceIntensity(this.#request, together(place, list));
    });
  }

  get estate(): IntensityFigure {
    const place = { kind: 'estate', id: 'estate', name: this.#request.estate.name } as const;
    return new PlaceIntensity(this.#request, together(place, this.#bases));
  }
}
