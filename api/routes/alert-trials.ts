import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { listed } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import { dateOf, daySeconds, halfHourOf } from '../../domain/time.ts';
import { togetherOf, trialRow, triedRow } from '../alert-trial-rows.ts';
import { AlertTrials, type TrialOrder } from '../alert-trials.ts';
import { callerView } from '../caller-view.ts';
import {
  alertTrialAnswerSchema,
  alertTrialAskedSchema,
  alertTrialBodySchema,
  alertTrialParamsSchema,
  alertTrialQuerySchema,
  triedAlertSchema,
} from '../contract/alert-trials.ts';
import { problemAnswers, tableAnswersOf } from '../contract/vocabulary.ts';
import { askerOf } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { problemAnswer } from '../problem-answers.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { triedRules } from '../tried-rules.ts';
import type { View } from '../view.ts';

/** `/v1/alert-trials`: what rules would have raised, held against history. Nothing is changed by it. */
export function addAlertTrialRoutes(app: Api, parts: ApiParts): void {
  const trials = new AlertTrials(parts);
  app.addHook('onClose', async () => await trials.close());
  app.route({
    method: 'POST',
    url: '/v1/alert-trials',
    config: { role: 'operate' },
    schema: {
      tags: ['alerts'],
      summary: 'Try rules on history: what they would have raised, and what the rules that hold do',
      description:
        'A rule that is named by its id is changed by what the request says of it; others are added after those of the ' +
        'register. Sites are looked at one after the other, as the watch does. Nothing is kept but the answer, and that ' +
        'until the API is started again.',
      body: alertTrialBodySchema,
      response: { 202: alertTrialAskedSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const trial = trials.add(orderOf(request, parts, request.body));
      return await reply.status(202).send({ trial: trialRow(trial) });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/alert-trials/:trial',
    config: { role: 'operate' },
    schema: {
      tags: ['alerts'],
      summary: 'How far a trial is, and what came of it',
      params: alertTrialParamsSchema,
      querystring: alertTrialQuerySchema,
      response: tableAnswersOf(alertTrialAnswerSchema),
    },
    handler: async (request, reply) => {
      const { id } = askerOf(request);
      const trial = trials.of(request.params.trial, id);
      if (!trial) {
        throw new ProblemError([{ code: 'request.unknown-id', where: 'path trial', found: request.params.trial }]);
      }
      const view = callerView(request, parts);
      const { from, to } = trial.order.period;
      return await sendTable(
        reply,
        {
          head: { trial: trialRow(trial), together: togetherOf(trial) },
          name: 'alerts',
          rows: trial.alerts.map((one) => triedRow(view, one)),
          tail: { problems: problemAnswer(trial.problems, request.id).problems },
          columns: Object.keys(triedAlertSchema.shape),
          file: `alert-trial-${dateOf(from)}-${dateOf(to - 1)}`,
        },
        wantedFormat(request, request.query.format),
      );
    },
  });
}

/** What a request asks for. Throws a ProblemError with everything that is not there or too much. */
function orderOf(
  request: FastifyRequest,
  parts: ApiParts,
  { rules: given, from, to, sites: named, meters }: z.output<typeof alertTrialBodySchema>,
): TrialOrder {
  const view = callerView(request, parts);
  const sites = sitesOf(view, named, meters);
  const period = { from: halfHourOf(from), to: halfHourOf(Math.min(to, parts.clock())) };
  const days = Math.ceil((period.to - period.from) / daySeconds);
  const problems: Problem[] = [];
  if (days <= 0) {
    problems.push({
      code: 'request.invalid',
      where: 'body from',
      found: dateOf(from),
      expected: 'an instant before now',
    });
  }
  if (sites.length > limits.trialSites || sites.length * days > limits.trialSiteDays) {
    const found = `${sites.length} sites for ${days} days`;
    const expected = `at most ${limits.trialSites} sites, and sites × days up to ${limits.trialSiteDays}`;
    problems.push({ code: 'request.range-too-long', where: 'body sites', found, expected });
  }
  if (problems.length > 0) throw new ProblemError(problems);
  const tried = triedRules(view, listed(parts.estate(), 'alert_rules'), given);
  return { asker: askerOf(request).id, ...tried, period, sites, meters };
}

/** The sites that are named, those of the meters that are, or all that the caller sees; by id. Throws at none. */
function sitesOf(view: View, named: readonly string[] | undefined, meters: readonly string[] | undefined): string[] {
  const unknown = [
    ...(named ?? []).filter((id) => !view.sites.has(id)).map((found) => ({ where: 'body sites', found })),
    ...(meters ?? []).filter((id) => !view.meters.has(id)).map((found) => ({ where: 'body meters', found })),
  ];
  if (unknown.length > 0) {
    throw new ProblemError(unknown.map((one): Problem => ({ code: 'request.unknown-id', ...one })));
  }
  const ofMeters = meters?.map((id) => view.meters.get(id)?.site);
  const all = [...view.sites.keys()].filter((id) => (named?.includes(id) ?? true) && (ofMeters?.includes(id) ?? true));
  if (all.length === 0 && named && meters) {
    // Nothing was looked at would read as nothing was found.
    const expected = `meters of ${named.join(', ')}`;
    throw new ProblemError([{ code: 'request.invalid', where: 'body meters', found: meters.join(', '), expected }]);
  }
  return all.sort();
}
