import { z } from 'zod';
import { chargeKindNames } from '../../domain/tariffs/charges.ts';
import { tariffUtilities } from '../../domain/tariffs/published.ts';
import { contracts, type Contract } from '../../domain/tariffs/register.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { dateSchema, formatSchema, idListSchema, listOf, shareSchema } from './vocabulary.ts';

/** Rates as they are held: of tariffs and offers, of what is published, and of supply points' own charges. */

const contractNames = Object.keys(contracts) as [Contract, ...Contract[]];
export const rateHolders = ['tariff', 'published', 'supply_point'] as const;

export const tariffsQuerySchema = z.strictObject({
  tariff: idListSchema.optional().describe('ids of tariffs, of published charges or of supply points'),
  supplier: z.string().min(1).max(200).optional().describe('a part of the name of the supplier or publisher'),
  component: listOf(z.enum(chargeKindNames), chargeKindNames.length).optional(),
  utility: listOf(z.enum(tariffUtilities), tariffUtilities.length).optional(),
  on: z.iso.date().optional().describe('only rates that hold on this London date'),
  format: formatSchema,
});

export const rateRowSchema = z
  .strictObject({
    held_by: z.enum(rateHolders).describe('a tariff or offer, what is published for everybody, or one supply point'),
    tariff: idSchema.describe('the id of what holds it'),
    tariff_name: z.string(),
    supplier: z.string().nullable().describe('or the publisher'),
    utility: z.enum(tariffUtilities),
    meter_points: z.string().nullable().describe('which meter points it is published for'),
    charge: idSchema,
    charge_name: z.string(),
    component: z.enum(chargeKindNames),
    unit: z.string(),
    base: z.string().nullable().describe('where kWh are counted, which m³, or which kVA'),
    clock: z.enum(['local', 'gmt']).nullable(),
    band: z.string().nullable(),
    windows: z.string().nullable().describe('when the band is'),
    valid_from: dateSchema.nullable(),
    valid_to: dateSchema.nullable().describe('the last day; null where no end is written'),
    value: z.number().nullable().describe('in the unit; null where a series or a rule has it'),
    is_credit: z.boolean().describe('paid to the organisation'),
    series: idSchema.nullable().describe('of half-hourly prices'),
    traded_share: shareSchema.nullable().describe('of the energy, bought ahead at this price'),
    rule: z.string().nullable().describe('how the rate follows from the supply point'),
    standing: z.enum(['verified', 'quoted']),
    source: z.string(),
  })
  .meta({ id: 'Rate' });

export const tariffsAnswerSchema = z.strictObject({
  on: dateSchema.nullable(),
  register_version: z.number().int(),
  tariffs: z
    .array(
      z.strictObject({
        tariff: idSchema,
        tariff_name: z.string(),
        supplier: z.string(),
        utility: z.enum(tariffUtilities),
        contract: z.enum(contractNames),
        valid_from: dateSchema,
        valid_to: dateSchema,
        offered_until: z.string().nullable(),
        passes_on: z.array(z.enum(chargeKindNames)).describe('at what is published for the supply point'),
        rounding: z.string(),
        renewable_share: shareSchema.nullable(),
        source: z.string(),
      }),
    )
    .describe('the tariffs and offers themselves'),
  rates: z.array(rateRowSchema),
});
