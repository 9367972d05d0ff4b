import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import { toIso } from '../../domain/time.ts';
import { type Caller, cookieFormOf, findKey, rolesOf } from '../auth.ts';
import { callerAnswerSchema, signedOutSchema, signInSchema } from '../contract/sessions.ts';
import { answersOf, problemAnswers } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendProblems } from '../problem-answers.ts';
import { beginSession, cookieFor } from '../sessions.ts';

/** `/v1/sessions`: a browser signs in and out. `/v1/caller`: who asks, and what they may. */
export function addSessionRoutes(app: Api, parts: ApiParts): void {
  const { state, access } = parts;
  const admit = app.createRateLimit({
    max: limits.signInsPerMinute,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => ip,
  });
  app.route({
    method: 'POST',
    url: '/v1/sessions',
    config: { role: 'open' },
    schema: {
      tags: ['access'],
      summary: 'Sign a browser in with an API key; the answer sets its cookie',
      description:
        'Every key that is not valid has the same answer. Later changes by cookie are taken from pages of this house only.',
      security: [],
      body: signInSchema,
      response: { 201: callerAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const admitted = await admit(request);
      if (!admitted.isAllowed && admitted.isExceeded) {
        void reply.header('retry-after', admitted.ttlInSeconds);
        const expected = `at most ${limits.signInsPerMinute} a minute`;
        return sendProblems([{ code: 'request.too-many', where: 'this address', expected }], request, reply);
      }
      const key = findKey(state, request.body.key);
      if (!key) {
        request.log.info('somebody could not sign in');
        throw new ProblemError([{ code: 'request.unauthenticated', where: 'body key' }]);
      }
      const now = parts.clock();
      const { token, session } = beginSession(state, key, parts.randomBytes, now);
      request.log.info({ key: key.id }, 'a browser signed in');
      void reply.header('set-cookie', cookieFor(token, cookieFormOf(request, access)));
      return reply.code(201).send(callerAnswer({ ...key, session }, parts));
    },
  });
  app.route({
    method: 'DELETE',
    url: '/v1/sessions',
    config: { role: 'open' },
    schema: {
      tags: ['access'],
      summary: 'Sign this browser out; its cookie is worth nothing from then on',
      response: answersOf(signedOutSchema),
    },
    handler: async (request, reply) => {
      const session = request.caller?.session;
      void reply.header('set-cookie', cookieFor('', cookieFormOf(request, access)));
      return { signed_out: session !== undefined && state.endSession(session.hash) };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/caller',
    config: { role: 'read' },
    schema: { tags: ['access'], summary: 'Who asks, and what they may', response: answersOf(callerAnswerSchema) },
    handler: async (request) => callerAnswer(callerHere(request), parts),
  });
}

function callerHere({ caller, routeOptions }: FastifyRequest): Caller {
  if (caller) return caller;
  throw new ProblemError([{ code: 'request.unauthenticated', where: routeOptions.url ?? '' }]);
}

function callerAnswer(caller: Caller, { access, version }: ApiParts): z.output<typeof callerAnswerSchema> {
  const { name, role, organisations, sites, session } = caller;
  return {
    name,
    role,
    reaches: [...rolesOf(role)],
    organisations: [...organisations],
    sites: [...sites],
    auth: access.auth,
    session: session ? { ends: toIso(session.ends) } : null,
    version,
  };
}
