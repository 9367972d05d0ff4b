import { segmentOf } from './calendar.ts';
import { type ChargeKind, chargeKindNames } from './charges.ts';
import { quantityOf, refuseUnknown, vatByMonth } from './costs.ts';
import type { Plan, PlanItem } from './plan.ts';
import type { Quantities } from './quantities.ts';
import { isCertain, type Range } from './range.ts';

/**
 * What a plan comes to, by kind of charge, for comparing many tariffs over many supply points: the very quantities and
 * rates of the lines, multiplied and added as floating-point numbers. Nothing is rounded to pence, as a comparison is
 * no bill; a test holds it to the exact lines.
 */
export interface Totals {
  /** Pounds without VAT. */
  readonly byKind: Readonly<Partial<Record<ChargeKind, Range<number>>>>;
  readonly subtotal: Range<number>;
  readonly vat: Range<number>;
  readonly total: Range<number>;
  /** Of the subtotal what is at half-hourly prices, and what at rates carried forward. */
  readonly market: Range<number>;
  readonly carriedForward: Range<number>;
  /** kWh or m³ at the meter. */
  readonly use: Range<number>;
}

/** Three numbers side by side: least, most likely, most. */
class Sum {
  low = 0;
  best = 0;
  high = 0;

  add({ low, best, high }: Range<number>): void {
    this.low += low;
    this.best += best;
    this.high += high;
  }

  /** As a plain range, of one number where nothing is in doubt. */
  range(): Range<number> {
    return { low: this.low, best: this.best, high: this.high };
  }
}

/** The totals of a plan; throws a ProblemError as `costsByPlan` does. */
export function totalsByPlan(plan: Plan, quantities: Quantities): Totals {
  refuseUnknown(plan, quantities);
  const vatIn = vatByMonth(quantities);
  const kinds = new Map<ChargeKind, Sum>();
  const taxes = new Map<number, Sum>();
  const [subtotal, vat, market, carriedForward] = [new Sum(), new Sum(), new Sum(), new Sum()];
  const amounts = amountsOf(plan, quantities, vatIn);
  for (const [i, { charge, segment, measure, standing }] of plan.items.entries()) {
    const amount = amounts[i] ?? noAmount;
    let sum = kinds.get(charge.kind);
    if (!sum) kinds.set(charge.kind, (sum = new Sum()));
    sum.add(amount);
    subtotal.add(amount);
    if (measure.kind === 'use' && measure.cells.series) market.add(amount);
    if (standing === 'carried forward') carriedForward.add(amount);
    const { percent } = vatIn(segment.month);
    let tax = taxes.get(percent);
    if (!tax) taxes.set(percent, (tax = new Sum()));
    tax.add(amount);
  }
  for (const [percent, { low, best, high }] of taxes) {
    vat.add({ low: (low * percent) / 100, best: (best * percent) / 100, high: (high * percent) / 100 });
  }
  const total = new Sum();
  total.add(subtotal);
  total.add(vat);
  const byKind: Partial<Record<ChargeKind, Range<number>>> = {};
  for (const kind of chargeKindNames) {
    const sum = kinds.get(kind);
    if (sum) byKind[kind] = sum.range();
  }
  return {
    byKind,
    subtotal: subtotal.range(),
    vat: vat.range(),
    total: total.range(),
    market: market.range(),
    carriedForward: carriedForward.range(),
    use: useOf(plan, quantities),
  };
}

const noAmount: Range<number> = { low: 0, best: 0, high: 0 };

/** Pounds of each item of a plan, without VAT; a percentage is never of another one. */
export function amountsOf(
  { items }: Plan,
  quantities: Quantities,
  vatIn: ReturnType<typeof vatByMonth>,
): Range<number>[] {
  const direct = items.map((item) => (item.measure.kind === 'percent' ? noAmount : amountOf(item, quantities, vatIn)));
  return items.map((item, i) =>
    item.measure.kind === 'percent' ? percentOf(item, items, direct, vatIn) : (direct[i] ?? noAmount),
  );
}

function amountOf(item: PlanItem, quantities: Quantities, vatIn: ReturnType<typeof vatByMonth>): Range<number> {
  if (item.charge.kind === 'ccl' && vatIn(item.segment.month).isBelowDeMinimis) return noAmount;
  return multiply(quantityOf(item, quantities), item.pounds);
}

/** Of the amounts of a segment that a percentage is of. */
function percentOf(
  item: PlanItem,
  items: readonly PlanItem[],
  amounts: readonly Range<number>[],
  vatIn: ReturnType<typeof vatByMonth>,
): Range<number> {
  const { measure, segment } = item;
  if (measure.kind !== 'percent') return noAmount;
  if (item.charge.kind === 'ccl' && vatIn(segment.month).isBelowDeMinimis) return noAmount;
  const sum = new Sum();
  for (const [i, { charge, segment: part }] of items.entries()) {
    const isMeant = measure.kinds.includes(charge.kind) || measure.charges.includes(charge.id);
    if (isMeant && part.from >= segment.from && part.to <= segment.to) sum.add(amounts[i] ?? noAmount);
  }
  return multiply(sum, item.pounds);
}

/** The least and the most of every pairing. */
function multiply(a: Range<number>, b: Range<number>): Range<number> {
  const best = a.best * b.best;
  if (isCertain(a) && isCertain(b)) return { low: best, best, high: best };
  const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return { low: Math.min(...ends), best, high: Math.max(...ends) };
}

function useOf({ period }: Plan, quantities: Quantities): Range<number> {
  const { low, best, high } = quantities.use(segmentOf(period.from, period.to));
  return { low, best, high };
}
