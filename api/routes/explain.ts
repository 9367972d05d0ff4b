import { ProblemError } from '../../domain/problems.ts';
import { dayPeriod, halfHourOf } from '../../domain/time.ts';
import { figureAskedOf, notBegun, sitesSeen } from '../asked-figure.ts';
import { callerView } from '../caller-view.ts';
import { explainFigureQuerySchema, figureExplanationSchema } from '../contract/explain-figure.ts';
import {
  dayExplanationSchema,
  explainDayQuerySchema,
  explainHalfHourQuerySchema,
  halfHourExplanationSchema,
} from '../contract/explain.ts';
import { answersOf } from '../contract/vocabulary.ts';
import { explainDay, explainHalfHour } from '../explanation.ts';
import { explainFigure } from '../figure-explanation.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seen } from '../view.ts';

/** `/v1/explain/half-hour`, `/v1/explain/day` and `/v1/explain/figure`: where a figure comes from. */
export function addExplainRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/explain/figure',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Where a figure comes from: the chain from the total to sites, meters, days and half-hours',
      description:
        'Each level adds up to the one above. With the rules that decided half-hours, conversions, factors with their ' +
        'source, areas, what settled days said before, and what people did.',
      querystring: explainFigureQuerySchema,
      response: answersOf(figureExplanationSchema),
    },
    handler: async (request) => {
      const { known_on, depth, meter: meters, ...query } = request.query;
      const past = partsKnownOn(parts, known_on);
      const view = callerView(request, past);
      const asked = figureAskedOf(view, query);
      const answer = await explainFigure(past, sitesSeen(past.estate(), view, asked), asked, { depth, meters });
      if (!answer) throw new ProblemError([notBegun(asked.period)]);
      return { ...answer, known_on: known_on ?? null };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/explain/half-hour',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'Where a half-hour comes from: readings, rule, conversion, what people decided, what it was before',
      querystring: explainHalfHourQuerySchema,
      response: answersOf(halfHourExplanationSchema),
    },
    handler: async (request) => {
      const { meter: id, at } = request.query;
      const meter = seen(callerView(request, parts).meters, id, 'query meter');
      return await explainHalfHour(parts, meter, halfHourOf(at));
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/explain/day',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'Where the half-hours of a London day come from',
      querystring: explainDayQuerySchema,
      response: answersOf(dayExplanationSchema),
    },
    handler: async (request) => {
      const { meter: id, date } = request.query;
      const meter = seen(callerView(request, parts).meters, id, 'query meter');
      return await explainDay(parts, meter, date, dayPeriod(date));
    },
  });
}
