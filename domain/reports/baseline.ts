import { reporterSharesOf } from '../energy/reporters.ts';
import type { Estate, Site } from '../estate/estate.ts';
import type { LocalDate } from '../time.ts';
import type { Baseline } from './register.ts';

/**
 * A baseline as it was frozen, and beside it as it would be with the sites that the organisation reports now. The
 * frozen one never changes; the restated one keeps a reduction from being claimed for a site that was given away.
 */
export const restatementRule =
  'GHG Protocol Corporate Standard (2004), chapter 5: a site that leaves takes its emissions of the baseline year with ' +
  'it, one that joins brings them; what was built or closed since is growth or decline, and restates nothing';

/** Why a site changes the baseline, or does not. */
export const siteChanges = {
  left: 'the organisation reports it no longer: its emissions are taken off',
  joined: 'it came from elsewhere: its emissions of the baseline year are added',
  joined_unknown: 'it came from elsewhere, and what it emitted in the baseline year is not known',
  built: 'it was not there yet in the baseline year: nothing is added',
  closed: 'it was closed: nothing is taken off',
} as const;
export type SiteChange = keyof typeof siteChanges;

export interface ChangedSite {
  readonly site: string;
  readonly change: SiteChange;
  /** kgCO2e of the baseline year; undefined where not known. */
  readonly emissions: number | undefined;
}

export interface BaselineStanding {
  readonly baseline: Baseline;
  /** kgCO2e as frozen. */
  readonly frozen: number;
  /** Undefined where no site joined or left, or where one joined that is not known. */
  readonly restated: number | undefined;
  readonly changes: readonly ChangedSite[];
}

/**
 * The standing of a baseline on a date. `metered` is what meters say of sites in the baseline year, for those that came
 * later and are not among the baseline's own entries.
 */
export function standingOf(
  baseline: Baseline,
  estate: Estate,
  today: LocalDate,
  metered: ReadonlyMap<string, number | undefined> = new Map(),
): BaselineStanding {
  const frozen = total(baseline.sites);
  const inIt = new Map(baseline.sites.map(({ site, emissions_kgco2e }) => [site, emissions_kgco2e]));
  const joined = new Map(baseline.joined.map(({ site, emissions_kgco2e }) => [site, emissions_kgco2e]));
  const unmetered = new Set(baseline.unmetered);
  const changes: ChangedSite[] = [];
  for (const [site, emissions] of inIt) {
    const now = estate.sites.get(site);
    // What an organisation reports at the site of another is its own as long as a meter there names it.
    if (!now || !reportsAt(estate, now, baseline.organisation, today))
      changes.push({ site, change: 'left', emissions });
    else if (now.valid_to !== undefined && now.valid_to < today) changes.push({ site, change: 'closed', emissions });
  }
  for (const { id: site, organisation, valid_from: opened } of estate.sites.values()) {
    if (organisation !== baseline.organisation || inIt.has(site) || unmetered.has(site)) continue;
    const emissions = joined.get(site) ?? metered.get(site);
    if (opened !== undefined && opened > baseline.to) changes.push({ site, change: 'built', emissions: undefined });
    else changes.push({ site, change: emissions === undefined ? 'joined_unknown' : 'joined', emissions });
  }
  return { baseline, frozen, restated: restate(frozen, changes), changes };
}

function reportsAt(estate: Estate, site: Site, organisation: string, date: LocalDate): boolean {
  if (site.organisation === organisation) return true;
  const own = [...estate.meters.values()].filter((meter) => meter.site === site.id);
  return own.some((meter) => reporterSharesOf(estate, meter, date).some((one) => one.organisation === organisation));
}

function restate(frozen: number, changes: readonly ChangedSite[]): number | undefined {
  const moved = changes.filter(({ change }) => change !== 'built' && change !== 'closed');
  if (moved.length === 0 || moved.some(({ change }) => change === 'joined_unknown')) return undefined;
  return moved.reduce((sum, { change, emissions = 0 }) => sum + (change === 'left' ? -emissions : emissions), frozen);
}

function total(sites: Baseline['sites']): number {
  return sites.reduce((sum, { emissions_kgco2e }) => sum + emissions_kgco2e, 0);
}
