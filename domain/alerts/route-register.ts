import { z } from 'zod';
import { idSchema } from '../readings/reading.ts';
import { families } from './causes.ts';

/**
 * What the register says of who is told. How a channel is reached, with its secrets, is configuration and stands in a
 * file of its own; here is its name alone, so that the estate folder can be shown to anybody.
 */

/** Who cares: consumption is for those who run buildings, data for those who run meters. */
const audiences = ['facilities', 'data'] as const;

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** The name of an ISO weekday, 1 is Monday. */
export function weekdayName(weekday: number): Weekday {
  return weekdays[weekday - 1] as Weekday;
}

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time on the clock in London, as 22:00');

export const alertRouteSchema = z.strictObject({
  id: idSchema,
  /** A name of the file of channels (`delivery.channels`). */
  channel: idSchema,
  /** Addresses, where the channel is email; any other channel knows where it leads. */
  to: z.array(z.email().max(254)).min(1).max(50).optional(),
  audience: z.enum(audiences).default('facilities'),
  /** What it is for; all that is written must hold, and each list is any of its entries. */
  sites: z.array(idSchema).min(1).max(1_000).optional(),
  organisations: z.array(idSchema).min(1).max(200).optional(),
  families: z.array(z.enum(families)).min(1).optional(),
  severities: z
    .array(z.union([z.literal(1), z.literal(2), z.literal(3)]))
    .min(1)
    .default([1, 2, 3]),
  /** In London; what comes meanwhile waits until they are over. Severity 1 never does. */
  quiet_hours: z
    .strictObject({ from: clockTime, to: clockTime })
    .refine(({ from, to }) => from !== to, 'hours that begin and end at different times')
    .optional(),
  quiet_days: z
    .array(z.enum([...weekdays, 'bank_holidays']))
    .min(1)
    .max(8)
    .optional(),
  /** Notices to each recipient on one London day; what comes after them is in the digest. Severity 1 always comes. */
  most_a_day: z.number().int().min(1).max(1_000).optional(),
  /** When a list comes of what was not told by itself. */
  digest: z
    .union([z.literal('none'), z.strictObject({ on: z.enum(['daily', ...weekdays]), at: clockTime })])
    .default({ on: 'monday', at: '08:00' }),
  /** Another route that is told when nobody has taken the alert up so many hours after this one was. */
  escalate: z.strictObject({ after_hours: z.number().min(0.25).max(168), to: idSchema }).optional(),
  /** Only told of what other routes escalate to it. */
  escalations_only: z.boolean().default(false),
  /** Why it is so. */
  because: z.string().min(3).max(500).optional(),
});
export type AlertRoute = z.output<typeof alertRouteSchema>;
