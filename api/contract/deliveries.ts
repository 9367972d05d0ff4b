import { z } from 'zod';
import { type DeliveryState, deliveryStates, type HeldBack, heldBack } from '../../domain/alerts/delivery-states.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { alertIdSchema } from './alerts.ts';
import {
  always,
  checkRange,
  countSchema,
  dateSchema,
  formatSchema,
  idListSchema,
  instantSchema,
  listOf,
  momentSchema,
  nextCursorSchema,
  periodSchema,
  rangeShape,
  shareSchema,
  rowCursorSchema,
  wordsOf,
} from './vocabulary.ts';

const states = Object.keys(deliveryStates) as [DeliveryState, ...DeliveryState[]];
const reasons = Object.keys(heldBack) as [HeldBack, ...HeldBack[]];

export const deliveriesQuerySchema = z.strictObject({
  state: listOf(z.enum(states), states.length)
    .optional()
    .describe(`all when absent. ${wordsOf(deliveryStates)}`),
  channel: idListSchema.optional(),
  route: idListSchema.optional(),
  site: idListSchema.optional(),
  alert: alertIdSchema.optional(),
  since: momentSchema.optional().describe('planned at this instant or later'),
  limit: countSchema(1, 1_000).default(200),
  cursor: rowCursorSchema.optional(),
  format: formatSchema,
});

export const deliverySchema = z
  .strictObject({
    id: z.number().int(),
    key: z.string().describe('names it for ever; what is sent twice has it twice'),
    about: z.enum(['alert', 'issue', 'digest']),
    alert: z.string().nullable(),
    issue: z.number().int().nullable().describe('a data issue'),
    notice: z.string().describe('what is told: opened, worsened, ended, escalated, verified, issue, digest …'),
    site: z.string().nullable(),
    route: z.string(),
    channel: z.string(),
    recipient: z.string().describe('an address of mail; empty where the channel is its own'),
    state: z.enum(states).describe(wordsOf(deliveryStates)),
    because: z
      .enum(reasons)
      .nullable()
      .describe(`why it is not told now. ${wordsOf(heldBack)}`),
    planned: instantSchema,
    told: instantSchema.nullable().describe('when it was let go'),
    due: instantSchema.nullable().describe('when something is done about it next; null when it is done with'),
    attempts: z.number().int(),
    said: z.string().nullable().describe('what the other side answered last'),
    ended: instantSchema.nullable(),
  })
  .meta({ id: 'Delivery', description: 'one thing that one recipient is to be told' });

export const deliveriesAnswerSchema = z.strictObject({
  deliveries: z.array(deliverySchema),
  next_cursor: nextCursorSchema,
});

export const channelSchema = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['email', 'teams', 'webhook', 'mqtt']),
    host: z.string().describe('where it leads; of a webhook the host alone, as the rest is secret'),
    routes: z.array(z.string()),
    waiting: z.number().int(),
    held: z.number().int(),
    undelivered: z.number().int(),
    last_sent: instantSchema.nullable(),
  })
  .meta({ id: 'Channel', description: 'a way of telling people, without its secrets' });

export const channelsAnswerSchema = z.strictObject({
  channels: z.array(channelSchema),
  warnings: z.array(z.string()).describe('what is wrong between the routes of the register and the channels'),
});

export const channelParamsSchema = z.strictObject({ channel: idSchema });
export const channelTestBodySchema = z.strictObject({
  to: z
    .email()
    .max(254)
    .optional()
    .describe('an address that a route of this channel names; the first one when absent'),
});
export const channelTestAnswerSchema = z.strictObject({
  channel: z.string(),
  recipient: z.string(),
  said: z.string().describe('what the other side answered'),
});

export const alarmLoadQuerySchema = z
  .strictObject({ ...rangeShape, format: formatSchema })
  .superRefine((value, context) => checkRange(value, context, limits.alarmLoadDays), always);

export const loadDaySchema = z
  .strictObject({
    date: dateSchema,
    channel: z.string(),
    recipient: z.string(),
    notices: z.number().int(),
    severity_1: z.number().int(),
    most_in_ten_minutes: z.number().int(),
    floods: z.number().int().describe('stretches of ten minutes with more than ten'),
  })
  .meta({ id: 'AlarmLoadDay', description: 'what one recipient was told on one London day, digests apart' });

export const alarmLoadAnswerSchema = z.strictObject({
  period: periodSchema,
  raised: z
    .strictObject({ '1': z.number().int(), '2': z.number().int(), '3': z.number().int(), digest: z.number().int() })
    .describe('alerts raised in the period, by severity'),
  stale: z
    .number()
    .int()
    .describe('alerts open now that nobody has taken up for more than a day, whenever they last showed'),
  judged: z.number().int().describe('alerts raised in the period that are over'),
  nuisances: z.number().int().describe('of these, closed as none, or over by themselves within two hours'),
  nuisance_share: shareSchema.nullable().describe('null where none is over'),
  flood_share: shareSchema.nullable().describe('the part of time with more than ten in ten minutes'),
  practice: z
    .strictObject({
      source: z.string(),
      a_day: z.number(),
      a_day_at_most: z.number(),
      in_ten_minutes_at_most: z.number(),
      share_of_time_in_flood_at_most: z.number(),
      severities: z.string(),
      stale_a_day_at_most: z.number(),
    })
    .describe('what others go by, for an operator of a control room: context, not a limit'),
  days: z.array(loadDaySchema),
  warnings: z.array(z.string()),
});
