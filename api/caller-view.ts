import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../domain/problems.ts';
import type { ApiParts } from './parts.ts';
import { type View, viewOf } from './view.ts';

/** What the caller of a request may see of the estate as it is now. */
export function callerView(request: FastifyRequest, parts: Pick<ApiParts, 'estate'>): View {
  if (request.caller === undefined) {
    throw new ProblemError([{ code: 'request.unauthenticated', where: request.routeOptions.url ?? '' }]);
  }
  return viewOf(parts.estate(), request.caller);
}
