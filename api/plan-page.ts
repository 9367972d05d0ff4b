import { accountingOf } from '../domain/carbon/accounting.ts';
import { carbonOf } from '../domain/carbon/carbon.ts';
import { compareGroup } from '../domain/energy/group-comparison.ts';
import { type Estate, isValidOn, type Organisation, type Site } from '../domain/estate/estate.ts';
import { decisionsOf } from '../domain/plan/page/decisions.ts';
import { headlineOf } from '../domain/plan/page/headline.ts';
import type { PlanPage, PlanParts, PlanPlace, RenewableElectricity, YearOfUse } from '../domain/plan/page/page.ts';
import { stepsTogether } from '../domain/plan/page/steps-together.ts';
import { quarterOf } from '../domain/reports/quarter.ts';
import { answerQuarter } from '../domain/reports/quarterly.ts';
import { addMonths, dateOf, type EpochSeconds, halfHourOf, monthOf } from '../domain/time.ts';
import { readMeasures } from '../store/plan-measures.ts';
import { readMeasureSavings } from '../store/plan-savings.ts';
import { readStanding, readStandingYear, type StandingYear } from '../store/plan-standing.ts';
import { readTrajectories } from '../store/plan-trajectory.ts';
import { PresentWorth } from '../store/unit-worth.ts';
import type { ApiParts } from './parts.ts';
import { evidenceOf, readQuarter } from './quarter-evidence.ts';
import type { View } from './view.ts';

/** The plan pages of organisations and sites: everything is read once for all of them, and parted by place. */

export interface PagesAsked {
  readonly organisations: readonly Organisation[];
  readonly sites: readonly Site[];
  /** What the caller may see: a site is set beside no other, and a measure named beside no other. */
  readonly view: View;
}

/** Rejects as the store does. A page of an organisation comes before those of sites. */
export async function readPlanPages(parts: ApiParts, { organisations, sites, view }: PagesAsked): Promise<PlanPage[]> {
  const estate = parts.estate();
  const now = halfHourOf(parts.clock());
  const places: Place[] = [
    ...organisations.map((one) => placeOf('organisation', one, sitesOf(estate, one, now))),
    ...sites.map((one) => placeOf('site', one, [one])),
  ];
  const all = [...new Set(places.flatMap((place) => place.sites))];
  const ids = all.map(({ id }) => id);
  const asked = { sites: ids, now, by: 'site', peers: [...view.sites.values()] } as const;
  const worth = new PresentWorth(parts, view, now);
  const [savings, year] = await Promise.all([
    readMeasureSavings(parts, view, { sites: ids, now, worth }),
    readStandingYear(parts, estate, asked),
  ]);
  const [measures, standing, trajectories, renewableOf] = await Promise.all([
    // A measure may come after one of a site that the caller may not see.
    readMeasures(parts, view, { sites: ids, now, worth }),
    readStanding(parts, estate, { ...asked, savings, year }),
    organisations.length > 0 ? readTrajectories(parts, estate, { organisations, now }) : [],
    readRenewable(parts, organisations, now),
  ]);
  return places.map(({ place, sites: own }) => {
    const names = new Map(own.map(({ id, name }) => [id, name]));
    return pageOf({
      place,
      now,
      sites: names,
      year: yearOf(estate, place, names, year),
      renewable: place.kind === 'organisation' ? renewableOf.get(place.id) : undefined,
      standing: standing.filter(({ site }) => names.has(site)),
      trajectories: place.kind === 'organisation' ? trajectories.filter((one) => one.organisation === place.id) : [],
      measures: measures.filter(({ entry }) => names.has(entry.site)),
      savings: savings.filter(({ site }) => names.has(site)),
    });
  });
}

function pageOf(parts: PlanParts): PlanPage {
  return {
    ...parts,
    headline: headlineOf(parts),
    steps: stepsTogether(parts.standing, parts.sites),
    decisions: decisionsOf(parts),
  };
}

interface Place {
  readonly place: PlanPlace;
  readonly sites: readonly Site[];
}

function placeOf(kind: PlanPlace['kind'], { id, name }: Organisation | Site, sites: readonly Site[]): Place {
  return { place: { kind, id, name }, sites };
}

/** The sites of an organisation that are open today. */
function sitesOf(estate: Estate, { id }: Organisation, now: EpochSeconds): Site[] {
  const today = dateOf(now);
  return [...estate.sites.values()].filter((site) => site.organisation === id && isValidOn(site, today));
}

/** Of the year of all sites that of a place. */
function yearOf(
  estate: Estate,
  { kind, id }: PlanPlace,
  own: ReadonlyMap<string, string>,
  { period, energy, years }: StandingYear,
): YearOfUse {
  const used = energy
    .within(period)
    .filter(({ site, reporter }) => own.has(site) && (kind === 'site' || reporter === id));
  const accounting = accountingOf(estate, kind === 'site' ? estate.sites.get(id)?.organisation : id);
  return {
    period,
    comparison: compareGroup(
      years.all.filter(({ site }) => own.has(site.id)),
      years.corrected,
    ),
    emissions: carbonOf(estate, used, energy, accounting),
  };
}

/** Whether each organisation's electricity was renewable in the last quarter that is over. */
async function readRenewable(
  parts: ApiParts,
  organisations: readonly Organisation[],
  now: EpochSeconds,
): Promise<ReadonlyMap<string, RenewableElectricity>> {
  if (organisations.length === 0) return new Map();
  const quarter = lastQuarter(now);
  const read = await readQuarter(parts, organisations, quarter, quarter.to);
  return new Map(
    organisations.map(({ id }) => {
      const answer = answerQuarter(evidenceOf(read, id, 'electricity'), 'electricity');
      return [id, { first: quarter.first, quarter: quarter.financial, answer }];
    }),
  );
}

function lastQuarter(now: EpochSeconds): ReturnType<typeof quarterOf> {
  const within = addMonths(monthOf(dateOf(now)), -3);
  const number = Math.ceil(Number(within.slice(5, 7)) / 3);
  return quarterOf(`${within.slice(0, 4)}-q${number}`);
}
