import { z } from 'zod';
import { utilities } from '../../domain/estate/vocabulary.ts';
import { type FinanceGap, financeGaps } from '../../domain/plan/measure-finance.ts';
import { measureKindNames } from '../../domain/plan/measure-kinds.ts';
import { type MeasureWarning, measureWarningCodes } from '../../domain/plan/measure-standing.ts';
import { confidenceNames, measureChangeSchema, measureSchema, measureStatusNames } from '../../domain/plan/register.ts';
import { stepNumbers } from '../../domain/plan/steps.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { reasonSchema } from './rulings.ts';
import { dateSchema, formatSchema, idListSchema, leftOutSchema, listOf, wordsOf } from './vocabulary.ts';

/** Measures of the four-step plan: what is done and planned, what it costs, in which order. */

const financeGapNames = Object.keys(financeGaps) as [FinanceGap, ...FinanceGap[]];
const warningNames = Object.keys(measureWarningCodes) as [MeasureWarning, ...MeasureWarning[]];

/** Keys may not see what a kWh costs; capital and funding are no price. */
const forProcurement = 'null too where a price would be told: it needs role `procurement`, or `publish_costs`';

/** Of panels and turbines. */
export const usedHere =
  'of what panels make only the share used on the site in the last twelve whole months: all of it where no meter ' +
  'counts what leaves, null where there is one and the share is not known';

const discountRateSchema = z
  .string()
  .regex(/^0(\.\d{1,6})?$/, 'a rate a year as 0.035')
  .transform(Number)
  .optional()
  .describe('a year, as 0.035; that of HM Treasury’s Green Book where it is absent, which falls after 30 years');

export const measureSorts = {
  order: 'by site, in the order in which they belong: step, what comes after what, date, cost per tonne',
  cost_per_tonne: 'the marginal abatement cost curve: the cheapest tonne first, of what is neither over nor withdrawn',
} as const;
const sortNames = Object.keys(measureSorts) as [keyof typeof measureSorts, ...(keyof typeof measureSorts)[]];

export const measuresQuerySchema = z.strictObject({
  organisation: idListSchema.optional(),
  site: idListSchema.optional(),
  step: listOf(z.enum(['1', '2', '3', '4']).transform(Number), stepNumbers.length).optional(),
  kind: listOf(z.enum(measureKindNames), measureKindNames.length).optional(),
  status: listOf(z.enum(measureStatusNames), measureStatusNames.length).optional(),
  sort: z.enum(sortNames).default('order').describe(wordsOf(measureSorts)),
  discount_rate: discountRateSchema,
  format: formatSchema,
});

export const measureQuerySchema = z.strictObject({ discount_rate: discountRateSchema });
export const measureParamsSchema = z.strictObject({ measure: idSchema });

const pounds = z.number().nullable();
const yearly = (says: string) => z.number().nullable().describe(`expected a year, ${says}; below 0 what it takes more`);

export const measureRowSchema = z
  .strictObject({
    measure: z.string(),
    name: z.string(),
    site: z.string(),
    site_name: z.string(),
    building: z.string().nullable(),
    step: z.number().int().min(1).max(4),
    step_title: z.string(),
    kind: z.enum(measureKindNames),
    kind_says: z.string(),
    place: z.number().int().describe('among the measures of its site, in the order in which they belong'),
    status: z.enum(measureStatusNames),
    since: dateSchema,
    confidence: z.enum(confidenceNames).nullable().describe('how sure it is that it comes; null once it is over'),
    owner: z.string().nullable(),
    begins: dateSchema.nullable().describe('first day of the works, as they were or are planned'),
    ends: dateSchema.nullable().describe('last day of the works'),
    saves_from: dateSchema.nullable(),
    saves_until: dateSchema.nullable().describe('the end of its life, where that is known'),
    meters: z.array(z.string()).describe('that are to show it'),
    saves_electricity_kwh: yearly('electricity'),
    saves_fuel_kwh: yearly('gas, oil, LPG, coal and biomass together'),
    saves_heat_kwh: yearly('heat, steam and cooling together'),
    saves_m3: yearly('water'),
    saves_gbp_per_year: pounds.describe(`without VAT; ${usedHere}; ${forProcurement}`),
    gbp_from: z
      .enum(['stated', 'priced'])
      .nullable()
      .describe('priced: at what one more kWh costs, a mean of twelve months'),
    saves_kgco2e_per_year: z.number().nullable().describe(`location-based, by the newest factors; ${usedHere}`),
    kgco2e_from: z.enum(['stated', 'factors']).nullable(),
    capital_gbp: pounds,
    upkeep_gbp_per_year: pounds,
    life_years: z.number().nullable(),
    payback_years: z
      .number()
      .nullable()
      .describe(`simple: capital over a year’s saving less upkeep; ${forProcurement}`),
    net_present_value_gbp: pounds.describe(`over its life, discounted; ${forProcurement}`),
    life_tco2e: z.number().nullable().describe('over its life, at the newest factors throughout'),
    cost_gbp_per_tco2e: pounds.describe(`marginal abatement cost: −net present value ÷ life_tco2e; ${forProcurement}`),
    cumulative_tco2e_per_year: z
      .number()
      .nullable()
      .describe('sort=cost_per_tonne: what this measure and all cheaper ones save a year'),
    funding_secured_gbp: z.number(),
    funding_gap_gbp: pounds.describe('capital that nobody has promised yet'),
    unknown: z.array(z.enum(financeGapNames)).describe(wordsOf(financeGaps)),
    before: z.array(z.string()).describe('measures that should come first and do not; see `/v1/measures/{measure}`'),
    warnings: z.array(z.enum(warningNames)).describe(wordsOf(measureWarningCodes)),
    source: z.string(),
  })
  .meta({ id: 'Measure' });

export const discountSchema = z.strictObject({
  rate: z.number(),
  later: z.array(z.strictObject({ from_year: z.number().int(), rate: z.number() })),
  standing: z.enum(['quoted', 'asked']),
  source: z.string(),
});

export const measuresAnswerSchema = z.strictObject({
  register_version: z.number().int(),
  on: dateSchema.describe('the day as of which they stand'),
  sort: z.enum(sortNames),
  discount: discountSchema,
  formulas: z.array(z.string()),
  warnings: leftOutSchema,
  measures: z.array(measureRowSchema),
});

export const measureAnswerSchema = z.strictObject({
  register_version: z.number().int(),
  discount: discountSchema,
  formulas: z.array(z.string()),
  warnings: leftOutSchema,
  measure: measureRowSchema,
  statuses: z.array(
    z.strictObject({ from: dateSchema, is: z.enum(measureStatusNames), because: z.string().nullable() }),
  ),
  expected: z.array(
    z.strictObject({
      utility: z.enum(utilities),
      unit: z.enum(['kWh', 'm3']),
      saves: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  funding: z.array(z.strictObject({ from: z.string(), gbp: z.number(), is: z.string() })),
  cost_source: z.string().nullable(),
  size: z
    .strictObject({ kwp: z.number().nullable(), kwh: z.number().nullable(), kw: z.number().nullable() })
    .nullable(),
  after: z.array(z.string()),
  out_of_order: z.array(
    z.strictObject({
      before: z.string(),
      before_step: z.number().int(),
      by: z.enum(['step', 'after']),
      says: z.string(),
    }),
  ),
});

export const addMeasureBodySchema = z.strictObject({ measure: measureSchema, reason: reasonSchema });
const dayOfWorks = z.iso.date().optional();
export const changeMeasureBodySchema = z.strictObject({
  is: measureChangeSchema.shape.is,
  from: z.iso.date().optional().describe('since which London day; today where it is absent'),
  works: z
    .strictObject({ from: dayOfWorks, to: dayOfWorks })
    .optional()
    .describe('first and last London day of the works; where `from` is absent, the one that is known already'),
  reason: reasonSchema,
});
