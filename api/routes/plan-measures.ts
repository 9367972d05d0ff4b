import type { z } from 'zod';
import { listed } from '../../domain/estate/estate.ts';
import { askedRate, type DiscountRate, greenBookRate } from '../../domain/plan/measure-finance.ts';
import { ProblemError } from '../../domain/problems.ts';
import { dateOf } from '../../domain/time.ts';
import { readMeasures } from '../../store/plan-measures.ts';
import { callerView } from '../caller-view.ts';
import { jobAnswerSchema } from '../contract/jobs.ts';
import {
  addMeasureBodySchema,
  changeMeasureBodySchema,
  measureAnswerSchema,
  measureParamsSchema,
  measureQuerySchema,
  measureRowSchema,
  measuresAnswerSchema,
  measuresQuerySchema,
} from '../contract/plan-measures.ts';
import { answersOf, problemAnswers, tableAnswersOf } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import { curveOf, measureDetail, measureRows, measureWarnings } from '../measure-rows.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seesPrices } from '../sees-prices.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf } from '../view.ts';

/** `/v1/measures`: what is done and planned to decarbonise the estate, what it costs and in which order it belongs. */
export function addMeasureRoutes(app: Api, parts: ApiParts): void {
  addMeasureList(app, parts);
  addOneMeasure(app, parts);
  addMeasureActs(app, parts);
}

const tags = ['plan'];

const formulas = [
  'payback_years = capital ÷ (saves_gbp_per_year − upkeep_gbp_per_year)',
  'net_present_value = Σ over the years of its life of (saves_gbp_per_year − upkeep_gbp_per_year) × what a pound of ' +
    'that year is worth today − capital; each year at its end, a part of a year as that part',
  'cost_gbp_per_tco2e = −net_present_value ÷ life_tco2e; tonnes are not discounted and at the newest factors ' +
    'throughout, so a greener grid is not in it',
];

function addMeasureList(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/measures',
    config: { role: 'read' },
    schema: {
      tags,
      summary: 'Measures of the four steps, in the order in which they belong or by what a tonne costs',
      description:
        'Expected savings are those of the register; pounds that it does not state are at what one more kWh costs ' +
        'at the site, a mean of twelve months, kgCO2e by the newest factors. What was truly saved is in ' +
        '`/v1/plan/savings`.',
      querystring: measuresQuerySchema,
      response: tableAnswersOf(measuresAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const view = callerView(request, parts);
      const rate = rateOf(query.discount_rate);
      const now = parts.clock();
      const sites = sitesOf(view, query).map(({ id }) => id);
      const all = await readMeasures(parts, view, { sites, now, rate });
      const found = all.filter(
        ({ step, status, entry }) =>
          (query.step?.includes(step) ?? true) &&
          (query.status?.includes(status) ?? true) &&
          (query.kind?.includes(entry.kind) ?? true),
      );
      const sees = seesPrices(request);
      const rows = measureRows(view, found, sees);
      return await sendTable(
        reply,
        {
          head: {
            register_version: view.version,
            on: dateOf(now),
            sort: query.sort,
            discount: discountOf(rate),
            formulas,
            warnings: measureWarnings(found, sees, query.sort),
          },
          name: 'measures',
          rows: query.sort === 'order' ? rows : curveOf(rows),
          columns: Object.keys(measureRowSchema.shape),
          file: query.sort === 'order' ? 'measures' : 'abatement-cost',
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

function addOneMeasure(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/measures/:measure',
    config: { role: 'read' },
    schema: {
      tags,
      summary: 'One measure, with its history, its funding, and what should come before it',
      params: measureParamsSchema,
      querystring: measureQuerySchema,
      response: answersOf(measureAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const { measure } = request.params;
      const rate = rateOf(request.query.discount_rate);
      const site = listed(view, 'measures').find(({ id }) => id === measure)?.site;
      const sites = site !== undefined && view.sites.has(site) ? [site] : [];
      const standings = await readMeasures(parts, view, { sites, now: parts.clock(), rate });
      const standing = standings.find(({ entry }) => entry.id === measure);
      const sees = seesPrices(request);
      const [row] = standing ? measureRows(view, [standing], sees) : [];
      if (!standing || !row) throw unknownMeasure(measure);
      return {
        register_version: view.version,
        discount: discountOf(rate),
        formulas,
        warnings: measureWarnings([standing], sees, 'order'),
        ...measureDetail(view, standing, row),
      };
    },
  });
}

function unknownMeasure(id: string): ProblemError {
  return new ProblemError([{ code: 'request.unknown-id', where: 'path measure', found: id }]);
}

export function rateOf(asked: number | undefined): DiscountRate {
  return asked === undefined ? greenBookRate : askedRate(asked);
}

function discountOf({
  rate,
  later,
  standing,
  source,
}: DiscountRate): z.output<typeof measuresAnswerSchema>['discount'] {
  return { rate, later: later.map((one) => ({ from_year: one.fromYear, rate: one.rate })), standing, source };
}

/** What people decide: a job of the process that derives writes it into the register. */
function addMeasureActs(app: Api, parts: ApiParts): void {
  const config = { role: 'operate', unlimited: true } as const;
  const response = { 202: jobAnswerSchema, ...problemAnswers };
  app.route({
    method: 'POST',
    url: '/v1/measures',
    config,
    schema: { tags, summary: 'Add a measure to the plan', body: addMeasureBodySchema, response },
    handler: async (request, reply) => {
      const { measure: entry, reason } = request.body;
      const work = { list: 'measures', entry, reason, who: askerOf(request).name };
      return reply.code(202).send(askForJob(parts.state, request, 'measure', work));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/measures/:measure/status',
    config,
    schema: {
      tags,
      summary: 'Say how far a measure has come: funded, works begun, works over, withdrawn',
      params: measureParamsSchema,
      body: changeMeasureBodySchema,
      response,
    },
    handler: async (request, reply) => {
      const { measure } = request.params;
      const known = listed(parts.estate(), 'measures').find(({ id }) => id === measure);
      if (!known) throw unknownMeasure(measure);
      const { reason, from = dateOf(parts.clock()), is, works: said } = request.body;
      const works = said && worksOf(said, known.works?.from);
      const entry = { measure, from, is, because: reason, ...(works && { works }) };
      const work = { list: 'measure_changes', entry, reason, who: askerOf(request).name };
      return reply.code(202).send(askForJob(parts.state, request, 'measure', work));
    },
  });
}

/** The days of the works; their first one may be known from before. */
function worksOf({ from, to }: { from?: string | undefined; to?: string | undefined }, before: string | undefined) {
  const first = from ?? before;
  if (first === undefined) {
    const expected = 'the first day of the works';
    throw new ProblemError([{ code: 'request.invalid', where: 'body works.from', found: 'nothing', expected }]);
  }
  return { from: first, ...(to !== undefined && { to }) };
}
