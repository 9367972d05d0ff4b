import { daysBetween } from '../time.ts';
import { type Cause, causeNames, causes } from './causes.ts';
import type { BillCheck } from './check.ts';
import { quantityUnitOf } from './findings.ts';
import { keyOfCharge } from './reckoning.ts';
import type { CheckedRow } from './rows.ts';
import { type Dates, datesAround, periodOfDates } from './invoices.ts';
import { Money, nothing } from '../tariffs/money.ts';
import { certain, mapRange, type Range } from '../tariffs/range.ts';
import { sum } from './settled-bills.ts';

/**
 * What is worth asking a supplier for: variances by invoice, charge and cause, with what proves them. What speaks for
 * the supplier stands in the same list, since a query about one line opens the whole bill.
 */

/**
 * Pounds without VAT from which a claim is made: a query costs both sides a quarter of an hour, some £10, and one for
 * pennies spoils the next.
 */
export const claimFromGbp = 10;

export const claimStates = {
  claim: 'billed too much, beyond what our half-hours leave open',
  small: 'billed too much, but less than is worth a query',
  in_doubt: 'our half-hours leave open whether too much is billed',
  for_supplier: 'billed too little: it stands in the supplier’s favour',
} as const;
export type ClaimState = keyof typeof claimStates;

export interface Claim {
  readonly state: ClaimState;
  readonly invoice: string;
  readonly supplier: string;
  readonly what: CheckedRow['what'];
  readonly names: readonly string[];
  readonly charge: string | undefined;
  readonly cause: Cause;
  readonly dates: Dates;
  /** Pounds without VAT that are billed too much; too little below nothing. */
  readonly amount: Range<Money>;
  /** VAT that comes with it. */
  readonly vat: Range<Money>;
  readonly evidence: readonly string[];
  readonly ask: string;
  /** Of the half-hours it rests on; undefined where it rests on none. */
  readonly measuredShare: number | undefined;
}

/** Causes for which an invoice is queried once, whatever charges they touch: one credit settles all of them. */
const settledTogether: ReadonlySet<Cause> = new Set(['billed_twice', 'estimated', 'clock']);

/** Claims and what stands against them, by what is sure of them, the most first. */
export function claimsOf(check: BillCheck, from = claimFromGbp): Claim[] {
  const claims = check.bills.flatMap(({ bill, rows, vatPercent = 0 }) => {
    const hasVat = rows.some(({ what }) => what === 'vat');
    const touched = rows.flatMap((row) => causesIn(row).map((cause) => ({ row, cause })));
    const groups = Map.groupBy(touched, ({ row: { charge, what, name }, cause }) => {
      if (settledTogether.has(cause)) return cause;
      return `${cause} ${charge ? keyOfCharge(charge) : `${what} ${name}`}`;
    });
    return [...groups.values()].flatMap((group): Claim[] => {
      const [{ cause }] = group as [(typeof group)[number]];
      const own = group.map(({ row }) => row);
      const amount = rangeOf(own, cause);
      if (amount.low.isZero() && amount.high.isZero()) return [];
      const isTaxed = hasVat && own.every(({ what }) => what !== 'vat' && what !== 'total');
      return [claimOf(check, bill.invoice, own, { cause, amount, vatPercent: isTaxed ? vatPercent : 0, from })];
    });
  });
  const order = Object.keys(claimStates);
  return claims.sort((a, b) => {
    if (a.state !== b.state) return order.indexOf(a.state) - order.indexOf(b.state);
    return b.amount.low.abs().minus(a.amount.low.abs()).toNumber();
  });
}

/** What a row differs by; VAT that follows from lines stands beside each of them, and rounding is nobody's. */
function causesIn({ what, parts }: CheckedRow): Cause[] {
  return causeNames.filter((cause) => {
    if (cause === 'rounding' || (cause === 'follows' && what === 'vat')) return false;
    return Object.values(parts).some((one) => one[cause] !== undefined);
  });
}

/** What the rows come to for a cause: parts of one end belong together, and the ends are put in order afterwards. */
function rangeOf(rows: readonly CheckedRow[], cause: Cause): Range<Money> {
  const [low, best, high] = (['low', 'best', 'high'] as const).map((end) =>
    sum(rows.map(({ parts }) => parts[end][cause] ?? nothing)),
  ) as [Money, Money, Money];
  if (low.eq(best) && high.eq(best)) return certain(best);
  return { low: Money.min(low, best, high), best, high: Money.max(low, best, high) };
}

function claimOf(
  { point }: BillCheck,
  { number, supplier }: { number: string; supplier: string },
  rows: readonly CheckedRow[],
  { cause, amount, vatPercent, from }: { cause: Cause; amount: Range<Money>; vatPercent: number; from: number },
): Claim {
  const [first] = rows as [CheckedRow];
  const dates = datesAround(rows.map((row) => row.dates)) ?? first.dates;
  const charges = new Set(rows.map(({ charge }) => charge?.id));
  const share = new Money(vatPercent).dividedBy(100);
  const isByHalfHours = rows.some(({ ours }) => ours?.lines.some(({ charge }) => isMeasured(charge.unit)) ?? false);
  const known = isByHalfHours ? point.measuredIn?.(periodOfDates(dates)) : undefined;
  const measuredShare = known && known.halfHours > 0 ? known.measured / known.halfHours : undefined;
  const evidence = rows.flatMap((row) => evidenceOf(row, cause));
  const remarks = rows.flatMap((row) => row.remarks).filter((one) => one.cause === undefined || one.cause === cause);
  evidence.push(...remarks.map(({ says }) => says));
  if (known) {
    evidence.push(`${known.measured} of ${known.halfHours} half-hours of ${dates.from} to ${dates.to} are measured`);
  }
  return {
    state: stateOf(amount, from),
    invoice: number,
    supplier,
    what: first.what,
    names: [...new Set(rows.map(({ name }) => name))],
    charge: charges.size === 1 ? first.charge?.id : undefined,
    cause,
    dates,
    amount,
    vat: mapRange(amount, (pounds) => pounds.times(share)),
    evidence: [...new Set(evidence)],
    ask: causes[cause].ask,
    measuredShare,
  };
}

function isMeasured(unit: Parameters<typeof quantityUnitOf>[0]): boolean {
  return ['kWh', 'm³', 'kvarh', 'kW·years'].includes(quantityUnitOf(unit));
}

function stateOf({ low, high }: Range<Money>, from: number): ClaimState {
  if (high.lt(0)) return 'for_supplier';
  if (low.lte(0)) return 'in_doubt';
  return low.gte(from) ? 'claim' : 'small';
}

/** What is billed, what we make of it, at which rates and by which source, in a sentence. */
function evidenceOf(row: CheckedRow, cause: Cause): string[] {
  const { name, band, billed, billedSum, ours, recomputed, dates, remarks, charge, what } = row;
  if (!charge || !ours) return remarks.length > 0 ? [] : [`${name}: billed £${pence(billed)}; ${causes[cause].says}`];
  const unit = quantityUnitOf(charge.unit);
  const quantity = billedSum?.quantity ? `${plain(billedSum.quantity)} ${unit} for ` : '';
  const isBilled = what !== 'not_billed';
  const title = isBilled || band === undefined ? name : `${name} (${band})`;
  const rates = new Set(
    ours.lines.map(({ rate, charge: { unit: of }, source, standing }) => {
      const at = rate === undefined ? 'half-hourly prices' : `${rate} ${of}`;
      return `${at} (${source}; ${standing})`;
    }),
  );
  const due = `due are ${rangeText(ours.quantity, plain)} ${unit} for £${rangeText(recomputed, pence)}`;
  const days = `${daysBetween(dates.from, dates.to) + 1} days from ${dates.from} to ${dates.to}`;
  const says = isBilled ? `billed ${quantity}£${pence(billed)}` : 'not billed';
  const at = rates.size === 0 ? '' : `, at ${[...rates].join(', ')}`;
  return [`${title}: ${says}; ${due}, ${days}${at}`];
}

/** With commas between thousands. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}

function plain(value: Money): string {
  return grouped(value.toDecimalPlaces(3).toString());
}

function pence(value: Money): string {
  return grouped(value.toFixed(2));
}

function rangeText({ low, best, high }: Range<Money>, text: (value: Money) => string): string {
  return low.eq(high) ? text(best) : `${text(low)} to ${text(high)} (most likely ${text(best)})`;
}
