import { z } from 'zod';
import { standings } from '../../domain/carbon/factors.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { causeNames } from '../../domain/bills/causes.ts';
import { claimFromGbp, type ClaimState, claimStates } from '../../domain/bills/claims.ts';
import { type RowState, rowStates } from '../../domain/bills/rows.ts';
import { chargeKindNames } from '../../domain/tariffs/charges.ts';
import { invoiceSchema } from '../../domain/bills/invoices.ts';
import { dateSchema, formatSchema, shareSchema } from './vocabulary.ts';

/** What a bill check is asked and answers. */

const stateNames = Object.keys(rowStates) as [RowState, ...RowState[]];
const claimStateNames = Object.keys(claimStates) as [ClaimState, ...ClaimState[]];

export const billCheckBodySchema = z
  .strictObject({
    invoices: z
      .array(invoiceSchema)
      .min(1)
      .max(limits.billInvoices)
      .describe('invoices and credit notes; those of one supply point are checked against each other'),
    claim_from_gbp: z
      .number()
      .min(0)
      .max(1_000_000)
      .default(claimFromGbp)
      .describe('without VAT: what is less is listed as small, since a query costs both sides a quarter of an hour'),
  })
  .superRefine(({ invoices }, context) => {
    const lines = invoices.reduce((sum, invoice) => sum + invoice.lines.length, 0);
    if (lines <= limits.billLines) return;
    const message = `at most ${limits.billLines} lines in all`;
    context.addIssue({ code: 'custom', path: ['invoices'], message, params: { found: `${lines} lines` } });
  });

const gbp = z.number();

export const billLineRowSchema = z
  .strictObject({
    supply_point: idSchema,
    site: idSchema,
    supplier: z.string(),
    invoice: z.string(),
    what: z
      .enum(['line', 'not_billed', 'sum', 'vat', 'total'])
      .describe('a line, a charge of the contract without one, or what is printed as sum, VAT and total'),
    name: z.string(),
    lines: z.array(z.string()).describe('documents and their lines'),
    charge: z.string().nullable(),
    component: z.enum(chargeKindNames).nullable(),
    band: z.string().nullable(),
    first_day: dateSchema,
    last_day: dateSchema,
    state: z.enum(stateNames),
    reads: z.array(z.string()).describe('as the supplier marks them'),
    quantity_unit: z.string().nullable(),
    billed_quantity: z.number().nullable(),
    recomputed_quantity_low: z.number().nullable(),
    recomputed_quantity: z.number().nullable(),
    recomputed_quantity_high: z.number().nullable(),
    rate_unit: z.string().nullable(),
    billed_rate: z.number().nullable(),
    recomputed_rate: z.number().nullable().describe('the mean, where it changed or goes by the half-hour'),
    rate_standing: z.enum(standings).nullable(),
    rate_sources: z.array(z.string()),
    billed_gbp: gbp,
    recomputed_low_gbp: gbp,
    recomputed_gbp: gbp.describe('as far as it can be checked; what cannot is as billed'),
    recomputed_high_gbp: gbp,
    variance_low_gbp: gbp,
    variance_gbp: gbp.describe('billed less recomputed'),
    variance_high_gbp: gbp,
    causes: z.array(z.string()).describe('the parts of `variance_gbp` in £, which add up to it'),
    measured_share: shareSchema.nullable().describe('of the half-hours of its days, where it goes by them'),
    remarks: z.array(z.string()),
  })
  .meta({ id: 'BillLine' });

export const billClaimRowSchema = z
  .strictObject({
    state: z.enum(claimStateNames),
    supply_point: idSchema,
    site: idSchema,
    supplier: z.string(),
    invoice: z.string(),
    names: z.array(z.string()),
    charge: z.string().nullable(),
    cause: z.enum(causeNames),
    says: z.string(),
    first_day: dateSchema,
    last_day: dateSchema,
    claim_low_gbp: gbp.describe('without VAT, beyond what our half-hours leave open; below nothing for the supplier'),
    claim_gbp: gbp,
    claim_high_gbp: gbp,
    vat_gbp: gbp.describe('that comes with `claim_gbp`'),
    measured_share: shareSchema.nullable(),
    evidence: z.array(z.string()),
    ask: z.string(),
  })
  .meta({ id: 'BillClaim' });

const sumsShape = {
  billed_gbp: gbp.describe('with VAT, as are the sums after it'),
  recomputed_low_gbp: gbp,
  recomputed_gbp: gbp,
  recomputed_high_gbp: gbp,
  variance_low_gbp: gbp,
  variance_gbp: gbp.describe('the net of claims, of what is in the supplier’s favour, and of the rest'),
  variance_high_gbp: gbp,
  claims_low_gbp: gbp.describe('worth making, with their VAT'),
  claims_gbp: gbp,
  small_gbp: gbp,
  in_doubt_gbp: gbp,
  for_supplier_gbp: gbp.describe('below nothing'),
  rounding_gbp: gbp,
  not_checked_gbp: gbp.describe('billed on lines that could not be checked, without VAT'),
};

export const checkedInvoiceRowSchema = z
  .strictObject({
    supply_point: idSchema,
    site: idSchema,
    supplier: z.string(),
    invoice: z.string(),
    corrected_by: z.array(z.string()).describe('credit notes and corrections that are checked with it'),
    date: dateSchema,
    first_day: dateSchema,
    last_day: dateSchema,
    ...sumsShape,
    lines: z.number().int(),
    lines_agree: z.number().int(),
    lines_not_checked: z.number().int(),
    measured_share: shareSchema.nullable().describe('of the half-hours of its days'),
  })
  .meta({ id: 'CheckedInvoice' });

export const notCheckedRowSchema = z.strictObject({
  supply_point: idSchema,
  invoice: z.string(),
  name: z.string(),
  because: z.string(),
  code: z.string().nullable(),
  where: z.string().nullable(),
  found: z.string().nullable(),
  detail: z.string().nullable(),
  mend: z.string().nullable(),
});

export const unbilledRowSchema = z.strictObject({
  supply_point: idSchema,
  first_day: dateSchema,
  last_day: dateSchema,
  recomputed_low_gbp: gbp.nullable(),
  recomputed_gbp: gbp.nullable().describe('without VAT; expect it on a later invoice'),
  recomputed_high_gbp: gbp.nullable(),
});

/** The tables of an answer; `table` says which of them comes as CSV or as the first sheet. */
export const billCheckRows = {
  lines: billLineRowSchema,
  claims: billClaimRowSchema,
  invoices: checkedInvoiceRowSchema,
} as const;
export type BillCheckTable = keyof typeof billCheckRows;
export const billCheckTables = Object.keys(billCheckRows) as [BillCheckTable, ...BillCheckTable[]];

export const billCheckQuerySchema = z.strictObject({
  table: z.enum(billCheckTables).default('lines').describe('which table comes as CSV, or first in a spreadsheet'),
  format: formatSchema,
});

export const billCheckAnswerSchema = z.strictObject({
  register_version: z.number().int(),
  claim_from_gbp: gbp,
  totals: z.strictObject(sumsShape),
  invoices: z.array(checkedInvoiceRowSchema),
  lines: z.array(billLineRowSchema),
  claims: z.array(billClaimRowSchema).describe('the most first; and what is too small, in doubt, or for the supplier'),
  not_checked: z.array(notCheckedRowSchema),
  unbilled: z.array(unbilledRowSchema).describe('days between invoices that none of them bills'),
});
