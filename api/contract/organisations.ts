import { z } from 'zod';
import { nextCursorSchema } from './vocabulary.ts';

export const organisationAnswerSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    ods_code: z.string().nullable(),
    sites: z.array(z.string()).describe('ids of its sites that the key may see'),
  })
  .meta({ id: 'Organisation' });

export const organisationsAnswerSchema = z.strictObject({
  organisations: z.array(organisationAnswerSchema),
  next_cursor: nextCursorSchema,
});
