import { type Problem, ProblemError } from '../problems.ts';
import { addMonths, dateOf, type LocalDate, type Period, startOfDay, toIso } from '../time.ts';
import { type Segment, segmentOf } from './calendar.ts';
import { cellKindOf } from './cells.ts';
import type { ChargeTime } from './charge-units.ts';
import type { Charge } from './charges.ts';
import { exactly, Money, toPence } from './money.ts';
import { type Measure, type Plan, type PlanItem, planOf, type PlanRequest } from './plan.ts';
import { Quantities } from './quantities.ts';
import { addMoney, certain, mapRange, multiplyMoney, nothingAtAll, type Range, sumMoney } from './range.ts';
import type { Rounding } from './register.ts';
import { vatOf, type VatTreatment } from './vat.ts';
import { type Load } from './load.ts';

/**
 * What a supply point's half-hours cost by a tariff: a line for each charge, rate, band and month, their sum, VAT and
 * the total. Whoever asks for part of a month gets the days asked for with the maximum demand of the whole month, so
 * that splitting a period anywhere changes nothing but the rounding that a tariff asks for.
 */

/** One line, as a bill has it. */
export interface CostLine {
  readonly charge: Charge;
  readonly period: Period;
  /** The first of its month. */
  readonly month: LocalDate;
  readonly band: string | undefined;
  /** What a trade is known by. */
  readonly reference: string | undefined;
  /** In `chargeUnits[charge.unit].quantity`. */
  readonly quantity: Range<Money>;
  /** In the unit of the charge; undefined where each half-hour has its own price. */
  readonly rate: number | undefined;
  /** Pounds, rounded where the tariff rounds lines. */
  readonly amount: Range<Money>;
  readonly standing: PlanItem['standing'];
  readonly source: string;
  /** Why nothing is charged, where it would be. */
  readonly exempt?: string | undefined;
}

export interface VatLine extends VatTreatment {
  readonly month: LocalDate;
  readonly taxable: Range<Money>;
  readonly amount: Range<Money>;
}

export interface Costs {
  readonly tariff: string;
  readonly supplyPoint: string;
  readonly period: Period;
  readonly rounding: Rounding;
  readonly lines: readonly CostLine[];
  /** Without VAT. */
  readonly subtotal: Range<Money>;
  readonly vat: readonly VatLine[];
  readonly total: Range<Money>;
  /** kWh, or m³ of water, at the meter. */
  readonly use: Range<Money>;
}

/** The places to which a quantity goes into money: below them is the noise of adding up floating-point numbers. */
const placesOf = { use: 6, reactive: 6, capacity: 9, peak_day: 9, peak_demand: 9, time: 12, percent: 12 } as const;

/**
 * The costs of a period by a tariff. Throws a ProblemError with all that is missing: what `planOf` says, and
 * `tariff.no-reactive-energy` where kvarh are charged and neither counted nor bounded by a power factor.
 */
export function costsOf(request: PlanRequest & { readonly load: Load }): Costs {
  const quantities = new Quantities(request.load, request.terms);
  return costsByPlan(planOf(request), quantities);
}

/** The costs by a plan that is laid out already. */
export function costsByPlan(plan: Plan, quantities: Quantities): Costs {
  const { tariff, period } = plan;
  refuseUnknown(plan, quantities);
  const vatIn = vatByMonth(quantities);
  const lines = linesByPlan(plan, quantities, vatIn);
  return {
    ...totalled(lines, vatIn, tariff.rounding),
    tariff: tariff.id,
    supplyPoint: quantities.terms.id,
    period,
    rounding: tariff.rounding,
    lines,
    use: mapRange(quantities.use(segmentOf(period.from, period.to)), (sum) => exactly(sum, placesOf.use)),
  };
}

/** The lines of a plan in which nothing is unknown. */
export function linesByPlan(
  plan: Plan,
  quantities: Quantities,
  vatIn: (month: LocalDate) => VatTreatment,
): readonly CostLine[] {
  const { tariff } = plan;
  const round = tariff.rounding === 'line' ? (amount: Range<Money>) => mapRange(amount, toPence) : same;
  const line = (item: PlanItem, quantity: Range<Money>, shown = quantity): CostLine => {
    const isExempt = item.charge.kind === 'ccl' && vatIn(item.segment.month).isBelowDeMinimis;
    return {
      charge: item.charge,
      period: { from: item.segment.from, to: item.segment.to },
      month: item.segment.month,
      band: item.band?.name,
      reference: item.reference,
      quantity: shown,
      rate: item.written,
      amount: isExempt ? nothingAtAll : round(multiplyMoney(quantity, item.rate)),
      standing: item.standing,
      source: item.source,
      exempt: isExempt ? 'the use lies below the de minimis' : undefined,
    };
  };
  const isWhole = tariff.quantities === 'whole';
  const direct = plan.items.flatMap((item) => {
    const { measure } = item;
    if (measure.kind === 'percent') return [];
    if (measure.kind !== 'use' || !measure.cells.series) return [line(item, exactQuantity(item, quantities, isWhole))];
    const { times } = measure.cells;
    // Each half-hour has its own price; what people read is still how many kWh it was.
    const kwh = { ...item, measure: { ...measure, cells: cellKindOf(times, measure.cells.base) } };
    return [line(item, exactQuantity(item, quantities), exactQuantity(kwh, quantities, isWhole))];
  });
  const percents = plan.items.flatMap((item) =>
    item.measure.kind === 'percent' ? [line(item, sumOfMeant(item.measure, item.segment, direct))] : [],
  );
  return [...direct, ...percents];
}

const same = (amount: Range<Money>): Range<Money> => amount;

function totalled(
  lines: readonly CostLine[],
  vatIn: (month: LocalDate) => VatTreatment,
  rounding: Rounding,
): Pick<Costs, 'subtotal' | 'vat' | 'total'> {
  const round = rounding === 'none' ? same : (amount: Range<Money>) => mapRange(amount, toPence);
  const vat = Array.from(
    Map.groupBy(lines, ({ month }) => month),
    ([month, of]): VatLine => {
      const taxable = sumMoney(of.map(({ amount }) => amount));
      const treatment = vatIn(month);
      const share = certain(new Money(treatment.percent).dividedBy(100));
      return { ...treatment, month, taxable, amount: round(multiplyMoney(taxable, share)) };
    },
  );
  const subtotal = round(sumMoney(lines.map(({ amount }) => amount)));
  const total = addMoney(subtotal, sumMoney(vat.map(({ amount }) => amount)));
  return { subtotal, vat, total };
}

/** How each month of a supply point is taxed, worked out when first asked for. */
export function vatByMonth(quantities: Quantities): (month: LocalDate) => VatTreatment {
  const known = new Map<LocalDate, VatTreatment>();
  return (month) => {
    let treatment = known.get(month);
    if (!treatment) known.set(month, (treatment = vatOf(quantities.terms, month, dailyUse(quantities, month))));
    return treatment;
  };
}

/** kWh a day of a whole month, as far as the load reaches. */
function dailyUse(quantities: Quantities, month: LocalDate): number {
  const from = Math.max(startOfDay(month), quantities.period.from);
  const to = Math.min(startOfDay(addMonths(month, 1)), quantities.period.to);
  const segment = segmentOf(from, to);
  return quantities.use(segment).best / segment.days;
}

/** The sum of the amounts that a percentage is of; a percentage is never of another one. */
function sumOfMeant(
  { kinds, charges }: Extract<Measure, { kind: 'percent' }>,
  { from, to }: Segment,
  lines: readonly CostLine[],
): Range<Money> {
  const meant = lines.filter(
    ({ charge, period }) =>
      (kinds.includes(charge.kind) || charges.includes(charge.id)) && period.from >= from && period.to <= to,
  );
  return sumMoney(meant.map(({ amount }) => amount));
}

/** The quantity of an item as it enters money. */
export function exactQuantity(item: PlanItem, quantities: Quantities, isWhole = false): Range<Money> {
  const { measure } = item;
  const places = isWhole && measure.kind === 'use' ? 0 : placesOf[measure.kind];
  const exact = mapRange(quantityOf(item, quantities), (quantity) => exactly(quantity, places));
  if (measure.kind !== 'use' || measure.share.eq(1)) return exact;
  return mapRange(exact, (quantity) => quantity.times(measure.share));
}

/** The quantity of an item, before its share. */
export function quantityOf({ measure, segment, band }: PlanItem, quantities: Quantities): Range<number> {
  if (measure.kind === 'use') {
    const index = band?.index ?? 0;
    const sums = quantities.sums(measure.cells, segment);
    return mapRange(sums, (byBand) => byBand[index] as number);
  }
  if (measure.kind === 'time') return certain(timeOf(measure.per, segment));
  if (measure.kind === 'reactive') return quantities.reactiveBeyond(measure.free, segment);
  if (measure.kind === 'percent') throw new RangeError('a percentage is of amounts');
  if (measure.kind === 'peak_day') {
    return certain((quantities.peakDay(dateOf(segment.from)) ?? Number.NaN) * segment.days);
  }
  if (measure.kind === 'peak_demand') {
    const demand = quantities.meanDemand(measure.halfHours, measure.base) ?? certain(Number.NaN);
    return mapRange(demand, (kw) => (kw * segment.days) / measure.days);
  }
  const time = timeOf(measure.per, segment);
  const agreed = quantities.agreedCapacity(dateOf(segment.from)) ?? Number.NaN;
  if (measure.of === 'agreed') return certain(agreed * time);
  const demand = quantities.maximumDemand(segment.month);
  return mapRange(demand, (kva) => (measure.of === 'exceeded' ? Math.max(0, kva - agreed) : kva) * time);
}

function timeOf(per: ChargeTime, segment: Segment): number {
  if (per === 'day') return segment.days;
  const months = segment.days / segment.ofDays;
  return per === 'month' ? months : months / 12;
}

/** kVA and kvarh are never taken for those of power factor 1, and half-hours that are not there never for nought. */
export function refuseUnknown({ items, tariff }: Plan, quantities: Quantities): void {
  const problems = new Map<string, Problem>();
  const refuse = (code: 'tariff.no-reactive-energy' | 'tariff.no-load', { charge }: PlanItem, found: string) => {
    const where = `supply point ${quantities.terms.id}, tariff ${tariff.id}, charge ${charge.id}`;
    problems.set(`${code} ${charge.id}`, { code, where, found });
  };
  for (const item of items) {
    const { measure } = item;
    const isByPower = measure.kind === 'reactive' || (measure.kind === 'capacity' && measure.of !== 'agreed');
    if (isByPower && !quantities.knowsReactive) refuse('tariff.no-reactive-energy', item, 'no kvarh');
    if (measure.kind !== 'peak_demand' || quantities.meanDemand(measure.halfHours, measure.base)) continue;
    refuse('tariff.no-load', item, measure.halfHours.map(toIso).join(', '));
  }
  if (problems.size > 0) throw new ProblemError([...problems.values()]);
}

/** Several costs as one: of the supply points of a portfolio, or of periods that follow each other. Sums are exact. */
export function sumOfCosts(costs: readonly Costs[]): Pick<Costs, 'subtotal' | 'total' | 'use'> {
  return {
    subtotal: sumMoney(costs.map(({ subtotal }) => subtotal)),
    total: sumMoney(costs.map(({ total }) => total)),
    use: sumMoney(costs.map(({ use }) => use)),
  };
}
