import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { type EpochSeconds, startOfDay } from '../../domain/time.ts';

/**
 * Words that requests and answers share. What comes in is turned into the inside form here (epoch seconds, lists);
 * what goes out keeps the outside names: the unit is the last word, instants are ISO 8601 in UTC, dates are London's.
 */

/** The first and last instant a request may name: no figure of the house lies outside. */
const earliest = Date.parse('1990-01-01T00:00:00Z') / 1000;
const latest = Date.parse('2100-01-01T00:00:00Z') / 1000;

function parseMoment(text: string): EpochSeconds | undefined {
  if (z.iso.date().safeParse(text).success) {
    const year = Number(text.slice(0, 4));
    return year >= 1990 && year < 2100 ? startOfDay(text) : undefined;
  }
  if (!z.iso.datetime({ offset: true }).safeParse(text).success) return undefined;
  const at = Math.floor(Date.parse(text) / 1000);
  return at >= earliest && at < latest ? at : undefined;
}

const momentForm = 'a London date as 2026-04-01 or an instant as 2026-04-01T00:00:00Z, from 1990 to 2099';

/** A London date (its midnight) or an instant with its offset; epoch seconds inside. */
export const momentSchema = z
  .string({ error: momentForm })
  .max(40)
  .transform((text, context): EpochSeconds => {
    const at = parseMoment(text);
    if (at !== undefined) return at;
    context.addIssue({ code: 'custom', message: momentForm, input: text });
    return z.NEVER;
  })
  .meta({ description: 'a London date (its local midnight) or an instant with its offset', examples: ['2026-04-01'] });

/** Several values, separated by commas or given again; at most `most`. */
export function listOf<T extends z.ZodType>(value: T, most: number) {
  const split = (given: unknown): unknown => {
    const parts = Array.isArray(given) ? given : [given];
    return parts.flatMap((part) => (typeof part === 'string' ? part.split(',') : [part]));
  };
  return z.preprocess(split, z.array(value).min(1).max(most)).meta({ description: `up to ${most}, by commas` });
}

export const idListSchema = listOf(idSchema, limits.idsPerRequest);

/** A count in a query: text that is a whole number, and nothing that merely can be made one. */
export function countSchema(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most))
    .meta({ type: 'integer', minimum: least, maximum: most });
}

/** Where the page after one of rows with ids of their own begins: the id of its last row. */
export const rowCursorSchema = z.string().regex(/^\d{1,15}$/, 'the `next_cursor` of the page before');

/** What each word of a table means, for a description. */
export function wordsOf(table: Readonly<Record<string, string>>): string {
  return Object.entries(table)
    .map(([name, says]) => `${name}: ${says}`)
    .join('; ');
}

export const pageShape = {
  limit: countSchema(1, limits.pageRows).default(1_000).describe('rows of one page'),
  cursor: z.string().min(1).max(200).optional().describe('`next_cursor` of the page before'),
};

export const tableFormats = ['json', 'csv', 'xlsx'] as const;
export type TableFormat = (typeof tableFormats)[number];
export const spreadsheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const formatSchema = z
  .enum(tableFormats)
  .optional()
  .describe('csv or xlsx (a spreadsheet with its sources), or by the header `Accept`');

interface Range {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}

/**
 * A half-open period of at most `days`; the check runs beside all the others, so that every mistake is told at once.
 * `prefix` is what the names of its ends begin with, where they are not `from` and `to`.
 */
export function checkRange(value: unknown, context: z.RefinementCtx, days: number, prefix = ''): void {
  const { from, to } = value as Partial<Range>;
  const path = [`${prefix}to`];
  if (typeof from !== 'number' || typeof to !== 'number') return;
  if (from >= to) {
    context.addIssue({
      code: 'custom',
      path,
      message: `an instant after \`${prefix}from\` (it does not belong to the period)`,
    });
  } else if (to - from > (days + 1) * 86_400) {
    const found = `${Math.round((to - from) / 86_400)} days`;
    context.addIssue({
      code: 'custom',
      path,
      message: `at most ${days} days after \`${prefix}from\``,
      params: { problem: 'request.range-too-long', found },
    });
  }
}

/** Figures as they were known. */
export const knownOnSchema = z.iso
  .date()
  .optional()
  .describe('a London date: the figures as they were known at its end, by the register of then');

/** Runs a check although other keys are wrong. */
export const always = { when: () => true };

export const rangeShape = {
  from: momentSchema,
  to: momentSchema.describe('the first instant after the period'),
};

// Answers
export const instantSchema = z.string().meta({ format: 'date-time', examples: ['2026-04-01T00:00:00Z'] });
/** In the head of an answer. */
export const leftOutSchema = z.array(z.string()).describe('what is left out for this key, in sentences');

export const dateSchema = z.string().meta({ format: 'date', examples: ['2026-04-01'] });
export const knownOnAnswerSchema = dateSchema.nullable().describe('as known at the end of this London date; null: now');
export const periodSchema = z
  .strictObject({ from: instantSchema, to: instantSchema })
  .describe('half-open, in UTC: `to` does not belong to it');
/** The `next_cursor` of a table, whatever its format. */
export const nextCursorHeader = 'x-next-cursor';

export const nextCursorSchema = z.string().nullable().describe('null on the last page');
export const shareSchema = z.number().min(0).max(1);

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    request_id: z.string(),
    problems: z.array(
      z.strictObject({
        code: z.string(),
        says: z.string(),
        where: z.string(),
        line: z.number().int().optional(),
        found: z.string().optional(),
        expected: z.string().optional(),
        detail: z.string().optional(),
        mend: z.string(),
      }),
    ),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; `problems` lists everything that is wrong with the request' });

const problemAnswerSchema = {
  description: 'everything that is wrong with the request, or the one thing that went wrong here',
  content: { 'application/problem+json': { schema: problemSchema } },
};
/** What every route may answer instead of what it gives. */
export const problemAnswers = { '4xx': problemAnswerSchema, '5xx': problemAnswerSchema };

/** The answers of a route: what it gives, and problems for the rest. */
export function answersOf<T extends z.ZodType>(good: T) {
  return { 200: good, ...problemAnswers };
}

/** The answers of a route that gives rows as JSON, CSV or a spreadsheet. */
export function tableAnswersOf<T extends z.ZodType>(good: T) {
  const csv = z
    .string()
    .describe('RFC 4180; the unit is the last word of a column; an unknown value is an empty field');
  const spreadsheet = z
    .string()
    .describe('a spreadsheet: the rows, and on sheets of their own the sources and warnings');
  const content = {
    'application/json': { schema: good },
    'text/csv': { schema: csv },
    [spreadsheetType]: { schema: spreadsheet },
  };
  return { 200: { description: 'the rows', content }, ...problemAnswers };
}

/** The rows, or a text of another kind: a chart of them, a page. */
export function tableOrOther<T extends z.ZodType, K extends string>(good: T, type: K, says: string) {
  const rows = tableAnswersOf(good);
  const other = { [type]: { schema: z.string().describe(says) } } as Record<K, { schema: z.ZodString }>;
  return { ...rows, 200: { ...rows[200], content: { ...rows[200].content, ...other } } };
}
