import { z } from 'zod';
import { criteria, exclusionReasons } from '../../domain/certificates/criteria.ts';
import { coverStates } from '../../domain/certificates/cover.ts';
import { disclosurePeriodSchema } from '../../domain/certificates/disclosure-period.ts';
import {
  allocationSchema,
  certificateSchema,
  certificateTechnologies,
  type Acquisition,
  acquisitions,
  type Claim,
  claims,
  retirementSchema,
  withdrawalSchema,
} from '../../domain/certificates/register.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { reasonSchema } from './rulings.ts';
import { dateSchema, idListSchema, nextCursorSchema, pageShape, shareSchema } from './vocabulary.ts';

const claimNames = Object.keys(claims) as [Claim, ...Claim[]];
const acquisitionNames = Object.keys(acquisitions) as [Acquisition, ...Acquisition[]];
const criterionNames = Object.keys(criteria) as (keyof typeof criteria)[];
const exclusionNames = Object.keys(exclusionReasons) as (keyof typeof exclusionReasons)[];
const periodSchema = z.string().meta({ examples: ['2025-26'], description: 'a disclosure period, April to March' });

export const suppliesQuerySchema = z.strictObject({
  ...pageShape,
  on: z.iso.date().optional().describe('only contracts that hold on this London date'),
});

export const supplyAnswerSchema = z
  .strictObject({
    id: z.string(),
    supplier: z.string(),
    meters: z.array(z.string()).describe('ids of the meter points that the key may see'),
    valid_from: dateSchema,
    valid_to: dateSchema.nullable(),
    claim: z.enum(claimNames),
    claim_says: z.string(),
    claim_share: shareSchema,
    rates: z.array(
      z.strictObject({
        valid_from: dateSchema,
        valid_to: dateSchema,
        factor_kgco2e_per_kwh: z.number(),
        standing: z.string(),
        source: z.string(),
      }),
    ),
    confirmed: z.array(
      z.strictObject({ period: periodSchema, share: shareSchema, on: dateSchema, evidence: z.string() }),
    ),
    source: z.string(),
  })
  .meta({ id: 'Supply' });
export const suppliesAnswerSchema = z.strictObject({
  register_version: z.number().int(),
  supplies: z.array(supplyAnswerSchema),
  next_cursor: nextCursorSchema,
});

export const certificatesQuerySchema = z.strictObject({
  ...pageShape,
  organisation: idListSchema.optional(),
  period: disclosurePeriodSchema.optional(),
  state: z.enum(coverStates).optional(),
});

const certificateShape = {
  id: z.string(),
  organisation: z.string(),
  supply: z.string().nullable(),
  station: z.string(),
  technology: z.enum(certificateTechnologies).nullable(),
  output: z.string().describe('the month or the disclosure period in which it was made'),
  period: periodSchema.describe('the disclosure period in which it is used'),
  certificates_mwh: z.number().int().describe('one certificate is one MWh'),
  market: z.string(),
  acquired: z.enum(acquisitionNames),
  numbers: z.string().nullable(),
  expires: dateSchema.nullable().describe('as stated; never computed'),
  state: z.enum(coverStates),
  retired: z.strictObject({ for: z.string(), on: dateSchema, evidence: z.string() }).nullable(),
  withdrawn: withdrawalSchema.nullable().describe('it was sold on, revoked or a mistake: it covers nothing any more'),
  allocations: z.array(z.strictObject({ meter: z.string(), certificates_mwh: z.number().int() })),
  counts: z.boolean().describe('false where a criterion fails: then nothing is covered by it'),
  criteria: z
    .array(
      z.strictObject({
        criterion: z.enum(criterionNames),
        says: z.string(),
        result: z.enum(['met', 'not yet', 'failed']),
        reason: z.enum(exclusionNames).nullable(),
        because: z.string(),
      }),
    )
    .describe('the quality criteria of the GHG Protocol Scope 2 Guidance'),
  source: z.string(),
};
export const certificateAnswerSchema = z.strictObject(certificateShape).meta({ id: 'Certificate' });
export const certificatesAnswerSchema = z.strictObject({
  register_version: z.number().int(),
  certificates: z.array(certificateAnswerSchema),
  next_cursor: nextCursorSchema,
});

export const certificateParamsSchema = z.strictObject({ certificate: idSchema });
export const addCertificatesBodySchema = z.strictObject({
  certificates: z.array(certificateSchema).min(1).max(limits.certificatesAtOnce),
  reason: reasonSchema,
});
export const retireBodySchema = retirementSchema.extend({
  for: retirementSchema.shape.for.optional().describe('absent: for the organisation it is meant for'),
  reason: reasonSchema,
});
export const withdrawBodySchema = withdrawalSchema.extend({ reason: reasonSchema });
export const allocateBodySchema = z.strictObject({
  meter: idSchema,
  certificates_mwh: allocationSchema.shape.mwh.min(0).describe('of the batch, in all; 0 takes it away again'),
  reason: reasonSchema,
});
