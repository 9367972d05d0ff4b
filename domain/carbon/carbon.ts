import { type Accounting, factorYearOf, setsOn } from './accounting.ts';
import { activitiesIn, scopesIn } from './boundaries.ts';
import {
  type Activity,
  activities,
  type Factor,
  factorFor,
  type FactorSet,
  factorSets,
  type Scope,
} from './factors.ts';
import type { BoundaryId } from './reporting.ts';
import { type Estate, type Utility, utilities, validOn } from '../estate/estate.ts';
import { distinctWarnings, type Figure, type Warning, weakestStanding } from '../energy/figure.ts';
import { isKnown, lacks, measuredShareOf, type Sums } from '../energy/flow.ts';
import { limits } from '../limits.ts';
import { addParts, type EnergyPart } from '../energy/site-energy.ts';
import { dateOf, type LocalDate } from '../time.ts';

/**
 * Location-based emissions of what is bought: an amount times the factor of each activity that its boundary reckons in.
 * Fuels go by way of kWh. Own renewable energy has none; what is exported takes nothing off.
 */

/** The factor of one activity of a utility in a factor year: one set's, or a blend of two. */
export interface ActivityFactor {
  readonly utility: Utility;
  readonly activity: Activity;
  /** kgCO2e per kWh or m³; undefined where a set that it needs has none. */
  readonly value: number | undefined;
  /** What it is made of, oldest set first. */
  readonly factors: readonly Factor[];
  readonly warnings: readonly Warning[];
}

// A pure function's memory: a year of days asks for the same few factors again and again.
const rememberedOf = new WeakMap<readonly FactorSet[], Map<string, ActivityFactor>>();

/** The factor of an activity on a London date. What is not published is `undefined` with a warning, never 0. */
export function factorOn(
  utility: Utility,
  activity: Activity,
  date: LocalDate,
  accounting: Accounting,
): ActivityFactor {
  const { first } = factorYearOf(accounting, date);
  const key = `${accounting.factorYear} ${first} ${utility} ${activity}`;
  const { sets = factorSets() } = accounting;
  const remembered = rememberedOf.get(sets) ?? new Map<string, ActivityFactor>();
  rememberedOf.set(sets, remembered);
  const known = remembered.get(key) ?? factorIn(utility, activity, setsOn(accounting, date), sets);
  if (remembered.size >= limits.factorsRemembered) remembered.clear();
  remembered.set(key, known);
  return known;
}

function factorIn(
  utility: Utility,
  activity: Activity,
  shares: ReturnType<typeof setsOn>,
  sets: readonly FactorSet[],
): ActivityFactor {
  let value: number | undefined = 0;
  const factors: Factor[] = [];
  const warnings: Warning[] = [];
  for (const { year, share } of shares) {
    const factor = factorFor(utility, activity, `${year}-01-01`, sets);
    if (factor) {
      factors.push(factor);
      warnings.push(...warningsOf(factor, year));
      value = value === undefined ? undefined : value + share * factor.value;
    } else {
      value = undefined;
      warnings.push({ code: 'factor-missing', about: `${activity} of ${utility}`, detail: `in ${year}` });
    }
  }
  return { utility, activity, value, factors, warnings };
}

function warningsOf(factor: Factor, year: number): Warning[] {
  const about = `${factor.utility} ${factor.set}`;
  const list: Warning[] = [];
  if (factor.standing === 'quoted') list.push({ code: 'factor-quoted', about });
  if (factor.standing === 'carried forward') {
    list.push({ code: 'factor-carried-forward', about, detail: `used for ${year}` });
  }
  if (factor.step !== undefined) list.push({ code: 'factor-step', about, detail: factor.step });
  return list;
}

/** Some energy or water that was bought. */
export interface Bought {
  readonly utility: Utility;
  /** kWh. */
  readonly energy: number;
  /** m³ of water. */
  readonly volume: number;
  /** The share of the water that is returned to the sewer, from 0 to 1; undefined where nobody has said. */
  readonly returned: number | undefined;
}

/** Emissions of one activity of something bought. */
export interface Emissions {
  /** kgCO2e; undefined where the factor, or how much of the water was returned, is not known. */
  readonly value: number | undefined;
  /** What the factor was taken times: kWh, or m³. Undefined where it is not known. */
  readonly amount: number | undefined;
  readonly factor: ActivityFactor;
  readonly warnings: readonly Warning[];
}

function emissionsOfActivity(
  bought: Bought,
  activity: Activity,
  date: LocalDate,
  accounting: Accounting,
  place: string,
): Emissions {
  const factor = factorOn(bought.utility, activity, date, accounting);
  const amount = amountOf(bought, activity);
  // Of nothing there are none, whatever the factor.
  if (amount === 0) return { value: 0, amount, factor: { ...factor, factors: [] }, warnings: [] };
  if (amount !== undefined) {
    return {
      value: factor.value === undefined ? undefined : amount * factor.value,
      amount,
      factor,
      warnings: factor.warnings,
    };
  }
  const unsaid: Warning = { code: 'sewer-share-unknown', about: place };
  return { value: undefined, amount, factor, warnings: [unsaid, ...factor.warnings] };
}

function amountOf({ utility, energy, volume, returned }: Bought, activity: Activity): number | undefined {
  if (utility !== 'water') return energy;
  if (activity !== 'treatment' || volume === 0) return volume;
  return returned === undefined ? undefined : volume * returned;
}

/** The emissions of what was bought on a London date, all activities of the boundary together, kgCO2e. */
export function emissionsOf(bought: Bought, date: LocalDate, accounting: Accounting): number | undefined {
  const inside = activitiesIn(accounting.boundary, bought.utility);
  return sumKnown(inside.map((activity) => emissionsOfActivity(bought, activity, date, accounting, '').value));
}

/** kgCO2e of a kWh, or a m³ of water, that a site buys on a London date. */
export function emissionsOfUnit(
  estate: Estate,
  site: string,
  utility: Utility,
  date: LocalDate,
  accounting: Accounting,
): number | undefined {
  const returned = utility === 'water' ? shareReturnedOn(estate, site, date) : undefined;
  return emissionsOf({ utility, energy: 1, volume: 1, returned }, date, accounting);
}

/** What each activity of some bought energy or water emits on a London date. */
export function emissionsOfPart(
  estate: Estate,
  { site, utility, energy, volume }: EnergyPart,
  date: LocalDate,
  accounting: Accounting,
): Emissions[] {
  const returned = utility === 'water' ? shareReturnedOn(estate, site, date) : undefined;
  const bought = { utility, energy, volume, returned };
  return activitiesIn(accounting.boundary, utility).map((activity) =>
    emissionsOfActivity(bought, activity, date, accounting, site),
  );
}

/** The share of a site's water that goes back to the sewer on a London date; undefined where the register is silent. */
export function shareReturnedOn(estate: Estate, site: string, date: LocalDate): number | undefined {
  const own = validOn(estate.sites.get(site)?.share_returned_to_sewer ?? [], date);
  return (own ?? estate.reporting?.share_returned_to_sewer)?.share;
}

/** The emissions of one activity of one utility within a figure. */
export interface ActivityEmissions {
  readonly utility: Utility;
  readonly activity: Activity;
  readonly scope: Scope;
  /** kgCO2e. */
  readonly emissions: number | undefined;
  /** kWh, or m³ of water, that the factors were taken times. */
  readonly amount: number | undefined;
  readonly per: 'kWh' | 'm3';
  /** Factors used, oldest first. */
  readonly factors: readonly Factor[];
  readonly warnings: readonly Warning[];
}

export interface CarbonFigure extends Figure {
  /** kWh that it is of; undefined where nothing is known, or all of it is water. */
  readonly energy: number | undefined;
  /** Whether anything is known of what it is of, and whether half-hours are missing that no known total covers. */
  readonly isKnown: boolean;
  readonly isMissing: boolean;
  readonly boundary: BoundaryId;
  readonly accounting: Accounting;
  readonly byActivity: readonly ActivityEmissions[];
  /** kgCO2e by scope that the boundary reckons in; undefined where a factor is missing in it. */
  readonly byScope: Readonly<Partial<Record<Scope, number | undefined>>>;
}

/** A sum that is not known when one of its terms is not. */
export function sumKnown(list: readonly (number | undefined)[]): number | undefined {
  return list.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
}

/** An activity that emissions are still added to. */
class OpenActivity implements ActivityEmissions {
  readonly utility: Utility;
  readonly activity: Activity;
  readonly scope: Scope;
  readonly per: 'kWh' | 'm3';
  emissions: number | undefined = 0;
  amount: number | undefined = 0;
  readonly #factors = new Map<string, Factor>();
  #sorted: readonly Factor[] | undefined;
  readonly #warnings: Warning[] = [];

  constructor(utility: Utility, activity: Activity) {
    this.utility = utility;
    this.activity = activity;
    this.scope = activities[activity].scope;
    this.per = utility === 'water' ? 'm3' : 'kWh';
  }

  add({ value, amount, factor, warnings }: Emissions): void {
    this.emissions = sumKnown([this.emissions, value]);
    this.amount = sumKnown([this.amount, amount]);
    for (const one of factor.factors) this.#factors.set(`${one.set} ${one.standing}`, one);
    this.#sorted = undefined;
    for (const warning of warnings) this.#warnings.push(warning);
  }

  get factors(): readonly Factor[] {
    this.#sorted ??= [...this.#factors.values()].sort((a, b) => a.set.localeCompare(b.set));
    return this.#sorted;
  }

  get warnings(): readonly Warning[] {
    return distinctWarnings(this.#warnings);
  }
}

/** What each activity of the bought parts emits. Throws a TypeError where other factors hold within a bucket. */
function byActivityOf(
  estate: Estate,
  bought: readonly EnergyPart[],
  instants: readonly number[],
  accounting: Accounting,
): OpenActivity[] {
  const open = new Map<string, OpenActivity>();
  for (const part of bought) {
    const date = dateOf(instants[part.bucket] ?? 0);
    const { next } = factorYearOf(accounting, date);
    if (dateOf((instants[part.bucket + 1] ?? 1) - 1) >= next) {
      throw new TypeError(`a bucket reaches across ${next}, when other factors hold`);
    }
    for (const emissions of emissionsOfPart(estate, part, date, accounting)) {
      const { utility, activity } = emissions.factor;
      const key = `${utility} ${activity}`;
      const one = open.get(key) ?? new OpenActivity(utility, activity);
      open.set(key, one);
      one.add(emissions);
    }
  }
  return [...open.values()];
}

/**
 * The emissions of energy parts (of a site, a building, an organisation) whose buckets lie between `boundaries`, which
 * hold the changes of `figureChanges` for the same accounting. One missing factor makes the whole undefined, and the
 * warning names it; what is known stays readable by activity.
 */
export function carbonOf(
  estate: Estate,
  parts: readonly EnergyPart[],
  { boundaries }: Pick<Sums, 'boundaries'>,
  accounting: Accounting,
): CarbonFigure {
  const isInside = ({ source, utility }: EnergyPart): boolean =>
    source === 'purchased' && activitiesIn(accounting.boundary, utility).length > 0;
  const bought = parts.filter(isInside);
  const byActivity = byActivityOf(estate, bought, boundaries, accounting);
  const byScope = scopesIn(accounting.boundary).map((scope) => {
    const list = byActivity.filter((one) => one.scope === scope);
    return [scope, sumKnown(list.map((one) => one.emissions))] as const;
  });
  const total = addParts(bought);
  const isOnlyWater = bought.every((part) => part.utility === 'water');
  const said = isKnown(total);
  const factors = byActivity.flatMap((one) => one.factors);
  const nothing: Warning[] = bought.length > 0 ? [] : [{ code: 'no-meter', about: estate.name }];
  return {
    // No meter, or one that says nothing, is not the same as no emissions.
    value: said ? sumKnown(byActivity.map((one) => one.emissions)) : undefined,
    unit: 'kgCO2e',
    energy: said && !isOnlyWater ? total.energy : undefined,
    isKnown: said,
    isMissing: !said || lacks(total, isOnlyWater),
    boundary: accounting.boundary,
    accounting,
    byActivity,
    byScope: Object.fromEntries(byScope),
    measuredShare: measuredShareOf(total, isOnlyWater ? 'volume' : 'energy'),
    versions: {
      register: estate.version,
      factorSets: [...new Set(factors.map((factor) => factor.set))].sort(),
      factorYearMethod: accounting.factorYear,
      standing: weakestStanding(factors.map((factor) => factor.standing)),
    },
    warnings: distinctWarnings([...nothing, ...byActivity.flatMap((one) => one.warnings), ...total.warnings]),
  };
}

/** What a unit of a utility is given in a factor year, a factor for each activity of the boundary. */
export interface YearFactors {
  readonly utility: Utility;
  /** The first date of the year in which they hold. */
  readonly first: LocalDate;
  readonly values: readonly (number | undefined)[];
}

/** Every factor that `emissionsOf` can use. A change of one restates what was published of its year. */
export function yearFactors(accounting: Accounting): YearFactors[] {
  const sets = (accounting.sets ?? factorSets()).map(({ set }) => Number(set));
  const [oldest, newest] = [Math.min(...sets), Math.max(...sets)];
  const list: YearFactors[] = [];
  // A reporting year may begin the year before the first set, and end in the last that one is carried to.
  for (let year = oldest - 1; year <= newest + limits.factorCarriedYears; year++) {
    const date = `${year}-12-31`;
    const { first } = factorYearOf(accounting, date);
    for (const utility of utilities) {
      const values = activitiesIn(accounting.boundary, utility).map(
        (activity) => factorOn(utility, activity, date, accounting).value,
      );
      if (values.some((value) => value !== undefined)) list.push({ utility, first, values });
    }
  }
  return list;
}
