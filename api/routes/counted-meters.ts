import type { z } from 'zod';
import { countedMeters, exclusions } from '../../domain/energy/counted-meters.ts';
import { dateOf } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import {
  countedMetersAnswerSchema,
  countedMetersParamsSchema,
  countedMetersQuerySchema,
} from '../contract/counted-meters.ts';
import { answersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seen } from '../view.ts';

type Answer = z.output<typeof countedMetersAnswerSchema>;

/** `/v1/sites/:site/counted-meters`: what a figure of the site is made of, and why the rest is not in it. */
export function addCountedMeterRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/sites/:site/counted-meters',
    config: { role: 'read' },
    schema: {
      tags: ['estate'],
      summary: 'Which meters count for a site, and why the others do not',
      params: countedMetersParamsSchema,
      querystring: countedMetersQuerySchema,
      response: answersOf(countedMetersAnswerSchema),
    },
    handler: async (request): Promise<Answer> => {
      const view = callerView(request, parts);
      const site = seen(view.sites, request.params.site, 'path site');
      const on = request.query.on ?? dateOf(parts.clock());
      const count = countedMeters(parts.estate(), on).get(site.id);
      const may = ({ meter }: { readonly meter: string }): boolean => view.meters.has(meter);
      const counted: Answer['counted'] = [
        ...(count?.purchased ?? []).map(({ meter, times }) => ({ meter: meter.id, as: 'purchased' as const, times })),
        ...(count?.generation ?? []).flatMap(({ renewable, exports }) => [
          ...renewable.map(({ id }) => ({ meter: id, as: 'own_renewable' as const, times: 1 as const })),
          ...exports.map(({ meter }) => ({ meter: meter.id, as: 'export' as const, times: -1 as const })),
        ]),
      ];
      const left_out = (count?.excluded ?? []).map(({ meter, why, because }) => ({
        meter,
        why,
        says: exclusions[why],
        because: because !== undefined && view.meters.has(because) ? because : null,
      }));
      return { site: site.id, on, counted: counted.filter(may), left_out };
    },
  });
}
