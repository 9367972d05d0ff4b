import { z } from 'zod';
import { disclosurePeriodSchema } from '../../domain/certificates/disclosure-period.ts';
import { coverStates } from '../../domain/certificates/cover.ts';
import { standingShape } from './figures.ts';
import { formatSchema, idListSchema, instantSchema, knownOnAnswerSchema, knownOnSchema } from './vocabulary.ts';

export const coverPlaces = ['site', 'organisation', 'estate'] as const;

export const coverQuerySchema = z.strictObject({
  by: z.enum(coverPlaces).default('organisation'),
  period: disclosurePeriodSchema.optional().describe('a disclosure period as 2025-26; that of today when absent'),
  organisation: idListSchema.optional().describe('who reports the electricity'),
  site: idListSchema.optional(),
  known_on: knownOnSchema,
  format: formatSchema,
});

const energy = z.number().nullable();
const share = z.number().min(0).max(1).nullable();

export const coverRowSchema = z
  .strictObject({
    place: z.string().describe('the id of the site or organisation; `estate` for all that the key may see'),
    place_name: z.string(),
    period: z.string().describe('the disclosure period, April to March'),
    from: instantSchema,
    to: instantSchema.describe('up to here it is matched'),
    use_kwh: energy.describe('electricity bought, and own renewable electricity used on site'),
    bought_kwh: energy,
    own_kept_kwh: energy.describe('own use whose certificates are kept, or were never issued'),
    own_sold_kwh: energy.describe('own use whose certificates somebody else has: no claim is left'),
    own_unknown_kwh: energy.describe('own use of whose certificates the register says nothing; taken as kept'),
    exported_kwh: energy.describe('made and not used on site; taken off no figure'),
    exported_sold_kwh: energy.describe('of it, what has its certificates sold'),
    covered_retired_kwh: energy.describe('by certificates retired or contracts confirmed, with evidence'),
    covered_allocated_kwh: energy.describe('by certificates set aside and not retired'),
    covered_contracted_kwh: energy.describe('by what is promised'),
    uncovered_kwh: energy,
    surplus_kwh: energy.describe('of certificates that no use was left for; not carried on; null for part of it all'),
    cover_share: share.describe('of what is bought, by what is retired'),
    renewable_share: share.describe('of all use, by what is retired and own generation'),
    renewable_share_expected: share.describe('if all that is promised comes and is retired'),
    emissions_market_kgco2e: z.number().nullable().describe('of electricity, by what is retired'),
    emissions_market_expected_kgco2e: z.number().nullable(),
    emissions_location_kgco2e: z.number().nullable().describe('of electricity, at the average of the grid'),
    residual_mix_unavailable: z.boolean().describe('the average of the grid stands in for the residual mix'),
    export_reduction_kgco2e: z
      .number()
      .nullable()
      .describe('a line of its own for exports, at most gross scope 2 of electricity; taken off no figure'),
    because: z.array(z.string()).describe('what keeps it from being wholly covered with evidence'),
    ...standingShape,
  })
  .meta({ id: 'Cover' });

const stateSchema = z.enum(coverStates);
const bySchema = z.enum(['certificates', 'contract']);

export const coverAnswerSchema = z.strictObject({
  period: z.string(),
  by: z.enum(coverPlaces),
  known_on: knownOnAnswerSchema,
  register_version: z.number().int(),
  rule: z.string().describe('how certificates are shared out'),
  points: z
    .array(
      z.strictObject({
        point: z.string().describe('the meter of the supply point'),
        site: z.string(),
        organisation: z.string(),
        supply: z.string().nullable(),
        bought_kwh: z.number(),
        parts: z.array(
          z.strictObject({
            by: bySchema,
            of: z.string().describe('id of the batch or of the supply'),
            state: stateSchema,
            rule: z.string(),
            energy_kwh: z.number(),
          }),
        ),
      }),
    )
    .describe('every supply point, and what covers it'),
  evidence: z
    .array(
      z.strictObject({
        by: bySchema,
        id: z.string(),
        organisation: z.string().nullable(),
        says: z.string(),
        state: stateSchema.nullable(),
        matched_kwh: z.number(),
        surplus_kwh: z.number().nullable(),
        excluded: z.array(z.string()).describe('why nothing of it counts; empty when it does'),
        evidence: z.string(),
      }),
    )
    .describe('batches and contracts, with what each covers here, and by which evidence'),
  own_generation: z.array(
    z.strictObject({
      meter: z.string(),
      site: z.string(),
      certificates: z.enum(['kept', 'sold', 'not_issued', 'unknown']),
      says: z.string().describe('what follows in both methods'),
      made_kwh: z.number(),
      used_kwh: z.number(),
      exported_kwh: z.number().describe('of what it made; taken off no figure'),
      certificates_due_mwh: z.number().int().describe('what would be issued for what it made: whole MWh, a half up'),
      evidence: z.string().nullable(),
    }),
  ),
  figures: z.array(coverRowSchema),
});
