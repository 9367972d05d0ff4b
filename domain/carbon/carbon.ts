import { type Estate, type Utility, utilities } from '../estate/estate.ts';
import { type Activity, type Factor, factorFor, factorSets, type Scope, type Standing } from './factors.ts';
import {
  distinctWarnings,
  type FactorYearMethod,
  type Figure,
  type Warning,
  weakestStanding,
} from '../energy/figure.ts';
import { isKnown, measuredShareOf, type Sums } from '../energy/flow.ts';
import { limits } from '../limits.ts';
import { addParts, type EnergyPart } from '../energy/site-energy.ts';
import { dateOf, type LocalDate } from '../time.ts';

/**
 * Location-based emissions of scope 1 (fuel burnt) and scope 2 (electricity, heat, steam and cooling bought, at the
 * average of the grid or network). Gas goes by way of kWh. Own renewable energy has none; what is exported takes
 * nothing off.
 */

export const boundary = 'scope 1+2 location-based';
/**
 * Energy is given the factor set of the calendar year it was used in (UK Government conversion factors, Introduction).
 */
const method: FactorYearMethod = 'calendar';

/** What buying a utility means in this boundary; undefined for what lies outside it. */
const activityOf: Record<Utility, Activity | undefined> = {
  electricity: 'generation',
  heat: 'generation',
  steam: 'generation',
  cooling: 'generation',
  gas: 'combustion',
  gas_oil: 'combustion',
  burning_oil: 'combustion',
  lpg: 'combustion',
  coal: 'combustion',
  biomass: 'combustion',
  // Supply and treatment of water are scope 3.
  water: undefined,
};

/** Emissions of some energy with the factor that gave them. */
export interface Emissions {
  /** kgCO2e; undefined where the factor is not known. Water lies outside the boundary and has 0 in it. */
  readonly value: number | undefined;
  readonly factor: Factor | undefined;
  readonly warnings: readonly Warning[];
}

/** The emissions of energy (kWh) bought on a London date. */
export function emissionsOf(utility: Utility, energy: number, date: LocalDate): Emissions {
  const activity = activityOf[utility];
  if (activity === undefined) return { value: 0, factor: undefined, warnings: [] };
  const factor = factorFor(utility, activity, date);
  if (factor) return { value: energy * factor.value, factor, warnings: warningsOf(factor, date) };
  // Of nothing there are none, whatever the factor.
  if (energy === 0) return { value: 0, factor: undefined, warnings: [] };
  const detail = `${activity} of ${utility} in ${date.slice(0, 4)}`;
  return { value: undefined, factor: undefined, warnings: [{ code: 'factor-missing', about: utility, detail }] };
}

/** The factor that a kWh of a utility is given in a calendar year, kgCO2e. */
export interface YearFactor {
  readonly utility: Utility;
  readonly year: number;
  readonly value: number;
}

/** Every factor that `emissionsOf` can use: sets hold for calendar years, and are carried forward. */
export function yearFactors(): YearFactor[] {
  const sets = factorSets().map(({ set }) => Number(set));
  const first = Math.min(...sets);
  const years = Array.from({ length: Math.max(...sets) + limits.factorCarriedYears + 1 - first }, (_, i) => first + i);
  return years.flatMap((year) =>
    utilities.flatMap((utility) => {
      const activity = activityOf[utility];
      const factor = activity && factorFor(utility, activity, `${year}-01-01`);
      return factor ? [{ utility, year, value: factor.value }] : [];
    }),
  );
}

function warningsOf(factor: Factor, date: LocalDate): Warning[] {
  const about = `${factor.utility} ${factor.set}`;
  const list: Warning[] = [];
  if (factor.standing === 'quoted') list.push({ code: 'factor-quoted', about });
  if (factor.standing === 'carried forward') {
    list.push({ code: 'factor-carried-forward', about, detail: `used for ${date.slice(0, 4)}` });
  }
  if (factor.step !== undefined) list.push({ code: 'factor-step', about, detail: factor.step });
  return list;
}

/** The emissions of one utility within a figure. */
export interface UtilityEmissions {
  readonly utility: Utility;
  readonly scope: Scope | undefined;
  readonly emissions: number | undefined;
  readonly energy: number;
  /** Factors used, oldest first. */
  readonly factors: readonly Factor[];
}

export interface CarbonFigure extends Figure {
  readonly boundary: typeof boundary;
  readonly byUtility: readonly UtilityEmissions[];
  /** kgCO2e by scope; undefined where a factor is missing in it. */
  readonly byScope: { readonly 1: number | undefined; readonly 2: number | undefined };
}

/** A sum that is not known when one of its terms is not. */
function sumKnown(list: readonly (number | undefined)[]): number | undefined {
  return list.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
}

/**
 * The emissions of energy parts (of a site, a building, an organisation) whose buckets lie between `boundaries`. One
 * missing factor makes the whole undefined, and the warning names it; what is known stays readable by utility.
 */
export function carbonOf(
  estate: Estate,
  parts: readonly EnergyPart[],
  { boundaries }: Pick<Sums, 'boundaries'>,
): CarbonFigure {
  const bought = parts.filter((part) => part.source === 'purchased' && activityOf[part.utility] !== undefined);
  const priced = bought.map((part) => ({
    part,
    ...emissionsOf(part.utility, part.energy, dateOf(boundaries[part.bucket] ?? 0)),
  }));
  const byUtility = [...Map.groupBy(priced, (one) => one.part.utility)].map(([utility, list]): UtilityEmissions => {
    const factors = new Map(
      list.flatMap(({ factor }) => (factor ? [[`${factor.set} ${factor.standing}`, factor]] : [])),
    );
    const activity = activityOf[utility];
    return {
      utility,
      scope: activity === 'combustion' ? 1 : 2,
      emissions: sumKnown(list.map((one) => one.value)),
      energy: list.reduce((sum, one) => sum + one.part.energy, 0),
      factors: [...factors.values()].sort((a, b) => a.set.localeCompare(b.set)),
    };
  });
  const inScope = (scope: Scope): number | undefined =>
    sumKnown(byUtility.filter((one) => one.scope === scope).map((one) => one.emissions));
  const total = addParts(bought);
  const factors = byUtility.flatMap((one) => one.factors);
  const standing: Standing | undefined = weakestStanding(factors.map((factor) => factor.standing));
  const nothing: Warning[] = bought.length > 0 ? [] : [{ code: 'no-meter', about: estate.name }];
  return {
    // No meter, or one that says nothing, is not the same as no emissions.
    value: isKnown(total) ? sumKnown(byUtility.map((one) => one.emissions)) : undefined,
    unit: 'kgCO2e',
    boundary,
    byUtility,
    byScope: { 1: inScope(1), 2: inScope(2) },
    measuredShare: measuredShareOf(total),
    versions: {
      register: estate.version,
      factorSets: [...new Set(factors.map((factor) => factor.set))].sort(),
      factorYearMethod: method,
      standing,
    },
    warnings: distinctWarnings([...nothing, ...priced.flatMap((one) => one.warnings), ...total.warnings]),
  };
}
