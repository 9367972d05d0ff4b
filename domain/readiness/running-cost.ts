import { type Problem, ProblemError } from '../problems.ts';
import { capacityCosts } from '../tariffs/capacity.ts';
import type { CarryForward } from '../tariffs/carry-forward.ts';
import { type Load, periodOf } from '../tariffs/load.ts';
import { mapLoad, mappingOnto } from '../tariffs/load-year.ts';
import { planOf } from '../tariffs/plan.ts';
import type { PriceSeries } from '../tariffs/price-series.ts';
import type { PublishedCharges } from '../tariffs/published.ts';
import { Quantities } from '../tariffs/quantities.ts';
import type { Range } from '../tariffs/range.ts';
import type { Tariff } from '../tariffs/register.ts';
import type { SupplyPointTerms } from '../tariffs/supply-point.ts';
import { totalsByPlan } from '../tariffs/totals.ts';
import { addMonths, dateOf, type EpochSeconds, monthOf, type Period, startOfDay } from '../time.ts';

/** What several loads of one supply point cost by a tariff, in one year: what changes is the load alone. */

export interface TariffRequest {
  readonly tariff: Tariff;
  readonly terms: SupplyPointTerms;
  readonly period: Period;
  readonly published: readonly PublishedCharges[];
  readonly prices: ReadonlyMap<string, PriceSeries>;
  readonly carry: CarryForward | undefined;
}

/** Pounds with VAT of each load, and what another agreed capacity would add to the last of them; or what is missing. */
export type LoadCosts =
  | { readonly totals: readonly Range<number>[]; readonly atCapacity: Range<number> | undefined }
  | { readonly missing: readonly Problem[] };

/**
 * Twelve months by which a tariff is asked: from this month, or from its first whole month where that is later; the
 * load year where it does not hold so long but held then. Undefined where it holds for neither.
 */
export function tariffYear(tariff: Tariff, loadYear: Period, now: EpochSeconds): Period | undefined {
  const holds = ({ from, to }: Period): boolean =>
    tariff.valid_from <= dateOf(from) && dateOf(to - 1) <= tariff.valid_to;
  const first = monthOf(tariff.valid_from);
  const whole = first === tariff.valid_from ? first : addMonths(first, 1);
  const present = monthOf(dateOf(now));
  const month = whole > present ? whole : present;
  const ahead = { from: startOfDay(month), to: startOfDay(addMonths(month, 12)) };
  if (holds(ahead)) return ahead;
  return holds(loadYear) ? loadYear : undefined;
}

/** What loads of whole twelve months cost by one tariff; `capacity` is the other agreed capacity, kVA. */
export function costsOfLoads(
  { tariff, terms, period, published, prices, carry }: TariffRequest,
  loads: readonly Load[],
  capacity?: number,
): LoadCosts {
  try {
    const plan = planOf({ tariff, terms, period, published, prices, carry });
    const mapped = loads.map((load) => onto(load, period));
    const quantities = mapped.map((load) => new Quantities(load, terms));
    const totals = quantities.map((each) => totalsByPlan(plan, each).total);
    const last = quantities.at(-1);
    const other = capacity === undefined || !last ? undefined : capacityCosts(plan, last, [capacity])[0];
    return { totals, atCapacity: other?.difference };
  } catch (error) {
    if (error instanceof ProblemError) return { missing: error.problems };
    throw error;
  }
}

function onto(load: Load, period: Period): Load {
  const year = periodOf(load);
  if (year.from === period.from && year.to === period.to) return load;
  return mapLoad(load, period, mappingBetween(year, period));
}

/** Pairing days takes longer than everything else, and all loads of a study share it. */
const mappings = new Map<string, Int32Array>();
const mappingsKept = 8;

function mappingBetween(year: Period, period: Period): Int32Array {
  const key = `${year.from} ${year.to} ${period.from} ${period.to}`;
  const known = mappings.get(key) ?? mappingOnto(year, period);
  if (!mappings.has(key) && mappings.size >= mappingsKept) mappings.clear();
  mappings.set(key, known);
  return known;
}

/** More by the second than by the first. What is in doubt is in doubt of both alike. */
export function moreBy(before: Range<number>, after: Range<number>): Range<number> {
  const ends = [after.low - before.low, after.best - before.best, after.high - before.high];
  return { low: Math.min(...ends), best: after.best - before.best, high: Math.max(...ends) };
}
