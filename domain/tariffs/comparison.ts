import { ProblemError } from '../problems.ts';
import type { Period } from '../time.ts';
import type { CarryForward } from './carry-forward.ts';
import { type ChargeKind, chargeKindNames } from './charges.ts';
import { type Load, periodOf } from './load.ts';
import { mapLoad, mappingOnto } from './load-year.ts';
import { type Plan, type PlanMemory, planOf } from './plan.ts';
import type { PriceSeries } from './price-series.ts';
import type { PublishedCharges } from './published.ts';
import { Quantities } from './quantities.ts';
import type { Range } from './range.ts';
import type { Tariff } from './register.ts';
import type { SupplyPointTerms } from './supply-point.ts';
import { type Totals, totalsByPlan } from './totals.ts';
import { type Unpriced, UnpricedError } from './unpriced.ts';

/**
 * Any number of offers against any set of supply points: the same half-hours, the same calendar and the same capacity
 * through each offer's charges. Supply points come one after the other, so that memory holds one of them.
 */
export interface ComparisonRequest {
  readonly offers: readonly Tariff[];
  /** The supply period, which every offer holds for. */
  readonly period: Period;
  readonly published?: readonly PublishedCharges[] | undefined;
  readonly prices?: ReadonlyMap<string, PriceSeries> | undefined;
  readonly carry?: CarryForward | undefined;
}

/** A supply point with the half-hours of a whole year, whichever year that is. */
export interface ComparedPoint {
  readonly terms: SupplyPointTerms;
  readonly load: Load;
}

export interface OfferTotals {
  readonly offer: string;
  readonly totals: Totals;
}

/** One supply point's costs by each offer, cheapest first by what is most likely. */
export interface PointComparison {
  readonly supplyPoint: string;
  readonly offers: readonly OfferTotals[];
}

export interface Comparison {
  readonly period: Period;
  readonly points: readonly PointComparison[];
  /** The portfolio by each offer, cheapest first. */
  readonly offers: readonly OfferTotals[];
  /** The cheapest offer of each supply point, together; and how much less that is than one offer for all. */
  readonly siteBySite: {
    readonly total: Range<number>;
    readonly offers: ReadonlyMap<string, string>;
    readonly saves: number;
  };
  /** Why the low–high range is one: what is carried forward, and that data are missing. */
  readonly carry: CarryForward | undefined;
  readonly isUseUncertain: boolean;
}

/** One supply point as it was compared, for whoever asks more of it: why, capacity. */
export interface PointCompared extends PointComparison {
  readonly quantities: Quantities;
  /** The plan of each offer. */
  readonly plans: ReadonlyMap<string, Plan>;
}

/**
 * A comparison that is made one supply point after the other. What is missing for any offer at any of them is kept and
 * told at the end, all at once: an offer that could not be reckoned would otherwise look cheap.
 */
export class Comparing {
  readonly #request: ComparisonRequest;
  readonly #unpriced: Unpriced[] = [];
  readonly #compared: PointComparison[] = [];
  readonly #mappings = new Map<string, Int32Array>();
  readonly #laid: Laid = { plans: new Map(), memory: new Map() };
  #isUseUncertain = false;

  constructor(request: ComparisonRequest) {
    this.#request = request;
  }

  /** Compares a supply point; undefined where something is missing for an offer. */
  add({ terms, load }: ComparedPoint): PointCompared | undefined {
    const mapped = onto(load, this.#request.period, this.#mappings);
    this.#isUseUncertain ||= mapped.use.low !== mapped.use.high;
    const quantities = new Quantities(mapped, terms);
    const plans = new Map<string, Plan>();
    const before = this.#unpriced.length;
    const offers = this.#request.offers.flatMap((tariff): OfferTotals[] => {
      try {
        const plan = planFor(tariff, terms, this.#request, this.#laid);
        plans.set(tariff.id, plan);
        return [{ offer: tariff.id, totals: totalsByPlan(plan, quantities) }];
      } catch (error) {
        this.miss(error, { supply_point: terms.id, offer: tariff.id });
        return [];
      }
    });
    const point = { supplyPoint: terms.id, offers: offers.sort(byTotal) };
    this.#compared.push(point);
    return this.#unpriced.length > before ? undefined : { ...point, quantities, plans };
  }

  /** Keeps what is missing, where a supply point could not be added too; throws whatever is no ProblemError. */
  miss(error: unknown, at: Pick<Unpriced, 'supply_point' | 'offer'>): void {
    if (!(error instanceof ProblemError)) throw error;
    this.#unpriced.push(...error.problems.map((problem) => ({ ...at, problem })));
  }

  /** The comparison of all that were added. Throws an UnpricedError with everything that is missing. */
  result(): Comparison {
    if (this.#unpriced.length > 0) throw new UnpricedError(this.#unpriced);
    const { period, carry } = this.#request;
    const points = this.#compared;
    const offers = this.#request.offers.map(({ id }): OfferTotals => {
      const all = points.flatMap((point) => point.offers.filter(({ offer }) => offer === id));
      return { offer: id, totals: sumOfTotals(all.map(({ totals }) => totals)) };
    });
    offers.sort(byTotal);
    const isUseUncertain = this.#isUseUncertain;
    return { period, points, offers, siteBySite: siteBySite(points, offers), carry, isUseUncertain };
  }
}

/** Compares supply points that are there already. Throws a ProblemError with what is missing, all at once. */
export function compareOffers(request: ComparisonRequest, points: Iterable<ComparedPoint>): Comparison {
  const comparing = new Comparing(request);
  for (const point of points) comparing.add(point);
  return comparing.result();
}

/** What is laid out once and serves several supply points. */
interface Laid {
  readonly plans: Map<string, Plan>;
  readonly memory: PlanMemory;
}

function byTotal(a: OfferTotals, b: OfferTotals): number {
  return a.totals.total.best - b.totals.total.best || (a.offer < b.offer ? -1 : 1);
}

/** The half-hours of the supply period; supply points with the same load year share the pairing of days. */
function onto(load: Load, period: Period, mappings: Map<string, Int32Array>): Load {
  const year = periodOf(load);
  if (year.from === period.from && year.to === period.to) return load;
  const key = `${year.from} ${year.to}`;
  let mapping = mappings.get(key);
  if (!mapping) mappings.set(key, (mapping = mappingOnto(year, period)));
  return mapLoad(load, period, mapping);
}

/** The plan of a tariff for a supply point; points whose terms differ in nothing that a plan knows share one. */
function planFor(
  tariff: Tariff,
  terms: SupplyPointTerms,
  { period, published, prices, carry }: ComparisonRequest,
  { plans, memory }: Laid,
): Plan {
  const key = `${tariff.id} ${planKey(terms)}`;
  let plan = plans.get(key);
  if (!plan) plans.set(key, (plan = planOf({ tariff, terms, period, published, prices, carry, memory })));
  return plan;
}

function planKey(terms: SupplyPointTerms): string {
  let key = planKeys.get(terms);
  if (key === undefined) {
    const { utility, distributor, duosTariff, residualBand, peakDay, charges, lineLosses, transmissionLosses } = terms;
    const dates = [terms.agreedCapacity, terms.returned].map((list) => list?.map(({ from }) => from));
    const losses = [lineLosses, transmissionLosses].map((factor) =>
      factor?.rates.map((rate) => [rate.valid_from, rate.valid_to]),
    );
    // Charges of its own name the supply point as their source.
    const own = charges.length === 0 ? undefined : [terms.id, charges];
    key = JSON.stringify([utility, distributor, duosTariff, residualBand, peakDay, dates, losses, own]);
    planKeys.set(terms, key);
  }
  return key;
}
const planKeys = new WeakMap<SupplyPointTerms, string>();

function addRanges(ranges: readonly (Range<number> | undefined)[]): Range<number> {
  let [low, best, high] = [0, 0, 0];
  for (const range of ranges) {
    low += range?.low ?? 0;
    best += range?.best ?? 0;
    high += range?.high ?? 0;
  }
  return { low, best, high };
}

/** Totals of several supply points as one. */
export function sumOfTotals(all: readonly Totals[]): Totals {
  const byKind: Partial<Record<ChargeKind, Range<number>>> = {};
  for (const kind of chargeKindNames) {
    if (all.some((totals) => totals.byKind[kind])) byKind[kind] = addRanges(all.map((totals) => totals.byKind[kind]));
  }
  const sum = (key: Exclude<keyof Totals, 'byKind'>) => addRanges(all.map((totals) => totals[key]));
  return {
    byKind,
    subtotal: sum('subtotal'),
    vat: sum('vat'),
    total: sum('total'),
    market: sum('market'),
    carriedForward: sum('carriedForward'),
    use: sum('use'),
  };
}

function siteBySite(points: readonly PointComparison[], offers: readonly OfferTotals[]): Comparison['siteBySite'] {
  const cheapest = points.flatMap(({ supplyPoint, offers: [first] }) => (first ? [{ supplyPoint, ...first }] : []));
  const total = addRanges(cheapest.map(({ totals }) => totals.total));
  const least = Math.min(...offers.map(({ totals }) => totals.total.best));
  return {
    total,
    offers: new Map(cheapest.map(({ supplyPoint, offer }) => [supplyPoint, offer])),
    saves: points.length === 0 || offers.length === 0 ? 0 : least - total.best,
  };
}

/** Pence for each kWh (or m³), all in without VAT, at the most likely; undefined where nothing was used. */
export function penceAllIn({ subtotal, use }: Pick<Totals, 'subtotal' | 'use'>): number | undefined {
  return use.best > 0 ? (100 * subtotal.best) / use.best : undefined;
}

/**
 * The total where half-hourly prices are so many percent higher or lower: everything else stays. The VAT on them is
 * that of the whole.
 */
export function atMarketPrices({ total, market, subtotal, vat }: Totals, percent: number): Range<number> {
  const tax = subtotal.best === 0 ? 0 : vat.best / subtotal.best;
  const change = (part: number): number => (part * (1 + tax) * percent) / 100;
  const ends = [total.low + change(market.low), total.high + change(market.high)];
  return { low: Math.min(...ends), best: total.best + change(market.best), high: Math.max(...ends) };
}
