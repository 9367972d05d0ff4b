import { type Estate, type Meter, type Organisation, type Utility, validOn } from '../estate/estate.ts';
import type { LocalDate } from '../time.ts';
import { above, type Purchase } from './counted-meters.ts';

/**
 * Which organisation reports what was bought: each kWh and m³ is in exactly one organisation's figures. Who is written
 * as the reporter of a meter reports all that passes it. Where only occupiers are written, each reports its share as
 * the one who uses it (GHG Protocol Scope 2 Guidance, 5.3: what is resold to its user is the user's), and what none
 * occupies is the site's organisation's. A sub-meter of a tenant or landlord is taken off the meter it hangs behind.
 */

/** A share of what passes a meter, and who reports it. The shares of a meter are 1 together. */
export interface ReporterShare {
  readonly organisation: string;
  readonly share: number;
}

/** A meter's flow on its way into an organisation's figures, `times` of it; negative where it is taken off. */
export interface Reported {
  readonly meter: Meter;
  readonly organisation: string;
  readonly times: number;
}

/** The organisation that answers for a meter on a London date, whoever uses what passes it. */
export function reporterOf(estate: Estate, meter: Meter, date: LocalDate): string {
  return validOn(meter.reporter ?? [], date)?.organisation ?? estate.sites.get(meter.site)?.organisation ?? '';
}

export function reporterSharesOf(estate: Estate, meter: Meter, date: LocalDate): ReporterShare[] {
  const reporter = reporterOf(estate, meter, date);
  const occupiers = isReporterSaid(meter, date) ? [] : occupiersOn(meter, date);
  const rest = 1 - occupiers.reduce((sum, { share }) => sum + share, 0);
  const kept = occupiers.filter(({ organisation }) => organisation !== reporter);
  const own = rest + occupiers.filter((one) => !kept.includes(one)).reduce((sum, { share }) => sum + share, 0);
  // Shares that people add up to a whole leave a trace of a difference.
  return own > 1e-9 ? [{ organisation: reporter, share: own }, ...kept] : kept;
}

function isReporterSaid(meter: Meter, date: LocalDate): boolean {
  return validOn(meter.reporter ?? [], date) !== undefined;
}

/** Who occupies on a date, each once; who left has a share of 0. */
function occupiersOn(meter: Meter, date: LocalDate): ReporterShare[] {
  return [...Map.groupBy(meter.occupiers ?? [], ({ organisation }) => organisation)].flatMap(([organisation, list]) => {
    const share = validOn(list, date)?.share ?? 0;
    return share > 0 ? [{ organisation, share }] : [];
  });
}

/** The dates on which somebody else may begin to report a meter. */
export function reporterDates({ reporter = [], occupiers = [] }: Meter): LocalDate[] {
  return [...reporter, ...occupiers].map(({ from }) => from);
}

// A pure function's memory: an estate is never changed, a new version is a new object.
const remembered = new WeakMap<Estate, ReadonlyMap<string, ReadonlySet<string>>>();

/** By site, every organisation that reports something there on some date: its own, and those its meters name. */
export function reportersBySite(estate: Estate): ReadonlyMap<string, ReadonlySet<string>> {
  const known = remembered.get(estate);
  if (known) return known;
  const sites = new Map([...estate.sites.values()].map(({ id, organisation }) => [id, new Set([organisation])]));
  for (const { site, reporter = [], occupiers = [] } of estate.meters.values()) {
    for (const { organisation } of [...reporter, ...occupiers]) sites.get(site)?.add(organisation);
  }
  remembered.set(estate, sites);
  return sites;
}

/** The organisations that report something, or have a site, by id. */
export function reportingOrganisations(estate: Estate): string[] {
  return [...new Set([...reportersBySite(estate).values()].flatMap((ids) => [...ids]))].sort();
}

/** By site and utility, how what is bought there goes into the figures of organisations. */
export type ReportedBySite = ReadonlyMap<string, ReadonlyMap<Utility, readonly Reported[]>>;

/**
 * Who reports the purchases of each site on a London date. Their flows add up to those of the purchases, whatever the
 * sub-meters say: what one organisation is given is taken off another.
 */
export function reportedOn(
  estate: Estate,
  date: LocalDate,
  live: readonly Meter[],
  purchased: ReadonlyMap<string, readonly Purchase[]>,
): ReportedBySite {
  const counted = new Set([...purchased.values()].flat().flatMap(({ meter, times }) => (times === 1 ? [meter] : [])));
  const shares = new Map<Meter, ReporterShare[]>();
  for (const meter of counted) shares.set(meter, reporterSharesOf(estate, meter, date));
  for (const meter of live) {
    if (isHandedOn(estate, meter, date, counted)) shares.set(meter, reporterSharesOf(estate, meter, date));
  }
  const result = new Map<string, Map<Utility, Reported[]>>();
  const add = (site: string, meter: Meter, list: readonly ReporterShare[], times: 1 | -1): void => {
    const ofSite = result.get(site) ?? new Map<Utility, Reported[]>();
    result.set(site, ofSite);
    const reported = ofSite.get(meter.utility) ?? [];
    ofSite.set(meter.utility, reported);
    for (const { organisation, share } of list) reported.push({ meter, organisation, times: times * share });
  };
  const behind = (meter: Meter, site: string): readonly ReporterShare[] =>
    shares.get(above(estate, meter).find((parent) => shares.has(parent) && parent.site === site) ?? meter) ?? [];
  for (const [site, list] of purchased) {
    for (const { meter, times } of list) {
      add(site, meter, times === 1 ? (shares.get(meter) ?? []) : behind(meter, site), times);
    }
  }
  for (const [meter, own] of shares) {
    if (counted.has(meter)) continue;
    add(meter.site, meter, own, 1);
    add(meter.site, meter, behind(meter, meter.site), -1);
  }
  return result;
}

/** Whether a meter that is not counted says itself who reports, and all that passes it has passed a counted one. */
function isHandedOn(estate: Estate, meter: Meter, date: LocalDate, counted: ReadonlySet<Meter>): boolean {
  if (counted.has(meter) || (meter.role !== 'main' && meter.role !== 'sub')) return false;
  if (!isReporterSaid(meter, date) && occupiersOn(meter, date).length === 0) return false;
  for (const parent of above(estate, meter)) {
    if (parent.utility !== meter.utility || parent.site !== meter.site) return false;
    if (counted.has(parent)) return true;
  }
  return false;
}

/** The sites at which organisations may have energy to report: their own, and where they report or occupy. */
export function sitesReported(estate: Estate, organisations: readonly Organisation[]): string[] {
  const ids = new Set(organisations.map(({ id }) => id));
  const sites = new Set([...estate.sites.values()].flatMap((site) => (ids.has(site.organisation) ? [site.id] : [])));
  for (const { site, reporter = [], occupiers = [] } of estate.meters.values()) {
    if ([...reporter, ...occupiers].some(({ organisation }) => ids.has(organisation))) sites.add(site);
  }
  return [...sites].sort();
}
