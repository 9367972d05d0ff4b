import { z } from 'zod';

export const healthAnswerSchema = z.strictObject({ alive: z.literal(true) });

export const readinessAnswerSchema = z
  .strictObject({
    ready: z.boolean(),
    checks: z.array(
      z.strictObject({
        name: z.enum(['readings', 'state', 'estate', 'quarantine']),
        good: z.boolean(),
        codes: z.array(z.string()).describe('codes of its problems'),
        says: z.string(),
      }),
    ),
  })
  .meta({ id: 'Readiness', description: 'with 503 while a store does not take writes' });
