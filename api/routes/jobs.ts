import type { FastifyRequest } from 'fastify';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Job } from '../../store/state-store.ts';
import { jobAnswerSchema, jobParamsSchema, jobsAnswerSchema, jobsQuerySchema } from '../contract/jobs.ts';
import { answersOf } from '../contract/vocabulary.ts';
import { askerOf, jobAnswer } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';

/** `/v1/jobs`: what became of work that was asked for. A key that is limited to sites sees its own jobs only. */
export function addJobRoutes(app: Api, { state }: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/jobs',
    config: { role: 'operate' },
    schema: {
      tags: ['operation'],
      summary: 'Work that was asked for, the newest first',
      querystring: jobsQuerySchema,
      response: answersOf(jobsAnswerSchema),
    },
    handler: async (request) => {
      const visible = state.jobs(limits.jobRows).filter((job) => maySee(request, job));
      return { jobs: visible.slice(0, request.query.limit).map(jobAnswer) };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/jobs/:job',
    config: { role: 'operate' },
    schema: {
      tags: ['operation'],
      summary: 'One piece of work: how far it is, and what came of it',
      params: jobParamsSchema,
      response: answersOf(jobAnswerSchema),
    },
    handler: async (request) => {
      const job = state.job(request.params.job);
      if (job && maySee(request, job)) return { job: jobAnswer(job) };
      const found = String(request.params.job);
      throw new ProblemError([{ code: 'request.unknown-id', where: 'path job', found }]);
    },
  });
}

function maySee(request: FastifyRequest, job: Job): boolean {
  const { id, organisations, sites } = askerOf(request);
  return organisations.length + sites.length === 0 || job.asker === id;
}
