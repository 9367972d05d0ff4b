import { activitiesIn } from './boundaries.ts';
import type { Accounting } from './accounting.ts';
import { emissionsOfPart, sumKnown } from './carbon.ts';
import { dayWeightedArea } from '../energy/area.ts';
import { distinctWarnings, type MeasuredShare, type Warning } from '../energy/figure.ts';
import { isKnown, lacks, measuredShareOf } from '../energy/flow.ts';
import { addParts, type EnergyPart } from '../energy/site-energy.ts';
import type { Estate } from '../estate/estate.ts';
import { dateOf, type EpochSeconds, type Period } from '../time.ts';

/**
 * Why emissions changed between two periods, month against month, so that a greener grid is not claimed as a saving.
 * What a site used more or less is reckoned at the factor it had before; what the factors did, on what is used now (the
 * index of Laspeyres for use, of Paasche for factors). The two are exact together and can be followed by hand: the use
 * that was saved is worth what it would have emitted. A logarithmic mean (LMDI) would share the part that both caused
 * between them, needs logarithms of amounts that may be 0, and changes the saving of a year with the grid of the next.
 */

/** One month of a period: what was bought in it. */
export interface MonthOfParts extends Period {
  readonly parts: readonly EnergyPart[];
  /** Between which the buckets of the parts lie. */
  readonly boundaries: readonly EpochSeconds[];
}

/** kgCO2e; each undefined where a factor or an amount that it needs is not known. */
export interface CarbonChange {
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** Of sites that were open in both months, by what they used, and by what the sets of factors became. */
  readonly use: number | undefined;
  readonly factors: number | undefined;
  /** Of sites that were open longer, or not as long, and of what came to be reported by the place or ceased to be. */
  readonly joined: number | undefined;
  readonly left: number | undefined;
  /** Of a utility that is known in only one of the two months: neither used more nor less, but measured or not. */
  readonly data: number | undefined;
  /** Whether half-hours of either period are missing, and no known total covers them. */
  readonly missing: boolean;
  readonly measuredBefore: MeasuredShare;
  readonly measuredAfter: MeasuredShare;
  readonly warnings: readonly Warning[];
}

/** What one activity of a utility took and gave in a month. */
interface Cell {
  amount: number | undefined;
  emissions: number | undefined;
}

/** A site's month, or what one organisation reports of it. */
interface SiteMonth {
  /** Days on which the site was open. */
  readonly openDays: number;
  readonly days: number;
  readonly known: ReadonlySet<string>;
  /** By utility and activity. */
  readonly cells: ReadonlyMap<string, Cell>;
}

type Effect = 'use' | 'factors' | 'joined' | 'left' | 'data';

/** The change between two periods of as many months, in order. Throws a TypeError where they are not as many. */
export function changeOf(
  estate: Estate,
  before: readonly MonthOfParts[],
  after: readonly MonthOfParts[],
  accounting: Accounting,
): CarbonChange {
  if (before.length !== after.length) throw new TypeError('the periods must have as many months');
  const effects: Record<Effect, number | undefined> = { use: 0, factors: 0, joined: 0, left: 0, data: 0 };
  const add = (effect: Effect, value: number | undefined): void => {
    effects[effect] = sumKnown([effects[effect], value]);
  };
  const warnings: Warning[] = [];
  const totals = { before: 0 as number | undefined, after: 0 as number | undefined };
  for (const [i, month] of before.entries()) {
    const [old, now] = [month, after[i] ?? month].map((one) => siteMonths(estate, one, accounting, warnings));
    for (const key of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
      const pair = [old?.get(key), now?.get(key)] as const;
      totals.before = sumKnown([totals.before, emissionsOf(pair[0])]);
      totals.after = sumKnown([totals.after, emissionsOf(pair[1])]);
      addEffects(pair, add);
    }
  }
  const bought = (months: readonly MonthOfParts[]) =>
    addParts(months.flatMap(({ parts }) => inside(parts, accounting)));
  const [first, second] = [bought(before), bought(after)];
  return {
    ...totals,
    ...effects,
    missing: lacks(first, false) || lacks(second, false),
    measuredBefore: measuredShareOf(first),
    measuredAfter: measuredShareOf(second),
    warnings: distinctWarnings([...warnings, ...first.warnings, ...second.warnings]),
  };
}

function inside(parts: readonly EnergyPart[], { boundary }: Accounting): EnergyPart[] {
  return parts.filter(({ source, utility }) => source === 'purchased' && activitiesIn(boundary, utility).length > 0);
}

/** The sites of a month. */
function siteMonths(
  estate: Estate,
  month: MonthOfParts,
  accounting: Accounting,
  warnings: Warning[],
): Map<string, SiteMonth> {
  const groups = Map.groupBy(inside(month.parts, accounting), ({ site }) => site);
  return new Map(
    [...groups].map(([id, parts]) => {
      const site = estate.sites.get(id);
      const { days, openDays } = dayWeightedArea(site?.gross_internal_area_m2 ?? [], month, site);
      const cells = new Map<string, Cell>();
      const known = new Set<string>();
      for (const part of parts) {
        if (isKnown(part)) known.add(part.utility);
        const date = dateOf(month.boundaries[part.bucket] ?? 0);
        for (const { amount, value, factor, warnings: said } of emissionsOfPart(estate, part, date, accounting)) {
          const name = `${part.utility} ${factor.activity}`;
          const cell = cells.get(name) ?? { amount: 0, emissions: 0 };
          cells.set(name, cell);
          cell.amount = sumKnown([cell.amount, amount]);
          cell.emissions = sumKnown([cell.emissions, value]);
          warnings.push(...said);
        }
      }
      return [id, { openDays, days, known, cells }];
    }),
  );
}

function emissionsOf(month: SiteMonth | undefined): number | undefined {
  return month ? sumKnown([...month.cells.values()].map(({ emissions }) => emissions)) : 0;
}

function addEffects(
  [old, now]: readonly [SiteMonth | undefined, SiteMonth | undefined],
  add: (effect: Effect, value: number | undefined) => void,
): void {
  const isWhole = (month: SiteMonth | undefined) => month !== undefined && month.openDays === month.days;
  const [was, is] = [old?.openDays ?? 0, now?.openDays ?? 0];
  if (!(isWhole(old) && isWhole(now)) && was !== is) {
    add(is > was ? 'joined' : 'left', less(emissionsOf(now), emissionsOf(old)));
    return;
  }
  for (const name of new Set([...(old?.cells.keys() ?? []), ...(now?.cells.keys() ?? [])])) {
    const nothing: Cell = { amount: 0, emissions: 0 };
    const [first, second] = [old?.cells.get(name) ?? nothing, now?.cells.get(name) ?? nothing];
    const utility = name.slice(0, name.indexOf(' '));
    // A utility whose last meter was taken out is used no more; one whose meters are silent is not known.
    const isSilent = (month: SiteMonth | undefined) => (month?.cells.has(name) ?? false) && !month?.known.has(utility);
    if (isSilent(old) !== isSilent(now)) {
      add('data', less(second.emissions, first.emissions));
      continue;
    }
    const atOldFactor = atFactorOf(first, second);
    add('use', less(atOldFactor, first.emissions));
    add('factors', less(second.emissions, atOldFactor));
  }
}

/**
 * What is used now, at the factor of before. Where nothing was used before there is none to take, and all of the change
 * is in use.
 */
function atFactorOf(first: Cell, second: Cell): number | undefined {
  if (second.amount === 0) return 0;
  if (first.amount === 0) return second.emissions;
  if (first.amount === undefined || first.emissions === undefined || second.amount === undefined) return undefined;
  return (second.amount * first.emissions) / first.amount;
}

function less(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
