import { dateOf } from '../../domain/time.ts';
import { confidence } from '../../domain/weather/prediction.ts';
import { readBaselineModels } from '../../store/baseline-models.ts';
import { baselineModelRow } from '../baseline-model-rows.ts';
import { callerView } from '../caller-view.ts';
import {
  baselineModelRowSchema,
  baselineModelsAnswerSchema,
  baselineModelsQuerySchema,
} from '../contract/baseline-models.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { metersOf } from '../view.ts';

/** `/v1/baseline-models`: what meters would use on such a day in such weather. */
export function addBaselineModelsRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/baseline-models',
    config: { role: 'read' },
    schema: {
      tags: ['plan'],
      summary: 'Baseline models of meters: base, heating, cooling, kinds of day, and how well they fit',
      description:
        'By CalTRACK 2.0 (days or months, to be compared with the reference), or by our own model of days, which ' +
        'knows kinds of day and walls that remember the day before. Base, slope and balance point have 90 % ' +
        'intervals. Too little data, or no model that fits, is no number and the gates by name. The London days ' +
        'that a period touches are looked at; a baseline has at most 365 of them.',
      querystring: baselineModelsQuerySchema,
      response: tableAnswersOf(baselineModelsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const view = callerView(request, parts);
      const meters = metersOf(view, query);
      const days = { first: dateOf(query.from), last: dateOf(query.to - 1) };
      const models = await readBaselineModels(parts, view, { meters, days, method: query.method });
      return await sendTable(
        reply,
        {
          head: { register_version: view.version, first_day: days.first, last_day: days.last, confidence },
          name: 'models',
          rows: models.map((one) => baselineModelRow(one, query.method, days)),
          columns: Object.keys(baselineModelRowSchema.shape),
          file: 'baseline-models',
        },
        wantedFormat(request, query.format),
      );
    },
  });
}
