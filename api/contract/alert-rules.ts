import { z } from 'zod';
import { alertKindNames } from '../../domain/alerts/kinds.ts';
import { utilities } from '../../domain/estate/vocabulary.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { countSchema, formatSchema, idListSchema, instantSchema, listOf, nextCursorSchema } from './vocabulary.ts';

/** What is looked for at each meter: by which numbers, and how small a change is found. */
export const watchedMetersQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  meter: idListSchema.optional(),
  kind: listOf(z.enum(alertKindNames), alertKindNames.length).optional(),
  limit: countSchema(1, 200).default(50).describe('meters of one page, each with all its rows'),
  cursor: idSchema.optional().describe('the `next_cursor` of the page before'),
  format: formatSchema,
});

const place = { site: z.string(), site_name: z.string(), meter: z.string(), meter_name: z.string() };

export const alertRuleRowSchema = z
  .strictObject({
    ...place,
    kind: z.enum(alertKindNames),
    says: z.string().describe('what is looked for'),
    enabled: z.boolean().describe('false where a rule says that it is not looked for'),
    parameter: z.string(),
    value: z.number(),
    unit: z.string(),
    rule: z.string().nullable().describe('id of the rule that says the value; null: what holds where no rule does'),
    because: z.string().nullable().describe('why it is so, in the words of the rule'),
  })
  .meta({ id: 'AlertRuleHere', description: 'a number by which something is looked for at a meter' });

export const alertRulesAnswerSchema = z.strictObject({
  rules: z.array(alertRuleRowSchema),
  next_cursor: nextCursorSchema,
});

const amount = z.number().nullable();
/** A price is what a week costs over what it uses, and agreed capacity is told to `procurement` alone. */
const notShown = 'null too for keys that may not see rates: it needs role `procurement`';
const sizeUnknown = ['not-learned', 'too-little-known', 'no-price', 'not-shown'] as const;
export const watchedMeterRowSchema = z
  .strictObject({
    ...place,
    utility: z.enum(utilities),
    known_until: instantSchema.nullable().describe('the end of its last known half-hour when it was looked at'),
    learned_until: instantSchema.nullable().describe('the end of the last half-hour of which something is expected'),
    kind: z.enum(alertKindNames).nullable().describe('null: nothing was learned of it yet'),
    detectable_kw: amount.describe('the smallest change that is found; null where too little is known of the meter'),
    detectable_m3_per_h: amount,
    detectable_kva: amount.describe(notShown),
    detectable_kvar: amount,
    lasting_hours: amount.describe('when it lasts so long, of the hours that the kind looks at'),
    detectable_kwh_per_week: amount.describe('if it is there all the time'),
    detectable_m3_per_week: amount,
    detectable_kvarh_per_week: amount,
    detectable_gbp_per_week: amount.describe(notShown),
    unknown: z
      .enum(sizeUnknown)
      .nullable()
      .describe('why an amount is null; not-shown: the key may not see rates and agreed capacity'),
  })
  .meta({ id: 'WatchedMeter', description: 'how small a change would be found at a meter, by kind' });

export const watchedMetersAnswerSchema = z.strictObject({
  meters: z.array(watchedMeterRowSchema),
  next_cursor: nextCursorSchema,
});
