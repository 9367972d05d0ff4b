import { type Estate, listed } from '../domain/estate/estate.ts';
import { type DiscountRate, financeOf, greenBookRate } from '../domain/plan/measure-finance.ts';
import { inOrder, outOfOrder } from '../domain/plan/measure-order.ts';
import {
  type MeasureStanding,
  type MeasureState,
  measureOn,
  measureWarnings,
  type YearlyCarbon,
  type YearlyPounds,
} from '../domain/plan/measure-standing.ts';
import { poundsShown } from '../domain/shown/shown-pounds.ts';
import { dateOf, type EpochSeconds } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { PresentWorth } from './unit-worth.ts';

export interface MeasuresAsked {
  /** Ids of the sites whose measures are asked for. */
  readonly sites: readonly string[];
  readonly now: EpochSeconds;
  /** By how much later pounds are worth less; that of the Green Book where it is absent. */
  readonly rate?: DiscountRate | undefined;
}

/**
 * The measures of some sites as they stand today, by site and in the order in which they belong. Rejects with
 * ProblemErrors `store.*` when the store cannot answer.
 */
export async function readMeasures(
  stores: Pick<Stores, 'store'>,
  estate: Estate,
  { sites, now, rate = greenBookRate }: MeasuresAsked,
): Promise<MeasureStanding[]> {
  const today = dateOf(now);
  const wanted = new Set(sites);
  const all = listed(estate, 'measures')
    .filter(({ site }) => estate.sites.has(site))
    .flatMap((entry) => measureOn(entry, today) ?? []);
  const worth = new PresentWorth(stores, estate, now);
  const isShown = poundsShown(estate);
  const standings: MeasureStanding[] = [];
  const bySite = Map.groupBy(
    all.filter(({ entry }) => wanted.has(entry.site)),
    ({ entry }) => entry.site,
  );
  for (const [, states] of [...bySite].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const priced = [];
    for (const state of states) {
      const pounds = await poundsOf(state, worth);
      const gbpPerYear = pounds && { ...pounds, isPublic: isShown(metersOf(estate, state)) };
      const kgco2ePerYear = carbonOf(state, worth);
      const finance = financeOf({
        entry: state.entry,
        status: state.status,
        gbpPerYear: gbpPerYear?.value,
        kgco2ePerYear: kgco2ePerYear?.value,
        rate,
      });
      const isOutside = state.expected.some(({ utility }) => worth.isOutside(state.entry.site, utility));
      const known = { pounds: gbpPerYear, carbon: kgco2ePerYear, finance, isOutside };
      const warnings = measureWarnings(state, today, known);
      priced.push({ state, costPerTonne: finance.costPerTonne, gbpPerYear, kgco2ePerYear, finance, warnings });
    }
    for (const [i, { state, costPerTonne: _, ...rest }] of inOrder(priced).entries()) {
      standings.push({ ...state, ...rest, place: i + 1, outOfOrder: outOfOrder(state, all) });
    }
  }
  return standings;
}

/** The meters that show a measure; where it names none, those by which its site is supplied. */
function metersOf(estate: Estate, { entry, expected }: MeasureState): string[] {
  if (entry.meters) return entry.meters;
  const utilities = new Set(expected.map(({ utility }) => utility));
  const mains = [...estate.meters.values()].filter(
    ({ site, role, utility }) => site === entry.site && role === 'main' && utilities.has(utility),
  );
  return mains.map(({ id }) => id);
}

async function poundsOf(
  { entry, expected }: MeasureState,
  worth: PresentWorth,
): Promise<Omit<YearlyPounds, 'isPublic'> | undefined> {
  if (entry.expected_gbp !== undefined) return { value: entry.expected_gbp, from: 'stated' };
  if (expected.length === 0) return undefined;
  let value = 0;
  for (const { utility, saves } of expected) {
    const price = await worth.priceOf(entry.site, utility, entry.meters ?? []);
    if (price === undefined) return undefined;
    value += price * saves;
  }
  return { value, from: 'priced' };
}

function carbonOf({ entry, expected }: MeasureState, worth: PresentWorth): YearlyCarbon | undefined {
  if (entry.expected_kgco2e !== undefined) return { value: entry.expected_kgco2e, from: 'stated' };
  if (expected.length === 0) return undefined;
  let value = 0;
  for (const { utility, saves } of expected) {
    const factor = worth.emissionsOf(entry.site, utility);
    if (factor === undefined) return undefined;
    value += factor * saves;
  }
  return { value, from: 'factors' };
}
