import { sayChange } from '../../domain/tariffs/load-changes.ts';
import { dateOf, toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import { comparedIn } from '../comparison-request.ts';
import {
  comparisonAnswerSchema,
  comparisonBodySchema,
  comparisonQuerySchema,
  comparisonRows,
} from '../contract/tariff-comparisons.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { readTariffComparison } from '../tariff-comparison.ts';
import { comparisonAnswer } from '../tariff-comparison-rows.ts';

/** `/v1/tariff-comparisons`: what offers would cost. A question in a body; nothing is kept. */
export function addTariffComparisonRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/tariff-comparisons',
    config: { role: 'procurement' },
    schema: {
      tags: ['costs'],
      summary: 'Offers against supply points over a supply period: ranked, with why they differ',
      description:
        'The half-hours of one load year are laid onto the supply period by day type, alike for every offer. What is ' +
        'missing for any offer is a problem; rates that are not published yet are carried forward by a choice alone. ' +
        'Nothing is kept.',
      querystring: comparisonQuerySchema,
      body: comparisonBodySchema,
      response: tableAnswersOf(comparisonAnswerSchema),
    },
    handler: async (request, reply) => {
      const { body, query } = request;
      const view = callerView(request, parts);
      const compared = comparedIn(view, body);
      const read = await readTariffComparison(parts, view, compared, body, parts.clock());
      const { tables, against, boundary, uncertain } = comparisonAnswer(view, read, body);
      const { [query.table]: rows, ...others } = tables;
      return await sendTable(
        reply,
        {
          head: {
            utility: read.utility,
            period: { from: toIso(read.period.from), to: toIso(read.period.to) },
            load_year: { from: toIso(read.year.from), to: toIso(read.year.to) },
            against,
            what_if: body.what_if.map(sayChange),
            uncertain,
            factors: body.factors,
            boundary,
            register_version: view.version,
          },
          name: query.table,
          rows,
          tail: others,
          columns: Object.keys(comparisonRows[query.table].shape),
          file: `tariff-comparison-${query.table.replace('_', '-')}-${dateOf(read.period.from)}`,
        },
        wantedFormat(request, query.format === 'svg' ? 'json' : query.format),
      );
    },
  });
}
