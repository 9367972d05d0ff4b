import type { z } from 'zod';
import type { Organisation } from '../../domain/estate/estate.ts';
import { restatementRule, siteChanges } from '../../domain/reports/baseline.ts';
import { accountingOfBaseline, type ProgressPoint } from '../../domain/reports/progress.ts';
import { unparted } from '../../domain/reports/since-baseline.ts';
import { bandOf } from '../../domain/reports/targets.ts';
import { type EpochSeconds, halfHourOf, type LocalDate, toIso } from '../../domain/time.ts';
import { type OrganisationProgress, readTargetProgress } from '../../store/target-progress.ts';
import { callerView } from '../caller-view.ts';
import { progressRowSchema, targetsAnswerSchema, targetsQuerySchema } from '../contract/reports.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { factorRows } from '../factor-rows.ts';
import { known, standing, when } from '../outside.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { reportedOrganisations } from '../reported-organisations.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type Answer = z.output<typeof targetsAnswerSchema>;

/** `/v1/reports/targets` */
export function addTargetRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/reports/targets',
    config: { role: 'read' },
    schema: {
      tags: ['reports'],
      summary: 'Progress of organisations against their carbon targets',
      description:
        'Reporting years and the twelve months up to each end of a month against the lines of the national target and ' +
        'of the organisation’s own, from the baselines of the register: frozen, and restated beside it where sites ' +
        'came or went.',
      querystring: targetsQuerySchema,
      response: tableAnswersOf(targetsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const estate = past.estate();
      const organisations = reportedOrganisations(estate, callerView(request, past), query.organisation);
      const now = halfHourOf(past.clock());
      const { list } = await readTargetProgress(past, estate, {
        organisations,
        now,
        rollingMonths: query.rolling_months,
      });
      const { figures, ...head } = answerOf(organisations, list, {
        now,
        version: estate.version,
        knownOn: query.known_on,
      });
      return await sendTable(
        reply,
        { head, name: 'figures', rows: figures, columns: Object.keys(progressRowSchema.shape), file: 'targets' },
        wantedFormat(request, query.format),
      );
    },
  });
}

interface AnswerMade {
  readonly now: EpochSeconds;
  /** Of the register. */
  readonly version: number;
  readonly knownOn: LocalDate | undefined;
}

function answerOf(
  organisations: readonly Organisation[],
  list: readonly OrganisationProgress[],
  { now, version, knownOn }: AnswerMade,
): Answer {
  const targets = new Map(list.map(({ target }) => [target.id, target]));
  const baselines = new Map(list.map((one) => [one.standing.baseline.id, one]));
  const withBaseline = new Set(list.map(({ organisation }) => organisation.id));
  return {
    as_of: toIso(now),
    known_on: knownOn ?? null,
    register_version: version,
    without_baseline: organisations.map(({ id }) => id).filter((id) => !withBaseline.has(id)),
    targets: list.map(targetRow),
    milestones: [...targets.values()].flatMap(({ id: target, milestones }) =>
      milestones.map(({ earliest, latest, reduction, says = null }) => ({
        target,
        earliest,
        latest,
        reduction_share: reduction,
        says,
      })),
    ),
    baselines: [...baselines.values()].map(baselineRow),
    changed_sites: [...baselines.values()].flatMap(({ standing: { baseline, changes } }) =>
      changes.map(({ site, change, emissions }) => ({
        baseline: baseline.id,
        site,
        change,
        says: siteChanges[change],
        emissions_kgco2e: known(emissions),
      })),
    ),
    lines: list.flatMap((one) =>
      (one.band ? bandOf(one.band) : []).map(({ year, lower, upper }) => ({
        ...namesOf(one),
        year,
        lower_line_kgco2e: lower,
        upper_line_kgco2e: upper,
      })),
    ),
    factors: factorRows(list.flatMap(({ points }) => points.map(({ figure }) => figure))),
    figures: list.flatMap((one) => one.points.map((point) => progressRow(one, point))),
  };
}

function namesOf({ organisation, target, standing }: OrganisationProgress) {
  return {
    organisation: organisation.id,
    organisation_name: organisation.name,
    target: target.id,
    baseline: standing.baseline.id,
  };
}

function targetRow(one: OrganisationProgress): Answer['targets'][number] {
  const { target, standing, from, band, why = null } = one;
  const { boundary, factorYear } = accountingOfBaseline(standing.baseline);
  return {
    ...namesOf(one),
    target_name: target.name,
    boundary,
    factor_year_method: factorYear,
    drawn_from_kgco2e: from,
    reference_kgco2e: known(band?.reference.emissions),
    first_reduction_on_baseline_share: known(band?.reference.onBaseline),
    assumption: band?.reference.assumption ?? null,
    not_drawn_because: why,
    source: target.source,
  };
}

function baselineRow(one: OrganisationProgress): Answer['baselines'][number] {
  const { baseline, frozen, restated } = one.standing;
  return {
    organisation: one.organisation.id,
    organisation_name: one.organisation.name,
    baseline: baseline.id,
    baseline_name: baseline.name,
    first_date: baseline.from,
    last_date: baseline.to,
    boundary: baseline.boundary,
    factor_year_method: baseline.factor_year,
    factor_sets: baseline.factor_sets,
    frozen_on: baseline.frozen_on,
    frozen_kgco2e: frozen,
    restated_kgco2e: known(restated),
    register_version: baseline.register_version ?? null,
    measured_share: baseline.measured_share ?? null,
    rule: restatementRule,
    source: baseline.source,
  };
}

function progressRow(one: OrganisationProgress, point: ProgressPoint): Answer['figures'][number] {
  const { kind, bucket, year, figure, missing, lines, course, since } = point;
  const { value, versions, measuredShare, warnings } = figure;
  return {
    ...namesOf(one),
    kind,
    ...when(bucket),
    year: Math.round(year * 100) / 100,
    emissions_kgco2e: known(value),
    of_baseline_share: value === undefined || one.from === 0 ? null : value / one.from,
    change_since_baseline_kgco2e: known(since.change),
    change_in_use_kgco2e: known(since.use),
    change_of_factors_kgco2e: known(since.factors),
    not_parted_because: since.why ? unparted[since.why] : null,
    lower_line_kgco2e: known(lines?.lower),
    upper_line_kgco2e: known(lines?.upper),
    course,
    factor_sets: [...versions.factorSets],
    factor_standing: versions.standing ?? null,
    ...standing({ bucket, ...measuredShare, missing, warnings }),
  };
}
