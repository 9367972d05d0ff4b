import { z } from 'zod';
import { dateSchema, firstDaySchema, lastDaySchema, sourceSchema } from '../dated-facts.ts';
import { idSchema } from '../readings/reading.ts';
import { chargeKindSchema, chargeSchema } from './charges.ts';
import { timeBandsSchema } from './time-bands.ts';
import { tariffUtilities } from './published.ts';

/**
 * What the register says of prices: tariffs (offers and contracts), and the supply points that are billed by them.
 */

/** How a contract comes to its prices. */
export const contracts = {
  fixed: 'every charge is the contract’s own',
  pass_through: 'the energy is the contract’s own, what networks and the state charge is passed on',
  flexible: 'the energy is bought in parts, ahead or at the market, the rest is passed on',
  export: 'what is paid for energy that is exported',
} as const;
export type Contract = keyof typeof contracts;
const contractNames = Object.keys(contracts) as [Contract, ...Contract[]];

/** Where amounts become whole pence: nowhere, on each line, or on the sum, VAT and total. */
export const roundings = ['none', 'line', 'total'] as const;
export type Rounding = (typeof roundings)[number];

export const tariffSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  supplier: z.string().min(1).max(200),
  utility: z.enum(tariffUtilities),
  contract: z.enum(contractNames),
  valid_from: firstDaySchema,
  valid_to: lastDaySchema,
  /** Until when an offer may be taken. */
  offered_until: z.iso.datetime({ offset: true }).optional(),
  charges: z.array(chargeSchema).min(1).max(100),
  /** Kinds of charge that are passed on as published. */
  pass_through: z.array(chargeKindSchema).max(30).default([]),
  /** What the offer says of certificates of origin; their price is a charge of kind `rego`. */
  renewable: z.strictObject({ share: z.number().min(0).max(1), evidence: z.string().min(3).max(500) }).optional(),
  rounding: z.enum(roundings).default('none'),
  /** Some suppliers bill whole kWh: each line's quantity is then rounded, half up. */
  quantities: z.enum(['exact', 'whole']).default('exact'),
  source: sourceSchema,
});
export type Tariff = z.output<typeof tariffSchema>;

/** Line losses of a class of meter point, or transmission losses: what a kWh at the meter is further up. */
const lossFactorSchema = z.strictObject({
  times: timeBandsSchema.optional(),
  rates: z
    .array(
      z.strictObject({
        valid_from: firstDaySchema,
        valid_to: lastDaySchema.optional(),
        value: z.union([z.number().min(0.5).max(2), z.record(z.string(), z.number().min(0.5).max(2))]),
        source: sourceSchema,
      }),
    )
    .min(1)
    .max(200),
});
export type LossFactor = z.output<typeof lossFactorSchema>;

/** How VAT is taken: by use (the full rate, or below the de minimis the reduced one), or a rate for a reason. */
const vatSchema = z.union([
  z.literal('by_use'),
  z.strictObject({ percent: z.number().min(0).max(100), because: z.string().min(3).max(300) }),
]);

export const supplyPointSchema = z.strictObject({
  id: idSchema,
  utility: z.enum(tariffUtilities),
  /** The meter whose half-hours are billed, and the one that counts its kvarh. */
  meter: idSchema,
  reactive_meters: z.array(idSchema).min(1).max(4).optional(),
  /** Where the meter does not say it. */
  mpan: z.string().max(30).optional(),
  mprn: z.string().max(12).optional(),
  spid: z
    .string()
    .regex(/^\d{10}[WS]\d\d$/, 'ten digits, W or S, two digits')
    .optional(),
  contracts: z
    .array(
      z.strictObject({
        supplier: z.string().min(1).max(200),
        tariff: idSchema.optional(),
        valid_from: firstDaySchema,
        valid_to: lastDaySchema.optional(),
        /** The last day on which notice may be given, and how many days before it somebody is told. */
        notice_by: dateSchema.optional(),
        remind_days_before: z.array(z.number().int().min(0).max(730)).max(10).default([90, 30]),
        reference: z.string().min(1).max(200).optional(),
      }),
    )
    .max(100)
    .default([]),
  agreed_capacity_kva: z
    .array(z.strictObject({ from: firstDaySchema, value: z.number().min(0).max(1_000_000) }))
    .min(1)
    .optional(),
  voltage: z.enum(['LV', 'LV_substation', 'HV', 'EHV']).optional(),
  /** What a tender pack tells suppliers: where it is, and how it is settled. */
  address: z.string().min(3).max(300).optional(),
  measurement_class: z
    .string()
    .regex(/^[A-G]$/, 'a letter from A to G')
    .optional(),
  duos_tariff: z
    .array(
      z.strictObject({ from: firstDaySchema, value: z.string().regex(/^[A-Z0-9]{1,4}$/i, 'a DUoS tariff id or LLFC') }),
    )
    .min(1)
    .optional(),
  /** What transmission calls its band: LV3. */
  residual_band: z
    .array(z.strictObject({ from: firstDaySchema, value: z.string().min(1).max(40) }))
    .min(1)
    .optional(),
  /** Gas: the kWh of its peak day that are booked (SOQ). */
  peak_day_kwh: z
    .array(z.strictObject({ from: firstDaySchema, value: z.number().positive().max(1_000_000_000) }))
    .min(1)
    .optional(),
  estimated_annual_kwh: z.number().positive().optional(),
  line_losses: lossFactorSchema.optional(),
  transmission_losses: lossFactorSchema.optional(),
  /** Where no kvarh are counted: between which two the power factor lies. It is never taken for 1. */
  power_factor: z
    .strictObject({ least: z.number().min(0.3).max(1), most: z.number().min(0.3).max(1), source: sourceSchema })
    .optional(),
  /** Water: the share that goes back to the sewer; the site's where it is absent. */
  share_returned_to_sewer: z
    .array(z.strictObject({ from: dateSchema, share: z.number().min(0).max(1), source: sourceSchema }))
    .min(1)
    .optional(),
  vat: vatSchema.default('by_use'),
  /** Charges of its own beside any tariff's: meter operator, data collector, a relief of the Climate Change Levy. */
  charges: z.array(chargeSchema).max(50).default([]),
  /** Whether its costs go into series, where everybody sees them who may open a dashboard. Not, unless it is said. */
  publish_costs: z.boolean().default(false),
  source: sourceSchema,
});
export type SupplyPointEntry = z.output<typeof supplyPointSchema>;
