import { z } from 'zod';
import { coverStates } from '../../domain/certificates/cover.ts';
import { exclusionReasons } from '../../domain/certificates/criteria.ts';
import { type MarketTier, marketTiers } from '../../domain/certificates/market-based.ts';
import { dateSchema, instantSchema } from './vocabulary.ts';

/** The market side of an explained figure: what covers its electricity, and what the rest is given. */

const tierNames = Object.keys(marketTiers) as [MarketTier, ...MarketTier[]];
const exclusionNames = Object.keys(exclusionReasons) as (keyof typeof exclusionReasons)[];
const periodSchema = z.string().describe('a disclosure period, April to March, as 2025-26');
const emissionsSchema = z.number().nullable().describe('market-based; null where a factor is not known');

const ratedSchema = z.strictObject({
  tier: z.enum(tierNames),
  says: z.string(),
  energy_kwh: z.number(),
  factor_kgco2e_per_kwh: z.number().nullable(),
  standing: z.string().nullable().describe('of a rate or residual mix of the register; null: see the factors'),
  valid_from: dateSchema.nullable(),
  valid_to: dateSchema.nullable(),
  source: z.string().nullable(),
  emissions_kgco2e: emissionsSchema,
});

const pointSchema = z.strictObject({
  period: periodSchema,
  point: z.string().describe('the meter of the supply point'),
  site: z.string(),
  organisation: z.string().describe('who reports it'),
  supply: z
    .strictObject({
      id: z.string(),
      supplier: z.string(),
      claim: z.string(),
      claim_says: z.string(),
      claim_share: z.number(),
      valid_from: dateSchema,
      valid_to: dateSchema.nullable(),
      source: z.string(),
    })
    .nullable()
    .describe('the contract; null where the register has none'),
  energy_kwh: z.number().describe('bought, of this figure'),
  matched_use_kwh: z.number().describe('bought in the disclosure period to date, over which it is matched'),
  covered: z
    .array(
      z.strictObject({
        by: z.enum(['certificates', 'contract']),
        of: z.string().describe('id of the batch or of the supply'),
        state: z.enum(coverStates),
        counts: z.boolean().describe('only what is retired with evidence is in the figure'),
        rule: z.string(),
        energy_kwh: z.number().describe('of this figure'),
      }),
    )
    .describe('what covers it'),
  uncovered: z.array(ratedSchema).describe('what the rest is given'),
  emissions_kgco2e: emissionsSchema,
});

const batchSchema = z.strictObject({
  id: z.string(),
  period: periodSchema,
  organisation: z.string(),
  supply: z.string().nullable(),
  station: z.string(),
  technology: z.string().nullable(),
  output: z.string(),
  certificates_mwh: z.number().int(),
  acquired: z.string(),
  numbers: z.string().nullable(),
  expires: dateSchema.nullable(),
  state: z.enum(coverStates),
  retired_for: z.string().nullable(),
  retired_on: dateSchema.nullable(),
  evidence: z.string().describe('of its retirement, else where it is known from'),
  excluded: z.array(z.enum(exclusionNames)).describe('why nothing of it counts; empty when it does'),
  because: z.array(z.string()),
  matched_kwh: z.number().describe('that it covers in the disclosure period to date'),
  surplus_kwh: z.number(),
  energy_kwh: z.number().describe('of this figure'),
});

export const marketChainSchema = z.strictObject({
  periods: z.array(
    z.strictObject({ period: periodSchema, matched_to: instantSchema, over: z.boolean().describe('it is over') }),
  ),
  rule: z.string().describe('how certificates are shared out'),
  cover_share: z.number().nullable().describe('of the electricity bought, what is covered with evidence'),
  residual_mix_unavailable: z.boolean().describe('the average of the grid stands in for it'),
  points: z.array(pointSchema),
  certificates: z.array(batchSchema).describe('the batches of its organisations'),
  own_generation: z.array(
    z.strictObject({
      meter: z.string(),
      site: z.string(),
      organisation: z.string(),
      certificates: z.enum(['kept', 'sold', 'not_issued', 'unknown']),
      says: z.string().describe('what follows in both methods'),
      energy_kwh: z.number().describe('used on the site'),
      rated: z.array(ratedSchema),
      emissions_kgco2e: emissionsSchema,
    }),
  ),
});
