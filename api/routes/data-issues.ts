import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ActKind } from '../../domain/acts.ts';
import type { DataIssue } from '../../domain/diagnosis/data-issues.ts';
import { ProblemError } from '../../domain/problems.ts';
import { toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import {
  issueActBodySchema,
  issueAnswerSchema,
  issueParamsSchema,
  issuesAnswerSchema,
  issueSchema,
  issuesQuerySchema,
} from '../contract/data-issues.ts';
import { answersOf, tableAnswersOf } from '../contract/vocabulary.ts';
import { askerOf } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { metersOf, type View } from '../view.ts';

/** `/v1/data-issues`: what is wrong with the data of which meter, and since when. */
export function addDataIssueRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/data-issues',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'What is wrong with the data of meters: a trouble is one line, from its first day to its last',
      querystring: issuesQuerySchema,
      response: tableAnswersOf(issuesAnswerSchema),
    },
    handler: async (request, reply) => {
      const { kind: kinds, state: states, from, to, limit, cursor, format, ...filter } = request.query;
      const view = callerView(request, parts);
      const meters = metersOf(view, filter).map(({ id }) => id);
      const period = from === undefined && to === undefined ? undefined : { from: from ?? 0, to: to ?? 9e12 };
      const found = parts.state.issues({ meters, kinds, states, period, after: Number(cursor ?? 0), limit: limit + 1 });
      const page = found.slice(0, limit);
      return sendTable(
        reply,
        {
          head: {},
          name: 'issues',
          rows: page.map((issue) => issueAnswer(view, issue)),
          tail: { next_cursor: found.length > limit ? String(page.at(-1)?.id ?? 0) : null },
          columns: Object.keys(issueSchema.shape),
          file: 'data-issues',
        },
        wantedFormat(request, format),
      );
    },
  });
  addAct('ignore', 'Ignore an issue, with a reason; finding it again does not open it', 'ignore-issue');
  addAct('reopen', 'Take back that an issue is ignored', 'reopen-issue');

  function addAct(verb: 'ignore' | 'reopen', summary: string, kind: ActKind): void {
    app.route({
      method: 'POST',
      url: `/v1/data-issues/:issue/${verb}`,
      config: { role: 'operate' },
      schema: {
        tags: ['data'],
        summary,
        params: issueParamsSchema,
        body: issueActBodySchema,
        response: answersOf(issueAnswerSchema),
      },
      handler: async (request) => {
        const { state, clock } = parts;
        const { view, issue } = seenIssue(request, parts, request.params.issue);
        const { reason } = request.body;
        const who = askerOf(request).name;
        const changed = verb === 'ignore' ? state.ignoreIssue(issue.id, who, reason) : state.reopenIssue(issue.id);
        const detail = { issue: issue.id, kind: issue.kind };
        if (changed) state.recordAct({ at: clock(), who, kind, meter: issue.meter, reason, detail });
        return { issue: issueAnswer(view, state.issue(issue.id) ?? issue) };
      },
    });
  }
}

function seenIssue(request: FastifyRequest, parts: ApiParts, id: number): { view: View; issue: DataIssue } {
  const view = callerView(request, parts);
  const issue = parts.state.issue(id);
  if (issue && view.meters.has(issue.meter)) return { view, issue };
  throw new ProblemError([{ code: 'request.unknown-id', where: 'path issue', found: String(id) }]);
}

function issueAnswer(view: View, issue: DataIssue): z.output<typeof issueSchema> {
  const { id, meter, kind, state, from, to, opened, says, ignored } = issue;
  return {
    id,
    meter,
    site: view.meters.get(meter)?.site ?? '',
    kind,
    state,
    from: toIso(from),
    to: toIso(to),
    opened: toIso(opened),
    says,
    ignored_by: ignored?.who ?? null,
    ignored_at: ignored ? toIso(ignored.at) : null,
    reason: ignored?.reason ?? null,
  };
}
