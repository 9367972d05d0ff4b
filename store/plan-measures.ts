import { type Estate, listed } from '../domain/estate/estate.ts';
import { type DiscountRate, financeOf, greenBookRate } from '../domain/plan/measure-finance.ts';
import { makingKinds } from '../domain/plan/measure-kinds.ts';
import { inOrder, outOfOrder } from '../domain/plan/measure-order.ts';
import {
  type MeasureStanding,
  type MeasureState,
  measuresOn,
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
  /** What units are worth by the same register, where more is priced by it. */
  readonly worth?: PresentWorth | undefined;
}

/**
 * The measures of some sites as they stand today, by site and in the order in which they belong. Rejects with
 * ProblemErrors `store.*` when the store cannot answer.
 */
export async function readMeasures(
  stores: Stores,
  estate: Estate,
  { sites, now, rate = greenBookRate, worth = new PresentWorth(stores, estate, now) }: MeasuresAsked,
): Promise<MeasureStanding[]> {
  const today = dateOf(now);
  const wanted = new Set(sites);
  const all = measuresOn(listed(estate, 'measures'), today).filter(({ entry }) => estate.sites.has(entry.site));
  const isShown = poundsShown(estate);
  const standings: MeasureStanding[] = [];
  const bySite = Map.groupBy(
    all.filter(({ entry }) => wanted.has(entry.site)),
    ({ entry }) => entry.site,
  );
  for (const [site, states] of [...bySite].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const priced = [];
    const makes = states.some(({ entry, expected }) => makingKinds.has(entry.kind) && expected.length > 0);
    const ownShare = makes ? await worth.ownShareOf(site) : undefined;
    for (const state of states) {
      const savesBought = makingKinds.has(state.entry.kind) ? ownShare : 1;
      const pounds = await poundsOf(state, worth, savesBought);
      const gbpPerYear = pounds && { ...pounds, isPublic: isPublic(estate, state, pounds, worth, isShown) };
      const kgco2ePerYear = carbonOf(state, worth, savesBought);
      const finance = financeOf({
        entry: state.entry,
        status: state.status,
        gbpPerYear: gbpPerYear?.value,
        kgco2ePerYear: kgco2ePerYear?.value,
        rate,
      });
      const isOutside = state.expected.some(({ utility }) => worth.isOutside(state.entry.site, utility));
      const known = { pounds: gbpPerYear, carbon: kgco2ePerYear, finance, isOutside, savesBought };
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

/** Whether everybody may see pounds: of priced ones each supply point decides by which they were priced. */
function isPublic(
  estate: Estate,
  state: MeasureState,
  { from }: Pick<YearlyPounds, 'from'>,
  worth: PresentWorth,
  isShown: (meters: readonly string[]) => boolean,
): boolean {
  const { entry, expected } = state;
  if (from === 'stated') return isShown(metersOf(estate, state));
  const by = expected.flatMap(({ utility }) => worth.pricedBy(entry.site, utility, entry.meters ?? []) ?? []);
  return by.length > 0 && isShown([...metersOf(estate, state), ...by]);
}

/** `savesBought`: the share of what is saved that would be bought; undefined where it is not known. */
async function poundsOf(
  { entry, expected }: MeasureState,
  worth: PresentWorth,
  savesBought: number | undefined,
): Promise<Omit<YearlyPounds, 'isPublic'> | undefined> {
  if (entry.expected_gbp !== undefined) return { value: entry.expected_gbp, from: 'stated' };
  if (expected.length === 0 || savesBought === undefined) return undefined;
  let value = 0;
  for (const { utility, saves } of expected) {
    const price = await worth.priceOf(entry.site, utility, entry.meters ?? []);
    if (price === undefined) return undefined;
    value += price * saves * (saves > 0 ? savesBought : 1);
  }
  return { value, from: 'priced' };
}

function carbonOf(
  { entry, expected }: MeasureState,
  worth: PresentWorth,
  savesBought: number | undefined,
): YearlyCarbon | undefined {
  if (entry.expected_kgco2e !== undefined) return { value: entry.expected_kgco2e, from: 'stated' };
  if (expected.length === 0 || savesBought === undefined) return undefined;
  let value = 0;
  for (const { utility, saves } of expected) {
    const factor = worth.emissionsOf(entry.site, utility);
    if (factor === undefined) return undefined;
    value += factor * saves * (saves > 0 ? savesBought : 1);
  }
  return { value, from: 'factors' };
}
