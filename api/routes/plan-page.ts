import type { FastifyRequest } from 'fastify';
import { isValidOn, type Organisation, type Site } from '../../domain/estate/estate.ts';
import { dateOf, type LocalDate, toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import {
  type PageFormat,
  pageType,
  planPageAnswers,
  planPageQuerySchema,
  planRowSchema,
} from '../contract/plan-page.ts';
import type { Api, ApiParts } from '../parts.ts';
import { planOf } from '../plan-answer.ts';
import { readPlanPages } from '../plan-page.ts';
import { planHtml } from '../plan-page-html.ts';
import { planLists, planRows } from '../plan-rows.ts';
import { reportedOrganisations } from '../reported-organisations.ts';
import { poundsLeftOut, seesPrices } from '../sees-prices.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf, type View } from '../view.ts';

/** `/v1/plan`: the plan of organisations and sites, a page each. */
export function addPlanPageRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/plan',
    config: { role: 'read' },
    schema: {
      tags: ['plan'],
      summary: 'The four-step plan of an organisation or a site, on one page',
      description:
        'Where the four steps stand, the way to the targets, measures with their cost and payback, what meters show ' +
        'that they saved, and what is to be decided next; as data, as rows, or as HTML that is ready to print. What ' +
        'tells the price of a kWh needs role `procurement`.',
      querystring: planPageQuerySchema,
      response: planPageAnswers,
    },
    handler: async (request, reply) => {
      const { organisation, site, format } = request.query;
      const view = callerView(request, parts);
      const estate = parts.estate();
      const isAsked = organisation !== undefined || site === undefined;
      const organisations = isAsked ? reportedOrganisations(estate, view, organisation) : [];
      const isAll = organisation === undefined && site === undefined;
      const others = isAll ? sitesOfOthers(view, organisations, dateOf(parts.clock())) : [];
      const sites = site === undefined ? others : sitesOf(view, { site });
      const pages = await readPlanPages(parts, { organisations, sites, view });
      const sees = seesPrices(request);
      const plans = pages.map((page) => planOf(page, { estate, view, seesPrices: sees }));
      const priced = pages.flatMap(({ measures, savings }) => [...measures, ...savings]);
      const head = {
        as_of: toIso(parts.clock()),
        register_version: estate.version,
        warnings: poundsLeftOut(priced, sees, 'what measures and savings are worth, payback and £/tCO2e are'),
      };
      const wanted = formatOf(request, format);
      if (wanted === 'html') {
        const html = await planHtml({
          plans,
          asOf: head.as_of,
          registerVersion: estate.version,
          isPriceHidden: !sees,
        });
        return await reply.header('vary', 'Accept').headers(pageHeaders).send(html);
      }
      if (wanted === 'json') return await reply.header('vary', 'Accept').send({ ...head, plans });
      const rows = plans.flatMap((plan) => [...planRows(plan)]);
      const columns = Object.keys(planRowSchema.shape);
      return await sendTable(
        reply,
        { head, name: 'plan', rows, tail: planLists(plans), columns, file: 'plan' },
        wanted,
      );
    },
  });
}

/** The open sites of organisations that the caller does not see whole, whose own pages are all that can be told. */
function sitesOfOthers(view: View, organisations: readonly Organisation[], today: LocalDate): Site[] {
  const whole = new Set(organisations.map(({ id }) => id));
  return sitesOf(view, {}).filter((site) => !whole.has(site.organisation) && isValidOn(site, today));
}

/** A browser that asks for a page gets it. */
function formatOf(request: FastifyRequest, format: PageFormat | undefined): PageFormat {
  if (format === 'html') return format;
  if (format === undefined && /\btext\/html\b/.test(request.headers.accept ?? '')) return 'html';
  return wantedFormat(request, format);
}

/** The page has a style of its own and nothing else. */
const pageHeaders = {
  'content-type': `${pageType}; charset=utf-8`,
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};
