import { toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import { diagnosisAnswerSchema, diagnosisQuerySchema } from '../contract/diagnosis.ts';
import { meterParamsSchema } from '../contract/meters.ts';
import { answersOf } from '../contract/vocabulary.ts';
import { diagnosisOf } from '../diagnosis.ts';
import { findingAnswer } from '../finding-answer.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seen } from '../view.ts';

/** `/v1/meters/:meter/diagnosis`: every fault of a meter named, with its evidence. */
export function addDiagnosisRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/meters/:meter/diagnosis',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'What is or was wrong with a meter in a period: each fault named, with evidence and what is asked',
      params: meterParamsSchema,
      querystring: diagnosisQuerySchema,
      response: answersOf(diagnosisAnswerSchema),
    },
    handler: async (request) => {
      const meter = seen(callerView(request, parts).meters, request.params.meter, 'path meter');
      const { from, to } = request.query;
      const findings = await diagnosisOf(parts, meter, { from, to });
      return {
        meter: meter.id,
        unit: meter.unit,
        rating: meter.rating ? `${meter.rating.value} ${meter.rating.unit}` : null,
        period: { from: toIso(from), to: toIso(to) },
        findings: findings.map(findingAnswer),
      };
    },
  });
}
