import { z } from 'zod';
import { firstDaySchema, lastDaySchema, sourceSchema } from '../dated-facts.ts';
import { idSchema } from '../readings/reading.ts';
import { disclosurePeriodSchema } from './disclosure-period.ts';

/**
 * The market side of the register: contracts of supply, certificates (REGOs), the residual mix and what became of the
 * certificates of own generation. Facts with their evidence, written by people; what follows is in `cover.ts`.
 */

const evidenceSchema = z.string().min(3).max(500).describe('text that names the document, and where it is kept');
const shareSchema = z.number().positive().max(1);
const mwhSchema = z.number().int().positive().max(10_000_000);

/** What a contract of supply says about where its electricity comes from. */
export const claims = {
  none: 'nothing is claimed',
  supplier_rego: 'the supplier retires REGOs for it',
  ppa: 'power of named stations, their REGOs with it',
  supplier_fuel_mix: 'the emissions that the supplier discloses for it',
} as const;
export type Claim = keyof typeof claims;
const claimNames = Object.keys(claims) as [Claim, ...Claim[]];

/** How a value of the market side is known, as factors have it. */
export const marketStandings = ['verified', 'quoted'] as const;

/** What a kWh emits between two dates, as a supplier or the keeper of a residual mix discloses it. */
export const datedRateSchema = z.strictObject({
  valid_from: firstDaySchema,
  valid_to: lastDaySchema,
  /** Above 2 no power station of the grid lies. */
  kgco2e_per_kwh: z.number().min(0).max(2),
  standing: z.enum(marketStandings),
  source: sourceSchema,
});

export type DatedRate = z.output<typeof datedRateSchema>;

export const supplySchema = z.strictObject({
  id: idSchema,
  supplier: z.string().min(1).max(200),
  /** The meter points it supplies, by their meters or by the MPANs that these carry. */
  meters: z.array(idSchema).min(1).max(2_000).optional(),
  mpans: z.array(z.string().max(30)).min(1).max(2_000).optional(),
  valid_from: firstDaySchema,
  valid_to: lastDaySchema.optional(),
  claim: z.enum(claimNames),
  /** How much of what it supplies the claim is for. */
  claim_share: shareSchema.default(1),
  /** `supplier_fuel_mix`: what the supplier discloses. */
  rates: z.array(datedRateSchema).max(100).default([]),
  /** What the supplier confirmed in the end, by disclosure period: this turns what was contracted into what is so. */
  confirmed: z
    .array(
      z.strictObject({
        period: disclosurePeriodSchema,
        share: shareSchema,
        on: z.iso.date(),
        evidence: evidenceSchema,
      }),
    )
    .max(100)
    .default([]),
  source: sourceSchema,
});
export type Supply = z.output<typeof supplySchema>;

export const certificateTechnologies = [
  'solar',
  'onshore_wind',
  'offshore_wind',
  'hydro',
  'tidal_and_wave',
  'geothermal',
  'biomass',
  'biogas',
  'landfill_gas',
  'sewage_gas',
  'waste',
] as const;

/** How the certificates were come by: what they add to the grid is another matter for each. */
export const acquisitions = {
  own: 'of own generation',
  ppa: 'with the power of the station, by contract',
  supplier: 'through the supplier of the power',
  unbundled: 'bought apart from any power',
} as const;
export type Acquisition = keyof typeof acquisitions;
const acquisitionNames = Object.keys(acquisitions) as [Acquisition, ...Acquisition[]];

export const retirementSchema = z.strictObject({
  /** An organisation of the register; any other name is somebody else. */
  for: z.string().min(1).max(200),
  on: z.iso.date(),
  evidence: evidenceSchema,
});

/** Why nothing of a batch is claimed any more. */
export const withdrawals = {
  sold: 'sold on, and the claim with it',
  revoked: 'revoked by who issued it',
  mistaken: 'written down by mistake',
} as const;
export type Withdrawal = keyof typeof withdrawals;
const withdrawalNames = Object.keys(withdrawals) as [Withdrawal, ...Withdrawal[]];

export const withdrawalSchema = z.strictObject({
  as: z.enum(withdrawalNames),
  on: z.iso.date(),
  evidence: evidenceSchema,
});

/** What of a batch a person put to one meter point, in all. */
export const allocationSchema = z.strictObject({ meter: idSchema, mwh: mwhSchema });

export const certificateSchema = z.strictObject({
  id: idSchema,
  /** Whose use it is meant for. */
  organisation: idSchema,
  /** The supply it belongs to: it then covers that one's meter points alone. */
  supply: idSchema.optional(),
  station: z.string().min(1).max(200),
  technology: z.enum(certificateTechnologies).optional(),
  /** When the station made it: a month, or a whole disclosure period where output is submitted by the year. */
  output_month: z
    .string()
    .regex(/^(19|20)\d\d-(0[1-9]|1[0-2])$/, 'a month as 2026-04')
    .optional(),
  output_year: disclosurePeriodSchema.optional(),
  /** One certificate is one MWh. */
  mwh: mwhSchema,
  market: z.string().regex(/^[A-Z]{2}$/, 'two capitals, GB for Great Britain'),
  acquired: z.enum(acquisitionNames),
  /** The disclosure period that it is to be used in, where somebody says another than that of its output. */
  claimed_for: disclosurePeriodSchema.optional(),
  /** The numbers of the certificates as the register of certificates has them. */
  numbers: z.string().min(3).max(500).optional(),
  /** As stated; never computed. */
  expires: z.iso.date().optional(),
  /** `contracted`: promised. `allocated`: issued and set aside for the organisation. Retired is what `retired` says. */
  state: z.enum(['contracted', 'allocated']).default('contracted'),
  retired: retirementSchema.optional(),
  withdrawn: withdrawalSchema.optional(),
  allocations: z.array(allocationSchema).max(2_000).default([]),
  source: sourceSchema,
});
export type Certificate = z.output<typeof certificateSchema>;

/** What is left of the grid's electricity when all that is claimed by somebody is taken out. */
export const residualMixSchema = datedRateSchema;
export type ResidualMix = z.output<typeof residualMixSchema>;

/** What becomes of the certificates of own generation. */
export const ownCertificates = {
  kept: 'they stay with the organisation',
  sold: 'somebody else has them, and with them the claim',
  not_issued: 'none are issued for it',
} as const;
export type OwnCertificates = keyof typeof ownCertificates;
const ownNames = Object.keys(ownCertificates) as [OwnCertificates, ...OwnCertificates[]];

export const ownGenerationSchema = z.strictObject({
  /** A generation meter. */
  meter: idSchema,
  from: firstDaySchema,
  certificates: z.enum(ownNames),
  /** How its output is submitted, by which whole MWh are rounded. */
  submitted: z.enum(['month', 'year']).default('month'),
  evidence: evidenceSchema,
});
export type OwnGeneration = z.output<typeof ownGenerationSchema>;
