import { z } from 'zod';
import { idSchema } from '../../domain/readings/reading.ts';
import { tariffUtilities } from '../../domain/tariffs/published.ts';
import {
  dateSchema,
  formatSchema,
  idListSchema,
  instantSchema,
  listOf,
  periodSchema,
  shareSchema,
} from './vocabulary.ts';

/** What suppliers need for an offer, and nothing of what others charge: it goes to third parties. */

export const halfHourLayouts = {
  long: 'a row for each half-hour, in UTC and by settlement date and period',
  wide: 'a row for each settlement date, fifty values and then fifty flags, as data collectors send them',
} as const;
const layoutNames = Object.keys(halfHourLayouts) as (keyof typeof halfHourLayouts)[];

const beforeSchema = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'a month as 2026-11')
  .optional()
  .describe('the twelve months before this month, 2026-11; those before the present one where absent');

export const tenderPackQuerySchema = z.strictObject({
  supply_point: idListSchema.optional(),
  site: idListSchema.optional(),
  organisation: idListSchema.optional(),
  utility: listOf(z.enum(tariffUtilities), tariffUtilities.length).optional(),
  before: beforeSchema,
  format: formatSchema,
});

export const tenderHalfHoursQuerySchema = z.strictObject({
  supply_point: idSchema,
  before: beforeSchema,
  layout: z.enum(layoutNames).default('long'),
  format: formatSchema,
});

const count = z.number().int().nullable();
export const supplyListRowSchema = z
  .strictObject({
    supply_point: idSchema,
    site_name: z.string(),
    address: z.string().nullable(),
    postcode_area: z.string().nullable(),
    utility: z.enum(tariffUtilities),
    mpan: z.string().nullable(),
    mprn: z.string().nullable(),
    spid: z.string().nullable(),
    profile_class: z.string().nullable().describe('of a full MPAN; 00 is half-hourly'),
    measurement_class: z.string().nullable(),
    voltage: z.string().nullable(),
    duos_tariff: z.string().nullable().describe('on the day on which the pack is made, as the keys after it'),
    residual_band: z.string().nullable(),
    agreed_capacity_kva: z.number().nullable(),
    peak_day_kwh: z.number().nullable().describe('gas: booked for the peak day (SOQ)'),
    maximum_demand_low_kva: z.number().nullable(),
    maximum_demand_kva: z.number().nullable().describe('null where no kvarh are counted and no power factor is stated'),
    maximum_demand_high_kva: z.number().nullable(),
    maximum_demand_month: dateSchema.nullable(),
    highest_half_hour_kw: z.number().nullable().describe('of those that are known'),
    estimated_annual_kwh: z.number().nullable().describe('as the register has it: the EAC, or the AQ of gas'),
    use_low_kwh: z.number().nullable(),
    use_kwh: z.number().nullable().describe('of the twelve months; low and high differ where half-hours are missing'),
    use_high_kwh: z.number().nullable(),
    use_m3: z.number().nullable().describe('of water, instead of kWh'),
    half_hours: z.number().int().describe('of the twelve months, as the keys after it'),
    measured_half_hours: count,
    estimated_half_hours: count,
    known_total_half_hours: count.describe('not measured themselves, but inside a total that is known'),
    missing_half_hours: count,
    measured_share: shareSchema.nullable().describe('by use'),
    measured_time_share: shareSchema.nullable().describe('of the half-hours'),
    contract_to: dateSchema.nullable().describe('the last day of the contract of today'),
    notice_by: dateSchema.nullable().describe('the last day on which notice may be given'),
  })
  .meta({ id: 'SupplyListEntry' });

export const tenderPackAnswerSchema = z.strictObject({
  made_on: dateSchema,
  period: periodSchema,
  register_version: z.number().int(),
  read_me: z.array(z.strictObject({ about: z.string(), says: z.string() })),
  supply_list: z.array(supplyListRowSchema),
});

export const halfHourQualities = {
  measured: 'between two readings or as an interval',
  estimated: 'by the meter, its collector, a person or between readings that are far apart',
  known_total: 'missing itself; its most likely share of a total that is known',
  missing: 'nobody knows it',
} as const;
const qualityNames = Object.keys(halfHourQualities) as (keyof typeof halfHourQualities)[];

export const tenderHalfHourRowSchema = z
  .strictObject({
    meter_point: z.string().describe('MPAN, MPRN or SPID; the supply point’s own id where none is written'),
    settlement_date: dateSchema.describe('London'),
    settlement_period: z.number().int().min(1).max(50).describe('from local midnight, 46 or 50 where clocks change'),
    local_time: z.string().describe('at which it begins on the clock on the wall'),
    from: instantSchema,
    use_kwh: z.number().nullable(),
    use_m3: z.number().nullable(),
    flag: z.enum(['A', 'E']).nullable().describe('actual or estimated; null where missing'),
    quality: z.enum(qualityNames),
  })
  .meta({ id: 'TenderHalfHour' });

export const tenderHalfHoursAnswerSchema = z.strictObject({
  supply_point: idSchema,
  period: periodSchema,
  register_version: z.number().int(),
  layout: z.enum(layoutNames),
  half_hours: z
    .array(z.union([tenderHalfHourRowSchema, z.record(z.string(), z.union([z.string(), z.number(), z.null()]))]))
    .describe('wide: the columns are those of the layout, Month to 24:30_Act_Est'),
});
