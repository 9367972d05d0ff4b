import { z } from 'zod';
import { organisationsAnswerSchema } from '../contract/organisations.ts';
import { answersOf, pageShape } from '../contract/vocabulary.ts';
import { callerView } from '../caller-view.ts';
import { pageOf } from '../page.ts';
import type { Api, ApiParts } from '../parts.ts';

/** `/v1/organisations` */
export function addOrganisationRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/organisations',
    config: { role: 'read' },
    schema: {
      tags: ['estate'],
      summary: 'Organisations and their sites',
      querystring: z.strictObject(pageShape),
      response: answersOf(organisationsAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const all = [...view.organisations.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      const { page, next_cursor } = pageOf(all, request.query);
      const organisations = page.map(({ id, name, ods_code }) => ({
        id,
        name,
        ods_code: ods_code ?? null,
        sites: [...view.sites.values()].filter((site) => site.organisation === id).map((site) => site.id),
      }));
      return { organisations, next_cursor };
    },
  });
}
