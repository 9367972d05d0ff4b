import type { Accounting } from '../carbon/accounting.ts';
import { carbonOf, type CarbonFigure } from '../carbon/carbon.ts';
import type { PartialReason } from '../energy/buckets.ts';
import { distinctWarnings, type Warning } from '../energy/figure.ts';
import { isValidOn, type Estate } from '../estate/estate.ts';
import type { EnergyPart } from '../energy/site-energy.ts';
import { addDays, dateOf, type EpochSeconds, type LocalDate, type Period } from '../time.ts';
import type { Baseline } from './register.ts';

/** A year of an organisation as it is to be frozen, and what stands against it. */
export interface FrozenYear {
  readonly figure: CarbonFigure;
  /** Sites that are in it, with their emissions, kgCO2e. */
  readonly sites: Baseline['sites'];
  /** Sites of the organisation with a meter whose emissions are not known: a sum without them would be no baseline. */
  readonly unknown: readonly string[];
  /** Sites of the organisation that no meter is counted at. */
  readonly unmetered: readonly string[];
  readonly warnings: readonly Warning[];
  readonly partial: readonly PartialReason[];
}

/** Adds up what an organisation reports in a year. The buckets of the parts lie between the boundaries. */
export function yearToFreeze(
  estate: Estate,
  organisation: string,
  { from, to }: Period,
  parts: readonly EnergyPart[],
  boundaries: readonly EpochSeconds[],
  accounting: Accounting,
): FrozenYear {
  const own = parts.filter(({ reporter, source }) => reporter === organisation && source === 'purchased');
  const figure = carbonOf(estate, own, { boundaries }, accounting);
  const bySite = [...Map.groupBy(own, ({ site }) => site)].sort(([a], [b]) => (a < b ? -1 : 1));
  const figures = bySite.map(([site, list]) => ({ site, ...carbonOf(estate, list, { boundaries }, accounting) }));
  const known = figures.flatMap(({ site, value }) => (value === undefined ? [] : [{ site, emissions_kgco2e: value }]));
  const [first, last] = [dateOf(from), addDays(dateOf(to), -1)];
  const unmetered = [...estate.sites.values()].filter(
    (site) =>
      site.organisation === organisation &&
      (isValidOn(site, first) || isValidOn(site, last)) &&
      !figures.some((one) => one.site === site.id),
  );
  return {
    figure,
    sites: known,
    unknown: figures.filter(({ value }) => value === undefined).map(({ site }) => site),
    unmetered: unmetered.map(({ id }) => id),
    warnings: distinctWarnings([
      ...figures.flatMap(({ warnings }) => warnings),
      ...unmetered.map(({ id }): Warning => ({ code: 'no-meter', about: id })),
    ]),
    partial: figures.some(({ isMissing }) => isMissing) ? ['missing'] : [],
  };
}

export interface BaselineWish {
  readonly id: string;
  readonly organisation: string;
  readonly name: string;
  readonly period: Period;
  readonly accounting: Accounting;
  readonly on: LocalDate;
  readonly who: string;
}

/** The register entry of a frozen year. */
export function baselineEntry(
  { id, organisation, name, period, accounting, on, who }: BaselineWish,
  { figure, sites, unmetered }: FrozenYear,
): Baseline {
  const { register, factorSets } = figure.versions;
  const share = figure.measuredShare.byAmount;
  return {
    id,
    organisation,
    name,
    from: dateOf(period.from),
    to: addDays(dateOf(period.to), -1),
    boundary: accounting.boundary,
    factor_year: accounting.factorYear,
    factor_sets: [...factorSets],
    frozen_on: on,
    source: `frozen by ${who} on ${on} from what the meters said, by register version ${register}`,
    register_version: register,
    ...(share === undefined ? {} : { measured_share: share }),
    sites,
    joined: [],
    unmetered: [...unmetered],
  };
}
