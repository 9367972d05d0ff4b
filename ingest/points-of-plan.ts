import { setImmediate } from 'node:timers/promises';
import { type Estate, listed } from '../domain/estate/estate.ts';
import type { ShownPoint } from '../domain/series.ts';
import { exchangePoints } from '../domain/shown/mark-points.ts';
import { eventPoints, measurePoint } from '../domain/shown/measure-points.ts';
import { savingPoints } from '../domain/shown/saving-points.ts';
import { poundsShown } from '../domain/shown/shown-pounds.ts';
import { standingPoints } from '../domain/shown/standing-points.ts';
import { trajectoryPoints } from '../domain/shown/trajectory-points.ts';
import { dateOf, type EpochSeconds, monthOf, startOfDay } from '../domain/time.ts';
import type { Stores } from '../store/energy.ts';
import { readMeasures } from '../store/plan-measures.ts';
import { readMeasureSavings } from '../store/plan-savings.ts';
import { readStanding } from '../store/plan-standing.ts';
import { readTrajectories } from '../store/plan-trajectory.ts';

/**
 * A part of the plan: the measures of all sites, and what else the register marks with a date; how a site stands, or
 * what was saved there; an organisation’s way.
 */
export interface PlanPart {
  readonly kind: 'measures' | 'standing' | 'savings' | 'trajectory';
  /** The site or organisation. */
  readonly of: string;
}

/** All parts of the plan of an estate, what changes with the register alone first. */
export function partsOfPlan({ sites, organisations }: Estate): PlanPart[] {
  const ofSites = [...sites.keys()].sort();
  return [
    { kind: 'measures', of: 'all' },
    ...ofSites.map((of): PlanPart => ({ kind: 'standing', of })),
    ...ofSites.map((of): PlanPart => ({ kind: 'savings', of })),
    ...[...organisations.keys()].sort().map((of): PlanPart => ({ kind: 'trajectory', of })),
  ];
}

/** A part of the plan as the API answers it; nothing where its site or organisation is no longer in the register. */
export async function pointsOfPlan(
  stores: Stores,
  estate: Estate,
  { kind, of }: PlanPart,
  now: EpochSeconds,
): Promise<ShownPoint[]> {
  if (kind === 'measures') {
    const measures = await readMeasures(stores, estate, { sites: [...estate.sites.keys()], now });
    const events = eventPoints(estate, measures, listed(estate, 'non_routine_events'));
    return [...measures.map(measurePoint), ...events, ...exchangePoints(estate)];
  }
  if (kind === 'trajectory') {
    const organisation = estate.organisations.get(of);
    if (!organisation) return [];
    const found = await readTrajectories(stores, estate, { organisations: [organisation], now });
    return found.flatMap(trajectoryPoints);
  }
  if (!estate.sites.has(of)) return [];
  const asked = { sites: [of], now };
  const savings = await readMeasureSavings(stores, estate, asked);
  if (kind === 'savings') {
    const names = new Map(listed(estate, 'measures').map(({ id, name }) => [id, name]));
    return savings.flatMap((saving) => savingPoints(saving, (id) => names.get(id) ?? id));
  }
  // What is abnormal may be at any meter of the site.
  const meters = [...estate.meters.values()].filter(({ site }) => site === of).map(({ id }) => id);
  const pounds = poundsShown(estate)(meters);
  const month = startOfDay(monthOf(dateOf(now)));
  const points: ShownPoint[] = [];
  for (const by of ['site', 'building'] as const) {
    for (const standing of await readStanding(stores, estate, { ...asked, by, savings })) {
      points.push(...standingPoints(standing, month, pounds));
    }
    // A year of half-hours was worked through: others have their turn between.
    await setImmediate();
  }
  return points;
}
