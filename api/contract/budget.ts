import { z } from 'zod';
import { standings } from '../../domain/carbon/factors.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import type { CarryForward } from '../../domain/tariffs/carry-forward.ts';
import { type ChargeKind, chargeKindNames } from '../../domain/tariffs/charges.ts';
import { tariffUtilities } from '../../domain/tariffs/published.ts';
import { costPlaces, notCostedSchema } from './costs.ts';
import { bucketShape, standingShape } from './figures.ts';
import { dateSchema, formatSchema, idListSchema, listOf, periodSchema, shareSchema } from './vocabulary.ts';

/** What a year comes to: the past at what it cost, the rest in usual weather; and against what was planned. */

const componentNames = ['all', ...chargeKindNames] as const;
const monthSchema = z.string().regex(/^(19|20)\d\d-(0[1-9]|1[0-2])$/, 'a month as 2026-04');

/** `duos:-5:0:20`: a kind of charge and by how many percent its rate may change, at least, most likely, at most. */
const carrySchema = z
  .string()
  .max(60)
  .transform((text, context): CarryForward['kinds'][number] => {
    const [, kind = '', ...percents] =
      /^([a-z_]+):(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
    const [least = Number.NaN, best = Number.NaN, most = Number.NaN] = percents.map(Number);
    const isKind = (chargeKindNames as readonly string[]).includes(kind);
    if (isKind && least >= -100 && least <= best && best <= most && most <= 1_000) {
      return { kind: kind as ChargeKind, least_percent: least, best_percent: best, most_percent: most };
    }
    const message = 'a kind of charge and three percentages, least, most likely and most: duos:-5:0:20';
    context.addIssue({ code: 'custom', message, input: text });
    return z.NEVER;
  });

export const budgetQuerySchema = z
  .strictObject({
    supply_point: idListSchema.optional(),
    site: idListSchema.optional(),
    organisation: idListSchema.optional(),
    utility: listOf(z.enum(tariffUtilities), tariffUtilities.length).optional(),
    from: monthSchema.optional().describe('the first month, 2026-04; that of the present financial year where absent'),
    months: z
      .string()
      .regex(/^\d{1,2}$/, 'a whole number')
      .transform(Number)
      .pipe(z.number().min(1).max(limits.budgetMonths))
      .default(12)
      .meta({ type: 'integer', minimum: 1, maximum: limits.budgetMonths }),
    bucket: z.enum(['month', 'whole']).default('month').describe('whole: the year as one row'),
    by: z.enum(costPlaces).default('supply_point'),
    split: z.literal('component').optional().describe('a row for each kind of charge, instead of one for all'),
    carry: listOf(carrySchema, chargeKindNames.length)
      .optional()
      .describe('kinds whose last rates go on, each with its least, most likely and greatest change: duos:-5:0:20'),
    carry_because: z.string().min(3).max(500).optional().describe('why, where `carry` is said'),
    format: formatSchema,
  })
  .superRefine(({ carry, carry_because: because }, context) => {
    if ((carry === undefined) === (because === undefined)) return;
    const message = 'carry and carry_because are said together';
    context.addIssue({ code: 'custom', path: [because === undefined ? 'carry_because' : 'carry'], message });
  });

const money = z.number().nullable();
const kwh = z.number().nullable();
export const budgetRowSchema = z
  .strictObject({
    place: idSchema.describe('the supply point or site'),
    place_name: z.string(),
    utility: z.enum(tariffUtilities),
    component: z.enum(componentNames),
    ...bucketShape,
    use_actual_kwh: kwh.describe('of the days that are over'),
    use_forecast_kwh: kwh.describe('expected of the others, in usual weather'),
    use_low_kwh: kwh.describe('nine in ten such months lie between low and high'),
    use_kwh: kwh,
    use_high_kwh: kwh,
    use_year_low_kwh: kwh.describe('whole: the band of the year, narrower than those of its months added up'),
    use_year_high_kwh: kwh,
    use_m3: z.number().nullable().describe('of water, instead of kWh'),
    cost_actual_gbp: money.describe('without VAT, as all that begins with cost'),
    cost_forecast_gbp: money,
    cost_low_gbp: money.describe('months add up to the year, in low and high too'),
    cost_gbp: money.describe('null where a part has no rate; `priced_gbp` is then what has one'),
    cost_high_gbp: money,
    cost_year_low_gbp: money.describe('whole: the band of the year'),
    cost_year_high_gbp: money,
    total_low_gbp: money,
    total_gbp: money.describe('with VAT'),
    total_high_gbp: money,
    total_year_low_gbp: money,
    total_year_high_gbp: money,
    priced_gbp: money.describe('without VAT, of the parts that have rates'),
    not_priced_from: dateSchema.nullable().describe('the first day of the first part without a rate'),
    forecast_share: shareSchema.nullable().describe('of the use'),
    rate_standing: z.enum(standings).nullable(),
    ...standingShape,
  })
  .meta({ id: 'Budget' });

export const budgetMethods = {
  weather: 'baseload and slope of the signature, at the degree days of the standard year',
  day_types: 'the days of the load year, of the same month and type',
} as const;
const methodNames = Object.keys(budgetMethods) as (keyof typeof budgetMethods)[];

/** How the rest of the year is expected of one supply point. */
const methodSchema = z.strictObject({
  supply_point: idSchema,
  method: z.enum(methodNames),
  says: z.string(),
  because: z.string().nullable().describe('why not by the weather'),
  load_year_from: dateSchema,
  load_year_to: dateSchema,
  month_count: z.number().int().describe('months of the load year that are known'),
  degrees_of_freedom: z.number().int(),
  student_t: z.number(),
  deviation_kwh_per_day: z.number().nullable().describe('s: by how much months lie beside what is expected'),
  deviation_m3_per_day: z.number().nullable(),
  baseload_kwh_per_day: z.number().nullable(),
  slope_kwh_per_degree_day: z.number().nullable(),
  standard_year: z.string().nullable(),
  standard_source: z.string().nullable(),
  doubts: z.array(z.string()).describe('criteria of a good fit that are not met'),
});

const varianceSchema = z.strictObject({
  place: idSchema,
  place_name: z.string(),
  utility: z.enum(tariffUtilities),
  budgets: z.array(idSchema),
  vat: z.enum(['excluded', 'included']),
  budget_gbp: z.number(),
  budget_kwh: kwh,
  budget_m3: z.number().nullable(),
  outturn_low_gbp: money.describe('the band of the year'),
  outturn_gbp: money,
  outturn_high_gbp: money,
  difference_gbp: money.describe('the outturn beyond the budget: use and price add up to it'),
  use_gbp: money.describe('more use, at the budget’s price: weather and other use add up to it'),
  weather_gbp: money.describe('of that, weather other than the standard year’s so far'),
  other_use_gbp: money,
  price_gbp: money.describe('another price, on the use there is'),
  weather_kwh: kwh,
  because: z.string().nullable().describe('why it is not set against it, or not parted'),
  source: z.string(),
});

export const budgetAnswerSchema = z.strictObject({
  period: periodSchema,
  actual_until: dateSchema.describe('the first day that is expected and not past'),
  bucket: z.enum(['month', 'whole']),
  by: z.enum(costPlaces),
  split: z.literal('component').nullable(),
  confidence: z.number().describe('the share of cases that lies between low and high'),
  formula: z.string(),
  register_version: z.number().int(),
  carried_because: z.string().nullable(),
  carried: z.array(
    z.strictObject({
      component: z.enum(chargeKindNames),
      least_percent: z.number(),
      best_percent: z.number(),
      most_percent: z.number(),
    }),
  ),
  methods: z.array(methodSchema),
  variances: z.array(varianceSchema).describe('against the budgets of the register'),
  not_costed: z.array(notCostedSchema).describe('what is missing for which supply point, at the first date'),
  budget: z.array(budgetRowSchema),
});
