import { isValidOn, type Estate, type Site, type SiteEntry, type Utility } from '../estate/estate.ts';
import { dayNumber, dayWeightedArea } from '../energy/area.ts';
import { countedMeters } from '../energy/counted-meters.ts';
import { Total } from '../energy/flow.ts';
import type { EnergyPart } from '../energy/site-energy.ts';
import { addDays, dateOf, daysBetween, type EpochSeconds, halfHourSeconds, type Period, startOfDay } from '../time.ts';
import { type Accounting, factorYearOf } from './accounting.ts';

/**
 * The energy of sites that have no meter of a utility, reckoned as a benchmark times the area (the register's
 * `modelled:`). It is tagged RC, and is a figure of its own: never added to what was metered.
 */

export type Modelled = NonNullable<SiteEntry['modelled']>[number];

/** A part of modelled energy. Its kWh are all known and none measured. */
export class ModelledPart extends Total implements EnergyPart {
  readonly site: string;
  readonly building = undefined;
  readonly reporter: string;
  readonly bucket: number;
  readonly utility: Utility;
  readonly source = 'purchased';
  readonly warnings: EnergyPart['warnings'];

  constructor(site: Site, bucket: number, utility: Utility, energy: number, { from, to }: Period) {
    super();
    this.site = site.id;
    this.reporter = site.organisation;
    this.bucket = bucket;
    this.utility = utility;
    this.energy = energy;
    this.expectedEnergy = energy;
    this.halfHours = (to - from) / halfHourSeconds;
    this.knownHalfHours = this.halfHours;
    this.warnings = [{ code: 'modelled', about: site.id, detail: utility }];
  }
}

/**
 * The modelled energy of some sites in buckets between instants, which hold the changes of `figureChanges` for the same
 * accounting. Nothing is modelled while a meter of the utility counts there: if it is silent, its use is missing.
 */
export function modelledParts(
  estate: Estate,
  sites: Iterable<string>,
  boundaries: readonly EpochSeconds[],
  accounting: Accounting,
  within: Period,
): ModelledPart[] {
  const modelling = [...sites].flatMap((id) => estate.sites.get(id) ?? []).filter(({ modelled }) => modelled);
  if (modelling.length === 0) return [];
  const list: ModelledPart[] = [];
  for (const [bucket, from] of boundaries.slice(0, -1).entries()) {
    const to = boundaries[bucket + 1] ?? from;
    if (from < within.from || to > within.to) continue;
    const counts = countedMeters(estate, dateOf(from));
    for (const site of modelling) {
      const metered = new Set(counts.get(site.id)?.purchased.map(({ meter }) => meter.utility));
      for (const entry of site.modelled ?? []) {
        if (metered.has(entry.utility)) continue;
        const energy = energyOf(site, entry, { from, to }, accounting);
        if (energy !== undefined) list.push(new ModelledPart(site, bucket, entry.utility, energy, { from, to }));
      }
    }
  }
  return list;
}

/**
 * kWh in a period of one factor year: a year of the benchmark on the area of each day, in proportion to the days, so
 * that a whole year of an area that did not change is exactly benchmark × area. Undefined where it is not modelled.
 */
function energyOf(site: Site, entry: Modelled, period: Period, accounting: Accounting): number | undefined {
  const { first, next } = factorYearOf(accounting, dateOf(period.from));
  const cuts = [entry.valid_from, entry.valid_to && addDays(entry.valid_to, 1)]
    .filter((date) => date !== undefined)
    .map(startOfDay)
    .filter((at) => at > period.from && at < period.to);
  const ends = [period.from, ...cuts, period.to].sort((a, b) => a - b);
  let squareMetreDays = 0;
  let isModelled = false;
  for (const [i, from] of ends.slice(0, -1).entries()) {
    const to = ends[i + 1] ?? from;
    if (!isValidOn(entry, dateOf(from))) continue;
    const { area, unknownDays } = dayWeightedArea(site.gross_internal_area_m2, { from, to }, site);
    if (area === undefined) continue;
    isModelled = true;
    squareMetreDays += area * (dayNumber(to) - dayNumber(from) - unknownDays);
  }
  return isModelled ? (entry.kwh_per_m2 * squareMetreDays) / daysBetween(first, next) : undefined;
}
