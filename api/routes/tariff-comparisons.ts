import { sayChange } from '../../domain/tariffs/load-changes.ts';
import { dateOf, toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import { comparisonChart } from '../comparison-chart.ts';
import { comparedIn } from '../comparison-request.ts';
import {
  chartType,
  comparisonAnswers,
  comparisonBodySchema,
  comparisonQuerySchema,
  comparisonRows,
} from '../contract/tariff-comparisons.ts';
import { drawChart } from '../draw-chart.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { readPricedComparison } from '../tariff-comparison.ts';
import { comparisonAnswer, leftOutRows } from '../tariff-comparison-rows.ts';

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
        'missing for any offer is a problem, or by choice leaves out what cannot be priced; rates that are not published ' +
        'yet are carried forward by a choice alone. Nothing is kept.',
      querystring: comparisonQuerySchema,
      body: comparisonBodySchema,
      response: comparisonAnswers,
    },
    handler: async (request, reply) => {
      const { body, query } = request;
      const view = callerView(request, parts);
      const compared = comparedIn(view, body);
      const { read, left } = await readPricedComparison(parts, view, compared, body, parts.clock());
      const { tables, against, boundary, uncertain } = comparisonAnswer(view, read, body);
      const period = { from: toIso(read.period.from), to: toIso(read.period.to) };
      const loadYear = { from: toIso(read.year.from), to: toIso(read.year.to) };
      const file = `tariff-comparison-${query.table.replace('_', '-')}-${dateOf(read.period.from)}`;
      const whatIf = body.what_if.map(sayChange);
      if (query.format === 'svg') {
        const { utility } = read;
        const charted = { ...tables, utility, period, load_year: loadYear, what_if: whatIf, uncertain };
        void reply.header('content-disposition', `attachment; filename="${file}.svg"`);
        return reply.type(chartType).send(await drawChart(comparisonChart(charted)));
      }
      const { [query.table]: rows, ...others } = tables;
      return await sendTable(
        reply,
        {
          head: {
            utility: read.utility,
            period,
            load_year: loadYear,
            against,
            what_if: whatIf,
            uncertain,
            factors: body.factors,
            boundary,
            register_version: view.version,
          },
          name: query.table,
          rows,
          tail: { ...others, left_out: leftOutRows(left) },
          columns: Object.keys(comparisonRows[query.table].shape),
          file,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}
