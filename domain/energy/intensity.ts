import { dayWeightedArea, type DatedValue, type WeightedArea } from './area.ts';
import { countedMeters, type ExcludedMeter, type SiteCount } from './counted-meters.ts';
import type { Estate, Site } from '../estate/estate.ts';
import type { Warning } from './figure.ts';
import type { Sums } from './flow.ts';
import { allEras, type Eras, meteredArea, meteredTogether } from './metered-area.ts';
import {
  type Basis,
  type Extent,
  type IncludedMeter,
  type IntensityFigure,
  PlaceIntensity,
} from './place-intensity.ts';
import { buildingParts, type EnergyPart, energyParts, figureChanges } from './site-energy.ts';
import { dateOf, type Period } from '../time.ts';

/**
 * Energy per m² of gross internal area: what was bought and the own renewable energy used, each kWh once, over the
 * day-weighted area that was valid.
 */

export { type FuelEnergy, type IntensityFigure, type PlaceKind, placeKinds } from './place-intensity.ts';

export interface IntensityRequest {
  readonly estate: Estate;
  /** The sites asked for; an organisation's or the estate's figure is of these. */
  readonly sites: readonly string[];
  /** The organisations whose figures are wanted; all that have a site or report something, where it is not said. */
  readonly organisations?: ReadonlySet<string> | undefined;
  readonly period: Period;
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

  #figure(basis: Basis): PlaceIntensity {
    return new PlaceIntensity(this.#request.estate.version, this.#request.period, basis);
  }

  get sites(): IntensityFigure[] {
    return this.#bases.map(({ basis }) => this.#figure(basis));
  }

  get buildings(): (IntensityFigure & { readonly site: string })[] {
    return this.#bases.flatMap(({ site, eras, inBuildings }) =>
      buildingBases(this.#request, site, eras, inBuildings).map((basis) =>
        Object.assign(this.#figure(basis), { site: site.id }),
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
      return [this.#figure({ ...basis, parts: list, warnings })];
    });
  }

  get estate(): IntensityFigure {
    const place = { kind: 'estate', id: 'estate', name: this.#request.estate.name } as const;
    return this.#figure(together(place, this.#bases));
  }
}
