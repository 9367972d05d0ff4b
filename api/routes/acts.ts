import { ProblemError } from '../../domain/problems.ts';
import { actAnswer } from '../acts.ts';
import { callerView } from '../caller-view.ts';
import { actsAnswerSchema, actsQuerySchema } from '../contract/acts.ts';
import { answersOf } from '../contract/vocabulary.ts';
import { askerOf } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';

/** `/v1/acts`: the record of what people did. A key that is limited to sites sees the acts of their meters. */
export function addActRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/acts',
    config: { role: 'operate' },
    schema: {
      tags: ['data'],
      summary: 'What people did to the record, with who, when and why; the oldest first',
      querystring: actsQuerySchema,
      response: answersOf(actsAnswerSchema),
    },
    handler: async (request) => {
      const { meter, kind: kinds, limit, cursor } = request.query;
      const { meters } = callerView(request, parts);
      if (meter !== undefined && !meters.has(meter)) {
        throw new ProblemError([{ code: 'request.unknown-id', where: 'query meter', found: meter }]);
      }
      const { organisations, sites } = askerOf(request);
      const isLimited = organisations.length + sites.length > 0;
      const page = parts.state.acts({ after: Number(cursor ?? 0), limit, meter, kinds });
      const seen = page.filter((act) => !isLimited || (act.meter !== undefined && meters.has(act.meter)));
      return { acts: seen.map(actAnswer), next_cursor: page.length === limit ? String(page.at(-1)?.id ?? 0) : null };
    },
  });
}
