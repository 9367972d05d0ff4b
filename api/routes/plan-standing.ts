import { toIso } from '../../domain/time.ts';
import { standingPeriod } from '../../domain/plan/standing-period.ts';
import { readStanding } from '../../store/plan-standing.ts';
import { callerView } from '../caller-view.ts';
import {
  indicatorRowSchema,
  planStandingAnswerSchema,
  planStandingQuerySchema,
  stepRowSchema,
} from '../contract/plan-standing.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { indicatorRows, stepRows } from '../plan-standing-rows.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf } from '../view.ts';

/** `/v1/plan/standing` */
export function addPlanStandingRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/plan/standing',
    config: { role: 'read' },
    schema: {
      tags: ['plan'],
      summary: 'Where sites or buildings stand on the four steps: how far each has come, and what the meters say of it',
      description:
        'The indicators of each step over the last twelve whole months, each with its interval, how much of it was ' +
        'measured, and which meters or register entries are missing where it cannot be known; docs/four-steps.md says ' +
        'what each means. The state of a step is that of the registered measures, where no meter contradicts it.',
      querystring: planStandingQuerySchema,
      response: tableAnswersOf(planStandingAnswerSchema),
    },
    handler: async (request, reply) => {
      const { by, table, format, step: wanted, ...filter } = request.query;
      const view = callerView(request, parts);
      const now = parts.clock();
      const period = standingPeriod(now);
      const standings = await readStanding(parts, parts.estate(), {
        sites: sitesOf(view, filter).map(({ id }) => id),
        now,
        by,
        // A quartile is of the sites that the caller may see.
        peers: [...view.sites.values()],
      });
      const steps = wanted && new Set(wanted);
      const rows = { indicators: indicatorRows(view, standings, steps), steps: stepRows(view, standings, steps) };
      const { [table]: shown, ...others } = rows;
      return await sendTable(
        reply,
        {
          head: {
            period: { from: toIso(period.from), to: toIso(period.to) },
            by,
            register_version: view.version,
          },
          name: table,
          rows: shown,
          tail: others,
          columns: Object.keys((table === 'steps' ? stepRowSchema : indicatorRowSchema).shape),
          file: `four-steps-${table}`,
        },
        wantedFormat(request, format),
      );
    },
  });
}
