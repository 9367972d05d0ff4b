import type { z } from 'zod';
import { toIso } from '../../domain/time.ts';
import { type FitCriterionName, fitCriteria } from '../../domain/weather/fit-criteria.ts';
import { callerView } from '../caller-view.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { signatureAnswerSchema, signatureQuerySchema, signatureRowSchema } from '../contract/weather.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { fitAll, signatureRow } from '../signature-rows.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type Criterion = z.output<typeof signatureAnswerSchema>['criteria'][number];

/** `/v1/weather/signature` */
export function addSignatureRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/weather/signature',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'How use follows the weather: baseload and slope, with how well they fit',
      description:
        'Use per day = baseload + slope × degree days per day, of each site and heating fuel, or of meters. Where use ' +
        'does not follow the weather no line is told, and the criteria it did not meet are named.',
      querystring: signatureQuerySchema,
      response: tableAnswersOf(signatureAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const view = callerView(request, past);
      const fits = await fitAll(past, view, query, query);
      return await sendTable(
        reply,
        {
          head: {
            period: { from: toIso(query.from), to: toIso(query.to) },
            known_on: query.known_on ?? null,
            register_version: view.version,
            criteria: (Object.keys(fitCriteria) as FitCriterionName[]).map(criterionAnswer),
          },
          name: 'signatures',
          rows: fits.map((fit) => signatureRow(fit, query)),
          columns: Object.keys(signatureRowSchema.shape),
          file: 'energy-signatures',
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

function criterionAnswer(criterion: FitCriterionName): Criterion {
  const { effect, says, unit, source, standing: known, ...bounds } = fitCriteria[criterion];
  const { least, most }: { least?: number; most?: number } = bounds;
  return { criterion, effect, says, least: least ?? null, most: most ?? null, unit, source, standing: known };
}
