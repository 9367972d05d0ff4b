import { z } from 'zod';
import { issueKindNames, issueStates } from '../../domain/diagnosis/data-issues.ts';
import { reasonSchema } from './rulings.ts';
import {
  always,
  countSchema,
  formatSchema,
  idListSchema,
  instantSchema,
  listOf,
  momentSchema,
  nextCursorSchema,
  rowCursorSchema,
} from './vocabulary.ts';

export const issuesQuerySchema = z
  .strictObject({
    organisation: idListSchema.optional(),
    site: idListSchema.optional(),
    meter: idListSchema.optional(),
    kind: listOf(z.enum(issueKindNames), issueKindNames.length).optional(),
    state: listOf(z.enum(issueStates), issueStates.length).optional().describe('all when absent'),
    from: momentSchema.optional().describe('issues that were there since this instant'),
    to: momentSchema.optional().describe('issues that were there before this instant'),
    limit: countSchema(1, 10_000).default(1_000),
    cursor: rowCursorSchema.optional(),
    format: formatSchema,
  })
  .superRefine((value, context) => {
    const { from, to } = value as { from?: number; to?: number };
    if (from === undefined || to === undefined || from < to) return;
    context.addIssue({ code: 'custom', path: ['to'], message: 'an instant after `from`' });
  }, always);

export const issueSchema = z
  .strictObject({
    id: z.number().int(),
    meter: z.string(),
    site: z.string(),
    kind: z.enum(issueKindNames),
    state: z.enum(issueStates),
    from: instantSchema.describe('the first moment of the data that shows it'),
    to: instantSchema.describe('the first moment after the last that does'),
    opened: instantSchema.describe('when it was found first'),
    says: z.string(),
    ignored_by: z.string().nullable(),
    ignored_at: instantSchema.nullable(),
    reason: z.string().nullable().describe('why it is ignored'),
  })
  .meta({ id: 'DataIssue', description: 'one trouble with the data of a meter, however often it was found' });

export const issuesAnswerSchema = z.strictObject({ issues: z.array(issueSchema), next_cursor: nextCursorSchema });
export const issueParamsSchema = z.strictObject({
  issue: z
    .string()
    .regex(/^\d{1,15}$/, 'the number of an issue')
    .transform(Number),
});
export const issueActBodySchema = z.strictObject({ reason: reasonSchema });
export const issueAnswerSchema = z.strictObject({ issue: issueSchema });
