import type { MilestoneGap, Trajectory, TrajectoryPoint } from '../plan/trajectory/trajectory.ts';
import type { ShownPoint } from '../series.ts';
import { amount } from './known-fields.ts';

/** The way of an organisation to a target, and how far the plan is from its milestones, as points for dashboards. */
export function trajectoryPoints(trajectory: Trajectory): ShownPoint[] {
  const { organisation, target, baseline, points, milestones } = trajectory;
  const tags = { organisation, target: target.id, baseline: baseline.id };
  const starts = new Map(points.map(({ year, period }) => [year, period.from]));
  return [
    ...points.map((point): ShownPoint => {
      return { series: 'plan_trajectory', tags, fields: yearFields(point, trajectory.why), at: point.period.from };
    }),
    ...milestones.flatMap((gap): ShownPoint[] => {
      const at = starts.get(gap.year);
      const ofYear = { ...tags, year: String(gap.year) };
      return at === undefined ? [] : [{ series: 'plan_gap', tags: ofYear, fields: gapFields(gap), at }];
    }),
  ];
}

function yearFields({ actual, lines, ahead }: TrajectoryPoint, why: string | undefined) {
  const since = actual?.since;
  // A year that is not over, or of which a tenth is not known, is no year beside the others.
  const isWhole = since !== undefined && since.why !== 'not-whole';
  return {
    listed: 1,
    ...amount('actual', 'kgco2e', isWhole ? actual?.figure.value : undefined),
    lower_kgco2e: lines?.lower ?? 0,
    upper_kgco2e: lines?.upper ?? 0,
    lines_known: Number(lines !== undefined),
    unchanged_kgco2e: ahead?.unchanged ?? 0,
    grid_kgco2e: ahead?.grid ?? 0,
    committed_kgco2e: ahead?.planned.committed ?? 0,
    probable_kgco2e: ahead?.planned.probable ?? 0,
    possible_kgco2e: ahead?.planned.possible ?? 0,
    ahead_known: Number(ahead !== undefined),
    by_use_kgco2e: since?.use ?? 0,
    by_factors_kgco2e: since?.factors ?? 0,
    parted_known: Number(since?.use !== undefined && since.factors !== undefined),
    because: why ?? '',
  };
}

function gapFields({ level, gap, money, says }: MilestoneGap) {
  return {
    listed: 1,
    level_kgco2e: level,
    gap_committed_kgco2e: gap?.committed ?? 0,
    gap_probable_kgco2e: gap?.probable ?? 0,
    gap_possible_kgco2e: gap?.possible ?? 0,
    gap_known: Number(gap !== undefined),
    ...amount('planned', 'gbp', money.planned),
    ...amount('unsecured', 'gbp', money.unsecured),
    ...amount('rest', 'gbp', money.rest),
    says: says ?? '',
    because: money.why.join('; '),
  };
}
