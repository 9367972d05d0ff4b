import { dayPeriod, halfHourOf } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import {
  dayExplanationSchema,
  explainDayQuerySchema,
  explainHalfHourQuerySchema,
  halfHourExplanationSchema,
} from '../contract/explain.ts';
import { answersOf } from '../contract/vocabulary.ts';
import { explainDay, explainHalfHour } from '../explanation.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seen } from '../view.ts';

/** `/v1/explain/half-hour` and `/v1/explain/day`: where a figure comes from. */
export function addExplainRoutes(app: Api, parts: ApiParts): void {
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
