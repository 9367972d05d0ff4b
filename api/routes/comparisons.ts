import { benchmarkSources, yearBefore } from '../../domain/energy/comparisons.ts';
import { quartileMethod } from '../../domain/energy/quartiles.ts';
import { limits } from '../../domain/limits.ts';
import { toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import { comparisonRows, readComparison } from '../comparisons.ts';
import { comparisonRowSchema, comparisonsAnswerSchema, comparisonsQuerySchema } from '../contract/comparisons.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

/** `/v1/intensity/comparisons` */
export function addComparisonRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/intensity/comparisons',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'kWh per m² against last year, the same weather, sites of the same type and benchmarks',
      description:
        'The same period of last year like for like: sites that are whole in both years. Quartiles of the sites of a ' +
        'type that the key may see. Published benchmarks with how well they are known, against whole years alone. And ' +
        'both years as they would have been in the weather of the standard year that the register names.',
      querystring: comparisonsQuerySchema,
      response: tableAnswersOf(comparisonsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const view = callerView(request, past);
      const comparison = await readComparison(past, view, query);
      const period = comparison?.bucket ?? query;
      const lastYear = yearBefore(period);
      return await sendTable(
        reply,
        {
          head: {
            period: { from: toIso(period.from), to: toIso(period.to) },
            last_year: { from: toIso(lastYear.from), to: toIso(lastYear.to) },
            known_on: query.known_on ?? null,
            by: query.by,
            register_version: view.version,
            quartile_method: quartileMethod,
            quartile_sites_needed: limits.quartileSites,
            benchmarks: benchmarkSources(),
          },
          name: 'figures',
          rows: comparison ? comparisonRows(comparison, view, query.by) : [],
          columns: Object.keys(comparisonRowSchema.shape),
          file: `intensity-comparisons-by-${query.by}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}
