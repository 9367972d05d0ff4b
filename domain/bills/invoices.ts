import { z } from 'zod';
import { dateSchema } from '../dated-facts.ts';
import { limits } from '../limits.ts';
import { idSchema } from '../readings/reading.ts';
import { addDays, type LocalDate, type Period, startOfDay } from '../time.ts';
import { chargeUnitNames, type MeasureKind } from '../tariffs/charge-units.ts';
import { chargeKindSchema } from '../tariffs/charges.ts';

/**
 * A supplier's invoice as it was printed: lines, VAT and totals, with the supplier's own words beside them. Nothing of
 * it is believed here; `check.ts` sets it against our half-hours and the contract.
 */

/** What a printed quantity is in, and which charges multiply it. */
export const quantityUnits = {
  kWh: { measures: ['energy', 'peak_day'], times: 1 },
  MWh: { measures: ['energy'], times: 1_000 },
  m3: { measures: ['volume'], times: 1 },
  kvarh: { measures: ['reactive'], times: 1 },
  kVA: { measures: ['capacity'], times: 1 },
  kVA_days: { measures: ['capacity'], times: 1 },
  kVA_months: { measures: ['capacity'], times: 1 },
  kW: { measures: ['peak_demand'], times: 1 },
  days: { measures: ['time'], times: 1 },
  months: { measures: ['time'], times: 1 },
  GBP: { measures: ['percent'], times: 1 },
} as const satisfies Record<string, { measures: readonly MeasureKind[]; times: number }>;
export type QuantityUnit = keyof typeof quantityUnits;
const quantityUnitNames = Object.keys(quantityUnits) as [QuantityUnit, ...QuantityUnit[]];

/** How suppliers mark the reads that a quantity rests on. */
export const readCodes = {
  A: 'actual: read at the meter or sent by it',
  E: 'estimated by the supplier',
  C: 'given by the customer',
} as const;
type ReadCode = keyof typeof readCodes;
const readCodeNames = Object.keys(readCodes) as [ReadCode, ...ReadCode[]];

const printed = z.number().min(-1e10).max(1e10);
const pounds = printed.describe('as printed; what is given back is below nothing');

export const invoiceLineSchema = z
  .strictObject({
    name: z.string().min(1).max(200).describe('as printed'),
    charge: idSchema.optional().describe('id of the charge in the contract, where the name does not tell it'),
    component: chargeKindSchema.optional().describe('kind of charge, where the name does not tell it'),
    band: z.string().min(1).max(60).optional(),
    from: dateSchema.optional().describe('first London date of the line, where it is not that of the invoice'),
    to: dateSchema.optional().describe('last London date of the line'),
    quantity: printed.optional(),
    quantity_unit: z.enum(quantityUnitNames).optional(),
    days: z.number().min(0).max(3_660).optional().describe('by kVA: for how many days'),
    rate: printed.optional(),
    rate_unit: z.enum(chargeUnitNames).optional(),
    amount_gbp: pounds,
    reads: z.enum(readCodeNames).optional().describe('A actual, E estimated, C the customer’s own'),
  })
  .superRefine((line, context) => {
    const need = (key: keyof typeof line, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (line.quantity !== undefined && line.quantity_unit === undefined)
      need('quantity_unit', 'the unit of `quantity`');
    if (line.rate !== undefined && line.rate_unit === undefined) need('rate_unit', 'the unit of `rate`');
    if (line.from !== undefined && line.to !== undefined && line.from > line.to) need('to', 'a date not before `from`');
  });
export type InvoiceLine = z.output<typeof invoiceLineSchema>;

export const invoiceSchema = z
  .strictObject({
    supplier: z.string().min(1).max(200),
    number: z.string().min(1).max(100),
    date: dateSchema,
    kind: z.enum(['invoice', 'credit_note']).default('invoice'),
    corrects: z.string().min(1).max(100).optional().describe('number of the invoice that this one corrects or credits'),
    supply_point: idSchema.optional().describe('id in the register, or one of the numbers below'),
    mpan: z.string().max(30).optional(),
    mprn: z.string().max(12).optional(),
    spid: z.string().max(20).optional(),
    from: dateSchema.describe('first London date that is billed'),
    to: dateSchema.describe('last London date that is billed'),
    lines: z.array(invoiceLineSchema).min(1).max(limits.billLines),
    vat: z
      .array(z.strictObject({ percent: z.number().min(0).max(100), taxable_gbp: pounds, amount_gbp: pounds }))
      .max(20)
      .default([]),
    net_gbp: pounds.optional().describe('without VAT'),
    total_gbp: pounds.optional().describe('with VAT'),
  })
  .superRefine((invoice, context) => {
    const { from, to, kind, total_gbp: total, supply_point, mpan, mprn, spid } = invoice;
    if (from > to) context.addIssue({ code: 'custom', path: ['to'], message: 'a date not before `from`' });
    if ((supply_point ?? mpan ?? mprn ?? spid) === undefined) {
      context.addIssue({ code: 'custom', path: ['supply_point'], message: 'supply_point, mpan, mprn or spid' });
    }
    if (kind === 'credit_note' && (total ?? 0) > 0) {
      const message = 'below nothing, as a credit note gives back';
      context.addIssue({ code: 'custom', path: ['total_gbp'], message });
    }
  });
export type Invoice = z.output<typeof invoiceSchema>;

/** First and last London date of something billed. */
export interface Dates {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

export function periodOfDates({ from, to }: Dates): Period {
  return { from: startOfDay(from), to: startOfDay(addDays(to, 1)) };
}

/** The dates of a line: its own, or those of its invoice. */
export function datesOf(line: InvoiceLine, invoice: Dates): Dates {
  const from = line.from ?? (line.to !== undefined && line.to < invoice.from ? line.to : invoice.from);
  const to = line.to ?? (from > invoice.to ? from : invoice.to);
  return { from, to };
}

/** The dates from the first to the last of some; undefined of none. */
export function datesAround(some: readonly Dates[]): Dates | undefined {
  const from = some.map((one) => one.from).sort()[0];
  const to = some
    .map((one) => one.to)
    .sort()
    .at(-1);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** The dates of some, from which others are taken away, as stretches in order. */
export function withoutDates(some: Dates, others: readonly Dates[]): Dates[] {
  let left: Dates[] = [some];
  for (const { from, to } of others) {
    left = left.flatMap((one): Dates[] => {
      if (to < one.from || from > one.to) return [one];
      const before = one.from < from ? [{ from: one.from, to: addDays(from, -1) }] : [];
      const after = to < one.to ? [{ from: addDays(to, 1), to: one.to }] : [];
      return [...before, ...after];
    });
  }
  return left;
}

/** The dates that two have in common; undefined where they have none. */
export function sharedDates(a: Dates, b: Dates): Dates | undefined {
  const from = a.from > b.from ? a.from : b.from;
  const to = a.to < b.to ? a.to : b.to;
  return from <= to ? { from, to } : undefined;
}
