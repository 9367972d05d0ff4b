import { type Estate, listed, type Organisation } from '../domain/estate/estate.ts';
import { measuresOn } from '../domain/plan/measure-standing.ts';
import { trajectoryOf } from '../domain/plan/trajectory/draw.ts';
import { projectionOn } from '../domain/plan/trajectory/grid-projection.ts';
import type { Trajectory } from '../domain/plan/trajectory/trajectory.ts';
import { dateOf, type EpochSeconds } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readFindings } from './plan-findings.ts';
import { readTargetProgress } from './target-progress.ts';

/** How many ends of a month back twelve months are looked for that are known well enough to go on from. */
const monthsBack = 13;

export interface TrajectoriesAsked {
  readonly organisations: readonly Organisation[];
  readonly now: EpochSeconds;
}

/**
 * The way of organisations to each of their targets; of one without a baseline there is none. A measure is the
 * organisation's to whom its site belongs. Rejects as `readEnergy` does.
 */
export async function readTrajectories(
  stores: Stores,
  estate: Estate,
  { organisations, now }: TrajectoriesAsked,
): Promise<Trajectory[]> {
  const { list, energy } = await readTargetProgress(stores, estate, { organisations, now, rollingMonths: monthsBack });
  const projection = projectionOn(listed(estate, 'grid_projections'), dateOf(now));
  const measures = measuresOn(listed(estate, 'measures'), dateOf(now));
  const byOrganisation = Map.groupBy(measures, ({ entry }) => estate.sites.get(entry.site)?.organisation);
  const wanted = new Set(list.map(({ organisation }) => organisation.id));
  const asked = [...wanted].flatMap((id) => byOrganisation.get(id) ?? []);
  const findings = await readFindings(stores, estate, asked, now);
  const contradicted = new Set(findings.flatMap(({ measure, contradicts }) => (contradicts ? [measure] : [])));
  return list.map((progress) => {
    const own = byOrganisation.get(progress.organisation.id) ?? [];
    return trajectoryOf(progress, energy, { now, measures: own, contradicted, projection });
  });
}
