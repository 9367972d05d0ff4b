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
  const amounts = items.map((item) => (item.measure.kind === 'percent' ? noAmount : amountOf(item, quantities, vatIn)));
  // All are added up before any is put in its place: a percentage is never of another one.
  const percents = meantBy(items).map(
    ([i, meant]) => [i, percentOf(items[i] as PlanItem, meant, amounts, vatIn)] as const,
  );
  for (const [i, amount] of percents) amounts[i] = amount;
  return amounts;
}

// A pure function's memory: what each percentage of a plan is of, which every supply point and what-if asks again.
const meantKept = new WeakMap<readonly PlanItem[], readonly (readonly [number, readonly number[]])[]>();

/** The items that are percentages, each with the items of its segment that it is of. */
function meantBy(items: readonly PlanItem[]): readonly (readonly [number, readonly number[]])[] {
  let meant = meantKept.get(items);
  if (meant) return meant;
  meant = items.flatMap(({ measure, segment }, i) => {
    if (measure.kind !== 'percent') return [];
    const of = Array.from(items.keys()).filter((j) => {
      const { charge, segment: part } = items[j] as PlanItem;
      const isMeant = measure.kinds.includes(charge.kind) || measure.charges.includes(charge.id);
      return isMeant && part.from >= segment.from && part.to <= segment.to;
    });
    return [[i, of] as const];
  });
  meantKept.set(items, meant);
  return meant;
}

function amountOf(item: PlanItem, quantities: Quantities, vatIn: ReturnType<typeof vatByMonth>): Range<number> {
  if (item.charge.kind === 'ccl' && vatIn(item.segment.month).isBelowDeMinimis) return noAmount;
  return multiply(quantityOf(item, quantities), item.pounds);
}

/** Of the amounts of a segment that a percentage is of. */
function percentOf(
  { charge, segment, pounds }: PlanItem,
  meant: readonly number[],
  amounts: readonly Range<number>[],
  vatIn: ReturnType<typeof vatByMonth>,
): Range<number> {
  if (charge.kind === 'ccl' && vatIn(segment.month).isBelowDeMinimis) return noAmount;
  const sum = new Sum();
  for (const i of meant) sum.add(amounts[i] ?? noAmount);
  return multiply(sum, pounds);
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
