import { z } from 'zod';
import { families } from '../../domain/alerts/causes.ts';
import { alertKindNames } from '../../domain/alerts/kinds.ts';
import { type AlertEvent, alertStateNames, alertStates, closingNames, closings } from '../../domain/alerts/life.ts';
import { severities } from '../../domain/alerts/severity.ts';
import { worthUnknown, type WorthUnknown } from '../../domain/alerts/worth.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { reasonSchema } from './rulings.ts';
import { chartType } from './tariff-comparisons.ts';
import {
  countSchema,
  dateSchema,
  formatSchema,
  idListSchema,
  instantSchema,
  listOf,
  momentSchema,
  nextCursorSchema,
  problemAnswers,
  shareSchema,
  wordsOf,
} from './vocabulary.ts';

const unknowns = Object.keys(worthUnknown) as [WorthUnknown, ...WorthUnknown[]];
const severityNames = severities.map(String) as [string, ...string[]];

export const alertIdSchema = z.string().regex(/^a-[1-9]\d{0,14}$/, 'the id of an alert: a-17');
export const severitySchema = z
  .enum(severityNames)
  .describe('1: at once, at any hour; 2: today; 3: this week; digest: told once a week in a list');

export const alertsQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  meter: idSchema.optional().describe('alerts that this meter shows'),
  state: listOf(z.enum(alertStateNames), alertStateNames.length)
    .optional()
    .describe(`all when absent. ${wordsOf(alertStates)}`),
  family: listOf(z.enum(families), families.length).optional(),
  kind: listOf(z.enum(alertKindNames), alertKindNames.length).optional(),
  severity: listOf(severitySchema, severityNames.length).optional(),
  owner: z.string().min(1).max(limits.ownerCharacters).optional(),
  overdue: z.enum(['true']).optional().describe('those that should have been done by now, and are not'),
  since: momentSchema.optional().describe('alerts that were there at this instant or later'),
  limit: countSchema(1, 1_000).default(200),
  cursor: alertIdSchema.optional().describe('the `next_cursor` of the page before'),
  format: formatSchema,
});

const pounds = z.number().nullable();
export const alertSchema = z
  .strictObject({
    id: z.string(),
    version: z.number().int().describe('how many events it has: sent with an act, it guards against what came between'),
    state: z.enum(alertStateNames).describe(wordsOf(alertStates)),
    severity: severitySchema,
    site: z.string(),
    site_name: z.string(),
    family: z.enum(families),
    kind: z.enum(alertKindNames),
    says: z.string().describe('what is abnormal'),
    subject: z.string().describe('the meter it is at, furthest down'),
    subject_name: z.string(),
    meters: z.array(z.string()).describe('all that show it'),
    from: instantSchema,
    to: instantSchema.describe('the end of the last half-hour that showed it'),
    ongoing: z.boolean().describe('nothing says yet that it is over'),
    opened: instantSchema.describe('when it was raised'),
    owner: z.string().nullable(),
    due: dateSchema.nullable(),
    overdue: z.boolean(),
    shelved_until: instantSchema.nullable(),
    closed_as: z.enum(closingNames).nullable().describe(wordsOf(closings)),
    excess_kwh: z.number().nullable().describe('used beyond what was expected, so far'),
    excess_m3: z.number().nullable(),
    excess_kvarh: z.number().nullable(),
    cost_gbp: pounds.describe('without VAT, so far; null where it is not known'),
    cost_gbp_per_week: pounds.describe('of a week as it goes on'),
    emissions_kgco2e: z.number().nullable().describe('location-based, so far'),
    emissions_kgco2e_per_week: z.number().nullable(),
    unknown: z.array(z.enum(unknowns)).describe(`why an amount is null. ${wordsOf(worthUnknown)}`),
    known_share: shareSchema.describe('the share of its half-hours that is known'),
    score: z.number().nullable().describe('robust standard deviations by which it was off'),
  })
  .meta({ id: 'Alert', description: 'one cause of abnormal use, from its first half-hour to its last' });

const sumsSchema = z
  .strictObject({
    alerts: z.number().int(),
    cost_gbp_per_week: z.number().describe('of those with a price'),
    without_price: z.number().int(),
    emissions_kgco2e_per_week: z.number().describe('of those with a factor'),
    without_factor: z.number().int(),
  })
  .describe('of all that match, on whatever page');

export const alertsAnswerSchema = z.strictObject({
  together: sumsSchema,
  alerts: z.array(alertSchema),
  next_cursor: nextCursorSchema,
});

export const alertParamsSchema = z.strictObject({ alert: alertIdSchema });

const eventNames = [
  'opened',
  'passed',
  'worsened',
  'ended',
  'resumed',
  'acknowledged',
  'assigned',
  'commented',
  'shelved',
  'unshelved',
  'closed',
  'verified',
  'reopened',
] as const satisfies readonly AlertEvent['event'][];
const eventNameSchema = z.enum(eventNames);

export const alertEventSchema = z
  .strictObject({
    sequence: z.number().int().describe('over all alerts; it only grows'),
    at: instantSchema,
    event: eventNameSchema,
    who: z.string().nullable().describe('name of the API key, or `local`; null where nobody did it'),
    says: z.string(),
  })
  .meta({ id: 'AlertEvent', description: 'something that happened to an alert; kept for ever' });

const messageSchema = z
  .strictObject({
    title: z.string(),
    what: z.string(),
    where: z.string(),
    since: z.string(),
    sure: z.string(),
    unusual: z.string(),
    cost: z.string(),
    before: z.array(z.string()).describe('what was tried before'),
    look_at: z.array(z.string()).describe('what to look at first'),
  })
  .meta({ id: 'AlertMessage', description: 'an alert in words, as it is sent' });

const chartSchema = z
  .strictObject({
    unit: z.enum(['kW', 'm3/h', 'kvar', 'kVA']),
    from: instantSchema.describe('the first half-hour'),
    measured: z.array(z.number().nullable()).describe('a mean for each half-hour'),
    expected: z.array(z.number().nullable()),
  })
  .meta({ id: 'AlertChart' });

export const savingSchema = z
  .strictObject({
    alert: z.string(),
    claim: z.string().describe('by this name no plan counts the same use as its own'),
    site: z.string(),
    site_name: z.string(),
    family: z.enum(families),
    kind: z.enum(alertKindNames),
    subject: z.string(),
    from: instantSchema,
    until: instantSchema.describe('at most twelve months later: after that it is how the meter is'),
    saved_kwh: z.number().nullable().describe('so far'),
    saved_m3: z.number().nullable(),
    saved_kvarh: z.number().nullable(),
    saved_gbp: pounds,
    saved_kgco2e: z.number().nullable(),
    saved_kwh_per_week: z.number().nullable(),
    saved_m3_per_week: z.number().nullable(),
    saved_kvarh_per_week: z.number().nullable(),
    saved_gbp_per_week: pounds,
    saved_kgco2e_per_week: z.number().nullable(),
    unknown: z.array(z.enum(unknowns)).describe('why an amount is null'),
    closed_by: z.string(),
    why: z.string().describe('what the person who closed it did'),
  })
  .meta({ id: 'AlertSaving', description: 'what the meter shows to be used no more since an alert was mended' });

export const savingsQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  running: z.enum(['true']).optional().describe('only those that are counted still'),
  limit: countSchema(1, 1_000).default(1_000),
  cursor: alertIdSchema.optional().describe('the `next_cursor` of the page before'),
  format: formatSchema,
});
export const savingsAnswerSchema = z.strictObject({
  as_of: instantSchema,
  savings: z.array(savingSchema),
  next_cursor: nextCursorSchema,
});

export const alertAnswerSchema = z.strictObject({
  alert: alertSchema,
  message: messageSchema,
  evidence: z
    .strictObject({
      unit: z.enum(['kW', 'm3/h', 'kvar', 'kVA']),
      measured: z.number().nullable().describe('the mean while it held'),
      expected: z.number().nullable(),
      excess: z.number().describe('used beyond what was expected while it held'),
      detectors: z.number().int().describe('how many ways of looking saw it'),
      facts: z.record(z.string(), z.number()).describe('numbers special to the kind, the unit last'),
    })
    .describe('by what it is told'),
  events: z.array(alertEventSchema),
  earlier: z
    .array(z.strictObject({ alert: z.string(), at: instantSchema, says: z.string() }))
    .describe('what was tried before, the latest first'),
  saving: savingSchema.nullable(),
  chart: chartSchema.nullable().describe('null where what it is about is no use of a meter'),
});

const versionShape = {
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('`version` of the alert that was looked at; refused with `alert.changed` where something came between'),
};
const actOf = <A extends string>(act: A, says: string) =>
  z.strictObject({ act: z.literal(act).describe(says), ...versionShape });

export const alertActBodySchema = z
  .discriminatedUnion('act', [
    actOf('acknowledge', 'I take it up'),
    actOf('assign', 'somebody has it').extend({
      owner: z.string().trim().min(1).max(limits.ownerCharacters),
      due: z.iso.date().optional().describe('a London date until when it is to be done'),
    }),
    actOf('comment', 'something is to be known of it').extend({
      says: z.string().trim().min(1).max(limits.reasonCharacters),
    }),
    actOf('shelve', 'it is put away; severity 1 is told nevertheless').extend({
      until: momentSchema.describe(`at most ${limits.shelvedDays} days from now`),
      reason: reasonSchema,
    }),
    actOf('unshelve', 'it is looked at again'),
    actOf('close', 'it is over').extend({
      as: z.enum(closingNames).describe(wordsOf(closings)),
      reason: reasonSchema,
    }),
    actOf('reopen', 'it is not over').extend({ reason: reasonSchema }),
  ])
  .meta({ id: 'AlertAct' });

const svg = z.string().describe('what was measured beside what was expected, the time of the alert shaded');
export const alertChartAnswers = {
  200: { description: 'the chart', content: { [chartType]: { schema: svg } } },
  ...problemAnswers,
};
