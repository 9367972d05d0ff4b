import { z } from 'zod';
import { countSchema } from './vocabulary.ts';

export const jobSchema = z
  .strictObject({
    id: z.number().int(),
    kind: z.string(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    progress: z.number().min(0).max(1),
    result: z.unknown().describe('what came of it, once it is done or failed; null before'),
  })
  .meta({ id: 'Job', description: 'work that was asked for here and is done by the process that derives' });

export const jobsQuerySchema = z.strictObject({ limit: countSchema(1, 1_000).default(100) });
export const jobsAnswerSchema = z.strictObject({ jobs: z.array(jobSchema) });
export const jobParamsSchema = z.strictObject({
  job: z
    .string()
    .regex(/^\d{1,15}$/, 'the number of a job')
    .transform(Number),
});
export const jobAnswerSchema = z.strictObject({ job: jobSchema });
