import { dayWeightedArea, type DatedValue, type WeightedArea } from './area.ts';
import { countedMeters, type ExcludedMeter, type SiteCount } from './counted-meters.ts';
import type { Estate, Site, Utility } from '../estate/estate.ts';
import { distinctWarnings, type Figure, type MeasuredShare, type Versions, type Warning } from './figure.ts';
import { type Flow, isKnown, measuredShareOf, type Sums } from './flow.ts';
import { allEras, type Eras, type MeteredArea, meteredArea, meteredTogether } from './metered-area.ts';
import { addParts, buildingParts, type EnergyPart, energyParts, figureChanges, type Source } from './site-energy.ts';
import { dateOf, type Period } from '../time.ts';
import { convert } from '../units.ts';

/**
 * Energy per m² of gross internal area: what was bought and the own renewable energy used, each kWh once, over the
 * day-weighted area that was valid. Beside it the same per m² that is occupied, what was delivered per 100 m³ that are
 * heated, and water.
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
  /** The share of the area where this fuel is bought through a meter; undefined for what is made on the site. */
  readonly meteredShare: number | undefined;
  /** The parts of this fuel added up. */
  readonly total: ReturnType<typeof addParts>;
}

/** The water that a place used. */
export interface WaterUse {
  /** m³; undefined where nothing is known. */
  readonly volume: number | undefined;
  /** m³ per m² of gross internal area. */
  readonly intensity: number | undefined;
  readonly measuredShare: MeasuredShare;
  readonly meteredShare: number | undefined;
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
  /** m² occupied and m³ heated, weighted by days as the area is; undefined where the register does not say it. */
  readonly occupiedArea: number | undefined;
  readonly heatedVolume: number | undefined;
  /** kWh per m² that is occupied. */
  readonly perOccupiedArea: number | undefined;
  /** GJ that were bought per 100 m³ of heated volume: energy as delivered, without what the site makes itself. */
  readonly perHeatedVolume: number | undefined;
  /** The share of the gross internal area whose energy passes a meter that counts, 0 to 1. */
  readonly meteredShare: number | undefined;
  readonly byFuel: readonly FuelEnergy[];
  /** Undefined where no water meter counts. */
  readonly water: WaterUse | undefined;
  readonly included: readonly IncludedMeter[];
  readonly excluded: readonly ExcludedMeter[];
}

export interface IntensityRequest {
  readonly estate: Estate;
  /** The sites asked for; an organisation's or the estate's figure is of these. */
  readonly sites: readonly string[];
  /** The organisations whose figures are wanted; all that have a site or report something, where it is not said. */
  readonly organisations?: ReadonlySet<string> | undefined;
  readonly period: Period;
}

/** What one figure is made of. */
interface Basis {
  readonly place: IntensityFigure['place'];
  readonly parts: readonly EnergyPart[];
  readonly area: WeightedArea;
  readonly extent: Extent;
  readonly metered: MeteredArea;
  readonly included: readonly IncludedMeter[];
  readonly excluded: readonly ExcludedMeter[];
  readonly warnings: readonly Warning[];
}

/** What a place is measured by beside its gross internal area: m² and m³. */
interface Extent {
  readonly occupiedArea: number | undefined;
  readonly heatedVolume: number | undefined;
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
  readonly occupiedArea: number | undefined;
  readonly heatedVolume: number | undefined;
  readonly #parts: readonly EnergyPart[];
  readonly #water: readonly EnergyPart[];
  readonly #metered: MeteredArea;

  constructor({ estate, period }: IntensityRequest, basis: Basis) {
    this.#parts = basis.parts.filter((part) => part.utility !== 'water');
    this.#water = basis.parts.filter((part) => part.utility === 'water');
    this.#metered = basis.metered;
    this.occupiedArea = basis.extent.occupiedArea;
    this.heatedVolume = basis.extent.heatedVolume;
    const total = addParts(this.#parts);
    const none: Warning[] = this.#parts.length === 0 ? [{ code: 'no-meter', about: basis.place.id }] : [];
    this.place = basis.place;
    this.period = period;
    // No counted meter, or one that says nothing, is not the same as no use.
    this.energy = isKnown(total) ? total.energy : undefined;
    this.total = total;
    this.area = basis.area;
    this.value = quotient(this.energy, basis.area.area);
    this.included = basis.included;
    this.excluded = basis.excluded;
    this.measuredShare = measuredShareOf(total);
    this.versions = { register: estate.version, factorSets: [] };
    this.warnings = distinctWarnings([...none, ...basis.warnings, ...total.warnings]);
  }

  get perOccupiedArea(): number | undefined {
    return quotient(this.energy, this.occupiedArea);
  }

  get perHeatedVolume(): number | undefined {
    const bought = addParts(this.#parts.filter((part) => part.source === 'purchased'));
    const delivered = isKnown(bought) ? convert(bought.energy, 'kWh', 'GJ') : undefined;
    return quotient(delivered, this.heatedVolume && this.heatedVolume / 100);
  }

  get meteredShare(): number | undefined {
    return this.#metered('energy');
  }

  get byFuel(): readonly FuelEnergy[] {
    return fuelsOf(this.#parts, this.area, this.#metered);
  }

  get water(): WaterUse | undefined {
    if (this.#water.length === 0) return undefined;
    const total = addParts(this.#water);
    const volume = isKnown(total) ? total.volume : undefined;
    return {
      volume,
      intensity: quotient(volume, this.area.area),
      measuredShare: measuredShareOf(total, 'volume'),
      meteredShare: this.#metered('water'),
      total,
    };
  }
}

function quotient(amount: number | undefined, by: number | undefined): number | undefined {
  return amount !== undefined && by ? amount / by : undefined;
}

function fuelsOf(parts: readonly EnergyPart[], { area }: WeightedArea, metered: MeteredArea): readonly FuelEnergy[] {
  const groups = Map.groupBy(parts, (part) => `${part.source} ${part.utility}`).values();
  return [...groups].flatMap((group): FuelEnergy[] => {
    const [first] = group;
    if (!first) return [];
    const total = addParts(group);
    const { utility, source } = first;
    const energy = isKnown(total) ? total.energy : undefined;
    const measuredShare = measuredShareOf(total);
    const meteredShare = source === 'purchased' ? metered(utility) : undefined;
    return [{ utility, source, energy, intensity: quotient(energy, area), measuredShare, meteredShare, total }];
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

type Explained = Pick<Basis, 'included' | 'excluded'>;

// A pure function's memory: most periods lie in one era, and a year of months asks for the same one twelve times.
const explainedEras = new WeakMap<SiteCount, Explained>();

/** The meters that count or do not, over a whole period: each entry once. */
function explained(eras: Eras): Explained {
  const [only, ...others] = allEras(eras);
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
  for (const count of allEras(eras)) {
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
  const metered = meteredArea({ list: site.gross_internal_area_m2, open: site, period, eras, bought: boughtBySite });
  return { place, parts, area, extent: extentOf(site, period, site), metered, included, excluded, warnings };
}

const boughtBySite = (count: SiteCount) => count.purchased;

/** Occupied area and heated volume of a site or a building, weighted by days. */
function extentOf(
  entry: {
    readonly occupied_area_m2?: readonly DatedValue[] | undefined;
    readonly heated_volume_m3?: readonly DatedValue[] | undefined;
  },
  period: Period,
  open: Site,
): Extent {
  const weighted = (list: readonly DatedValue[] | undefined): number | undefined => {
    const { area, unknownDays } = list ? dayWeightedArea(list, period, open) : { area: undefined, unknownDays: 1 };
    // Of a period in part there is no mean: the energy is that of all of it.
    return unknownDays > 0 ? undefined : area;
  };
  return { occupiedArea: weighted(entry.occupied_area_m2), heatedVolume: weighted(entry.heated_volume_m3) };
}

/** The buildings of a site: only the part of the site's energy that passes meters which say they serve the building. */
function buildingBases(request: IntensityRequest, site: Site, eras: Eras, parts: readonly EnergyPart[]): Basis[] {
  const { estate, period } = request;
  return site.buildings.map((building) => {
    const { id, name, gross_internal_area_m2: list = [] } = building;
    const area = dayWeightedArea(list, period, site);
    const included = new Map<string, IncludedMeter>();
    for (const count of allEras(eras)) {
      for (const { meter, times } of count.buildings.get(id) ?? []) {
        included.set(`${meter.id} ${times}`, { meter: meter.id, as: 'purchased', times });
      }
      for (const meter of count.generation.flatMap((one) => one.renewable)) {
        if (meter.building === id) included.set(meter.id, { meter: meter.id, as: 'own_renewable', times: 1 });
      }
    }
    const heated = allEras(eras).some((count) =>
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
    const bought = (count: SiteCount) => count.buildings.get(id) ?? [];
    const metered = meteredArea({ list, open: site, period, eras, bought });
    const extent = extentOf(building, period, site);
    return { place, parts: own, area, extent, metered, included: [...included.values()], excluded: [], warnings };
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
    extent: { occupiedArea: added(sites, 'occupiedArea'), heatedVolume: added(sites, 'heatedVolume') },
    metered: meteredTogether(sites.map((site) => site.metered)),
    included: sites.flatMap((site) => site.included),
    excluded: sites.flatMap((site) => site.excluded),
    warnings: sites.flatMap((site) => site.warnings),
  };
}

/** The extents of the sites that were open, added up; undefined where one of them is not known. */
function added(sites: readonly Basis[], of: keyof Extent): number | undefined {
  const open = sites.filter(({ area }) => area.openDays > 0);
  const list = open.flatMap(({ extent }) => extent[of] ?? []);
  return list.length > 0 && list.length === open.length ? list.reduce((sum, one) => sum + one, 0) : undefined;
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
  const starts = [period.from, ...figureChanges(estate, period)];
  const counts = starts.map((from) => ({ from, counts: countedMeters(estate, dateOf(from)) }));
  const parts = Map.groupBy(request.parts, (part) => part.site);
  const within = Map.groupBy(request.inBuildings, (part) => part.site);
  const bases = request.sites.flatMap((id): SiteBasis[] => {
    const site = estate.sites.get(id);
    if (!site) return [];
    const eras = counts.flatMap(({ from, counts: all }) => {
      const count = all.get(id);
      return count ? [{ from, count }] : [];
    });
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

  /**
   * The figures of organisations: the energy that each reports, wherever it is used, over the area of its own sites. A
   * warning says where the two are not of the same places.
   */
  get organisations(): IntensityFigure[] {
    const { estate, organisations: wanted } = this.#request;
    const parts = this.#bases.flatMap(({ basis }) => basis.parts);
    const reported = Map.groupBy(parts, ({ reporter }) => reporter);
    const ids = new Set([...this.#bases.map(({ site }) => site.organisation), ...reported.keys()]);
    return [...ids].flatMap((id): IntensityFigure[] => {
      if (wanted && !wanted.has(id)) return [];
      const place = { kind: 'organisation', id, name: estate.organisations.get(id)?.name ?? id } as const;
      const own = this.#bases.filter(({ site }) => site.organisation === id);
      const basis = together(place, own);
      const list = reported.get(id) ?? [];
      const sites = new Set(own.map(({ site }) => site.id));
      const warnings: Warning[] = [...basis.warnings];
      if (list.some(({ site }) => !sites.has(site))) warnings.push({ code: 'reported-elsewhere', about: id });
      if (basis.parts.some(({ reporter }) => reporter !== id)) warnings.push({ code: 'reported-by-others', about: id });
      return [new PlaceIntensity(this.#request, { ...basis, parts: list, warnings })];
    });
  }

  get estate(): IntensityFigure {
    const place = { kind: 'estate', id: 'estate', name: this.#request.estate.name } as const;
    return new PlaceIntensity(this.#request, together(place, this.#bases));
  }
}
