import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import { addDays, dateOf, type LocalDate, startOfDay } from '../../domain/time.ts';
import { assertUnsigned, signOffsHolding } from '../../store/purge-guard.ts';
import { jobAnswerSchema } from '../contract/jobs.ts';
import { purgeAnswerSchema, purgeBodySchema, purgeQuerySchema } from '../contract/purges.ts';
import { answersOf, problemAnswers } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';

/** `/v1/purges/readings`: readings that have had their time go for good, unless a signed figure rests on them. */
export function addPurgeRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/purges/readings',
    config: { role: 'admin', unlimited: true },
    schema: {
      tags: ['operation'],
      summary: 'What a purge of readings would remove, and which signed figures stand against it',
      querystring: purgeQuerySchema,
      response: answersOf(purgeAnswerSchema),
    },
    handler: async (request) => {
      const { before } = request.query;
      checkAge(parts, before, 'query before');
      const at = startOfDay(before);
      const meters: { meter: string; readings: number }[] = [];
      for (const meter of parts.estate().meters.keys()) {
        const readings = await parts.store.countReadings(await parts.store.seriesOf(meter), at);
        if (readings > 0) meters.push({ meter, readings });
      }
      const sign_offs = signOffsHolding(parts.state, at, parts.clock()).map(({ id }) => id);
      return { before, readings: meters.reduce((sum, one) => sum + one.readings, 0), meters, sign_offs };
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/purges/readings',
    config: { role: 'admin', unlimited: true },
    schema: {
      tags: ['operation'],
      summary: 'Remove readings before a date for good; half-hours and days stay. Refused where a figure is signed',
      body: purgeBodySchema,
      response: { 202: jobAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { before, reason } = request.body;
      checkAge(parts, before, 'body before');
      const at = startOfDay(before);
      assertUnsigned(parts.state, at, parts.clock());
      const work = { before: at, reason, who: askerOf(request).name };
      return reply.code(202).send(askForJob(parts.state, request, 'purge-readings', work));
    },
  });
}

/** Late invoices and last year's comparison still need what is young. */
function checkAge({ clock }: ApiParts, before: LocalDate, where: string): void {
  const last = addDays(dateOf(clock()), -limits.readingsStayDays);
  if (before <= last) return;
  const detail = 'what is younger is still needed by late invoices and by last year’s comparison';
  throw new ProblemError([{ code: 'request.invalid', where, found: before, expected: `a date up to ${last}`, detail }]);
}
