import { type Problem, ProblemError } from '../problems.ts';
import { bucketsIn, halfHourSeconds, type Period } from '../time.ts';
import { segmentOf } from '../tariffs/calendar.ts';
import { poundsOf } from '../tariffs/charge-units.ts';
import type { Charge, ChargeKind } from '../tariffs/charges.ts';
import { type CostLine, linesByPlan, refuseUnknown, vatByMonth } from '../tariffs/costs.ts';
import { cellKindOf } from '../tariffs/cells.ts';
import { cutPlan } from '../tariffs/ledger.ts';
import type { Load } from '../tariffs/load.ts';
import { exactly, type Money } from '../tariffs/money.ts';
import { type Plan, type PlanItem, planOf, type PlanRequest } from '../tariffs/plan.ts';
import { Quantities } from '../tariffs/quantities.ts';
import { certain, mapRange, multiplyMoney, nothingAtAll, type Range, sumMoney } from '../tariffs/range.ts';
import type { Tariff } from '../tariffs/register.ts';
import type { ContractPeriod } from '../tariffs/supply-point-costs.ts';

/**
 * What a supply point's lines should have been, for any stretch of days. Unlike a cost, of which nothing may be
 * missing, a bill is checked as far as it can be: a charge whose rate or price is missing is left out with its problem,
 * and the others are reckoned.
 */

/** What is known of a supply point over the days that are billed. */
export interface BilledPoint extends Pick<PlanRequest, 'terms' | 'published' | 'prices'> {
  readonly contracts: readonly ContractPeriod[];
  /** Absent where nothing was ever measured: what goes by half-hours is not checked then. */
  readonly load: Load | undefined;
  /** How many half-hours of a period there are, and how many of them are measured. */
  readonly measuredIn?: ((period: Period) => { readonly halfHours: number; readonly measured: number }) | undefined;
  /** Why there is no contract for some days, or no load. */
  readonly problems: readonly Problem[];
}

/** A charge, or a kind that is passed on, that cannot be reckoned for some days. */
export interface NotReckoned {
  readonly kind: ChargeKind;
  /** Undefined where what is published of the kind is missing. */
  readonly charge: Charge | undefined;
  readonly period: Period;
  readonly problems: readonly Problem[];
}

/** A charge, in one of its bands or in all. */
export interface ChargeBand {
  readonly charge: Pick<Charge, 'id' | 'kind'>;
  readonly band?: string | undefined;
}

/** What we make of some days of a charge. */
export interface Ours {
  readonly lines: readonly CostLine[];
  readonly quantity: Range<Money>;
  /** Pounds, without any rounding. */
  readonly exact: Range<Money>;
  /** Pounds, rounded as the contract says. */
  readonly amount: Range<Money>;
}

export class Reckoning {
  readonly point: BilledPoint;
  readonly quantities: Quantities;
  readonly notReckoned: readonly NotReckoned[];
  readonly #plans: readonly Plan[];
  readonly #vatIn: ReturnType<typeof vatByMonth>;
  readonly #lines = new Map<string, { exact: readonly CostLine[]; rounded: readonly CostLine[] }>();

  /** Lays out the contracts over a period that holds all that is billed. */
  constructor(point: BilledPoint, period: Period) {
    this.point = point;
    this.quantities = new Quantities(point.load ?? emptyLoad(period), point.terms);
    this.#vatIn = vatByMonth(this.quantities);
    const notReckoned: NotReckoned[] = [];
    // Month by month, so that a rate that is not known yet costs no month before it.
    this.#plans = point.contracts.flatMap((contract) =>
      bucketsIn(contract.period, 'month').map((month) => this.#planned(contract.tariff, month, notReckoned)),
    );
    this.notReckoned = notReckoned;
  }

  /** The charges of a period, those that are reckoned. */
  charges(period: Period): Charge[] {
    const found = new Map<string, Charge>();
    for (const { charge, segment } of this.#plans.flatMap(({ items }) => items)) {
      if (segment.from < period.to && segment.to > period.from) found.set(keyOfCharge(charge), charge);
    }
    return [...found.values()];
  }

  /** What of a period cannot be reckoned. */
  notReckonedIn(period: Period): NotReckoned[] {
    return this.notReckoned.filter(({ period: { from, to } }) => from < period.to && to > period.from);
  }

  /** Whether every day of a period has a contract. */
  isUnderContract({ from, to }: Period): boolean {
    const days = this.#plans.map(({ period }) => Math.min(to, period.to) - Math.max(from, period.from));
    return days.reduce((sum, one) => sum + Math.max(0, one), 0) === to - from;
  }

  /** A charge, or one of its bands, over some stretches of days. */
  ours({ charge, band }: ChargeBand, periods: readonly Period[]): Ours {
    const key = keyOfCharge(charge);
    const of = (lines: readonly CostLine[]): CostLine[] =>
      lines.filter((line) => keyOfCharge(line.charge) === key && (band === undefined || line.band === band));
    const both = periods.map((period) => this.#linesOf(period));
    const exact = both.flatMap((each) => of(each.exact));
    return {
      lines: exact,
      quantity: sumMoney(exact.map(({ quantity }) => quantity)),
      exact: sumMoney(exact.map(({ amount }) => amount)),
      amount: sumMoney(both.flatMap((each) => of(each.rounded)).map(({ amount }) => amount)),
    };
  }

  /** kWh of a charge, with the losses of another base; undefined where it knows no such losses. */
  atBase({ charge, band }: ChargeBand, base: 'meter' | 'gsp' | 'nbp', period: Period): Range<Money> | undefined {
    const key = keyOfCharge(charge);
    const { lineLosses, transmissionLosses } = this.point.terms;
    if (base !== 'meter' && (!lineLosses || (base === 'nbp' && !transmissionLosses))) return undefined;
    const sums = this.#plans
      .filter((plan) => plan.period.from < period.to && plan.period.to > period.from)
      .flatMap((plan) => cutPlan(plan, period).items)
      .filter((item) => keyOfCharge(item.charge) === key && (band === undefined || item.band?.name === band))
      .map((item): Range<Money> => {
        const { measure } = item;
        if (measure.kind !== 'use') return nothingAtAll;
        const cells = cellKindOf(measure.cells.times, base);
        const found = this.quantities.sums(cells, item.segment);
        return mapRange(found, (byBand) =>
          exactly((byBand[item.band?.index ?? 0] as number) * measure.share.toNumber(), 6),
        );
      });
    return sumMoney(sums);
  }

  /** VAT of each month of a period, in percent; empty where nobody says how it is taxed, or no use is known. */
  vatPercents(period: Period): number[] {
    const { terms, load } = this.point;
    if (!load && terms.vat === 'by_use') return [];
    try {
      return [
        ...new Set(bucketsIn(period, 'month').map(({ from, to }) => this.#vatIn(segmentOf(from, to).month).percent)),
      ];
    } catch (error) {
      if (error instanceof ProblemError) return [];
      throw error;
    }
  }

  #linesOf(period: Period): { exact: readonly CostLine[]; rounded: readonly CostLine[] } {
    const key = `${period.from} ${period.to}`;
    let known = this.#lines.get(key);
    if (!known) {
      const plans = this.#plans.filter((plan) => plan.period.from < period.to && plan.period.to > period.from);
      const cut = plans.map((plan) => {
        const { from, to } = plan.period;
        return cutPlan(plan, { from: Math.max(from, period.from), to: Math.min(to, period.to) });
      });
      const linesOf = (plan: Plan): readonly CostLine[] => linesByPlan(plan, this.quantities, this.#vatIn);
      const rounded = cut.flatMap(linesOf);
      const exact = cut.flatMap((plan) => linesOf({ ...plan, tariff: { ...plan.tariff, rounding: 'none' } }));
      this.#lines.set(key, (known = { exact: exact.map((line, i) => ofPrinted(line, rounded[i])), rounded }));
    }
    return known;
  }

  /** The plan of a month: every charge by itself, so that what one of them lacks is the fault of that one alone. */
  #planned(tariff: Tariff, period: Period, notReckoned: NotReckoned[]): Plan {
    const { terms } = this.point;
    const items: PlanItem[] = [];
    const own = new Set(terms.charges);
    // Where a percentage changes, what it is of is cut, so that it stands beside every other charge.
    const percents: Charge[] = [];
    const take = (part: { kind: ChargeKind; charge?: Charge }): void => {
      const { kind, charge } = part;
      const charges = charge ? [...percents, charge] : percents;
      const asked = {
        tariff: {
          ...tariff,
          charges: charges.filter((one) => !own.has(one)),
          pass_through: charge ? [] : [kind],
        },
        terms: { ...terms, charges: charges.filter((one) => own.has(one)) },
      };
      try {
        const plan = planOf({ ...this.point, ...asked, period });
        const found = plan.items.filter((item) => (charge ? item.charge === charge : !percents.includes(item.charge)));
        this.#refuseUnknown(found, tariff, period);
        items.push(...found);
        if (charge?.unit === '%') percents.push(charge);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        notReckoned.push({ kind, charge, period, problems: error.problems });
      }
    };
    const isPercent = ({ unit }: Charge): boolean => unit === '%';
    const all = [...tariff.charges, ...terms.charges];
    for (const charge of all.filter(isPercent)) take({ kind: charge.kind, charge });
    for (const charge of all.filter((one) => !isPercent(one))) take({ kind: charge.kind, charge });
    for (const kind of tariff.pass_through) take({ kind });
    return { tariff, period, items: items.filter((item) => !this.#isOfUnknown(item, period, notReckoned)) };
  }

  #refuseUnknown(items: readonly PlanItem[], tariff: Tariff, period: Period): void {
    if (this.point.load) {
      refuseUnknown({ tariff, period, items }, this.quantities);
      return;
    }
    const byLoad = items.find(({ measure }) => {
      const isAgreed = measure.kind === 'capacity' && measure.of === 'agreed';
      return measure.kind !== 'time' && measure.kind !== 'percent' && measure.kind !== 'peak_day' && !isAgreed;
    });
    if (byLoad) throw new ProblemError(this.point.problems);
  }

  /** A percentage of what cannot be reckoned cannot be reckoned either. */
  #isOfUnknown({ charge, measure }: PlanItem, period: Period, notReckoned: NotReckoned[]): boolean {
    if (measure.kind !== 'percent') return false;
    const missing = notReckoned.find(
      (one) =>
        one.period === period &&
        (measure.kinds.includes(one.kind) || (one.charge !== undefined && measure.charges.includes(one.charge.id))),
    );
    if (missing) notReckoned.push({ kind: charge.kind, charge, period, problems: missing.problems });
    return missing !== undefined;
  }
}

/** A percentage is of lines as they are printed, rounded; its own amount is not rounded yet. */
function ofPrinted(line: CostLine, rounded: CostLine | undefined): CostLine {
  const { charge, rate, exempt } = line;
  if (charge.unit !== '%' || rate === undefined || exempt !== undefined || !rounded) return line;
  const share = poundsOf(rate, '%').times(charge.credit ? -1 : 1);
  return { ...line, quantity: rounded.quantity, amount: multiplyMoney(rounded.quantity, certain(share)) };
}

/** A charge by what it is and is called: the same one of two contracts, or of two years of published charges. */
export function keyOfCharge({ kind, id }: Pick<Charge, 'id' | 'kind'>): string {
  return `${kind} ${id}`;
}

/** Stands where no half-hours are asked for. */
function emptyLoad({ from, to }: Period): Load {
  const use = new Float64Array((to - from) / halfHourSeconds).fill(Number.NaN);
  return { unit: 'kWh', from, use: { low: use, best: use, high: use } };
}
