import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import {
  always,
  countSchema,
  instantSchema,
  momentSchema,
  nextCursorSchema,
  shareSchema,
  rowCursorSchema,
} from './vocabulary.ts';

/** Which messages are meant; filters that stand together must all hold. */
const filterShape = {
  code: z.string().max(60).optional().describe('of the catalogue of problems'),
  meter: z.string().min(1).max(100).optional().describe('id of a meter, or `unregistered`'),
  topic: z
    .string()
    .min(1)
    .max(limits.topicBytes)
    .optional()
    .describe('an MQTT filter: `site/+/power`, `site/#`, or a topic as it is'),
  from: momentSchema.optional().describe('received at or after it: a London date or an instant'),
  to: momentSchema.optional().describe('received before it'),
};

export const quarantineQuerySchema = z.strictObject({
  ...filterShape,
  replayed: z.enum(['true', 'false']).optional().describe('only those that were replayed, or were not'),
  limit: countSchema(1, 1_000).default(100),
  cursor: rowCursorSchema.optional(),
});

const messageShape = {
  id: z.number().int(),
  received: instantSchema,
  topic: z.string(),
  meter: z.string(),
  code: z.string(),
  detail: z.string(),
  mend: z.string(),
  qos: z.number().int(),
  retained: z.boolean(),
  replayed: z.boolean(),
  refused_readings: z.number().int().describe('of an otherwise good message; 0: nothing of it was understood'),
  payload_bytes: z.number().int(),
};

const useSchema = z
  .strictObject({
    messages: z.number().int(),
    bytes: z.number().int(),
    full_share: shareSchema.describe('of its messages or its bytes, whichever is nearer to the bound'),
    expired: z.number().int().describe('went because they were the oldest, since the house began'),
    oldest: instantSchema.nullable().describe('of those that were not replayed'),
    expiring: z.number().int().describe('not replayed, and soon too old to be kept'),
    notices: z.array(z.strictObject({ code: z.string(), says: z.string(), found: z.string(), mend: z.string() })),
  })
  .meta({ id: 'QuarantineUse' });

export const quarantineAnswerSchema = z.strictObject({
  messages: z.array(
    z
      .strictObject({
        ...messageShape,
        payload_text: z.string().nullable().describe('its beginning; null where it is not text'),
      })
      .meta({ id: 'QuarantinedMessage' }),
  ),
  next_cursor: nextCursorSchema,
  quarantine: useSchema,
});

export const quarantinedParamsSchema = z.strictObject({
  message: z
    .string()
    .regex(/^\d{1,15}$/, 'the number of a message')
    .transform(Number),
});

export const quarantinedAnswerSchema = z.strictObject({
  message: z
    .strictObject({
      ...messageShape,
      payload_text: z.string().nullable().describe('all that was kept of it; null where it is not text'),
      payload_hex: z.string().nullable().describe('where it is not text'),
    })
    .meta({ id: 'WholeQuarantinedMessage' }),
});

export const replayBodySchema = z
  .strictObject({
    reason: z.string().trim().min(1).max(500).describe('why now: what was mended. Kept for ever beside who and when'),
    messages: z.array(z.number().int().min(1)).min(1).max(limits.idsPerRequest).optional(),
    all: z.literal(true).optional().describe('every message that was not replayed'),
    clock_was_behind: z
      .boolean()
      .default(false)
      .describe('our own clock was behind when they came: `reading.future` is judged by the clock of now'),
    ...filterShape,
  })
  .superRefine(({ messages, all, code, meter, topic, from, to }, context) => {
    const ways = [messages, all, code ?? meter ?? topic ?? from ?? to];
    if (ways.filter((way) => way !== undefined).length === 1) return;
    const message = 'one of `messages`, `all: true` or a filter';
    context.addIssue({ code: 'custom', path: ['messages'], message });
  }, always);
