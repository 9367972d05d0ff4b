import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { usualEfficiency } from '../../domain/readiness/panels.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { carryForwardSchema } from '../../domain/tariffs/carry-forward.ts';
import { loadYearSchema } from './plan-readiness.ts';
import { chartType } from './tariff-comparisons.ts';
import {
  always,
  dateSchema,
  instantSchema,
  periodSchema,
  shareSchema,
  tableFormats,
  tableOrOther,
} from './vocabulary.ts';

/** What panels and batteries of several sizes would do at a site: what is asked and what is answered. */

export const renewablesTables = ['options', 'tariffs', 'months'] as const;
export type RenewablesTable = (typeof renewablesTables)[number];

export const renewablesQuerySchema = z.strictObject({
  table: z
    .enum(renewablesTables)
    .default('options')
    .describe('which rows CSV has; JSON and xlsx have all, the one named first'),
  format: z
    .enum([...tableFormats, 'svg'])
    .optional()
    .describe('csv, xlsx (all tables as sheets) or svg (a chart)'),
});

const yieldSchema = z
  .strictObject({
    profile: z.literal('bath-2015').optional().describe('a measured year of Bath; taken where nothing else is named'),
    meter: idSchema.optional().describe('a generation meter whose half-hours are the shape, or'),
    series: idSchema.optional().describe('an observed series of energy'),
    of_kwp: z
      .number()
      .positive()
      .max(1_000_000)
      .optional()
      .describe('kWp that the meter or the series is of; `installed_kwp` of the meter where absent'),
    kwh_per_kwp: z.number().min(100).max(2_000).optional().describe('of a year; as the shape has it where absent'),
  })
  .refine(({ profile, meter, series }) => [profile, meter, series].filter((one) => one !== undefined).length <= 1, {
    message: 'one of profile, meter and series',
  })
  .prefault({});

const optionSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  kwp: z.number().positive().max(1_000_000),
  battery: z
    .strictObject({
      kwh: z.number().positive().max(10_000_000).describe('that can be taken out of it when it is full'),
      kw: z.number().positive().max(10_000_000).describe('in and out'),
      round_trip_efficiency: z
        .number()
        .min(0.3)
        .max(1)
        .default(usualEfficiency.value)
        .describe(`what of a kWh comes out again; ${usualEfficiency.source} (${usualEfficiency.standing})`),
    })
    .optional(),
});

export const renewablesBodySchema = z
  .strictObject({
    site: idSchema,
    supply_point: idSchema.optional().describe('of electricity; needed where the site has several'),
    load_year_from: loadYearSchema,
    yield: yieldSchema,
    options: z.array(optionSchema).min(1).max(limits.renewableOptions),
    export_p_per_kwh: z
      .number()
      .min(-1_000)
      .max(1_000)
      .optional()
      .describe('without VAT, for what goes out; the site’s contract for export where absent'),
    submitted: z
      .enum(['month', 'year'])
      .default('month')
      .describe('how output is submitted, by which REGOs are rounded'),
    tariffs: z
      .array(idSchema)
      .max(limits.studiedTariffs)
      .optional()
      .describe('of the register, beside the present one; every one that holds for a year to come where absent'),
    carry: carryForwardSchema.optional().describe('which rates go on where none are known yet, and how far'),
  })
  .superRefine((value, context) => {
    const { options } = value as Partial<RenewablesBody>;
    const names = Array.isArray(options) ? options.flatMap((option) => option?.name ?? []) : [];
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) !== i) context.addIssue({ code: 'custom', path: ['options'], message: `${name} once` });
    }
  }, always);
export type RenewablesBody = z.output<typeof renewablesBodySchema>;

const known = z.number().nullable();
const gbp = known.describe('£ with VAT in a year; null without the role procurement, or where `why` says so');

export const optionRowSchema = z
  .strictObject({
    option: z.string(),
    kwp: z.number(),
    battery_kwh: known,
    battery_kw: known,
    made_kwh: z.number(),
    used_low_kwh: z.number(),
    used_kwh: z.number().describe('on the site, at once or by way of the battery'),
    used_high_kwh: z.number(),
    exported_kwh: z.number(),
    imported_kwh: z.number().describe('what is still drawn'),
    from_battery_kwh: z.number(),
    lost_in_battery_kwh: z.number(),
    self_consumption_share: shareSchema.nullable().describe('of what is made'),
    self_sufficiency_share: shareSchema
      .nullable()
      .describe('of what the supply would draw and these panels; panels that are there already are in neither'),
    demand_kw: z.number(),
    demand_kva: known,
    certificates: z.number().int().describe('REGOs a year, one for each MWh made'),
    less_location_kgco2e: known.describe(
      'what is not drawn any more, by the newest factor and the boundary; kept or sold alike',
    ),
    kept_market_kgco2e: known.describe(
      'of what is drawn and of these panels, certificates kept; generation alone, without losses and WTT',
    ),
    sold_market_kgco2e: known.describe('the same, certificates sold'),
    kept_renewable_share: shareSchema
      .nullable()
      .describe('of what the supply draws and these panels; null where it is not known what is covered'),
    sold_renewable_share: shareSchema.nullable(),
    saved_gbp: gbp.describe('less to pay by the present contract'),
    export_gbp: gbp.describe('for what goes out: by export_p_per_kwh without VAT, by a contract as that has it'),
    export_why: z.string().nullable(),
    better_gbp: gbp.describe('both together; what is saved has VAT in it, costs of measures have none'),
  })
  .meta({ id: 'RenewableOption' });

export const renewablesTariffRowSchema = z
  .strictObject({
    option: z.string(),
    tariff: idSchema,
    tariff_name: z.string(),
    supplier: z.string(),
    present: z.boolean(),
    from: instantSchema.nullable(),
    to: instantSchema.nullable(),
    before_gbp: gbp,
    after_gbp: gbp,
    saved_low_gbp: gbp,
    saved_gbp: gbp,
    saved_high_gbp: gbp,
    why: z.string().nullable(),
  })
  .meta({ id: 'RenewableTariff' });

export const renewablesMonthRowSchema = z
  .strictObject({
    option: z.string(),
    month: dateSchema,
    made_kwh: z.number(),
    used_kwh: z.number(),
    exported_kwh: z.number(),
    imported_kwh: z.number(),
  })
  .meta({ id: 'RenewableMonth' });

export const renewablesRows = {
  options: optionRowSchema,
  tariffs: renewablesTariffRowSchema,
  months: renewablesMonthRowSchema,
} as const satisfies Record<RenewablesTable, z.ZodObject>;

export const renewablesAnswerSchema = z.strictObject({
  site: idSchema,
  site_name: z.string(),
  supply_point: idSchema.nullable(),
  meter: idSchema,
  load_year: periodSchema,
  yield_from: z.string(),
  yield_kwh_per_kwp: z.number(),
  yield_measured_time_share: shareSchema.nullable(),
  imported_kwh: z.number().describe('what the supply drew in the year, with what is on the roof already'),
  measured_time_share: shareSchema,
  demand_kw: z.number(),
  demand_kva: known,
  boundary: z.string(),
  grid_kgco2e_per_kwh: known.describe('the newest factor, by location'),
  covered_share: shareSchema.nullable().describe('of what is bought, by certificates and contracts with evidence'),
  market_kgco2e: known.describe(
    'of what is drawn now: generation alone, without losses and WTT; null where cover is not known',
  ),
  renewable_share: shareSchema.nullable().describe('of what the supply draws; own panels are not in it'),
  assumptions: z.array(z.string()),
  warnings: z.array(z.string()),
  register_version: z.number().int(),
  options: z.array(optionRowSchema),
  tariffs: z.array(renewablesTariffRowSchema),
  months: z.array(renewablesMonthRowSchema),
});
export type RenewablesAnswer = z.output<typeof renewablesAnswerSchema>;

/** The rows, or a chart of the options. */
export const renewablesAnswers = tableOrOther(renewablesAnswerSchema, chartType, 'what each option uses and exports');
