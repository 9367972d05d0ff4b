import type { z } from 'zod';
import { toIso } from '../../domain/time.ts';
import type { ApiKey } from '../../store/state-store.ts';
import { createKey } from '../auth.ts';
import { callerView } from '../caller-view.ts';
import {
  keyAnswerSchema,
  keyMadeAnswerSchema,
  keyParamsSchema,
  keyRequestSchema,
  keysAnswerSchema,
} from '../contract/keys.ts';
import { answersOf, problemAnswers } from '../contract/vocabulary.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import type { Api, ApiParts } from '../parts.ts';

/** `/v1/keys`: for administrators of the whole estate. */
export function addKeyRoutes(app: Api, parts: ApiParts): void {
  const config = { role: 'admin', unlimited: true } as const;
  app.route({
    method: 'GET',
    url: '/v1/keys',
    config,
    schema: { tags: ['access'], summary: 'All API keys, without their secrets', response: answersOf(keysAnswerSchema) },
    handler: async () => ({ keys: parts.state.keys().map(keyAnswer) }),
  });
  app.route({
    method: 'POST',
    url: '/v1/keys',
    config,
    schema: {
      tags: ['access'],
      summary: 'Make an API key; its secret is in this answer only',
      body: keyRequestSchema,
      response: { 201: keyMadeAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      checkReachExists(callerView(request, parts), request.body);
      const { key, secret } = createKey(parts.state, request.body, parts.randomBytes, parts.clock());
      request.log.info({ made: key.id, role: key.role, by: request.caller?.id }, 'an API key was made');
      return reply.code(201).send({ ...keyAnswer(key), secret });
    },
  });
  app.route({
    method: 'DELETE',
    url: '/v1/keys/:key',
    config,
    schema: {
      tags: ['access'],
      summary: 'Revoke an API key, at once and for ever',
      params: keyParamsSchema,
      response: answersOf(keyAnswerSchema),
    },
    handler: async (request) => {
      const id = request.params.key;
      parts.state.revokeKey(id, parts.clock());
      const key = parts.state.keys().find((one) => one.id === id);
      if (!key) throw new ProblemError([{ code: 'request.unknown-id', where: 'path key', found: id }]);
      request.log.info({ revoked: id, by: request.caller?.id }, 'an API key was revoked');
      return keyAnswer(key);
    },
  });
}

/** A key for a site that does not exist would open it on the day somebody uses that id. */
function checkReachExists(
  view: ReturnType<typeof callerView>,
  wish: { readonly organisations: readonly string[]; readonly sites: readonly string[] },
): void {
  const wrong: Problem[] = [
    ...wish.organisations.filter((id) => !view.organisations.has(id)).map((id) => unknownId('organisations', id)),
    ...wish.sites.filter((id) => !view.sites.has(id)).map((id) => unknownId('sites', id)),
  ];
  if (wrong.length > 0) throw new ProblemError(wrong);
}

function unknownId(key: string, id: string): Problem {
  return { code: 'request.unknown-id', where: `body ${key}`, found: id };
}

function keyAnswer(key: ApiKey): z.output<typeof keyAnswerSchema> {
  const { id, name, role, organisations, sites, created, revoked } = key;
  return {
    id,
    name,
    role,
    organisations: [...organisations],
    sites: [...sites],
    created: toIso(created),
    revoked: revoked === undefined ? null : toIso(revoked),
  };
}
