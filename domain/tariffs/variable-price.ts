import { ProblemError } from '../problems.ts';
import { bucketsIn, halfHourSeconds, type Period } from '../time.ts';
import { bandedOf } from './calendar.ts';
import { weightsOf } from './cells.ts';
import { planOf, type Plan, type PlanItem, type PlanRequest } from './plan.ts';
import type { PublishedCharges } from './published.ts';
import type { PriceSeries } from './price-series.ts';
import type { SupplyPointEntry, Tariff } from './register.ts';
import { contractsFound } from './supply-point-costs.ts';
import type { SupplyPointTerms } from './supply-point.ts';

export interface VariablePriceRequest {
  readonly point: SupplyPointEntry;
  readonly tariffs: readonly Tariff[];
  readonly terms: SupplyPointTerms;
  readonly published: readonly PublishedCharges[];
  readonly prices: ReadonlyMap<string, PriceSeries>;
  readonly period: Period;
}

/**
 * Pounds without VAT that one more kWh or m³ at the meter costs in each half-hour of a period: all charges of a supply
 * point that go with use, losses and percentages on them included, and nothing that is paid by the day or by demand.
 * NaN in months of which a rate is missing: an alert is told all the same.
 */
export function variablePrice(request: VariablePriceRequest): Float64Array {
  const { point, tariffs, period } = request;
  const price = new Float64Array((period.to - period.from) / halfHourSeconds).fill(Number.NaN);
  for (const { tariff, period: whole } of contractsFound(point, tariffs, period).found) {
    const plan = planIfKnown({ ...request, tariff, period: whole });
    const parts = plan ? [] : bucketsIn(whole, 'month');
    for (const part of [plan, ...parts.map((month) => planIfKnown({ ...request, tariff, period: month }))]) {
      if (part) addPlan(price, part, request);
    }
  }
  return price;
}

function planIfKnown(request: PlanRequest): Plan | undefined {
  try {
    return planOf(request);
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

function addPlan(
  price: Float64Array,
  { items, period }: Plan,
  { terms, period: { from } }: VariablePriceRequest,
): void {
  price.fill(0, (period.from - from) / halfHourSeconds, (period.to - from) / halfHourSeconds);
  const add = (item: PlanItem, times: number): void => {
    const { measure, segment, band, pounds } = item;
    if (measure.kind !== 'use') return;
    const weights = weightsOf(measure.cells, terms, segment);
    const bands = measure.cells.times && bandedOf(measure.cells.times, segment).of;
    const first = (segment.from - from) / halfHourSeconds;
    for (let k = 0; k < (segment.to - segment.from) / halfHourSeconds; k++) {
      if (band && bands && bands[k] !== band.index) continue;
      price[first + k] = (price[first + k] as number) + times * pounds.best * (weights?.[k] ?? 1);
    }
  };
  for (const item of items) {
    add(item, 1);
    const { measure, segment, pounds } = item;
    if (measure.kind !== 'percent') continue;
    for (const other of items) {
      const isMeant = measure.kinds.includes(other.charge.kind) || measure.charges.includes(other.charge.id);
      const isWithin = other.segment.from >= segment.from && other.segment.to <= segment.to;
      if (isMeant && isWithin) add(other, pounds.best);
    }
  }
}
