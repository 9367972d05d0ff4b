import type { Cause, Parts } from './causes.ts';
import { PartsSum, varianceOf, type Variance } from './causes.ts';
import type { Ours } from './reckoning.ts';
import { arithmeticOf, type Billed, halfPenny, timeOfSegments } from './billed-lines.ts';
import { segmentOf } from '../tariffs/calendar.ts';
import { chargeTime, measureOf, poundsOf } from '../tariffs/charge-units.ts';
import type { Charge } from '../tariffs/charges.ts';
import { Money, nothing } from '../tariffs/money.ts';
import type { Range } from '../tariffs/range.ts';
import { sum } from './settled-bills.ts';

/**
 * The parts of what is billed otherwise than we reckon it. In this order, each on top of those before it: what does not
 * multiply; another rate, on the quantity billed; another quantity, at our rate; days that are billed already. In a
 * charge by bands the quantity is first that of all bands together, and what is left stands in the wrong band.
 */

/** What is billed of a charge, band and days, by one line or several. */
export interface BilledSum {
  readonly amount: Money;
  readonly quantity: Money | undefined;
  /** Pounds for one of it. */
  readonly rate: Money | undefined;
  readonly arithmetic: Money;
  readonly places: number | undefined;
  readonly time: Money | undefined;
}

/** Lines as one. A line whose amount is that of our rate has our rate, whatever is printed. */
export function sumOfBilled(lines: readonly Billed[], ours: Ours): BilledSum {
  const right = rateOf(ours.exact.best, ours.quantity.best);
  const billed = lines.map((line): Billed => {
    const { amount, quantity, rate } = line;
    if (!quantity || !rate || !right || amount.minus(quantity.times(right)).abs().gt(halfPenny)) return line;
    return { ...line, rate: right };
  });
  const quantities = billed.map(({ quantity }) => quantity);
  const known = quantities.every((quantity) => quantity !== undefined);
  const quantity = known ? sum(quantities) : undefined;
  const value = sum(billed.map((line) => line.quantity?.times(line.rate ?? 0) ?? nothing));
  const [first] = billed;
  const isOfOneRate = billed.every(({ rate }) => rate && first?.rate?.eq(rate));
  const mean = quantity && !quantity.isZero() ? value.dividedBy(quantity) : undefined;
  return {
    amount: sum(billed.map(({ amount }) => amount)),
    quantity,
    rate: isOfOneRate ? first?.rate : mean,
    arithmetic: sum(billed.map(arithmeticOf)),
    places: Math.max(...billed.map(({ places }) => places ?? Number.NaN)),
    time: first?.time && billed.every(({ time }) => first.time && time?.eq(first.time)) ? first.time : undefined,
  };
}

function rateOf(amount: Money, quantity: Money): Money | undefined {
  return quantity.isZero() ? undefined : amount.dividedBy(quantity);
}

/** One position as the variance of it is worked out. */
export interface Weighed {
  readonly charge: Charge;
  readonly billed: BilledSum;
  /** Over all of its days. */
  readonly ours: Ours;
  /** Over the days that are not billed before. */
  readonly due: Ours;
  /** Why the rate or the quantity is another, where it is. */
  readonly rateCause: Cause;
  readonly quantityCause: Cause;
  readonly bandCause: Cause;
}

type End = keyof Range<Money>;

/** Variances of positions that are the bands of one charge over the same days, or of one that has none. */
export function variancesOf(group: readonly Weighed[]): Variance[] {
  const split = { low: splitAt(group, 'low'), best: splitAt(group, 'best'), high: splitAt(group, 'high') };
  return group.map((one, i) => {
    const isSure = [one.ours, one.due].every(({ exact, quantity, amount }) =>
      [exact, quantity, amount].every(({ low, best, high }) => low.eq(best) && high.eq(best)),
    );
    const ends: Range<End> = isSure
      ? { low: 'best', best: 'best', high: 'best' }
      : { low: 'low', best: 'best', high: 'high' };
    return varianceOf(ends, (end) => partsAt(one, end, split[end][i] ?? { all: nothing, band: nothing }));
  });
}

/** What of the difference in quantity is of all bands, and what of this one alone. */
interface QuantitySplit {
  readonly all: Money;
  readonly band: Money;
}

function splitAt(group: readonly Weighed[], end: End): QuantitySplit[] {
  const ours = group.map(({ ours: { quantity } }) => quantity[end]);
  const differences = group.map(({ billed }, i) => differenceOf(billed, ours[i] as Money));
  const [total, difference] = [sum(ours), sum(differences)];
  return differences.map((own, i) => {
    if (group.length === 1 || total.isZero()) return { all: own, band: nothing };
    const all = difference.times(ours[i] as Money).dividedBy(total);
    return { all, band: own.minus(all) };
  });
}

/** Billed less ours; nothing where ours is what is printed, rounded to its places. */
function differenceOf({ quantity, places }: BilledSum, ours: Money): Money {
  if (!quantity) return nothing;
  if (places !== undefined && !Number.isNaN(places) && ours.toDecimalPlaces(places).eq(quantity)) return nothing;
  return quantity.minus(ours);
}

function partsAt(one: Weighed, end: End, split: QuantitySplit): { variance: Money; parts: Parts } {
  const { charge, billed, ours, due } = one;
  const variance = billed.amount.minus(due.amount[end]);
  const parts = new PartsSum();
  // Right to the penny, whatever stands beside it.
  if (variance.abs().lte(halfPenny)) return { variance, parts: parts.of(variance) };
  parts.add('billed_twice', ours.exact[end].minus(due.exact[end]));
  const { quantity, rate, arithmetic } = billed;
  if (!quantity || !rate) {
    const difference = billed.amount.minus(ours.exact[end]);
    if (difference.abs().gt(halfPenny)) parts.add('not_itemised', difference);
    return { variance, parts: parts.of(variance) };
  }
  parts.add('arithmetic', arithmetic);
  const right = rateOf(ours.exact[end], ours.quantity[end]) ?? writtenRate(ours) ?? rate;
  parts.add(one.rateCause, quantity.times(rate.minus(right)));
  for (const [cause, difference] of byCause(one, charge, end, split)) parts.add(cause, difference.times(right));
  return { variance, parts: parts.of(variance) };
}

/** Pounds for one, where the quantity is nothing and its lines have a rate. */
function writtenRate({ lines }: Ours): Money | undefined {
  const [line] = lines;
  return line?.rate === undefined
    ? undefined
    : poundsOf(line.rate, line.charge.unit).times(line.charge.credit ? -1 : 1);
}

/** The difference in quantity by its causes. */
function byCause({ quantityCause, bandCause, billed, ours }: Weighed, charge: Charge, end: End, split: QuantitySplit) {
  const causes: [Cause, Money][] = [];
  const { all, band } = split;
  if (measureOf(charge.unit) !== 'capacity') {
    causes.push([quantityCause, all], [bandCause, band]);
    return causes;
  }
  // By kVA and days: the days at our kVA, then the kVA on the days billed.
  const time = timeOf(ours, charge);
  if (!billed.time || time.isZero()) return [['capacity', all] as [Cause, Money]];
  const days = ours.quantity[end].dividedBy(time).times(billed.time.minus(time));
  causes.push(['days', days], ['capacity', all.minus(days)]);
  return causes;
}

/** Days or months of our lines, each stretch once. */
function timeOf({ lines }: Ours, { unit }: Charge): Money {
  const stretches = new Map(lines.map(({ period }) => [period.from, period]));
  const segments = [...stretches.values()].map(({ from, to }) => segmentOf(from, to));
  return timeOfSegments(segments, chargeTime(unit));
}
