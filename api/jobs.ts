import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ProblemError } from '../domain/problems.ts';
import type { Job, StateStore } from '../store/state-store.ts';
import type { Caller } from './auth.ts';
import type { jobSchema } from './contract/jobs.ts';

/** Who a request is from. Throws `request.unauthenticated` where nobody was asked, which is a mistake of the route. */
export function askerOf(request: FastifyRequest): Caller {
  if (request.caller) return request.caller;
  throw new ProblemError([{ code: 'request.unauthenticated', where: request.routeOptions.url ?? '' }]);
}

/** Puts work down for the process that derives; what comes back is the answer 202 of the route. */
export function askForJob(
  state: Pick<StateStore, 'addJob' | 'job'>,
  request: FastifyRequest,
  kind: string,
  work: unknown,
): { readonly job: z.output<typeof jobSchema> } {
  const id = state.addJob(kind, work, askerOf(request).id);
  const job = state.job(id);
  if (!job)
    throw new ProblemError([{ code: 'request.too-many', where: 'jobs', detail: 'it made room for newer ones' }]);
  return { job: jobAnswer(job) };
}

/** A job as it looks outside; its request is not shown, since it may name what its reader may not see. */
export function jobAnswer({ id, kind, state, progress, result }: Job): z.output<typeof jobSchema> {
  return { id, kind, state, progress, result: result ?? null };
}
