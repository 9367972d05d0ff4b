import { type Problem, ProblemError } from '../domain/problems.ts';
import { listed } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { capacitiesWorthAsking, type CapacityCost, capacityCosts, headroomOf } from '../domain/tariffs/capacity.ts';
import type { Headroom } from '../domain/tariffs/capacity.ts';
import { pricesOf } from '../domain/tariffs/charges.ts';
import { segmentsOf } from '../domain/tariffs/calendar.ts';
import { Comparing, type Comparison, type PointCompared } from '../domain/tariffs/comparison.ts';
import { type CostParts, flattened, partsOf } from '../domain/tariffs/differences.ts';
import type { MeasuredUse } from '../domain/tariffs/cost-figure.ts';
import { mapPrices } from '../domain/tariffs/load-year.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import type { Plan, PlanItem } from '../domain/tariffs/plan.ts';
import type { PriceSeries } from '../domain/tariffs/price-series.ts';
import { Quantities } from '../domain/tariffs/quantities.ts';
import type { Range } from '../domain/tariffs/range.ts';
import { isPowerFactorAssumed } from '../domain/tariffs/supply-point-costs.ts';
import { type LeftOut, UnpricedError, withoutUnpriced } from '../domain/tariffs/unpriced.ts';
import { type LocalDate, type Period, toIso } from '../domain/time.ts';
import { type ChangeContext, changedLoad } from '../store/changed-load.ts';
import { checkSize, type Stores } from '../store/energy.ts';
import { lastMeasuredYear, yearFrom } from '../store/measured-year.ts';
import { measuredUse, termsAt } from '../store/point-costs.ts';
import { readPrices, readSupplyPointLoad } from '../store/supply-point-load.ts';
import type { Compared } from './comparison-request.ts';
import type { ComparisonBody } from './contract/tariff-comparisons.ts';
import type { View } from './view.ts';

/** What a comparison says of one supply point beside its totals. */
export interface PointRead extends PlacedPoint {
  readonly known: MeasuredUse;
  /** kWh (m³ of water): of the load year as it was measured and after the changes, and of the supply period. */
  readonly measured: Range<number>;
  readonly changed: number;
  readonly supplied: Range<number>;
  readonly exported: number;
  readonly byMonth: ReadonlyMap<LocalDate, number>;
  /** By offer. */
  readonly parts: ReadonlyMap<string, CostParts>;
  readonly capacityCosts: ReadonlyMap<string, readonly CapacityCost[]>;
  /** Empty where kVA are not known. */
  readonly headroom: readonly Headroom[];
  readonly isPowerFactorAssumed: boolean;
}

export interface ComparisonRead extends Compared {
  readonly comparison: Comparison;
  readonly period: Period;
  readonly year: Period;
  readonly read: readonly PointRead[];
  /** By offer, each charge once with each standing and source of its rates. */
  readonly rates: ReadonlyMap<string, readonly PlanItem[]>;
}

/**
 * Compares, one supply point after the other, so that the half-hours of one are in memory at a time. Rejects with
 * everything that is missing for any offer at any of them, and as the store does.
 */
export async function readTariffComparison(
  stores: Stores,
  view: View,
  compared: Compared,
  body: ComparisonBody,
  now: number,
): Promise<ComparisonRead> {
  const { offers, points } = compared;
  const period = { from: body.from, to: body.to };
  checkSize(points.length, limits.comparedPoints);
  checkSize(points.length * offers.length, limits.comparedCells);
  const year = await loadYear(stores, points, body, now);
  const prices = await pricesFor(stores, view, compared, body, year);
  const published = listed(view, 'published_charges');
  const comparing = new Comparing({ offers, period, published, prices, carry: body.carry });
  const context: ChangeContext = { stores, estate: view, year, now, gas: new Map() };
  const read: PointRead[] = [];
  const rates = new Map<string, Map<string, PlanItem>>();
  for (const placed of points) {
    const { point, site } = placed;
    try {
      const terms = termsAt(view, point, site);
      const found = await readSupplyPointLoad(stores, view, point, { period: year, now });
      const { load, exported } = await changedLoad(context, point.id, found.load, body.what_if);
      const added = comparing.add({ terms, load });
      if (!added) continue;
      noteRates(rates, added.plans);
      const use = { measured: totalOf(found.load.use), changed: totalOf(load.use).best, exported };
      read.push({ ...placed, ...use, ...aboutPoint(added, period, body), known: measuredUse(found, year) });
    } catch (error) {
      comparing.miss(error, { supply_point: point.id });
    }
  }
  const comparison = comparing.result();
  const sorted = new Map([...rates].map(([offer, items]) => [offer, [...items.values()]]));
  return { ...compared, comparison, period, year, read, rates: sorted };
}

/** The same without what cannot be priced, where the body asks for that; else rejects with all that is missing. */
export async function readPricedComparison(
  stores: Stores,
  view: View,
  compared: Compared,
  body: ComparisonBody,
  now: number,
): Promise<{ readonly read: ComparisonRead; readonly left: readonly LeftOut[] }> {
  let asked = compared;
  const left: LeftOut[] = [];
  // Each round leaves something out, so it ends; most have one, as all that is missing is told at once.
  for (;;) {
    try {
      return { read: await readTariffComparison(stores, view, asked, body, now), left };
    } catch (error) {
      if (body.unpriced === 'refuse' || !(error instanceof UnpricedError)) throw error;
      const ids = { offer: asked.offers.map(({ id }) => id), supply_point: asked.points.map(({ point }) => point.id) };
      const found = withoutUnpriced(ids, error.unpriced);
      if (!found) throw error;
      const { kept } = found;
      left.push(...found.left);
      asked = {
        ...asked,
        offers: asked.offers.filter(({ id }) => kept.offer.includes(id)),
        points: asked.points.filter(({ point }) => kept.supply_point.includes(point.id)),
      };
    }
  }
}

/** Throws `request.invalid` where the year that is asked for is not over. */
async function loadYear(
  stores: Stores,
  points: readonly PlacedPoint[],
  { load_year_from: from }: ComparisonBody,
  now: number,
): Promise<Period> {
  const meters = [...new Set(points.map(({ point }) => point.meter))];
  const year = from === undefined ? await lastMeasuredYear(stores, meters, now) : yearFrom(from);
  if (year.to <= now) return year;
  const expected = 'twelve months that are over';
  throw new ProblemError([
    { code: 'request.invalid', where: 'body load_year_from', found: toIso(year.from), expected },
  ]);
}

/** Prices of the supply period; or those of the load year, where the choice to carry forward says so. */
async function pricesFor(
  stores: Stores,
  view: View,
  { offers, points }: Compared,
  { from, to, carry }: ComparisonBody,
  year: Period,
): Promise<ReadonlyMap<string, PriceSeries>> {
  const isCarried = carry?.prices !== undefined;
  const charges = [
    ...offers.flatMap((offer) => offer.charges),
    ...listed(view, 'published_charges').flatMap(({ rows }) => rows.flatMap((row) => row.charges)),
    ...points.flatMap(({ point }) => point.charges),
  ];
  const prices = await readPrices(stores, view, charges, isCarried ? year : { from, to });
  if (!isCarried) return prices;
  const named = new Set(offers.flatMap((offer) => offer.charges.flatMap(pricesOf)).map(({ series }) => series));
  const problems = [...prices.values()].flatMap((series): Problem[] => {
    const hole = named.has(series.id) ? series.firstHole(year) : undefined;
    if (hole === undefined) return [];
    const detail = `the prices of the load year are carried forward, and series ${series.id} lacks some of them`;
    return [{ code: 'tariff.no-price', where: 'body carry prices', found: `none at ${toIso(hole)}`, detail }];
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return new Map([...prices].map(([id, series]) => [id, mapPrices(series, year, { from, to })]));
}

function totalOf({ low, best, high }: Range<Float64Array>): Range<number> {
  const sum = (column: Float64Array) => column.reduce((total, each) => total + each, 0);
  return { low: sum(low), best: sum(best), high: sum(high) };
}

/** Why offers differ at a supply point, and what its capacity leaves. */
function aboutPoint({ quantities, plans }: PointCompared, period: Period, body: ComparisonBody) {
  const { load, terms } = quantities;
  const flat = new Quantities(flattened(load), terms);
  const headroom = quantities.knowsReactive && load.unit === 'kWh' ? headroomOf(quantities, period) : [];
  const hasCapacity = headroom.some(({ agreed }) => agreed !== undefined);
  const asked = hasCapacity ? (body.agreed_capacities_kva ?? capacitiesWorthAsking(headroom)) : [];
  const items = [...plans.values()].flatMap((plan) => plan.items);
  return {
    supplied: totalOf(load.use),
    byMonth: new Map(segmentsOf(period).map((segment) => [segment.month, quantities.use(segment).best])),
    parts: new Map([...plans].map(([offer, plan]) => [offer, partsOf(plan, quantities, flat)])),
    capacityCosts: new Map([...plans].map(([offer, plan]) => [offer, capacityCosts(plan, quantities, asked)])),
    headroom,
    isPowerFactorAssumed: isPowerFactorAssumed(items, load, terms),
  };
}

function noteRates(rates: Map<string, Map<string, PlanItem>>, plans: ReadonlyMap<string, Plan>): void {
  for (const [offer, { items }] of plans) {
    const known = rates.get(offer) ?? new Map<string, PlanItem>();
    rates.set(offer, known);
    for (const item of items) {
      const key = `${item.charge.kind} ${item.charge.id} ${item.standing} ${item.source}`;
      if (!known.has(key)) known.set(key, item);
    }
  }
}
