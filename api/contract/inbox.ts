import { z } from 'zod';
import { utilities } from '../../domain/estate/estate.ts';
import { guessableKeys, inboxStates } from '../../domain/estate/inbox.ts';
import { idSchema, readingKinds } from '../../domain/readings/reading.ts';
import { unitSchema } from '../../domain/units.ts';
import { countSchema, instantSchema, nextCursorSchema, rowCursorSchema } from './vocabulary.ts';

export const inboxQuerySchema = z.strictObject({
  state: z.enum(inboxStates).default('open'),
  limit: countSchema(1, 1_000).default(100),
  cursor: rowCursorSchema.optional(),
});

const entryShape = {
  id: z.number().int(),
  topic: z.string(),
  state: z.enum(inboxStates),
  first_heard: instantSchema,
  last_heard: instantSchema,
  messages: z.number().int().describe('heard since it was first seen; a minute or so behind'),
  family: z.string().nullable().describe('the decoder that understands the last message; null when none does'),
  proposed_meters: z.number().int(),
  payload_text: z.string().nullable().describe('the beginning of the last message; null where it is not text'),
};

const entrySchema = z.strictObject(entryShape).meta({ id: 'InboxEntry' });
export const inboxAnswerSchema = z.strictObject({ entries: z.array(entrySchema), next_cursor: nextCursorSchema });

export const inboxParamsSchema = z.strictObject({
  entry: z
    .string()
    .regex(/^\d{1,15}$/, 'the number of an entry')
    .transform(Number),
});

export const inboxEntryAnswerSchema = z.strictObject({
  entry: entrySchema,
  proposals: z.array(
    z
      .strictObject({
        id: z.string().describe('made from the topic; take another one'),
        decoder: z.string(),
        channel: z.string().nullable(),
        utility: z.enum(utilities),
        unit: unitSchema,
        kind: z.enum(readingKinds),
        value: z.number().describe('what the last message says, to be compared with the face of the meter'),
        guessed: z.array(z.enum(guessableKeys)).describe('what nothing in the message says'),
        yaml: z.string().describe('an entry for the meters of a site'),
      })
      .meta({ id: 'ProposedMeter' }),
  ),
});

const reasonSchema = z.string().trim().min(1).max(500).describe('in your own words; kept for ever beside who and when');

export const acceptBodySchema = z.strictObject({
  site: idSchema,
  id: idSchema,
  name: z.string().trim().min(1).max(200),
  reason: reasonSchema.default('taken from the inbox'),
  channel: z.string().max(120).optional().describe('which of several proposed meters'),
  meter: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('keys of the entry that are otherwise than proposed, or that it needs besides'),
});

export const ignoreBodySchema = z.strictObject({ reason: reasonSchema });
export const ignoredAnswerSchema = z.strictObject({ entry: entrySchema });
