import { z } from 'zod';

/**
 * The register's `reporting:` key: how an estate, or an organisation that differs from it, reports its carbon. What is
 * not said is as `accounting.ts` has it.
 */

/** What is reckoned into a figure; `boundaries.ts` says which activities that is. */
export const boundaryIds = ['scope_1_2', 'nhs_carbon_footprint'] as const;
export type BoundaryId = (typeof boundaryIds)[number];

/**
 * Which yearly set of factors some energy is given: that of the calendar year it was used in, that of the calendar year
 * in which most of its reporting year lies, or a blend of both by the days of the reporting year in each.
 */
export const factorYearMethods = ['calendar', 'majority', 'blended'] as const;
export type FactorYearMethod = (typeof factorYearMethods)[number];

/** How an organisation reports where it differs from its estate. */
export const ownReportingSchema = z.strictObject({
  boundary: z.enum(boundaryIds).optional(),
  factor_year: z.enum(factorYearMethods).optional(),
  year_starts: z.number().int().min(1).max(12).optional().describe('the month a reporting year starts in: 4 for April'),
});

export const reportingSchema = ownReportingSchema.extend({
  /** Of the water of sites that do not say it themselves: what the bills allow for. Nothing is assumed without it. */
  share_returned_to_sewer: z
    .strictObject({ share: z.number().min(0).max(1), source: z.string().min(3).max(500) })
    .optional(),
});
export type Reporting = z.output<typeof reportingSchema>;
