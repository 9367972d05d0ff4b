import { limits } from '../../domain/limits.ts';
import { savedTogether } from '../../domain/plan/saving-outcome.ts';
import { dateOf } from '../../domain/time.ts';
import { confidence } from '../../domain/weather/prediction.ts';
import { readMeasureSavings } from '../../store/plan-savings.ts';
import { callerView } from '../caller-view.ts';
import { planSavingRowSchema, planSavingsAnswerSchema, planSavingsQuerySchema } from '../contract/plan-savings.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { planSavingRows, togetherRows } from '../plan-saving-rows.ts';
import { poundsLeftOut, seesPrices } from '../sees-prices.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf } from '../view.ts';

/** `/v1/plan/savings`: what the measures that are installed truly saved, by the meters that show it. */
export function addPlanSavingsRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/plan/savings',
    config: { role: 'read' },
    schema: {
      tags: ['plan'],
      summary: 'What measures saved, verified by their meters, with a 90 % interval',
      description:
        'Against what the meter would have used in the weather there was (IPMVP option C), by a model of the year ' +
        'before the works. Measures whose works lie in one another’s baseline year on one meter are verified ' +
        'together; a split of what they saved is by what was expected, and said to be one. Too little data is no ' +
        'number and a reason.',
      querystring: planSavingsQuerySchema,
      response: tableAnswersOf(planSavingsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const view = callerView(request, parts);
      const now = parts.clock();
      const sites = sitesOf(view, query).map(({ id }) => id);
      const mostModelled = limits.modelledMeters;
      const savings = await readMeasureSavings(parts, view, { sites, now, method: query.method, mostModelled });
      const sees = seesPrices(request);
      return await sendTable(
        reply,
        {
          head: {
            register_version: view.version,
            on: dateOf(now),
            method: query.method,
            confidence,
            warnings: poundsLeftOut(savings, sees, 'what savings are worth is'),
            together: togetherRows(savedTogether(savings)),
          },
          name: 'savings',
          rows: planSavingRows(view, savings, sees),
          columns: Object.keys(planSavingRowSchema.shape),
          file: 'plan-savings',
        },
        wantedFormat(request, query.format),
      );
    },
  });
}
