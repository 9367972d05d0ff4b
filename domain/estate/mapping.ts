import { z } from 'zod';
import { spanSchema, utilities } from './estate.ts';
import { limits } from '../limits.ts';
import { heardKinds, idSchema, readingQuantities } from '../readings/reading.ts';
import { unitSchema } from '../units.ts';

/**
 * A mapping: what the messages of a meter family mean, said as data. It becomes a decoder (`ingest/mapping/`), so a
 * meter names it as one. Paths and conditions are JMESPath. What a schema cannot judge (an expression, a rule that can
 * never match) is judged in `ingest/mapping/check-mapping.ts`.
 */

const expressionSchema = z
  .string()
  .min(1)
  .max(limits.expressionCharacters)
  .describe('a JMESPath expression, such as ENERGY.Total');
const wordSchema = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a word of lower-case letters, digits and _');
const textSchema = z.string().min(1).max(200);

/** `tele/{device}/SENSOR`; `{prefix*}` is one level or more, `+` and a last `#` are those of MQTT. */
const topicSchema = z.string().min(1).max(limits.topicBytes).describe('a topic such as {prefix*}/{device}/SENSOR');
const topicsSchema = z.union([topicSchema.transform((only) => [only]), z.array(topicSchema).min(1).max(20)]);
const templateSchema = z.string().min(1).max(200).describe('text in which {name} stands for what has that name');

/** Where a value comes from when not from an expression alone. */
const placeKeys = { of: expressionSchema.optional(), capture: wordSchema.optional() };

const nameSchema = z.strictObject({
  ...placeKeys,
  /** An EUI sent as base64 becomes hexadecimal. */
  form: z.enum(['text', 'base64-to-hex']).default('text'),
  case: z.enum(['lower', 'upper']).optional(),
  /** Zeros put before it up to this length, for numbers that lost theirs. */
  pad: z.number().int().min(2).max(64).optional(),
  /** Words a device sends instead of an id: then it has none. */
  ignore: z.array(z.string().max(60)).max(20).default([]),
});

const stampFormat = z
  .string()
  .regex(/^(iso|seconds|milliseconds|dsmr|(?=.*YYYY|.*YY)(?=.*MM)(?=.*DD)[YMDhms \-/.:T]{6,30})$/, {
    message: 'iso, seconds, milliseconds, dsmr, or a pattern such as DD/MM/YYYY hh:mm:ss',
  });

const windowSchema = z.union([
  spanSchema.transform((span) => ({ ahead: span, behind: span })),
  z.strictObject({ ahead: spanSchema.optional(), behind: spanSchema.optional() }),
]);

const timeSourceSchema = z.union([
  z.literal('receipt'),
  z.strictObject({
    ...placeKeys,
    format: stampFormat.default('iso'),
    /** Of stamps that name no offset: a zone with its clock changes, or an offset that never changes. */
    zone: z
      .string()
      .regex(/^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z_+-]+)*$/, 'a zone such as Europe/London')
      .optional(),
    offset: z
      .string()
      .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, 'an offset such as +01:00')
      .optional(),
    /** Where seconds are counted from another day than 1970-01-01. */
    since: z.iso.date().optional(),
    /** How far from receipt the stamp may be; beyond it the next source is asked. */
    within: windowSchema.optional(),
    earliest: z.iso.date().optional(),
  }),
]);
const timeSchema = z.array(timeSourceSchema).min(1).max(6);

const scaleSchema = z.union([
  z.number().positive(),
  z.strictObject({ power_of_ten: expressionSchema }),
  z.strictObject({ ...placeKeys, table: z.record(z.string(), z.number().positive()).optional() }),
]);

const outputSchema = z.strictObject({
  /** The meter's `channel`; without one, the meters that name none. */
  channel: templateSchema.optional(),
  /** Meters that name no channel take this as well. */
  unnamed: z.boolean().default(false),
  when: z.array(expressionSchema).max(10).default([]),
  kind: z.enum(heardKinds),
  value: z.union([expressionSchema, z.strictObject({ sum: z.array(expressionSchema).min(2).max(20) })]),
  /** `meter`: what the register of the estate says. */
  unit: z.union([
    unitSchema,
    z.literal('meter'),
    z.strictObject({ ...placeKeys, table: z.record(z.string(), unitSchema) }),
  ]),
  scale: scaleSchema.optional(),
  decimal: z.enum(['point', 'comma']).default('point'),
  /** Numbers that say "I do not know". */
  sentinels: z.array(z.number()).max(20).default([]),
  min: z.number().optional(),
  max: z.number().optional(),
  /** A message without it is at fault, instead of one of those that do not have it. */
  required: z.boolean().default(false),
  /** Intervals: their length, and whether the stamp is their start or their end. */
  period: z.union([spanSchema, z.strictObject({ seconds: expressionSchema })]).optional(),
  stamped: z.enum(['start', 'end']).default('start'),
  time: timeSchema.optional(),
});
const givesSchema = z.array(outputSchema).min(1).max(60);
const namesSchema = z.record(wordSchema, nameSchema).default({});

const ruleSchema = z.strictObject({
  name: textSchema,
  topic: topicsSchema,
  /** Topics that look like it and are not meant. */
  not: topicsSchema.optional(),
  /** Captures and what they may be. */
  where: z.record(wordSchema, z.array(z.string().max(120)).min(1).max(60)).default({}),
  as: z.enum(['json', 'text', 'csv']).default('json'),
  /** A C program's nan and inf are null. */
  lenient: z.boolean().default(false),
  /** Keys whose text is JSON itself. */
  nested: z.array(z.string().min(1).max(120)).max(5).default([]),
  csv: z
    .strictObject({
      separator: z.string().length(1).default(','),
      /** Names of the columns; `header` when the first line of the payload names them. */
      columns: z.union([z.literal('header'), z.array(z.string().min(1).max(60)).min(1).max(200)]).optional(),
    })
    .optional(),
  when: z.array(expressionSchema).max(20).default([]),
  /** A message that the broker kept: taken when it has its own stamp, or never. */
  retained: z.enum(['stamped', 'ignored']).default('stamped'),
  /** The same message heard again within the span is passed over. */
  repeats: z.strictObject({ key: z.array(expressionSchema).min(1).max(6), within: spanSchema }).optional(),
  names: namesSchema,
  time: timeSchema.optional(),
  /** One reading or more of each element of a list or object; expressions below then start at the element. */
  each: z
    .strictObject({
      of: expressionSchema,
      /** A single value where other models send a list. */
      wrap: z.boolean().default(false),
      names: namesSchema,
    })
    .optional(),
  gives: givesSchema.optional(),
  /** Instead of `gives`: a part of a reading that comes in several messages. */
  part: z.strictObject({ join: wordSchema, as: wordSchema, value: expressionSchema }).optional(),
});

const joinSchema = z.strictObject({
  /** Each part is kept for good, or waits this long for the others. */
  parts: z.record(wordSchema, z.union([z.literal('kept'), spanSchema])),
  time: timeSchema.optional(),
  /** Expressions start at an object of the parts. */
  gives: givesSchema,
});

/** Of the catalogue of problems; one that is not there is never given, which the example then says. */
const codeSchema = z.string().regex(/^[a-z]+\.[a-z-]+$/, 'a code such as reading.not-a-number');
const instantSchema = z.iso.datetime({ offset: true });
const exampleSchema = z.strictObject({
  why: z.string().min(3),
  source: z.string().min(3),
  topic: z.string().min(1),
  payload: z.string(),
  retained: z.boolean().default(false),
  received: instantSchema.default('2026-11-23T18:01:40Z'),
  /** Messages heard before it, so many seconds earlier. */
  before: z
    .array(
      z.strictObject({
        topic: z.string().min(1),
        payload: z.string(),
        retained: z.boolean().default(false),
        seconds: z.number().min(0).default(1),
      }),
    )
    .max(20)
    .default([]),
  meters: z
    .array(
      z.strictObject({
        id: idSchema,
        unit: unitSchema,
        utility: z.enum(utilities).default('electricity'),
        channel: z.string().max(120).optional(),
        /** Of a series observed outside: what it observes. */
        quantity: z.enum(readingQuantities).optional(),
      }),
    )
    .min(1),
  gives: z.union([
    z.strictObject({ ignored: z.literal(true) }),
    z.strictObject({ problem: codeSchema }),
    z.strictObject({
      readings: z
        .array(
          z.strictObject({
            meter: idSchema,
            quantity: z.enum(readingQuantities),
            kind: z.enum(heardKinds),
            value: z.number(),
            unit: z.union([unitSchema, z.literal('meter')]),
            /** Absent: the time of receipt is taken. */
            at: instantSchema.optional(),
            period: spanSchema.optional(),
          }),
        )
        .default([]),
      refused: z.array(z.strictObject({ meter: idSchema, code: codeSchema })).default([]),
    }),
  ]),
});

/** One file of `mappings/`. */
export const mappingSchema = z.strictObject({
  mapping: idSchema.describe('the name that meters give as their decoder, lower-case letters, digits and hyphens'),
  title: textSchema,
  /** What somebody connecting such a meter must know, in Markdown, as every decoder says it. */
  describes: z.strictObject({
    topic: z.string().min(1).max(600),
    channel: z.string().min(1).max(600),
    reads: z.string().min(1).max(600),
    stamp: z.string().min(1).max(600),
    traps: z.string().min(1).max(600),
  }),
  /** The first rule whose topic and conditions hold reads a message. */
  rules: z.array(ruleSchema).min(1).max(limits.mappingRules),
  /** A message whose topic some rule reads and whose conditions none holds. */
  otherwise: z.enum(['ignored', 'quarantined']).default('ignored'),
  /** What belongs together in memory, by captures alone: `{device}/{node}/{property}`. */
  memory: templateSchema.optional(),
  joins: z.record(wordSchema, joinSchema).default({}),
  /** Field messages that prove it. */
  examples: z.array(exampleSchema).min(1).max(100),
});

export type Mapping = z.output<typeof mappingSchema>;
export type MappingRule = Mapping['rules'][number];
export type MappingOutput = z.output<typeof outputSchema>;
export type MappingJoin = z.output<typeof joinSchema>;
export type MappingName = z.output<typeof nameSchema>;
export type MappingTimeSource = z.output<typeof timeSourceSchema>;
export type MappingScale = z.output<typeof scaleSchema>;
export type MappingExample = z.output<typeof exampleSchema>;
