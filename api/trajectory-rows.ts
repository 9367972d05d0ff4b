import type { z } from 'zod';
import { type Estate, listed, type Organisation } from '../domain/estate/estate.ts';
import type { MilestoneGap, Trajectory, TrajectoryPoint } from '../domain/plan/trajectory/trajectory.ts';
import { type EpochSeconds, type LocalDate, toIso } from '../domain/time.ts';
import type { trajectoryAnswerSchema } from './contract/plan-trajectory.ts';
import { known, standing, when } from './outside.ts';

type Answer = z.output<typeof trajectoryAnswerSchema>;

export interface TrajectoriesAnswered {
  readonly estate: Estate;
  readonly organisations: readonly Organisation[];
  readonly list: readonly Trajectory[];
  readonly now: EpochSeconds;
  readonly knownOn?: LocalDate | undefined;
}

/** Trajectories as they are told outside. */
export function trajectoryAnswer({ estate, organisations, list, now, knownOn }: TrajectoriesAnswered): Answer {
  const withBaseline = new Set(list.map(({ organisation }) => organisation));
  return {
    as_of: toIso(now),
    known_on: knownOn ?? null,
    register_version: estate.version,
    without_baseline: organisations.map(({ id }) => id).filter((id) => !withBaseline.has(id)),
    targets: list.map((one) => targetRow(estate, one)),
    gaps: list.flatMap((one) => one.milestones.map((gap) => gapRow(estate, one, gap))),
    measures: list.flatMap((one) => effectRows(estate, one)),
    points: list.flatMap((one) => one.points.map((point) => pointRow(estate, one, point))),
  };
}

function namesOf(estate: Estate, { organisation, target, baseline }: Trajectory) {
  return {
    organisation,
    organisation_name: estate.organisations.get(organisation)?.name ?? organisation,
    target: target.id,
    baseline: baseline.id,
  };
}

function targetRow(estate: Estate, one: Trajectory): Answer['targets'][number] {
  const { target, from, now, why, notDrawn, assumptions } = one;
  return {
    ...namesOf(estate, one),
    target_name: target.name,
    drawn_from_kgco2e: from,
    not_drawn_because: notDrawn ?? null,
    last_year_from: now ? toIso(now.bucket.from) : null,
    last_year_to: now ? toIso(now.bucket.to) : null,
    last_year_kgco2e: known(now?.figure.value),
    change_since_baseline_kgco2e: known(now?.since.change),
    change_in_use_kgco2e: known(now?.since.use),
    change_of_factors_kgco2e: known(now?.since.factors),
    no_years_ahead_because: why ?? null,
    assumptions: [...assumptions],
    source: target.source,
  };
}

function gapRow(
  estate: Estate,
  one: Trajectory,
  { year, says, level, gap, why, money }: MilestoneGap,
): Answer['gaps'][number] {
  return {
    ...namesOf(estate, one),
    year,
    says: says ?? null,
    level_kgco2e: level,
    gap_committed_kgco2e: known(gap?.committed),
    gap_probable_kgco2e: known(gap?.probable),
    gap_possible_kgco2e: known(gap?.possible),
    planned_capital_gbp: known(money.planned),
    unsecured_capital_gbp: known(money.unsecured),
    rest_indicative_gbp: known(money.rest),
    capital_per_tonne_a_year_gbp: known(money.perTonneAYear),
    because: [...(why === undefined ? [] : [why]), ...money.why],
  };
}

function effectRows(estate: Estate, one: Trajectory): Answer['measures'] {
  const names = new Map(listed(estate, 'measures').map(({ id, name }) => [id, name]));
  return one.measures.map(({ measure, site, confidence, saves, emissions, capped, leftOut }) => ({
    ...namesOf(estate, one),
    measure,
    measure_name: names.get(measure) ?? measure,
    site,
    confidence,
    saves_from: saves ?? null,
    takes_off_kgco2e: known(emissions),
    capped: [...capped],
    left_out_because: leftOut ?? null,
  }));
}

/** A year that has not begun has no measured share and nothing that is missing. */
function pointRow(estate: Estate, one: Trajectory, point: TrajectoryPoint): Answer['points'][number] {
  const { year, period, actual, lines, ahead } = point;
  const bucket = actual?.bucket ?? { ...period, because: ['not-over' as const] };
  const { byAmount, byTime } = actual?.figure.measuredShare ?? {};
  return {
    ...namesOf(estate, one),
    year,
    ...when(bucket),
    emissions_kgco2e: known(actual?.figure.value),
    course: actual?.course ?? 'unknown',
    lower_line_kgco2e: known(lines?.lower),
    upper_line_kgco2e: known(lines?.upper),
    unchanged_kgco2e: known(ahead?.unchanged),
    grid_takes_off_kgco2e: known(ahead?.grid),
    committed_kgco2e: known(ahead?.planned.committed),
    probable_kgco2e: known(ahead?.planned.probable),
    possible_kgco2e: known(ahead?.planned.possible),
    change_in_use_kgco2e: known(actual?.since.use),
    change_of_factors_kgco2e: known(actual?.since.factors),
    ...standing({
      bucket,
      byAmount,
      byTime,
      missing: actual?.missing ?? false,
      warnings: actual?.figure.warnings ?? [],
    }),
  };
}
