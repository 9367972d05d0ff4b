import { above } from '../domain/energy/counted-meters.ts';
import { type Estate, isValidOn, listed, type Utility } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { type Problem, ProblemError, sayProblem } from '../domain/problems.ts';
import { sum } from '../domain/readiness/heat-pump.ts';
import { costsOfLoads, type LoadCosts, moreBy, tariffYear } from '../domain/readiness/running-cost.ts';
import type { ReadinessYear } from '../domain/readiness/study.ts';
import type { CarryForward } from '../domain/tariffs/carry-forward.ts';
import { type Charge, pricesOf } from '../domain/tariffs/charges.ts';
import { mapPrices } from '../domain/tariffs/load-year.ts';
import type { Load } from '../domain/tariffs/load.ts';
import type { PriceSeries } from '../domain/tariffs/price-series.ts';
import { joinRanges, mapRange, type Range } from '../domain/tariffs/range.ts';
import type { SupplyPointEntry, Tariff } from '../domain/tariffs/register.ts';
import type { SupplyPointTerms } from '../domain/tariffs/supply-point.ts';
import { dateOf, type EpochSeconds, type Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { termsAt } from './point-costs.ts';
import type { HeatRead, TermRead } from './readiness-heat.ts';
import type { SupplyRead } from './readiness-supply.ts';
import { readLoadIfKnown, readPrices } from './supply-point-load.ts';

/** What loads of a site cost by its present contract and by every other tariff that can hold. */

export interface CostsAsked {
  readonly year: Period;
  readonly carry: CarryForward | undefined;
  readonly now: EpochSeconds;
}

/** Some loads by one tariff. */
export interface TariffCosts {
  readonly tariff: Tariff;
  readonly isPresent: boolean;
  /** The twelve months that it is asked for; undefined where it holds for none. */
  readonly period: Period | undefined;
  /** Pounds with VAT of each load, in their order; undefined where something is missing. */
  readonly totals: readonly Range<number>[] | undefined;
  /** What the other agreed capacity adds to the last load. */
  readonly atCapacity: Range<number> | undefined;
  /** Why it cannot be reckoned. */
  readonly why: string | undefined;
}

export interface TariffsStudied {
  readonly tariffs: readonly TariffCosts[];
  /** Tariffs that hold and were not reckoned, as one study holds no more. */
  readonly tariffsLeftOut: number;
}

export const noTariffs: TariffsStudied = { tariffs: [], tariffsLeftOut: 0 };

/**
 * The loads by each tariff that can hold, the present one first. Rejects with `request.unknown-id` for one that is not
 * there, and as the store does.
 */
export async function readTariffCosts(
  stores: Stores,
  estate: Estate,
  asked: CostsAsked & {
    readonly supply: SupplyRead;
    readonly loads: readonly Load[];
    readonly capacity?: number | undefined;
    readonly tariffs: readonly string[] | undefined;
  },
): Promise<TariffsStudied> {
  const { supply, loads, capacity, now } = asked;
  const point = supply.placed?.point;
  if (!point) return noTariffs;
  const present = presentTariff(estate, point, now);
  const all = canHold(estate, asked.tariffs, present, now);
  const tariffs: TariffCosts[] = [];
  for (const tariff of all.slice(0, limits.studiedTariffs)) {
    const costs = await readCostsBy(stores, estate, tariff, { ...asked, terms: supply.terms, loads, capacity });
    tariffs.push({ tariff, isPresent: tariff.id === present?.id, ...costs });
  }
  return { tariffs, tariffsLeftOut: all.length - tariffs.length };
}

function canHold(
  estate: Estate,
  ids: readonly string[] | undefined,
  present: Tariff | undefined,
  now: EpochSeconds,
): readonly Tariff[] {
  const all = listed(estate, 'tariffs').filter(
    ({ utility, contract }) => utility === 'electricity' && contract !== 'export',
  );
  const unknown = (ids ?? []).filter((id) => !all.some((tariff) => tariff.id === id));
  if (unknown.length > 0) {
    const expected = 'a tariff of electricity';
    throw new ProblemError(
      unknown.map((found): Problem => ({ code: 'request.unknown-id', where: 'body tariffs', found, expected })),
    );
  }
  const others = all.filter(
    (tariff) => tariff.id !== present?.id && (ids?.includes(tariff.id) ?? tariff.valid_to >= dateOf(now)),
  );
  return [...(present ? [present] : []), ...others];
}

/** The tariff of the contract that holds today. */
function presentTariff(estate: Estate, { contracts }: SupplyPointEntry, now: EpochSeconds): Tariff | undefined {
  const contract = contracts.find((one) => isValidOn(one, dateOf(now)));
  return listed(estate, 'tariffs').find(({ id }) => id === contract?.tariff);
}

async function readCostsBy(
  stores: Stores,
  estate: Estate,
  tariff: Tariff,
  asked: CostsAsked & {
    readonly terms: SupplyPointTerms;
    readonly loads: readonly Load[];
    readonly capacity?: number | undefined;
  },
): Promise<Omit<TariffCosts, 'tariff' | 'isPresent'>> {
  const { terms, loads, year, carry, capacity } = asked;
  const period = tariffYear(tariff, year, asked.now);
  const nothing = { totals: undefined, atCapacity: undefined };
  if (!period) {
    const why = `it holds from ${tariff.valid_from} to ${tariff.valid_to}, which are no twelve months from now on`;
    return { period, ...nothing, why };
  }
  const published = listed(estate, 'published_charges');
  const prices = await pricesFor(stores, estate, [...tariff.charges, ...terms.charges], { period, year, carry });
  const costs: LoadCosts = costsOfLoads({ tariff, terms, period, published, prices, carry }, loads, capacity);
  if ('missing' in costs) return { period, ...nothing, why: [...new Set(costs.missing.map(sayProblem))].join('\n') };
  return { period, ...costs, why: undefined };
}

/** Prices of the twelve months; by a choice those of the load year, each with the half-hours it came with. */
async function pricesFor(
  stores: Stores,
  estate: Estate,
  charges: readonly Charge[],
  { period, year, carry }: { readonly period: Period } & Pick<CostsAsked, 'year' | 'carry'>,
): Promise<ReadonlyMap<string, PriceSeries>> {
  if (charges.flatMap(pricesOf).length === 0) return new Map();
  if (carry?.prices === undefined) return await readPrices(stores, estate, charges, period);
  const prices = await readPrices(stores, estate, charges, year);
  const whole = [...prices].filter(([, series]) => series.firstHole(year) === undefined);
  return new Map(whole.map(([id, series]) => [id, mapPrices(series, year, period)]));
}

/** What less of a fuel is worth in a year. */
export interface SavedFuel {
  readonly utility: Utility;
  /** Undefined where no supply point pays for it. */
  readonly supplyPoint: string | undefined;
  readonly tariff: string | undefined;
  readonly kwh: number;
  /** Pounds with VAT; undefined where it cannot be reckoned. */
  readonly saved: Range<number> | undefined;
  /** What the fabric saves before it, in none of the others. */
  readonly fabricKwh: number;
  readonly fabricSaved: Range<number> | undefined;
  readonly why: string | undefined;
}

/** By each supply point that pays for the fuel, and apart what none of the register pays for. */
export async function readFuelCosts(
  stores: Stores,
  estate: Estate,
  asked: CostsAsked & {
    readonly heat: HeatRead;
    readonly study: Pick<ReadinessYear, 'fuelBefore' | 'fuelAfter'>;
    readonly fuelPence: number | undefined;
  },
): Promise<SavedFuel[]> {
  const { heat, study, fuelPence } = asked;
  const points = listed(estate, 'supply_points').filter(({ utility }) => utility === 'gas' || utility === 'heat');
  const payerOf = ({ meter }: TermRead): SupplyPointEntry | undefined => {
    const chain = [meter.id, ...above(estate, meter).map(({ id }) => id)];
    return points.find((point) => chain.includes(point.meter));
  };
  const rows: SavedFuel[] = [];
  for (const [payer, terms] of Map.groupBy(heat.fuelTerms, payerOf)) {
    for (const [utility, own] of Map.groupBy(terms, ({ meter }) => meter.utility)) {
      const burnt = heat.fuel.get(utility);
      const byFabric = savedBy(own, burnt, study.fuelBefore.get(utility));
      const inAll = savedBy(own, burnt, study.fuelAfter.get(utility));
      const byPump = joinRanges(inAll, byFabric, (all, before) => sum(all) - sum(before));
      const fabric = mapRange(byFabric, sum);
      const worth = payer
        ? await readWorth(stores, estate, payer, [byFabric, inAll], asked)
        : worthAt(fuelPence, byPump, fabric);
      rows.push({ utility, supplyPoint: payer?.id, kwh: byPump.best, fabricKwh: fabric.best, ...worth });
    }
  }
  return rows;
}

type Worth = Pick<SavedFuel, 'tariff' | 'saved' | 'fabricSaved' | 'why'>;

/** By the contract of a supply point: what the fabric saves, and the heat pump of what is burnt after it. */
async function readWorth(
  stores: Stores,
  estate: Estate,
  payer: SupplyPointEntry,
  less: readonly Range<Float64Array>[],
  asked: CostsAsked,
): Promise<Worth> {
  const changes = less.map((saved) => (use: Range<Float64Array>) => lessOf(use, saved));
  const { totals, ...by } = await readChangedCosts(stores, estate, payer, changes, asked);
  const [before, afterFabric, after] = totals ?? [];
  if (!before || !afterFabric || !after) return { ...by, saved: undefined, fabricSaved: undefined };
  return { ...by, saved: moreBy(after, afterFabric), fabricSaved: moreBy(afterFabric, before) };
}

/** kWh that no supply point pays for, at the pence that are asked for. */
function worthAt(fuelPence: number | undefined, saved: Range<number>, fabric: Range<number>): Worth {
  if (fuelPence === undefined) {
    const why = 'no supply point of the register pays for it: add it with its tariff, or say fuel_p_per_kwh';
    return { tariff: undefined, saved: undefined, fabricSaved: undefined, why };
  }
  const worth = (kwh: number): number => (kwh * fuelPence) / 100;
  return { tariff: undefined, saved: mapRange(saved, worth), fabricSaved: mapRange(fabric, worth), why: undefined };
}

/** kWh of some meters that are not burnt any more: the share that their utility saves in each half-hour. */
function savedBy(
  terms: readonly TermRead[],
  before: Range<Float64Array> | undefined,
  after: Range<Float64Array> | undefined,
): Range<Float64Array> {
  const of = (key: keyof Range<number>): Float64Array => {
    const saved = new Float64Array(terms[0]?.use.best.length ?? 0);
    for (const i of saved.keys()) {
      const burnt = before?.[key][i] ?? 0;
      const share = burnt > 0 ? 1 - (after?.[key][i] ?? burnt) / burnt : 0;
      for (const { use, times } of terms) saved[i] = (saved[i] as number) + times * share * (use[key][i] as number);
    }
    return saved;
  };
  const best = of('best');
  const isOne = terms.every(({ use }) => use.low === use.high);
  return isOne ? { low: best, best, high: best } : { low: of('low'), best, high: of('high') };
}

/** What changes of its half-hours come to for a supply point. */
export interface ChangedCosts {
  readonly tariff: string | undefined;
  /** Pounds with VAT in a year, as it is and with each change; undefined where they cannot be reckoned. */
  readonly totals: readonly Range<number>[] | undefined;
  readonly why: string | undefined;
}

/** By the contract that holds today; each change is what becomes of the half-hours of the year. */
export async function readChangedCosts(
  stores: Stores,
  estate: Estate,
  point: SupplyPointEntry,
  changes: readonly ((use: Range<Float64Array>) => Range<Float64Array>)[],
  asked: CostsAsked,
): Promise<ChangedCosts> {
  const { year, now } = asked;
  const nothing = { totals: undefined };
  const tariff = presentTariff(estate, point, now);
  if (!tariff) return { tariff: undefined, ...nothing, why: `no contract of ${point.id} with a tariff holds today` };
  const read = await readLoadIfKnown(stores, estate, point, { period: year, now });
  if (!read) return { tariff: tariff.id, ...nothing, why: `the half-hours of ${point.id} in the year are not known` };
  const site = estate.meters.get(point.meter)?.site ?? '';
  const loads = [read.load, ...changes.map((change) => ({ ...read.load, use: change(read.load.use) }))];
  const { totals, why } = await readCostsBy(stores, estate, tariff, {
    ...asked,
    terms: termsAt(estate, point, site),
    loads,
  });
  return { tariff: tariff.id, totals, why };
}

/** Less of it in each half-hour, and never less than nothing. */
function lessOf(use: Range<Float64Array>, less: Range<Float64Array>): Range<Float64Array> {
  return joinRanges(use, less, (burnt, saved) => burnt.map((kwh, i) => Math.max(0, kwh - (saved[i] ?? 0))));
}
