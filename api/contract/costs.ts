import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { standings } from '../../domain/carbon/factors.ts';
import { chargeKindNames } from '../../domain/tariffs/charges.ts';
import { tariffUtilities } from '../../domain/tariffs/published.ts';
import { contracts, type Contract } from '../../domain/tariffs/register.ts';
import { bucketShape, standingShape } from './figures.ts';
import {
  always,
  checkRange,
  dateSchema,
  formatSchema,
  idListSchema,
  listOf,
  periodSchema,
  rangeShape,
  shareSchema,
} from './vocabulary.ts';

/** What supply points are, and what their half-hours cost. */

export const costBuckets = ['half_hour', 'day', 'month', 'whole'] as const;
export const costSplits = ['component', 'band'] as const;
export const costPlaces = ['supply_point', 'site'] as const;
const contractNames = Object.keys(contracts) as [Contract, ...Contract[]];
const componentNames = ['all', ...chargeKindNames] as const;

const filterShape = {
  supply_point: idListSchema.optional(),
  site: idListSchema.optional(),
  organisation: idListSchema.optional(),
  utility: listOf(z.enum(tariffUtilities), tariffUtilities.length).optional(),
};

export const supplyPointsQuerySchema = z.strictObject({
  ...filterShape,
  demand: z
    .enum(['none', 'last_12_months'])
    .default('none')
    .describe('last_12_months: the maximum demand of the twelve months before this one, from half-hours'),
  format: formatSchema,
});

export const supplyPointRowSchema = z
  .strictObject({
    supply_point: idSchema,
    site: idSchema,
    site_name: z.string(),
    utility: z.enum(tariffUtilities),
    meter: idSchema.describe('whose half-hours are billed'),
    mpan: z.string().nullable(),
    mprn: z.string().nullable(),
    spid: z.string().nullable(),
    supplier: z.string().nullable().describe('of the contract of today, as the keys after it'),
    tariff: idSchema.nullable(),
    contract_from: dateSchema.nullable(),
    contract_to: dateSchema.nullable().describe('the last day'),
    notice_by: dateSchema.nullable().describe('the last day on which notice may be given'),
    reminders: z.array(z.string()).describe('what somebody must be told by today, of what is not over yet'),
    next_reminder: dateSchema.nullable(),
    agreed_capacity_kva: z.number().nullable().describe('of today, as the keys after it'),
    maximum_demand_low_kva: z.number().nullable(),
    maximum_demand_kva: z
      .number()
      .nullable()
      .describe('where `demand` asks for it; null where no kvarh are counted and no power factor is stated'),
    maximum_demand_high_kva: z.number().nullable(),
    maximum_demand_month: dateSchema.nullable(),
    measured_time_share: shareSchema.nullable().describe('of the half-hours of these twelve months'),
    voltage: z.string().nullable(),
    duos_tariff: z.string().nullable(),
    residual_band: z.string().nullable(),
    residual_band_derived_from: z
      .string()
      .nullable()
      .describe(
        'where nobody stated the band: voltage, size and the source of the thresholds; null where it is stated',
      ),
    estimated_annual_kwh: z.number().nullable(),
    source: z.string(),
  })
  .meta({ id: 'SupplyPoint' });

export const supplyPointsAnswerSchema = z.strictObject({
  on: dateSchema,
  register_version: z.number().int(),
  supply_points: z.array(supplyPointRowSchema),
});

export const costsQuerySchema = z
  .strictObject({
    ...filterShape,
    bucket: z.enum(costBuckets).default('month').describe('whole: the period as one'),
    by: z.enum(costPlaces).default('supply_point'),
    split: z
      .enum(costSplits)
      .optional()
      .describe(
        'component: a row for each kind of charge, instead of one for all; band: of each of its bands of the day',
      ),
    ...rangeShape,
    format: formatSchema,
  })
  .superRefine((value, context) => checkRange(value, context, limits.costDays), always);

const money = z.number().nullable();
export const costRowSchema = z
  .strictObject({
    place: idSchema.describe('the supply point or site'),
    place_name: z.string(),
    utility: z.enum(tariffUtilities),
    component: z.enum(componentNames).describe('all, or the kind of charge: those of a bucket add up to all'),
    band: z.string().nullable().describe('by band: the band of the day, null of charges without any; null otherwise'),
    ...bucketShape,
    use_low_kwh: z.number().nullable(),
    use_kwh: z.number().nullable().describe('at the meter; low and high differ where half-hours are missing'),
    use_high_kwh: z.number().nullable(),
    use_m3: z.number().nullable().describe('of water, instead of kWh'),
    cost_low_gbp: money,
    cost_gbp: money.describe('without VAT; null where the supply points of the row are all under `not_costed`'),
    cost_high_gbp: money,
    vat_low_gbp: money,
    vat_gbp: money,
    vat_high_gbp: money,
    total_low_gbp: money,
    total_gbp: money.describe('with VAT'),
    total_high_gbp: money,
    all_in_p_per_kwh: z.number().nullable().describe('the cost without VAT over the use'),
    all_in_gbp_per_m3: z.number().nullable(),
    rate_standing: z.enum(standings).nullable().describe('the weakest among its rates'),
    ...standingShape,
  })
  .meta({ id: 'Cost' });

/** One thing that is missing for the cost of one supply point. */
export const notCostedSchema = z
  .strictObject({
    supply_point: idSchema,
    site: idSchema,
    utility: z.enum(tariffUtilities),
    code: z.string(),
    where: z.string(),
    found: z.string().nullable(),
    expected: z.string().nullable(),
    detail: z.string().nullable(),
    mend: z.string(),
  })
  .meta({ id: 'NotCosted' });

export const costsAnswerSchema = z.strictObject({
  period: periodSchema,
  bucket: z.enum(costBuckets),
  by: z.enum(costPlaces),
  split: z.enum(costSplits).nullable(),
  register_version: z.number().int(),
  contracts: z.array(
    z.strictObject({
      supply_point: idSchema,
      tariff: idSchema,
      tariff_name: z.string(),
      supplier: z.string(),
      contract: z.enum(contractNames),
      from: dateSchema,
      to: dateSchema.describe('the last day'),
      rounding: z.string(),
      source: z.string(),
    }),
  ),
  rates: z
    .array(
      z.strictObject({
        tariff: idSchema,
        charge: idSchema,
        name: z.string(),
        component: z.enum(chargeKindNames),
        unit: z.string(),
        standing: z.enum(standings),
        source: z.string(),
      }),
    )
    .describe('every charge that was used, and where its rates are known from'),
  not_costed: z
    .array(notCostedSchema)
    .describe('supply points in no sum, and each thing that is missing; those asked for by name are a problem instead'),
  costs: z.array(costRowSchema),
});
