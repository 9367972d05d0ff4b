import { liveStateNames } from '../domain/alerts/life.ts';
import type { AnswerBucket } from '../domain/energy/buckets.ts';
import { intensitiesOfParts } from '../domain/energy/intensity.ts';
import type { EnergyPart } from '../domain/energy/site-energy.ts';
import { type Estate, listed, type Site } from '../domain/estate/estate.ts';
import type { SiteStanding } from '../domain/plan/indicators/figure.ts';
import { figuresOf, type FoundByName, type IndicatorPlace, together } from '../domain/plan/indicators/found.ts';
import { heatFitOf } from '../domain/plan/indicators/heat-fit.ts';
import { heatOfPlace, metersOfHeat } from '../domain/plan/indicators/heat-of-place.ts';
import { findingsOfSaving } from '../domain/plan/indicators/installed.ts';
import { foundOfAlerts, foundOfYears } from '../domain/plan/indicators/of-electricity.ts';
import { foundOfStandardYear } from '../domain/plan/indicators/of-heat.ts';
import { foundOfPlace, metersOfPlace } from '../domain/plan/indicators/of-place.ts';
import { foundOfSupply } from '../domain/plan/indicators/of-supply.ts';
import { type StepMeasure, standsAt, stepsOfPlace } from '../domain/plan/indicators/steps-of-place.ts';
import type { MeasureSaving } from '../domain/plan/measure-saving.ts';
import { type MeasureState, measuresOn } from '../domain/plan/measure-standing.ts';
import { standingPeriod } from '../domain/plan/standing-period.ts';
import { placedPoints } from '../domain/tariffs/placed-point.ts';
import { boundariesOf, datesIn, dateOf, type EpochSeconds, type Period } from '../domain/time.ts';
import { standardDegreeDays } from '../domain/weather/standard-year.ts';
import { readDailyTemperature } from './daily-use.ts';
import { type Energy, readDays, readEnergy, type Stores } from './energy.ts';
import { readFindings } from './plan-findings.ts';
import { readLoadShapes, readSupplyRoom } from './plan-electricity.ts';
import { readMeasureSavings } from './plan-savings.ts';
import { WeatherOfPeriod } from './site-weather.ts';
import { readYearsOfSites, type YearsOfSites } from './site-years.ts';

/** Where sites or their buildings stand on the four steps: what their meters say, and how far their measures are. */

export interface StandingRequest {
  readonly sites: readonly string[];
  readonly now: EpochSeconds;
  readonly by: 'site' | 'building';
  /** The sites that those asked for may be set beside; all of the estate where it is not said. */
  readonly peers?: readonly Site[] | undefined;
  /** What their measures saved, where it was read already. */
  readonly savings?: readonly MeasureSaving[] | undefined;
  /** Of sites: their year, where it was read already. */
  readonly year?: StandingYear | undefined;
}

/** The twelve months that sites are judged by, and the same a year before. */
export interface StandingYear {
  readonly period: Period;
  /** By month. */
  readonly energy: Energy;
  /** Of the sites and of those that they are set beside. */
  readonly years: YearsOfSites;
}

/**
 * Where each place stands, in the order of the sites asked for and of their buildings. Rejects as `readEnergy` does.
 */
export async function readStanding(stores: Stores, estate: Estate, request: StandingRequest): Promise<SiteStanding[]> {
  const { by, now } = request;
  const sites = request.sites.flatMap((id) => estate.sites.get(id) ?? []);
  const period = standingPeriod(now);
  const ids = sites.map(({ id }) => id);
  const year = by === 'site' ? (request.year ?? (await readStandingYear(stores, estate, request))) : undefined;
  const energy = year?.energy ?? (await readMonths(stores, estate, ids, period, 'buildings'));
  const measures = measuresOn(listed(estate, 'measures'), dateOf(now)).filter(({ entry }) => ids.includes(entry.site));
  const savings = request.savings ?? (await readMeasureSavings(stores, estate, { sites: ids, now }));
  const counted = await readFindings(stores, estate, measures, now);
  const findings = [...counted, ...savings.flatMap(findingsOfSaving)];
  const weather = new WeatherOfPeriod(stores.store, estate, period);
  const standings: SiteStanding[] = [];
  // One site after the other: the half-hours of a year are many.
  for (const site of sites) {
    const places: IndicatorPlace[] =
      by === 'site'
        ? [{ site, building: undefined, period }]
        : site.buildings.map((building) => ({ site, building, period }));
    const found = await readFound(stores, estate, { places, site, energy, period, now, weather });
    const ofSite = year ? await readOfSite(stores, estate, { site, period, now, years: year.years, weather }) : {};
    for (const [i, place] of places.entries()) {
      const steps = stepsOfPlace(measures.filter((one) => isOf(one, place)).map(stepMeasure), findings);
      standings.push({
        site: site.id,
        building: place.building?.id,
        period,
        standsAt: standsAt(steps),
        steps,
        indicators: figuresOf(place, together(found[i] ?? {}, ofSite)),
      });
    }
  }
  return standings;
}

/** Whether a measure is one of a place: of a building also what is done to the whole site. */
function isOf({ entry }: MeasureState, { site, building }: IndicatorPlace): boolean {
  if (entry.site !== site.id) return false;
  return building === undefined || entry.building === undefined || entry.building === building.id;
}

function stepMeasure({ entry: { id, name }, step, status }: MeasureState): StepMeasure {
  return { id, name, step, status };
}

/** Reads the year of sites, for their standing and for what else is told of it. Rejects as `readEnergy` does. */
export async function readStandingYear(
  stores: Stores,
  estate: Estate,
  { sites: ids, peers, now }: Pick<StandingRequest, 'sites' | 'peers' | 'now'>,
): Promise<StandingYear> {
  const period = standingPeriod(now);
  const sites = ids.flatMap((id) => estate.sites.get(id) ?? []);
  const known = sites.map(({ id }) => id);
  const energy = await readMonths(stores, estate, known, period, 'sites');
  const types = new Set(sites.map(({ type }) => type));
  const others = (peers ?? [...estate.sites.values()]).filter(({ type }) => types.has(type));
  const all = [...new Map([...others, ...sites].map((site) => [site.id, site])).values()];
  const bucket: AnswerBucket = { ...period, because: [] };
  const asked = { estate, sites: all, corrected: new Set(known), bucket, now };
  return { period, energy, years: await readYearsOfSites(stores, asked) };
}

async function readMonths(
  stores: Stores,
  estate: Estate,
  sites: readonly string[],
  period: Period,
  of: 'sites' | 'buildings',
): Promise<Energy> {
  return await readEnergy(stores, { estate, sites, cuts: boundariesOf(period, 'month'), halfHours: false, of });
}

interface SiteAsked {
  readonly places: readonly IndicatorPlace[];
  readonly site: Site;
  readonly energy: Energy;
  readonly period: Period;
  readonly now: EpochSeconds;
  /** Of the same period. */
  readonly weather: WeatherOfPeriod;
}

/** What the year of the places of one site says, in their order. */
async function readFound(
  stores: Stores,
  estate: Estate,
  { places, site, energy, period, weather }: SiteAsked,
): Promise<FoundByName[]> {
  if (places.length === 0) return [];
  const own = energy.within(period).filter((part) => part.site === site.id);
  const inBuildings = places.some(({ building }) => building) ? own : [];
  const figures = intensitiesOfParts({ estate, sites: [site.id], period, parts: own, inBuildings });
  const heated = places.map((place) => ({ place, heat: heatOfPlace(estate, place) }));
  const meters = new Set(heated.flatMap(({ place, heat }) => [...metersOfPlace(estate, place), ...metersOfHeat(heat)]));
  const days = await readDays(stores, [...meters].sort(), boundariesOf(period, 'day'));
  const temperature = site.weather && (await readDailyTemperature(stores, estate, site, period, weather));
  const loads = await readLoadShapes(stores, estate, places, period);
  return heated.map(({ place, heat }, i) => {
    const id = place.building?.id;
    const parts: readonly EnergyPart[] = id === undefined ? own : own.filter(({ building }) => building === id);
    return foundOfPlace(place, {
      estate,
      parts,
      boundaries: energy.boundaries,
      figure: id === undefined ? figures.sites[0] : figures.buildings.find((one) => one.place.id === id),
      days,
      load: loads[i] ?? { shape: undefined, meters: [] },
      heat,
      fit: heatFitOf({ place, eras: heat.eras, days, temperature }),
    });
  });
}

interface OfSiteAsked extends Pick<SiteAsked, 'site' | 'period' | 'now' | 'weather'> {
  readonly years: YearsOfSites;
}

/** What is said of sites alone. */
async function readOfSite(
  stores: Stores,
  estate: Estate,
  { site, period, now, years, weather }: OfSiteAsked,
): Promise<FoundByName> {
  const place = { site, building: undefined, period };
  const points = placedPoints(estate).filter(({ point, site: at }) => {
    const isImport = estate.meters.get(point.meter)?.role !== 'export';
    return at === site.id && point.utility === 'electricity' && isImport;
  });
  const rooms = [];
  for (const point of points) {
    const room = await readSupplyRoom(stores, estate, point, period, now);
    if (room) rooms.push(room);
  }
  const standard = site.weather && (await (await weather.of(site)).standard());
  const normal = foundOfStandardYear(place, years.fits.get(site.id) ?? [], {
    degreeDays: standard && standardDegreeDays(standard, period),
    days: datesIn(period).length,
    area: years.all.find((one) => one.site.id === site.id)?.now.area.area,
  });
  const { state } = stores;
  const isWatched = state.watched([site.id]).length > 0;
  const alerts = isWatched ? state.alertSums({ states: liveStateNames, sites: [site.id] }) : undefined;
  return together(
    foundOfYears(place, years.all, years.corrected),
    foundOfAlerts(place, alerts),
    foundOfSupply(place, rooms, points.length),
    normal,
  );
}
