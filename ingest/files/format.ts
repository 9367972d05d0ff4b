import { z } from 'zod';
import { idSchema } from '../../domain/readings/reading.ts';
import { unitNames } from '../../domain/units.ts';
import { isDateStyle } from './date-style.ts';

/**
 * What a file of half-hourly values looks like: one format, one YAML file in `formats/` here (ours) or in `formats/` of
 * the estate folder (its own). The schema is strict, so that a misspelt key is a problem and not a silence.
 * A format says what no parser may guess: whether a stamp begins or ends its half-hour, and whether the clock of the
 * file keeps summer time. Where its sender leaves that open, the format says `ask`, and whoever imports is asked.
 */

/** A column, by the words of its header. Of several with the same words the first is meant; `HH1 (2)` is the second. */
const columnSchema = z.string().max(120);

/** What a row counts. Reactive energy and export are series of their own and are never added to the kWh taken in. */
export const channels = ['active_import', 'active_export', 'reactive_import', 'reactive_export'] as const;
export type Channel = (typeof channels)[number];

const patternSchema = z
  .string()
  .min(1)
  .max(200)
  .refine(isPattern, 'a regular expression')
  .describe('a regular expression; case does not matter');

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'iu') instanceof RegExp;
  } catch {
    return false;
  }
}

const channelSchema = z.strictObject({
  /** Absent where marks between the rows say it. */
  column: columnSchema.optional(),
  active_import: patternSchema.optional(),
  active_export: patternSchema.optional(),
  reactive_import: patternSchema.optional(),
  reactive_export: patternSchema.optional(),
  /** Rows that are of no interest: volumes beside kWh, totals. */
  left_out: patternSchema.optional(),
});

/**
 * The value columns of a file with a row for each day: from the first to the last of them in the header, every one or
 * every second, and those of the hour that autumn has twice where they stand apart.
 */
const wideSchema = z.strictObject({
  first: columnSchema,
  last: columnSchema,
  every: z.number().int().min(1).max(4).default(1),
  /** `clock`: the header of each names a time of day. `number`: the first is number 1, and they count on. */
  labels: z.enum(['clock', 'number']),
  repeated_hour: z.array(columnSchema).length(2).optional(),
});

const statusSchema = z.strictObject({
  /** One column for the whole row; or beside each value; or a block of their own, in the order of the values. */
  column: columnSchema.optional(),
  beside: z.enum(['before', 'after']).optional(),
  first: columnSchema.optional(),
  /** Words, compared without case. A value with another word, or none, is as it was measured. */
  estimated: z.array(z.string()).min(1).default(['E', 'Estimate', 'Estimated']),
  /** Words that say there is no value, whatever stands in its place. */
  missing: z.array(z.string()).default([]),
});

const unitSchema = z.union([
  z.enum(unitNames),
  /** What the register of the estate says of each meter. */
  z.literal('meter'),
  z.strictObject({ column: columnSchema }),
]);

/** Lines between the rows that say what follows is of. The first group of each expression is what is taken. */
const marksSchema = z.strictObject({ meter_point: patternSchema.optional(), channel: patternSchema.optional() });

const styleSchema = z.string().min(2).max(40).refine(isDateStyle, 'signs of strftime such as %d/%m/%Y');

const fields = {
  name: idSchema,
  /** Who sends it, in words. */
  sender: z.string().min(2).max(120),
  /** Where the description comes from. */
  source: z.string().min(3).max(300).optional(),
  /** The header line of the file. A file without one has these columns. */
  header: z.string().min(3).max(8_000),
  headless: z.boolean().default(false),
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  marks: marksSchema.optional(),
  meter_point: columnSchema.optional(),
  serial: columnSchema.optional(),
  /** `style` in the signs of strftime: %d/%m/%Y; several where the sender uses several. */
  date: z.strictObject({ column: columnSchema, style: z.union([styleSchema, z.array(styleSchema).min(1)]) }),
  /** Beside the date: a time of day, or the number of a settlement period. */
  time: columnSchema.optional(),
  period: columnSchema.optional(),
  /** A row for each day, or a row for each value. */
  wide: wideSchema.optional(),
  value: columnSchema.optional(),
  stamped: z.enum(['start', 'end', 'numbered', 'ask']),
  clock: z.enum(['utc', 'local', 'ask']),
  /**
   * What a file of 48 columns by the clock says in October of the hour that comes twice: only its first pass, or the
   * sum of both. Unknown: then it is not booked, and the four half-hours are missing.
   */
  october_hour: z.enum(['first_pass', 'sum', 'unknown']).default('unknown'),
  /** Minutes that one value spans. */
  minutes: z.number().int().min(1).max(60).default(30),
  /**
   * `total`: an amount from the day of the row to the day `until`, both included, as of an invoice. `day`: the mean, or
   * the amount, of the day of the row, by the clock of the file.
   */
  reads: z.enum(['interval', 'register', 'total', 'day']).default('interval'),
  until: columnSchema.optional(),
  unit: unitSchema,
  /** Read by hand: each value is checked against the readings next to it and the rating, as one that is typed is. */
  by_hand: z.boolean().default(false),
  /** A comma between thousands, as in "1,234.5". */
  thousands: z.boolean().default(false),
  status: statusSchema.optional(),
  channel: channelSchema.optional(),
  left_out: z.array(z.strictObject({ column: columnSchema, when: patternSchema })).default([]),
  /** Days by which the date of a row is later than the day it tells of. */
  days_late: z.number().int().min(0).max(2).default(0),
};

export const fileFormatSchema = z.strictObject(fields).check(({ value: format, issues }) => {
  const say = (path: string, message: string): void => {
    issues.push({ code: 'custom', path: [path], message, input: format });
  };
  if ((format.wide === undefined) === (format.value === undefined)) say('wide', 'either `wide` or `value`');
  if (format.wide && (format.time ?? format.period) !== undefined) say('time', 'a row of a day has no time of its own');
  const isTotal = format.reads === 'total';
  if (isTotal !== (format.until !== undefined)) say('until', 'the last day of a total, and of nothing else');
  if (isTotal && (format.wide !== undefined || format.clock !== 'local'))
    say('reads', 'a total is a row of London days');
  const hasTime = (format.time ?? format.period) !== undefined || format.wide !== undefined;
  if (format.reads === 'day' && (hasTime || format.stamped !== 'start')) {
    say('reads', 'a row of a day has one value and no time, and begins with its day');
  }
  const numbered = format.wide ? format.wide.labels === 'number' : format.period !== undefined;
  if (numbered !== (format.stamped === 'numbered'))
    say('stamped', '`numbered` where half-hours are numbered, only there');
  if (numbered && format.reads === 'register')
    say('reads', 'a register is read at a time of day, which no number says');
  if (format.by_hand && (format.reads !== 'register' || format.wide !== undefined))
    say('by_hand', 'people read a register, a row each time');
  if (format.wide && format.minutes !== 30) say('minutes', 'a row of a day has half-hours');
});

/** A format of the estate's own may be like another one but for some keys: mostly `clock`. */
export const likeFormatSchema = z.strictObject({
  ...Object.fromEntries(Object.entries(fields).map(([key, schema]) => [key, schema.optional()])),
  name: idSchema,
  like: idSchema,
} as { [K in keyof typeof fields]: z.ZodOptional<(typeof fields)[K]> } & {
  name: typeof idSchema;
  like: typeof idSchema;
});

export type FileFormat = z.output<typeof fileFormatSchema>;

/** What the person who imports says where the format leaves it open. */
export interface Told {
  readonly stamped?: 'start' | 'end' | undefined;
  readonly clock?: 'utc' | 'local' | undefined;
}

/** A format with nothing left to ask. */
export interface SettledFormat extends FileFormat {
  readonly stamped: 'start' | 'end' | 'numbered';
  readonly clock: 'utc' | 'local';
}

/** The format as told, or what is still to be said: option and choices. */
export function settle(format: FileFormat, told: Told): SettledFormat | { readonly ask: readonly Question[] } {
  const ask: Question[] = [];
  const stamped = format.stamped === 'ask' ? told.stamped : format.stamped;
  const clock = format.clock === 'ask' ? told.clock : format.clock;
  if (stamped === undefined) ask.push({ option: 'stamped', choices: ['start', 'end'] });
  if (clock === undefined) ask.push({ option: 'clock', choices: ['utc', 'local'] });
  return stamped === undefined || clock === undefined ? { ask } : { ...format, stamped, clock };
}

/** What an import must be told before it can begin. */
export interface Question {
  readonly option: 'format' | 'stamped' | 'clock' | 'meter';
  readonly choices: readonly string[];
}
