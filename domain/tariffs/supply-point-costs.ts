import type { Standing } from '../carbon/factors.ts';
import { weakestStanding } from '../energy/figure.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { addDays, dateOf, type EpochSeconds, type Period, startOfDay } from '../time.ts';
import type { Costs } from './costs.ts';
import { type Charge, chargeKindNames, type ChargeKind } from './charges.ts';
import { ledgerOf } from './ledger.ts';
import type { Load } from './load.ts';
import { Money } from './money.ts';
import { planOf, type PlanRequest } from './plan.ts';
import { Quantities } from './quantities.ts';
import { addMoney, mapRange, nothingAtAll, type Range, sumMoney } from './range.ts';
import type { SupplyPointEntry, Tariff } from './register.ts';
import type { SupplyPointTerms } from './supply-point.ts';

/** What a supply point cost under its own contracts, and several of them as one figure by component. */

/** A stretch of a period in which one contract holds. */
export interface ContractPeriod {
  readonly period: Period;
  readonly tariff: Tariff;
}

/**
 * The contracts of a period, in order. Throws a ProblemError `tariff.no-contract` with every stretch for which no
 * contract is written, or none with a tariff.
 */
export function contractsIn(point: SupplyPointEntry, tariffs: readonly Tariff[], period: Period): ContractPeriod[] {
  const { found, problems } = contractsFound(point, tariffs, period);
  if (problems.length > 0) throw new ProblemError(problems);
  return found;
}

/** The contracts of a period that are there, in order, and the stretches without one. */
export function contractsFound(
  point: SupplyPointEntry,
  tariffs: readonly Tariff[],
  { from, to }: Period,
): { readonly found: ContractPeriod[]; readonly problems: readonly Problem[] } {
  const byDate = point.contracts.toSorted((a, b) => (a.valid_from < b.valid_from ? -1 : 1));
  const found: ContractPeriod[] = [];
  const problems: Problem[] = [];
  const miss = (first: EpochSeconds, end: EpochSeconds, why: string) => {
    const [a, b] = [dateOf(first), dateOf(end - 1)];
    const where = `supply point ${point.id}`;
    problems.push({ code: 'tariff.no-contract', where, found: a === b ? a : `${a} to ${b}`, detail: why });
  };
  let at = from;
  for (const { valid_from: first, valid_to: last, tariff: id, supplier } of byDate) {
    const start = Math.max(at, startOfDay(first));
    const end = last === undefined ? to : Math.min(to, startOfDay(addDays(last, 1)));
    if (start >= end) continue;
    if (start > at) miss(at, start, 'no contract is written for these days');
    const tariff = tariffs.find((one) => one.id === id);
    if (tariff) found.push({ period: { from: start, to: end }, tariff });
    else miss(start, end, `the contract with ${supplier} names no tariff`);
    at = end;
  }
  if (at < to) miss(at, to, 'no contract is written for these days');
  return { found, problems };
}

export interface SupplyPointRequest extends Pick<PlanRequest, 'terms' | 'published' | 'prices'> {
  readonly contracts: readonly ContractPeriod[];
  readonly load: Load;
  /** Boundaries of the buckets, on the half-hour. */
  readonly cuts: readonly EpochSeconds[];
}

/**
 * The costs of each bucket; more than one where a contract begins within it. Throws a ProblemError with all that is
 * missing in any of the contracts.
 */
export function supplyPointLedger({ contracts, load, cuts, ...request }: SupplyPointRequest): Costs[][] {
  const quantities = new Quantities(load, request.terms);
  const plans = together(contracts, ({ tariff, period }) => planOf({ ...request, tariff, period }));
  const buckets: Costs[][] = cuts.slice(1).map(() => []);
  for (const plan of plans) {
    const { from, to } = plan.period;
    const within = [from, ...cuts.filter((cut) => cut > from && cut < to), to];
    for (const costs of ledgerOf(plan, quantities, within)) {
      const bucket = cuts.findLastIndex((cut) => cut <= costs.period.from);
      buckets[bucket]?.push(costs);
    }
  }
  return buckets;
}

/** Each step on each of a list; what is wrong with any of them is told at once. */
export function together<A, B>(list: readonly A[], step: (one: A) => B): B[] {
  const problems: Problem[] = [];
  const made = list.flatMap((one): B[] => {
    try {
      return [step(one)];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return made;
}

/** Some money: without VAT, its VAT, and both. */
export interface CostSum {
  readonly net: Range<Money>;
  readonly vat: Range<Money>;
  readonly total: Range<Money>;
  /** The weakest standing of its rates; undefined where nothing is charged. */
  readonly standing: Standing | undefined;
}

const noCost: CostSum = { net: nothingAtAll, vat: nothingAtAll, total: nothingAtAll, standing: undefined };

/** Several costs as one sum, exactly. */
export function wholeOf(costs: readonly Costs[]): CostSum {
  const net = sumMoney(costs.map(({ subtotal }) => subtotal));
  const vat = sumMoney(costs.flatMap((one) => one.vat.map(({ amount }) => amount)));
  const total = sumMoney(costs.map((one) => one.total));
  return {
    net,
    vat,
    total,
    standing: weakestStanding(costs.flatMap(({ lines }) => lines.map(({ standing }) => standing))),
  };
}

/** The sum of some lines of a kind, and of one band of the day where it is told by band. */
export interface KindSum extends CostSum {
  readonly kind: ChargeKind;
  readonly band: string | undefined;
}

/**
 * Several costs by kind of charge, in the order of bills, and by band of the day if asked. The VAT of a kind is the
 * percentage of its month on its lines: where a tariff rounds the sum or the VAT to pence, kinds add up to the whole
 * but for that rounding.
 */
export function byKindOf(costs: readonly Costs[], isByBand = false): KindSum[] {
  const sums = new Map<string, KindSum>();
  for (const { lines, vat: taxes } of costs) {
    const shares = new Map(taxes.map(({ month, percent }) => [month, new Money(percent).dividedBy(100)]));
    for (const { charge, amount, month, standing, band: inBand } of lines) {
      const { kind } = charge;
      const band = isByBand ? inBand : undefined;
      const key = `${kind} ${band ?? ''}`;
      const before = sums.get(key) ?? noCost;
      const share = shares.get(month) ?? new Money(0);
      const vat = mapRange(amount, (pounds) => pounds.times(share));
      sums.set(key, {
        kind,
        band,
        net: addMoney(before.net, amount),
        vat: addMoney(before.vat, vat),
        total: addMoney(before.total, addMoney(amount, vat)),
        standing: weakestStanding(before.standing ? [before.standing, standing] : [standing]),
      });
    }
  }
  const all = [...sums.values()];
  return chargeKindNames.flatMap((kind) => all.filter((one) => one.kind === kind));
}

/** Whether a part of the costs rests on a stated range of power factors and not on kvarh that were counted. */
export function isPowerFactorAssumed(
  lines: readonly { readonly charge: Charge }[],
  load: Load,
  { powerFactor }: SupplyPointTerms,
): boolean {
  if (load.reactive || !powerFactor) return false;
  return lines.some(({ charge: { free, of } }) => free !== undefined || of === 'exceeded' || of === 'maximum_demand');
}
